//! Whapi's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
struct Refusal {
    error: Trouble,
}

#[derive(Deserialize)]
struct Trouble {
    code: i64,
    #[serde(default)]
    message: String,
    details: Option<String>,
}

/// Reads `{"error": {"code", "message", "details"?}}`, whose code is the status. A refusal is
/// decided before anything is sent; a 5xx may come behind it.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let status = failure.status.as_u16();
    let (kind, advice) = match status {
        400 => (ErrorKind::InvalidRequest, ""),
        401 => (ErrorKind::Auth, "; set the channel's WHAPI_TOKEN, and link its phone in Whapi's panel"),
        402 => (ErrorKind::QuotaExhausted, "; the trial is used up: choose a plan in Whapi's panel"),
        403 => (ErrorKind::Permission, "; the number may not write there: is it in the group, or a channel's admin?"),
        404 => (ErrorKind::NotFound, ""),
        413 => (ErrorKind::MediaInvalid, "; the file is too large"),
        415 => (ErrorKind::MediaInvalid, "; the format is not accepted"),
        429 => (ErrorKind::RateLimited, ""),
        500.. => (ErrorKind::Unavailable, ""),
        _ => (failure.by_status().kind(), ""),
    };
    let Some(Refusal { error: Trouble { code, message, details } }) = failure.json() else {
        let error = failure.by_status();
        let message = format!("{}{advice}", error.message());
        let error = Error::new(kind, message);
        return if status >= 500 { error.with_effect(Effect::Unknown) } else { error };
    };
    let details = details.filter(|details| !details.is_empty()).map(|details| format!(" ({details})"));
    let error = Error::new(kind, format!("{message}{}{advice}", details.unwrap_or_default()));
    let effect = if status >= 500 { Effect::Unknown } else { error.effect() };
    error.with_effect(effect).with_code(code.to_string())
}
