//! Stands on recorded answers and on requests of OpenRouter's SDK where a test says so, otherwise
//! on OpenRouter's specification.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _};
use social_core::media::Media;
use social_core::money::MicroDollars;
use social_core::run::Run;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::{OpenRouter, OpenRouterImage};
use crate::samples::{PNG, pixel};
use crate::shared;

const MODEL: &str = "google/gemini-3.1-flash-image";

fn painter(transport: Arc<dyn Transport>, model: &str, by_chat: bool) -> OpenRouterImage {
    let endpoint = OpenRouter::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    let painter = OpenRouter::new(endpoint).unwrap().image(model);
    if by_chat { painter.by_chat() } else { painter }
}

fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().respond_if("generate", |_| true, move |_| answer.clone())
}

async fn draw(vendor: &ScriptedVendor, by_chat: bool, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    painter(vendor.transport(), MODEL, by_chat).make(&Run::ephemeral(), request).await
}

fn images(count: usize) -> Value {
    let image = json!({"b64_json": PNG, "media_type": "image/png"});
    json!({"created": 0, "data": vec![image; count], "usage": {"prompt_tokens": 5, "completion_tokens": 9, "cost": 0.04}})
}

fn chat(message: &Value) -> Value {
    json!({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": {"cost": 0.01}})
}

fn chat_image() -> Value {
    chat(&json!({"content": "Here it is", "images": [{"image_url": {"url": format!("data:image/png;base64,{PNG}")}}],
        "reasoning_details": [{"type": "reasoning.encrypted", "data": "long"}]}))
}

/// Stands on the request that openrouter 1.3.84 sent, which says `"stream": false`, the default.
#[tokio::test]
async fn the_request_by_chat_is_that_of_the_vendors_sdk() {
    let Some(golden) = shared::json("golden/openrouter/chat_image_modality.json") else { return };
    let golden = &golden["requests"][0];
    let vendor = vendor_that(Answer::json(chat_image()));
    let painter = painter(vendor.transport(), "google/gemini-2.5-flash-image", true);
    let request = ImageRequest::new("A café").with_aspect_ratio(AspectRatio::VERTICAL);
    painter.make(&Run::ephemeral(), &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.as_str(), "https://openrouter.ai/api/v1/chat/completions");
    assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
    let mut expected = golden["body"]["json"].clone();
    assert_eq!(expected.as_object_mut().unwrap().remove("stream"), Some(json!(false)));
    assert_eq!(sent.json(), expected);
}

/// The request that an exchange recorded, by either route.
fn request_of(body: &Value) -> ImageRequest {
    let prompt = body["prompt"].as_str().or(body["messages"][0]["content"].as_str()).unwrap();
    let mut request = ImageRequest::new(prompt);
    request.aspect_ratio = body.pointer("/image_config/aspect_ratio").map(|r| r.as_str().unwrap().parse().unwrap());
    request.size = body.pointer("/image_config/image_size").map(|size| size.as_str().unwrap().to_owned());
    request.extra.extend(body.get("stream").map(|stream| ("stream".to_owned(), stream.clone())));
    for part in body["input_references"].as_array().into_iter().flatten() {
        let (_, base64) = part["image_url"]["url"].as_str().unwrap().split_once("base64,").unwrap();
        request = request.with_reference(Media::bytes(STANDARD.decode(base64).unwrap()));
    }
    request
}

/// Every exchange about images; the one about a video is tried elsewhere.
#[tokio::test]
async fn every_exchange_is_sent_and_read() {
    let mut tried = 0;
    for (name, exchange) in shared::exchanges("openrouter-") {
        let (path, asked) = (exchange["request"]["path"].as_str().unwrap(), &exchange["request"]["body"]);
        let by_chat = path.ends_with("/chat/completions");
        if !by_chat && !path.ends_with("/images") {
            continue;
        }
        tried += 1;
        let vendor = vendor_that(shared::answer(&exchange));
        let painter = painter(vendor.transport(), asked["model"].as_str().unwrap(), by_chat);
        let made = painter.make(&Run::ephemeral(), &request_of(asked)).await;
        let sent = &vendor.received()[0];
        assert_eq!((sent.url.path(), sent.json()), (path, asked.clone()), "{name}");
        if name.starts_with("openrouter-08") {
            let error = made.unwrap_err();
            let rejection = error.rejection().unwrap();
            assert_eq!((rejection.stage, rejection.category.as_deref()), (Stage::Input, Some("violence")));
            assert_eq!(error.effect(), Effect::None);
            continue;
        }
        let made = made.unwrap();
        let cost = match name.get(..13).unwrap() {
            "openrouter-01" => 34_227,
            "openrouter-02" => 33_882,
            _ => 38_700,
        };
        let usage = made.usage.as_ref().unwrap();
        assert_eq!((made.images.len(), usage.reported_cost), (1, Some(MicroDollars(cost))), "{name}");
        assert!(usage.input_tokens.is_some() && usage.output_tokens.is_some(), "{name}");
        assert!(made.images[0].info.width.is_some() && made.text.is_none(), "{name}");
    }
    assert!(tried == 5 || tried == 0, "{tried}");
}

#[tokio::test]
async fn both_routes_send_images_and_sizes() {
    let request = ImageRequest::new("a hat")
        .with_reference_as(ReferenceRole::Source, Media::remote("https://a.example/cat.png".parse().unwrap()))
        .with_reference(Media::bytes(pixel()))
        .with_size("2K");
    let prompt = "a hat\n\nImage 1 is the one to edit.";
    let parts = [
        json!({"type": "image_url", "image_url": {"url": "https://a.example/cat.png"}}),
        json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{PNG}")}}),
    ];
    let vendor = vendor_that(Answer::json(images(2)));
    let asked = request.clone().with_count(2).with_seed(7).with_quality("high");
    draw(&vendor, false, &asked).await.unwrap();
    draw(&vendor, false, &ImageRequest::new("a cat").with_size("1536x864")).await.unwrap();
    let [first, second] = &vendor.received()[..] else { panic!() };
    assert_eq!(
        first.json(),
        json!({"model": MODEL, "prompt": prompt, "n": 2, "resolution": "2K", "quality": "high", "seed": 7,
            "input_references": parts})
    );
    assert_eq!(second.json(), json!({"model": MODEL, "prompt": "a cat", "size": "1536x864"}));

    let vendor = vendor_that(Answer::json(chat_image()));
    let made = draw(&vendor, true, &request).await.unwrap();
    let [source, other] = parts;
    assert_eq!(
        vendor.received()[0].json(),
        json!({"model": MODEL, "modalities": ["image", "text"], "image_config": {"image_size": "2K"},
            "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}, source, other]}]})
    );
    assert_eq!(made.text.as_deref(), Some("Here it is"));
    assert_eq!(made.images[0].media.read(1000).await.unwrap(), pixel());
}

#[tokio::test]
async fn fewer_images_than_asked_for_are_said() {
    let made = draw(&vendor_that(Answer::json(images(1))), false, &ImageRequest::new("a").with_count(3)).await.unwrap();
    assert_eq!(made.warnings, ["1 of 3 images came"]);
}

// Museum F1: refusals and failures that come with a success, and words instead of an image.
#[tokio::test]
async fn f1_a_success_without_an_image_is_an_error() {
    let stopped = json!({"choices": [{"message": {"content": "no"}, "finish_reason": "content_filter",
        "native_finish_reason": "IMAGE_SAFETY"}], "usage": {"cost": 0.01}});
    let error = |code: u16| json!({"code": code, "message": "it says"});
    let inside = json!({"choices": [{"error": error(429), "finish_reason": "error"}]});
    let event = format!("data: {}\n\n", json!({"error": error(502), "choices": []}));
    let table = [
        (true, Answer::json(stopped), ErrorKind::Rejected),
        (true, Answer::json(chat(&json!({"content": "I would draw a cat"}))), ErrorKind::JobFailed),
        (true, Answer::json(chat(&json!({"content": ""}))), ErrorKind::OutcomeUnknown),
        (true, Answer::json(inside), ErrorKind::RateLimited),
        (true, Answer::json(json!({"error": error(402)})), ErrorKind::QuotaExhausted),
        (true, Answer::bytes("text/event-stream", event), ErrorKind::OutcomeUnknown),
        (false, Answer::json(json!({"error": error(402)})), ErrorKind::QuotaExhausted),
        (false, Answer::json(json!({"created": 0, "data": []})), ErrorKind::OutcomeUnknown),
        (false, Answer::json(json!({"error": error(404)})).with_status(StatusCode::NOT_FOUND), ErrorKind::NotFound),
    ];
    for (index, (by_chat, answer, kind)) in table.into_iter().enumerate() {
        let vendor = vendor_that(answer);
        let error = draw(&vendor, by_chat, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{index}: {error}");
        assert_eq!(vendor.received().len(), 1, "{index}");
        if kind == ErrorKind::JobFailed {
            assert_eq!((error.effect(), error.partial()), (Effect::None, Some("I would draw a cat")));
            assert_eq!(error.usage().unwrap().reported_cost, Some(MicroDollars(10_000)));
        }
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let mask = asked().with_reference_as(ReferenceRole::Mask, Media::bytes(pixel()));
    let table = [
        (false, asked().with_negative_prompt("dogs"), "negative_prompt"),
        (false, asked().with_count(11), "count"),
        (false, asked().with_quality("max"), "quality"),
        (false, asked().with_size("1024x1024").with_aspect_ratio(AspectRatio::WIDE), "aspect_ratio"),
        (false, mask, "references.role"),
        (true, asked().with_count(2), "count"),
        (true, asked().with_quality("high"), "quality"),
        (true, asked().with_seed(7), "seed"),
        (true, asked().with_size("1024x1024"), "size"),
    ];
    for (by_chat, request, field) in table {
        let vendor = vendor_that(Answer::json(images(1)));
        let error = draw(&vendor, by_chat, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for by_chat in [false, true] {
        let connect = move |scene: &Scene| {
            let endpoint = OpenRouter::endpoint()
                .auth(Auth::Bearer(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            let painter = OpenRouter::new(endpoint)?.image(MODEL);
            Ok(Arc::new(if by_chat { painter.by_chat() } else { painter }) as Arc<ImageModel>)
        };
        let vendor = move || vendor_that(Answer::json(if by_chat { chat_image() } else { images(1) }));
        let subject = Subject::new(vendor, connect).counting(|vendor| vendor.received().len());
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
}
