//! Bodies after OpenAI's openapi.yaml, xAI's debugging page and issues of SDKs; recorded ones are in `tests/cassettes`.

use http::StatusCode;
use serde_json::json;
use social_core::ErrorKind;

use super::*;

#[tokio::test]
async fn e6_refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let said = |code: Value, message: &str, param: &str| json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}});
    let (openai, xai) = (&Dialect::OPENAI, &Dialect::XAI);
    for (dialect, status, body, kind, field, again) in [
        // This API gives no code here, and 400 for a model that is not there.
        (
            openai,
            400,
            said(json!(null), "Unsupported parameter: 'temperature' is not supported with this model.", "temperature"),
            Unsupported,
            Some("temperature"),
            false,
        ),
        (
            openai,
            400,
            said(json!(null), "Encrypted content is not supported with this model.", "include"),
            Unsupported,
            Some("include"),
            false,
        ),
        (openai, 400, said(json!("model_not_found"), "no such model", "model"), NotFound, Some("model"), false),
        (
            openai,
            400,
            said(json!("context_length_exceeded"), "too long", "input"),
            InvalidRequest,
            Some("input"),
            false,
        ),
        (openai, 400, said(json!("invalid_prompt"), "flagged", "input"), Rejected, Some("input"), false),
        (openai, 401, json!({"error": {"message": "no", "code": "invalid_api_key"}}), Auth, None, false),
        (openai, 429, json!({"error": {"message": "slow", "code": "rate_limit_exceeded"}}), RateLimited, None, true),
        (openai, 429, json!({"error": {"message": "pay", "code": "insufficient_quota"}}), QuotaExhausted, None, false),
        (openai, 500, json!({"error": {"message": "oops", "code": "server_error"}}), Unavailable, None, false),
        (openai, 503, json!({"error": {"message": "later", "code": "server_overloaded"}}), Unavailable, None, true),
        (xai, 400, json!({"code": "invalid-argument", "error": "Incorrect API key provided: x."}), Auth, None, false),
        (xai, 400, json!({"code": "invalid-argument", "error": "Model not found: x"}), NotFound, None, false),
        (xai, 403, json!({"code": "permission-denied", "error": "no"}), Permission, None, false),
        (xai, 410, json!({"code": "gone", "error": "Live Search is gone"}), NotFound, None, false),
    ] {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        for streamed in [false, true] {
            let (model, vendor) = model(dialect.clone(), answer.clone());
            let error = match streamed {
                false => model.chat(&hi()).await.map(drop),
                true => model.stream(&hi()).await.map(drop),
            };
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.field()), (kind, field), "{body}");
            assert_eq!(vendor.received().len() > 1, again, "{body}");
        }
    }
}
