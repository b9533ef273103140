//! Stands on real servers of this machine (`../shared/lab`): llama.cpp's server on port 4200,
//! LiteLLM before it on 4100. Each test runs only when the variable with its server's address is
//! set, as `.ci/lab` does: anything may listen there.
//!
//! The model behind them is tiny and talks nonsense: what is checked is the wire.

#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::gemini::Gemini;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::chat::{ChatModel, ChatReply, ChatRequest, FinishReason, TokenCounter as _, Tool, ToolChoice};
use social_core::embed::EmbedRequest;
use social_core::make::Maker as _;
use social_core::models::ModelLister as _;
use social_core::run::Run;
use tokio::sync::Mutex;

/// The llama server breaks off a stream when another request comes in.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// The address in a variable, or the reason why the test does nothing.
fn address_of(variable: &str) -> Option<String> {
    let address = std::env::var(variable).ok();
    if address.is_none() {
        social_core::testkit::did_not_run(variable);
    }
    address
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

async fn whole_answer(model: &dyn ChatModel, request: &ChatRequest, streamed: bool) -> ChatReply {
    let mut seen = Vec::new();
    for _ in 0..20 {
        let reply = match streamed {
            false => model.chat(request).await,
            true => model.stream(request).await.unwrap().collect().await,
        };
        match reply {
            Ok(reply) if reply.finish != FinishReason::Length => return reply,
            Ok(reply) => seen.push(format!("{reply:?}")),
            // This server calls a cut call finished; its arguments are no JSON then.
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Protocol, "{error:?}");
                seen.push(error.to_string());
            }
        }
    }
    panic!("the limit struck twenty times: {seen:#?}")
}

fn llama(address: &str, key: &'static str) -> impl ChatModel + use<> {
    let mut dialect = Dialect::LLAMA_CPP;
    dialect.service.base_url = address.to_owned().into();
    let endpoint = dialect.endpoint().auth(dialect.auth(key.into()));
    Compatible::new(dialect, endpoint).unwrap().chat("tiny")
}

#[tokio::test]
async fn lab_llama_cpp_chats_streams_fills_schemas_and_calls_tools() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(address) = address_of("SOCIAL_LAB_LLAMA") else { return };
    let model = llama(&address, "test-key");
    // This server has no usage in streams.
    chats_and_streams(&model, false).await;

    // The grammar lets the model write as many blanks as it likes, so the limit may strike: then it
    // is asked again.
    let schema = json!({"type": "object", "required": ["yes"], "properties": {"yes": {"type": "boolean"}}});
    let asked = hi().with_max_output_tokens(200).with_schema("answer", schema.clone());
    let reply = whole_answer(&model, &asked, false).await;
    let answer: Value = serde_json::from_str(&reply.text()).unwrap();
    assert!(answer["yes"].is_boolean(), "{answer}");

    let tool = Tool { name: "answer".into(), description: "Answers".into(), parameters: schema, strict: false };
    let forced = hi().with_max_output_tokens(200).with_tool(tool).with_tool_choice(ToolChoice::Tool("answer".into()));
    for streamed in [false, true] {
        let reply = whole_answer(&model, &forced, streamed).await;
        let call = reply.tool_calls().next().unwrap_or_else(|| panic!("no call in {reply:?}"));
        assert!(call.name == "answer" && call.arguments["yes"].is_boolean(), "{call:?}");
    }
    assert_eq!(llama(&address, "wrong-key").chat(&hi()).await.unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn lab_anthropics_dialect_is_spoken_to_litellm() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(address) = address_of("SOCIAL_LAB_LITELLM") else { return };
    let dialect = anthropic::Dialect::ANTHROPIC;
    let endpoint = dialect.endpoint().base_url(format!("{address}/v1"));
    let endpoint = endpoint.auth(anthropic::Dialect::ANTHROPIC.auth("sk-test-key".into()));
    chats_and_streams(&Anthropic::new(dialect, endpoint).unwrap().chat("tiny"), true).await;
}

#[tokio::test]
async fn lab_geminis_api_is_spoken_to_litellm() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(address) = address_of("SOCIAL_LAB_LITELLM") else { return };
    let endpoint = Gemini::endpoint().base_url(format!("{address}/v1beta"));
    let endpoint = endpoint.auth(Gemini::auth("sk-test-key".into()));
    chats_and_streams(&Gemini::new(endpoint).unwrap().chat("tiny"), true).await;
}

#[tokio::test]
async fn lab_the_responses_dialect_is_spoken_to_litellm() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(address) = address_of("SOCIAL_LAB_LITELLM") else { return };
    let dialect = responses::Dialect::at("litellm", format!("{address}/v1"));
    let endpoint = dialect.endpoint().auth(dialect.auth("sk-test-key".into()));
    let model = Responses::new(dialect, endpoint).unwrap().chat("tiny");
    chats_and_streams(&model, true).await;
}

/// The counts are LiteLLM's own estimates, and its vectors are canned; the wire is what the
/// vendors' SDKs speak to it.
#[tokio::test]
async fn lab_litellm_counts_tokens_lists_models_and_embeds() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(address) = address_of("SOCIAL_LAB_LITELLM") else { return };
    let dialect = anthropic::Dialect::ANTHROPIC;
    let endpoint = dialect.endpoint().base_url(format!("{address}/v1"));
    let endpoint = endpoint.auth(anthropic::Dialect::ANTHROPIC.auth("sk-test-key".into()));
    let claude = Anthropic::new(dialect, endpoint).unwrap().chat("tiny").count_tokens(&hi()).await.unwrap();
    let endpoint = Gemini::endpoint().base_url(format!("{address}/v1beta"));
    let endpoint = endpoint.auth(Gemini::auth("sk-test-key".into()));
    let gemini = Gemini::new(endpoint).unwrap().chat("tiny").count_tokens(&hi()).await.unwrap();
    let mut dialect = responses::Dialect::at("litellm", format!("{address}/v1"));
    dialect.quirks.token_count = true;
    let endpoint = dialect.endpoint().auth(dialect.auth("sk-test-key".into()));
    let responses = Responses::new(dialect, endpoint).unwrap();
    let gpt = responses.chat("tiny").count_tokens(&hi()).await.unwrap();
    assert!(claude > 0 && claude == gemini && gemini == gpt, "{claude} {gemini} {gpt}");

    let dialect = Dialect::at("litellm", format!("{address}/v1"));
    let endpoint = dialect.endpoint().auth(dialect.auth("sk-test-key".into()));
    let chat = Compatible::new(dialect, endpoint).unwrap();
    for models in [responses.list_models().await.unwrap(), chat.list_models().await.unwrap()] {
        assert!(models.iter().any(|model| model.id == "tiny"), "{models:?}");
    }
    let vectors = chat.embedder("mock-embed").make(&Run::ephemeral(), &EmbedRequest::texts(["a"])).await.unwrap();
    assert_eq!(vectors.vectors, [[0.1, 0.2]]);
}
