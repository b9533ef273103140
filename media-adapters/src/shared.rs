//! Recorded exchanges and golden requests in `../shared`, for tests. They are not part of the
//! project.

// It is compiled for tests only, but is no test itself.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;

use serde_json::Value;

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

/// The exchanges of the media cassettes whose names begin so, with their names, in order.
pub(crate) fn cassettes(prefix: &str) -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.map(|file| file.file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(prefix)).collect();
    names.sort();
    if names.is_empty() {
        social_core::testkit::did_not_run("../shared");
    }
    let read = |name: String| Some((name.clone(), json(&format!("cassettes/media/{name}"))?));
    names.into_iter().filter_map(read).collect()
}

/// The answer of an exchange, as the vendor of a test gives it.
pub(crate) fn answer(exchange: &Value) -> social_core::testkit::Answer {
    let response = &exchange["response"];
    let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
    let answer = match &response["body"] {
        Value::Null => social_core::testkit::Answer::status(http::StatusCode::OK),
        body => social_core::testkit::Answer::json(body.clone()),
    };
    answer.with_status(http::StatusCode::from_u16(status).unwrap())
}

/// A PNG of this size whose pixels are not looked at.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header.as_slice()), (b"IDAT", b"pixels"), (b"IEND", b"")] {
        png.extend_from_slice(&[&u32::try_from(body.len()).unwrap().to_be_bytes()[..], kind, body, b"-crc"].concat());
    }
    png
}

/// A video of one second of 720 x 1280 pixels, with all that its facts need and no pixels.
pub(crate) fn mp4() -> Vec<u8> {
    fn part(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&(u32::try_from(body.len()).unwrap() + 8).to_be_bytes()[..], kind, &body].concat()
    }
    let (one, thousand) = (1_u32.to_be_bytes(), 1000_u32.to_be_bytes());
    let entry = part(b"avc1", &[&[0; 24], &720_u16.to_be_bytes(), &1280_u16.to_be_bytes(), &[0; 50]]);
    let table = [
        part(b"stsd", &[&[0; 4], &one, &entry]),
        part(b"stts", &[&[0; 4], &one, &one, &thousand]),
        part(b"stsz", &[&[0; 8], &one]),
        part(b"stco", &[&[0; 8]]),
    ];
    let media = [
        part(b"mdhd", &[&[0; 12], &thousand, &thousand, &[0; 4]]),
        part(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]),
        part(b"minf", &[&part(b"stbl", &[&table.concat()])]),
    ];
    let track = part(b"trak", &[&part(b"tkhd", &[&[0; 84]]), &part(b"mdia", &[&media.concat()])]);
    let header = part(b"mvhd", &[&[0; 12], &thousand, &thousand, &[0; 80]]);
    [part(b"ftyp", &[b"isom\0\0\0\0isom"]), part(b"moov", &[&header, &track]), part(b"mdat", &[b"pixels"])].concat()
}

/// What base64 in a cassette stands for.
pub(crate) fn inline(base64: &str) -> Vec<u8> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).unwrap()
}
