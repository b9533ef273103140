//! Stands on: the HTML standard's grammar of event streams (table), invented bodies (cuts, bounds)
//! and, where `../shared` is present, streams recorded from vendors.

use bytes::Bytes;
use futures_util::{FutureExt as _, stream};
use proptest::prelude::*;

use super::*;

type Pairs = Vec<(String, String)>;

fn reader(pieces: Vec<Vec<u8>>, format: Form, limit: usize) -> EventReader {
    let pieces = pieces.into_iter().map(|piece| Ok(Bytes::from(piece)));
    EventReader::new(Box::pin(stream::iter(pieces)), format, limit)
}

fn drain(mut reader: EventReader) -> Result<Pairs> {
    let mut events = Vec::new();
    while let Some(event) = reader.next().now_or_never().expect("the body never waits")? {
        events.push((event.name.to_owned(), event.data.to_owned()));
    }
    Ok(events)
}

fn read(body: &[u8], piece: usize, format: Form) -> Result<Pairs> {
    drain(reader(body.chunks(piece).map(<[u8]>::to_vec).collect(), format, 1 << 20))
}

// Museum E1, E2.
#[test]
fn e2_sse_grammar_is_read_whole_at_every_cut() {
    const CASES: &[(&str, &[(&str, &str)])] = &[
        ("", &[]),
        ("\n\n\n", &[]),
        ("data: a\n\n", &[("", "a")]),
        ("data:a\n\n", &[("", "a")]),
        ("data:  a\n\n", &[("", " a")]),
        ("data: a\r\n\r\n", &[("", "a")]),
        ("data: a\r\rdata: b\r\r", &[("", "a"), ("", "b")]),
        ("data: a\r\n\rdata: b\n\r\n", &[("", "a"), ("", "b")]),
        ("data: a\n\r\ndata: b\r\n\n\n", &[("", "a"), ("", "b")]),
        ("data: a\ndata: b\ndata\ndata:c\n\n", &[("", "a\nb\n\nc")]),
        ("data\ndata: b\n\n", &[("", "\nb")]),
        ("data\n\n", &[]),
        ("data:\n\n", &[]),
        ("data: \n\ndata: b\n\n", &[("", "b")]),
        (": comment\n\n:\n\ndata: a\n: in between\n\n", &[("", "a")]),
        (": OPENROUTER PROCESSING\n\ndata: a\n\n", &[("", "a")]),
        ("event: ping\n\ndata: a\n\n", &[("", "a")]),
        ("event: one\nevent: two\ndata: a\n\ndata: b\n\n", &[("two", "a"), ("", "b")]),
        ("data: a\nevent:late\n\n", &[("late", "a")]),
        ("event\ndata: a\n\n", &[("", "a")]),
        ("error: a\n\ndata: b\n\n", &[("error", "a"), ("", "b")]),
        ("event: x\nerror:{}\n\n", &[("error", "{}")]),
        ("id: 7\nretry: 10\nfoo: bar\ndata: a\n\n", &[("", "a")]),
        ("database: x\ndata : x\n data: x\nDATA: x\ndata: a\n\n", &[("", "a")]),
        ("\u{FEFF}data: a\n\n", &[("", "a")]),
        ("\u{FEFF}\u{FEFF}data: x\ndata: \u{FEFF}a\n\n", &[("", "\u{FEFF}a")]),
        ("\u{FEFF}\n\ndata: a\n\n", &[("", "a")]),
        ("data: a", &[("", "a")]),
        ("data: a\n", &[("", "a")]),
        ("event: e\ndata: a\ndata: b\r", &[("e", "a\nb")]),
        ("event: e\ndata:\n", &[]),
        ("data: {\"t\":\"日本語🎉\"}\n\ndata: [DONE]\n\n", &[("", "{\"t\":\"日本語🎉\"}"), ("", "[DONE]")]),
    ];
    for (body, expected) in CASES {
        let expected: Pairs = expected.iter().map(|(n, d)| ((*n).to_owned(), (*d).to_owned())).collect();
        for piece in 1..=body.len().max(1) {
            assert_eq!(read(body.as_bytes(), piece, Form::Sse).unwrap(), expected, "{body:?} in pieces of {piece}");
        }
    }
}

#[test]
fn ndjson_is_read_whole_at_every_cut() {
    const CASES: &[(&str, &[&str])] = &[
        ("", &[]),
        ("{\"a\":1}\n{\"b\":2}\n", &["{\"a\":1}", "{\"b\":2}"]),
        ("{}\r\n\r\n \n{}", &["{}", "{}"]),
        ("\u{FEFF}{}\n", &["{}"]),
        ("{\"t\":\"é\r🎉\"}", &["{\"t\":\"é\r🎉\"}"]),
    ];
    for (body, expected) in CASES {
        let expected: Pairs = expected.iter().map(|d| (String::new(), (*d).to_owned())).collect();
        for piece in 1..=body.len().max(1) {
            assert_eq!(read(body.as_bytes(), piece, Form::Ndjson).unwrap(), expected, "{body:?} by {piece}");
        }
    }
}

// Museum E1.
#[test]
fn e1_invalid_utf8_is_an_error_and_never_replaced() {
    for piece in 1..12 {
        let error = read(b"data: a\n\ndata: \xF0\x9F\x8E\n\n", piece, Form::Sse).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
    }
}

// Museum G6.
#[test]
fn g6_an_event_over_the_limit_ends_the_stream() {
    for piece in [1, 2, 7, 100] {
        for (body, fits) in [
            ("data: 0123456789\n\n", true),
            ("data: 0123456789A\n\n", false),
            ("data: 01234\ndata: 6789\n\n", true),
            ("data: 01234\ndata: 67890\n\n", false),
            (": a comment that never ends and so is not kept waiting for\ndata: 0123456789\n\n", piece == 100),
        ] {
            let pieces = body.as_bytes().chunks(piece).map(<[u8]>::to_vec).collect();
            let mut reader = reader(pieces, Form::Sse, 10);
            let first = reader.next().now_or_never().unwrap().map(|event| event.is_some());
            assert_eq!(first.as_ref().ok(), fits.then_some(&true), "{body:?} by {piece}");
            if let Err(error) = first {
                assert_eq!(error.kind(), ErrorKind::Protocol);
                assert_eq!(reader.next().now_or_never().unwrap().unwrap(), None);
            }
        }
    }
}

#[test]
fn a_body_that_fails_ends_the_stream_without_the_cut_event() {
    let pieces = vec![
        Ok(Bytes::from_static(b"data: a\n\ndata: half")),
        Err(Error::new(ErrorKind::Transport, "reset")),
        Ok(Bytes::from_static(b"\n\n")),
    ];
    let mut reader = EventReader::sse(Box::pin(stream::iter(pieces)), 100);
    assert_eq!(reader.next().now_or_never().unwrap().unwrap().unwrap().data, "a");
    assert_eq!(reader.next().now_or_never().unwrap().unwrap_err().kind(), ErrorKind::Transport);
    assert_eq!(reader.next().now_or_never().unwrap().unwrap(), None);
}

#[test]
fn an_event_in_one_piece_is_not_copied() {
    let piece = Bytes::from_static(b"event: delta\ndata: in place\n\n");
    let range = piece.as_ptr_range();
    let mut reader = EventReader::sse(Box::pin(stream::iter([Ok(piece)])), 100);
    let event = reader.next().now_or_never().unwrap().unwrap().unwrap();
    assert!(range.contains(&event.data.as_ptr()));
}

#[test]
fn a_long_event_in_small_pieces_is_read_once_and_its_memory_given_back() {
    let mut body = b"data: ".to_vec();
    body.resize(30 << 20, b'A');
    body.extend_from_slice(b"\n\ndata: b\n\n");
    // A second scan from the start for every piece would look at 300 GB.
    let pieces = body.chunks(1400).map(<[u8]>::to_vec).collect();
    let mut reader = reader(pieces, Form::Sse, 32 << 20);
    assert_eq!(reader.next().now_or_never().unwrap().unwrap().unwrap().data.len(), (30 << 20) - 6);
    assert_eq!(reader.next().now_or_never().unwrap().unwrap().unwrap().data, "b");
    assert!(reader.held.capacity() <= KEPT_CAPACITY);
}

proptest! {
    // Museum E1.
    #[test]
    fn any_cut_gives_the_same_events(
        lines in prop::collection::vec(
            ("(data|event|id|retry|:|x|)", "(:|: |)", "[a-zé日🎉 :\u{FEFF}]{0,6}", "(\n|\r|\r\n|\n\n|\r\r|\r\n\r\n)"),
            0..24,
        ),
        bom in any::<bool>(),
        cuts in prop::collection::vec(0_usize..400, 0..40),
    ) {
        let mut body = if bom { "\u{FEFF}".to_owned() } else { String::new() };
        for (field, colon, value, end) in lines {
            body.extend([field, colon, value, end]);
        }
        let body = body.into_bytes();
        let mut cuts: Vec<_> = cuts.into_iter().filter(|cut| *cut < body.len()).chain([0, body.len()]).collect();
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| body[cut[0]..cut[1]].to_vec()).collect();
        for format in [Form::Sse, Form::Ndjson] {
            let whole = drain(reader(vec![body.clone()], format, 1 << 20)).unwrap();
            let cut = drain(reader(Vec::clone(&pieces), format, 1 << 20)).unwrap();
            prop_assert_eq!(whole, cut);
        }
    }
}

/// Invented bodies: one piece of JSON is one event, however it is cut; the first line that is no
/// field is kept, and no field that the end of the body cut.
#[test]
fn c_the_form_of_a_body_is_taken_from_what_comes() {
    for (body, usual, events) in [
        ("data: a\n\n", Form::Ndjson, vec!["a"]),
        ("{\"a\": 1}\n{\"a\": 2}\n", Form::Sse, vec!["{\"a\": 1}", "{\"a\": 2}"]),
        ("{\"a\":\n1}\n", Form::Ndjson, vec!["{\"a\":\n1}\n"]),
        ("\u{feff}[{}, {}]", Form::Sse, vec!["[{}, {}]"]),
        ("{\"a\": 1}\n", Form::Ndjson, vec!["{\"a\": 1}"]),
        ("", Form::Sse, vec![]),
    ] {
        for piece in 1..=body.len().max(1) {
            let pieces = body.as_bytes().chunks(piece).map(<[u8]>::to_vec).collect();
            let read = drain(reader(pieces, usual, 1 << 20).detecting(1 << 20)).unwrap();
            assert_eq!(read.iter().map(|(_, data)| data).collect::<Vec<_>>(), events, "{body:?} in {piece}s");
        }
    }
    let large = reader(vec![b"{\"a\":".to_vec(), vec![b' '; 100]], Form::Sse, 10).detecting(50);
    assert_eq!(drain(large).unwrap_err().kind(), ErrorKind::Protocol);
    for (body, stray) in
        [("<p>no\n<p>more", "<p>no"), ("data: a\noops\n\n", "oops"), ("data: a\n\nda", ""), ("even", "")]
    {
        let mut reader = reader(vec![body.as_bytes().to_vec()], Form::Sse, 100).detecting(100);
        while reader.next().now_or_never().unwrap().unwrap().is_some() {}
        assert_eq!(reader.stray(), stray.as_bytes(), "{body}");
    }
}
