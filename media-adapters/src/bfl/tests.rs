//! Stands on exchanges put together from a client's source, one of them verbatim.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::RetryPolicy;
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest};
use social_core::make::{Made, Maker as _};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::Bfl;
use crate::{samples, shared};

const KONTEXT: &str = "flux-kontext-max";

/// The vendor with its memory: how often each task was asked after.
#[derive(Clone, Default)]
struct Lab {
    tasks: Arc<Mutex<BTreeMap<String, u32>>>,
    fails: bool,
}

impl Lab {
    fn answer(&self, request: &Received) -> Answer {
        if request.url.host_str() == Some("delivery.example") {
            return Answer::bytes("image/jpeg", samples::png(8, 8));
        }
        let mut tasks = self.tasks.lock().unwrap();
        if request.method == Method::POST {
            let id = format!("t{}", tasks.len() + 1);
            tasks.insert(id.clone(), 0);
            let polling_url = format!("https://api.us1.bfl.ai/v1/get_result?id={id}");
            return Answer::json(json!({"id": id, "polling_url": polling_url, "cost": 8}));
        }
        let id = request.query("id").unwrap();
        let Some(times) = tasks.get_mut(&id) else {
            return Answer::json(json!({"id": id, "status": "Task not found"}));
        };
        *times += 1;
        Answer::json(match (*times, self.fails) {
            (1 | 2, _) => json!({"id": id, "status": "Pending", "progress": 0.5, "result": null}),
            (_, true) => json!({"id": id, "status": "Error", "details": "GPU on fire"}),
            _ => {
                json!({"id": id, "status": "Ready", "result": {"sample": "https://delivery.example/1.jpeg", "seed": 7}})
            }
        })
    }

    fn vendor(&self) -> ScriptedVendor {
        let lab = self.clone();
        ScriptedVendor::new().respond_if("BFL", |_| true, move |request| lab.answer(request))
    }
}

/// The paid requests.
fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|sent| sent.method == Method::POST).count()
}

async fn draw(vendor: &ScriptedVendor, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = Run::open_with(&MemoryJournal::new(), "run", OpenOptions::new().with_clock(clock.clone())).await.unwrap();
    let endpoint = Bfl::endpoint().auth(Bfl::auth("test-key".into())).retry(RetryPolicy::none());
    let client = Bfl::new(endpoint.transport(vendor.transport()).clock(clock)).unwrap();
    client.image(KONTEXT).make(&run, request).await
}

/// A vendor that answers every question after a task like this.
fn answering(question: Answer) -> ScriptedVendor {
    let vendor = Lab::default().vendor();
    vendor.respond_if("check", |sent| sent.url.path().ends_with("get_result"), move |_| question.clone())
}

// Stands on the exchanges in `../shared`; each of them is read.
#[tokio::test]
async fn documented_exchanges_are_read() {
    for (name, exchange) in shared::exchanges("bfl-") {
        let answer = shared::answer(&exchange);
        match name.split('-').nth(1).unwrap() {
            "01" => {
                let asked = &exchange["request"]["body"];
                let png = shared::inline(asked["input_image"].as_str().unwrap());
                let ready = json!({"status": "Ready", "result": {"sample": "https://delivery.example/1.jpeg"}});
                let vendor = answering(Answer::json(ready));
                let vendor = vendor.respond_if("submit", |sent| sent.method == Method::POST, move |_| answer.clone());
                let request = ImageRequest::new("Make it snow")
                    .with_reference(Media::bytes(png))
                    .with_aspect_ratio(AspectRatio::VERTICAL);
                draw(&vendor, &request).await.unwrap();
                let received = vendor.received();
                assert_eq!(received[0].url.as_str(), "https://api.bfl.ai/v1/flux-kontext-max");
                assert_eq!((received[0].json(), received[0].header("x-key")), (asked.clone(), Some("test-key")));
                // The host of the region is the vendor's, and needs the key; the store does not.
                let polled = exchange["response"]["body"]["polling_url"].as_str().unwrap();
                assert_eq!((received[1].url.as_str(), received[1].header("x-key")), (polled, Some("test-key")));
                assert_eq!(received[2].header("x-key"), None);
            }
            "02" => {
                let error = draw(&answering(answer), &ImageRequest::new("a")).await.unwrap_err();
                let rejection = error.rejection().unwrap();
                assert_eq!(rejection.stage, Stage::Output, "{error}");
                assert_eq!(rejection.category.as_deref(), Some("Content Moderated"));
                assert_eq!(error.message(), "blocked by policy");
            }
            _ => panic!("{name} is not expected"),
        }
    }
}

// Museum F1, F2, F3. The words are the vendor's.
#[tokio::test]
async fn every_word_ends_in_a_verdict() {
    for (task, kind, message) in [
        (json!({"status": "Request Moderated"}), ErrorKind::Rejected, "Request Moderated"),
        (json!({"status": "Error", "details": "GPU on fire"}), ErrorKind::JobFailed, "GPU on fire"),
        (json!({"status": "Failed", "details": {"code": 1}}), ErrorKind::JobFailed, "Failed"),
        (json!({"status": "Task not found"}), ErrorKind::NotFound, "Task not found"),
        (json!({"status": "Ready", "result": {}}), ErrorKind::JobFailed, "names no file"),
        (json!({"status": "Some new word"}), ErrorKind::Timeout, "Some new word"),
    ] {
        let vendor = answering(Answer::json(task));
        let error = draw(&vendor, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), submissions(&vendor)), (kind, 1), "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("bfl"), "{error}");
        assert!(error.rejection().is_none_or(|rejection| rejection.stage == Stage::Input));
    }
    assert_eq!(
        draw(&Lab::default().vendor(), &ImageRequest::new("a")).await.unwrap().usage.as_ref().unwrap().units,
        Some(8.0)
    );
}

// Museum G3.
#[tokio::test]
async fn the_key_goes_to_the_vendors_hosts_only() {
    for host in ["https://evil.example", "http://api.us1.bfl.ai", "https://notbfl.ai", "https://bfl.ai.evil.example"] {
        let answer = json!({"id": "t1", "polling_url": format!("{host}/v1/get_result?id=t1")});
        let vendor = Lab::default().vendor();
        let vendor =
            vendor.respond_if("submit", |sent| sent.method == Method::POST, move |_| Answer::json(answer.clone()));
        let error = draw(&vendor, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), vendor.received().len()), (ErrorKind::Protocol, 1), "{host}: {error}");
    }
}

// The statuses are documented, the texts invented.
#[tokio::test]
async fn errors_are_classified() {
    let faults = json!({"detail": [{"loc": ["body", "aspect_ratio"], "msg": "it says", "type": "value_error"}]});
    let text = json!({"detail": "it says"});
    for (status, body, kind, retry, field) in [
        (402, text.clone(), ErrorKind::QuotaExhausted, Retry::Never, None),
        (403, text.clone(), ErrorKind::Permission, Retry::Never, None),
        (422, faults, ErrorKind::InvalidRequest, Retry::Never, Some("aspect_ratio")),
        (429, text, ErrorKind::RateLimited, Retry::Backoff, None),
    ] {
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error = draw(&vendor, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{status}");
        assert_eq!((error.message(), error.field()), ("it says", field));
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let image = || Media::bytes(samples::png(8, 8));
    for (request, field) in [
        (asked().with_reference(image()).with_reference(image()), "references"),
        (asked().with_reference(Media::bytes("GIF89a")), "references"),
        (asked().with_count(2), "count"),
        (asked().with_size("2K"), "size"),
        (asked().with_negative_prompt("rain"), "negative_prompt"),
    ] {
        let vendor = Lab::default().vendor();
        let error = draw(&vendor, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let vendor = Lab::default().vendor();
    draw(&vendor, &asked().with_reference(Media::remote("https://a.example/a.png".parse().unwrap()))).await.unwrap();
    let expected: Value = json!({"prompt": "a cat", "input_image": "https://a.example/a.png"});
    assert_eq!(vendor.received()[0].json(), expected);
}

// Invented vendor; the paid requests are counted there. Museum F12.
#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Bfl::endpoint().auth(Bfl::auth(conformance::SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        Ok(Arc::new(Bfl::new(endpoint.random(scene.random.clone()))?.image(KONTEXT)) as Arc<ImageModel>)
    };
    let subject = Subject::new(|| Lab::default().vendor(), connect).counting(submissions);
    let subject = subject.failing(|| Lab { fails: true, ..Lab::default() }.vendor());
    conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
}
