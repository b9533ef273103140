//! <https://docs.claude.com/en/api/errors>. Vertex AI refuses in Google's words, Zhipu and MiniMax
//! in their numbers.

use companies::refusal_codes;
use serde::Deserialize;
use serde_json::Value;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

use companies::unsupported;

use crate::shared::in_place;

/// What models lack, and the option that asked for it. Seen in:
///
/// - "This model does not support the effort parameter." and "adaptive thinking is not supported on
///   this model"
///   <https://github.com/elizaOS/eliza/pull/16175>
/// - "\"thinking.type.enabled\" is not supported for this model."
///   <https://github.com/yeahhe365/Gemini-Nexus/issues/42>
/// - "tool_choice: type \"tool\" and \"any\" are not supported for this model."
///   <https://github.com/anomalyco/opencode/issues/46735>, "Thinking may not be enabled when
///   tool_choice forces tool use."
///   <https://github.com/pydantic/pydantic-ai/issues/2425>
/// - "`temperature` is deprecated for this model." <https://github.com/BoltAI/BoltAI/issues/410>,
///   "`temperature` may only be set to 1 when thinking is enabled."
///   <https://github.com/agno-agi/agno/issues/9931>; `top_p` likewise
///   <https://github.com/mnfst/modelparams.dev/pull/238>
const OPTIONS: [(&str, &str); 8] = [
    ("effort parameter", "reasoning.effort"),
    ("thinking.type.enabled", "reasoning.budget_tokens"),
    ("tool choice", "tool_choice"),
    ("temperature", "temperature"),
    ("top p", "top_p"),
    ("thinking", "reasoning"),
    ("structured output", "output"),
    ("output format", "output"),
];

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    /// Streams of Vertex AI.
    List([One; 1]),
    One(One),
    /// MiniMax's own, inside a success.
    MiniMax {
        base_resp: BaseResp,
    },
}

#[derive(Deserialize)]
struct BaseResp {
    status_code: i64,
    #[serde(default)]
    status_msg: String,
}

#[derive(Deserialize)]
struct One {
    error: Said,
    #[serde(default)]
    request_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    /// Zhipu's number stands here.
    #[serde(deserialize_with = "in_place::text")]
    r#type: String,
    #[serde(deserialize_with = "in_place::text")]
    message: String,
    /// Google's word.
    #[serde(deserialize_with = "in_place::text")]
    status: String,
    details: Value,
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    refusal_codes::or_out_of_money(read(failure))
}

fn read(failure: &Failure<'_>) -> Error {
    let One { error: said, request_id } = match failure.json() {
        Some(Body::One(one) | Body::List([one])) => one,
        Some(Body::MiniMax { base_resp: BaseResp { status_code, status_msg } }) => One {
            error: Said { message: format!("{status_msg} ({status_code})"), ..Said::default() },
            request_id: None,
        },
        None => return failure.by_status(),
    };
    let spent = said.details.get("error_code").is_some_and(|code| code == "enforced_spend_limit_reached");
    let number = refusal_codes::at_the_end(&said.message).filter(|number| refusal_codes::minimax(number).is_some());
    let lacking = unsupported::option(&said.message, &OPTIONS).filter(|_| said.r#type == "invalid_request_error");
    let kind = match said.r#type.as_str() {
        _ if said.message.contains("credit balance is too low") => ErrorKind::QuotaExhausted,
        // Of a subscription that has none: "Extra usage is required for long context requests."
        _ if said.message.contains("required for long context requests") => ErrorKind::QuotaExhausted,
        kind if let Some(kind) = number.and_then(refusal_codes::minimax).or_else(|| refusal_codes::zhipu(kind)) => kind,
        _ if lacking.is_some() => ErrorKind::Unsupported,
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
    let unknown = failure.status.is_success() && number.is_none() && !said.r#type.is_empty();
    let unknown = unknown && !matches!(said.r#type.as_str(), "api_error" | "overloaded_error" | "timeout_error");
    let blind = unknown && kind == ErrorKind::Unavailable && refusal_codes::zhipu(&said.r#type).is_none();
    let code =
        number.map(str::to_owned).unwrap_or(if said.r#type.is_empty() { said.status.clone() } else { said.r#type });
    let mut error = match kind {
        ErrorKind::Rejected => {
            let stage = if code == "1027" { Stage::Output } else { Stage::Input };
            Error::rejected(stage, Some(code.clone()), said.message)
        }
        kind => Error::new(kind, said.message),
    };
    if let Some(option) = lacking.filter(|_| kind == ErrorKind::Unsupported) {
        error = error.with_field(option);
    }
    if code == "overloaded_error" {
        error = error.with_effect(Effect::None);
    }
    if said.status == "UNAUTHENTICATED" {
        error = error.with_token_expired();
    }
    let error = if code.is_empty() { error } else { error.with_code(code) };
    let error = if blind { refusal_codes::of_unknown_code(error) } else { error };
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
