//! Faults of vendors' answers by their kind: each of `tests/kinds/exchanges.json` is read as what
//! was meant, or fails with the vendor's own words.
//!
//! Stands on public reports, which each case names; the bodies are made for this project. The kinds
//! are: B arguments of tool calls, C the form of the body, D fields beside the answer, F5 thinking
//! inside the text, F6 codes of failures, F7 what vendors offer, K words for an account without
//! money.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::dashscope::{DashScope, Region};
use llm_adapters::gemini::Gemini;
use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use llm_adapters::tgi::Tgi;
use serde::Deserialize;
use serde_json::{Value, json};
use social_core::chat::{ChatModel, ChatReply, ChatRequest, Effort, Message, ReasoningOptions, WebSearch};
use social_core::clock::Timestamp;
use social_core::http::{EndpointBuilder, RetryPolicy};
use social_core::testkit::{Answer, FixedClock, ScriptedVendor};
use social_core::{Error, Result};

#[derive(Deserialize)]
struct Case {
    kind: String,
    name: String,
    address: String,
    asked: String,
    status: u16,
    r#type: String,
    body: Value,
    expect: Expected,
}

/// What is not named is not tested.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    text: Option<String>,
    /// Words of it.
    reasoning: Option<String>,
    calls: Option<Value>,
    finish: Option<String>,
    usage: Option<Value>,
    sources: Option<Vec<String>>,
    error: Option<ExpectedError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedError {
    kind: String,
    words: Option<String>,
    retry: Option<String>,
    partial: Option<String>,
}

fn open(address: &str, prepare: impl Fn(EndpointBuilder) -> EndpointBuilder) -> Box<dyn ChatModel> {
    let (vendor, model) = address.split_once('/').unwrap();
    let at = |endpoint: EndpointBuilder| prepare(endpoint.base_url("https://vendor.test"));
    if let Some(dialect) = Dialect::named(vendor) {
        return Box::new(Compatible::new(dialect.clone(), at(dialect.endpoint())).unwrap().chat(model));
    }
    if let Some(dialect) = anthropic::Dialect::named(vendor) {
        return Box::new(Anthropic::new(dialect.clone(), at(dialect.endpoint())).unwrap().chat(model));
    }
    if let Some(dialect) = responses::Dialect::named(vendor) {
        return Box::new(Responses::new(dialect.clone(), at(dialect.endpoint())).unwrap().chat(model));
    }
    match vendor {
        "gemini" => Box::new(Gemini::new(at(Gemini::endpoint())).unwrap().chat(model)),
        "dashscope" => Box::new(DashScope::new(at(Region::International.endpoint())).unwrap().chat(model)),
        "ollama" => Box::new(Ollama::new(at(Ollama::endpoint())).unwrap().chat(model)),
        "tgi-generate" => Box::new(Tgi::new(at(Tgi::endpoint())).unwrap().chat(model)),
        other => panic!("no adapter for {other}"),
    }
}

async fn outcome(case: &Case, pieces: Vec<Bytes>) -> Result<ChatReply> {
    let label: &'static str = case.r#type.clone().leak();
    let answer = Answer::pieces(label, pieces).with_status(StatusCode::from_u16(case.status).unwrap());
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| answer.clone());
    let clock = Arc::new(FixedClock::new(Timestamp::UNIX_EPOCH));
    let model = open(&case.address, |endpoint| {
        endpoint.transport(vendor.transport()).clock(clock.clone()).retry(RetryPolicy::none())
    });
    let request = ChatRequest::new("hi");
    if case.asked == "stream" { model.stream(&request).await?.collect().await } else { model.chat(&request).await }
}

fn reply_faults(expect: &Expected, reply: &ChatReply) -> Vec<String> {
    let mut faults = Vec::new();
    let mut compare = |what: &str, expected: Option<Value>, got: Value| {
        if expected.as_ref().is_some_and(|expected| *expected != got) {
            faults.push(format!("{what}: expected {}, got {got}", expected.unwrap_or_default()));
        }
    };
    let calls = reply.tool_calls().map(|call| json!([call.name, call.arguments])).collect();
    let finish = serde_json::to_value(&reply.finish).unwrap();
    let usage = reply.usage.as_ref().map(|usage| json!([usage.input_tokens, usage.output_tokens]));
    let sources = reply.sources.iter().map(|source| source.url.to_string().into()).collect();
    compare("text", expect.text.clone().map(Value::from), reply.text().into());
    compare("calls", expect.calls.clone(), Value::Array(calls));
    compare("finish", expect.finish.clone().map(Value::from), finish);
    compare("usage", expect.usage.clone(), usage.unwrap_or_default());
    compare("sources", expect.sources.clone().map(Value::from), Value::Array(sources));
    let thought = reply.reasoning();
    if expect.reasoning.as_ref().is_some_and(|words| !thought.contains(words)) {
        faults.push(format!("reasoning: {thought:?}"));
    }
    faults
}

fn error_faults(expect: &ExpectedError, error: &Error) -> Vec<String> {
    let mut faults = Vec::new();
    if expect.kind != error.kind().as_str() {
        faults.push(format!("kind: {error:?}"));
    }
    if expect.words.as_ref().is_some_and(|words| !error.message().contains(words)) {
        faults.push(format!("words: {}", error.message()));
    }
    let retry = serde_json::to_value(error.retry()).unwrap();
    if expect.retry.as_ref().is_some_and(|expected| *expected != retry) {
        faults.push(format!("retry: {retry}"));
    }
    if expect.partial.as_deref().is_some_and(|partial| Some(partial) != error.partial()) {
        faults.push(format!("partial: {:?}", error.partial()));
    }
    faults
}

#[tokio::test]
async fn every_fault_is_read_as_its_kind_says() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("kinds/exchanges.json")).unwrap();
    let mut faults = Vec::new();
    for case in &cases {
        let body = match &case.body {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        let body = Bytes::from(body);
        let bytes = (0..body.len()).map(|at| body.slice(at..=at)).collect();
        // However the bytes come.
        for (how, pieces) in [("whole", vec![body.clone()]), ("byte by byte", bytes)] {
            let found = match (&case.expect.error, &outcome(case, pieces).await) {
                (None, Ok(reply)) => reply_faults(&case.expect, reply),
                (Some(expect), Err(error)) => error_faults(expect, error),
                (None, Err(error)) => vec![format!("{error:?}")],
                (Some(_), Ok(reply)) => vec![format!("no error: {reply:?}")],
            };
            let Case { kind, name, .. } = case;
            faults.extend(found.into_iter().map(|fault| format!("{kind} {name}, {how}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    for kind in ["B", "C", "D", "F5", "F6", "F7", "K"] {
        assert!(cases.iter().any(|case| case.kind == kind), "{kind}");
    }
}

/// What a model of this address is sent.
async fn sent(address: &str, request: &ChatRequest) -> Result<Value> {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::text("{}"));
    let model = open(address, |endpoint| endpoint.transport(vendor.transport()).retry(RetryPolicy::none()));
    let result = model.chat(request).await;
    match vendor.received().first() {
        Some(received) => Ok(received.json()),
        None => Err(result.unwrap_err()),
    }
}

/// A tool's call and its result, as JSON of a conversation that was kept.
fn conversation(ids: &[&str]) -> ChatRequest {
    let mut messages = vec![json!({"role": "user", "parts": [{"text": "hi"}]})];
    for id in ids {
        let call = json!({"id": id, "name": "get_weather", "arguments": {"city": "Wien"}});
        let result = json!({"id": id, "name": "get_weather", "content": "sunny"});
        messages.push(json!({"role": "assistant", "parts": [{"tool_call": call}]}));
        messages.push(json!({"role": "user", "parts": [{"tool_result": result}]}));
    }
    serde_json::from_value(json!({"messages": messages})).unwrap()
}

/// The texts under these names, wherever they stand.
fn texts(value: &Value, names: &[&str], found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| texts(item, names, found)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if names.contains(&name.as_str()) => found.push(text.clone()),
                    member => texts(member, names, found),
                }
            }
        }
        _ => {}
    }
}

/// After opencode#1680 (Mistral), langchain#37756 (Kimi's id at Anthropic), hermes-agent#73492
/// (Responses), and ids that restart with each answer.
#[tokio::test]
async fn a_ids_of_calls_fit_the_vendor_that_is_asked_next() {
    let word = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let long = format!("call_{}", "x".repeat(80));
    for address in ["mistral/m", "anthropic/m", "openai-responses/m", "openai/m", "ollama/m", "vllm/m", "dashscope/m"] {
        for ids in [
            ["call_PTLP8xhu3uwZk4l3nlnrrJha", "call_0", "call_0"],
            ["functions.get_weather:0", "functions.get_weather:1", "functions.get_weather:0"],
            [&long, "", "a b"],
            ["toolu_01", "ähnlich", "123456789"],
        ] {
            let body = sent(address, &conversation(&ids)).await.unwrap();
            let (mut calls, mut results) = (Vec::new(), Vec::new());
            texts(&body, &["id"], &mut calls);
            texts(&body, &["tool_call_id", "tool_use_id"], &mut results);
            if address == "openai-responses/m" {
                let mut all = Vec::new();
                texts(&body, &["call_id"], &mut all);
                (calls, results) =
                    (all.iter().step_by(2).cloned().collect(), all.iter().skip(1).step_by(2).cloned().collect());
            }
            assert_eq!((calls.len(), &calls), (3, &results), "{address}: {body}");
            let different: std::collections::HashSet<_> = calls.iter().collect();
            assert_eq!(different.len(), 3, "{address}: {calls:?}");
            for id in &calls {
                let fits = match address {
                    "mistral/m" => id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                    "anthropic/m" | "openai-responses/m" => word(id) && (1..=64).contains(&id.len()),
                    "openai/m" => (1..=40).contains(&id.chars().count()),
                    _ => !id.is_empty(),
                };
                assert!(fits, "{address}: {id}");
            }
        }
    }
}

/// After FLIT#70 and CLIProxyAPI#1292: "required oneof field 'data' must have one initialized
/// field".
#[tokio::test]
async fn a_empty_parts_never_go_back_to_gemini() {
    for (state, part) in [
        (json!({}), None),
        (json!({"thought": true}), None),
        (json!({"text": null}), None),
        (json!({"thoughtSignature": "s"}), Some(json!({"text": "", "thoughtSignature": "s"}))),
        (json!({"executableCode": {"code": "1"}}), Some(json!({"executableCode": {"code": "1"}}))),
    ] {
        let kept = json!({"opaque": {"vendor": "gemini", "state": state}});
        let messages = json!([{"role": "user", "parts": [{"text": "hi"}]}, {"role": "assistant", "parts": [{"text": "Hi"}, kept]},
            {"role": "user", "parts": [{"text": "go"}]}]);
        let request = serde_json::from_value(json!({"messages": messages})).unwrap();
        let body = sent("gemini/m", &request).await.unwrap();
        let parts: Vec<Value> = [json!({"text": "Hi"})].into_iter().chain(part).collect();
        assert_eq!(body["contents"][1]["parts"], Value::Array(parts), "{state}");
    }
}

/// Findings language-models.md F1, F2, F4 and F7: what Claude is sent, by what is known of it.
#[tokio::test]
async fn f_claude_is_asked_as_each_model_takes_it() {
    let hi = || ChatRequest::new("hi");
    let none = ReasoningOptions { effort: Some(Effort::None), ..ReasoningOptions::default() };
    for (address, tokens) in [
        ("anthropic/claude-opus-5-5", 16_384),
        ("anthropic/claude-fable-5-2", 16_384),
        ("anthropic/a-model-of-tomorrow", 16_384),
        ("minimax-anthropic/m", 16_384),
    ] {
        assert_eq!(sent(address, &hi()).await.unwrap()["max_tokens"], tokens, "{address}");
    }
    let off = hi().with_reasoning(none);
    assert_eq!(sent("anthropic/claude-sonnet-5-5", &off).await.unwrap()["thinking"]["type"], "between_tools");
    assert_eq!(sent("anthropic/claude-opus-5", &off).await.unwrap()["thinking"]["type"], "disabled");
    assert_eq!(sent("anthropic/claude-opus-5-5", &off).await.unwrap_err().field(), Some("reasoning.effort"));

    // Standing instructions stay where they stand, but for models that pass over them there.
    let late = || {
        let messages = [Message::assistant("Yes?"), Message::system("Late."), Message::user("go")];
        messages.into_iter().fold(hi().with_system("First."), ChatRequest::with_message)
    };
    for (address, stays) in [
        ("anthropic/claude-fable-5-2", true),
        ("anthropic/claude-opus-4-8", true),
        ("anthropic/a-model-of-tomorrow", true),
        ("anthropic/claude-sonnet-5", false),
        ("anthropic/claude-opus-4-6", false),
        ("zhipu-anthropic/glm-5.3", false),
    ] {
        let body = sent(address, &late()).await.unwrap();
        let roles: Vec<&str> = body["messages"].as_array().unwrap().iter().filter_map(|m| m["role"].as_str()).collect();
        let expected =
            if stays { vec!["user", "assistant", "system", "user"] } else { vec!["user", "assistant", "user"] };
        assert_eq!(roles, expected, "{address}");
        assert_eq!(body["system"].to_string().contains("Late."), !stays, "{address}");
    }

    // Where its tools ran, and who called ours, go back.
    let state = |state: Value| json!({"vendor": "anthropic", "state": state});
    let caller = json!({"type": "code_execution_20250825", "tool_id": "srvtoolu_1"});
    let call = json!({"id": "toolu_1", "name": "f", "arguments": {}, "opaque": state(json!({"caller": caller}))});
    let container = json!({"opaque": state(json!({"container": {"id": "container_1"}}))});
    let messages = json!([{"role": "user", "parts": [{"text": "hi"}]}, {"role": "assistant", "parts": [{"tool_call": call}, container]},
        {"role": "user", "parts": [{"tool_result": {"id": "toolu_1", "name": "f", "content": "1"}}]}]);
    let body = sent("anthropic/m", &serde_json::from_value(json!({"messages": messages})).unwrap()).await.unwrap();
    assert_eq!((&body["container"], &body["messages"][1]["content"][0]["caller"]), (&json!("container_1"), &caller));
    assert_eq!(body["messages"][1]["content"].as_array().unwrap().len(), 1);
}

/// Zhipu's SDK sends its search as a tool, on this route.
#[tokio::test]
async fn f7_zhipu_searches_and_gemini_takes_the_effort_that_its_model_knows() {
    let search = ChatRequest::new("hi").with_web_search(WebSearch::default());
    assert_eq!(sent("zhipu/glm-5.3", &search).await.unwrap()["tools"][0]["type"], "web_search");
    let very = ReasoningOptions { effort: Some(Effort::Xhigh), ..ReasoningOptions::default() };
    let very = ChatRequest::new("hi").with_reasoning(very);
    let body = sent("gemini/gemini-4-hydrogen", &very).await.unwrap();
    assert_eq!(body["generationConfig"]["thinkingConfig"]["thinkingLevel"], "XHIGH");
    assert_eq!(sent("gemini/gemini-3.8-flash", &very).await.unwrap_err().field(), Some("reasoning.effort"));
}
