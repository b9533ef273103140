//! How media are written: as what they are, or numbered, for digests that want their bytes instead.

use std::cell::RefCell;
use std::path::Path;

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::source::{Media, RemoteMedia};

/// The key under which a media's number stands. No field has a NUL in its name.
pub(crate) const NUMBER: &str = "\0media";

thread_local! {
    /// The media so far, while a value is being written with numbers. Serialising happens on one
    /// thread, without a pause.
    static FOUND: RefCell<Option<Vec<Media>>> = const { RefCell::new(None) };
}

/// The value as JSON in which `{"\0media": n}` stands for each media, and the media by number.
pub(crate) fn numbered(value: &(impl Serialize + ?Sized)) -> serde_json::Result<(Value, Vec<Media>)> {
    /// Puts back what was there before, whatever happens.
    struct Restore(Option<Vec<Media>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            FOUND.set(self.0.take());
        }
    }
    let _restore = Restore(FOUND.replace(Some(Vec::new())));
    let json = serde_json::to_value(value)?;
    Ok((json, FOUND.take().unwrap_or_default()))
}

/// The number of a media, when a value is being written with numbers.
fn number(media: &Media) -> Option<usize> {
    FOUND.with_borrow_mut(|found| {
        let found = found.as_mut()?;
        found.push(media.clone());
        Some(found.len() - 1)
    })
}

impl Serialize for Media {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "snake_case")]
        enum Written<'a> {
            #[serde(with = "super::base64_bytes")]
            Bytes(&'a Bytes),
            File(&'a Path),
            Remote(&'a RemoteMedia),
        }
        if let Some(number) = number(self) {
            return serializer.collect_map([(NUMBER, number)]);
        }
        let written = match self {
            Self::Bytes(bytes) => Written::Bytes(bytes),
            Self::File(path) => Written::File(path),
            Self::Remote(remote) => Written::Remote(remote),
        };
        written.serialize(serializer)
    }
}
