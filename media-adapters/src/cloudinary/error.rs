//! Cloudinary's refusals as errors.

use social_core::error::{Error, ErrorKind};
use social_core::http::Failure;

use super::wire::Refusal;

/// Where the reason stands when an image was asked for and not a JSON answer.
const REASON: &str = "x-cld-error";

/// Words in the messages about files that cannot be taken, as its support pages quote them
/// (unconfirmed); other messages stay with the status.
const FILES: [&str; 2] = ["Invalid image file", "File size too large"];

/// `{error: {message}}`, or the header of a failed transformation (cloudinary.com, upload API
/// reference, 2026).
///
/// A message may show the text that was signed; the secret is no part of it.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let body = failure.json::<Refusal>().map(|refusal| refusal.error.message);
    let header = || failure.headers.get(REASON).and_then(|reason| reason.to_str().ok()).map(str::to_owned);
    let Some(message) = body.or_else(header) else { return by_status(failure) };
    // The clock of this machine is wrong by more than an hour.
    if message.starts_with("Stale request") {
        return Error::new(ErrorKind::Auth, message).with_code("stale_request").with_field("timestamp");
    }
    if FILES.iter().any(|words| message.contains(words)) {
        return Error::new(ErrorKind::MediaInvalid, message);
    }
    Error::new(by_status(failure).kind(), message)
}

fn by_status(failure: &Failure<'_>) -> Error {
    let kind = match failure.status.as_u16() {
        // Cloudinary's "enhance your calm".
        420 => ErrorKind::RateLimited,
        // An image that is being made, and one that took too long.
        423 | 499 => ErrorKind::Unavailable,
        _ => return failure.by_status(),
    };
    Error::new(kind, failure.status.to_string())
}
