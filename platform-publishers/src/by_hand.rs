//! Lost messages that only a person can look for.

use social_core::{Error, ErrorKind};

/// The answer of a `find` that cannot ask: why not, and where to look.
pub(crate) fn settle_by_hand(why: &str, place: &str) -> Error {
    let message = format!(
        "{why}: look whether the message stands in {place}, and settle the step as happened or as not happened"
    );
    Error::new(ErrorKind::Unsupported, message)
}
