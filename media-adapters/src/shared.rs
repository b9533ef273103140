//! Recorded exchanges and golden requests in `../shared`, for tests. They are not part of the
//! project.

// It is compiled for tests only, but is no test itself.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;

use serde_json::Value;
use social_core::media::Media;

/// A JSON file of `../shared`; `None`, with a line that says so, when it is not there.
pub(crate) fn json(path: &str) -> Option<Value> {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")).join(path);
    let Ok(text) = std::fs::read_to_string(file) else {
        social_core::testkit::did_not_run("../shared");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// An exchange of the media cassettes, by the start of its name.
pub(crate) fn cassette(name: &str) -> Option<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let file = files.map(|file| file.file_name().into_string().unwrap()).find(|file| file.starts_with(name));
    json(&format!("cassettes/media/{}", file.as_deref().unwrap_or(name)))
}

/// A video of no length, but with all that the facts need: an audio track of one second.
pub(crate) fn video() -> Vec<u8> {
    fn part(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, &body].concat()
    }
    let (one, thousand) = (1_u32.to_be_bytes(), 1000_u32.to_be_bytes());
    let entry = part(b"avc1", &[&[0; 24], &720_u16.to_be_bytes(), &1280_u16.to_be_bytes(), &[0; 50]]);
    let table = part(
        b"stbl",
        &[
            &part(b"stsd", &[&[0; 4], &one, &entry]),
            &part(b"stts", &[&[0; 4], &one, &one, &thousand]),
            &part(b"stsz", &[&[0; 8], &one]),
            &part(b"stco", &[&[0; 8]]),
        ],
    );
    let media = part(
        b"mdia",
        &[
            &part(b"mdhd", &[&[0; 12], &thousand, &thousand, &[0; 4]]),
            &part(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]),
            &part(b"minf", &[&table]),
        ],
    );
    let track = part(b"trak", &[&part(b"tkhd", &[&[0; 84]]), &media]);
    let header = part(b"mvhd", &[&[0; 12], &thousand, &thousand, &[0; 80]]);
    [part(b"ftyp", &[b"isom\0\0\0\0isom"]), part(b"moov", &[&header, &track]), part(b"mdat", &[b"images"])].concat()
}

/// A PNG of this size whose pixels are not looked at.
pub(crate) fn frame(width: u32, height: u32) -> Media {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header.as_slice()), (b"IDAT", b"pixels"), (b"IEND", b"")] {
        png.extend_from_slice(&[&(body.len() as u32).to_be_bytes()[..], kind, body, b"-crc"].concat());
    }
    Media::bytes(png)
}
