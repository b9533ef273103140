//! Bodies that people posted and that vendors document, each with its source; the recorded ones are in `tests/cassettes`.

use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::{Value, json};
use social_core::chat::ChatModel as _;
use social_core::error::Stage;
use social_core::testkit::Answer;
use social_core::{Effect, ErrorKind};

use super::{Dialect, hi, model};

/// Where a body stands, the dialect, the status, the body, what it is, the field that it names, whether it is sent again.
type Row<'a> = (&'a str, &'a Dialect, u16, String, ErrorKind, Option<&'a str>, bool);

async fn check(table: &[Row<'_>]) {
    for (source, dialect, status, body, kind, field, again) in table {
        let answer = Answer::text(body.clone()).with_status(StatusCode::from_u16(*status).unwrap());
        let (model, vendor) = model((*dialect).clone(), answer);
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (*kind, *field), "{source}: {body}");
        let sent = vendor.received().len();
        assert_eq!(sent > 1, *again, "{source}: {body} was sent {sent} times");
        assert!(
            !error.message().is_empty() && error.vendor().is_some() && error.operation() == Some("chat"),
            "{source}: {error}"
        );
    }
}

/// Bodies that people posted, by the issue on GitHub; keys and organisations are cut. Where an issue has the words only,
/// the shape is that of the vendor's recorded errors.
#[tokio::test]
async fn e6_what_vendors_refused_becomes_kinds_and_only_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let (openai, openrouter, groq) = (&Dialect::OPENAI, &Dialect::OPENROUTER, &Dialect::GROQ);
    let (xai, qwen, mistral) = (&Dialect::XAI, &Dialect::QWEN, &Dialect::MISTRAL);
    let said = |kind: &str, param: Value, code: Value, message: &str| {
        json!({"error": {"message": message, "type": kind, "param": param, "code": code}}).to_string()
    };
    let plain = |kind: &str, message: &str| said(kind, Value::Null, Value::Null, message);
    let coded = |code: &str, message: &str| said(code, Value::Null, code.into(), message);
    let routed = |code: u16, message: &str| json!({"error": {"message": message, "code": code}}).to_string();
    let flat = |code: &str, error: &str| json!({"code": code, "error": error}).to_string();
    let faults = json!([{"type": "extra_forbidden", "loc": ["body", "messages", 0, "user", "name"],
        "msg": "Extra inputs are not permitted", "input": null}]);
    let limit = "Rate limit reached for gpt-4o-mini in organization org-x on tokens per min (TPM): Limit 100000, Used 96749, Requested 19126. Please try again in 114h18m0s.";
    let large = "Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 35064. The input or output tokens must be reduced in order to run successfully.";
    let quota = "You exceeded your current quota, please check your plan and billing details.";
    let groq_limit = "Rate limit reached for model `llama3-70b-8192` in organization `org_x` on tokens per minute (TPM): Limit 7000, Used 0, Requested ~12903. Please try again in 50.597142857s.";
    let team = "Your team x has either used all available credits or reached its monthly spending limit.";
    let day = json!({"error": {"message": "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
        "code": 429, "metadata": {"headers": {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0"}}}});
    let credits = json!({"error": {"message": "Insufficient credits. Add more using https://openrouter.ai/settings/credits",
        "code": 402, "metadata": {"limit_source": "openrouter_credits"}}});
    let inspected = json!({"error": {"code": "data_inspection_failed", "param": null, "type": "data_inspection_failed",
        "message": "Input data may contain inappropriate content."}, "id": "chatcmpl-x", "request_id": "x"});
    check(&[
        ("openai/openai-dotnet#404", openai, 429, said("tokens", Value::Null, "rate_limit_exceeded".into(), limit), RateLimited, None, false),
        ("danielmiessler/Fabric#364", groq, 429, said("tokens", Value::Null, "rate_limit_exceeded".into(), groq_limit), RateLimited, None, true),
        ("enricoros/big-AGI#636", openai, 429, said("tokens", Value::Null, "rate_limit_exceeded".into(), large), InvalidRequest, None, false),
        ("ChatGPTNextWeb/NextChat#3664", openai, 429, coded("insufficient_quota", quota), QuotaExhausted, None, false),
        ("ChatGPTNextWeb/NextChat#555", openai, 429, plain("insufficient_quota", quota), QuotaExhausted, None, false),
        ("BerriAI/litellm#2743", openai, 429, coded("billing_not_active", "Your account is not active, please check your billing details on our website."), QuotaExhausted, None, false),
        ("popjane/free_chatgpt_api#3", openai, 401, said("invalid_request_error", Value::Null, "invalid_api_key".into(), "Incorrect API key provided: sk-x."), Auth, None, false),
        ("chathub-dev/chathub#126", openai, 400, said("invalid_request_error", "messages".into(), "context_length_exceeded".into(), "This model's maximum context length is 4097 tokens."), InvalidRequest, Some("messages"), false),
        ("microsoft/vscode#255504", openai, 400, said("invalid_request_error", "temperature".into(), "unsupported_value".into(), "Unsupported value: 'temperature' does not support 0.1 with this model."), Unsupported, Some("temperature"), false),
        ("openai/openai-cua-sample-app#54", openai, 500, plain("server_error", "The server had an error processing your request."), Unavailable, None, false),
        ("ikechan8370/chatgpt-plugin#125", openai, 503, plain("server_error", "That model is currently overloaded with other requests."), Unavailable, None, true),
        ("evalstate/fast-agent#621", &Dialect::DEEPSEEK, 400, said("invalid_request_error", Value::Null, "invalid_request_error".into(), "This model's maximum context length is 131072 tokens."), InvalidRequest, None, false),
        ("deepwn/addi#13", &Dialect::DEEPSEEK, 400, said("invalid_request_error", Value::Null, "invalid_request_error".into(), "Model Not Exist"), NotFound, None, false),
        ("continuedev/continue#10121", &Dialect::DEEPSEEK, 402, said("unknown_error", Value::Null, "invalid_request_error".into(), "Insufficient Balance"), QuotaExhausted, None, false),
        ("camel-ai/owl#432", qwen, 400, inspected.to_string(), Rejected, None, false),
        ("QwenLM/qwen-code#2905", qwen, 400, said("invalid_request_error", Value::Null, "invalid_parameter_error".into(), "<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content."), Rejected, None, false),
        ("agno-agi/agno#5317", qwen, 400, said("invalid_request_error", Value::Null, "invalid_parameter_error".into(), "<400> InternalError.Algo.InvalidParameter: 'messages' must contain the word 'json' in some form"), InvalidRequest, None, false),
        // DashScope's words for a minute's tokens are OpenAI's for no money.
        ("can1357/oh-my-pi#8476", qwen, 429, coded("insufficient_quota", &format!("{quota} For details, see: https://help.aliyun.com/zh/model-studio/error-code#token-limit")), RateLimited, None, true),
        ("cline/cline#4826", xai, 429, flat("x", "Too many tokens for team x and model grok-4-0709. Your team's rate limit is — Tokens per Minute (actual/limit): 65605/16000."), RateLimited, None, true),
        ("continuedev/continue#10373", xai, 429, flat("x", team), QuotaExhausted, None, false),
        ("Anantys-oss/koan#2412", xai, 403, flat("permission-denied", team), QuotaExhausted, None, false),
        ("griptape-ai/griptape-nodes-engine#1079", xai, 403, flat("The caller does not have permission to execute the specified operation", "Your newly created teams doesn't have any credits yet."), QuotaExhausted, None, false),
        ("Wei-Shaw/sub2api#4069", xai, 403, flat("x", "You have run out of credits or need a Grok subscription."), QuotaExhausted, None, false),
        ("Gitlawb/openclaude#936", openrouter, 429, day.to_string(), QuotaExhausted, None, false),
        ("open-assistant-org/open-assistant#80", openrouter, 402, credits.to_string(), QuotaExhausted, None, false),
        ("MCPJam/inspector#1287", openrouter, 403, routed(403, "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys"), QuotaExhausted, None, false),
        ("bobrware/bobrchat#60", openrouter, 404, routed(404, "No endpoints found that support tool use."), Unsupported, None, false),
        ("nomtek/mistralai_client_dart#44", mistral, 422, json!({"object": "error", "message": {"detail": faults}, "type": "invalid_request_error", "param": null, "code": null}).to_string(), InvalidRequest, Some("messages.0.user.name"), false),
        ("partITech/php-mistral#76", mistral, 422, json!({"object": "Error", "detail": faults, "message": faults, "type": "invalid_request_error", "code": 3001}).to_string(), InvalidRequest, Some("messages.0.user.name"), false),
        ("mistralai/platform-docs-public#7", mistral, 422, json!({"object": "error", "message": json!({"detail": faults}).to_string(), "type": "internal_error_proxy", "code": "1000"}).to_string(), InvalidRequest, Some("messages.0.user.name"), false),
        ("HKUSTDial/Alpha-SQL#5", &Dialect::VLLM, 400, json!({"object": "error", "message": "This model's maximum context length is 32768 tokens.", "type": "BadRequestError", "param": null, "code": 400}).to_string(), InvalidRequest, None, false),
        ("zai-org/GLM-5#148", &Dialect::ZHIPU, 429, r#"{"error":{"code":"1113","message":"Insufficient balance or no resource package. Please recharge."}}"#.to_owned(), QuotaExhausted, None, false),
        ("modelscope/modelscope#1691", &Dialect::MINIMAX, 429, r#"{"error":{"http_code":"429","message":"insufficient balance (1008)","type":"insufficient_balance_error"},"request_id":"x"}"#.to_owned(), QuotaExhausted, None, false),
    ])
    .await;
}

/// Codes and words of the vendors' pages and specifications in the shape that they give them; the other words are invented.
#[tokio::test]
async fn e6_what_vendors_document_becomes_kinds() {
    use ErrorKind::*;
    let (zhipu, minimax, qwen) = (&Dialect::ZHIPU, &Dialect::MINIMAX, &Dialect::QWEN);
    let openrouter = &Dialect::OPENROUTER;
    let coded = |code: &str| json!({"error": {"code": code, "message": "m"}}).to_string();
    let base = |code: u16| json!({"choices": null, "base_resp": {"status_code": code, "status_msg": "m"}}).to_string();
    let typed = |code: u16, kind: &str| {
        json!({"error": {"code": code, "message": "m", "metadata": {"error_type": kind}}}).to_string()
    };
    let (alibaba, z_ai) = ("help.aliyun.com error-code", "docs.z.ai api-code");
    let (minimaxi, router) = ("platform.minimax.io errorcode", "openrouter.ai errors-and-debugging");
    let blocked = json!({"error": {"code": 403, "message": "Request blocked: prompt injection patterns detected",
        "metadata": {"patterns": ["ignore all previous instructions"]}}});
    check(&[
        (alibaba, qwen, 429, coded("limit_requests"), RateLimited, None, true),
        (
            alibaba,
            qwen,
            429,
            json!({"error": {"code": "Throttling.AllocationQuota", "message": "Free allocated quota exceeded."}})
                .to_string(),
            QuotaExhausted,
            None,
            false,
        ),
        (alibaba, qwen, 400, coded("Arrearage"), QuotaExhausted, None, false),
        (z_ai, zhipu, 429, coded("1302"), RateLimited, None, true),
        (z_ai, zhipu, 429, coded("1310"), QuotaExhausted, None, false),
        (z_ai, zhipu, 400, coded("1301"), Rejected, None, false),
        (z_ai, zhipu, 400, coded("1211"), NotFound, None, false),
        (z_ai, zhipu, 401, coded("1002"), Auth, None, false),
        (minimaxi, minimax, 200, base(1008), QuotaExhausted, None, false),
        (minimaxi, minimax, 200, base(1002), RateLimited, None, false),
        (
            minimaxi,
            minimax,
            422,
            json!({"error": {"type": "bad_request_error", "message": "invalid params (2013)"}}).to_string(),
            InvalidRequest,
            None,
            false,
        ),
        (
            minimaxi,
            minimax,
            500,
            json!({"error": {"type": "api_error", "message": "output new_sensitive (1027)"}}).to_string(),
            Rejected,
            None,
            false,
        ),
        (router, openrouter, 403, blocked.to_string(), Rejected, None, false),
        (router, openrouter, 429, typed(429, "rate_limit_exceeded"), RateLimited, None, true),
        (router, openrouter, 503, typed(503, "provider_overloaded"), Unavailable, None, true),
        (router, openrouter, 502, typed(502, "provider_unavailable"), Unavailable, None, false),
        (router, openrouter, 400, typed(400, "invalid_prompt"), InvalidRequest, None, false),
        (router, openrouter, 400, typed(400, "content_policy_violation"), Rejected, None, false),
        (router, openrouter, 400, typed(400, "image_too_large"), MediaInvalid, None, false),
        (router, openrouter, 402, typed(402, "payment_required"), QuotaExhausted, None, false),
        (
            "OpenRouterTeam SDK specification",
            openrouter,
            402,
            json!({"error": {"code": 402, "message": "m"}, "user_id": "u"}).to_string(),
            QuotaExhausted,
            None,
            false,
        ),
        (
            "TGI's openapi.json",
            &Dialect::TGI,
            429,
            r#"{"error":"Model is overloaded","error_type":"overloaded"}"#.to_owned(),
            RateLimited,
            None,
            true,
        ),
        (
            "vercel/ai packages/gmicloud",
            &Dialect::GMI,
            404,
            "No matching target server found for model x".to_owned(),
            NotFound,
            None,
            false,
        ),
        ("invented", &Dialect::OPENAI, 429, "slow down".to_owned(), RateLimited, None, true),
        ("invented", &Dialect::OPENAI, 503, "<html>bad gateway".to_owned(), Unavailable, None, false),
    ])
    .await;
}

/// <https://openrouter.ai/docs/api/reference/limits>: the only 402 that a wait helps; its body's other words are invented.
#[tokio::test]
async fn a_budget_of_calls_under_way_is_waited_for() {
    let body =
        json!({"error": {"code": 402, "message": "m", "metadata": {"limit_source": "openrouter_in_flight_budget"}}});
    let answer = Answer::json(body).with_status(StatusCode::PAYMENT_REQUIRED).with_header(RETRY_AFTER, "3");
    let (model, vendor) = model(Dialect::OPENROUTER, answer);
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!((error.kind(), error.wait().unwrap().as_secs()), (ErrorKind::RateLimited, 3));
    assert!(vendor.received().len() > 1);
}

/// compl-ai/compl-ai#20 and openrouter.ai errors-and-debugging: why content was refused is said apart from its code.
#[tokio::test]
async fn e6_a_refusal_names_its_category() {
    let azure = json!({"error": {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        "type": null, "param": "prompt", "code": "content_filter", "status": 400, "innererror": {"code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {"hate": {"filtered": false, "severity": "safe"}, "jailbreak": {"filtered": false, "detected": false},
        "self_harm": {"filtered": false, "severity": "safe"}, "violence": {"filtered": true, "severity": "medium"}}}}});
    let openrouter = json!({"error": {"code": 403, "message": "Your input was flagged",
        "metadata": {"reasons": ["violence", "hate"], "flagged_input": "x", "provider_name": "p", "model_slug": "m"}}});
    for (dialect, status, body, category) in
        [(Dialect::AZURE, 400, azure, "violence"), (Dialect::OPENROUTER, 403, openrouter, "violence, hate")]
    {
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let error = model(dialect, answer).0.chat(&hi()).await.unwrap_err();
        let rejection = error.rejection().unwrap();
        assert_eq!((rejection.stage, rejection.category.as_deref()), (Stage::Input, Some(category)));
    }
}

/// The words of Hugging Face's old task API; the figure is invented.
#[tokio::test]
async fn a_loading_model_names_its_wait() {
    let body = r#"{"error":"Model is currently loading","estimated_time":20.5}"#;
    let answer = Answer::text(body).with_status(StatusCode::SERVICE_UNAVAILABLE);
    let (model, vendor) = model(Dialect::HUGGINGFACE, answer);
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::None));
    assert_eq!(error.wait().unwrap().as_secs_f64(), 20.5);
    assert!(vendor.received().len() > 1);
}

/// The code is MiniMax's, the words are invented. Museum F11.
#[tokio::test]
async fn what_the_model_made_is_refused_as_output() {
    let (model, _) = model(Dialect::MINIMAX, Answer::text(r#"{"base_resp":{"status_code":1027,"status_msg":"no"}}"#));
    let error = model.chat(&hi()).await.unwrap_err();
    assert_eq!(error.rejection().unwrap().stage, Stage::Output);
}

/// Invented: the connection breaks. Museum A1, F12: what may have been billed is not sent again.
#[tokio::test]
async fn a_lost_paid_call_is_not_made_again_and_a_free_one_is() {
    for (dialect, sent) in [(Dialect::OPENAI, 1), (Dialect::OLLAMA, 4)] {
        let (model, vendor) = model(dialect, Answer::lost());
        model.chat(&hi()).await.unwrap_err();
        assert_eq!(vendor.received().len(), sent);
    }
}
