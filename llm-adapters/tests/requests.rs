//! What we send is what the vendors' own SDKs send for the same intent.
//!
//! Stands on `../shared/golden` (requests recorded from the SDKs; its README says what may differ).
//! A golden call without a counterpart here is printed with the reason; one without either fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::path::Path;

use http::HeaderName;
use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::dashscope::{DashScope, Region};
use llm_adapters::gemini::{Gemini, Vertex};
use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use serde_json::{Value, json};
use social_core::chat::{
    CacheTime, ChatModel, ChatRequest, Effort, ImageOutput, Message, OutputFormat, Part, ReasoningOptions, Role,
    TokenCounter as _, Tool, ToolChoice, WebSearch,
};
use social_core::http::{Auth, EndpointBuilder, RetryPolicy};
use social_core::image::AspectRatio;
use social_core::media::Media;
use social_core::testkit::{Received, ScriptedVendor};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/golden");

/// The folders of language models.
const VENDORS: [&str; 14] = [
    "anthropic",
    "ark",
    "dashscope",
    "deepseek",
    "gemini",
    "gmi",
    "huggingface",
    "minimax",
    "ollama",
    "openai",
    "openrouter",
    "vertex",
    "vllm",
    "xai",
];

/// Which adapter sends it.
enum By {
    Chat(Box<Dialect>),
    Messages,
    DashScope,
    Gemini,
    Ollama,
    Responses,
    Vertex,
}

struct Intent {
    golden: &'static str,
    by: By,
    model: &'static str,
    request: ChatRequest,
    stream: bool,
    /// Headers of the application's own, set at the endpoint.
    headers: &'static [(&'static str, &'static str)],
    /// Differences on purpose: what of the golden body we leave out, as JSON pointers.
    without: &'static [&'static str],
}

fn chat(golden: &'static str, dialect: Dialect, model: &'static str, request: ChatRequest) -> Intent {
    Intent { golden, by: By::Chat(Box::new(dialect)), model, request, stream: false, headers: &[], without: &[] }
}

fn messages(golden: &'static str, request: ChatRequest) -> Intent {
    let (by, model) = (By::Messages, "claude-sonnet-4-5");
    Intent {
        golden,
        by,
        model,
        request: request.with_max_output_tokens(200),
        stream: false,
        headers: &[],
        without: &[],
    }
}

fn dashscope(golden: &'static str, model: &'static str, request: ChatRequest) -> Intent {
    Intent { golden, by: By::DashScope, model, request, stream: false, headers: &[], without: &[] }
}

fn answered(golden: &'static str, request: ChatRequest) -> Intent {
    Intent { golden, by: By::Responses, model: "gpt-4.1-mini", request, stream: false, headers: &[], without: &[] }
}

fn gemini(golden: &'static str, request: ChatRequest) -> Intent {
    Intent { golden, by: By::Gemini, model: "gemini-2.5-flash", request, stream: false, headers: &[], without: &[] }
}

fn ollama(golden: &'static str, model: &'static str, request: ChatRequest) -> Intent {
    Intent { golden, by: By::Ollama, model, request, stream: false, headers: &[], without: &[] }
}

/// The 70 bytes of the golden set's PNG.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn image(url: &str) -> Part {
    Part::Image(Media::remote(url.parse().unwrap()))
}

fn intents() -> Vec<Intent> {
    let png = || -> Media { serde_json::from_value(json!({"bytes": PNG})).unwrap() };
    let object = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    let caption = object(
        json!({"caption": {"type": "string"}, "hashtags": {"type": "array", "items": {"type": "string"}}}),
        json!(["caption", "hashtags"]),
    );
    let tool = Tool {
        name: "best_time".to_owned(),
        description: "Best hour to post".to_owned(),
        parameters: object(json!({"network": {"type": "string"}}), json!(["network"])),
        strict: true,
    };
    let loose = json!({"type": "object", "properties": {"network": {"type": "string"}}, "required": ["network"]});
    let loose_tool = Tool { parameters: loose, strict: false, ..tool.clone() };
    let hi = || ChatRequest::new("hi");
    let captions = || {
        let request = ChatRequest::new("A caption for a café ☕").with_system("You write captions.");
        request.with_temperature(0.7).with_max_output_tokens(200).with_stop("END")
    };
    let parts = |parts| ChatRequest::of([Message::new(Role::User, parts)]);
    let text = |text: &str| Part::Text(text.to_owned());
    let mut one_call = ChatRequest::new("When to post on X?").with_tool(tool);
    one_call.parallel_tool_calls = Some(false);
    let mut json_mode = ChatRequest::new("json please");
    json_mode.output = OutputFormat::Json;
    let mut no_thinking = hi().with_temperature(0.6);
    no_thinking.reasoning = Some(ReasoningOptions { effort: Some(Effort::None), ..ReasoningOptions::default() });
    vec![
        chat(
            "openai/chat_basic",
            Dialect::OPENAI,
            "gpt-4.1-mini",
            ChatRequest::new("A caption for a café ☕")
                .with_system("You write captions.")
                .with_temperature(0.7)
                .with_max_output_tokens(200),
        ),
        Intent { stream: true, ..chat("openai/chat_stream", Dialect::OPENAI, "gpt-4.1-mini", hi()) },
        // Images have no level of detail here: the vendor's default, `auto`, decides.
        Intent {
            without: &["/messages/0/content/1/image_url/detail"],
            ..chat("openai/chat_image_input", Dialect::OPENAI, "gpt-4.1-mini", {
                parts(vec![text("Describe"), Part::Image(png()), image("https://cdn.example.test/a.jpg")])
            })
        },
        chat(
            "openai/chat_structured",
            Dialect::OPENAI,
            "gpt-4.1-mini",
            ChatRequest::new("caption as json").with_schema("caption", caption),
        ),
        // `auto` is the default of the API.
        Intent { without: &["/tool_choice"], ..chat("openai/chat_tools", Dialect::OPENAI, "gpt-4.1-mini", one_call) },
        chat("gmi/chat_basic", Dialect::GMI, "deepseek-ai/DeepSeek-V3.1", hi().with_max_output_tokens(50)),
        chat("xai/chat_basic", Dialect::XAI, "grok-4", hi()),
        chat("deepseek/chat_json_mode", Dialect::DEEPSEEK, "deepseek-chat", json_mode),
        chat("minimax/chat_basic", Dialect::MINIMAX, "MiniMax-M2", hi().with_extra("reasoning_split", true)),
        chat("zhipu/zai_chat_basic", Dialect::ZHIPU, "glm-4.6", no_thinking),
        Intent { stream: true, ..chat("zhipu/zai_chat_stream", Dialect::ZHIPU, "glm-4.6", hi()) },
        chat("zhipu/bigmodel_chat_basic", Dialect::ZHIPU_CN, "glm-4-plus", hi()),
        Intent {
            headers: &[("http-referer", "https://app.example.test"), ("x-openrouter-title", "App")],
            ..chat(
                "openrouter/chat_basic_attribution",
                Dialect::OPENROUTER,
                "openai/gpt-4.1-mini",
                hi().with_extra("provider", json!({"sort": "price"}))
                    .with_extra("models", json!(["openai/gpt-4.1-mini", "x-ai/grok-4"])),
            )
        },
        chat("vllm/chat_extra_sampling", Dialect::VLLM, "local", {
            hi().with_extra("top_k", 20).with_extra("repetition_penalty", 1.05)
        }),
        chat(
            "dashscope/compatible_chat_vl",
            Dialect::QWEN,
            "qwen3-vl-plus",
            parts(vec![image("https://cdn.example.test/a.jpg"), text("Describe")]),
        ),
        chat(
            "huggingface/tgi_endpoint_chat",
            Dialect::TGI,
            "dummy",
            hi().with_max_output_tokens(20)
                .with_schema("c", json!({"type": "object", "properties": {"caption": {"type": "string"}}})),
        ),
        chat(
            "ark/chat_basic",
            Dialect::at("ark", "https://ark.cn-beijing.volces.com/api/v3"),
            "doubao-seed-1-6-250615",
            hi(),
        ),
        messages("anthropic/messages_basic", {
            ChatRequest::new("A caption for a café ☕").with_system("You write captions.").with_stop("END")
        }),
        Intent { stream: true, ..messages("anthropic/messages_stream", hi()) },
        messages(
            "anthropic/messages_image_input",
            parts(vec![Part::Image(png()), image("https://cdn.example.test/a.jpg"), text("Describe")]),
        ),
        messages(
            "anthropic/messages_structured",
            ChatRequest::new("caption").with_schema(
                "Caption",
                json!({"type": "object", "title": "Caption", "required": ["caption"],
                    "properties": {"caption": {"type": "string", "title": "Caption"}}}),
            ),
        ),
        messages("anthropic/messages_tools", {
            let mut request = ChatRequest::new("When?").with_tool(loose_tool.clone());
            request.tool_choice = ToolChoice::Tool("best_time".to_owned());
            request.parallel_tool_calls = Some(false);
            request
        }),
        messages(
            "anthropic/messages_web_search",
            ChatRequest::new("Trends today?").with_web_search(WebSearch {
                allowed_domains: vec!["example.test".to_owned()],
                max_searches: Some(3),
                country: None,
            }),
        ),
        messages("anthropic/messages_cache_control", {
            let guide = Message::system("Brand guide").with(Part::CacheMark(CacheTime::Hour));
            ChatRequest::of([guide, Message::user("hi")])
        }),
        chat(
            "openrouter/chat_image_modality",
            Dialect::OPENROUTER,
            "google/gemini-2.5-flash-image",
            ChatRequest::new("A café")
                .with_image_output(ImageOutput::default().with_aspect_ratio(AspectRatio::new(9, 16))),
        ),
        // What has no name here goes through `extra`.
        Intent {
            model: "claude-haiku-4-5",
            ..messages("anthropic/messages_sampling_sdk0x", hi().with_temperature(0.7).with_extra("top_k", 40))
        },
        dashscope(
            "dashscope/native_chat_vl",
            "qwen3-vl-plus",
            parts(vec![image("https://cdn.example.test/a.jpg"), text("Describe")]).with_temperature(0.5),
        ),
        // Through `extra`, since our own web search also asks for its sources.
        dashscope("dashscope/native_text_generation", "qwen-plus", hi().with_extra("enable_search", true)),
        answered("openai/responses_basic", hi().with_system("Be short.").with_max_output_tokens(100)),
        Intent {
            stream: true,
            ..answered("openai/responses_image_input_stream", parts(vec![text("Describe"), Part::Image(png())]))
        },
        // How much of the pages the model reads is left to the vendor.
        Intent {
            without: &["/tools/0/search_context_size"],
            ..answered("openai/responses_web_search", {
                let search = WebSearch { country: Some("DE".to_owned()), ..WebSearch::default() };
                let request = ChatRequest::new("Trends today?").with_web_search(search);
                request.with_extra("include", json!(["web_search_call.action.sources"]))
            })
        },
        gemini("gemini/generate_basic", captions()),
        gemini("gemini/v1beta_generate_basic_sdk1x", captions()),
        Intent { stream: true, ..gemini("gemini/generate_stream", hi()) },
        gemini("gemini/generate_google_search", ChatRequest::new("Trends?").with_web_search(WebSearch::default())),
        gemini("gemini/generate_structured", {
            let tags = json!({"type": "array", "items": {"type": "string"}});
            let properties = json!({"caption": {"type": "string"}, "hashtags": tags});
            let schema = json!({"type": "object", "properties": properties, "required": ["caption"]});
            ChatRequest::new("caption").with_schema("caption", schema)
        }),
        gemini("gemini/generate_tools", {
            let tool = Tool { description: "Best hour".to_owned(), ..loose_tool.clone() };
            ChatRequest::new("When?").with_tool(tool).with_tool_choice(ToolChoice::Tool("best_time".to_owned()))
        }),
        // The type of a file at an address is told by its ending only.
        Intent {
            without: &["/contents/0/parts/1/fileData/mimeType"],
            ..gemini("gemini/generate_image_input", {
                let video = "https://generativelanguage.googleapis.com/v1beta/files/abc".parse().unwrap();
                parts(vec![Part::Image(png()), Part::Video(Media::remote(video)), text("Describe")])
            })
        },
        Intent { by: By::Vertex, ..gemini("vertex/generate_basic", hi().with_system("Be short.")) },
        Intent { by: By::Vertex, stream: true, ..gemini("vertex/generate_stream", hi()) },
        ollama(
            "ollama/chat_structured_image",
            "qwen3-vl:4b",
            parts(vec![text("Describe"), Part::Image(png())])
                .with_schema("c", json!({"type": "object", "properties": {"caption": {"type": "string"}}}))
                .with_temperature(0.2)
                .with_extra("options", json!({"num_ctx": 4096}))
                .with_extra("keep_alive", "5m"),
        ),
        Intent {
            stream: true,
            ..ollama("ollama/chat_stream_tools", "qwen3:4b", {
                let network = json!({"network": {"type": "string"}});
                let mut request = hi().with_tool(Tool {
                    name: "best_time".to_owned(),
                    description: "d".to_owned(),
                    parameters: json!({"type": "object", "properties": network, "required": ["network"]}),
                    strict: false,
                });
                request.reasoning =
                    Some(ReasoningOptions { effort: Some(Effort::None), ..ReasoningOptions::default() });
                request
            })
        },
    ]
}

/// Why a golden call has no counterpart.
fn reason(call: &str) -> Option<&'static str> {
    let (vendor, call) = call.split_once('/')?;
    Some(match (vendor, call) {
        ("huggingface", "router_chat") => "the SDK looks up a provider and goes around the router; we go through it",
        ("huggingface", "tgi_endpoint_text_generation") => {
            "the SDK asks `/`, which forwards to `/generate`: compared in its tests"
        }
        ("openai", "embeddings") => "an embedding: compared in beside_chat.rs",
        ("gemini", "embed_content") => "an embedding: compared in beside_chat.rs",
        ("openai", "moderations") => "a verdict: compared in moderators.rs",
        ("gemini", "count_tokens") => "a token count: compared in a test of its own",
        ("gemini", "interactions_text") => "the Interactions API adds nothing to generateContent that a post needs",
        ("gemini", "file_upload_resumable") => {
            "the file store is not offered: files go inside the request or by address"
        }
        ("vertex", "multimodal_embedding_predict") => "an embedding: compared in beside_chat.rs",
        (_, call) if ["image", "video", "veo", "audio", "seedream"].iter().any(|media| call.contains(media)) => {
            "makes images, videos or audio: no chat"
        }
        _ => return None,
    })
}

async fn sent(intent: &Intent) -> Received {
    let vendor = ScriptedVendor::new().respond_if("any", |_| true, |_| social_core::testkit::Answer::lost());
    let finish = |mut endpoint: EndpointBuilder| {
        for (name, value) in intent.headers {
            endpoint = endpoint.header(HeaderName::from_static(name), *value);
        }
        endpoint.transport(vendor.transport()).retry(RetryPolicy::none())
    };
    let model: Box<dyn ChatModel> = match &intent.by {
        By::Chat(dialect) => {
            let endpoint = finish(dialect.endpoint().auth(dialect.auth("test-key".into())));
            Box::new(Compatible::new((**dialect).clone(), endpoint).unwrap().chat(intent.model))
        }
        By::Messages => {
            let dialect = anthropic::Dialect::ANTHROPIC;
            let endpoint = finish(dialect.endpoint().auth(anthropic::Dialect::ANTHROPIC.auth("test-key".into())));
            Box::new(Anthropic::new(dialect, endpoint).unwrap().chat(intent.model))
        }
        By::DashScope => {
            let endpoint = Region::China.endpoint().auth(Auth::Bearer("test-key".into()));
            Box::new(DashScope::new(finish(endpoint)).unwrap().chat(intent.model))
        }
        By::Responses => {
            let dialect = responses::Dialect::OPENAI;
            let endpoint = finish(dialect.endpoint().auth(dialect.auth("test-key".into())));
            Box::new(Responses::new(dialect, endpoint).unwrap().chat(intent.model))
        }
        By::Gemini => Box::new(
            Gemini::new(finish(Gemini::endpoint().auth(Gemini::auth("test-key".into())))).unwrap().chat(intent.model),
        ),
        By::Vertex => {
            let endpoint = Vertex::endpoint("test-project", "us-central1").unwrap();
            let endpoint = finish(endpoint.auth(Auth::Bearer("test-key".into())));
            Box::new(Vertex::new(endpoint).unwrap().chat(intent.model))
        }
        By::Ollama => {
            let endpoint = Ollama::endpoint().base_url("http://ollama.example.test");
            Box::new(Ollama::new(finish(endpoint)).unwrap().chat(intent.model))
        }
    };
    if intent.stream {
        model.stream(&intent.request).await.map(drop).unwrap_err();
    } else {
        model.chat(&intent.request).await.map(drop).unwrap_err();
    }
    let mut received = vendor.received();
    assert_eq!(received.len(), 1, "{}", intent.golden);
    received.remove(0)
}

/// Nulls, empty lists and objects and `false` are the defaults that SDKs spell out; some `false`
/// are a choice.
fn without_defaults(mut body: Value, without: &[&str]) -> Value {
    for pointer in without {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(last).unwrap();
    }
    let choices = ["parallel_tool_calls", "think"];
    let said = |name: &str, value: &Value| {
        !value.is_null() && *value != json!([]) && *value != json!({}) && (*value != false || choices.contains(&name))
    };
    body.as_object_mut().unwrap().retain(|name, value| said(name, value));
    body
}

/// Google takes `snake_case` and `camelCase`, base64 in both alphabets (its SDK writes that of
/// URLs), and schemas in two forms: ours is JSON Schema, its own is an older subset.
fn in_googles_other_words(body: Value) -> Value {
    let Value::Object(fields) = body else {
        return match body {
            Value::Array(items) => items.into_iter().map(in_googles_other_words).collect(),
            other => other,
        };
    };
    let renamed = fields.into_iter().filter(|(name, _)| name != "property_ordering").map(|(name, value)| {
        let name = match name.as_str() {
            "responseSchema" => "responseJsonSchema".to_owned(),
            "parameters" => "parametersJsonSchema".to_owned(),
            "mime_type" => "mimeType".to_owned(),
            "file_uri" => "fileUri".to_owned(),
            _ => name,
        };
        let value = match value {
            Value::String(word) if name == "type" => word.to_ascii_lowercase().into(),
            Value::String(base64) if name == "data" => base64.replace('-', "+").replace('_', "/").into(),
            value => in_googles_other_words(value),
        };
        (name, value)
    });
    renamed.collect()
}

#[tokio::test]
async fn tokens_are_counted_as_the_sdk_does() {
    let Ok(golden) = std::fs::read(format!("{SHARED}/gemini/count_tokens.json")) else {
        social_core::testkit::did_not_run("../shared");
        return;
    };
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let vendor = ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        |_| social_core::testkit::Answer::json(json!({"totalTokens": 2})),
    );
    let endpoint = Gemini::endpoint().auth(Gemini::auth("test-key".into())).transport(vendor.transport());
    let model = Gemini::new(endpoint).unwrap().chat("gemini-2.5-flash");
    assert_eq!(model.count_tokens(&ChatRequest::new("hi")).await.unwrap(), 2);
    let ours = vendor.received().remove(0);
    assert_eq!(ours.url.path(), golden["requests"][0]["path"].as_str().unwrap().replace("/v1/", "/v1beta/"));
    assert_eq!(ours.json(), golden["requests"][0]["body"]["json"]);
}

// Museum F7, E11: one intent, one shape per vendor.
#[tokio::test]
async fn the_same_intent_gives_the_same_request() {
    if !Path::new(SHARED).exists() {
        social_core::testkit::did_not_run("../shared");
        return;
    }
    for intent in intents() {
        let path = format!("{SHARED}/{}.json", intent.golden);
        let golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let golden = &golden["requests"][0];
        let ours = sent(&intent).await;
        let name = intent.golden;
        assert_eq!(golden["method"], ours.method.as_str(), "{name}");
        let base = ours.url.host_str().unwrap();
        if !matches!(base, "localhost") {
            assert_eq!(golden["host"], base, "{name}");
        }
        // Google's two versions of AI Studio's API are the same for chats.
        let expected_path = golden["path"].as_str().unwrap().replacen("/v1/models/", "/v1beta/models/", 1);
        assert_eq!(expected_path, ours.url.path(), "{name}");
        let query: Vec<(String, String)> = ours.url.query_pairs().into_owned().collect();
        assert_eq!(golden["query"], json!(query), "{name}");
        match intent.by {
            By::Chat(_) | By::DashScope | By::Responses | By::Vertex => {
                assert_eq!(ours.header("authorization"), Some("Bearer test-key"), "{name}");
            }
            // On purpose: the newest SDK sends version 2026-10-21 and a bearer token. Every
            // recording and the published specification are of 2023-06-01 with `x-api-key`, as is
            // the SDK's last 0.x.
            By::Ollama => assert_eq!(ours.header("authorization"), None, "{name}"),
            By::Gemini => assert_eq!(ours.header("x-goog-api-key"), Some("test-key"), "{name}"),
            By::Messages => {
                assert_eq!(ours.header("anthropic-version"), Some("2023-06-01"), "{name}");
                assert_eq!(ours.header("x-api-key"), Some("test-key"), "{name}");
            }
        }
        assert_eq!(ours.header("content-type"), Some("application/json"), "{name}");
        for (header, value) in golden["headers"].as_object().unwrap() {
            // Keys and versions were compared above; the others say which SDK it is.
            let known = ["accept", "content-type", "authorization", "anthropic-version", "x-api-key", "x-goog-api-key"];
            let sdk = ["source_type", "x-request-sdk", "zai-sdk-ver", "x-client-request-id", "x-dashscope-sdk-client"];
            if !known.contains(&header.as_str()) && !sdk.contains(&header.as_str()) {
                assert_eq!(ours.header(header), value.as_str(), "{name}: {header}");
            }
        }
        let mut expected = golden["body"]["json"].clone();
        if matches!(intent.by, By::Gemini | By::Vertex) {
            expected = in_googles_other_words(expected);
        }
        let expected = without_defaults(expected, intent.without);
        assert_eq!(without_defaults(ours.json(), &[]), expected, "{name}");
    }
}

#[test]
fn every_golden_call_has_a_counterpart_or_a_reason() {
    if !Path::new(SHARED).exists() {
        social_core::testkit::did_not_run("../shared");
        return;
    }
    let covered: Vec<&str> = intents().iter().map(|intent| intent.golden).collect();
    let mut missing = Vec::new();
    for vendor in VENDORS.iter().chain(&["zhipu"]) {
        for file in std::fs::read_dir(Path::new(SHARED).join(vendor)).unwrap() {
            let file = file.unwrap().path();
            let call = format!("{vendor}/{}", file.file_stem().unwrap().to_str().unwrap());
            match reason(&call) {
                _ if covered.contains(&call.as_str()) => {}
                Some(why) => println!("no counterpart: {call}: {why}"),
                None => missing.push(call),
            }
        }
    }
    assert!(missing.is_empty(), "neither a counterpart nor a reason: {missing:#?}");
}
