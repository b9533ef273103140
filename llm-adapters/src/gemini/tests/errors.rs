//! Bodies after the vendor's troubleshooting page and `google.rpc`; three recorded ones are in `tests/cassettes`.

use http::StatusCode;
use serde_json::json;
use social_core::{Effect, ErrorKind};

use super::*;

#[tokio::test]
async fn e6_refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let quota = |id: &str| json!([{"violations": [{"quotaId": id}]}, {"retryDelay": "2s"}]);
    let reason = |reason: &str| json!([{"reason": reason}]);
    let field = json!([{"fieldViolations": [{"field": "contents[0]", "description": "d"}]}]);
    for (status, word, message, details, kind, again) in [
        (400, "INVALID_ARGUMENT", "API key not valid.", reason("API_KEY_INVALID"), Auth, false),
        (400, "INVALID_ARGUMENT", "API key expired.", reason("API_KEY_EXPIRED"), Auth, false),
        (400, "INVALID_ARGUMENT", "bad", field, InvalidRequest, false),
        (400, "INVALID_ARGUMENT", "Thinking level is not supported for this model.", json!([]), Unsupported, false),
        (400, "FAILED_PRECONDITION", "User location is not supported for the API use.", json!([]), Permission, false),
        (401, "UNAUTHENTICATED", "no", reason("ACCESS_TOKEN_TYPE_UNSUPPORTED"), Auth, false),
        (403, "PERMISSION_DENIED", "no", reason("SERVICE_DISABLED"), Permission, false),
        (404, "NOT_FOUND", "models/x is not found for API version v1beta", json!([]), NotFound, false),
        (429, "RESOURCE_EXHAUSTED", "q", quota("GenerateRequestsPerMinutePerProjectPerModel"), RateLimited, true),
        (
            429,
            "RESOURCE_EXHAUSTED",
            "q",
            quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
            QuotaExhausted,
            false,
        ),
        (500, "INTERNAL", "oops", json!([]), Unavailable, true),
        (503, "UNAVAILABLE", "The model is overloaded.", json!([]), Unavailable, true),
        (504, "DEADLINE_EXCEEDED", "slow", json!([]), Timeout, true),
    ] {
        let error = json!({"error": {"code": status, "message": message, "status": word, "details": details}});
        // A stream's refusal is labelled as events, and an older form of it is a list.
        let list = json!([error]);
        for (body, label) in [(error, "application/json"), (list, "text/event-stream")] {
            let answer = Answer::bytes(label, body.to_string()).with_status(StatusCode::from_u16(status).unwrap());
            let (model, vendor) = model(answer);
            let error = model.stream(&hi()).await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (kind, message));
            assert!(error.code().unwrap().starts_with(word), "{error:?}");
            assert_eq!(error.effect(), Effect::None);
            assert_eq!(vendor.received().len() > 1, again, "{word} {message}");
            if kind == RateLimited {
                assert_eq!(error.wait().map(|wait| wait.as_secs()), Some(2));
            }
        }
    }
}
