//! Stands on recorded answers where a test says so, otherwise on xAI's documentation and SDK.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
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

use super::{Xai, XaiImage};
use crate::samples::{PNG, pixel};
use crate::shared;

const MODEL: &str = "grok-imagine-image";

fn painter(transport: Arc<dyn Transport>, model: &str) -> XaiImage {
    let endpoint = Xai::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    Xai::new(endpoint).unwrap().image(model)
}

/// The files lie elsewhere.
fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().respond_if(
        "xAI",
        |_| true,
        move |request| match request.url.host_str() {
            Some("api.x.ai") => answer.clone(),
            _ => Answer::bytes("image/png", pixel()),
        },
    )
}

async fn draw(vendor: &ScriptedVendor, model: &str, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    painter(vendor.transport(), model).make(&Run::ephemeral(), request).await
}

fn image() -> Value {
    json!({"data": [{"b64_json": PNG, "mime_type": "image/png"}], "usage": {"cost_in_usd_ticks": 200_000_000}})
}

/// The two that came with an address are read as well, although images are asked for in the answer.
/// The image of the fourth was replaced by a word.
#[tokio::test]
async fn every_exchange_is_sent_and_read() {
    for (name, exchange) in shared::exchanges("xai-") {
        let asked = &exchange["request"]["body"];
        let mut request = ImageRequest::new(asked["prompt"].as_str().unwrap());
        request.size = asked["resolution"].as_str().map(str::to_owned);
        request.aspect_ratio = asked["aspect_ratio"].as_str().map(|ratio| ratio.parse().unwrap());
        for image in asked["images"].as_array().into_iter().flatten() {
            let (_, base64) = image["url"].as_str().unwrap().split_once("base64,").unwrap();
            request = request.with_reference(Media::bytes(STANDARD.decode(base64).unwrap()));
        }
        let vendor = vendor_that(shared::answer(&exchange));
        let made = draw(&vendor, asked["model"].as_str().unwrap(), &request).await;
        let received = vendor.received();
        let mut expected = asked.clone();
        expected["response_format"] = json!("b64_json");
        assert_eq!(received[0].json(), expected, "{name}");
        assert_eq!(received[0].url.path(), exchange["request"]["path"].as_str().unwrap());
        if name.starts_with("xai-04") {
            assert_eq!(made.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
            continue;
        }
        let made = made.unwrap();
        let ticks = exchange["response"]["body"]["usage"]["cost_in_usd_ticks"].as_u64().unwrap();
        assert_eq!(made.usage.as_ref().unwrap().reported_cost, Some(MicroDollars(ticks / 10_000)));
        assert_eq!(made.images[0].media.read(1000).await.unwrap(), pixel());
        assert!(!received[1].headers.contains_key(AUTHORIZATION), "{name}");
    }
}

#[tokio::test]
async fn edits_and_options_are_sent() {
    let vendor = vendor_that(Answer::json(image()));
    let request = ImageRequest::new("a hat")
        .with_reference_as(ReferenceRole::Source, Media::remote("https://a.example/cat.png".parse().unwrap()))
        .with_reference_as(ReferenceRole::Style, Media::bytes(pixel()))
        .with_aspect_ratio(AspectRatio::WIDE)
        .with_size("2k")
        .with_quality("low")
        .with_count(2);
    draw(&vendor, "grok-imagine-image-2.0", &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.as_str(), "https://api.x.ai/v1/images/edits");
    assert_eq!(
        sent.json(),
        json!({"model": "grok-imagine-image-2.0",
            "prompt": "a hat\n\nImage 1 is the one to edit.\n\nImage 2 shows the style to follow.",
            "n": 2, "aspect_ratio": "16:9", "resolution": "2k", "quality": "low", "response_format": "b64_json",
            "images": [{"type": "image_url", "url": "https://a.example/cat.png"},
                {"type": "image_url", "url": format!("data:image/png;base64,{PNG}")}]})
    );
}

/// Stands on xai_sdk 1.21.0 and vercel/ai#19168: a success without images, or with fewer.
// Museum F1.
#[tokio::test]
async fn f1_images_that_do_not_pass_moderation_are_refused() {
    let usage = json!({"cost_in_usd_ticks": 200_000_000});
    for body in [
        json!({"data": [], "respect_moderation": false, "usage": usage}),
        json!({"data": [{"respect_moderation": false, "url": ""}], "usage": usage}),
    ] {
        let vendor = vendor_that(Answer::json(body.clone()));
        let error = draw(&vendor, MODEL, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{body}");
        assert_eq!(error.rejection().unwrap().stage, Stage::Output);
        assert_eq!(error.usage().unwrap().reported_cost, Some(MicroDollars(20_000)));
    }
    let body = json!({"data": [{"respect_moderation": false}, {"b64_json": PNG, "respect_moderation": true}]});
    let vendor = vendor_that(Answer::json(body));
    let made = draw(&vendor, MODEL, &ImageRequest::new("a cat").with_count(2)).await.unwrap();
    assert_eq!((made.images.len(), made.refused), (1, 1));
    let vendor = vendor_that(Answer::json(json!({"data": []})));
    assert_eq!(draw(&vendor, MODEL, &ImageRequest::new("a cat")).await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

/// The body is that of `xai-error-400-bad-key` in `../shared`.
#[tokio::test]
async fn errors_are_classified() {
    let body = json!({"code": "Client specified an invalid argument", "error": "Incorrect API key provided: x."});
    let vendor = vendor_that(Answer::json(body).with_status(StatusCode::BAD_REQUEST));
    let error = draw(&vendor, MODEL, &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Auth, Effect::None));
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let four = (0..4).fold(asked(), |request, _| request.with_reference(Media::bytes(pixel())));
    let table = [
        (asked().with_seed(1), "seed"),
        (asked().with_negative_prompt("dogs"), "negative_prompt"),
        (asked().with_count(11), "count"),
        (asked().with_quality("low"), "quality"),
        (asked().with_size("4k"), "size"),
        (asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (four, "references"),
        (asked().with_reference(Media::bytes("GIF89a")), "references"),
        (asked().with_reference_as(ReferenceRole::Mask, Media::bytes(pixel())), "references.role"),
    ];
    for (request, field) in table {
        let vendor = vendor_that(Answer::json(image()));
        let error = draw(&vendor, MODEL, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Xai::endpoint()
            .auth(Auth::Bearer(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Xai::new(endpoint)?.image("grok-imagine-image-2.0")) as Arc<ImageModel>)
    };
    let count = |vendor: &ScriptedVendor| {
        vendor.received().iter().filter(|request| request.is(&Method::POST, "/v1/images/generations")).count()
    };
    for body in [image(), json!({"data": [{"url": "https://imgen.x.ai/one.png"}]})] {
        let vendor = move || vendor_that(Answer::json(body.clone()));
        let subject = Subject::new(vendor, connect).counting(count);
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
}
