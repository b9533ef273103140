//! Files that are broken, made to harm, or something else altogether.

use bytes::Bytes;
use proptest::prelude::*;

use super::samples::{self, SampleVideo, cat, iso_box, jpeg_segment, png_chunk};
use super::{MediaInfo, MediaType, Reader, all, facts};
use crate::error::ErrorKind;

/// The error's message of a file that must be refused.
fn refusal(bytes: impl Into<Bytes>) -> String {
    let error = facts(bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MediaInvalid, "{error}");
    error.message().to_owned()
}

#[test]
fn the_error_says_what_is_wrong() {
    let video = SampleVideo::default().write();
    let only_index: Vec<_> = video[..video.len() - 24].to_vec();
    let no_index = [iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), iso_box(b"mdat", &[b"data"])].concat();
    let box_of_3 = [iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), b"\0\0\0\x03moov".to_vec()].concat();
    let overflow =
        [iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), b"\0\0\0\x01moov\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()];
    let beyond = SampleVideo { data_at: Some(1 << 30), ..SampleVideo::default() }.write();
    let empty_index = [iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), iso_box(b"moov", &[]), iso_box(b"mdat", &[b"data"])];
    let table: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "the file is empty (0 bytes)"),
        (b"<!DOCTYPE html><h1>403</h1>".to_vec(), "no media but HTML or XML, of 27 bytes"),
        (br#"{"error":{"code":403,"message":"URL expired"}}"#.to_vec(), "no media but JSON, of 46 bytes"),
        (b"Access denied".to_vec(), "no media but text, of 13 bytes"),
        (b"PK\x03\x04zip".to_vec(), "files of the type application/zip are not taken"),
        (vec![0; 100], "only zero bytes"),
        (b"\x01\x02\x03".to_vec(), "the type of the file, of 3 bytes, is unknown"),
        (no_index, "the MP4 is broken: it has no index (`moov`)"),
        (only_index, "no media data (`mdat`)"),
        (box_of_3, "box `moov` at byte 20 declares 3 bytes"),
        (overflow.concat(), "the MP4 is cut off"),
        (beyond, "it needs at least 1073741825 bytes"),
        (empty_index.concat(), "its index has no header (`mvhd`)"),
        (video[..video.len() - 1].to_vec(), "the MP4 is cut off"),
        (samples::png(0, 10, 2, &[]), "it declares 0 x 10 pixels"),
        (samples::jpeg(0xc0, 40, 0, None), "it declares 40 x 0 pixels"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x04IDATxxxx-crc".to_vec(), "does not start with its header"),
        (samples::wav(16_000)[..9000].to_vec(), "the WAV is cut off"),
        (b"%PDF-1.7 and then nothing".to_vec(), "its end (`%%EOF`) is missing"),
        (samples::webm(b"other"), "unknown kind `other`"),
    ];
    for (bytes, expected) in table {
        let message = refusal(bytes);
        assert!(message.contains(expected), "`{message}` does not say `{expected}`");
    }
}

/// A file that somebody named by mistake may be anybody's: keys, letters, other images.
#[test]
fn no_error_says_what_is_in_a_foreign_file() {
    const SECRET: &str = "hunter2";
    for file in [
        "OPENAI_API_KEY=hunter2\n",
        "\u{feff}OPENAI_API_KEY=hunter2\n",
        r#"{"message":"hunter2"}"#,
        r#"["hunter2"]"#,
        "<xml>hunter2</xml>",
        "<!doctype html>hunter2",
        "-----BEGIN PRIVATE KEY-----\nhunter2\n",
        "hunter2",
        "\u{1}hunter2",
        "PK\u{3}\u{4}hunter2",
        "%PDF-1.7 hunter2",
        "GIF89ahunter2",
        "\0\0\0\u{8}ftyphunter2",
    ] {
        let Err(error) = facts(file.as_bytes()) else { panic!("{file} is media") };
        let said = format!("{error} {error:?} {:?} {:?}", error.body(), error.partial());
        assert!(!said.contains(SECRET), "{said}");
    }
}

/// What a vendor answered in place of a file is said, so that somebody can act on it.
#[test]
fn an_answer_in_place_of_a_file_is_said() {
    for (answer, said) in [
        (&br#"{"message":"link is dead"}"#[..], "no media but JSON: link is dead"),
        (br#"{"error":{"code":403,"message":"URL expired"}}"#, "no media but JSON: URL expired"),
        (br#"{"detail":"gone"}"#, "no media but JSON: gone"),
        (br#"  {"broken":"#, r#"no media but JSON: {"broken":"#),
        (b"<!DOCTYPE html><h1>403</h1>", "no media but HTML or XML: <!DOCTYPE html><h1>403</h1>"),
        (b"Access denied", "no media but text: Access denied"),
    ] {
        let error = crate::media::facts::sniff::with_answer(facts(answer).unwrap_err(), answer);
        assert!(error.message().contains(said), "{error}");
        assert_eq!(error.body().unwrap(), String::from_utf8_lossy(answer).trim());
    }
}

// Museum G5: the header alone says 20,000 x 20,000. Nothing is decoded, the rules refuse it.
#[test]
fn g5_a_decompression_bomb_is_only_measured() {
    let text = png_chunk(b"zTXt", &[0; 5000]);
    let info = facts(samples::png(20_000, 20_000, 6, &[&text])).unwrap();
    assert_eq!((info.width, info.height), (Some(20_000), Some(20_000)));
}

#[test]
fn what_follows_an_image_does_not_matter() {
    let mut image = samples::jpeg(0xc2, 40, 30, None);
    image.extend_from_slice(&[0; 70_000]);
    assert_eq!(facts(image).unwrap().width, Some(40));
}

#[test]
fn boxes_in_boxes_come_to_an_end() {
    // A track that holds a hundred thousand empty boxes, and boxes nested as deep.
    let many = iso_box(b"moov", &[&iso_box(b"free", &[]).repeat(100_000)]);
    let data = iso_box(b"mdat", &[b"data"]);
    refusal([iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), many, data.clone()].concat());
    let deep = (0..2000).fold(Vec::new(), |inner, _| iso_box(b"trak", &[&inner]));
    refusal([iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), iso_box(b"moov", &[&deep]), data].concat());
}

// Files twice as long take twice as long, whatever they hold: what is counted is how often they
// are asked for a range.
#[test]
fn reading_takes_linear_time() {
    #[expect(clippy::type_complexity, reason = "a table")]
    let repeated: [(&str, fn(usize) -> Vec<u8>); 9] = [
        ("mp3 frames", |n| samples::mp3(n, None)),
        ("mp3 marks without frames", |n| cat(&[b"ID3\x03\0\0\0\0\0\0", &b"\xff\xfb\x90\xc0".repeat(n)])),
        ("jpeg fill bytes", |n| cat(&[b"\xff\xd8", &vec![0xff; n], b"\xe0"])),
        ("jpeg segments", |n| cat(&[b"\xff\xd8", &jpeg_segment(0xe0, b"x").repeat(n)])),
        ("jpeg marks in a scan", |n| cat(&[&samples::jpeg(0xc2, 40, 30, None), &b"\xff\xd8\xff\xda".repeat(n)])),
        ("gif frames", samples::gif),
        ("gif frames without an end", |n| samples::gif(n)[..12 + n * 20].to_vec()),
        ("boxes", |n| cat(&[&iso_box(b"ftyp", &[b"isom"]), &iso_box(b"free", &[]).repeat(n)])),
        ("webm clusters", |n| cat(&[&samples::webm(b"webm"), &samples::element(0x1f43_b675, &[b""]).repeat(n)])),
    ];
    for (name, make) in repeated {
        let ranges = |n: usize| {
            let mut reader = Reader::of_bytes(make(n).into());
            let _ = super::read(&mut reader);
            reader.ranges()
        };
        let (once, twice) = (ranges(2000), ranges(4000));
        assert!(twice <= once * 9 / 4 + 100, "{name}: {once} ranges, then {twice}");
    }
}

#[test]
fn every_cut_is_survived_and_refused_or_named() {
    for (name, bytes, _, cut_is_seen) in all() {
        for length in 0..bytes.len() {
            match facts(bytes[..length].to_vec()) {
                Ok(info) => {
                    let is_seen = !info.warnings.is_empty();
                    assert!(!cut_is_seen || is_seen, "{name} cut to {length} of {} bytes", bytes.len());
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::MediaInvalid, "{name} at {length}: {error}"),
            }
        }
    }
}

/// Files that ffmpeg and Pillow made.
fn real() -> Vec<(&'static str, Vec<u8>, MediaInfo, bool)> {
    let files: [&[u8]; 9] = [
        include_bytes!("files/sequential.jpg"),
        include_bytes!("files/progressive.jpg"),
        include_bytes!("files/three.gif"),
        include_bytes!("files/hybrid.mp4"),
        include_bytes!("files/sidx.mp4"),
        include_bytes!("files/edited.mp4"),
        include_bytes!("files/keys.mov"),
        include_bytes!("files/live.webm"),
        include_bytes!("files/tags.webm"),
    ];
    files.into_iter().map(|bytes| ("", bytes.to_vec(), MediaInfo::new(MediaType::Pdf, 0), false)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_change_of_bytes_harms(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut samples = all();
        samples.extend(real());
        let mut bytes = which.get(&samples).1.clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Err(error) = facts(bytes.clone()) {
            prop_assert_eq!(error.kind(), ErrorKind::MediaInvalid);
        }
        match crate::media::strip_location(&bytes.into()) {
            Ok(stripped) => prop_assert!(stripped.len() < 1 << 20),
            Err(error) => {
                prop_assert!(matches!(error.kind(), ErrorKind::MediaInvalid | ErrorKind::Unsupported), "{}", error);
            }
        }
    }
}
