//! Stands on real servers of this machine (`../shared/lab`): llama.cpp's server on port 4200, LiteLLM before it on 4100.
//! A server that is not up is said to be skipped; set `LLM_LAB_REQUIRED=1` to fail instead.
//!
//! The model behind them is tiny and talks nonsense: what is checked is the wire.

#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::net::TcpStream;
use std::time::Duration;

use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::openai_chat::{Compatible, Dialect, JsonRequest};
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::chat::{ChatModel, ChatRequest, FinishReason, Tool, ToolChoice};
use tokio::sync::Mutex;

/// The llama server breaks off a stream when another request comes in.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

fn is_up(port: u16, what: &str) -> bool {
    let address = ([127, 0, 0, 1], port).into();
    let up = TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
    if !up {
        assert!(std::env::var_os("LLM_LAB_REQUIRED").is_none(), "{what} is not up on port {port}");
        println!("skipped: {what} is not up on port {port}");
    }
    up
}

fn hi() -> ChatRequest {
    ChatRequest::new("Say hi.").with_max_output_tokens(16)
}

async fn chats_and_streams(model: &dyn ChatModel, usage_in_stream: bool) {
    let whole = model.chat(&hi()).await.unwrap();
    assert!(matches!(whole.finish, FinishReason::Stop | FinishReason::Length), "{whole:?}");
    assert!(whole.usage.as_ref().unwrap().output_tokens.unwrap() > 0, "{whole:?}");
    let streamed = model.stream(&hi()).await.unwrap().collect().await.unwrap();
    assert!(!streamed.text().is_empty() && streamed.usage.is_some() == usage_in_stream, "{streamed:?}");
}

fn llama(key: &'static str) -> impl ChatModel {
    let mut dialect = Dialect::at("llama", "http://127.0.0.1:4200/v1");
    dialect.quirks.json = JsonRequest::ObjectWithSchema;
    Compatible::with_key(dialect, key).unwrap().chat("tiny")
}

#[tokio::test]
async fn llama_cpp_chats_streams_fills_schemas_and_calls_tools() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if !is_up(4200, "llama.cpp's server") {
        return;
    }
    let model = llama("test-key");
    // This server has no usage in streams.
    chats_and_streams(&model, false).await;

    let schema = json!({"type": "object", "required": ["yes"], "properties": {"yes": {"type": "boolean"}}});
    let reply = model.chat(&hi().with_schema("answer", schema.clone())).await.unwrap();
    let answer: Value = serde_json::from_str(&reply.text()).unwrap();
    assert!(answer["yes"].is_boolean(), "{answer}");

    let tool = Tool { name: "answer".into(), description: "Answers".into(), parameters: schema, strict: false };
    let forced = hi().with_max_output_tokens(64).with_tool(tool).with_tool_choice(ToolChoice::Tool("answer".into()));
    for streamed in [false, true] {
        let reply = match streamed {
            false => model.chat(&forced).await,
            true => model.stream(&forced).await.unwrap().collect().await,
        };
        let reply = reply.unwrap();
        let call = reply.tool_calls().next().unwrap_or_else(|| panic!("no call in {reply:?}"));
        assert!(call.name == "answer" && call.arguments["yes"].is_boolean(), "{call:?}");
    }
    assert_eq!(llama("wrong-key").chat(&hi()).await.unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn anthropics_dialect_is_spoken_to_litellm() {
    let _turn = ONE_AT_A_TIME.lock().await;
    if !is_up(4100, "LiteLLM") {
        return;
    }
    let dialect = anthropic::Dialect::ANTHROPIC;
    let endpoint = dialect.endpoint().base_url("http://127.0.0.1:4100/v1");
    let endpoint = endpoint.auth(anthropic::Dialect::auth("sk-test-key".into())).build().unwrap();
    chats_and_streams(&Anthropic::new(dialect, endpoint).chat("tiny").unwrap(), true).await;
}
