//! Ark's refusals as errors.

use serde::Deserialize;
use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

/// `{code, message}`, of a refused request, of an image in a group, and of a task that failed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    code: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    error: Refusal,
}

/// What a code means (ModelArk, error codes, 2026). A detail may follow behind a dot.
fn kind(code: &str) -> Option<ErrorKind> {
    let (name, detail) = code.split_once('.').unwrap_or((code, ""));
    Some(match name {
        "AuthenticationError" => ErrorKind::Auth,
        // A model is activated in the console; some are called by an inference endpoint only.
        "AccessDenied" | "ModelNotOpen" => ErrorKind::Permission,
        "InvalidEndpointOrModel" if detail == "ModelIDAccessDisabled" => ErrorKind::Permission,
        "InvalidEndpointOrModel" => ErrorKind::NotFound,
        // Arrears; a limit that was set in the console; a plan or a trial that is used up.
        "AccountOverdueError" | "SetLimitExceeded" | "QuotaExceeded" => ErrorKind::QuotaExhausted,
        "ServerOverloaded" | "RequestBurstTooFast" | "InflightBatchsizeExceeded" => ErrorKind::RateLimited,
        _ if name.ends_with("RateLimitExceeded") => ErrorKind::RateLimited,
        "MissingParameter" | "InvalidParameter" => ErrorKind::InvalidRequest,
        "InternalServiceError" => ErrorKind::Unavailable,
        _ => return None,
    })
}

/// Where content was refused, if the code says that it was: `InputTextSensitiveContentDetected`,
/// `OutputImageSensitiveContentDetected.PolicyViolation`.
fn refused(code: &str) -> Option<Stage> {
    let stage = if code.starts_with("Output") { Stage::Output } else { Stage::Input };
    code.contains("SensitiveContentDetected").then_some(stage)
}

impl Refusal {
    /// As an error; of this kind where the code is not known.
    pub(super) fn error(self, unknown: ErrorKind) -> Error {
        let code = self.code.unwrap_or_default();
        let message = self.message.filter(|message| !message.is_empty());
        let message = message.unwrap_or_else(|| "Ark gave no reason".to_owned());
        let error = match refused(&code) {
            Some(stage) => Error::rejected(stage, Some(code.clone()), message),
            None => Error::new(kind(&code).unwrap_or(unknown), message),
        };
        if code.is_empty() { error } else { error.with_code(code) }
    }

    /// Why a task ended without a video.
    pub(super) fn of_task(self) -> Error {
        let error = self.error(ErrorKind::JobFailed);
        match error.kind() {
            ErrorKind::Rejected | ErrorKind::JobFailed => error,
            // The task is over, whatever its code would say of a request.
            _ => {
                let failed = Error::new(ErrorKind::JobFailed, error.message().to_owned());
                failed.with_code(error.code().unwrap_or_default())
            }
        }
    }
}

/// Ark's error shape: `{error: {code, message, param, type}}`.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    match failure.json() {
        Some(Body { error }) => error.error(by_status.kind()),
        None => by_status,
    }
}

#[cfg(test)]
mod tests {
    //! Stands on the vendor's list of codes; the messages are invented.

    use http::{HeaderMap, StatusCode};
    use serde_json::json;
    use social_core::error::Retry;

    use super::*;

    // Museum E10: of the answers with status 429, some do not mean "later".
    #[test]
    fn codes_are_told_apart() {
        use ErrorKind::{
            Auth, InvalidRequest, NotFound, Permission, QuotaExhausted, RateLimited, Rejected, Unavailable,
        };
        let table = [
            (400, "MissingParameter", InvalidRequest, None),
            (400, "InvalidParameter.UnsupportedImageFormat", InvalidRequest, None),
            (400, "SensitiveContentDetected", Rejected, Some(Stage::Input)),
            (400, "InputTextSensitiveContentDetected", Rejected, Some(Stage::Input)),
            (400, "InputImageSensitiveContentDetected.PrivacyInformation", Rejected, Some(Stage::Input)),
            (400, "OutputImageSensitiveContentDetected.PolicyViolation", Rejected, Some(Stage::Output)),
            (400, "OutputVideoSensitiveContentDetected", Rejected, Some(Stage::Output)),
            (401, "AuthenticationError", Auth, None),
            (403, "AccessDenied", Permission, None),
            (403, "AccountOverdueError", QuotaExhausted, None),
            (404, "InvalidEndpointOrModel.NotFound", NotFound, None),
            (404, "InvalidEndpointOrModel.ModelIDAccessDisabled", Permission, None),
            (404, "ModelNotOpen", Permission, None),
            (429, "RateLimitExceeded.EndpointRPMExceeded", RateLimited, None),
            (429, "ModelAccountIpmRateLimitExceeded", RateLimited, None),
            (429, "APIAccountRpmRateLimitExceeded", RateLimited, None),
            (429, "ServerOverloaded", RateLimited, None),
            (429, "SetLimitExceeded", QuotaExhausted, None),
            (429, "QuotaExceeded.MonthlyPlan", QuotaExhausted, None),
            (429, "SomethingNew", RateLimited, None),
            (500, "InternalServiceError", Unavailable, None),
        ];
        for (status, code, kind, stage) in table {
            let body = json!({"error": {"code": code, "message": "it says", "param": "", "type": "T"}}).to_string();
            let status = StatusCode::from_u16(status).unwrap();
            let failure = Failure { status, headers: &HeaderMap::new(), body: body.as_bytes() };
            let error = classify(&failure);
            assert_eq!((error.kind(), error.code()), (kind, Some(code)));
            assert_eq!(error.rejection().map(|rejection| rejection.stage), stage, "{code}");
            assert_eq!(error.retry() == Retry::Backoff, matches!(kind, RateLimited | Unavailable), "{code}");
        }
    }
}
