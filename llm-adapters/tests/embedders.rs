//! Every embedder keeps the contract of the trait. The vendors are invented after their
//! specifications; the suite is the core's.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use http::Method;
use llm_adapters::dashscope::{DashScope, Region};
use llm_adapters::gemini::{Gemini, Vertex};
use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect, VectorLength};
use serde_json::{Value, json};
use social_core::Result;
use social_core::embed::{EmbedRequest, EmbeddingModel};
use social_core::http::{Auth, EndpointBuilder};
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::run::Run;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor};

/// A vendor that answers with as many vectors as there are things at a pointer of the request.
fn vendor(path: &'static str, inputs: &'static str, answer: fn(Vec<Value>) -> Value) -> ScriptedVendor {
    ScriptedVendor::new().respond(Method::POST, path, move |request| {
        let count = request.json().pointer(inputs).and_then(Value::as_array).map_or(0, Vec::len);
        Answer::json(answer((0..count).map(|number| json!([number, 0.5, -1.0])).collect()))
    })
}

async fn keeps_the_contract(
    name: &str,
    vendor: impl Fn() -> ScriptedVendor + Send + Sync + 'static,
    embedder: impl Fn(EndpointBuilder) -> Result<Arc<EmbeddingModel>> + Send + Sync + 'static,
    endpoint: impl Fn() -> EndpointBuilder + Send + Sync + 'static,
) {
    let connect = move |scene: &Scene| {
        let endpoint = endpoint().base_url("https://vendor.test").transport(scene.transport.clone());
        embedder(endpoint.clock(scene.clock.clone()).random(scene.random.clone()))
    };
    let subject = Subject::new(vendor, connect);
    let subject = match name {
        "gemini" => subject.except("video_input", "videos are taken from this machine, the sample is at an address"),
        _ => subject,
    };
    if let Err(violations) = conformance::maker(&subject, &EmbedRequest::texts(["a", "b"])).await {
        panic!("{name}: {violations}");
    }
}

#[tokio::test]
async fn openais_dialect_keeps_the_contract_of_embedders() {
    let answer = || {
        vendor("/embeddings", "/input", |vectors| {
            let items = vectors.into_iter().enumerate();
            let items: Vec<_> = items.map(|(index, vector)| json!({"index": index, "embedding": vector})).collect();
            json!({"data": items, "usage": {"prompt_tokens": 2, "total_tokens": 2}})
        })
    };
    for dialect in Dialect::ALL.iter().copied().filter(|dialect| dialect.quirks.embeddings) {
        let endpoint = || dialect.endpoint().auth(dialect.auth(SECRET.into()));
        let embedder = |endpoint: EndpointBuilder| {
            Ok(Arc::new(Compatible::new(dialect.clone(), endpoint)?.embedder("m")) as Arc<EmbeddingModel>)
        };
        keeps_the_contract(&dialect.service.vendor, answer, embedder, endpoint).await;
    }
}

#[tokio::test]
async fn gemini_keeps_the_contract_of_embedders_in_both_places() {
    let answer = || {
        vendor(
            "/models/m:batchEmbedContents",
            "/requests",
            |vectors| json!({"embeddings": vectors.into_iter().map(|vector| json!({"values": vector})).collect::<Vec<_>>()}),
        )
    };
    let embedder =
        |endpoint: EndpointBuilder| Ok(Arc::new(Gemini::new(endpoint)?.embedder("m")) as Arc<EmbeddingModel>);
    keeps_the_contract("gemini", answer, embedder, || Gemini::endpoint().auth(Gemini::auth(SECRET.into()))).await;

    let answer = || {
        vendor("/publishers/google/models/m:predict", "/instances", |vectors| {
            let one = |vector| json!({"embeddings": {"values": vector, "statistics": {"token_count": 1.0}}});
            json!({"predictions": vectors.into_iter().map(one).collect::<Vec<_>>()})
        })
    };
    let embedder =
        |endpoint: EndpointBuilder| Ok(Arc::new(Vertex::new(endpoint)?.embedder("m")) as Arc<EmbeddingModel>);
    let endpoint = || Vertex::endpoint("p", "global").unwrap().auth(Auth::Bearer(SECRET.into()));
    keeps_the_contract("vertex", answer, embedder, endpoint).await;

    let answer = || {
        ScriptedVendor::new().respond(
            Method::POST,
            "/publishers/google/models/multimodalembedding@001:predict",
            |request| {
                let sent = &request.json()["instances"][0];
                let vector = |kind: &str| sent.get(kind).map(|_| [1.0, 0.5, -1.0]);
                let segments: Vec<_> = vector("video").map(|vector| json!({"embedding": vector})).into_iter().collect();
                Answer::json(json!({"predictions": [{"textEmbedding": vector("text"),
                    "imageEmbedding": vector("image"), "videoEmbeddings": segments}]}))
            },
        )
    };
    let embedder = |endpoint: EndpointBuilder| {
        Ok(Arc::new(Vertex::new(endpoint)?.embedder("multimodalembedding@001")) as Arc<EmbeddingModel>)
    };
    let connect = move |scene: &Scene| {
        let endpoint = endpoint().base_url("https://vendor.test").transport(scene.transport.clone());
        embedder(endpoint.clock(scene.clock.clone()).random(scene.random.clone()))
    };
    let video = Media::remote("gs://bucket/video.mp4".parse().unwrap());
    let subject = Subject::new(answer, connect).with_video(video);
    conformance::maker(&subject, &EmbedRequest::texts(["a", "b"])).await.unwrap();
}

#[tokio::test]
async fn ollama_and_dashscope_keep_the_contract_of_embedders() {
    let answer = || vendor("/api/embed", "/input", |vectors| json!({"embeddings": vectors, "prompt_eval_count": 2}));
    let embedder = |endpoint: EndpointBuilder| Ok(Arc::new(Ollama::new(endpoint)?.embedder("m")) as _);
    keeps_the_contract("ollama", answer, embedder, || Ollama::endpoint().auth(Auth::Bearer(SECRET.into()))).await;

    let answer = || {
        vendor("/services/embeddings/text-embedding/text-embedding", "/input/texts", |vectors| {
            // They come in any order.
            let items = vectors.into_iter().enumerate().rev();
            let items: Vec<_> =
                items.map(|(index, vector)| json!({"text_index": index, "embedding": vector})).collect();
            json!({"output": {"embeddings": items}, "usage": {"total_tokens": 2}, "request_id": "r"})
        })
    };
    let embedder = |endpoint: EndpointBuilder| Ok(Arc::new(DashScope::new(endpoint)?.embedder("m")) as _);
    keeps_the_contract("dashscope", answer, embedder, || {
        Region::International.endpoint().auth(Auth::Bearer(SECRET.into()))
    })
    .await;
}

/// What is sent stands on the specifications of Mistral and xAI, and on DashScope's Python SDK.
#[tokio::test]
async fn the_length_of_vectors_is_asked_for_in_each_vendors_words() {
    let lost = || ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
    let request = EmbedRequest::texts(["a"]).with_dimensions(256);
    for (dialect, field) in [(Dialect::MISTRAL, "output_dimension"), (Dialect::OPENROUTER, "dimensions")] {
        let vendor = lost();
        let endpoint = dialect.endpoint().transport(vendor.transport());
        Compatible::new(dialect, endpoint).unwrap().embedder("m").make(&Run::ephemeral(), &request).await.unwrap_err();
        let sent = json!({"model": "m", "input": ["a"], "encoding_format": "float", field: 256});
        assert_eq!(vendor.received()[0].json(), sent);
    }
    let vendor = lost();
    let endpoint = Dialect::XAI.endpoint().transport(vendor.transport());
    let error = Compatible::new(Dialect::XAI, endpoint)
        .unwrap()
        .embedder("m")
        .make(&Run::ephemeral(), &request)
        .await
        .unwrap_err();
    assert_eq!((Dialect::XAI.quirks.vector_length, error.field()), (VectorLength::Unsupported, Some("dimensions")));
    assert!(vendor.received().is_empty());

    let endpoint = Region::International.endpoint().transport(vendor.transport());
    DashScope::new(endpoint)
        .unwrap()
        .embedder("text-embedding-v4")
        .make(&Run::ephemeral(), &request.with_task("query"))
        .await
        .unwrap_err();
    let sent = vendor.received().remove(0);
    assert_eq!(sent.url.path(), "/api/v1/services/embeddings/text-embedding/text-embedding");
    let body = json!({"model": "text-embedding-v4", "input": {"texts": ["a"]},
        "parameters": {"dimension": 256, "text_type": "query"}});
    assert_eq!(sent.json(), body);
}
