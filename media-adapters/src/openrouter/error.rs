//! OpenRouter's refusals as errors.

use serde::Deserialize;
use serde_json::Value;
use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

#[derive(Deserialize)]
struct Body {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    message: String,
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    /// Why content was refused.
    reasons: Vec<Value>,
}

/// OpenRouter's error shape: `{error{code, message, metadata}}`, its code being the status
/// (OpenRouterTeam/typescript-sdk cb9393a).
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Body { error: Said { message, metadata } }) = failure.json() else { return by_status };
    let reasons = metadata.unwrap_or_default().reasons;
    match by_status.kind() {
        ErrorKind::Permission if !reasons.is_empty() => {
            let reasons: Vec<_> = reasons.iter().filter_map(Value::as_str).collect();
            Error::rejected(Stage::Input, Some(reasons.join(", ")), message)
        }
        kind => Error::new(kind, message),
    }
}
