//! <https://docs.claude.com/en/api/errors>. Vertex AI refuses in Google's words, Zhipu and MiniMax in their numbers.

use serde::Deserialize;
use serde_json::Value;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

use crate::numbers;

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    /// Streams of Vertex AI.
    List([One; 1]),
    One(One),
}

#[derive(Deserialize)]
struct One {
    error: Said,
    #[serde(default)]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    /// Zhipu's number stands here.
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    message: String,
    /// Google's word.
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Value,
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let One { error: said, request_id } = match failure.json() {
        Some(Body::One(one) | Body::List([one])) => one,
        None => return failure.by_status(),
    };
    let spent = said.details.get("error_code").is_some_and(|code| code == "enforced_spend_limit_reached");
    let number = numbers::at_the_end(&said.message).filter(|number| numbers::minimax(number).is_some());
    let kind = match said.r#type.as_str() {
        _ if said.message.contains("credit balance is too low") => ErrorKind::QuotaExhausted,
        // Of a subscription that has none: "Extra usage is required for long context requests."
        _ if said.message.contains("required for long context requests") => ErrorKind::QuotaExhausted,
        kind if let Some(kind) = number.and_then(numbers::minimax).or_else(|| numbers::zhipu(kind)) => kind,
        "invalid_request_error" | "request_too_large" => ErrorKind::InvalidRequest,
        "authentication_error" => ErrorKind::Auth,
        "billing_error" => ErrorKind::QuotaExhausted,
        "permission_error" => ErrorKind::Permission,
        "not_found_error" => ErrorKind::NotFound,
        "rate_limit_error" if spent => ErrorKind::QuotaExhausted,
        "rate_limit_error" => ErrorKind::RateLimited,
        "timeout_error" => ErrorKind::Timeout,
        "api_error" | "overloaded_error" => ErrorKind::Unavailable,
        _ if failure.status.is_success() => ErrorKind::Unavailable,
        _ => failure.by_status().kind(),
    };
    let code =
        number.map(str::to_owned).unwrap_or(if said.r#type.is_empty() { said.status.clone() } else { said.r#type });
    let mut error = match kind {
        ErrorKind::Rejected => {
            let stage = if code == "1027" { Stage::Output } else { Stage::Input };
            Error::rejected(stage, Some(code.clone()), said.message)
        }
        kind => Error::new(kind, said.message),
    };
    if code == "overloaded_error" {
        error = error.with_effect(Effect::None);
    }
    if said.status == "UNAUTHENTICATED" {
        error = error.with_token_expired();
    }
    let error = if code.is_empty() { error } else { error.with_code(code) };
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
