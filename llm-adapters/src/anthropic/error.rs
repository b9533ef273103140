//! <https://docs.claude.com/en/api/errors>.

use serde::Deserialize;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
struct Body {
    error: Said,
    #[serde(default)]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    error_code: Option<String>,
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(Body { error: said, request_id }) = failure.json() else { return failure.by_status() };
    let spent = said.details.and_then(|details| details.error_code).as_deref() == Some("enforced_spend_limit_reached");
    let kind = match said.r#type.as_str() {
        _ if said.message.contains("credit balance is too low") => ErrorKind::QuotaExhausted,
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
    // MiniMax ends its message with a number of its own.
    let blocked = [("(1026)", Stage::Input), ("(1027)", Stage::Output)];
    let error = match blocked.into_iter().find(|(number, _)| said.message.ends_with(number)) {
        Some((_, stage)) => Error::rejected(stage, None, said.message),
        None => Error::new(kind, said.message),
    };
    let error = if said.r#type == "overloaded_error" { error.with_effect(Effect::None) } else { error };
    let error = error.with_code(said.r#type);
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
