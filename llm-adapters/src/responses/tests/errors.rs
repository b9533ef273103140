//! Bodies that people posted, by the issue on GitHub, and of the vendors' documentation; recorded
//! ones are in `tests/cassettes`.

use http::StatusCode;
use serde_json::json;
use social_core::ErrorKind;

use super::*;

// Museum E10, E6, G11: the body decides, and only what may succeed is sent again.
#[tokio::test]
async fn e10_refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let said = |code: Value, message: &str, param: Value| json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}});
    let (openai, xai) = (&Dialect::OPENAI, &Dialect::XAI);
    for (source, dialect, status, body, kind, field, again) in [
        // This API may give no code, and answers 400 for a model that is not there.
        (
            "OpenHands/software-agent-sdk#1837",
            openai,
            400,
            said(
                Value::Null,
                "Unsupported parameter: 'temperature' is not supported with this model.",
                "temperature".into(),
            ),
            Unsupported,
            Some("temperature"),
            false,
        ),
        (
            "pydantic/pydantic-ai#2865",
            openai,
            400,
            said(Value::Null, "Encrypted content is not supported with this model.", "include".into()),
            Unsupported,
            Some("include"),
            false,
        ),
        (
            "skorokithakis/sysaidmin#9",
            openai,
            400,
            said("model_not_found".into(), "The requested model 'gpt-4-1106-preview' does not exist.", "model".into()),
            NotFound,
            Some("model"),
            false,
        ),
        (
            "anomalyco/opencode#6071, there in a stream",
            openai,
            400,
            said(
                "context_length_exceeded".into(),
                "Your input exceeds the context window of this model.",
                "input".into(),
            ),
            InvalidRequest,
            Some("input"),
            false,
        ),
        (
            "BeehiveInnovations/pal-mcp-server#178",
            openai,
            400,
            said(
                "invalid_prompt".into(),
                "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
                Value::Null,
            ),
            Rejected,
            None,
            false,
        ),
        (
            "Wei-Shaw/sub2api#6631, there in a stream",
            openai,
            503,
            json!({"error": {"code": "server_is_overloaded", "message": "Our servers are currently overloaded. Please try again later.",
                "param": null, "type": "service_unavailable_error"}}),
            Unavailable,
            None,
            true,
        ),
        (
            "deepseek-error-401, recorded of chats",
            &Dialect::DEEPSEEK,
            401,
            json!({"error": {"message": "Authentication Fails",
            "type": "authentication_error", "param": null, "code": "invalid_request_error"}}),
            Auth,
            None,
            false,
        ),
        (
            "openai.yaml, words invented",
            openai,
            429,
            said("rate_limit_exceeded".into(), "m", Value::Null),
            RateLimited,
            None,
            true,
        ),
        (
            "openai.yaml, words invented",
            openai,
            500,
            said("server_error".into(), "m", Value::Null),
            Unavailable,
            None,
            false,
        ),
        (
            "ChatGPTNextWeb/NextChat#3664, of chats",
            openai,
            429,
            said("insufficient_quota".into(), "m", Value::Null),
            QuotaExhausted,
            None,
            false,
        ),
        (
            "xai-error-400-bad-key, recorded",
            xai,
            400,
            json!({"code": "invalid-argument", "error": "Incorrect API key provided."}),
            Auth,
            None,
            false,
        ),
        (
            "docs.x.ai debugging, words invented",
            xai,
            400,
            json!({"code": "invalid-argument", "error": "Model not found: x"}),
            NotFound,
            None,
            false,
        ),
        (
            "docs.x.ai debugging, words invented",
            xai,
            403,
            json!({"code": "permission-denied", "error": "no"}),
            Permission,
            None,
            false,
        ),
        (
            "docs.x.ai debugging, words invented",
            xai,
            410,
            json!({"code": "gone", "error": "Live Search is gone"}),
            NotFound,
            None,
            false,
        ),
    ] {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        for streamed in [false, true] {
            let (model, vendor) = model(dialect.clone(), answer.clone());
            let error = match streamed {
                false => model.chat(&hi()).await.map(drop),
                true => model.stream(&hi()).await.map(drop),
            };
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.field()), (kind, field), "{source}: {body}");
            assert_eq!(vendor.received().len() > 1, again, "{source}: {body}");
        }
    }
}

/// Examples of openrouter.ai/docs, errors-and-debugging: `error_type` says more than OpenAI's
/// codes.
#[tokio::test]
async fn openrouters_failures_inside_a_stream_are_told_apart() {
    use ErrorKind::*;
    let failed = |code: &str, kind: &str| {
        ending(
            "response.failed",
            json!({"id": "resp_abc123", "status": "failed",
            "error": {"code": code, "message": "m"}, "error_type": kind}),
        )
    };
    for (event, kind) in [
        (failed("server_error", "server"), Unavailable),
        (failed("server_error", "authentication"), Auth),
        (failed("invalid_prompt", "context_length_exceeded"), InvalidRequest),
        (failed("image_content_policy_violation", "content_policy_violation"), Rejected),
        (
            json!({"type": "response.error", "error": {"code": "rate_limit_exceeded", "message": "Rate limit exceeded"}}),
            RateLimited,
        ),
        (json!({"type": "error", "error": {"code": "invalid_api_key", "message": "Invalid API key provided"}}), Auth),
    ] {
        let error = streamed(&[words(0, "Half"), event.clone()]).await.unwrap_err();
        assert_eq!((error.kind(), error.partial()), (kind, Some("Half")), "{event}");
    }
}
