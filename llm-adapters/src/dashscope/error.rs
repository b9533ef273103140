//! Refusals: `{"code", "message", "request_id"}`, also as an event of a stream whose status stays 200.
//!
//! <https://help.aliyun.com/en/model-studio/error-code>.

use serde::Deserialize;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Error, ErrorKind};

#[derive(Deserialize)]
struct Body {
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    request_id: Option<String>,
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(Body { code, message, request_id }) = failure.json() else { return failure.by_status() };
    let lower = message.to_ascii_lowercase();
    // Codes have details behind a dot.
    let kind = match code.split('.').next().unwrap_or_default() {
        _ if lower.contains("free allocated quota exceeded") || code == "AllocationQuota.FreeTierOnly" => {
            ErrorKind::QuotaExhausted
        }
        _ if lower.contains("enable_thinking must be set to false") => ErrorKind::Unsupported,
        _ if code.ends_with("AccessDenied") => ErrorKind::Permission,
        "InvalidApiKey" => ErrorKind::Auth,
        "Arrearage" => ErrorKind::QuotaExhausted,
        "AccessDenied" => ErrorKind::Permission,
        "Throttling" | "LimitRequests" => ErrorKind::RateLimited,
        "DataInspectionFailed" | "data_inspection_failed" => ErrorKind::Rejected,
        "ModelNotFound" | "model_not_found" => ErrorKind::NotFound,
        "InvalidParameter" | "InvalidURL" | "InvalidFile" | "BadRequest" => ErrorKind::InvalidRequest,
        "RequestTimeOut" => ErrorKind::Timeout,
        "InternalError" | "SystemError" | "ModelServiceFailed" | "ServiceUnavailable" => ErrorKind::Unavailable,
        _ if failure.status.is_success() => ErrorKind::Unavailable,
        _ => failure.by_status().kind(),
    };
    let error = match kind {
        ErrorKind::Rejected => {
            let stage = if lower.contains("output data") { Stage::Output } else { Stage::Input };
            Error::rejected(stage, None, message)
        }
        ErrorKind::Unsupported => Error::unsupported("reasoning", message),
        kind => Error::new(kind, message),
    };
    let error = error.with_code(code);
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
