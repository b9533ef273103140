//! Seedream.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _};
use social_core::media::{Media, MediaType};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::super::image::Seedream;
use super::super::{Ark, BASE_URL_CHINA};
use crate::samples::{self, PNG};
use crate::shared::{self, answer, cassette};

/// The exchanges of `../shared` that are read here.
pub(super) const EXCHANGES: [&str; 5] = ["ark-01", "ark-02", "ark-04", "ark-05", "ark-07"];

const MODEL: &str = "seedream-4-5-251128";

fn seedream(transport: Arc<dyn Transport>, model: &str) -> Seedream {
    let endpoint = Ark::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    Ark::new(endpoint).unwrap().image(model)
}

/// Ark with this answer, and the storage of its images.
fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new()
        .respond_if("images", |request| request.method == Method::GET, |_| Answer::bytes("image/png", samples::pixel()))
        .on(Method::POST, "/api/v3/images/generations", answer)
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}

async fn draw(vendor: &ScriptedVendor, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    seedream(vendor.transport(), MODEL).make(&Run::ephemeral(), request).await
}

/// An answer with this many images at addresses.
fn images(count: usize) -> Value {
    let data: Vec<_> = (0..count).map(|n| json!({"url": format!("https://store.example/{n}.jpeg")})).collect();
    json!({"model": MODEL, "created": 1, "data": data, "usage": {"generated_images": count, "output_tokens": 9}})
}

// Stands on requests that the vendor's SDK sent. It writes `null` for what is not set, asks for no
// watermark only when told to, and knows no words for the size of a group.
// Museum F7, F8.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let remote = |name: &str| Media::remote(format!("https://cdn.example.test/{name}.jpg").parse().unwrap());
    let group = ImageRequest::new("A story")
        .with_aspect_ratio(AspectRatio::VERTICAL)
        .with_count(3)
        .with_reference(remote("a"))
        .with_reference(remote("b"));
    let table = [
        ("golden/ark/seedream_generate.json", ImageRequest::new("A café").with_size("2K"), false),
        ("golden/ark/seedream_edit_multi_reference_sequential.json", group, true),
    ];
    for (file, request, inline) in table {
        let Some(golden) = shared::json(file) else { return };
        let golden = &golden["requests"][0];
        let mut expected = golden["body"]["json"].clone();
        expected.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        expected["watermark"] = json!(false);
        if inline {
            expected["prompt"] = json!("A story\n\nMake a group of 3 images.");
        } else {
            expected["sequential_image_generation"] = json!("disabled");
        }
        let vendor = vendor_that(Answer::json(json!({"data": [{"b64_json": PNG}]})));
        let endpoint = Ark::endpoint().base_url(BASE_URL_CHINA).auth(Auth::Bearer("test-key".into()));
        let ark = Ark::new(endpoint.transport(vendor.transport())).unwrap();
        let model = ark.image(expected["model"].as_str().unwrap());
        let model = if inline { model.inline() } else { model };
        model.make(&Run::ephemeral(), &request).await.unwrap();
        let sent = &vendor.received()[0];
        let (host, path) = (golden["host"].as_str().unwrap(), golden["path"].as_str().unwrap());
        assert_eq!(sent.url.as_str(), format!("https://{host}{path}"));
        assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
        assert!(sent.header("x-client-request-id").is_some());
        assert_eq!(sent.json(), expected, "{file}");
    }
}

// Stands on exchanges put together from the SDK's types.
#[tokio::test]
async fn answers_are_read() {
    let [whole, inline, group, ..] = EXCHANGES.map(cassette);
    let (Some(whole), Some(inline), Some(group)) = (whole, inline, group) else { return };

    let vendor = vendor_that(answer(&whole));
    let batch = draw(&vendor, &ImageRequest::new("A red bicycle").with_size("2K")).await.unwrap();
    let sent = vendor.received();
    assert_eq!(sent[0].json(), whole["request"]["body"]);
    // The image lies elsewhere and is fetched without the key.
    assert_eq!(
        (sent[1].url.host_str(), sent[1].header("authorization")),
        (Some("ark-content-generation-v2.example"), None)
    );
    let usage = batch.usage.clone().unwrap();
    assert_eq!((batch.images.len(), usage.images, usage.output_tokens), (1, Some(1), Some(16_384)));

    let vendor = vendor_that(answer(&inline));
    let model = seedream(vendor.transport(), "seedream-5-0-260128").inline();
    let request = ImageRequest::new("A cute baby sea otter").with_size("2048x2048");
    let batch = model.make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!((batch.images[0].info.media_type, vendor.received().len()), (MediaType::Png, 1));
    let mut sent = vendor.received()[0].json();
    assert_eq!(sent.as_object_mut().unwrap().remove("sequential_image_generation"), Some(json!("disabled")));
    assert_eq!(sent, inline["request"]["body"]);

    // One of two images is refused.
    let vendor = vendor_that(answer(&group));
    let model = seedream(vendor.transport(), "seedream-4-0-250828");
    let batch = model.make(&Run::ephemeral(), &ImageRequest::new("Four seasons").with_size("2K").with_count(2)).await;
    let batch = batch.unwrap();
    assert_eq!((batch.images.len(), batch.refused, batch.warnings.len()), (1, 1, 0));
    assert_eq!(batch.usage.as_ref().unwrap().images, Some(1));
    let sent = vendor.received()[0].json();
    for field in
        ["size", "sequential_image_generation", "sequential_image_generation_options", "response_format", "stream"]
    {
        assert_eq!(sent[field], group["request"]["body"][field], "{field}");
    }
}

// Stands on a body that a client's test prints, and on one put together from the list of codes.
#[tokio::test]
async fn refusals_are_read() {
    for (name, kind, retry) in [
        ("ark-05", ErrorKind::InvalidRequest, Retry::Never),
        ("ark-07", ErrorKind::RateLimited, Retry::After(std::time::Duration::from_secs(3))),
    ] {
        let Some(cassette) = cassette(name) else { return };
        let error = draw(&vendor_that(answer(&cassette)), &ImageRequest::new("x")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{error}");
        assert_eq!(error.code(), cassette["response"]["body"]["error"]["code"].as_str());
    }
}

// Invented, after the SDK's types. Museum F1: a refusal inside HTTP 200 is no empty success.
#[tokio::test]
async fn f1_a_group_without_an_image_is_its_first_refusal() {
    let refused = |code: &str| json!({"error": {"code": code, "message": "it says"}});
    let usage = json!({"generated_images": 0, "output_tokens": 0});
    let whole = json!({"data": [refused("OutputImageSensitiveContentDetected"), refused("InternalServiceError")],
        "usage": usage});
    let event = |value: Value| format!("data: {value}\n\n");
    let mut failed = refused("OutputImageSensitiveContentDetected");
    failed["type"] = json!("image_generation.partial_failed");
    let stream =
        event(failed) + &event(json!({"type": "image_generation.completed", "usage": usage})) + "data: [DONE]\n\n";
    let table = [
        (1, Answer::json(whole.clone()), Some(Stage::Output)),
        (2, Answer::bytes("text/event-stream", stream), Some(Stage::Output)),
        // A stream was asked for, and a whole answer came.
        (2, Answer::json(whole), Some(Stage::Output)),
        (1, Answer::json(json!({"data": [refused("InternalServiceError")], "usage": usage})), None),
    ];
    for (count, answer, stage) in table {
        let vendor = vendor_that(answer);
        let error = draw(&vendor, &ImageRequest::new("x").with_count(count)).await.unwrap_err();
        assert_eq!(error.rejection().map(|rejection| rejection.stage), stage, "{error}");
        assert_eq!((error.effect(), submissions(&vendor)), (Effect::None, 1), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("ark"));
    }
}

// Invented: what was paid for is never asked for again.
#[tokio::test]
async fn an_answer_that_breaks_off_is_not_asked_for_again() {
    let refusal = json!({"code": "OutputImageSensitiveContentDetected", "message": "no"});
    let refused = format!("data: {}\n\n", json!({"type": "image_generation.partial_failed", "error": refusal}));
    let first = format!(
        "data: {}\n\n",
        json!({"type": "image_generation.partial_succeeded", "url": "https://s.example/0.png"})
    );
    for (count, answer) in [
        (2, Answer::bytes("text/event-stream", first.clone())),
        (2, Answer::bytes("text/event-stream", first).broken_off()),
        (2, Answer::bytes("text/event-stream", "data: {\"type\":\"image_generation.completed\"}\n\n")),
        // One image was refused; the other one may have been made.
        (2, Answer::bytes("text/event-stream", refused)),
        (1, Answer::json(json!({"error": {"code": "InternalServiceError", "message": "?"}}))),
        (1, Answer::json(json!({"data": []}))),
        (1, Answer::json(json!({"data": [{"b64_json": "bm90IGEgcGljdHVyZQ=="}]}))),
        (1, Answer::json(json!({}))),
    ] {
        let (vendor, journal) = (vendor_that(answer), MemoryJournal::new());
        for _process in 0..2 {
            let run = Run::open(&journal, "run").await.unwrap();
            let request = ImageRequest::new("x").with_count(count);
            let error = seedream(vendor.transport(), MODEL).make(&run, &request).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        }
        assert_eq!(submissions(&vendor), 1);
    }
}

#[tokio::test]
async fn fewer_images_than_asked_for_are_said() {
    let batch = draw(&vendor_that(Answer::json(images(2))), &ImageRequest::new("x").with_count(3)).await.unwrap();
    assert_eq!((batch.images.len(), batch.refused, batch.warnings.len()), (2, 0, 1), "{:?}", batch.warnings);
}

#[tokio::test]
async fn what_a_reference_is_for_is_told_in_words() {
    let vendor = vendor_that(Answer::json(images(1)));
    let image = || Media::bytes(samples::png(400, 300));
    let request = ImageRequest::new("A poster")
        .with_reference_as(ReferenceRole::Source, image())
        .with_reference(image())
        .with_reference_as(ReferenceRole::Style, image());
    draw(&vendor, &request).await.unwrap();
    let sent: Received = vendor.received().remove(0);
    assert_eq!(sent.json()["prompt"], "A poster\n\nImage 1 is the one to edit. Image 3 shows the style to follow.");
    let sent = sent.json();
    let references = sent["image"].as_array().unwrap();
    assert!(references.len() == 3 && references[0].as_str().unwrap().starts_with("data:image/png;base64,iVBOR"));
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let image = || Media::bytes(samples::png(400, 300));
    let with_references = |count| (0..count).fold(asked(), |request, _| request.with_reference(image()));
    let table = [
        (asked().with_seed(1), "seed"),
        (asked().with_quality("high"), "quality"),
        (asked().with_negative_prompt("dogs"), "negative_prompt"),
        (asked().with_size("1K"), "size"),
        (asked().with_aspect_ratio(AspectRatio::new(7, 3)), "aspect_ratio"),
        (asked().with_count(16), "count"),
        (with_references(15), "references"),
        (with_references(13).with_count(3), "count"),
        (asked().with_reference_as(ReferenceRole::Mask, image()), "references.role"),
        (asked().with_reference(Media::bytes("GIF89a")), "references"),
        (asked().with_reference(Media::bytes(samples::png(10, 10))), "references"),
    ];
    for (request, field) in table {
        let vendor = vendor_that(Answer::json(images(1)));
        let error = draw(&vendor, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    draw(&vendor_that(Answer::json(images(2))), &with_references(13).with_count(2)).await.unwrap();
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for inline in [false, true] {
        let connect = move |scene: &Scene| {
            let endpoint = Ark::endpoint()
                .auth(Auth::Bearer(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            let model = Ark::new(endpoint)?.image(MODEL);
            Ok(Arc::new(if inline { model.inline() } else { model }) as Arc<ImageModel>)
        };
        let vendor =
            move || vendor_that(Answer::json(if inline { json!({"data": [{"b64_json": PNG}]}) } else { images(1) }));
        let subject = Subject::new(vendor, connect).counting(submissions);
        let subject = subject.with_image(Media::bytes(samples::png(400, 300)));
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
}

/// A process that dies between the answer and its images fetches them later, and pays once.
#[tokio::test]
async fn images_are_fetched_once_and_kept() {
    let (vendor, journal) = (vendor_that(Answer::json(images(1))), MemoryJournal::new());
    let broken = vendor.clone().respond_if(
        "a store that is down",
        |request| request.method == Method::GET,
        |_| Answer::status(StatusCode::SERVICE_UNAVAILABLE),
    );
    let run = Run::open(&journal, "run").await.unwrap();
    seedream(broken.transport(), MODEL).make(&run, &ImageRequest::new("a cat")).await.unwrap_err();
    drop(run);
    let healed = vendor.respond_if(
        "a store that is up",
        |request| request.method == Method::GET,
        |_| Answer::bytes("image/png", samples::pixel()),
    );
    let mut batches = Vec::new();
    for _process in 0..2 {
        let run = Run::open(&journal, "run").await.unwrap();
        batches.push(seedream(healed.transport(), MODEL).make(&run, &ImageRequest::new("a cat")).await.unwrap());
    }
    assert_eq!((submissions(&healed), healed.received().len()), (1, 3));
    assert_eq!(batches[0], batches[1]);
}
