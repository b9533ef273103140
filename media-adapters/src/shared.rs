//! Recorded exchanges and golden requests in `../shared`, for tests. They are not part of the
//! project.

// It is compiled for tests only, but is no test itself.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;

use http::{HeaderName, StatusCode};
use serde_json::Value;
use social_core::testkit::Answer;

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

/// What the vendor answered in an exchange, with its headers.
pub(crate) fn answer(exchange: &Value) -> Answer {
    let response = &exchange["response"];
    let mut answer = match response["body"]["$text"].as_str() {
        Some(text) => Answer::bytes("text/event-stream", text.to_owned()),
        None => Answer::json(response["body"].clone()),
    };
    for (name, value) in response["headers"].as_object().unwrap().iter().filter(|(name, _)| *name != "content-type") {
        // Answers want what lives for ever, and tests are short.
        let value: &'static str = Box::leak(value.as_str().unwrap().to_owned().into_boxed_str());
        answer = answer.with_header(HeaderName::try_from(name.as_str()).unwrap(), value);
    }
    answer.with_status(StatusCode::from_u16(response["status"].as_u64().unwrap() as u16).unwrap())
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
