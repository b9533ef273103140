//! Why a task of DashScope's came to nothing. What a refused request means is in
//! [`companies::dashscope`].

use companies::dashscope::refusal;
use social_core::error::{Error, ErrorKind};

use super::wire::Refusal;

/// Why a task, or an image of it, came to nothing. Content that was refused holds; of
/// everything else the task is over.
pub(super) fn failed(Refusal { code, message }: Refusal) -> Error {
    let message = message.filter(|message| !message.is_empty());
    let message = message.unwrap_or_else(|| "DashScope gave no reason".to_owned());
    let error = refusal(&code.unwrap_or_default(), message, ErrorKind::JobFailed);
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

    use companies::dashscope::classify;
    use social_core::error::Stage;
    use social_core::http::Failure;

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
