use std::time::Duration;

use social_core::error::{Effect, Error, ErrorKind, Retry};
use social_core::http::Failure;

use super::wire::{Detail, ErrorBody};

/// Google's error shape: `{error: {code, message, status, details[]}}`.
///
/// A call that fails with 4xx or 5xx is not billed (ai.google.dev, billing FAQ, November 2026), so an error that Google
/// itself wrote had no effect. One by a proxy on the way says nothing of the kind.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(ErrorBody { error }) = failure.json::<ErrorBody>() else {
        return failure.by_status();
    };
    let reasons = || error.details.iter().filter_map(|detail| detail.reason.as_deref());
    let kind = match (failure.status.as_u16(), error.status.as_str()) {
        // A wrong key is a bad request here, not a 401.
        (400, _) if reasons().any(|reason| matches!(reason, "API_KEY_INVALID" | "API_KEY_EXPIRED")) => ErrorKind::Auth,
        // Region or billing, says the vendor's troubleshooting page.
        (400, "FAILED_PRECONDITION") => ErrorKind::Permission,
        (_, "RESOURCE_EXHAUSTED") if is_spent(&error.details) => ErrorKind::QuotaExhausted,
        (_, "RESOURCE_EXHAUSTED") => ErrorKind::RateLimited,
        (_, "DEADLINE_EXCEEDED") => ErrorKind::Timeout,
        _ => failure.by_status().kind(),
    };
    let mut code = error.status.clone();
    if let Some(reason) = reasons().next() {
        code = format!("{code}/{reason}");
    }
    let mut found = Error::new(kind, error.message).with_code(code).with_effect(Effect::None);
    let delay = error.details.iter().find_map(|detail| seconds(detail.retry_delay.as_deref()?));
    if let Some(delay) = delay
        && kind != ErrorKind::QuotaExhausted
    {
        found = found.with_retry(Retry::After(delay));
    }
    found
}

/// A quota per day comes back tomorrow, whatever wait the answer names.
fn is_spent(details: &[Detail]) -> bool {
    details.iter().flat_map(|detail| &detail.violations).any(|violation| violation.quota_id.contains("PerDay"))
}

/// A duration of `google.protobuf`: `"34.4s"`.
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}
