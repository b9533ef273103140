//! Refusals: `{"code", "message", "request_id"}`, also as an event of a stream whose status
//! stays 200.
//!
//! <https://help.aliyun.com/en/model-studio/error-code>.

use serde::Deserialize;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Error, ErrorKind};

use companies::unsupported;

use crate::shared::{in_place, refusal_codes};

#[derive(Deserialize)]
struct Body {
    #[serde(deserialize_with = "in_place::text")]
    code: String,
    #[serde(default, deserialize_with = "in_place::text")]
    message: String,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    request_id: Option<String>,
}

/// As gateways send it.
#[derive(Deserialize)]
struct Wrapped {
    error: Body,
}

/// What models lack, and the option that asked for it. Seen in:
///
/// - "The tool_choice parameter does not support being set to required or object in thinking mode"
///   <https://github.com/cloudwego/eino/issues/994>
/// - "Json mode response is not supported when enable_thinking is true"
///   <https://github.com/bytedance/deer-flow/issues/80>
/// - "This model does not support enable_search." <https://github.com/lobehub/lobehub/issues/5400>
/// - "parameter.enable_thinking must be set to false for non-streaming calls", and "... only
///   support stream call", of the error page
const OPTIONS: [(&str, &str); 5] = [
    ("tool choice", "tool_choice"),
    ("json mode", "output"),
    ("response format", "output"),
    ("enable search", "web_search"),
    ("thinking", "reasoning"),
];

/// What a word of a code means.
fn kind(word: &str) -> Option<ErrorKind> {
    Some(match word {
        "InvalidApiKey" => ErrorKind::Auth,
        "Arrearage" => ErrorKind::QuotaExhausted,
        "AccessDenied" => ErrorKind::Permission,
        "Throttling" | "LimitRequests" => ErrorKind::RateLimited,
        "DataInspectionFailed" | "data_inspection_failed" => ErrorKind::Rejected,
        "ModelNotFound" | "model_not_found" => ErrorKind::NotFound,
        "InvalidParameter" | "InvalidURL" | "InvalidFile" | "BadRequest" => ErrorKind::InvalidRequest,
        "RequestTimeOut" => ErrorKind::Timeout,
        "InternalError" | "SystemError" | "ModelServiceFailed" | "ServiceUnavailable" => ErrorKind::Unavailable,
        _ => return None,
    })
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    refusal_codes::or_out_of_money(read(failure))
}

fn read(failure: &Failure<'_>) -> Error {
    let body = failure.json().or_else(|| failure.json().map(|Wrapped { error }| error));
    let Some(Body { code, message, request_id }) = body else { return failure.by_status() };
    let lower = message.to_ascii_lowercase();
    let (first, last) = (code.split('.').next(), code.rsplit('.').next());
    let kind = match code.as_str() {
        "AllocationQuota.FreeTierOnly" => Some(ErrorKind::QuotaExhausted),
        _ if lower.contains("free allocated quota exceeded") => Some(ErrorKind::QuotaExhausted),
        // Codes have details behind dots, and those of the engine a reason at their end:
        // `InternalError.Algo.InvalidParameter`.
        _ => last.and_then(kind).or_else(|| first.and_then(kind)),
    };
    let unknown = kind.is_none() && failure.status.is_success() && !code.is_empty();
    let kind = match kind {
        Some(kind) => kind,
        None if failure.status.is_success() => ErrorKind::Unavailable,
        None => failure.by_status().kind(),
    };
    let lacking = unsupported::option(&message, &OPTIONS).filter(|_| kind == ErrorKind::InvalidRequest);
    let error = match (kind, lacking) {
        (ErrorKind::Rejected, _) => {
            let stage = if lower.contains("output data") { Stage::Output } else { Stage::Input };
            Error::rejected(stage, Some(code.clone()), message)
        }
        (_, Some(option)) => Error::unsupported(option, message),
        (kind, None) => Error::new(kind, message),
    };
    let error = error.with_code(code);
    let error = if unknown { refusal_codes::of_unknown_code(error) } else { error };
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
