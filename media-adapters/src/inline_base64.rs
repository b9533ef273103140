//! Decodes the base64 in an answer of JSON or of events while it arrives, so that an image is held
//! once and not two and a half times.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use social_core::http::ByteStream;
use social_core::{Error, ErrorKind, Result};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decoded bytes, in the pieces in which they came.
pub(crate) type Pieces = Vec<Bytes>;

/// A JSON answer without its bulk.
#[derive(Debug, Default)]
pub(crate) struct Lifted {
    /// The answer; each string that was taken out is replaced by its number.
    pub(crate) json: Vec<u8>,
    /// What was taken out.
    pub(crate) data: Vec<Pieces>,
}

/// Which strings of an answer are bulk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    /// Base64 that is decoded, also in a list or behind the head of a `data:` URL. An `http:` URL
    /// stays.
    pub(crate) lifted: &'static str,
    /// Strings of which nothing is kept.
    pub(crate) dropped: &'static str,
}

/// Reads an answer of at most `limit` bytes.
pub(crate) async fn lift(mut body: ByteStream, keys: Keys, limit: usize) -> Result<Lifted> {
    let mut scanner = Scanner::new(keys);
    let mut length = 0_usize;
    while let Some(piece) = body.next().await {
        let piece = piece?;
        length = length.saturating_add(piece.len());
        if length > limit {
            return Err(Error::protocol(format!("the answer has more than {limit} bytes"), &scanner.found.json));
        }
        scanner.take(&piece)?;
    }
    Ok(scanner.found)
}

/// An answer without its bulk, while it comes, and what was taken out of it so far. The answer may
/// have `limit` bytes.
pub(crate) fn lifting(body: ByteStream, keys: Keys, limit: usize) -> (ByteStream, Taken) {
    let taken = Taken(Arc::new(Mutex::new(Scanner::new(keys))));
    let rest = stream::try_unfold((body, taken.clone(), 0_usize), move |(mut body, taken, length)| async move {
        let Some(piece) = body.next().await.transpose()? else { return Ok(None) };
        let length = length.saturating_add(piece.len());
        if length > limit {
            return Err(Error::protocol(format!("the answer has more than {limit} bytes"), []));
        }
        let json = taken.scan(&piece)?;
        Ok(Some((json, (body, taken, length))))
    });
    (rest.boxed(), taken)
}

/// What was taken out of an answer that is still coming.
#[derive(Clone)]
pub(crate) struct Taken(Arc<Mutex<Scanner>>);

impl Taken {
    /// What the number stands for, once.
    pub(crate) fn take(&self, number: &str) -> Option<Pieces> {
        let mut scanner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        scanner.found.data.get_mut(number.parse::<usize>().ok()?).map(std::mem::take)
    }

    fn scan(&self, piece: &[u8]) -> Result<Bytes> {
        let mut scanner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        scanner.take(piece)?;
        Ok(std::mem::take(&mut scanner.found.json).into())
    }
}

/// The first string of the key `lifted`, decoded and handed out while the answer comes: for a video
/// in an answer, which is not held in memory.
pub(crate) fn decode_first(body: ByteStream, keys: Keys) -> ByteStream {
    stream::try_unfold((body, Scanner::new(keys)), |(mut body, mut scanner)| async move {
        loop {
            if let Some(decoded) = scanner.next_decoded() {
                return Ok(Some((decoded, (body, scanner))));
            }
            if !scanner.found.data.is_empty() {
                return Ok(None);
            }
            let Some(piece) = body.next().await.transpose()? else {
                return Err(Error::new(ErrorKind::Truncated, "the answer ended before the file in it"));
            };
            scanner.take(&piece)?;
        }
    })
    .boxed()
}

enum State {
    /// Between strings.
    Structure,
    /// In a string that stays.
    Text,
    /// At the beginning of a string that is base64, a `data:` URL or an address.
    Head(Vec<u8>),
    /// Before the comma of a `data:` URL.
    DataUrl,
    /// In base64.
    Base64(Decoder),
    /// In a string that goes.
    Dropped,
}

struct Scanner {
    keys: Keys,
    state: State,
    /// Escape sequences are cut anywhere: what there is of one so far, behind its backslash.
    escape: Option<Vec<u8>>,
    /// The string that ended last, which is a key when a colon follows.
    last: Vec<u8>,
    /// The key whose value comes next.
    key: Option<Vec<u8>>,
    /// In a list of strings that are lifted.
    list: bool,
    found: Lifted,
}

impl Scanner {
    fn new(keys: Keys) -> Self {
        let (last, found) = (Vec::new(), Lifted::default());
        Self { keys, state: State::Structure, escape: None, last, key: None, list: false, found }
    }

    fn take(&mut self, mut piece: &[u8]) -> Result<()> {
        while let Some((&byte, rest)) = piece.split_first() {
            if self.escape.is_none() && matches!(self.state, State::Base64(_) | State::Dropped) {
                // The long run up to the next quote is dealt with in one go.
                let end = piece.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(piece.len());
                let (run, rest) = piece.split_at(end);
                if !run.is_empty() {
                    if let State::Base64(decoder) = &mut self.state {
                        decoder.take(run)?;
                    }
                    piece = rest;
                    continue;
                }
            }
            self.byte(byte)?;
            piece = rest;
        }
        if let State::Base64(decoder) = &mut self.state {
            decoder.cut();
        }
        Ok(())
    }

    /// The next decoded piece of the first string that is lifted.
    fn next_decoded(&mut self) -> Option<Bytes> {
        let pieces = match (self.found.data.first_mut(), &mut self.state) {
            (Some(whole), _) => whole,
            (None, State::Base64(decoder)) => &mut decoder.pieces,
            _ => return None,
        };
        (!pieces.is_empty()).then(|| pieces.remove(0))
    }

    fn byte(&mut self, byte: u8) -> Result<()> {
        if matches!(self.state, State::Structure) {
            return self.structure(byte);
        }
        if let Some(escape) = &mut self.escape {
            escape.push(byte);
            if escape.first() != Some(&b'u') || escape.len() == 5 {
                let decoded = unescape(escape);
                self.escape = None;
                if let (State::Base64(decoder), Some(decoded)) = (&mut self.state, decoded) {
                    decoder.take(&[decoded])?;
                }
            }
            return self.keep(byte);
        }
        if let State::Head(head) = &mut self.state {
            if matches!(byte, b'"' | b'\\') {
                self.state = State::Base64(Decoder::of(&std::mem::take(head))?);
            } else {
                head.push(byte);
                return self.decide();
            }
        }
        match byte {
            b'\\' => {
                self.escape = Some(Vec::new());
                self.keep(byte)
            }
            b'"' => self.end_of_string(),
            b',' if matches!(self.state, State::DataUrl) => {
                self.state = State::Base64(Decoder::default());
                Ok(())
            }
            _ => self.keep(byte),
        }
    }

    /// Looks at the beginning of a string. Base64 has no colon.
    fn decide(&mut self) -> Result<()> {
        const HEADS: [&[u8]; 3] = [b"data:", b"http:", b"https:"];
        let State::Head(head) = &mut self.state else { return Ok(()) };
        match HEADS.iter().find(|known| known.starts_with(head)) {
            Some(known) if known.len() > head.len() => return Ok(()),
            Some(&b"data:") => self.state = State::DataUrl,
            Some(_) => {
                self.found.json.append(head);
                self.state = State::Text;
            }
            None => self.state = State::Base64(Decoder::of(head)?),
        }
        Ok(())
    }

    fn keep(&mut self, byte: u8) -> Result<()> {
        if matches!(self.state, State::Text) {
            self.found.json.push(byte);
            // Only keys are compared, and they are short.
            if self.last.len() <= self.keys.lifted.len().max(self.keys.dropped.len()) {
                self.last.push(byte);
            }
        }
        Ok(())
    }

    fn structure(&mut self, byte: u8) -> Result<()> {
        self.found.json.push(byte);
        match byte {
            b'"' => {
                let key = self.key.take();
                self.last.clear();
                self.state = match key {
                    _ if self.list => State::Head(Vec::new()),
                    Some(key) if key == self.keys.lifted.as_bytes() => State::Head(Vec::new()),
                    Some(key) if key == self.keys.dropped.as_bytes() => State::Dropped,
                    _ => State::Text,
                };
            }
            b':' => self.key = Some(std::mem::take(&mut self.last)),
            b'[' => self.list = self.key.take().is_some_and(|key| key == self.keys.lifted.as_bytes()),
            // The key of a list holds for each of its strings.
            b',' => self.key = None,
            b']' | b'{' => (self.list, self.key) = (false, None),
            _ if byte.is_ascii_whitespace() => {}
            _ => (self.key, self.list) = (None, false),
        }
        Ok(())
    }

    fn end_of_string(&mut self) -> Result<()> {
        let state = match std::mem::replace(&mut self.state, State::Structure) {
            State::DataUrl => State::Base64(Decoder::default()),
            state => state,
        };
        if let State::Base64(decoder) = state {
            self.found.json.extend_from_slice(self.found.data.len().to_string().as_bytes());
            self.found.data.push(decoder.finish()?);
        }
        self.found.json.push(b'"');
        Ok(())
    }
}

/// The character that an escape sequence stands for, if base64 has it. Line breaks are not part of
/// the data.
fn unescape(escape: &[u8]) -> Option<u8> {
    match escape {
        [b'/'] => Some(b'/'),
        [b'u', hex @ ..] => {
            let code = u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
            u8::try_from(code).ok().filter(|byte| byte.is_ascii_graphic())
        }
        _ => None,
    }
}

/// Decodes base64 that is cut anywhere.
#[derive(Default)]
struct Decoder {
    /// Characters that do not make up a group of four yet.
    left: Vec<u8>,
    padded: bool,
    now: Vec<u8>,
    pieces: Pieces,
}

impl Decoder {
    /// A decoder that has read this.
    fn of(head: &[u8]) -> Result<Self> {
        let mut decoder = Self::default();
        decoder.take(head)?;
        Ok(decoder)
    }

    fn take(&mut self, run: &[u8]) -> Result<()> {
        let missing = (4 - self.left.len()) % 4;
        let (head, rest) = run.split_at(missing.min(run.len()));
        self.left.extend_from_slice(head);
        if self.left.len() == 4 {
            let group = std::mem::take(&mut self.left);
            self.decode(&group)?;
        }
        let (groups, tail) = rest.split_at(rest.len() - rest.len() % 4);
        self.left.extend_from_slice(tail);
        self.decode(groups)
    }

    fn decode(&mut self, groups: &[u8]) -> Result<()> {
        if groups.is_empty() {
            return Ok(());
        }
        if self.padded {
            return Err(Error::protocol("the base64 in the answer goes on behind its end", groups));
        }
        self.padded = groups.last() == Some(&b'=');
        self.now.reserve(groups.len() / 4 * 3);
        LENIENT
            .decode_vec(groups, &mut self.now)
            .map_err(|e| Error::protocol("the base64 in the answer cannot be decoded", []).with_source(e))
    }

    /// Closes the piece at hand.
    fn cut(&mut self) {
        if !self.now.is_empty() {
            self.pieces.push(Bytes::from(std::mem::take(&mut self.now)));
        }
    }

    fn finish(mut self) -> Result<Pieces> {
        let rest = std::mem::take(&mut self.left);
        self.decode(&rest)?;
        self.cut();
        Ok(self.pieces)
    }
}

#[cfg(test)]
mod tests {
    //! Invented bodies; base64's own test vectors are RFC 4648's.

    use base64::engine::general_purpose::STANDARD;
    use futures_util::{FutureExt as _, stream};

    use super::*;

    fn lift_in(body: &[u8], size: usize, limit: usize) -> Result<Lifted> {
        let pieces: Vec<_> = body.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let keys = Keys { lifted: "data", dropped: "signature" };
        lift(stream::iter(pieces).boxed(), keys, limit).now_or_never().unwrap()
    }

    #[test]
    fn every_cut_gives_the_same() {
        let image: Vec<u8> = (0..1000_u32).map(|n| (n * 7 % 256) as u8).collect();
        let base64 = STANDARD.encode(&image).replace('/', r"\/").replace('=', r"\u003d");
        let body = format!(
            r#"{{ "data" : "Zm9v" , "text":"\"data\": \"Zm9v\" \\", "n":[1,"data","Zm9v"],
               "signature":"long \" one","inline":{{"data":"{base64}","data":""}},"data":null,"data":["data", "Zm9v"]}}"#
        );
        let expected = br#"{ "data" : "0" , "text":"\"data\": \"Zm9v\" \\", "n":[1,"data","Zm9v"],
               "signature":"","inline":{"data":"1","data":"2"},"data":null,"data":["3", "4"]}"#;
        for size in 1..=body.len() {
            let lifted = lift_in(body.as_bytes(), size, 1 << 20).unwrap();
            assert_eq!(String::from_utf8_lossy(&lifted.json), String::from_utf8_lossy(expected), "{size}");
            let data: Vec<_> = lifted.data.iter().map(|pieces| pieces.concat()).collect();
            assert_eq!(data, [b"foo".to_vec(), image.clone(), Vec::new(), b"u\xab\x5a".to_vec(), b"foo".to_vec()]);
        }
    }

    #[test]
    fn data_urls_are_decoded_and_addresses_stay() {
        let body = r#"{"data":"data:image\/png;base64,Zm9v","x":[{"data":"https:\/\/a.example\/?a=\"Zm9v"}],
            "data":"http://a.example/b","data":"data:","data":"http","data":"dQ","data":"\/w=="}"#;
        let expected = r#"{"data":"0","x":[{"data":"https:\/\/a.example\/?a=\"Zm9v"}],
            "data":"http://a.example/b","data":"1","data":"2","data":"3","data":"4"}"#;
        for size in 1..=body.len() {
            let lifted = lift_in(body.as_bytes(), size, 1 << 20).unwrap();
            assert_eq!(String::from_utf8_lossy(&lifted.json), expected, "{size}");
            let data: Vec<_> = lifted.data.iter().map(|pieces| pieces.concat()).collect();
            assert_eq!(data, [&b"foo"[..], b"", b"\x86\xdb\x69", b"u", b"\xff"], "{size}");
        }
    }

    #[test]
    fn events_are_handed_on_while_they_come() {
        let body = "event: a\ndata: {\"data\":\"Zm9v\",\"n\":1}\n\n: still here\n\ndata: {\"data\":\"YmFy\"}\n\n";
        let keys = Keys { lifted: "data", dropped: "signature" };
        for size in 1..=body.len() {
            let pieces: Vec<_> = body.as_bytes().chunks(size).map(|p| Ok(Bytes::copy_from_slice(p))).collect();
            let (rest, taken) = lifting(stream::iter(pieces).boxed(), keys, body.len());
            let mut read = String::new();
            let mut rest = Box::pin(rest);
            while let Some(piece) = rest.next().now_or_never().unwrap() {
                read.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
                if size == 1 && read.ends_with("\"0\"") {
                    assert_eq!(taken.take("0").unwrap().concat(), b"foo");
                }
            }
            assert_eq!(read, "event: a\ndata: {\"data\":\"0\",\"n\":1}\n\n: still here\n\ndata: {\"data\":\"1\"}\n\n");
            assert_eq!(taken.take("1").unwrap().concat(), b"bar", "{size}");
            assert!(taken.take("2").is_none());
        }
        let (mut rest, _) = lifting(stream::iter([Ok(Bytes::from_static(body.as_bytes()))]).boxed(), keys, 3);
        assert!(rest.next().now_or_never().unwrap().unwrap().is_err());
    }

    #[test]
    fn the_first_string_is_handed_out_while_it_comes() {
        let body = br#"{"done": true, "videos": [{"signature": "x", "data": "Zm9vYmFyYmF6"}, {"data": "Zm9v"}]}"#;
        let keys = Keys { lifted: "data", dropped: "signature" };
        let decode = |body: &[u8], size| {
            let pieces: Vec<_> = body.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            decode_first(stream::iter(pieces).boxed(), keys).collect::<Vec<_>>().now_or_never().unwrap()
        };
        for size in 1..=body.len() {
            let decoded: Vec<Bytes> = decode(body, size).into_iter().map(Result::unwrap).collect();
            assert_eq!(decoded.concat(), b"foobarbaz", "{size}");
            assert!(size > 4 || decoded.len() > 2, "{size}");
        }
        for cut in [br#"{"data": "Zm9v"#.as_slice(), br#"{"done": true}"#] {
            assert_eq!(decode(cut, 3).pop().unwrap().unwrap_err().kind(), ErrorKind::Truncated);
        }
    }

    #[test]
    fn padding_may_be_missing_and_nothing_may_follow_it() {
        for (text, decoded) in
            [("Zg==", &b"f"[..]), ("Zg", b"f"), ("Zm8=", b"fo"), ("Zm8", b"fo"), ("Zm9vYmFy", b"foobar")]
        {
            let body = format!(r#"{{"data":"{text}"}}"#);
            for size in 1..=body.len() {
                assert_eq!(lift_in(body.as_bytes(), size, 1000).unwrap().data[0].concat(), decoded, "{text}");
            }
        }
        for text in ["Zg==Zg==", "Z", "Zm9v!!!!", "é"] {
            let body = format!(r#"{{"data":"{text}"}}"#);
            for size in [1, 3, body.len()] {
                assert!(lift_in(body.as_bytes(), size, 1000).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn the_answer_is_bounded() {
        assert!(lift_in(&[b' '; 101], 10, 100).unwrap_err().message().contains("more than 100 bytes"));
    }
}
