//! `replay` and `request` as programs. Stands on invented exchanges in the shape of recorded ones,
//! and on the recordings of `../shared/cassettes` for what no adapter may choke on.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

fn replay(exchange: &Value, more: &[&str]) -> (bool, Value) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write!(file, "{exchange}").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_replay")).arg(file.path()).args(more).output().unwrap();
    (output.status.success(), serde_json::from_slice(&output.stdout).unwrap())
}

fn request(arguments: &[&str], json: &Value) -> (bool, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_request"));
    let mut child = program.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    write!(child.stdin.take().unwrap(), "{json}").unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.success(), serde_json::from_slice(&output.stdout).unwrap())
}

fn chat(status: u16, body: &Value) -> Value {
    json!({"vendor": "deepseek",
        "request": {"method": "POST", "path": "/chat/completions", "headers": {}, "body": {"model": "deepseek-v4"}},
        "response": {"status": status, "headers": {"content-type": "application/json"}, "body": body}})
}

#[test]
fn an_answer_is_a_reply_and_a_refusal_an_error_with_exit_code_1() {
    let choice = json!({"message": {"content": "Hello"}, "finish_reason": "stop"});
    let (ok, shown) = replay(&chat(200, &json!({"choices": [choice]})), &[]);
    assert!(ok);
    assert_eq!(shown.pointer("/reply/parts/0/text"), Some(&json!("Hello")));
    assert_eq!(shown.pointer("/reply/address"), Some(&json!("deepseek/deepseek-v4")));

    let (ok, shown) = replay(&chat(402, &json!({"error": {"message": "Insufficient Balance"}})), &[]);
    assert!(!ok);
    assert_eq!(shown.pointer("/error/kind"), Some(&json!("quota_exhausted")));
}

#[test]
fn a_stream_is_its_events_and_a_cut_one_says_so() {
    let event = |text: &str, finish: Value| {
        let choice = json!({"delta": {"content": text}, "finish_reason": finish});
        format!("data: {}\n\n", json!({"choices": [choice]}))
    };
    let body = event("Hel", Value::Null) + &event("lo", json!("stop")) + "data: [DONE]\n\n";
    let cut = (body.len() - 20).to_string();
    let (ok, shown) = replay(&chat(200, &json!(body)), &[]);
    assert!(ok);
    assert_eq!(shown.pointer("/events/1"), Some(&json!({"text": "Hel"})));
    assert_eq!(shown.pointer("/reply/parts"), Some(&json!([{"text": "Hello"}])));

    let (ok, shown) = replay(&chat(200, &json!(body)), &["--cut", &cut]);
    assert!(!ok);
    assert_eq!(shown.pointer("/error/kind"), Some(&json!("truncated")));
    assert_eq!(shown.pointer("/error/partial"), Some(&json!("Hel")));
}

/// After recordings of clients that ask Gemini for a list in the place of events, and OpenAI to
/// embed tokens.
#[test]
fn other_clients_exchanges_are_read_too() {
    let exchange = |vendor: &str, path: &str, asked: Value, body: Value| {
        json!({"vendor": vendor, "request": {"method": "POST", "path": path, "body": asked},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": body}})
    };
    let piece = |text: &str, reason: Value| json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}]});
    let list = json!([piece("Hel", Value::Null), piece("lo", json!("STOP"))]);
    let path = "/v1beta/models/gemini-3-flash:streamGenerateContent";
    let (ok, shown) = replay(&exchange("gemini", path, json!({}), json!(list.to_string())), &[]);
    assert!(ok, "{shown}");
    assert_eq!(shown.pointer("/reply/parts"), Some(&json!([{"text": "Hello"}])));

    let vectors = json!({"data": [{"index": 0, "embedding": [0.5, 1.0]}]});
    for vendor in ["openai", "somebody-else"] {
        let (ok, shown) =
            replay(&exchange(vendor, "/v1/embeddings", json!({"input": [1, 2, 3]}), vectors.clone()), &[]);
        assert!(ok, "{shown}");
    }
}

#[test]
fn lists_of_models_and_counts_of_tokens_are_read() {
    let exchange = |vendor: &str, method: &str, path: &str, body: Value| {
        json!({"vendor": vendor, "request": {"method": method, "path": path, "body": null},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": body}})
    };
    let list = || json!({"object": "list", "data": [{"id": "m-1", "object": "model", "type": "model"}]});
    let google = json!({"models": [{"name": "models/m-1", "supportedGenerationMethods": ["generateContent"]}]});
    for (vendor, path, body) in [
        ("openai", "/v1/models", list()),
        ("openrouter", "/api/v1/models", list()),
        ("anthropic", "/v1/models", list()),
        ("gemini", "/v1beta/models", google),
        ("ollama", "/api/tags", json!({"models": [{"name": "m-1", "model": "m-1"}]})),
    ] {
        let (ok, shown) = replay(&exchange(vendor, "GET", path, body), &[]);
        assert!(ok, "{vendor}: {shown}");
        assert_eq!(shown.pointer("/models/0/id"), Some(&json!("m-1")), "{vendor}");
    }
    for (vendor, path, body) in [
        ("anthropic", "/v1/messages/count_tokens", json!({"input_tokens": 14})),
        ("gemini", "/v1beta/models/gemini-3-flash:countTokens", json!({"totalTokens": 14})),
        ("openai", "/v1/responses/input_tokens", json!({"object": "response.input_tokens", "input_tokens": 14})),
    ] {
        let (ok, shown) = replay(&exchange(vendor, "POST", path, body), &[]);
        assert!(ok, "{vendor}: {shown}");
        assert_eq!(shown.pointer("/tokens"), Some(&json!(14)), "{vendor}");
    }
    // What is not offered is at least understood when it is refused.
    let mut refused = exchange("openai", "POST", "/v1/moderations", json!({"error": {"code": "invalid_api_key"}}));
    refused["response"]["status"] = json!(401);
    assert_eq!(replay(&refused, &[]).1.pointer("/error/kind"), Some(&json!("auth")));
    let (ok, shown) = request(&["mistral", "models"], &json!({}));
    assert!(ok && shown.pointer("/request/path") == Some(&json!("/v1/models")), "{shown}");
}

#[test]
fn a_request_is_shown_without_its_key() {
    let asked = json!({"model": "claude-sonnet-5", "messages": [{"role": "user", "parts": [{"text": "hi"}]}]});
    for (vendor, operation, path) in [
        ("anthropic", "stream", "/v1/messages"),
        ("ollama", "chat", "/api/chat"),
        ("azure", "chat", "/openai/v1/chat/completions"),
        ("dashscope/qwen-plus", "chat", "/api/v1/services/aigc/text-generation/generation"),
    ] {
        let (ok, shown) = request(&[vendor, operation], &asked);
        assert!(ok, "{shown}");
        assert_eq!(shown.pointer("/request/path"), Some(&json!(path)), "{vendor}");
        assert!(!shown.to_string().contains("sk-example"), "{shown}");
    }
    let (ok, shown) = request(&["gemini/gemini-3.1-flash-image", "image"], &json!({"prompt": "a cat"}));
    assert!(ok && shown.pointer("/request/body/contents").is_some(), "{shown}");

    let (ok, shown) = request(&["anthropic", "chat"], &json!({"messages": [], "seed": 1}));
    assert!(!ok);
    assert_eq!(shown.pointer("/error/field"), Some(&json!("seed")));
}

/// The same recordings are compared with what is expected in `llm-adapters`; here the program must
/// find the adapter.
#[test]
fn recordings_find_their_adapter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cassettes/llm");
    if !folder.exists() {
        social_core::testkit::did_not_run("../shared");
        return;
    }
    for name in [
        "dashscope-native-stream-reasoning",
        "gemini-batch-embed",
        "gemini-stream-text",
        "hf-router-stream-text",
        "ollama-chat-thinking-tool",
        "ollama-tags",
        "openai-embeddings-base64",
        "openai-responses-web-search",
        "tgi-chat-stream-usage",
        "vertex-claude-stream-text",
        "zai-tool",
    ] {
        let file = folder.join(format!("{name}.json"));
        let output = Command::new(env!("CARGO_BIN_EXE_replay")).arg(file).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
