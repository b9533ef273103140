//! An instance's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

/// Reads `{"error": "...", "error_description"?}`. The texts come in the account's language, so the
/// status decides.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let (kind, effect) = match failure.status.as_u16() {
        // An instance that is too busy, or closed for maintenance, says 503 before or behind the
        // work; nothing tells which.
        500..=599 => (ErrorKind::Unavailable, Effect::Unknown),
        _ => (by_status.kind(), by_status.effect()),
    };
    let Some(Refusal { error, error_description }) = failure.json() else {
        return by_status.with_effect(effect);
    };
    let advice = match failure.status.as_u16() {
        401 => "; make a new access token in Preferences > Development of the instance",
        403 => "; the token needs the scopes read, write:statuses and write:media, and the account must not be limited",
        _ => "",
    };
    let message = error_description.map_or_else(|| error.clone(), |more| format!("{error}: {more}"));
    Error::new(kind, format!("{message}{advice}")).with_effect(effect)
}
