//! Bluesky's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
struct Refusal {
    error: Option<String>,
    #[serde(default)]
    message: String,
}

/// Whether the words of a refusal without a name of its own are about a file.
fn is_about_blob(message: &str) -> bool {
    let message = message.to_lowercase();
    ["mimetype", "mime type", "blob", "image too large", "video too large"].iter().any(|word| message.contains(word))
}

/// Reads an XRPC refusal: `{"error": "Name", "message": "..."}`. The name decides, not the status:
/// an expired token is HTTP 400.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { error: Some(name), message }) = failure.json() else {
        return by_status;
    };
    let kind = match name.as_str() {
        "ExpiredToken" | "InvalidToken" | "AuthenticationRequired" | "AuthFactorTokenRequired" | "AuthMissing" => {
            ErrorKind::Auth
        }
        "AccountTakedown" | "AccountDeactivated" | "AccountSuspended" | "RepoTakendown" | "RepoDeactivated"
        | "RepoSuspended" => ErrorKind::Permission,
        "RateLimitExceeded" => ErrorKind::RateLimited,
        "RecordNotFound" | "RepoNotFound" | "HandleNotFound" | "ProfileNotFound" => ErrorKind::NotFound,
        "BlobTooLarge"
        | "PayloadTooLarge"
        | "InvalidMimeType"
        | "InvalidImage"
        | "InvalidVideo"
        | "InvalidBlob"
        | "BlobNotFound"
        | "UnsupportedMediaType" => ErrorKind::MediaInvalid,
        "QuotaExceeded" | "UploadLimitExceeded" | "DailyLimitExceeded" => ErrorKind::QuotaExhausted,
        "UpstreamFailure" | "UpstreamTimeout" | "NotEnoughResources" | "HostNotFound" | "HostUnreachable"
        | "ServiceUnavailable" => ErrorKind::Unavailable,
        "AccountNotFound" => ErrorKind::NotFound,
        // Lexicons name them; old servers say it in words alone.
        "InvalidRequest" if is_about_blob(&message) => ErrorKind::MediaInvalid,
        _ => by_status.kind(),
    };
    let message = match name.as_str() {
        "AuthenticationRequired" => "the handle or app password is wrong; make an app password in Settings > \
             Privacy and security > App passwords"
            .to_owned(),
        "AuthFactorTokenRequired" => "the account wants a code from its owner's e-mail; use an app password, which \
             needs none"
            .to_owned(),
        _ if message.is_empty() => name.clone(),
        _ => message,
    };
    let error = Error::new(kind, message).with_status(failure.status.as_u16()).with_body(failure.body);
    let error = match name.as_str() {
        // Tokens that are bound to a key have the words of OAuth.
        "ExpiredToken" | "invalid_token" => error.with_token_expired(),
        // A 5xx proves nothing, whatever its name is.
        _ if failure.status.is_server_error() => error.with_effect(Effect::Unknown),
        _ => error,
    };
    error.with_code(name)
}
