//! Pinterest's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Error, ErrorKind};

#[derive(Deserialize)]
struct Refusal {
    code: Option<i64>,
    message: String,
}

/// Reads `{"code", "message"}`. The numbers are in no document, so the status decides.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { code, message }) = failure.json() else { return by_status };
    let about = |words: &[&str]| {
        let message = message.to_ascii_lowercase();
        words.iter().any(|words| message.contains(words))
    };
    let (kind, advice) = match failure.status.as_u16() {
        400 if about(&["reach the url", "image_url", "cover_image", "image is", "corrupt"]) => {
            (ErrorKind::MediaInvalid, "; the file must be a JPEG or PNG that anybody can fetch, or be sent")
        }
        // The sandbox says so of a token of the API, and the other way round.
        401 => (ErrorKind::Auth, "; the token is wrong, has expired, or belongs to the other host (API, sandbox)"),
        403 => (ErrorKind::Permission, "; the token needs boards and pins, read and write, and the account its board"),
        _ => (by_status.kind(), ""),
    };
    let error = Error::new(kind, format!("{message}{advice}")).with_effect(by_status.effect());
    let error = match code {
        Some(code) => error.with_code(code.to_string()),
        None => error,
    };
    if kind == ErrorKind::Auth { error.with_token_expired() } else { error }
}
