//! Make's answers to a webhook call as errors.

use http::StatusCode;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

/// Reads what the webhook's own server says in plain text. Anything else comes from the scenario,
/// which may have done its work before it answered.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let refused = |kind, message: &'static str| Error::new(kind, message).with_effect(Effect::None);
    match failure.status {
        // Retryable although it is a 400.
        StatusCode::BAD_REQUEST if failure.text().trim() == "Queue is full" => {
            refused(ErrorKind::Unavailable, "the webhook's queue is full").with_retry(Retry::Backoff)
        }
        StatusCode::TOO_MANY_REQUESTS => {
            refused(ErrorKind::RateLimited, "the webhook takes 300 requests in 10 seconds")
        }
        StatusCode::GONE => refused(
            ErrorKind::Config,
            "the webhook is gone: no scenario had it for five days; make a new one and set MAKE_WEBHOOK_URL",
        ),
        StatusCode::NOT_FOUND => {
            refused(ErrorKind::Config, "there is no such webhook; copy its address again and set MAKE_WEBHOOK_URL")
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            refused(ErrorKind::Auth, "the webhook wants a key, or another one; set MAKE_API_KEY")
        }
        _ => failure.by_status().with_effect(Effect::Unknown),
    }
}
