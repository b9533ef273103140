//! Stands on one recorded answer, otherwise on Venice's documentation.

use std::sync::Arc;

use http::{HeaderName, Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, ErrorKind};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageModel, ImageRequest};
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::run::Run;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::{Venice, VeniceImage};
use crate::samples::{PNG, pixel};
use crate::shared;

fn painter(transport: Arc<dyn Transport>, model: &str) -> VeniceImage {
    let endpoint = Venice::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    Venice::new(endpoint).unwrap().image(model)
}

fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().on(Method::POST, "/api/v1/image/generate", answer)
}

fn images() -> Value {
    json!({"id": "generate-image-1", "images": [PNG, PNG], "timing": {"total": 1893}})
}

/// The recorded image was replaced by a word, so that the answer is one without an image.
#[tokio::test]
async fn the_recorded_exchange_is_sent_and_read() {
    for (name, mut exchange) in shared::exchanges("venice-") {
        let asked = exchange["request"]["body"].clone();
        let mut request = ImageRequest::new(asked["prompt"].as_str().unwrap()).with_size("256x256").with_seed(42);
        for field in ["embed_exif_metadata", "format", "safe_mode", "steps"] {
            request = request.with_extra(field, asked[field].clone());
        }
        let vendor = vendor_that(shared::answer(&exchange));
        let model = asked["model"].as_str().unwrap();
        let error = painter(vendor.transport(), model).make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}");
        let sent = &vendor.received()[0];
        assert_eq!(sent.url.as_str(), "https://api.venice.ai/api/v1/image/generate");
        assert_eq!(sent.json(), asked);
        exchange["response"]["body"]["images"] = json!([PNG]);
        let vendor = vendor_that(shared::answer(&exchange));
        let made = painter(vendor.transport(), model).make(&Run::ephemeral(), &request).await.unwrap();
        assert_eq!(made.images[0].media.read(1000).await.unwrap(), pixel());
    }
}

#[tokio::test]
async fn what_moderation_did_is_said() {
    let header = |name| vendor_that(Answer::json(images()).with_header(HeaderName::from_static(name), "true"));
    let make = |vendor: ScriptedVendor| async move {
        painter(vendor.transport(), "m").make(&Run::ephemeral(), &ImageRequest::new("a cat").with_count(2)).await
    };
    assert_eq!(make(header("x-venice-is-blurred")).await.unwrap().warnings.len(), 1);
    let error = make(header("x-venice-is-content-violation")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None));
    let poor = Answer::json(json!({"error": "Insufficient USD or Diem balance to complete request"}));
    let error = make(vendor_that(poor.with_status(StatusCode::PAYMENT_REQUIRED))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::QuotaExhausted);
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let table = [
        (asked().with_size("huge"), "size"),
        (asked().with_size("1024x768").with_aspect_ratio(AspectRatio::WIDE), "aspect_ratio"),
        (asked().with_count(5), "count"),
        (asked().with_quality("high"), "quality"),
        (asked().with_reference(Media::bytes(pixel())), "references"),
    ];
    for (request, field) in table {
        let vendor = vendor_that(Answer::json(images()));
        let error = painter(vendor.transport(), "m").make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(field)), "{error}");
        assert!(vendor.received().is_empty());
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Venice::endpoint()
            .auth(Auth::Bearer(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Venice::new(endpoint)?.image("qwen-image-2")) as Arc<ImageModel>)
    };
    let vendor = || vendor_that(Answer::json(json!({"images": [PNG]})));
    let subject = Subject::new(vendor, connect).counting(|vendor| vendor.received().len());
    conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
}
