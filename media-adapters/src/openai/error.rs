//! OpenAI's refusals as errors.

use serde::Deserialize;
use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

#[derive(Deserialize)]
struct Refusal {
    error: Reason,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    message: String,
    param: Option<String>,
    code: Option<String>,
}

/// OpenAI's error shape: `{error: {message, type, param, code}}`, by its code.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { error: Reason { message, param, code } }) = failure.json() else { return by_status };
    let code = code.unwrap_or_default();
    let error = match code.as_str() {
        "invalid_api_key" => Error::new(ErrorKind::Auth, message),
        "insufficient_quota" | "project_spend_limit_exceeded" | "billing_hard_limit_reached" => {
            Error::new(ErrorKind::QuotaExhausted, message)
        }
        "model_not_found" => Error::new(ErrorKind::NotFound, message),
        "moderation_blocked" | "content_policy_violation" => Error::rejected(Stage::Input, Some(code.clone()), message),
        _ => Error::new(by_status.kind(), message),
    };
    let error = if code.is_empty() { error } else { error.with_code(code) };
    match param {
        Some(param) => error.with_field(param),
        None => error,
    }
}
