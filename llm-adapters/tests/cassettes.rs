//! Every recorded exchange of language models decodes to what is written in
//! `tests/cassettes/NAME.json`.
//!
//! Stands on recordings of the real vendors (`../shared/cassettes/llm`, the INDEX there says which
//! are constructed). Each stream is also read byte by byte, and cut at every byte: no cut may pass
//! for a whole answer. After a change on purpose, or for a new recording:
//! `UPDATE_EXPECTED=1 cargo test -p llm-adapters --test cassettes`, then read the difference.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderName;
use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::dashscope::{DashScope, Region};
use llm_adapters::gemini::{Gemini, Vertex};
use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use llm_adapters::tgi::Tgi;
use serde::Deserialize;
use serde_json::{Value, json};
use social_core::chat::{ChatModel, ChatReply, ChatRequest};
use social_core::http::{Auth, EndpointBuilder, RetryPolicy};
use social_core::testkit::{Answer, ScriptedVendor};
use social_core::{Error, Result};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/llm");
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cassettes");
const KEY: &str = "sk-secret-of-the-test";

#[derive(Deserialize)]
struct Cassette {
    #[serde(skip)]
    name: String,
    vendor: String,
    recording: String,
    request: Recorded,
    response: Response,
}

#[derive(Deserialize)]
struct Recorded {
    path: Option<String>,
    #[serde(default)]
    body: Value,
}

#[derive(Deserialize)]
struct Response {
    status: u16,
    headers: serde_json::Map<String, Value>,
    body: String,
}

impl Cassette {
    fn read(path: &Path) -> Self {
        let mut cassette: Self = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        cassette.name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        cassette
    }

    fn path(&self) -> &str {
        self.request.path.as_deref().unwrap_or_default()
    }

    /// The body as it was on the wire: some recorders kept the payloads only.
    fn body(&self) -> String {
        let chat = self.path().contains("chat/completions");
        let wrap = |payloads: Vec<String>| {
            let events: String = payloads.iter().map(|payload| format!("data: {payload}\n\n")).collect();
            if chat { events + "data: [DONE]\n\n" } else { events }
        };
        if self.recording.starts_with("payload-lines") {
            return wrap(self.response.body.lines().map(str::to_owned).collect());
        }
        match serde_json::from_str(&self.response.body) {
            Ok(Value::Array(chunks)) if chat => wrap(chunks.iter().map(Value::to_string).collect()),
            _ => self.response.body.clone(),
        }
    }

    fn is_stream(&self) -> bool {
        let typed = self.response.headers.get("content-type").and_then(Value::as_str).unwrap_or_default();
        let asked = self.request.body.get("stream") == Some(&Value::Bool(true));
        let framed = ["data:", "id:"].iter().any(|field| self.body().trim_start().starts_with(field));
        asked || framed || typed.contains("event-stream") || typed.contains("ndjson")
    }

    fn answer(&self, pieces: impl IntoIterator<Item = Bytes>) -> Answer {
        let mut answer =
            Answer::pieces("application/json", pieces).with_status(StatusCode::from_u16(self.response.status).unwrap());
        for (name, value) in &self.response.headers {
            let value: &'static str = value.as_str().unwrap().to_owned().leak();
            answer = answer.with_header(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
        }
        answer
    }
}

/// Prepares an endpoint that answers from the recording.
type Play<'a> = &'a dyn Fn(EndpointBuilder) -> EndpointBuilder;

/// The model whose adapter reads the recording, or why there is none.
fn model(cassette: &Cassette, play: Play<'_>) -> Result<Box<dyn ChatModel>, &'static str> {
    let path = cassette.path();
    if path.contains("chat/completions") {
        let dialect = match cassette.vendor.as_str() {
            "openai" => Dialect::OPENAI,
            "azure" => Dialect::AZURE,
            "dashscope" => Dialect::QWEN,
            "deepseek" => Dialect::DEEPSEEK,
            "gmi" => Dialect::GMI,
            "groq" => Dialect::GROQ,
            "hf-tgi" => Dialect::TGI,
            "huggingface" => Dialect::HUGGINGFACE,
            "minimax" => Dialect::MINIMAX,
            "mistral" => Dialect::MISTRAL,
            "ollama" => Dialect::OLLAMA,
            "openai-compatible" => Dialect::at("proxy", "http://proxy.test/v1"),
            "openrouter" => Dialect::OPENROUTER,
            "vllm" => Dialect::VLLM,
            "xai" => Dialect::XAI,
            "zai" => Dialect::ZHIPU,
            _ => return Err("an unknown vendor"),
        };
        let endpoint = dialect.endpoint().base_url("https://vendor.test").auth(dialect.auth(KEY.into()));
        return Ok(Box::new(Compatible::new(dialect, play(endpoint)).unwrap().chat("m")));
    }
    let vertex = path.contains("awPredict");
    if vertex || path.ends_with("/messages") {
        let dialect = if vertex { anthropic::Dialect::VERTEX } else { anthropic::Dialect::ANTHROPIC };
        let endpoint = dialect.endpoint().base_url("https://vendor.test").auth(dialect.auth(KEY.into()));
        return Ok(Box::new(Anthropic::new(dialect, play(endpoint)).unwrap().chat("m")));
    }
    if cassette.vendor == "dashscope" && cassette.name != "dashscope-native-async-submit" {
        let endpoint = Region::International.endpoint().base_url("https://vendor.test").auth(Auth::Bearer(KEY.into()));
        return Ok(Box::new(DashScope::new(play(endpoint)).unwrap().chat("m")));
    }
    if path == "/generate" {
        let endpoint = Tgi::endpoint().base_url("https://vendor.test").auth(Auth::Bearer(KEY.into()));
        return Ok(Box::new(Tgi::new(play(endpoint)).unwrap().chat("m")));
    }
    if path.contains("/responses") {
        let dialect = match cassette.vendor.as_str() {
            "openai" => responses::Dialect::OPENAI,
            "xai" => responses::Dialect::XAI,
            "deepseek" => responses::Dialect::DEEPSEEK,
            "openrouter" => responses::Dialect::OPENROUTER,
            _ => return Err("an unknown vendor"),
        };
        let endpoint = dialect.endpoint().base_url("https://vendor.test").auth(dialect.auth(KEY.into()));
        return Ok(Box::new(Responses::new(dialect, play(endpoint)).unwrap().chat("m")));
    }
    if path.contains("enerateContent") {
        if cassette.vendor == "vertex" {
            let endpoint = Vertex::endpoint("p", "global").unwrap().auth(Auth::Bearer(KEY.into()));
            return Ok(Box::new(Vertex::new(play(endpoint.base_url("https://vendor.test"))).unwrap().chat("m")));
        }
        let endpoint = Gemini::endpoint().base_url("https://vendor.test").auth(Gemini::auth(KEY.into()));
        return Ok(Box::new(Gemini::new(play(endpoint)).unwrap().chat("m")));
    }
    if path.contains("/api/chat") {
        let endpoint = Ollama::endpoint().base_url("https://vendor.test").auth(Auth::Bearer(KEY.into()));
        return Ok(Box::new(Ollama::new(play(endpoint)).unwrap().chat("m")));
    }
    Err(match cassette.name.as_str() {
        "vllm-completions" => "the old completions API is not offered: every server of it has chat",
        "hf-text-generation-raw" => "the old task API of single models is not offered: the router and TGI replace it",
        "ollama-generate-ndjson-stream" => "generate is chat without roles; chat is offered",
        "dashscope-native-async-submit" => "text needs no job; the call is for media",
        "ollama-tags" => "a model list: read in beside_chat.rs",
        _ if path.to_ascii_lowercase().contains("counttokens") || path.contains("count_tokens") => {
            "a token count: read in beside_chat.rs"
        }
        _ if path.contains("embed") => "an embedding: read in beside_chat.rs",
        _ => return Err(""),
    })
}

fn described(error: &Error) -> Value {
    json!({
        "kind": error.kind(),
        "message": error.message(),
        "code": error.code(),
        "status": error.status(),
        "field": error.field(),
        "request_id": error.request_id(),
        "retry": error.retry(),
        "effect": error.effect(),
        "rejection": error.rejection(),
        "partial": error.partial(),
        "usage": error.usage(),
    })
}

async fn outcome(cassette: &Cassette, pieces: impl IntoIterator<Item = Bytes>) -> Result<ChatReply> {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, {
        let answer = cassette.answer(pieces);
        move |_| answer.clone()
    });
    let play = |endpoint: EndpointBuilder| endpoint.transport(vendor.transport()).retry(RetryPolicy::none());
    let model = model(cassette, &play).unwrap_or_else(|why| panic!("{}: {why}", cassette.name));
    let request = ChatRequest::new("hi");
    let result = if cassette.is_stream() {
        match model.stream(&request).await {
            Ok(stream) => stream.collect().await,
            Err(error) => Err(error),
        }
    } else {
        model.chat(&request).await
    };
    let shown = format!("{result:?} {model:?} {vendor:?}");
    assert!(!shown.contains(KEY), "{}: the key is shown", cassette.name);
    result
}

fn report(result: &Result<ChatReply>) -> Value {
    match result {
        Ok(reply) => json!({"reply": reply}),
        Err(error) => json!({"error": described(error)}),
    }
}

fn cassettes() -> Option<Vec<Cassette>> {
    let Ok(folder) = std::fs::read_dir(SHARED) else {
        social_core::testkit::did_not_run("../shared");
        return None;
    };
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    Some(paths.iter().map(|path| Cassette::read(path)).collect())
}

/// The recordings that an adapter reads; prints the others with the reason, and fails for one
/// without either.
fn decodable() -> Option<Vec<Cassette>> {
    let mut unknown = Vec::new();
    let mut all = cassettes()?;
    all.retain(|cassette| match model(cassette, &|e| e.transport(ScriptedVendor::new().transport())) {
        Ok(_) => true,
        Err("") => {
            unknown.push(cassette.name.clone());
            false
        }
        Err(why) => {
            println!("not decoded: {}: {why}", cassette.name);
            false
        }
    });
    assert!(unknown.is_empty(), "no adapter and no reason for {unknown:#?}");
    Some(all)
}

#[tokio::test]
async fn every_recording_decodes_to_what_is_expected() {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    let mut faults = Vec::new();
    for cassette in decodable().into_iter().flatten() {
        let got = report(&outcome(&cassette, [cassette.body().into()]).await);
        let path = Path::new(EXPECTED).join(format!("{}.json", cassette.name));
        if update {
            std::fs::write(&path, format!("{got:#}\n")).unwrap();
        }
        match std::fs::read(&path) {
            Ok(expected) => {
                let expected: Value = serde_json::from_slice(&expected).unwrap();
                if got != expected {
                    faults.push(format!("{}\nexpected {expected:#}\ngot {got:#}", cassette.name));
                }
            }
            Err(_) => {
                faults.push(format!("{} has no expectation: run with UPDATE_EXPECTED=1 and read it", cassette.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

// Museum E1, E2.
#[tokio::test]
async fn e1_streams_read_byte_by_byte_are_the_same() {
    for cassette in decodable().into_iter().flatten().filter(Cassette::is_stream) {
        let body = Bytes::from(cassette.body());
        let whole = report(&outcome(&cassette, [body.clone()]).await);
        let bytes = (0..body.len()).map(|at| body.slice(at..=at));
        assert_eq!(report(&outcome(&cassette, bytes).await), whole, "{}", cassette.name);
    }
}

// Museum E3, E13.
#[tokio::test]
async fn e3_no_cut_passes_for_a_whole_answer() {
    for cassette in decodable().into_iter().flatten().filter(Cassette::is_stream) {
        let body = Bytes::from(cassette.body());
        let whole = outcome(&cassette, [body.clone()]).await;
        let Ok(whole) = whole else { continue };
        // All cuts near the end, where the terminators are, and of long bodies a sample of the
        // others.
        let step = (body.len() * body.len() / 600_000).max(1);
        let cuts = (0..body.len()).filter(|cut| cut % step == 0 || body.len() - cut < 300);
        for cut in cuts {
            match outcome(&cassette, [body.slice(..cut)]).await {
                Ok(reply) => assert_eq!(reply, whole, "{} cut at {cut}", cassette.name),
                Err(error) => {
                    let partial = error.partial().unwrap_or_default();
                    assert!(whole.text().starts_with(partial), "{} cut at {cut}: {partial}", cassette.name);
                    let kind = error.kind();
                    assert_eq!(kind, social_core::ErrorKind::Truncated, "{} cut at {cut}: {error:?}", cassette.name);
                }
            }
        }
    }
}

/// A broken body of a whole answer is an error, too.
// Museum E5.
#[tokio::test]
async fn e5_half_a_body_is_no_answer() {
    for cassette in decodable().into_iter().flatten().filter(|c| !c.is_stream() && c.response.status == 200) {
        let body = Bytes::from(cassette.body().trim_end().to_owned());
        for cut in [0, body.len() / 2, body.len() - 1] {
            let result = outcome(&cassette, [body.slice(..cut)]).await;
            assert!(result.is_err(), "{} cut at {cut}", cassette.name);
        }
    }
}
