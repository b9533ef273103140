//! The refusals of Black Forest Labs as errors.

use serde_json::Value;
use social_core::error::Error;
use social_core::http::Failure;

use super::wire::Refusal;

/// The error shape: `{detail}`, a text or, of a request that is not valid, a list of
/// `{loc, msg, type}`. The status tells the kind: 402 is no credits, 429 too many tasks at work.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let fault = match failure.json::<Refusal>().map(|refusal| refusal.detail) {
        Some(Value::String(text)) if !text.is_empty() => return Error::new(by_status.kind(), text),
        Some(Value::Array(faults)) => faults.into_iter().next(),
        _ => None,
    };
    let Some(fault) = fault else { return by_status };
    let Some(message) = fault.get("msg").and_then(Value::as_str) else { return by_status };
    let error = Error::new(by_status.kind(), message.to_owned());
    match fault.get("loc").and_then(Value::as_array).and_then(|place| place.last()?.as_str()) {
        Some(field) => error.with_field(field.to_owned()),
        None => error,
    }
}
