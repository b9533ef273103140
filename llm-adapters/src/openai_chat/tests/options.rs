//! Invented requests: what a vendor cannot do is refused by name, and nothing is sent.

use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::chat::{
    ChatModel as _, ChatReply, ChatRequest, Effort, FinishReason, Message, OpaqueState, OutputFormat, Part,
    ReasoningOptions, ReasoningPart, Role, ToolCall, ToolChoice, ToolResult, WebSearch,
};
use social_core::media::Media;
use social_core::testkit::Answer;

use super::super::JsonRequest;
use super::{Dialect, hi, model};

fn think(effort: Effort) -> ReasoningOptions {
    ReasoningOptions { effort: Some(effort), ..ReasoningOptions::default() }
}

#[tokio::test]
async fn options_that_cannot_be_honoured_are_refused_before_anything_is_sent() {
    let mut seed = hi();
    seed.seed = Some(1);
    let mut parallel = hi();
    parallel.parallel_tool_calls = Some(true);
    let image = hi().with_part(Part::Image(Media::remote("https://a.test/b.jpg".parse().unwrap())));
    let video = hi().with_part(Part::Video(Media::bytes("video")));
    let domains = WebSearch { allowed_domains: vec!["a.test".into()], ..WebSearch::default() };
    let shown = ReasoningOptions { show: true, ..ReasoningOptions::default() };
    for (dialect, request, field) in [
        (Dialect::MINIMAX, seed, "seed"),
        (Dialect::MINIMAX, parallel, "parallel_tool_calls"),
        (Dialect::MINIMAX, hi().with_temperature(0.0), "temperature"),
        (Dialect::OPENAI, hi().with_temperature(2.5), "temperature"),
        (Dialect::ZHIPU, hi().with_tool_choice(ToolChoice::Required), "tool_choice"),
        (Dialect::DEEPSEEK, image, "image"),
        (Dialect::OPENAI, video.clone(), "video"),
        (Dialect::QWEN, video, "video"),
        (Dialect::OPENAI, hi().with_web_search(domains), "web_search.allowed_domains"),
        (Dialect::XAI, hi().with_web_search(WebSearch::default()), "web_search"),
        (Dialect::OPENAI, hi().with_reasoning(shown), "reasoning.show"),
        (Dialect::XAI, hi().with_reasoning(think(Effort::Xhigh)), "reasoning.effort"),
        (Dialect::MISTRAL, hi().with_reasoning(think(Effort::Low)), "reasoning.effort"),
    ] {
        let (model, vendor) = model(dialect, Answer::lost());
        let error = model.chat(&request).await.unwrap_err();
        let kind = if field == "temperature" { ErrorKind::InvalidRequest } else { ErrorKind::Unsupported };
        assert_eq!((error.kind(), error.field()), (kind, Some(field)), "{error}");
        assert!(vendor.received().is_empty());
    }
}

async fn body(dialect: Dialect, request: &ChatRequest) -> Value {
    let (model, vendor) = model(dialect, Answer::lost());
    model.chat(request).await.unwrap_err();
    vendor.received()[0].json()
}

#[tokio::test]
async fn json_is_asked_for_in_each_vendors_way() {
    let mut any = hi();
    any.output = OutputFormat::Json;
    let asked = body(Dialect::DEEPSEEK, &any).await;
    assert_eq!(asked["response_format"], json!({"type": "json_object"}));
    assert!(asked["messages"][0]["content"].as_str().unwrap().contains("JSON"), "{asked}");

    let schema = hi().with_schema("s", json!({"type": "object", "properties": {"a": {"type": "string"}}}));
    let asked = body(Dialect::MINIMAX, &schema).await;
    assert_eq!(asked.get("response_format"), None);
    assert!(asked["messages"][0]["content"].as_str().unwrap().contains("properties"), "{asked}");
    let asked = body(Dialect::OPENAI, &schema).await;
    assert_eq!(asked["response_format"]["json_schema"]["schema"]["required"], json!(["a"]));
    // A map cannot be said in strict mode.
    let map = hi().with_schema("s", json!({"type": "object", "additionalProperties": {"type": "string"}}));
    assert_eq!(body(Dialect::OPENAI, &map).await["response_format"]["json_schema"]["strict"], false);
}

#[tokio::test]
async fn thinking_is_asked_for_in_each_vendors_way() {
    for (dialect, expected) in [
        (Dialect::OPENAI, json!({"reasoning_effort": "none"})),
        (Dialect::DEEPSEEK, json!({"thinking": {"type": "disabled"}})),
        (Dialect::QWEN, json!({"enable_thinking": false})),
        (Dialect::OPENROUTER, json!({"reasoning": {"effort": "none", "exclude": true}})),
        (Dialect::VLLM, json!({"chat_template_kwargs": {"enable_thinking": false}})),
        (Dialect::MISTRAL, json!({"reasoning_effort": "none"})),
    ] {
        let asked = body(dialect, &hi().with_reasoning(think(Effort::None))).await;
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(asked[name], *value);
        }
    }
}

/// Mistral's specification has another name for it.
#[tokio::test]
async fn a_seed_has_each_vendors_name() {
    for (dialect, name) in [(Dialect::OPENAI, "seed"), (Dialect::MISTRAL, "random_seed")] {
        let asked = body(dialect, &hi().with_seed(7)).await;
        let seeds: Vec<_> = asked.as_object().unwrap().iter().filter(|(_, value)| **value == 7).collect();
        assert_eq!(seeds, [(&name.to_owned(), &json!(7))]);
    }
}

// Museum E12: thinking goes back in the place that each vendor has for it.
#[tokio::test]
async fn what_the_model_said_goes_back_unchanged_and_to_its_vendor_only() {
    let state = json!([{"type": "reasoning.encrypted", "data": "x"}]);
    let call = ToolCall::new("c1", "post", json!({"a": 1}));
    let thought = |vendor: &'static str| ReasoningPart {
        text: "hm".into(),
        opaque: Some(OpaqueState::new(vendor, state.clone())),
    };
    let turn = |vendor| {
        let parts = vec![Part::Reasoning(thought(vendor)), Part::ToolCall(call.clone())];
        let reply = ChatReply::new("a/b".parse().unwrap(), parts, FinishReason::ToolCalls);
        let result = ToolResult { id: "c1".into(), name: "post".into(), content: "done".into(), is_error: false };
        ChatRequest::of([Message::user("go"), reply.to_message(), Message::tool_results([result])])
    };
    let asked = body(Dialect::OPENROUTER, &turn("openrouter")).await;
    let call = json!({"id": "c1", "type": "function", "function": {"name": "post", "arguments": "{\"a\":1}"}});
    assert_eq!(
        asked["messages"][1],
        json!({"role": "assistant", "content": null, "tool_calls": [call], "reasoning_details": state})
    );
    assert_eq!(asked["messages"][2], json!({"role": "tool", "tool_call_id": "c1", "content": "done"}));
    assert_eq!(body(Dialect::OPENROUTER, &turn("else")).await["messages"][1].get("reasoning_details"), None);
    assert_eq!(body(Dialect::DEEPSEEK, &turn("deepseek")).await["messages"][1]["reasoning_content"], "hm");
    assert_eq!(body(Dialect::MINIMAX, &turn("minimax")).await["messages"][1]["content"], "<think>hm</think>\n\n");
    let openai = body(Dialect::OPENAI, &turn("openai")).await;
    assert!(!openai["messages"][1].to_string().contains("hm"), "{openai}");
}

#[tokio::test]
async fn texts_alone_are_one_string_and_extra_fields_win() {
    let request = ChatRequest::of([Message::new(Role::User, vec![Part::Text("a".into()), Part::Text("b".into())])]);
    let asked = body(Dialect::VLLM, &request.with_temperature(0.5).with_extra("temperature", 1)).await;
    assert_eq!((&asked["messages"][0]["content"], &asked["temperature"]), (&json!("a\n\nb"), &json!(1)));
}

#[test]
fn a_dialect_can_be_described_in_a_file() {
    let described =
        json!({"service": {"vendor": "kitchen", "base_url": "http://k.test/v1"}, "quirks": {"json": "object"}});
    let dialect: Dialect = serde_json::from_value(described).unwrap();
    assert_eq!((dialect.quirks.json, dialect.service.paid), (JsonRequest::Object, false));
    assert!(serde_json::from_value::<Dialect>(json!({"quirks": {"jsn": "object"}})).is_err());
}

#[test]
fn what_is_missing_is_named() {
    let error = crate::connect("nobody/m").unwrap_err();
    assert!(error.message().contains("known are openai, azure"), "{error}");
    assert_eq!(crate::connect("gpt-5").unwrap_err().kind(), ErrorKind::InvalidRequest);
    let names: std::collections::BTreeSet<_> =
        Dialect::ALL.iter().map(|dialect| dialect.service.vendor.clone()).collect();
    assert_eq!(names.len(), Dialect::ALL.len());
}

/// Stands on a real server: llama-cpp-python answers HTTP 500 to `null`.
#[tokio::test]
async fn an_answer_that_is_all_calls_goes_back_as_the_server_takes_it() {
    let call = Part::ToolCall(ToolCall::new("c1", "f", json!({})));
    let request = ChatRequest::of([Message::user("hi"), Message::new(Role::Assistant, vec![call])]);
    for (dialect, content) in [(Dialect::LLAMA_CPP, json!("")), (Dialect::VLLM, Value::Null)] {
        let (model, vendor) = model(dialect, Answer::lost());
        model.chat(&request).await.unwrap_err();
        assert_eq!(vendor.received()[0].json()["messages"][1]["content"], content);
    }
}
