//! Embeddings and lists of models, read from recordings of the vendors and compared with their SDKs' requests
//! (`../shared/cassettes`, `../shared/golden`).

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::PathBuf;
use std::sync::Arc;

use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect};
use serde_json::{Value, json};
use social_core::embed::{EmbedRequest, Embedder as _};
use social_core::http::{Check, EndpointBuilder, Exchange, ReplayTransport};
use social_core::testkit::{Answer, ScriptedVendor};

fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")).join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared is not here");
    None
}

/// An endpoint that answers from a recording.
fn replayed(name: &str, endpoint: EndpointBuilder) -> Option<EndpointBuilder> {
    let exchange = Exchange::read(shared(&format!("cassettes/llm/{name}.json"))?).unwrap();
    let transport = ReplayTransport::new([exchange]).check(Check::Nothing);
    Some(endpoint.transport(Arc::new(transport)))
}

fn openai(endpoint: EndpointBuilder) -> Compatible {
    Compatible::new(Dialect::OPENAI, endpoint.build().unwrap()).unwrap()
}

#[tokio::test]
async fn recorded_vectors_are_read() {
    let Some(endpoint) = replayed("openai-embeddings-base64", Dialect::OPENAI.endpoint()) else { return };
    let embedder = openai(endpoint).embedder("text-embedding-ada-002").packed();
    let all = embedder.embed(&EmbedRequest::texts(["Tell me a joke about opentelemetry"])).await.unwrap();
    let vector = &all.vectors[0];
    assert_eq!((vector.len(), vector[0], all.usage.unwrap().input_tokens), (1536, 0.025_144_417, Some(8)));
}

#[tokio::test]
async fn a_recorded_list_of_models_is_read() {
    let Some(endpoint) = replayed("ollama-tags", Ollama::endpoint()) else { return };
    let models = Ollama::new(endpoint.build().unwrap()).list_models().await.unwrap();
    let ids: Vec<_> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["all-minilm:latest", "qwen3:4b", "gemma3:4b", "llava:latest", "llama3.2:latest"]);
}

#[tokio::test]
async fn the_same_texts_give_the_same_request() {
    let Some(path) = shared("golden/openai/embeddings.json") else { return };
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let golden = &golden["requests"][0];
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
    let endpoint = Dialect::OPENAI.endpoint().auth(Dialect::OPENAI.auth("test-key".into()));
    let embedder = openai(endpoint.transport(vendor.transport())).embedder("text-embedding-3-small");
    embedder.embed(&EmbedRequest::texts(["a", "b"]).with_dimensions(256)).await.unwrap_err();
    let ours = &vendor.received()[0];
    let sent = json!({"method": ours.method.as_str(), "host": ours.url.host_str(), "path": ours.url.path(),
        "authorization": ours.header("authorization"), "body": ours.json()});
    let expected = json!({"method": golden["method"], "host": golden["host"], "path": golden["path"],
        "authorization": golden["headers"]["authorization"], "body": golden["body"]["json"]});
    assert_eq!(sent, expected);
}
