//! Embeddings and lists of models: bodies after OpenAI's openapi.yaml, OpenRouter's and Groq's
//! documentation.

use http::Method;
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::embed::{EmbedInput, EmbedRequest};
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::models::ModelLister as _;
use social_core::run::Run;
use social_core::testkit::{Answer, ScriptedVendor};

use super::super::{Compatible, Dialect};

fn client(dialect: Dialect, vendor: &ScriptedVendor) -> Compatible {
    let endpoint = dialect.endpoint().base_url("https://vendor.test").transport(vendor.transport());
    Compatible::new(dialect, endpoint).unwrap()
}

fn vectors(data: Value) -> Answer {
    Answer::json(json!({"object": "list", "data": data, "usage": {"prompt_tokens": 4, "total_tokens": 4}}))
}

#[tokio::test]
async fn vectors_come_as_numbers_or_packed_and_in_any_order() {
    let half_and_minus_one = "AAAAPwAAgL8=";
    let answers = [
        vectors(json!([{"index": 1, "embedding": [2.0, 3.0]}, {"index": 0, "embedding": [0.5, -1.0]}])),
        vectors(json!([{"index": 0, "embedding": half_and_minus_one}, {"index": 1, "embedding": half_and_minus_one}])),
    ];
    let vendor = ScriptedVendor::new().on_each(Method::POST, "/embeddings", answers);
    let embedder = client(Dialect::OPENAI, &vendor).embedder("text-embedding-3-small");
    let request = EmbedRequest::texts(["a", "b"]).with_dimensions(2);
    let all = embedder.make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!(all.vectors, [[0.5, -1.0], [2.0, 3.0]]);
    assert_eq!(all.usage.unwrap().input_tokens, Some(4));
    let packed = embedder.packed().make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!(packed.vectors, [[0.5, -1.0], [0.5, -1.0]]);
    assert_eq!(vendor.received()[1].json()["encoding_format"], "base64");
}

#[tokio::test]
async fn wrong_counts_and_lengths_are_no_vectors() {
    for data in [
        json!([]),
        json!([{"index": 0, "embedding": [1.0]}]),
        json!([{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]),
        json!([{"index": 0, "embedding": "AAAAPw=="}, {"index": 1, "embedding": "AAAA"}]),
    ] {
        let vendor = ScriptedVendor::new().on(Method::POST, "/embeddings", vectors(data.clone()));
        let embedder = client(Dialect::QWEN, &vendor).embedder("text-embedding-v4");
        let error = embedder.make(&Run::ephemeral(), &EmbedRequest::texts(["a", "b"])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{data}");
    }
}

#[tokio::test]
async fn what_cannot_be_embedded_is_refused_before_sending() {
    let vendor = ScriptedVendor::new();
    let mut image = EmbedRequest::texts(["a"]);
    image.inputs.push(EmbedInput::Image(Media::bytes("x")));
    for (dialect, request, option) in [
        (Dialect::OPENAI, image, "image_input"),
        (Dialect::OPENAI, EmbedRequest::texts(["a"]).with_task("RETRIEVAL_QUERY"), "task"),
        (Dialect::DEEPSEEK, EmbedRequest::texts(["a"]), "inputs"),
    ] {
        let error = client(dialect, &vendor).embedder("m").make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(option)));
    }
    let empty = client(Dialect::OPENAI, &vendor)
        .embedder("m")
        .make(&Run::ephemeral(), &EmbedRequest::default())
        .await
        .unwrap_err();
    assert_eq!((empty.kind(), empty.field()), (ErrorKind::InvalidRequest, Some("inputs")));
    let list = client(Dialect::ZHIPU, &vendor).list_models().await.unwrap_err();
    assert_eq!(list.kind(), ErrorKind::Unsupported);
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn lists_of_models_tell_what_the_vendor_tells() {
    let list = json!({"object": "list", "data": [
        {"id": "gpt-5-mini", "object": "model", "owned_by": "openai", "shutdown_date": "2026-12-11"},
        {"id": "qwen/qwen3", "name": "Qwen: Qwen3", "context_length": 40960, "top_provider": {"max_completion_tokens": 8192}},
        // After a recording of Groq, which says it twice.
        {"id": "llama", "context_window": 131072, "context_length": 131072, "max_completion_tokens": 32768},
    ]});
    let vendor = ScriptedVendor::new().on(Method::GET, "/models", Answer::json(list));
    let models = client(Dialect::OPENROUTER, &vendor).list_models().await.unwrap();
    let told: Vec<_> =
        models.iter().map(|m| (m.id.as_str(), m.name.as_deref(), m.input_tokens, m.output_tokens)).collect();
    assert_eq!(
        told,
        [
            ("gpt-5-mini", None, None, None),
            ("qwen/qwen3", Some("Qwen: Qwen3"), Some(40960), Some(8192)),
            ("llama", None, Some(131_072), Some(32_768)),
        ]
    );
    let ends: Vec<_> = models.iter().map(|model| model.ends.map(|day| day.to_string())).collect();
    assert_eq!(ends, [Some("2026-12-11".to_owned()), None, None]);
}
