//! DashScope's refusals as errors: `{code, message, request_id}`, of a request and of a task.

use serde::Deserialize;
use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

use super::wire::Refusal;

#[derive(Deserialize)]
struct Body {
    #[serde(flatten)]
    refusal: Refusal,
    request_id: Option<String>,
}

/// As gateways send it.
#[derive(Deserialize)]
struct Wrapped {
    error: Refusal,
}

/// What a word of a code means (Model Studio, error codes, 2026).
fn kind(word: &str) -> Option<ErrorKind> {
    Some(match word {
        "InvalidApiKey" => ErrorKind::Auth,
        "Arrearage" => ErrorKind::QuotaExhausted,
        "AccessDenied" => ErrorKind::Permission,
        "Throttling" | "LimitRequests" => ErrorKind::RateLimited,
        "DataInspectionFailed" | "IPInfringementSuspect" => ErrorKind::Rejected,
        "ModelNotFound" => ErrorKind::NotFound,
        "InvalidParameter" | "InvalidURL" | "InvalidFile" | "BadRequest" => ErrorKind::InvalidRequest,
        "RequestTimeOut" => ErrorKind::Timeout,
        "InternalError" | "SystemError" | "ModelServiceFailed" | "ServiceUnavailable" => ErrorKind::Unavailable,
        _ => return None,
    })
}

/// An error of this kind where the code is not known.
fn of(refusal: Refusal, unknown: ErrorKind) -> Error {
    let Refusal { code, message } = refusal;
    let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
    let lower = message.to_ascii_lowercase();
    let message = if message.is_empty() { "DashScope gave no reason".to_owned() } else { message };
    let (first, last) = (code.split('.').next(), code.rsplit('.').next());
    let kind = match code.as_str() {
        "AllocationQuota.FreeTierOnly" => Some(ErrorKind::QuotaExhausted),
        _ if lower.contains("free allocated quota exceeded") => Some(ErrorKind::QuotaExhausted),
        // Codes have details behind dots, and those of the engine a reason at their end.
        _ => last.and_then(kind).or_else(|| first.and_then(kind)),
    };
    let error = match kind.unwrap_or(unknown) {
        ErrorKind::Rejected => {
            let stage = if lower.contains("output data") { Stage::Output } else { Stage::Input };
            Error::rejected(stage, Some(code.clone()), message)
        }
        kind => Error::new(kind, message),
    };
    if code.is_empty() { error } else { error.with_code(code) }
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let named = |body: &Body| body.refusal.code.is_some();
    let (refusal, request_id) = match failure.json::<Body>().filter(named) {
        Some(Body { refusal, request_id }) => (refusal, request_id),
        None => match failure.json() {
            Some(Wrapped { error }) => (error, None),
            None => return by_status,
        },
    };
    let error = of(refusal, by_status.kind());
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// Why a task, or an image of it, came to nothing. Content that was refused holds; of
/// everything else the task is over.
pub(super) fn failed(refusal: Refusal) -> Error {
    let error = of(refusal, ErrorKind::JobFailed);
    if matches!(error.kind(), ErrorKind::Rejected | ErrorKind::JobFailed) {
        return error;
    }
    let failed = Error::new(ErrorKind::JobFailed, error.message().to_owned());
    failed.with_code(error.code().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    //! Stands on the vendor's list of codes; two bodies are recorded (in `../shared`).

    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;
    use crate::shared;

    #[test]
    fn codes_are_told_apart() {
        use ErrorKind::{
            Auth, InvalidRequest, NotFound, Permission, QuotaExhausted, RateLimited, Rejected, Unavailable,
        };
        let table = [
            (401, "InvalidApiKey", "", Auth, None),
            (400, "Arrearage", "", QuotaExhausted, None),
            (403, "AccessDenied.Unpurchased", "", Permission, None),
            (403, "AllocationQuota.FreeTierOnly", "", QuotaExhausted, None),
            (429, "Throttling.RateQuota", "", RateLimited, None),
            (429, "Throttling.AllocationQuota", "Free allocated quota exceeded.", QuotaExhausted, None),
            (400, "DataInspectionFailed", "Input data may contain it", Rejected, Some(Stage::Input)),
            (400, "DataInspectionFailed", "Output data may contain it", Rejected, Some(Stage::Output)),
            (400, "IPInfringementSuspect", "Input data", Rejected, Some(Stage::Input)),
            (400, "InvalidParameter.DataInspection", "Unable to download", InvalidRequest, None),
            (404, "ModelNotFound", "", NotFound, None),
            (400, "SomethingNew", "", InvalidRequest, None),
            (500, "InternalError.Timeout", "", Unavailable, None),
        ];
        for (status, code, message, kind, stage) in table {
            let body = json!({"code": code, "message": message, "request_id": "r1"}).to_string();
            let status = StatusCode::from_u16(status).unwrap();
            let error = classify(&Failure { status, headers: &HeaderMap::new(), body: body.as_bytes() });
            assert_eq!((error.kind(), error.code(), error.request_id()), (kind, Some(code), Some("r1")));
            assert_eq!(error.rejection().map(|rejection| rejection.stage), stage, "{code}");
        }
        for (name, kind) in [("400", InvalidRequest), ("401", Auth)] {
            let Some(recorded) = shared::json(&format!("cassettes/llm/dashscope-native-error-{name}.json")) else {
                return;
            };
            let body = recorded["response"]["body"].as_str().unwrap();
            let status = StatusCode::from_u16(name.parse().unwrap()).unwrap();
            let error = classify(&Failure { status, headers: &HeaderMap::new(), body: body.as_bytes() });
            assert_eq!(error.kind(), kind);
        }
    }
}
