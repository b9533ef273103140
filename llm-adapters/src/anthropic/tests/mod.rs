//! Errors and events from the vendor's specification, requests after its SDK; recordings are in
//! `tests/cassettes`.

mod conformance;

use std::sync::Arc;

use http::StatusCode;
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::chat::{
    ChatModel as _, ChatReply, ChatRequest, Effort, FinishReason, Message, OpaqueState, Part, ReasoningOptions,
    ReasoningPart, TokenCounter as _, ToolCall, ToolResult,
};
use social_core::clock::Timestamp;
use social_core::http::{Auth, TokenSource};
use social_core::models::ModelLister as _;
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};
use social_core::{Effect, ErrorKind, Result};

use super::{Anthropic, AnthropicChat, Dialect};

fn model(answer: Answer) -> (AnthropicChat, ScriptedVendor) {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| answer.clone());
    let clock = Arc::new(FixedClock::new(Timestamp::UNIX_EPOCH));
    let endpoint = Dialect::ANTHROPIC.endpoint().auth(Dialect::ANTHROPIC.auth("sk-test-key".into()));
    let endpoint = endpoint.transport(vendor.transport()).clock(clock);
    (Anthropic::new(Dialect::ANTHROPIC, endpoint).unwrap().chat("claude"), vendor)
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}

// Museum E10, E6, G11: the body decides, and only what may succeed is sent again.
#[tokio::test]
async fn e10_refusals_become_kinds_and_only_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let spent = r#","details":{"error_code":"enforced_spend_limit_reached"}"#;
    for (status, kind, details, expected, again) in [
        (400, "invalid_request_error", "", InvalidRequest, false),
        (401, "authentication_error", "", Auth, false),
        (402, "billing_error", "", QuotaExhausted, false),
        (403, "permission_error", "", Permission, false),
        (404, "not_found_error", "", NotFound, false),
        (413, "request_too_large", "", InvalidRequest, false),
        (429, "rate_limit_error", "", RateLimited, true),
        (429, "rate_limit_error", spent, QuotaExhausted, false),
        (500, "api_error", "", Unavailable, false),
        (529, "overloaded_error", "", Unavailable, true),
        (500, "brand_new_error", "", Unavailable, false),
    ] {
        let body = format!(r#"{{"type":"error","error":{{"type":"{kind}","message":"m"{details}}},"request_id":"r"}}"#);
        let (model, vendor) = model(Answer::text(body).with_status(StatusCode::from_u16(status).unwrap()));
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (expected, Some("r")), "{kind}");
        assert_eq!(vendor.received().len() > 1, again, "{kind}");
    }
}

/// Messages as users report them; the reports are named beside the table.
#[tokio::test]
async fn what_a_model_lacks_is_named_by_its_option() {
    for (message, field) in [
        ("This model does not support the effort parameter.", Some("reasoning.effort")),
        ("adaptive thinking is not supported on this model", Some("reasoning")),
        ("\"thinking.type.enabled\" is not supported for this model.", Some("reasoning.budget_tokens")),
        ("tool_choice: type \"tool\" and \"any\" are not supported for this model.", Some("tool_choice")),
        ("Thinking may not be enabled when tool_choice forces tool use.", Some("tool_choice")),
        ("`temperature` is deprecated for this model.", Some("temperature")),
        ("`temperature` may only be set to 1 when thinking is enabled.", Some("temperature")),
        ("`top_p` is deprecated for this model.", Some("top_p")),
        ("prompt is too long: 3333404 tokens > 200000 maximum", None),
        ("temperature: range: 0..1", None),
    ] {
        let body = json!({"type": "error", "error": {"type": "invalid_request_error", "message": message}});
        let error = model(Answer::json(body).with_status(StatusCode::BAD_REQUEST)).0.chat(&hi()).await.unwrap_err();
        let kind = if field.is_some() { ErrorKind::Unsupported } else { ErrorKind::InvalidRequest };
        assert_eq!((error.kind(), error.field()), (kind, field), "{message}");
    }
}

/// Bodies of Vertex AI in Google's form and of the vendors behind the dialect, as users report
/// them: <https://github.com/anthropics/claude-code/issues/9201>,
/// <https://github.com/anthropics/claude-code/issues/41054>,
/// <https://github.com/MiniMax-AI/MiniMax-M2/issues/62>,
/// <https://github.com/MiniMax-AI/MiniMax-M2.7/issues/36>. Those of 1026 and 1302 are put together
/// after the vendors' lists of numbers.
#[tokio::test]
async fn other_vendors_refuse_in_the_dialect_with_numbers_and_words_of_their_own() {
    use ErrorKind::*;
    let said = |kind: &str, message: &str| json!({"type": "error", "error": {"type": kind, "message": message}});
    let google = json!({"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "invalid credentials",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_EXPIRED"}]}});
    let plan = "usage limit exceeded, 5-hour usage limit reached for Token Plan Starter (0/0 used), resets at 2026-05-15T15:00:00Z (2056)";
    for (status, body, kind, code, again) in [
        (
            429,
            said("1113", "Insufficient balance or no resource package. Please recharge."),
            QuotaExhausted,
            "1113",
            false,
        ),
        (429, said("1302", "High concurrency usage of this API"), RateLimited, "1302", true),
        (500, said("api_error", "insufficient balance (1008)"), QuotaExhausted, "1008", false),
        (429, said("rate_limit_error", plan), QuotaExhausted, "2056", false),
        (400, said("invalid_request_error", "input new_sensitive (1026)"), Rejected, "1026", false),
        (
            429,
            said("rate_limit_error", "Extra usage is required for long context requests."),
            QuotaExhausted,
            "rate_limit_error",
            false,
        ),
        (401, google.clone(), Auth, "UNAUTHENTICATED", false),
        (401, json!([google]), Auth, "UNAUTHENTICATED", false),
    ] {
        let message = body.pointer("/error/message").or(body.pointer("/0/error/message")).unwrap().clone();
        let (model, vendor) = model(Answer::text(body.to_string()).with_status(StatusCode::from_u16(status).unwrap()));
        let error = model.chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), json!(error.message())), (kind, Some(code), message));
        assert_eq!(error.is_token_expired(), code == "UNAUTHENTICATED");
        assert_eq!(vendor.received().len() > 1, again, "{code}");
    }
}

async fn read(events: &[Value]) -> Result<ChatReply> {
    let body: String = events.iter().map(|event| format!("event: x\ndata: {event}  \n\n")).collect();
    model(Answer::bytes("text/event-stream", body)).0.stream(&hi()).await?.collect().await
}

fn block(index: u32, start: Value, deltas: &[Value]) -> Vec<Value> {
    let mut events = vec![json!({"type": "content_block_start", "index": index, "content_block": start})];
    events.extend(deltas.iter().map(|delta| json!({"type": "content_block_delta", "index": index, "delta": delta})));
    events.push(json!({"type": "content_block_stop", "index": index}));
    events
}

fn tool(index: u32, id: &str, input: &str) -> Vec<Value> {
    let start = json!({"type": "tool_use", "id": id, "name": "f", "input": {}});
    block(index, start, &[json!({"type": "input_json_delta", "partial_json": input})])
}

fn ending(reason: &str) -> [Value; 2] {
    [json!({"type": "message_delta", "delta": {"stop_reason": reason}}), json!({"type": "message_stop"})]
}

// Museum E13.
#[tokio::test]
async fn e13_a_call_that_the_limit_cut_is_not_handed_over() {
    for cut in ["{\"x\":", "{}"] {
        let reply = read(&[tool(0, "a", "{\"x\":1}"), tool(1, "b", cut), ending("max_tokens").to_vec()].concat()).await;
        let reply = reply.unwrap();
        assert_eq!(reply.finish, FinishReason::Length);
        assert_eq!(reply.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["a"]);
    }
    let error = read(&[tool(0, "a", "{\"x\":"), ending("tool_use").to_vec()].concat()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

/// After another project's stream of a proxy that lost its connection and began again.
#[tokio::test]
async fn a_message_that_begins_again_leaves_no_half_call() {
    let start = json!({"type": "message_start", "message": {"id": "m", "content": []}});
    let mut half = tool(0, "a", "{\"x\":");
    half.pop();
    let events = [vec![start.clone()], half, vec![start], tool(0, "b", "{\"x\":1}"), ending("tool_use").to_vec()];
    let reply = read(&events.concat()).await.unwrap();
    assert_eq!(reply.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["b"]);
}

/// After recordings: thinking is counted in the output, and by itself.
#[tokio::test]
async fn thinking_is_counted() {
    let text = block(0, json!({"type": "text", "text": "Hi"}), &[]);
    let usage = json!({"output_tokens": 17, "output_tokens_details": {"thinking_tokens": 9}});
    let end = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage});
    let reply = read(&[text, vec![end, json!({"type": "message_stop"})]].concat()).await.unwrap();
    let usage = reply.usage.unwrap();
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(17), Some(9)));
}

/// After recordings of a conversation that the vendor sums up before it answers.
#[tokio::test]
async fn a_summary_of_the_conversation_is_kept_and_counted() {
    let pieces = ["The user ", "said hello."].map(|text| json!({"type": "compaction_delta", "content": text}));
    let summary = block(0, json!({"type": "compaction", "content": null}), &pieces);
    let text = block(1, json!({"type": "text", "text": "Hi"}), &[]);
    let count = |kind: &str, input: u64, output: u64, cached: u64| json!({"type": kind, "input_tokens": input, "output_tokens": output, "cache_read_input_tokens": cached});
    let mut usage = count("usage", 181, 8, 0);
    usage["iterations"] = json!([count("compaction", 100, 83, 55_000), count("message", 181, 8, 0)]);
    let end = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage});
    let reply = read(&[summary, text, vec![end, json!({"type": "message_stop"})]].concat()).await.unwrap();
    let Part::Opaque(kept) = &reply.parts[0] else { panic!("{reply:?}") };
    assert_eq!(kept.state["content"], "The user said hello.");
    let usage = reply.usage.unwrap();
    assert_eq!(
        (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens),
        (Some(55_281), Some(55_000), Some(91))
    );
}

/// After MiniMax's failures on its other route.
#[tokio::test]
async fn a_failure_may_have_minimax_s_own_shape() {
    let body = r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#;
    let whole = model(Answer::text(body)).0.chat(&hi()).await.unwrap_err();
    let event = Answer::bytes("text/event-stream", format!("data: {body}\n\n"));
    let streamed = model(event).0.stream(&hi()).await.unwrap().collect().await.unwrap_err();
    for error in [whole, streamed] {
        assert_eq!((error.kind(), error.code()), (ErrorKind::QuotaExhausted, Some("1008")));
    }
}

// Museum E5.
#[tokio::test]
async fn an_error_after_text_keeps_the_text_and_leaves_the_effect_open() {
    let text = block(0, json!({"type": "text", "text": ""}), &[json!({"type": "text_delta", "text": "Half"})]);
    let error = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    let error = read(&[text, vec![error]].concat()).await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Unavailable, Some("Half")));
    assert_eq!(error.effect(), Effect::Unknown);
}

#[tokio::test]
async fn unknown_blocks_and_reasons_travel_on() {
    let start = json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}});
    let search = block(0, start, &[json!({"type": "input_json_delta", "partial_json": "{\"query\":\"q\"}"})]);
    let reply = read(&[search, ending("pause_turn").to_vec()].concat()).await.unwrap();
    assert_eq!(reply.finish, FinishReason::Paused);
    let Part::Opaque(state) = &reply.parts[0] else { panic!("{reply:?}") };
    assert_eq!(state.state["input"], json!({"query": "q"}));
    assert_eq!(
        body(&ChatRequest::of([Message::user("go"), reply.to_message()])).await["messages"][1]["content"][0],
        state.state
    );
}

#[tokio::test]
async fn a_refusal_keeps_its_category() {
    let details = json!({"type": "refusal", "category": "cyber", "explanation": "Blocked."});
    let ending = [
        json!({"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}}),
        json!({"type": "message_stop"}),
    ];
    let error = read(&ending).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Rejected, "cyber: Blocked."));
    assert_eq!(error.rejection().unwrap().category.as_deref(), Some("cyber"));
    // What came before stays.
    let text = block(0, json!({"type": "text", "text": ""}), &[json!({"type": "text_delta", "text": "Half"})]);
    let reply = read(&[text, ending.to_vec()].concat()).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.refusal().as_deref()), ("Half", Some("cyber: Blocked.")));
}

/// The blocks are those of the recording `anthropic-stream-web-search`, shortened.
#[tokio::test]
async fn a_text_with_citations_goes_back_as_it_came() {
    let plain = block(0, json!({"type": "text", "text": ""}), &[json!({"type": "text_delta", "text": "It is "})]);
    let citation = json!({"type": "web_search_result_location", "url": "https://abc7news.com/weather/", "title": "T",
        "cited_text": "Clouds", "encrypted_index": "EpMB"});
    let deltas = [
        json!({"type": "citations_delta", "citation": citation}),
        json!({"type": "text_delta", "text": "a Level"}),
        json!({"type": "text_delta", "text": " 1 storm."}),
    ];
    let cited = block(1, json!({"type": "text", "text": "", "citations": []}), &deltas);
    let reply = read(&[plain, cited, ending("end_turn").to_vec()].concat()).await.unwrap();
    assert_eq!((reply.text().as_str(), reply.sources[0].span.clone()), ("It is a Level 1 storm.", Some(6..22)));
    let back = async |message: Message| {
        body(&ChatRequest::of([Message::user("go"), message])).await["messages"][1]["content"].clone()
    };
    assert_eq!(
        back(reply.to_message()).await,
        json!([{"type": "text", "text": "It is "},
            {"type": "text", "text": "a Level 1 storm.", "citations": [citation]}])
    );
    // What the application changed is no longer cited.
    let mut changed = reply.to_message();
    changed.parts[0] = Part::Text("It is fine.".to_owned());
    assert_eq!(back(changed).await, json!([{"type": "text", "text": "It is fine."}]));
}

async fn body(request: &ChatRequest) -> Value {
    let (model, vendor) = model(Answer::lost());
    model.chat(request).await.unwrap_err();
    vendor.received()[0].json()
}

#[tokio::test]
async fn thinking_goes_back_with_its_signature_and_results_come_first() {
    let thought = |vendor: &'static str| {
        let opaque = Some(OpaqueState::new(vendor, json!({"signature": "sig"})));
        Part::Reasoning(ReasoningPart { text: "hm".into(), opaque })
    };
    let parts = vec![thought("anthropic"), thought("else"), Part::ToolCall(ToolCall::new("t", "f", json!({})))];
    let reply = ChatReply::new("a/b".parse().unwrap(), parts, FinishReason::ToolCalls);
    let result = ToolResult { id: "t".into(), name: "f".into(), content: "no".into(), is_error: true };
    let results = Message::user("and?").with(Part::ToolResult(result));
    let sent = body(&ChatRequest::of([Message::user("go"), reply.to_message(), results])).await;
    assert_eq!(
        sent["messages"][1]["content"],
        json!([{"type": "thinking", "thinking": "hm", "signature": "sig"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {}}])
    );
    assert_eq!(
        sent["messages"][2]["content"],
        json!([{"type": "tool_result", "tool_use_id": "t", "content": "no", "is_error": true},
            {"type": "text", "text": "and?"}])
    );
}

#[tokio::test]
async fn thinking_is_asked_for_and_checked() {
    let think = |effort, budget_tokens, show| hi().with_reasoning(ReasoningOptions { effort, budget_tokens, show });
    let sent = body(&think(None, Some(2000), true)).await;
    assert_eq!(sent["thinking"], json!({"type": "enabled", "budget_tokens": 2000, "display": "summarized"}));
    assert_eq!(sent["max_tokens"], 18_384);
    let sent = body(&think(Some(Effort::Low), None, false)).await;
    assert_eq!((&sent["thinking"], &sent["output_config"]), (&json!({"type": "adaptive"}), &json!({"effort": "low"})));
    assert_eq!(body(&think(Some(Effort::None), None, false)).await["thinking"], json!({"type": "disabled"}));
    let mut seed = hi();
    seed.seed = Some(1);
    for (request, field) in [
        (think(None, Some(100), false), "reasoning.budget_tokens"),
        (think(None, Some(3000), false).with_max_output_tokens(2000), "reasoning.budget_tokens"),
        (think(Some(Effort::Minimal), None, false), "reasoning.effort"),
        (hi().with_temperature(1.5), "temperature"),
        (seed, "seed"),
        (hi().with_schema("s", json!({"type": "object", "additionalProperties": {}})), "output.schema"),
    ] {
        let (model, vendor) = model(Answer::lost());
        assert_eq!(model.chat(&request).await.unwrap_err().field(), Some(field));
        assert!(vendor.received().is_empty());
    }
}

#[tokio::test]
async fn claude_on_vertex_is_asked_by_path() {
    #[derive(Debug)]
    struct Tokens;
    #[async_trait::async_trait]
    impl TokenSource for Tokens {
        async fn token(&self) -> Result<SecretString> {
            Ok("token-of-the-test".into())
        }
        async fn renew(&self, _: &SecretString) -> Result<SecretString> {
            self.token().await
        }
    }
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
    let base =
        "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models";
    let endpoint = Dialect::vertex_endpoint("p", "us-east5").unwrap().auth(Auth::source(Tokens));
    let client = Anthropic::new(Dialect::VERTEX, endpoint.transport(vendor.transport())).unwrap();
    let model = client.chat("claude-3-7-sonnet@20250219");
    model.stream(&hi()).await.unwrap_err();
    let sent = vendor.received().remove(0);
    assert_eq!(sent.url.as_str(), format!("{base}/claude-3-7-sonnet@20250219:streamRawPredict"));
    assert_eq!(sent.header("authorization"), Some("Bearer token-of-the-test"));
    assert_eq!((&sent.json()["anthropic_version"], sent.json().get("model")), (&json!("vertex-2023-10-16"), None));

    model.count_tokens(&hi()).await.unwrap_err();
    let sent = vendor.received().pop().unwrap();
    assert_eq!(sent.url.as_str(), format!("{base}/count-tokens:rawPredict"));
    let counted = json!({"anthropic_version": "vertex-2023-10-16", "model": "claude-3-7-sonnet@20250219",
        "messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(sent.json(), counted);

    assert_eq!(client.list_models().await.unwrap_err().field(), Some("list_models"));
    assert_eq!(client.chat("../../google/models/gemini").chat(&hi()).await.unwrap_err().field(), Some("model"));
    for (project, location, field) in [("p/q", "global", "project"), ("p", "", "location")] {
        assert_eq!(Dialect::vertex_endpoint(project, location).unwrap_err().field(), Some(field));
    }
}
