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
use social_core::chat::{ChatModel, ChatReply, ChatRequest};
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
