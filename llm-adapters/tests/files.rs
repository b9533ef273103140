//! Documents, sound, images in answers and marks for the prompt cache, of all vendors. Requests
//! stand on OpenAI's, Anthropic's, Mistral's and OpenRouter's OpenAPI documents and Google's
//! discovery document, and where `../shared/golden` has the call also on the SDK (`requests.rs`);
//! answers are invented after the same documents.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::gemini::Gemini;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use serde_json::{Value, json};
use social_core::chat::{
    CacheTime, ChatModel, ChatReply, ChatRequest, Document, DocumentCitation, DocumentPlace, ImageOutput, Message,
    OpaqueState, Part, PromptCache, Role, Tool,
};
use social_core::http::RetryPolicy;
use social_core::image::AspectRatio;
use social_core::media::Media;
use social_core::settings::MapSettings;
use social_core::testkit::{Answer, ScriptedVendor};
use social_core::{ErrorKind, Result};

const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";
const PDF_64: &str = "JVBERi0xLjcKJSVFT0YK";

/// One pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A hundredth of a second of silence.
fn wav() -> Media {
    let mut bytes =
        b"RIFF\x74\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x50\0\0\0".to_vec();
    bytes.extend([0x80; 80]);
    Media::bytes(bytes)
}

fn model(vendor: &str, fake: &ScriptedVendor) -> Arc<dyn ChatModel> {
    let wire = |endpoint: social_core::http::EndpointBuilder| {
        endpoint.base_url("https://vendor.test/v1").transport(fake.transport()).retry(RetryPolicy::none())
    };
    match vendor {
        "anthropic" => {
            let dialect = anthropic::Dialect::ANTHROPIC;
            Arc::new(Anthropic::new(dialect.clone(), wire(dialect.endpoint())).unwrap().chat("m"))
        }
        "gemini" => Arc::new(Gemini::new(wire(Gemini::endpoint())).unwrap().chat("m")),
        "responses" => {
            let dialect = responses::Dialect::OPENAI;
            Arc::new(Responses::new(dialect.clone(), wire(dialect.endpoint())).unwrap().chat("m"))
        }
        other => {
            let dialect = Dialect::ALL.iter().find(|dialect| dialect.service.vendor == other).unwrap();
            Arc::new(Compatible::new((*dialect).clone(), wire(dialect.endpoint())).unwrap().chat("m"))
        }
    }
}

/// The body of a request, or why nothing was sent.
async fn sent(vendor: &str, request: &ChatRequest) -> std::result::Result<Value, (ErrorKind, String)> {
    let fake = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
    let error = model(vendor, &fake).chat(request).await.unwrap_err();
    match fake.received().first() {
        Some(request) => Ok(request.json()),
        None => Err((error.kind(), error.field().unwrap_or_default().to_owned())),
    }
}

async fn answered(vendor: &str, answer: Value) -> Result<ChatReply> {
    let fake = ScriptedVendor::new().respond_if("any", |_| true, move |_| Answer::json(answer.clone()));
    model(vendor, &fake).chat(&ChatRequest::new("hi")).await
}

fn about(document: Document) -> ChatRequest {
    ChatRequest::new("Sum it up.").with_part(Part::Document(document))
}

fn pdf() -> Document {
    Document::new(Media::bytes(PDF)).named("guide.pdf")
}

fn at_url() -> Document {
    Document::new(Media::remote("https://cdn.example.test/guide.pdf".parse().unwrap()))
}

fn part(body: &Value, pointer: &str) -> Value {
    body.pointer(pointer).cloned().unwrap_or_else(|| panic!("{pointer}: {body:#}"))
}

#[tokio::test]
async fn a_document_has_one_shape_per_vendor() {
    let uri = format!("data:application/pdf;base64,{PDF_64}");
    let url = "https://cdn.example.test/guide.pdf";
    let uploaded = |vendor: &str| Document::uploaded(vendor.to_owned(), "file_1");
    let base64 = json!({"type": "base64", "media_type": "application/pdf", "data": PDF_64});
    let inline = |mime: &str, data: &str| json!({"inlineData": {"mimeType": mime, "data": data}});
    let address = |url: &str| json!({"fileData": {"fileUri": url, "mimeType": "application/pdf"}});
    let notes = || Document::new(Media::bytes("Open at 9")).named("notes");
    let chat = "/messages/0/content/1";
    for (vendor, pointer, document, wanted) in [
        ("anthropic", chat, pdf(), json!({"type": "document", "source": base64, "title": "guide.pdf"})),
        ("anthropic", chat, at_url(), json!({"type": "document", "source": {"type": "url", "url": url}})),
        (
            "anthropic",
            chat,
            uploaded("anthropic"),
            json!({"type": "document", "source": {"type": "file", "file_id": "file_1"}}),
        ),
        (
            "anthropic",
            chat,
            notes(),
            json!({"type": "document", "title": "notes",
            "source": {"type": "text", "media_type": "text/plain", "data": "Open at 9"}}),
        ),
        ("openai", chat, pdf(), json!({"type": "file", "file": {"filename": "guide.pdf", "file_data": uri}})),
        ("openai", chat, uploaded("openai"), json!({"type": "file", "file": {"file_id": "file_1"}})),
        ("openrouter", chat, pdf(), json!({"type": "file", "file": {"filename": "guide.pdf", "file_data": uri}})),
        ("openrouter", chat, at_url(), json!({"type": "file", "file": {"filename": "document.pdf", "file_data": url}})),
        ("mistral", chat, pdf(), json!({"type": "document_url", "document_url": uri, "document_name": "guide.pdf"})),
        (
            "mistral",
            chat,
            at_url(),
            json!({"type": "document_url", "document_url": url, "document_name": "document.pdf"}),
        ),
        ("mistral", chat, uploaded("mistral"), json!({"type": "file", "file_id": "file_1"})),
        (
            "responses",
            "/input/0/content/1",
            pdf(),
            json!({"type": "input_file", "filename": "guide.pdf", "file_data": uri}),
        ),
        ("responses", "/input/0/content/1", at_url(), json!({"type": "input_file", "file_url": url})),
        (
            "responses",
            "/input/0/content/1",
            uploaded("openai-responses"),
            json!({"type": "input_file", "file_id": "file_1"}),
        ),
        ("gemini", "/contents/0/parts/1", pdf(), inline("application/pdf", PDF_64)),
        ("gemini", "/contents/0/parts/1", at_url(), address(url)),
        (
            "gemini",
            "/contents/0/parts/1",
            Document::uploaded("gemini", "https://g.test/v1beta/files/f1"),
            address("https://g.test/v1beta/files/f1"),
        ),
        ("gemini", "/contents/0/parts/1", notes(), inline("text/plain", "T3BlbiBhdCA5")),
    ] {
        let body = sent(vendor, &about(document)).await.unwrap();
        assert_eq!(part(&body, pointer), wanted, "{vendor}");
    }
    // A plain text is words where only PDFs are taken.
    for vendor in ["openai", "openrouter", "mistral"] {
        let body = sent(vendor, &about(notes())).await.unwrap();
        assert_eq!(part(&body, "/messages/0/content"), "Sum it up.\n\nnotes:\nOpen at 9", "{vendor}");
    }
}

#[tokio::test]
async fn a_document_is_refused_before_it_is_sent_elsewhere() {
    let unsupported = |field: &str| Err((ErrorKind::Unsupported, field.to_owned()));
    for vendor in ["groq", "xai", "deepseek", "qwen", "zhipu", "minimax", "vllm"] {
        assert_eq!(sent(vendor, &about(pdf())).await, unsupported("document"), "{vendor}");
    }
    assert_eq!(sent("openai", &about(at_url())).await, unsupported("document.url"));
    assert_eq!(sent("openrouter", &about(Document::uploaded("openrouter", "f"))).await, unsupported("document"));
    for vendor in ["openai", "responses", "mistral", "gemini", "anthropic"] {
        let foreign = about(Document::uploaded("somebody", "f"));
        assert_eq!(sent(vendor, &foreign).await, unsupported("document"), "{vendor}");
        let broken = about(Document::new(Media::bytes(&b"PK\x03\x04\xff"[..])));
        assert_eq!(sent(vendor, &broken).await, Err((ErrorKind::MediaInvalid, "document".into())), "{vendor}");
    }
    for vendor in ["openai", "responses", "mistral", "openrouter", "gemini"] {
        assert_eq!(sent(vendor, &about(pdf().cited())).await, unsupported("document.cite"), "{vendor}");
    }
    let mixed = about(pdf().cited()).with_part(Part::Document(pdf()));
    assert_eq!(sent("anthropic", &mixed).await, unsupported("document.cite"));
}

/// Every vendor of the catalogue honours each kind of file or refuses it by name; none drops one.
#[tokio::test]
async fn no_vendor_drops_a_file() {
    let settings = |entry: &social_core::catalogue::VendorEntry| MapSettings::of_examples(&entry.settings);
    let mut honoured = 0;
    for entry in llm_adapters::catalogue().own() {
        let name = if entry.name == "template" { "default" } else { "m" };
        let can = entry.open::<dyn ChatModel>(&settings(entry), name).unwrap().capabilities();
        let hi = || ChatRequest::new("hi");
        for (offered, request) in [
            (can.document_input, hi().with_part(Part::Document(pdf()))),
            (can.document_citations, hi().with_part(Part::Document(pdf().cited()))),
            (can.audio_input, hi().with_part(Part::Audio(wav()))),
            (can.image_output, hi().with_image_output(ImageOutput::default())),
        ] {
            assert_eq!(can.check_files(&request).is_ok(), offered, "{}", entry.name);
            honoured += usize::from(offered);
            let fake = ScriptedVendor::new().respond_if("any", |_| true, |_| Answer::lost());
            let transport = fake.transport();
            let wired = social_core::settings::Wired::new(settings(entry), move |endpoint| {
                endpoint.transport(transport.clone()).retry(RetryPolicy::none())
            });
            let model = entry.open::<dyn ChatModel>(&wired, name).unwrap();
            let Err(error) = model.chat(&request).await else {
                panic!("{} answers without a vendor", entry.name);
            };
            assert_eq!(error.kind() == ErrorKind::Unsupported, !offered, "{}: {error}", entry.name);
            assert_eq!(fake.received().is_empty(), !offered, "{}", entry.name);
        }
    }
    assert!(honoured > 10, "{honoured}");
}

#[tokio::test]
async fn claude_cites_pages_characters_and_blocks() {
    let body = sent("anthropic", &about(pdf().cited())).await.unwrap();
    assert_eq!(part(&body, "/messages/0/content/1/citations"), json!({"enabled": true}));

    let cited = |kind: &str, start: &str, end: &str, from: u64, to: u64| {
        json!({"type": kind, "cited_text": "q", "document_index": 0, "document_title": "Guide", "file_id": null,
            start: from, end: to})
    };
    let text = |text: &str, citations: Value| json!({"type": "text", "text": text, "citations": citations});
    let content = json!([
        {"type": "text", "text": "Über "},
        text("red", json!([cited("page_location", "start_page_number", "end_page_number", 2, 4)])),
        text("blue", json!([cited("char_location", "start_char_index", "end_char_index", 0, 9),
            cited("content_block_location", "start_block_index", "end_block_index", 1, 2)])),
        text("x", json!([cited("page_location", "start_page_number", "end_page_number", 5, 5)])),
    ]);
    let answer = json!({"type": "message", "id": "m", "model": "claude", "role": "assistant", "content": content,
        "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}});
    let reply = answered("anthropic", answer).await.unwrap();
    let citation = |place, span| {
        DocumentCitation::new(Some(0))
            .named(Some("Guide".into()))
            .quoting(Some("q".into()))
            .at(Some(place))
            .backing(Some(span))
    };
    let wanted = [
        citation(DocumentPlace::Pages { first: 2, last: 3 }, 6..9),
        citation(DocumentPlace::Characters(0..9), 9..13),
        citation(DocumentPlace::Blocks(1..2), 9..13),
        citation(DocumentPlace::Pages { first: 5, last: 5 }, 13..14),
    ];
    assert_eq!(reply.citations, wanted);
    assert!(reply.sources.is_empty());

    // In a stream each comes as an event of its own.
    let event = |value: Value| format!("event: x\ndata: {value}\n\n");
    let start = json!({"type": "message_start", "message": {"type": "message", "id": "m", "model": "claude",
        "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}});
    let delta = |delta: Value| json!({"type": "content_block_delta", "index": 0, "delta": delta});
    let page = cited("page_location", "start_page_number", "end_page_number", 2, 3);
    let events = [
        start,
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "", "citations": []}}),
        delta(json!({"type": "text_delta", "text": "red"})),
        delta(json!({"type": "citations_delta", "citation": page})),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}}),
        json!({"type": "message_stop"}),
    ];
    let sse = Answer::bytes("text/event-stream", events.map(event).concat());
    let fake = ScriptedVendor::new().respond_if("any", |_| true, move |_| sse.clone());
    let reply = model("anthropic", &fake).stream(&ChatRequest::new("hi")).await.unwrap().collect().await.unwrap();
    assert_eq!(reply.citations, [citation(DocumentPlace::Pages { first: 2, last: 2 }, 0..3)]);
}

#[tokio::test]
async fn openai_names_the_file_that_it_cites() {
    let annotation = json!({"type": "file_citation", "file_id": "f", "index": 3, "filename": "guide.pdf"});
    let content = json!([{"type": "output_text", "text": "Red.", "annotations": [annotation]}]);
    let answer = json!({"id": "r", "model": "m", "status": "completed",
        "output": [{"type": "message", "id": "i", "role": "assistant", "content": content}]});
    let reply = answered("responses", answer).await.unwrap();
    assert_eq!(reply.citations, [DocumentCitation::new(None).named(Some("guide.pdf".into()))]);
}

#[tokio::test]
async fn sound_has_one_shape_per_vendor() {
    let request = || ChatRequest::new("What is said?").with_part(Part::Audio(wav()));
    for vendor in ["openai", "openrouter"] {
        let body = sent(vendor, &request()).await.unwrap();
        let audio = part(&body, "/messages/0/content/1");
        assert_eq!((&audio["type"], &audio["input_audio"]["format"]), (&json!("input_audio"), &json!("wav")));
        assert!(audio["input_audio"]["data"].as_str().unwrap().starts_with("UklGR"), "{audio}");
    }
    let body = sent("gemini", &request()).await.unwrap();
    assert_eq!(part(&body, "/contents/0/parts/1/inlineData/mimeType"), "audio/wav");
    for vendor in ["anthropic", "responses", "mistral", "groq"] {
        assert_eq!(sent(vendor, &request()).await, Err((ErrorKind::Unsupported, "audio".into())), "{vendor}");
    }
    let remote = Part::Audio(Media::remote("https://cdn.example.test/a.mp3".parse().unwrap()));
    let remote = sent("openai", &ChatRequest::new("hi").with_part(remote)).await;
    assert_eq!(remote, Err((ErrorKind::Unsupported, "audio.url".into())));
}

#[tokio::test]
async fn images_in_answers_are_asked_for_in_each_vendors_words() {
    let images = ImageOutput::default().with_aspect_ratio(AspectRatio::new(9, 16)).with_size("2K");
    let request = |images: ImageOutput| ChatRequest::new("A café").with_image_output(images);
    let body = sent("gemini", &request(images.clone())).await.unwrap();
    assert_eq!(
        part(&body, "/generationConfig"),
        json!({"responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": "9:16", "imageSize": "2K"}})
    );
    let body = sent("openrouter", &request(images.clone())).await.unwrap();
    assert_eq!(part(&body, "/modalities"), json!(["image", "text"]));
    assert_eq!(part(&body, "/image_config"), json!({"aspect_ratio": "9:16", "image_size": "2K"}));
    let body = sent("responses", &request(ImageOutput::default().with_size("1024x1536"))).await.unwrap();
    assert_eq!(part(&body, "/tools"), json!([{"type": "image_generation", "size": "1024x1536"}]));
    let refused = sent("responses", &request(images)).await;
    assert_eq!(refused, Err((ErrorKind::Unsupported, "image_output.aspect_ratio".into())));
}

#[tokio::test]
async fn images_in_answers_are_parts_and_go_back() {
    let inline = json!({"inlineData": {"mimeType": "image/png", "data": PNG}, "thoughtSignature": "s1"});
    let draft = json!({"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thought": true});
    let parts = json!([draft, {"text": "Here:"}, inline]);
    let usage = json!({"promptTokenCount": 5, "candidatesTokenCount": 1290});
    let answer = json!({"candidates": [{"content": {"parts": parts, "role": "model"}, "finishReason": "STOP"}],
        "usageMetadata": usage});
    let reply = answered("gemini", answer).await.unwrap();
    let image: Media = serde_json::from_value(json!({ "bytes": PNG })).unwrap();
    assert_eq!(reply.images().collect::<Vec<_>>(), [&image]);
    assert_eq!(reply.text(), "Here:");
    assert!(matches!(&reply.parts[..], [Part::Opaque(_), Part::Text(_), Part::Image(_), Part::Opaque(_)]), "{reply:?}");

    // An image alone is an answer.
    let alone = json!({"candidates": [{"content": {"parts": [inline]}, "finishReason": "STOP"}]});
    assert_eq!(answered("gemini", alone).await.unwrap().images().count(), 1);
    let broken = json!({"inlineData": {"mimeType": "image/png", "data": "?"}});
    let broken = json!({"candidates": [{"content": {"parts": [broken]}, "finishReason": "STOP"}]});
    assert_eq!(answered("gemini", broken).await.unwrap_err().kind(), ErrorKind::Protocol);

    let inline = json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{PNG}")}});
    let message = json!({"role": "assistant", "content": "", "images": [inline]});
    let answer =
        json!({"id": "o", "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]});
    let reply = answered("openrouter", answer).await.unwrap();
    assert_eq!(reply.parts, [Part::Image(image.clone())]);
    let next = ChatRequest::of([Message::user("a cat"), reply.to_message(), Message::user("bluer")]);
    let body = sent("openrouter", &next).await.unwrap();
    assert_eq!(part(&body, "/messages/1/content/0"), inline);

    // OpenAI's is an item that goes back by its name, and to no other vendor.
    let item = json!({"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": PNG});
    let answer = json!({"id": "r", "model": "m", "status": "completed", "output": [item]});
    let reply = answered("responses", answer).await.unwrap();
    assert_eq!(reply.images().collect::<Vec<_>>(), [&image]);
    let next = ChatRequest::of([Message::user("a cat"), reply.to_message(), Message::user("bluer")]);
    let body = sent("responses", &next).await.unwrap();
    assert_eq!(part(&body, "/input/1"), json!({"type": "image_generation_call", "id": "ig_1"}));
    for vendor in ["anthropic", "openai"] {
        assert_eq!(sent(vendor, &next).await, Err((ErrorKind::Unsupported, "image".into())), "{vendor}");
    }
    let failed = json!({"type": "image_generation_call", "id": "ig_1", "status": "failed", "result": null});
    let failed = json!({"id": "r", "model": "m", "status": "completed", "output": [failed]});
    assert_eq!(answered("responses", failed).await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn what_is_kept_of_a_prompt_is_marked_where_vendors_take_marks() {
    let tool = |name: &str| Tool {
        name: name.into(),
        description: "d".into(),
        parameters: json!({"type": "object", "properties": {}}),
        strict: false,
    };
    let system = Message::system("Guide").with(Part::CacheMark(CacheTime::Hour)).with(Part::Text("Be brief.".into()));
    let question = Message::new(
        Role::User,
        vec![Part::Document(pdf()), Part::CacheMark(CacheTime::Minutes), Part::Text("Sum it up.".into())],
    );
    let request = ChatRequest::of([system.clone(), question]).with_tool(tool("a")).with_tool(tool("b"));
    let request = request.with_cache(PromptCache::keyed("guide-7").with_tools(CacheTime::Hour));
    let hour = json!({"type": "ephemeral", "ttl": "1h"});
    let body = sent("anthropic", &request).await.unwrap();
    assert_eq!(
        part(&body, "/system"),
        json!([{"type": "text", "text": "Guide", "cache_control": hour},
        {"type": "text", "text": "Be brief."}])
    );
    assert_eq!(part(&body, "/messages/0/content/0/cache_control"), json!({"type": "ephemeral"}));
    assert_eq!(body.pointer("/messages/0/content/1/cache_control"), None);
    assert_eq!(part(&body, "/tools/1/cache_control"), hour);
    assert_eq!(body.pointer("/tools/0/cache_control"), None);

    let body = sent("openrouter", &ChatRequest::of([system.clone(), Message::user("hi")])).await.unwrap();
    assert_eq!(
        part(&body, "/messages/0/content"),
        json!([{"type": "text", "text": "Guide", "cache_control": hour},
        {"type": "text", "text": "Be brief."}])
    );

    // A key alone, where the vendor keeps what repeats by itself; elsewhere marks change nothing.
    let plain = || ChatRequest::of([Message::system("Guide\n\nBe brief."), Message::user("hi")]);
    let marked = ChatRequest::of([system, Message::user("hi")]).with_cache(PromptCache::keyed("guide-7"));
    for (vendor, keyed) in
        [("openai", true), ("responses", true), ("groq", false), ("deepseek", false), ("mistral", false)]
    {
        let mut wanted = sent(vendor, &plain()).await.unwrap();
        if keyed {
            wanted["prompt_cache_key"] = json!("guide-7");
        }
        assert_eq!(sent(vendor, &marked).await.unwrap(), wanted, "{vendor}");
    }

    let kept = |vendor: &'static str| {
        PromptCache::default().with_content(OpaqueState::new(vendor, json!("cachedContents/c1")))
    };
    let body = sent("gemini", &ChatRequest::new("hi").with_cache(kept("gemini"))).await.unwrap();
    assert_eq!(part(&body, "/cachedContent"), "cachedContents/c1");
    for vendor in ["gemini", "groq", "anthropic", "openai"] {
        let foreign = sent(vendor, &ChatRequest::new("hi").with_cache(kept("vertex"))).await;
        assert_eq!(foreign, Err((ErrorKind::Unsupported, "cache.content".into())), "{vendor}");
    }

    let five = (0..5).fold(Message::user("x"), |message, _| message.with(Part::CacheMark(CacheTime::Minutes)));
    let five = sent("anthropic", &ChatRequest::of([five])).await;
    assert_eq!(five, Err((ErrorKind::InvalidRequest, "cache".into())));
}
