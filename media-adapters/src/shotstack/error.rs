//! Shotstack's refusals as errors.

use serde::Deserialize;
use serde_json::Value;
use social_core::error::{Error, ErrorKind};
use social_core::http::Failure;

/// Both of its envelopes: edit answers `{success, message, response}`, where the response is a text
/// or an object; ingest and serve answer `{errors: [{status, title, detail}]}`. The gateway before
/// them answers `{message}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: Option<String>,
    response: Value,
    errors: Vec<Detail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Detail {
    title: Option<String>,
    detail: Option<String>,
}

/// By status, with the vendor's words.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(refusal) = failure.json::<Refusal>() else { return by_status };
    let mut said: Vec<String> = refusal.message.into_iter().collect();
    said.extend(words(&refusal.response));
    let errors = refusal.errors.into_iter().flat_map(|error| [error.title, error.detail]);
    said.extend(errors.flatten());
    said.retain(|text| !text.trim().is_empty());
    if said.is_empty() {
        return by_status;
    }
    let mut message = said.join(": ");
    let kind = match failure.status.as_u16() {
        403 => {
            message.push_str("; a key is good for one stage, `v1` or `stage`");
            ErrorKind::Auth
        }
        _ => by_status.kind(),
    };
    Error::new(kind, message)
}

/// The texts of a response whose shape is not documented.
fn words(response: &Value) -> Vec<String> {
    match response {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().flat_map(words).collect(),
        Value::Object(fields) => {
            let named = ["error", "message", "detail", "details"].into_iter();
            named.filter_map(|name| fields.get(name)).flat_map(words).collect()
        }
        _ => Vec::new(),
    }
}

/// A render that failed. The reason is free text, and no filter is documented.
pub(super) fn failed(reason: Option<&str>) -> Error {
    let reason = reason.filter(|reason| !reason.is_empty()).unwrap_or("Shotstack gave no reason");
    Error::new(ErrorKind::JobFailed, reason.to_owned())
}
