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

/// A PNG of this size whose pixels are not looked at.
pub(crate) fn frame(width: u32, height: u32) -> Media {
    Media::bytes(crate::samples::png(width, height))
}
