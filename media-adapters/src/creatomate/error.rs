//! Creatomate's refusals as errors.

use serde::Deserialize;
use social_core::error::{Error, ErrorKind};
use social_core::http::Failure;

/// Creatomate's error shape, with any of the statuses 400, 401, 402 (credits), 404 and 429.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    hint: Option<String>,
    doc: Option<String>,
}

/// By status, with the vendor's words.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let refusal = failure.json::<Refusal>().unwrap_or_default();
    match (refusal.hint, refusal.doc) {
        (Some(hint), Some(doc)) => Error::new(by_status.kind(), format!("{hint} ({doc})")),
        (Some(hint), None) => Error::new(by_status.kind(), hint),
        (None, _) => by_status,
    }
}

/// A render that failed. The reason is free text, and no filter is documented.
pub(super) fn failed(reason: Option<&str>) -> Error {
    let reason = reason.filter(|reason| !reason.is_empty()).unwrap_or("Creatomate gave no reason");
    Error::new(ErrorKind::JobFailed, reason.to_owned())
}
