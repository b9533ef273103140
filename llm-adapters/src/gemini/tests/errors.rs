//! Bodies after the vendor's troubleshooting page and `google.rpc`; three recorded ones are in
//! `tests/cassettes`.

use http::StatusCode;
use serde_json::json;
use social_core::{Effect, ErrorKind};

use super::*;

// Museum E10, E6, G11: the body decides, and only what may succeed is sent again.
#[tokio::test]
async fn e10_refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
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
        // <https://discuss.ai.google.dev/t/183654>, before and after the change.
        (402, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", json!([]), QuotaExhausted, false),
        (429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", json!([]), QuotaExhausted, false),
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

/// Messages of both places as users report them; the issues are named beside the table.
#[tokio::test]
async fn what_a_model_lacks_is_named_by_its_option() {
    use ErrorKind::*;
    let vertex = "Unable to submit request because";
    for (message, kind, field) in [
        ("Thinking level is not supported for this model.", Unsupported, Some("reasoning.effort")),
        ("Thinking level MINIMAL is not supported for this model.", Unsupported, Some("reasoning.effort")),
        (&format!("{vertex} thinking_level is not supported by this model.."), Unsupported, Some("reasoning.effort")),
        ("Budget 0 is invalid. This model only works in thinking mode.", Unsupported, Some("reasoning.effort")),
        (
            &format!("{vertex} The model does not support setting thinking_budget to 0"),
            Unsupported,
            Some("reasoning.effort"),
        ),
        ("The thinking budget (52428) is invalid.", InvalidRequest, Some("reasoning.budget_tokens")),
        ("thinking_config is not supported.", Unsupported, Some("reasoning")),
        ("Thinking is not enabled for models/gemini-2.0-flash", Unsupported, Some("reasoning")),
        (
            &format!("{vertex} Thinking_config.include_thoughts is only enabled when thinking is enabled.."),
            Unsupported,
            Some("reasoning"),
        ),
        ("Json mode is not enabled for models/gemini-pro", Unsupported, Some("output")),
        ("Function calling with a response mime type: 'application/json' is unsupported", Unsupported, Some("output")),
        (&format!("{vertex} controlled generation is not supported with Search tool."), Unsupported, Some("output")),
        ("Function calling is not enabled for models/gemma-3-12b-it", Unsupported, Some("tools")),
        ("Function calling mode `ANY` is not enabled for api version v1beta", Unsupported, Some("tool_choice")),
        (
            &format!("{vertex} the forced function calling (mode = ANY) is only supported for Gemini 1.5 Pro models."),
            Unsupported,
            Some("tool_choice"),
        ),
        ("Tool use with function calling is unsupported", Unsupported, Some("web_search")),
        (
            "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with Function calling.",
            Unsupported,
            Some("web_search"),
        ),
        ("Search Grounding is not supported.", Unsupported, Some("web_search")),
        ("Developer instruction is not enabled for models/gemma-3-27b-it", Unsupported, Some("system")),
        ("Image input modality is not enabled for models/gemini-1.5-flash", Unsupported, Some("image")),
        ("Request contains an invalid argument.", InvalidRequest, None),
        ("Role 'function' is not supported.", InvalidRequest, None),
    ] {
        let body = json!({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}});
        let (model, _) = model(Answer::json(body).with_status(StatusCode::BAD_REQUEST));
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, field), "{message}");
    }
}
