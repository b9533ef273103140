//! Images.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _};
use social_core::media::{Media, MediaType};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::super::Region;
use super::{client, client_of, submissions};
use crate::samples::{self, PNG};
use crate::shared::{answer, cassette};

/// The exchanges of `../shared` that are read here.
pub(super) const EXCHANGES: [&str; 3] = ["minimax-01", "minimax-02", "minimax-04"];

const MODEL: &str = "image-01";

/// MiniMax with this answer, and the storage of its images.
fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new()
        .respond_if("images", |request| request.method == Method::GET, |_| Answer::bytes("image/png", samples::pixel()))
        .on(Method::POST, "/v1/image_generation", answer)
}

async fn draw(vendor: &ScriptedVendor, inline: bool, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    let model = client(vendor.transport(), Arc::new(FixedClock::default())).image(MODEL);
    let model = if inline { model.inline() } else { model };
    model.make(&Run::ephemeral(), request).await
}

/// An answer with this many images at addresses.
fn images(count: usize) -> Value {
    let urls: Vec<_> = (0..count).map(|n| format!("https://store.example/{n}.jpeg")).collect();
    json!({"id": "i", "data": {"image_urls": urls}, "metadata": {"success_count": count, "failed_count": 0},
        "base_resp": {"status_code": 0, "status_msg": "success"}})
}

#[tokio::test]
async fn exchanges_are_read() {
    let [Some(listed), Some(inline), Some(refused)] = EXCHANGES.map(cassette) else { return };

    let vendor = vendor_that(answer(&listed));
    let request = ImageRequest::new("A red bicycle").with_aspect_ratio(AspectRatio::VERTICAL).with_count(2);
    let batch = draw(&vendor, false, &request.with_extra("prompt_optimizer", false)).await.unwrap();
    assert_eq!((batch.images.len(), batch.refused, batch.usage.as_ref().unwrap().images), (2, 0, Some(2)));
    let sent = vendor.received();
    assert_eq!(sent[0].json(), listed["request"]["body"]);
    assert_eq!((sent.len(), sent[1].header("authorization")), (3, None), "the store needs no key");

    let vendor = vendor_that(answer(&inline));
    let batch = draw(&vendor, true, &ImageRequest::new("A red bicycle")).await.unwrap();
    assert_eq!((batch.images.len(), batch.images[0].info.media_type), (1, MediaType::Jpeg));
    assert_eq!(vendor.received()[0].json(), inline["request"]["body"]);

    let error = draw(&vendor_that(answer(&refused)), false, &ImageRequest::new("x")).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.effect()), (ErrorKind::Auth, Some("2049"), Effect::None));
    assert!(error.message().contains("other region"), "{error}");
}

// Stands on the fields of the vendor's page. Museum F1.
#[tokio::test]
async fn f1_images_that_were_kept_back_are_no_empty_success() {
    let some = json!({"data": {"image_urls": ["https://store.example/0.jpeg"]},
        "metadata": {"success_count": "1", "failed_count": "2"}, "base_resp": {"status_code": 0}});
    let request = ImageRequest::new("x").with_count(3);
    let batch = draw(&vendor_that(Answer::json(some)), false, &request).await.unwrap();
    assert_eq!((batch.images.len(), batch.refused, batch.warnings.len()), (1, 2, 0));
    let none = json!({"data": {"image_urls": []}, "metadata": {"success_count": "0", "failed_count": "3"},
        "base_resp": {"status_code": 0}});
    let input = json!({"data": null, "base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}});
    for (body, stage) in [(none, Stage::Output), (input, Stage::Input)] {
        let vendor = vendor_that(Answer::json(body));
        let error = draw(&vendor, false, &request).await.unwrap_err();
        assert_eq!((error.rejection().unwrap().stage, error.effect()), (stage, Effect::None), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("minimax"));
    }
}

// Invented: what may have been paid for is never asked for again.
#[tokio::test]
async fn an_answer_that_says_nothing_is_not_asked_for_again() {
    for body in [
        json!({}),
        json!({"data": {"image_urls": []}, "base_resp": {"status_code": 0}}),
        json!({"base_resp": {"status_code": 1000, "status_msg": "unknown error"}}),
        json!({"base_resp": {"status_code": 9999, "status_msg": "?"}}),
    ] {
        let (vendor, journal) = (vendor_that(Answer::json(body.clone())), MemoryJournal::new());
        for _process in 0..2 {
            let run = Run::open(&journal, "run").await.unwrap();
            let model = client(vendor.transport(), Arc::new(FixedClock::default())).image(MODEL);
            let error = model.make(&run, &ImageRequest::new("x")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        }
        assert_eq!(submissions(&vendor), 1, "{body}");
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let image = || Media::bytes(samples::png(400, 300));
    for (request, field) in [
        (asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (asked().with_count(10), "count"),
        (asked().with_size("2K"), "size"),
        (asked().with_quality("high"), "quality"),
        (asked().with_negative_prompt("dogs"), "negative_prompt"),
        (asked().with_reference(image()).with_reference(image()), "references"),
        (asked().with_reference_as(ReferenceRole::Style, image()), "references.role"),
        (asked().with_reference(Media::bytes("GIF89a")), "references"),
        (ImageRequest::new("x".repeat(1501)), "prompt"),
    ] {
        let vendor = vendor_that(Answer::json(images(1)));
        let error = draw(&vendor, false, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let vendor = vendor_that(Answer::json(images(1)));
    draw(&vendor, false, &asked().with_reference_as(ReferenceRole::Subject, image())).await.unwrap();
    let subject = vendor.received()[0].json()["subject_reference"][0].clone();
    assert!(subject["type"] == "character" && subject["image_file"].as_str().unwrap().starts_with("data:image/png"));
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for (region, inline) in [(Region::International, false), (Region::China, true)] {
        let connect = move |scene: &Scene| {
            let model = client_of(scene, region)?.image(MODEL);
            Ok(Arc::new(if inline { model.inline() } else { model }) as Arc<ImageModel>)
        };
        let vendor = move || {
            let held = json!({"data": {"image_base64": [PNG]}, "base_resp": {"status_code": 0}});
            vendor_that(Answer::json(if inline { held } else { images(1) }))
        };
        let subject = Subject::new(vendor, connect).counting(submissions);
        let subject = subject.with_image(Media::bytes(samples::png(400, 300)));
        let subject = subject.except("references.role", "a reference is a character, whatever is said");
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
}
