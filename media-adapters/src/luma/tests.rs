//! Stands on one answer that a client's tests print, and on the fields that its source and Luma's
//! own tools name; the rest is invented.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry};
use social_core::http::{Auth, RetryPolicy};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::Luma;
use crate::{samples, shared};

/// Luma with its memory: how often each generation was asked after.
#[derive(Clone, Default)]
struct Dream {
    generations: Arc<Mutex<BTreeMap<String, u32>>>,
    fails: Option<&'static str>,
}

impl Dream {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        if request.url.host_str() != Some("api.lumalabs.ai") {
            return match path.ends_with(".mp4") {
                true => Answer::bytes("video/mp4", samples::video()),
                false => Answer::bytes("image/png", samples::png(8, 8)),
            };
        }
        let mut generations = self.generations.lock().unwrap();
        if request.method == Method::POST {
            let id = format!("g{}", generations.len() + 1);
            generations.insert(id.clone(), 0);
            return Answer::json(json!({"id": id, "state": "queued"})).with_status(StatusCode::CREATED);
        }
        let id = path.rsplit('/').next().unwrap();
        let Some(times) = generations.get_mut(id) else {
            return Answer::json(json!({"detail": "not found"})).with_status(StatusCode::NOT_FOUND);
        };
        *times += 1;
        Answer::json(match (*times, self.fails) {
            (1, _) => json!({"id": id, "state": "queued"}),
            (2, _) => json!({"id": id, "state": "dreaming"}),
            (_, Some(reason)) => json!({"id": id, "state": "failed", "failure_reason": reason}),
            _ => json!({"id": id, "state": "completed", "assets":
                {"image": "https://cdn.example/1.png", "video": "https://cdn.example/1.mp4"}}),
        })
    }

    fn vendor(&self) -> ScriptedVendor {
        let dream = self.clone();
        ScriptedVendor::new().respond_if("Luma", |_| true, move |request| dream.answer(request))
    }
}

/// The paid requests.
fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|sent| sent.method == Method::POST).count()
}

async fn client(vendor: &ScriptedVendor) -> (Luma, Run) {
    let clock = Arc::new(FixedClock::default());
    let run = Run::open_with(&MemoryJournal::new(), "run", OpenOptions::new().with_clock(clock.clone())).await.unwrap();
    let endpoint = Luma::endpoint().auth(Auth::Bearer("test-key".into())).retry(RetryPolicy::none());
    (Luma::new(endpoint.transport(vendor.transport()).clock(clock)).unwrap(), run)
}

async fn draw(vendor: &ScriptedVendor, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    let (client, run) = client(vendor).await;
    client.image("photon-1").make(&run, request).await
}

async fn film(vendor: &ScriptedVendor, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let (client, run) = client(vendor).await;
    client.video("ray-2").make(&run, request).await
}

fn at(address: &str) -> Media {
    Media::remote(address.parse().unwrap())
}

/// A vendor that answers every question after a generation like this.
fn answering(question: Answer) -> ScriptedVendor {
    let asks = |sent: &Received| sent.method == Method::GET && sent.url.path().contains("/generations/");
    Dream::default().vendor().respond_if("check", asks, move |_| question.clone())
}

// Stands on the exchange in `../shared`.
#[tokio::test]
async fn documented_exchanges_are_read() {
    for (name, exchange) in shared::exchanges("luma-") {
        assert!(name.starts_with("luma-01"), "{name} is not expected");
        let vendor = answering(shared::answer(&exchange));
        draw(&vendor, &ImageRequest::new("A cute baby sea otter")).await.unwrap();
        let received = vendor.received();
        let path = exchange["request"]["path"].as_str().unwrap().replace("test-generation-id", "g1");
        assert_eq!(
            (received[1].url.path(), received[1].header("authorization")),
            (path.as_str(), Some("Bearer test-key"))
        );
        assert_eq!(received[2].url.as_str(), exchange["response"]["body"]["assets"]["image"].as_str().unwrap());
        assert_eq!(received[2].header("authorization"), None);
    }
}

// Stands on the fields that lumalabs/luma-api-mcp and vercel/ai send.
#[tokio::test]
async fn requests_have_the_vendors_names() {
    let image = |name: &str| at(&format!("https://a.example/{name}.png"));
    let url = |name: &str| json!({"url": format!("https://a.example/{name}.png")});
    let request = ImageRequest::new("Dusk")
        .with_aspect_ratio(AspectRatio::VERTICAL)
        .with_reference(image("a"))
        .with_reference_as(ReferenceRole::Source, image("b"))
        .with_reference_as(ReferenceRole::Style, image("c"))
        .with_reference_as(ReferenceRole::Subject, image("d"));
    let vendor = Dream::default().vendor();
    draw(&vendor, &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.as_str(), "https://api.lumalabs.ai/dream-machine/v1/generations/image");
    let expected = json!({"prompt": "Dusk", "model": "photon-1", "aspect_ratio": "9:16", "image_ref": [url("a")],
        "modify_image_ref": url("b"), "style_ref": [url("c")],
        "character_ref": {"identity0": {"images": ["https://a.example/d.png"]}}});
    assert_eq!(sent.json(), expected);

    let request = VideoRequest::new("It moves")
        .with_duration(Duration::from_secs(9))
        .with_resolution("720p")
        .with_first_frame(image("a"))
        .with_last_frame(image("b"))
        .with_extra("loop", false);
    let vendor = Dream::default().vendor();
    film(&vendor, &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.as_str(), "https://api.lumalabs.ai/dream-machine/v1/generations");
    let frame = |name: &str| json!({"type": "image", "url": format!("https://a.example/{name}.png")});
    let expected: Value = json!({"prompt": "It moves", "model": "ray-2", "resolution": "720p", "duration": "9s",
        "keyframes": {"frame0": frame("a"), "frame1": frame("b")}, "loop": false});
    assert_eq!(sent.json(), expected);
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let image = || at("https://a.example/a.png");
    let asked = || ImageRequest::new("a cat");
    for (request, field) in [
        (asked().with_reference(Media::bytes(samples::png(8, 8))), "references"),
        (asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (asked().with_count(2), "count"),
        (asked().with_seed(1), "seed"),
        (
            asked().with_reference_as(ReferenceRole::Source, image()).with_reference_as(ReferenceRole::Source, image()),
            "references.role",
        ),
    ] {
        let vendor = Dream::default().vendor();
        let error = draw(&vendor, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let asked = || VideoRequest::new("a cat");
    for (request, field) in [
        (asked().with_first_frame(Media::bytes(samples::png(8, 8))), "first_frame"),
        (asked().with_duration(Duration::from_secs(10)), "duration"),
        (asked().with_audio(true), "audio"),
    ] {
        let vendor = Dream::default().vendor();
        let error = film(&vendor, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// The words are the vendor's, the reasons invented. Museum F1, F2, F3.
#[tokio::test]
async fn every_word_ends_in_a_verdict() {
    for (generation, kind, message) in [
        (json!({"state": "failed", "failure_reason": "GPU on fire"}), ErrorKind::JobFailed, "GPU on fire"),
        (json!({"state": "failed", "failure_reason": "Advanced moderation failed"}), ErrorKind::Rejected, "moderation"),
        (json!({"state": "failed"}), ErrorKind::JobFailed, "no reason"),
        (json!({"state": "completed", "assets": null}), ErrorKind::JobFailed, "names no file"),
        (json!({"state": "some new word"}), ErrorKind::Timeout, "some new word"),
    ] {
        let vendor = answering(Answer::json(generation));
        let error = draw(&vendor, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), submissions(&vendor)), (kind, 1), "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("luma"), "{error}");
    }
    for (status, kind, retry) in [
        (400, ErrorKind::InvalidRequest, Retry::Never),
        (401, ErrorKind::Auth, Retry::Never),
        (402, ErrorKind::QuotaExhausted, Retry::Never),
        (429, ErrorKind::RateLimited, Retry::Backoff),
    ] {
        let answer = Answer::json(json!({"detail": "it says"})).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error = draw(&vendor, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{status}");
        assert_eq!(error.message(), "it says");
    }
}

// Invented vendor; the paid requests are counted there. Museum F12.
#[tokio::test]
async fn it_keeps_the_contract() {
    fn connected(scene: &Scene) -> social_core::Result<Luma> {
        let endpoint = Luma::endpoint().auth(Auth::Bearer(conformance::SECRET.into()));
        Luma::new(endpoint.transport(scene.transport.clone()).clock(scene.clock.clone()).random(scene.random.clone()))
    }
    let failing = || Dream { fails: Some("GPU on fire"), ..Dream::default() }.vendor();
    let connect = |scene: &Scene| Ok(Arc::new(connected(scene)?.image("photon-1")) as Arc<ImageModel>);
    let subject = Subject::new(|| Dream::default().vendor(), connect).counting(submissions).failing(failing);
    let subject = subject.with_image(at("https://a.example/a.png"));
    conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    let connect = |scene: &Scene| Ok(Arc::new(connected(scene)?.video("ray-2")) as Arc<VideoModel>);
    let subject = Subject::new(|| Dream::default().vendor(), connect).counting(submissions).failing(failing);
    let subject = subject.with_image(at("https://a.example/a.png"));
    conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
}
