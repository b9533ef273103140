//! Bodies from Ollama's openapi.yaml and its server's source, and from users' reports where one is
//! named; recorded ones are in `tests/cassettes`.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::json;
use social_core::ErrorKind;
use social_core::chat::{
    ChatModel, ChatRequest, Effort, Message, Part, ReasoningOptions, ToolCall, ToolChoice, ToolResult,
};
use social_core::embed::EmbedRequest;
use social_core::http::{Auth, RetryPolicy};
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::run::Run;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor};

use super::Ollama;

fn client(vendor: &ScriptedVendor) -> Ollama {
    Ollama::new(Ollama::endpoint().transport(vendor.transport()).retry(RetryPolicy::none())).unwrap()
}

// Museum E10, E6, G11: the body decides, and only what may succeed is sent again.
#[tokio::test]
async fn e10_refusals_become_kinds() {
    use ErrorKind::*;
    for (status, message, kind) in [
        (404, "model 'nonexistent-model:latest' not found", NotFound),
        (400, "registry.ollama.ai/library/llama3:latest does not support tools", Unsupported),
        (400, "\"llama3\" does not support thinking", Unsupported),
        (500, "this model is missing data required for image input", Unsupported),
        // <https://github.com/ollama/ollama/issues/17301>
        (400, "this model does not support image input (ref: b8bd630e)", Unsupported),
        (400, "invalid options: temprature", InvalidRequest),
        (401, "unauthorized", Auth),
        // <https://github.com/continuedev/continue/issues/9233>, <https://github.com/continuedev/continue/issues/11444>
        (429, "you've reached your hourly usage limit, please wait or upgrade to continue", QuotaExhausted),
        (
            429,
            "you (me) have reached your session usage limit, upgrade for higher limits: https://ollama.com/upgrade",
            QuotaExhausted,
        ),
        (429, "too many requests", RateLimited),
        (500, "model requires more system memory (9.9 GiB) than is available (7.1 GiB)", Unavailable),
        (502, "upstream", Unavailable),
        (503, "server busy, please try again.  maximum pending requests exceeded", Unavailable),
    ] {
        let answer = Answer::json(json!({"error": message})).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/api/chat", answer);
        let error = client(&vendor).chat("m").chat(&ChatRequest::new("hi")).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (kind, message));
    }
}

// Museum E5.
#[tokio::test]
async fn a_failure_in_a_stream_comes_after_its_text() {
    let lines = "{\"message\":{\"content\":\"Hel\"},\"done\":false}\n{\"error\":\"an error was encountered\"}\n";
    let vendor =
        ScriptedVendor::new().on(Method::POST, "/api/chat", Answer::bytes("application/x-ndjson", lines.to_owned()));
    let stream = client(&vendor).chat("m").stream(&ChatRequest::new("hi")).await.unwrap();
    let error = stream.collect().await.unwrap_err();
    assert_eq!((error.kind(), error.partial()), (ErrorKind::Unavailable, Some("Hel")));
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_before_sending() {
    let vendor = ScriptedVendor::new();
    let model = client(&vendor).chat("m");
    let reasoning = |options| ChatRequest::new("hi").with_reasoning(options);
    for (request, option) in [
        (ChatRequest::new("hi").with_tool_choice(ToolChoice::Required), "tool_choice"),
        (reasoning(ReasoningOptions { effort: Some(Effort::Xhigh), ..Default::default() }), "reasoning.effort"),
        (reasoning(ReasoningOptions { budget_tokens: Some(9), ..Default::default() }), "reasoning.budget_tokens"),
        (
            ChatRequest::new("hi").with_part(Part::Image(Media::remote("https://cdn.test/a.jpg".parse().unwrap()))),
            "image.url",
        ),
    ] {
        let error = model.chat(&request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(option)));
    }
    assert_eq!(vendor.received().len(), 0);
}

#[tokio::test]
async fn a_tool_loop_is_written_as_ollama_reads_it() {
    let vendor = ScriptedVendor::new().on(Method::POST, "/api/chat", Answer::lost());
    let call = ToolCall::new("call_0", "weather", json!({"city": "Paris"}));
    let result = ToolResult {
        id: "call_0".to_owned(),
        name: "weather".to_owned(),
        content: "sunny".to_owned(),
        is_error: false,
    };
    let request = ChatRequest::new("Weather?")
        .with_message(Message::new(social_core::chat::Role::Assistant, vec![Part::ToolCall(call)]))
        .with_message(Message::tool_results([result]))
        .with_temperature(0.1)
        .with_extra("options", json!({"num_ctx": 9, "temperature": 0.3}));
    client(&vendor).with_context_tokens(7).chat("m").chat(&request).await.unwrap_err();
    let expected = json!({
        "model": "m", "stream": false,
        "options": {"num_ctx": 9, "temperature": 0.3},
        "messages": [
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": "",
                "tool_calls": [{"id": "call_0", "function": {"name": "weather", "arguments": {"city": "Paris"}}}]},
            {"role": "tool", "content": "sunny", "tool_name": "weather", "tool_call_id": "call_0"},
        ],
    });
    assert_eq!(vendor.received()[0].json(), expected);
}

// Museum E13.
#[tokio::test]
async fn e13_a_call_that_the_limit_cut_is_not_handed_over() {
    let body = json!({"message": {"content": "", "tool_calls": [
        {"function": {"name": "a", "arguments": {}}}, {"function": {"name": "b", "arguments": {}}}]},
        "done": true, "done_reason": "length"});
    let vendor = ScriptedVendor::new().on(Method::POST, "/api/chat", Answer::json(body));
    let reply = client(&vendor).chat("m").chat(&ChatRequest::new("hi")).await.unwrap();
    assert_eq!(reply.tool_calls().map(|call| call.name.as_str()).collect::<Vec<_>>(), ["a"]);
}

#[tokio::test]
async fn texts_become_as_many_vectors() {
    let answer = |vectors| Answer::json(json!({"embeddings": vectors, "prompt_eval_count": 4}));
    let answers = [answer(json!([[0.5, 1.0], [0.0, -1.0]])), answer(json!([[0.5, 1.0]]))];
    let vendor = ScriptedVendor::new().on_each(Method::POST, "/api/embed", answers);
    let embedder = client(&vendor).embedder("all-minilm");
    let request = EmbedRequest::texts(["a", "b"]).with_dimensions(2);
    let all = embedder.make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!(all.vectors, [[0.5, 1.0], [0.0, -1.0]]);
    assert_eq!(all.usage.unwrap().input_tokens, Some(4));
    let sent = json!({"model": "all-minilm", "input": ["a", "b"], "dimensions": 2, "truncate": false});
    assert_eq!(vendor.received()[0].json(), sent);
    assert_eq!(embedder.make(&Run::ephemeral(), &request).await.unwrap_err().kind(), ErrorKind::Protocol);
    let task = embedder.make(&Run::ephemeral(), &request.with_task("x")).await.unwrap_err();
    assert_eq!((task.kind(), task.field()), (ErrorKind::Unsupported, Some("task")));
}

/// An invented vendor of the API; the suite is the core's.
fn answering() -> ScriptedVendor {
    let line = |text: &str, done: bool| {
        let counts = if done { json!({"prompt_eval_count": 3, "eval_count": 2}) } else { json!({}) };
        let mut line = json!({"model": "m", "message": {"role": "assistant", "content": text}, "done": done});
        line.as_object_mut().unwrap().extend(counts.as_object().unwrap().clone());
        line
    };
    ScriptedVendor::new().respond(Method::POST, "/api/chat", move |request| {
        if request.json()["stream"] == false {
            return Answer::json(line("Good morning", true));
        }
        let lines = [line("Good ", false), line("morning", false), line("", true)];
        Answer::pieces("application/x-ndjson", lines.map(|line| format!("{line}\n")))
    })
}

#[tokio::test]
async fn ollama_keeps_the_contract_of_chat() {
    let connect = |scene: &Scene| {
        let endpoint = Ollama::endpoint().base_url("https://vendor.test").auth(Auth::Bearer(SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        Ok(Arc::new(Ollama::new(endpoint)?.chat("m")) as Arc<dyn ChatModel>)
    };
    let subject = Subject::new(answering, connect);
    if let Err(violations) = conformance::chat(&subject, &ChatRequest::new("hi")).await {
        panic!("{violations}");
    }
}
