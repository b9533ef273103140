//! Replicate's refusals as errors.

use social_core::error::Error;
use social_core::http::Failure;

use super::wire::Problem;

/// Replicate's error shape: `{title, detail, status}`, told apart by the status (OpenAPI of August
/// 2026). The wait of a 429 is in its `ratelimit` headers.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    match failure.json::<Problem>() {
        Some(Problem { title, detail }) if !detail.is_empty() => {
            let error = Error::new(by_status.kind(), detail);
            if title.is_empty() { error } else { error.with_code(title) }
        }
        _ => by_status,
    }
}
