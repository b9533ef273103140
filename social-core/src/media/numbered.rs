//! Serialising a value with its media numbered instead of written out.

use std::cell::RefCell;

use serde::Serialize;
use serde_json::Value;

use super::Media;

/// The key under which a media's number stands. No field has a NUL in its name.
pub(crate) const NUMBER: &str = "\0media";

thread_local! {
    /// The media so far, while a value is being written with numbers. Serialising happens on one thread, without a pause.
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
pub(super) fn number(media: &Media) -> Option<usize> {
    FOUND.with_borrow_mut(|found| {
        let found = found.as_mut()?;
        found.push(media.clone());
        Some(found.len() - 1)
    })
}
