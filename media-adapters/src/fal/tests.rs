//! Stands on exchanges put together from fal's documentation; there is no recorded or golden one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderName};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::RetryPolicy;
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::Fal;
use crate::{samples, shared};

const KONTEXT: &str = "fal-ai/flux-pro/kontext/max";
const BANANA: &str = "fal-ai/nano-banana";
const VEO: &str = "fal-ai/veo3.1/fast";

/// fal with its memory: how often each request was asked after.
#[derive(Clone, Default)]
struct Queue {
    requests: Arc<Mutex<BTreeMap<String, (u32, usize)>>>,
    /// Each request ends with this type of fault.
    fails: Option<&'static str>,
}

impl Queue {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        if request.url.host_str() == Some("v3.fal.media") {
            return match path.ends_with(".mp4") {
                true => Answer::bytes("video/mp4", samples::video()),
                false => Answer::bytes("image/png", samples::png(8, 8)),
            };
        }
        let mut requests = self.requests.lock().unwrap();
        if request.method == Method::POST {
            let id = format!("r{}", requests.len() + 1);
            let count = request.json()["num_images"].as_u64().unwrap_or(1);
            requests.insert(id.clone(), (0, usize::try_from(count).unwrap()));
            let app: Vec<_> = path.split('/').skip(1).take(2).collect();
            let place = format!("https://queue.fal.run/{}/requests/{id}", app.join("/"));
            return Answer::json(json!({"status": "IN_QUEUE", "request_id": id, "response_url": place,
                "status_url": format!("{place}/status"), "cancel_url": format!("{place}/cancel")}));
        }
        let id = path.trim_end_matches("/status").trim_end_matches("/cancel").rsplit('/').next().unwrap();
        let Some((times, count)) = requests.get_mut(id) else {
            return Answer::json(json!({"detail": "Not found"})).with_status(StatusCode::NOT_FOUND);
        };
        if request.method == Method::PUT {
            return match *times < 3 {
                true => Answer::json(json!({"status": "CANCELLATION_REQUESTED"})).with_status(StatusCode::ACCEPTED),
                false => Answer::json(json!({"status": "ALREADY_COMPLETED"})).with_status(StatusCode::BAD_REQUEST),
            };
        }
        if path.ends_with("/status") {
            *times += 1;
            return match *times {
                1 => Answer::json(json!({"status": "IN_QUEUE", "queue_position": 2})).with_status(StatusCode::ACCEPTED),
                2 => Answer::json(json!({"status": "IN_PROGRESS"})).with_status(StatusCode::ACCEPTED),
                _ => Answer::json(json!({"status": "COMPLETED"})),
            };
        }
        if let Some(fault) = self.fails {
            let fault = json!({"detail": [{"loc": ["body"], "msg": "it failed", "type": fault}]});
            return Answer::json(fault).with_status(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let file = |ending| move |n| json!({"url": format!("https://v3.fal.media/files/{n}.{ending}")});
        let images: Vec<_> = (0..*count).map(file("png")).collect();
        Answer::json(json!({"images": images, "video": file("mp4")(0), "seed": 42}))
    }

    fn vendor(&self) -> ScriptedVendor {
        let queue = self.clone();
        ScriptedVendor::new().respond_if("fal", |_| true, move |request| queue.answer(request))
    }
}

/// The paid requests.
fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|sent| sent.method == Method::POST).count()
}

fn client(vendor: &ScriptedVendor, clock: &Arc<FixedClock>) -> Fal {
    let endpoint = Fal::endpoint().auth(Fal::auth("id:secret".into())).retry(RetryPolicy::none());
    Fal::new(endpoint.transport(vendor.transport()).clock(clock.clone())).unwrap()
}

async fn run_on(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "run", OpenOptions::new().with_clock(clock.clone())).await.unwrap()
}

async fn draw(vendor: &ScriptedVendor, model: &str, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_on(&MemoryJournal::new(), &clock).await;
    client(vendor, &clock).image(model).make(&run, request).await
}

async fn film(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_on(&MemoryJournal::new(), &clock).await;
    client(vendor, &clock).video(model).make(&run, request).await
}

fn at(address: &str) -> Media {
    Media::remote(address.parse().unwrap())
}

/// A vendor that takes every request and says that it is done; this is its result.
fn resulting(result: Answer) -> ScriptedVendor {
    Queue::default()
        .vendor()
        .respond_if(
            "status",
            |sent| sent.url.path().ends_with("/status"),
            |_| Answer::json(json!({"status": "COMPLETED"})),
        )
        .respond_if(
            "result",
            |sent| sent.url.path().ends_with("/requests/r1") && sent.method == Method::GET,
            move |_| result.clone(),
        )
}

// Stands on the documented exchanges in `../shared`; each of them is read.
#[tokio::test]
async fn documented_exchanges_are_read() {
    let edit = ImageRequest::new("Make it snow").with_reference(at("https://cdn.example.com/a.png"));
    for (name, exchange) in shared::exchanges("fal-") {
        let answer = shared::answer(&exchange);
        match name.split('-').nth(1).unwrap() {
            // The addresses that it names are asked, without the model's further path.
            "01" => {
                let done = || Answer::json(json!({"images": [{"url": "https://v3.fal.media/files/a.png"}]}));
                let vendor = resulting(done())
                    .respond_if("submit", |sent| sent.method == Method::POST, move |_| answer.clone())
                    .respond_if("result", |sent| sent.url.path().ends_with("/764cabcf"), move |_| done());
                draw(&vendor, KONTEXT, &edit).await.unwrap();
                let received = vendor.received();
                let (request, body) = (&exchange["request"], &exchange["response"]["body"]);
                assert_eq!(received[0].url.path(), request["path"].as_str().unwrap());
                assert_eq!(received[0].json(), request["body"]);
                assert_eq!(received[0].header("authorization"), Some("Key id:secret"));
                assert_eq!(received[1].url.as_str(), body["status_url"].as_str().unwrap());
                assert_eq!(received[2].url.as_str(), body["response_url"].as_str().unwrap());
                // The file lies elsewhere and is fetched without the key.
                assert!(!received[3].headers.contains_key(AUTHORIZATION));
            }
            "02" => {
                let vendor = Queue::default().vendor();
                let vendor =
                    vendor.respond_if("status", |sent| sent.url.path().ends_with("/status"), move |_| answer.clone());
                let error = draw(&vendor, KONTEXT, &edit).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Timeout);
                assert!(error.message().contains("`IN_PROGRESS`"), "{error}");
            }
            "04" => {
                let error = draw(&resulting(answer), KONTEXT, &edit).await.unwrap_err();
                let rejection = error.rejection().unwrap();
                assert_eq!(rejection.stage, Stage::Input, "{error}");
                assert_eq!(rejection.category.as_deref(), Some("content_policy_violation"));
                assert_eq!((error.field(), error.status()), (Some("prompt"), Some(422)));
            }
            "05" => {
                let made = draw(&resulting(answer), KONTEXT, &edit).await.unwrap();
                assert_eq!((made.images.len(), made.usage.as_ref().unwrap().images), (1, Some(1)));
            }
            _ => panic!("{name} is not expected"),
        }
    }
}

// Museum F7. The names are those of the models' pages.
#[tokio::test]
async fn each_model_has_its_own_names() {
    let asked = || ImageRequest::new("Dusk");
    let (a, b) = (at("https://a.example/a.png"), at("https://a.example/b.png"));
    let table = [
        (
            BANANA,
            asked().with_aspect_ratio(AspectRatio::PORTRAIT).with_count(2),
            json!({"prompt": "Dusk", "aspect_ratio": "4:5", "num_images": 2}),
        ),
        (
            "fal-ai/nano-banana-pro/edit",
            asked().with_size("2K").with_reference_as(ReferenceRole::Subject, a.clone()),
            json!({"prompt": "Dusk\n\nImage 1 shows the subject.", "resolution": "2K", "image_urls": ["https://a.example/a.png"]}),
        ),
        (
            "fal-ai/bytedance/seedream/v4/text-to-image",
            asked().with_aspect_ratio(AspectRatio::VERTICAL).with_seed(7),
            json!({"prompt": "Dusk", "image_size": {"width": 1440, "height": 2560}, "seed": 7}),
        ),
        (KONTEXT, asked().with_reference(Media::bytes(samples::png(8, 8))), Value::Null),
        (
            "somebody/new-model",
            asked().with_reference(a.clone()).with_reference(b.clone()).with_extra("steps", 20),
            json!({"prompt": "Dusk", "image_urls": ["https://a.example/a.png", "https://a.example/b.png"], "steps": 20}),
        ),
    ];
    for (model, request, expected) in table {
        let vendor = Queue::default().vendor();
        draw(&vendor, model, &request).await.unwrap();
        let sent = vendor.received()[0].json();
        match expected {
            Value::Null => assert!(sent["image_url"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR")),
            expected => assert_eq!(sent, expected, "{model}"),
        }
    }
    let asked = || VideoRequest::new("It moves");
    let table = [
        (
            VEO,
            asked().with_duration(Duration::from_secs(8)).with_resolution("1080p").with_audio(true),
            json!({"prompt": "It moves", "duration": "8s", "resolution": "1080p", "generate_audio": true}),
        ),
        (
            "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
            asked().with_duration(Duration::from_secs(5)).with_first_frame(a.clone()).with_last_frame(b.clone()),
            json!({"prompt": "It moves", "duration": "5", "image_url": "https://a.example/a.png",
                "tail_image_url": "https://a.example/b.png"}),
        ),
        (
            "fal-ai/veo3.1/first-last-frame-to-video",
            asked().with_first_frame(a).with_last_frame(b),
            json!({"prompt": "It moves", "first_frame_url": "https://a.example/a.png",
                "last_frame_url": "https://a.example/b.png"}),
        ),
        (
            "somebody/new-video",
            asked().with_duration(Duration::from_secs(5)),
            json!({"prompt": "It moves", "duration": 5}),
        ),
    ];
    for (model, request, expected) in table {
        let vendor = Queue::default().vendor();
        let video = film(&vendor, model, &request).await.unwrap();
        assert_eq!(vendor.received()[0].json(), expected, "{model}");
        assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let image = || at("https://a.example/a.png");
    let asked = || ImageRequest::new("a cat");
    for (model, request, field) in [
        (BANANA, asked().with_reference(image()), "references"),
        (BANANA, asked().with_count(5), "count"),
        (BANANA, asked().with_size("2K"), "size"),
        (BANANA, asked().with_seed(1), "seed"),
        (KONTEXT, asked(), "references"),
        (KONTEXT, asked().with_reference(image()).with_reference(image()), "references"),
        (KONTEXT, asked().with_reference(Media::bytes("GIF89a")), "references"),
    ] {
        let vendor = Queue::default().vendor();
        let error = draw(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let asked = || VideoRequest::new("a cat");
    for (model, request, field) in [
        (VEO, asked().with_first_frame(image()), "first_frame"),
        (VEO, asked().with_duration(Duration::from_secs(5)), "duration"),
        (VEO, asked().with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        ("fal-ai/veo3.1/image-to-video", asked(), "first_frame"),
        ("fal-ai/veo3.1/first-last-frame-to-video", asked().with_first_frame(image()), "last_frame"),
        (
            "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
            asked().with_first_frame(image()).with_aspect_ratio(AspectRatio::WIDE),
            "aspect_ratio",
        ),
        ("somebody/new-video", asked().with_duration(Duration::from_millis(2500)), "duration"),
    ] {
        let vendor = Queue::default().vendor();
        let error = film(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// The types are documented, the texts invented; that an account without money is locked is what
// products met. Museum F11.
#[tokio::test]
async fn errors_are_classified() {
    let text = |text: &str| json!({"detail": text});
    let typed = |kind: &str, loc: Value| json!({"detail": [{"loc": loc, "msg": "it says", "type": kind}]});
    let table = [
        (401, text("Authentication is required"), ErrorKind::Auth, Retry::Never, None),
        (403, text("User is locked. Reason: Exhausted balance."), ErrorKind::QuotaExhausted, Retry::Never, None),
        (403, text("Not for this key"), ErrorKind::Permission, Retry::Never, None),
        (404, text("Application not found"), ErrorKind::NotFound, Retry::Never, None),
        (429, text("Too many requests"), ErrorKind::RateLimited, Retry::Backoff, None),
        (422, typed("missing", json!(["body", "prompt"])), ErrorKind::InvalidRequest, Retry::Never, Some("prompt")),
        (
            422,
            typed("image_too_large", json!(["body", "image_url"])),
            ErrorKind::MediaInvalid,
            Retry::Never,
            Some("image_url"),
        ),
        (
            422,
            typed("content_policy_violation", json!(["body", "prompt"])),
            ErrorKind::Rejected,
            Retry::Never,
            Some("prompt"),
        ),
        (422, typed("content_policy_violation", json!(["body"])), ErrorKind::Rejected, Retry::Never, None),
    ];
    for (status, body, kind, retry, field) in table {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error = draw(&vendor, BANANA, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{body}");
        assert_eq!(error.field(), field, "{body}");
    }
}

// Museum F1, F2, F4: `COMPLETED` may be a failure, and a proxy's error is none.
#[tokio::test]
async fn a_completed_request_may_have_failed() {
    let request = ImageRequest::new("a cat");
    let typed = |status: u16, kind: &str| {
        let fault = json!({"detail": [{"loc": ["body"], "msg": "it says", "type": kind}]});
        Answer::json(fault).with_status(StatusCode::from_u16(status).unwrap())
    };
    for (result, kind, code) in [
        (typed(422, "no_media_generated"), ErrorKind::JobFailed, Some("no_media_generated")),
        (typed(422, "image_too_large"), ErrorKind::JobFailed, Some("image_too_large")),
        (typed(500, "internal_server_error"), ErrorKind::JobFailed, Some("internal_server_error")),
        (typed(422, "content_policy_violation"), ErrorKind::Rejected, Some("content_policy_violation")),
        (Answer::json(json!({"images": []})), ErrorKind::JobFailed, None),
        (Answer::json(json!({"seed": 1})), ErrorKind::Protocol, None),
        (
            Answer::json(json!({"images": [{"url": "https://v3.fal.media/a.png"}], "has_nsfw_concepts": [true]})),
            ErrorKind::Rejected,
            None,
        ),
    ] {
        let vendor = resulting(result);
        let error = draw(&vendor, BANANA, &request).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), submissions(&vendor)), (kind, code, 1), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("fal"), "{error}");
    }
    let good = json!({"images": [{"url": "https://v3.fal.media/a.png"}]});
    for early in [
        Answer::text("upstream timed out").with_status(StatusCode::GATEWAY_TIMEOUT),
        Answer::json(json!({"detail": "Request is still in progress"})).with_status(StatusCode::BAD_REQUEST),
    ] {
        let (good, mut early) = (good.clone(), Some(early));
        let vendor = resulting(Answer::status(StatusCode::OK)).respond_if(
            "result",
            |sent| sent.url.path().ends_with("/requests/r1") && sent.method == Method::GET,
            move |_| early.take().unwrap_or_else(|| Answer::json(good.clone())),
        );
        assert_eq!(draw(&vendor, BANANA, &request).await.unwrap().images.len(), 1);
        assert_eq!(submissions(&vendor), 1);
    }
}

// The addresses are fal's; a proxy under our own address has others, which the key is not sent to.
#[tokio::test]
async fn the_key_goes_to_the_base_url_only() {
    let vendor = Queue::default().vendor();
    let clock = Arc::new(FixedClock::default());
    let endpoint = Fal::endpoint().base_url("https://proxy.example/fal").auth(Fal::auth("id:secret".into()));
    let fal = Fal::new(endpoint.transport(vendor.transport()).clock(clock.clone())).unwrap();
    let run = run_on(&MemoryJournal::new(), &clock).await;
    fal.image(KONTEXT).make(&run, &ImageRequest::new("a").with_reference(at("https://a.example/a.png"))).await.unwrap();
    for sent in vendor.received() {
        let ours = sent.url.host_str() == Some("proxy.example");
        assert_eq!(sent.headers.contains_key(AUTHORIZATION), ours, "{}", sent.url);
    }
    assert_eq!(vendor.received()[1].url.path(), "/fal/fal-ai/flux-pro/requests/r1/status");
}

// Stands on docs.fal.ai, cancel.
#[tokio::test]
async fn a_request_that_waits_is_cancelled_and_one_that_has_ended_is_collected() {
    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    for (asked_before, ended) in [(0, true), (3, false)] {
        let queue = Queue::default();
        let vendor = queue.vendor();
        let journal = if ended { journal.clone() } else { MemoryJournal::new() };
        let model = client(&vendor, &clock).image(BANANA);
        let run = run_on(&journal, &clock).await;
        // The wait is given up before the first question.
        let lost = vendor.clone().respond_if(
            "status",
            |sent| sent.url.path().ends_with("/status"),
            |_| Answer::json(json!({"detail": "no"})).with_status(StatusCode::UNAUTHORIZED),
        );
        client(&lost, &clock).image(BANANA).make(&run, &ImageRequest::new("a cat")).await.unwrap_err();
        queue.requests.lock().unwrap().get_mut("r1").unwrap().0 = asked_before;
        assert_eq!(run.jobs().len(), 1);
        model.cancel(&run).await.unwrap();
        assert_eq!(run.jobs().is_empty(), ended);
        let put = vendor.received().pop().unwrap();
        assert_eq!((put.method, put.url.path()), (Method::PUT, "/fal-ai/nano-banana/requests/r1/cancel"));
        assert!(put.headers.contains_key(HeaderName::from_static("authorization")));
    }
}

// Invented vendor; the paid requests are counted there. Museum F12.
#[tokio::test]
async fn it_keeps_the_contract() {
    fn connected(scene: &Scene) -> social_core::Result<Fal> {
        let endpoint = Fal::endpoint().auth(Fal::auth(conformance::SECRET.into()));
        Fal::new(endpoint.transport(scene.transport.clone()).clock(scene.clock.clone()).random(scene.random.clone()))
    }
    let failing = || Queue { fails: Some("no_media_generated"), ..Queue::default() }.vendor();
    for (model, request) in [
        (BANANA, ImageRequest::new("a cat")),
        ("fal-ai/bytedance/seedream/v4/edit", ImageRequest::new("a cat").with_reference(at("https://a.example/a.png"))),
        ("somebody/new-model", ImageRequest::new("a cat")),
    ] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.image(model)) as Arc<ImageModel>);
        let subject = Subject::new(|| Queue::default().vendor(), connect).counting(submissions).failing(failing);
        conformance::maker(&subject, &request).await.unwrap();
    }
    for (model, request) in [
        (VEO, VideoRequest::new("a cat")),
        (
            "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
            VideoRequest::new("a cat").with_first_frame(at("https://a.example/a.png")),
        ),
        ("somebody/new-video", VideoRequest::new("a cat")),
    ] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.video(model)) as Arc<VideoModel>);
        let subject = Subject::new(|| Queue::default().vendor(), connect).counting(submissions).failing(failing);
        conformance::maker(&subject, &request).await.unwrap();
    }
}
