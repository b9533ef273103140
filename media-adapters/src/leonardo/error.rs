//! Leonardo's refusals as errors.

use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

use super::wire::Refusal;
use crate::hosted;

/// Leonardo's error shape: `{error, path, code}`, told apart by the status. That a prompt is
/// refused by a text under status 400 is UNCONFIRMED.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { error: message, code }) = failure.json().filter(|refusal: &Refusal| !refusal.error.is_empty())
    else {
        return by_status;
    };
    let error = match by_status.kind() {
        ErrorKind::InvalidRequest if hosted::is_refusal(&message) => Error::rejected(Stage::Input, None, message),
        ErrorKind::InvalidRequest if code == "access-denied" => Error::new(ErrorKind::Permission, message),
        kind => Error::new(kind, message),
    };
    if code.is_empty() { error } else { error.with_code(code) }
}
