//! What a person has to do about a message that no program can look for.

use social_core::{Error, ErrorKind};

/// The answer of a `find` that cannot ask: why not, and where to look.
pub(crate) fn look_yourself(why: &str, place: &str) -> Error {
    let message = format!(
        "{why}: look whether the message stands in {place}, and settle the step as happened or as not happened"
    );
    Error::new(ErrorKind::Unsupported, message)
}
