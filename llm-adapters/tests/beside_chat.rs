//! Embeddings, lists of models and token counts, read from recordings of the vendors and compared
//! with their SDKs' requests (`../shared/cassettes`, `../shared/golden`). Lists in pages and most
//! counts are invented after the vendors' specifications and SDKs.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::dashscope::{DashScope, Region};
use llm_adapters::gemini::{Gemini, GeminiEmbedder, Vertex};
use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use llm_adapters::tgi::Tgi;
use serde_json::{Value, json};
use social_core::ErrorKind;
use social_core::chat::{ChatRequest, Part, TokenCounter as _, Tool};
use social_core::embed::{EmbedInput, EmbedRequest};
use social_core::http::{Auth, Check, EndpointBuilder, Exchange, ReplayTransport};
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::models::ModelLister as _;
use social_core::run::Run;
use social_core::testkit::{Answer, ScriptedVendor};

fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")).join(path);
    if path.exists() {
        return Some(path);
    }
    social_core::testkit::did_not_run("../shared");
    None
}

/// An endpoint that answers from a recording.
fn replayed(name: &str, endpoint: EndpointBuilder) -> Option<EndpointBuilder> {
    let exchange = Exchange::read(shared(&format!("cassettes/llm/{name}.json"))?).unwrap();
    let transport = ReplayTransport::new([exchange]).check(Check::Nothing);
    Some(endpoint.transport(Arc::new(transport)))
}

fn openai(endpoint: EndpointBuilder) -> Compatible {
    Compatible::new(Dialect::OPENAI, endpoint).unwrap()
}

#[tokio::test]
async fn recorded_vectors_are_read() {
    let Some(endpoint) = replayed("openai-embeddings-base64", Dialect::OPENAI.endpoint()) else { return };
    let embedder = openai(endpoint).embedder("text-embedding-ada-002").packed();
    let all =
        embedder.make(&Run::ephemeral(), &EmbedRequest::texts(["Tell me a joke about opentelemetry"])).await.unwrap();
    let vector = &all.vectors[0];
    assert_eq!((vector.len(), vector[0], all.usage.unwrap().input_tokens), (1536, 0.025_144_417, Some(8)));
}

#[tokio::test]
async fn recorded_vectors_of_google_are_read_in_both_places() {
    let Some(endpoint) = replayed("gemini-batch-embed", Gemini::endpoint()) else { return };
    let embedder = Gemini::new(endpoint).unwrap().embedder("gemini-embedding-001");
    let all =
        embedder.make(&Run::ephemeral(), &EmbedRequest::texts(["a", "b", "c"]).with_dimensions(256)).await.unwrap();
    assert_eq!((all.vectors.len(), all.vectors[0].len(), all.vectors[0][0]), (3, 256, -0.004_573_147));

    let endpoint = Vertex::endpoint("p", "global").unwrap();
    let endpoint = replayed("vertex-embed-predict", endpoint).unwrap();
    let embedder = Vertex::new(endpoint).unwrap().embedder("text-embedding-004");
    let all = embedder.make(&Run::ephemeral(), &EmbedRequest::texts(["Ruby is great"])).await.unwrap();
    assert_eq!((all.vectors.len(), all.vectors[0][0], all.usage.unwrap().input_tokens), (1, -0.018_408_727, Some(3)));
}

/// What is embedded in an exchange of the media cassettes, and the endpoint that answers with it.
fn media(name: &str) -> Option<(Value, Value)> {
    let cassette = std::fs::read(shared(&format!("cassettes/media/{name}.json"))?).unwrap();
    let mut cassette: Value = serde_json::from_slice(&cassette).unwrap();
    let mut take = |place| cassette.pointer_mut(place).map(Value::take).unwrap();
    Some((take("/request"), take("/response/body")))
}

fn file(base64: &Value) -> Media {
    Media::bytes(STANDARD.decode(base64.as_str().unwrap()).unwrap())
}

// The recorded calls put text and image into one vector; here each has its own.
#[tokio::test]
async fn recorded_vectors_of_images_are_read_in_ai_studio() {
    for (name, tokens, first) in [
        ("gemini-01-embedding-gemini-gemini-embedding-2-embeds-an-image-alongside-text-1", 261, -0.004_177_954),
        ("gemini-02-embedding-gemini-gemini-embedding-2-embeds-text-with-custom-dimensions", 8, 0.020_942_502),
    ] {
        let Some((asked, body)) = media(name) else { return };
        let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| Answer::json(body.clone()));
        let endpoint = Gemini::endpoint().auth(Gemini::auth("test-key".into())).transport(vendor.transport());
        let embedder = Gemini::new(endpoint).unwrap().embedder("gemini-embedding-2");
        let parts = asked.pointer("/body/requests/0/content/parts").and_then(Value::as_array).unwrap();
        let part = parts.last().unwrap();
        let input = match part.get("inline_data") {
            Some(inline) => EmbedInput::Image(file(&inline["data"])),
            None => EmbedInput::Text(part["text"].as_str().unwrap().to_owned()),
        };
        let request = EmbedRequest::new([input]).with_dimensions(768);
        let made = embedder.make(&Run::ephemeral(), &request).await.unwrap();
        assert_eq!((made.vectors[0][0], made.usage.as_ref().unwrap().input_tokens), (first, Some(tokens)));
        let sent = vendor.received().remove(0);
        assert_eq!(sent.url.path(), asked["path"].as_str().unwrap());
        let body = sent.json();
        let ours = &body["requests"][0];
        let mut expected = part.clone();
        if let Some(inline) = expected.as_object_mut().unwrap().remove("inline_data") {
            expected["inlineData"] = json!({"mimeType": inline["mime_type"], "data": inline["data"]});
        }
        assert_eq!((&ours["content"]["parts"][0], &ours["outputDimensionality"]), (&expected, &json!(768)));
    }
}

fn multimodal(vendor: &ScriptedVendor) -> GeminiEmbedder {
    let endpoint = Vertex::endpoint("test-project", "us-central1").unwrap().auth(Auth::Bearer("test-key".into()));
    Vertex::new(endpoint.transport(vendor.transport())).unwrap().embedder("multimodalembedding@001")
}

// The fields are documented; the request is google-api-python-client's.
#[tokio::test]
async fn vectors_of_texts_and_images_are_read_on_vertex() {
    let Some((asked, body)) = media("vertex-11-multimodalembedding-text-image") else { return };
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, move |_| Answer::json(body.clone()));
    let instance = &asked["body"]["instances"][0];
    let text = EmbedInput::Text(instance["text"].as_str().unwrap().to_owned());
    let image = EmbedInput::Image(file(&instance["image"]["bytesBase64Encoded"]));
    let request = EmbedRequest::new([image, text]).with_dimensions(128);
    let made = multimodal(&vendor).make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!(made.vectors, [vec![0.002_626_968, -0.0019, 0.0445], vec![0.010_477_379, -0.0257, 0.0318]]);
    let usage = made.usage.clone().unwrap();
    assert_eq!((usage.characters, usage.images), (Some(13), Some(1)));
    assert_eq!(vendor.received()[0].json(), asked["body"]);

    let golden = shared("golden/vertex/multimodal_embedding_predict.json").unwrap();
    let golden: Value = serde_json::from_slice(&std::fs::read(golden).unwrap()).unwrap();
    let golden = &golden["requests"][0];
    let mut expected = golden["body"]["json"].clone();
    let image = file(&expected["instances"][0]["image"]["bytesBase64Encoded"]);
    // The SDK's caller did not say what the image is; we do.
    expected["instances"][0]["image"]["mimeType"] = json!("image/png");
    let inputs = [EmbedInput::Text("café".to_owned()), EmbedInput::Image(image)];
    let request = EmbedRequest::new(inputs).with_dimensions(512);
    multimodal(&vendor).make(&Run::ephemeral(), &request).await.unwrap();
    let sent = &vendor.received()[1];
    assert_eq!(sent.url.host_str(), golden["host"].as_str());
    // The path is the same in both versions of the interface.
    assert_eq!(sent.url.path().replace("v1beta1", "v1"), golden["path"].as_str().unwrap());
    assert_eq!((sent.header("authorization"), sent.json()), (Some("Bearer test-key"), expected));
}

// Invented answers, after the documented fields.
#[tokio::test]
async fn videos_have_one_vector_and_one_length() {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |request| {
        let sent = &request.json()["instances"][0];
        let vector = |kind: &str| sent.get(kind).map(|_| vec![1.0; 3]);
        let segments = sent.get("video").map(|_| json!([{"startOffsetSec": 0, "endOffsetSec": 9, "embedding": [2.0, 2.0, 2.0]}]));
        Answer::json(json!({"predictions": [
            {"textEmbedding": vector("text"), "imageEmbedding": vector("image"), "videoEmbeddings": segments.unwrap_or_else(|| json!([]))}]}))
    });
    let video = || EmbedInput::Video(Media::remote("gs://bucket/a.mp4".parse().unwrap()));
    let text = |text: &str| EmbedInput::Text(text.to_owned());
    let request = EmbedRequest::new([text("a"), video(), text("b"), text("c")]);
    let made = multimodal(&vendor).make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!(made.vectors.iter().map(|vector| vector[0]).collect::<Vec<_>>(), [1.0, 2.0, 1.0, 1.0]);
    let sent: Vec<_> = vendor.received().iter().map(|sent| sent.json()["instances"][0].clone()).collect();
    let segments = json!({"startOffsetSec": 0, "endOffsetSec": 120, "intervalSec": 120});
    let first = json!({"text": "a", "video": {"gcsUri": "gs://bucket/a.mp4", "videoSegmentConfig": segments}});
    assert_eq!(sent, [first, json!({"text": "b"}), json!({"text": "c"})]);

    for (request, field) in [
        (EmbedRequest::new([video()]).with_dimensions(512), "dimensions"),
        (EmbedRequest::texts(["a"]).with_dimensions(300), "dimensions"),
        (EmbedRequest::texts(["a"]).with_task("RETRIEVAL_QUERY"), "task"),
        (EmbedRequest::new([EmbedInput::Image(Media::remote("https://a.example/b.png".parse().unwrap()))]), "inputs"),
    ] {
        let error = multimodal(&vendor).make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(field)), "{error}");
    }
    assert_eq!(vendor.received().len(), 3);
}

#[tokio::test]
async fn a_recorded_list_of_models_is_read() {
    let Some(endpoint) = replayed("ollama-tags", Ollama::endpoint()) else { return };
    let models = Ollama::new(endpoint).unwrap().list_models().await.unwrap();
    let ids: Vec<_> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["all-minilm:latest", "qwen3:4b", "gemma3:4b", "llava:latest", "llama3.2:latest"]);
}

#[tokio::test]
async fn a_recorded_count_of_tokens_is_read() {
    let Some(endpoint) = replayed("gemini-count-tokens", Gemini::endpoint()) else { return };
    let model = Gemini::new(endpoint).unwrap().chat("gemini-embedding-2-preview");
    assert_eq!(model.count_tokens(&ChatRequest::new("Hello, world!")).await.unwrap(), 5);
}

/// An endpoint whose vendor gives these pages, one after the other.
fn paged(endpoint: EndpointBuilder, pages: [Value; 2]) -> (EndpointBuilder, ScriptedVendor) {
    let vendor = ScriptedVendor::new().on_each(Method::GET, "/v1/models", pages.map(Answer::json));
    (endpoint.base_url("https://vendor.test/v1").transport(vendor.transport()), vendor)
}

#[tokio::test]
async fn lists_are_read_to_their_last_page() {
    let pages = [
        json!({"models": [{"name": "models/gemini-2.5-flash", "displayName": "Flash", "inputTokenLimit": 1_048_576,
            "outputTokenLimit": 65_536}], "nextPageToken": "t2"}),
        json!({"models": [{"name": "models/gemini-embedding-001"}]}),
    ];
    let (endpoint, vendor) = paged(Gemini::endpoint(), pages);
    let models = Gemini::new(endpoint).unwrap().list_models().await.unwrap();
    assert_eq!((models[0].id.as_str(), models[0].output_tokens), ("gemini-2.5-flash", Some(65_536)));
    assert_eq!((models.len(), vendor.received()[1].query("pageToken").as_deref()), (2, Some("t2")));

    let pages = [
        json!({"data": [{"id": "claude-sonnet-5", "display_name": "Sonnet", "max_input_tokens": 200_000}],
            "has_more": true, "last_id": "claude-sonnet-5"}),
        json!({"data": [{"id": "claude-haiku-4-5"}], "has_more": false, "last_id": "claude-haiku-4-5"}),
    ];
    let dialect = anthropic::Dialect::ANTHROPIC;
    let (endpoint, vendor) = paged(dialect.endpoint(), pages);
    let models = Anthropic::new(dialect, endpoint).unwrap().list_models().await.unwrap();
    assert_eq!((models[0].name.as_deref(), models[0].input_tokens), (Some("Sonnet"), Some(200_000)));
    assert_eq!((models.len(), vendor.received()[1].query("after_id").as_deref()), (2, Some("claude-sonnet-5")));
}

#[tokio::test]
async fn dashscopes_list_is_read_to_its_last_page() {
    let page = |models: Value| json!({"request_id": "r", "output": {"total": 2, "page_size": 100, "models": models}});
    let pages = [
        page(json!([{"model": "qwen3-max", "name": "Qwen3 Max",
            "model_info": {"context_window": 262_144, "max_output_tokens": 65_536}}])),
        page(json!([{"model": "text-embedding-v4"}])),
    ];
    let (endpoint, vendor) = paged(Region::International.endpoint(), pages);
    let models = DashScope::new(endpoint).unwrap().list_models().await.unwrap();
    assert_eq!((models[0].id.as_str(), models[0].input_tokens), ("qwen3-max", Some(262_144)));
    assert_eq!((models.len(), vendor.received()[1].query("page_no").as_deref()), (2, Some("2")));
}

#[tokio::test]
async fn the_responses_dialect_lists_the_models_of_its_vendor() {
    for &dialect in responses::Dialect::ALL {
        let list = Answer::json(json!({"object": "list", "data": [{"id": "m"}]}));
        let vendor = ScriptedVendor::new().on(Method::GET, "/v1/models", list);
        let endpoint = dialect.endpoint().base_url("https://vendor.test/v1").transport(vendor.transport());
        let client = Responses::new(dialect.clone(), endpoint).unwrap();
        assert_eq!(client.list_models().await.unwrap()[0].id, "m");
    }
}

#[tokio::test]
async fn tokens_are_counted_in_each_vendors_way() {
    let tool = Tool { name: "look_up".into(), description: "x".into(), parameters: json!({}), strict: false };
    let request = ChatRequest::new("hi").with_system("Be brief.").with_temperature(0.5);
    let messages = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}]);
    let chat = json!({"model": "m", "messages": messages});
    let token = json!({"id": 1, "text": "hi", "start": 0, "stop": 2});
    for (dialect, path, sent, answer) in [
        (Dialect::VLLM, "/tokenize", &chat, json!({"count": 3, "max_model_len": 9, "tokens": [1, 2, 3]})),
        (
            Dialect::TGI,
            "/chat_tokenize",
            &chat,
            json!({"templated_text": "", "tokenize_response": [token, token, token]}),
        ),
        (Dialect::ZHIPU, "/v1/tokenizer", &chat, json!({"id": "x", "usage": {"prompt_tokens": 3, "total_tokens": 3}})),
        (
            Dialect::XAI,
            "/v1/tokenize-text",
            &json!({"model": "m", "text": "Be brief.\nhi"}),
            json!({"token_ids": [{"token_id": 1}, {"token_id": 2}, {"token_id": 3}]}),
        ),
    ] {
        let vendor = ScriptedVendor::new().on(Method::POST, path, Answer::json(answer));
        let endpoint = dialect.endpoint().base_url("https://vendor.test/v1").transport(vendor.transport());
        let model = Compatible::new(dialect, endpoint).unwrap().chat("m");
        assert_eq!((model.count_tokens(&request).await.unwrap(), &vendor.received()[0].json()), (3, sent), "{path}");
    }

    let vendor = ScriptedVendor::new();
    for (dialect, request, field) in [
        (Dialect::OPENAI, request.clone(), "count_tokens"),
        (Dialect::XAI, request.clone().with_tool(tool.clone()), "tools"),
        (Dialect::XAI, ChatRequest::new("hi").with_part(Part::Image(Media::bytes("x"))), "messages"),
    ] {
        let model = Compatible::new(dialect.clone(), dialect.endpoint().transport(vendor.transport()));
        let error = model.unwrap().chat("m").count_tokens(&request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(field)));
    }
    assert!(vendor.received().is_empty());

    let vendor = ScriptedVendor::new();
    let vendor = vendor.on(Method::POST, "/v1/responses/input_tokens", Answer::json(json!({"input_tokens": 11})));
    let endpoint = responses::Dialect::OPENAI.endpoint().transport(vendor.transport());
    let model = Responses::new(responses::Dialect::OPENAI, endpoint).unwrap().chat("gpt-5");
    assert_eq!(model.count_tokens(&request.clone().with_max_output_tokens(9)).await.unwrap(), 11);
    let sent = json!({"model": "gpt-5", "instructions": "Be brief.", "input": "hi"});
    assert_eq!(vendor.received()[0].json(), sent);

    let counted = json!({"output": {"token_ids": [1, 2]}, "usage": {"input_tokens": 2}, "request_id": "r"});
    let vendor = ScriptedVendor::new().on(Method::POST, "/api/v1/tokenizer", Answer::json(counted));
    let model =
        DashScope::new(Region::International.endpoint().transport(vendor.transport())).unwrap().chat("qwen-plus");
    assert_eq!(model.count_tokens(&request).await.unwrap(), 2);
    assert_eq!(vendor.received()[0].json(), json!({"model": "qwen-plus", "input": {"messages": messages}}));
    assert_eq!(model.count_tokens(&request.clone().with_tool(tool)).await.unwrap_err().field(), Some("tools"));

    let tokens = Answer::json(json!([token, token]));
    let vendor = ScriptedVendor::new().on(Method::POST, "/tokenize", tokens);
    let model = Tgi::new(Tgi::endpoint().transport(vendor.transport())).unwrap().chat("tgi");
    assert_eq!(model.count_tokens(&request).await.unwrap(), 2);
}

#[tokio::test]
async fn only_what_counts_is_sent_to_be_counted() {
    let vendor = ScriptedVendor::new();
    let vendor = vendor.on(Method::POST, "/v1/messages/count_tokens", Answer::json(json!({"input_tokens": 14})));
    let dialect = anthropic::Dialect::ANTHROPIC;
    let endpoint = dialect.endpoint().base_url("https://vendor.test/v1").transport(vendor.transport());
    let model = Anthropic::new(dialect.clone(), endpoint).unwrap().chat("claude-sonnet-5");
    let request = ChatRequest::new("hi").with_system("Be brief.").with_temperature(0.5).with_max_output_tokens(9);
    assert_eq!(model.count_tokens(&request).await.unwrap(), 14);
    let counted = json!({"model": "claude-sonnet-5", "system": "Be brief.",
        "messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(vendor.received()[0].json(), counted);

    let Some(endpoint) = replayed("anthropic-count-tokens-error-404", dialect.endpoint()) else { return };
    let model = Anthropic::new(dialect, endpoint).unwrap().chat("claude-does-not-exist");
    assert_eq!(model.count_tokens(&request).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn the_same_texts_give_google_the_same_request() {
    let Some(path) = shared("golden/gemini/embed_content.json") else { return };
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let golden = &golden["requests"][0];
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
    let endpoint = Gemini::endpoint().auth(Gemini::auth("test-key".into())).transport(vendor.transport());
    let embedder = Gemini::new(endpoint).unwrap().embedder("gemini-embedding-001");
    let request = EmbedRequest::texts(["a", "b"]).with_dimensions(256).with_task("SEMANTIC_SIMILARITY");
    embedder.make(&Run::ephemeral(), &request).await.unwrap_err();
    let ours = &vendor.received()[0];
    // The SDK's newest version says v1; the specification and the recordings say v1beta.
    assert_eq!(golden["path"].as_str().unwrap().replace("/v1/", "/v1beta/"), ours.url.path());
    assert_eq!((ours.header("x-goog-api-key"), ours.json()), (Some("test-key"), golden["body"]["json"].clone()));
}

#[tokio::test]
async fn the_same_texts_give_the_same_request() {
    let Some(path) = shared("golden/openai/embeddings.json") else { return };
    let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let golden = &golden["requests"][0];
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
    let endpoint = Dialect::OPENAI.endpoint().auth(Dialect::OPENAI.auth("test-key".into()));
    let embedder = openai(endpoint.transport(vendor.transport())).embedder("text-embedding-3-small");
    embedder.make(&Run::ephemeral(), &EmbedRequest::texts(["a", "b"]).with_dimensions(256)).await.unwrap_err();
    let ours = &vendor.received()[0];
    let sent = json!({"method": ours.method.as_str(), "host": ours.url.host_str(), "path": ours.url.path(),
        "authorization": ours.header("authorization"), "body": ours.json()});
    let expected = json!({"method": golden["method"], "host": golden["host"], "path": golden["path"],
        "authorization": golden["headers"]["authorization"], "body": golden["body"]["json"]});
    assert_eq!(sent, expected);
}
