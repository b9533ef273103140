//! Refusals: `{"code", "message", "request_id"}`, also as an event of a stream whose status stays
//! 200.
//!
//! <https://help.aliyun.com/en/model-studio/error-code>.

use serde::Deserialize;
use serde_json::Value;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Error, ErrorKind};

use crate::{refusal_codes, unsupported};

#[derive(Deserialize)]
struct Body {
    code: Value,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    request_id: Value,
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
fn of_word(word: &str) -> Option<ErrorKind> {
    Some(match word {
        "InvalidApiKey" => ErrorKind::Auth,
        "Arrearage" => ErrorKind::QuotaExhausted,
        "AccessDenied" => ErrorKind::Permission,
        "Throttling" | "LimitRequests" => ErrorKind::RateLimited,
        "DataInspectionFailed" | "data_inspection_failed" | "IPInfringementSuspect" => ErrorKind::Rejected,
        "ModelNotFound" | "model_not_found" => ErrorKind::NotFound,
        "InvalidParameter" | "InvalidURL" | "InvalidFile" | "BadRequest" => ErrorKind::InvalidRequest,
        "RequestTimeOut" => ErrorKind::Timeout,
        "InternalError" | "SystemError" | "ModelServiceFailed" | "ServiceUnavailable" => ErrorKind::Unavailable,
        _ => return None,
    })
}

/// What a code with its message means; `None` for a code that is not listed.
fn meaning(code: &str, message: &str) -> Option<ErrorKind> {
    let free_quota = message.to_ascii_lowercase().contains("free allocated quota exceeded");
    if code == "AllocationQuota.FreeTierOnly" || free_quota {
        return Some(ErrorKind::QuotaExhausted);
    }
    // Codes have details behind dots, and those of the engine a reason at their end:
    // `InternalError.Algo.InvalidParameter`.
    let (first, last) = (code.split('.').next(), code.rsplit('.').next());
    last.and_then(of_word).or_else(|| first.and_then(of_word))
}

/// What a code and a message say: of a request, of a task, or of a part of one. A code that is not
/// listed is of the kind `unknown`.
#[must_use]
pub fn refusal(code: &str, message: String, unknown: ErrorKind) -> Error {
    let error = match meaning(code, &message).unwrap_or(unknown) {
        ErrorKind::Rejected => {
            let made = message.to_ascii_lowercase().contains("output data");
            let stage = if made { Stage::Output } else { Stage::Input };
            Error::rejected(stage, Some(code.to_owned()), message)
        }
        kind => Error::new(kind, message),
    };
    if code.is_empty() { error } else { error.with_code(code) }
}

/// What a refused answer means. An account without money is told apart from one that is too fast.
#[must_use]
pub fn classify(failure: &Failure<'_>) -> Error {
    refusal_codes::or_out_of_money(read(failure))
}

fn read(failure: &Failure<'_>) -> Error {
    let body = failure.json().or_else(|| failure.json().map(|Wrapped { error }| error));
    let body = body.and_then(|Body { code, message, request_id }| Some((text(code)?, message, request_id)));
    let Some((code, message, request_id)) = body else { return failure.by_status() };
    let message = text(message).unwrap_or_default();
    let (listed, success) = (meaning(&code, &message).is_some(), failure.status.is_success());
    let unknown = if success { ErrorKind::Unavailable } else { failure.by_status().kind() };
    let mut error = refusal(&code, message, unknown);
    let lacking = unsupported::option(error.message(), &OPTIONS).filter(|_| error.kind() == ErrorKind::InvalidRequest);
    if let Some(option) = lacking {
        error = Error::unsupported(option, error.message().to_owned()).with_code(&code);
    }
    if !listed && success && !code.is_empty() {
        error = refusal_codes::of_unknown_code(error);
    }
    match text(request_id) {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// A text, also one that is written as a number.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
