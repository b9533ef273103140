//! Google's refusals.

use serde::Deserialize;
use serde_json::Value;
use social_core::http::Failure;
use social_core::{Error, ErrorKind};

#[derive(Deserialize)]
struct Envelope {
    error: Refusal,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Value,
}

/// Reads `{"error": {"code", "message", "status", "details"?}}`.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Envelope { error: Refusal { message, status, details } }) = failure.json() else { return by_status };
    let about = |word: &str| message.contains(word) || details.to_string().contains(word);
    let (kind, advice) = match status.as_str() {
        "UNAUTHENTICATED" => (ErrorKind::Auth, ""),
        "PERMISSION_DENIED" => (
            ErrorKind::Permission,
            "; the account must manage the location, and Google lets a project use these APIs on request",
        ),
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION" if about("LOCATION_DISABLED_FOR_LOCAL_POST_API") => {
            (ErrorKind::Permission, "; Google has switched posts off for this location, as it does for chains")
        }
        "INVALID_ARGUMENT" if about("PHOTO_FETCH_FAILED") || about("PHOTO") || about("MEDIA") => {
            (ErrorKind::MediaInvalid, "; the photo must be at an address that gives it to anybody")
        }
        // A project that may not use the APIs has a quota of none.
        "RESOURCE_EXHAUSTED" if details.to_string().contains(r#""quota_limit_value":"0""#) => {
            (ErrorKind::Permission, "; the project has no quota: ask Google for access to the Business Profile APIs")
        }
        "RESOURCE_EXHAUSTED" if about("per day") => (ErrorKind::QuotaExhausted, ""),
        "RESOURCE_EXHAUSTED" => (ErrorKind::RateLimited, ""),
        "NOT_FOUND" => (ErrorKind::NotFound, ""),
        "ALREADY_EXISTS" => (ErrorKind::Duplicate, ""),
        _ => (by_status.kind(), ""),
    };
    let error = Error::new(kind, format!("{message}{advice}")).with_code(status);
    if kind == ErrorKind::Auth { error.with_token_expired() } else { error }
}
