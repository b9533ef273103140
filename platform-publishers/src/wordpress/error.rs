//! WordPress's refusals.

use serde::Deserialize;
use serde_json::Value;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

use crate::article::page_instead;

/// Set before thumbnails are made: what comes with it is stored, whatever the status says.
const STORED: &str = "x-wp-upload-attachment-id";

#[derive(Deserialize)]
struct Refusal {
    /// Called `error` by other interfaces of WordPress.com.
    #[serde(alias = "error")]
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    data: Value,
}

/// Reads `{"code", "message", "data": {"status", "params", "term_id"}}`. The code decides where it
/// is known, the status otherwise. Firewalls, proxies and PHP answer in HTML.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let stored = failure.headers.get(STORED).and_then(|id| id.to_str().ok()?.parse::<u64>().ok());
    if let Some(id) = stored.filter(|_| failure.status.is_server_error()) {
        let message = "the file is stored, and its smaller sizes could not be made";
        return Error::new(ErrorKind::Unavailable, message).with_code(format!("stored/{id}"));
    }
    let Some(Refusal { code, message, data }) = failure.json() else {
        return page_instead(failure, "a WordPress site");
    };
    let kind = match code.as_str() {
        "rest_upload_sideload_error" | "rest_upload_unknown_error" | "rest_upload_file_too_big" => {
            ErrorKind::MediaInvalid
        }
        "rest_upload_hash_mismatch" | "rest_upload_invalid_disposition" => ErrorKind::MediaInvalid,
        "rest_upload_limited_space" => ErrorKind::QuotaExhausted,
        "term_exists" => ErrorKind::Duplicate,
        "rest_already_trashed" => ErrorKind::NotFound,
        "rest_trash_not_supported" => ErrorKind::Unsupported,
        _ => by_status.kind(),
    };
    let advice = match (failure.status.as_u16(), code.as_str()) {
        (401, _) => {
            "; make a new application password, and see to it that the server hands on the `Authorization` header"
        }
        (403, _) => "; the account needs a role that may publish and upload, such as editor",
        _ => "",
    };
    let term = data.get("term_id").and_then(Value::as_u64);
    let code = match term {
        Some(id) => format!("{code}/{id}"),
        None => code,
    };
    let mut error = Error::new(kind, format!("{message}{advice}")).with_code(code);
    let params = data.get("params").and_then(Value::as_object);
    if let Some(field) = params.and_then(|params| params.keys().next()) {
        error = error.with_field(field.clone());
    }
    match kind {
        // A refused type comes with 500.
        ErrorKind::MediaInvalid => error.with_effect(Effect::None).with_retry(Retry::Never),
        _ => error,
    }
}

/// The id behind a code of this word: of what is stored, of what exists.
pub(super) fn id_in(error: &Error, word: &str) -> Option<u64> {
    error.code()?.strip_prefix(word)?.strip_prefix('/')?.parse().ok()
}
