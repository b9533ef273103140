//! Recorded exchanges and golden requests in `../shared`, for tests. They are not part of the
//! project.

// It is compiled for tests only, but is no test itself.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;

use http::{HeaderName, StatusCode};
use serde_json::Value;
use social_core::media::Media;
use social_core::testkit::{Answer, Received};

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

/// The exchanges of the media cassettes whose names begin so, each with its name, in order.
pub(crate) fn exchanges(prefix: &str) -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = files.map(|file| file.file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with(prefix));
    names.sort();
    if names.is_empty() {
        social_core::testkit::did_not_run("../shared");
    }
    names.into_iter().map(|name| (name.clone(), json(&format!("cassettes/media/{name}")).unwrap())).collect()
}

/// The parts of a form that a vendor received: each with its name, its file name and its bytes.
pub(crate) fn parts(request: &Received) -> Vec<(String, Option<String>, Vec<u8>)> {
    let boundary = request.header("content-type").unwrap().split_once("boundary=").unwrap().1;
    let boundary = format!("--{boundary}");
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let (mut parts, mut rest) = (Vec::new(), &request.body[boundary.len() + 2..]);
    while let Some(end) = find(rest, boundary.as_bytes()) {
        let (part, behind) = rest.split_at(end);
        let head = find(part, b"\r\n\r\n").unwrap();
        let text = String::from_utf8_lossy(&part[..head]).into_owned();
        let field = |name: &str| Some(text.split_once(name)?.1.split('"').next().unwrap().to_owned());
        let body = part[head + 4..part.len() - 2].to_vec();
        parts.push((field(" name=\"").unwrap(), field("filename=\""), body));
        rest = behind.get(boundary.len() + 2..).unwrap_or_default();
    }
    parts
}

/// A text of a form.
pub(crate) fn field(request: &Received, name: &str) -> Option<String> {
    let part = parts(request).into_iter().find(|(part, ..)| part == name)?;
    Some(String::from_utf8_lossy(&part.2).into_owned())
}

/// A PNG of this size whose pixels are not looked at.
pub(crate) fn frame(width: u32, height: u32) -> Media {
    Media::bytes(crate::samples::png(width, height))
}

/// What the vendor answered in an exchange, with its headers.
pub(crate) fn answer(exchange: &Value) -> Answer {
    let response = &exchange["response"];
    let mut answer = match response["body"]["$text"].as_str() {
        Some(text) => Answer::bytes("text/event-stream", text.to_owned()),
        None => Answer::json(response["body"].clone()),
    };
    let headers = response["headers"].as_object().into_iter().flatten();
    for (name, value) in headers.filter(|(name, _)| *name != "content-type") {
        // Answers want what lives for ever, and tests are short.
        let value: &'static str = Box::leak(value.as_str().unwrap().to_owned().into_boxed_str());
        answer = answer.with_header(HeaderName::try_from(name.as_str()).unwrap(), value);
    }
    answer.with_status(StatusCode::from_u16(response["status"].as_u64().unwrap() as u16).unwrap())
}

/// The names of a vendor's exchanges up to the number, in order: `ark-01`. None when they are not
/// there.
pub(crate) fn numbers(vendor: &str) -> Vec<String> {
    let names = exchanges(&format!("{vendor}-")).into_iter();
    names.map(|(name, _)| name.get(..vendor.len() + 3).unwrap().to_owned()).collect()
}

/// What base64 in a cassette stands for.
pub(crate) fn inline(base64: &str) -> Vec<u8> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, base64).unwrap()
}
