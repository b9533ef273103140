//! Claid's refusals as errors.

use serde_json::Value;
use social_core::error::{Error, ErrorKind};
use social_core::http::Failure;

use super::wire::{JobError, Refusal};

/// `{error_code, error_type, error_message, error_details}`; a 429 has it one level deeper, under
/// `detail` (docs.claid.ai, errors and rate limits, July 2026).
///
/// 402 means that no calls are left. Which message would be a refusal of content is not documented.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(refusal) = failure.json::<Refusal>().map(Refusal::inner) else { return by_status };
    let Some(mut message) = refusal.error_message.filter(|message| !message.is_empty()) else { return by_status };
    let detail = refusal.error_details.as_ref().and_then(first);
    if let Some((_, reason)) = &detail {
        message = format!("{}: {reason}", message.trim_end_matches('.'));
    }
    let kind = match by_status.kind() {
        // A conflict with the state of a storage.
        ErrorKind::Duplicate => ErrorKind::InvalidRequest,
        kind => kind,
    };
    let error = Error::new(kind, message);
    let error = match detail {
        Some((field, _)) if !field.is_empty() => error.with_field(field),
        _ => error,
    };
    let code = match refusal.error_code {
        Value::String(code) => Some(code),
        Value::Number(code) => Some(code.to_string()),
        _ => refusal.error_type,
    };
    match code {
        Some(code) => error.with_code(code),
        None => error,
    }
}

/// The first reason of a validation, and the path of its field.
fn first(details: &Value) -> Option<(String, String)> {
    match details {
        Value::String(reason) => Some((String::new(), reason.clone())),
        Value::Array(reasons) => reasons.iter().find_map(first),
        Value::Object(fields) => fields.iter().find_map(|(name, below)| {
            let (path, reason) = first(below)?;
            Some((if path.is_empty() { name.clone() } else { format!("{name}.{path}") }, reason))
        }),
        _ => None,
    }
}

/// A job that ended without an image.
pub(super) fn failed(status: &str, errors: &[JobError]) -> Error {
    let reasons: Vec<_> = errors.iter().map(|error| error.error.as_str()).filter(|error| !error.is_empty()).collect();
    let reason = if reasons.is_empty() { format!("Claid gave no reason ({status})") } else { reasons.join("; ") };
    Error::new(ErrorKind::JobFailed, reason).with_code(status.to_owned())
}
