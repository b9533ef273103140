//! Stands on exchanges put together from WaveSpeed's documentation and on requests of its client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{Auth, RetryPolicy};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::{Media, RemoteMedia};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::Wavespeed;
use crate::{samples, shared};

const SEEDREAM: &str = "bytedance/seedream-v4";
const KONTEXT: &str = "wavespeed-ai/flux-kontext-max";
const SEEDANCE: &str = "bytedance/seedance-v1-pro-i2v-720p";

/// WaveSpeed with its memory: how often each task was asked after.
#[derive(Clone, Default)]
struct Studio {
    tasks: Arc<Mutex<BTreeMap<String, (u32, usize)>>>,
    /// Each task ends with this reason.
    fails: Option<&'static str>,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        let enveloped = |data: Value| Answer::json(json!({"code": 200, "message": "success", "data": data}));
        let path = request.url.path();
        match (request.url.host_str(), &request.method) {
            (Some("cdn.example"), _) if path.ends_with(".mp4") => return Answer::bytes("video/mp4", samples::video()),
            (Some("cdn.example"), &Method::PUT) => return Answer::status(StatusCode::OK),
            (Some("cdn.example"), _) => return Answer::bytes("image/png", samples::png(8, 8)),
            _ => {}
        }
        if path.ends_with("/media/uploads") {
            let size = request.json()["size"].clone();
            return enveloped(json!({
                "upload": {"method": "PUT", "url": format!("https://cdn.example/put/{size}"), "headers": {"x-ticket": "t"}},
                "download_url": format!("https://cdn.example/uploads/{size}.png"),
            }));
        }
        let mut tasks = self.tasks.lock().unwrap();
        if request.method == Method::POST {
            let id = format!("pred-{}", tasks.len() + 1);
            let count = request.json()["max_images"].as_u64().or(request.json()["num_images"].as_u64()).unwrap_or(1);
            tasks.insert(id.clone(), (0, usize::try_from(count).unwrap()));
            return enveloped(json!({"id": id, "status": "created", "outputs": []}));
        }
        let id = path.split('/').rev().nth(1).unwrap().to_owned();
        let Some((times, count)) = tasks.get_mut(&id) else {
            return Answer::json(json!({"code": 404, "message": "no such task"})).with_status(StatusCode::NOT_FOUND);
        };
        *times += 1;
        let ending = if request.header("x-video").is_some() { "mp4" } else { "png" };
        let outputs: Vec<_> = (0..*count).map(|n| format!("https://cdn.example/{id}-{n}.{ending}")).collect();
        enveloped(match (*times, self.fails) {
            (1 | 2, _) => json!({"id": id, "status": "processing", "outputs": []}),
            (_, Some(reason)) => json!({"id": id, "status": "failed", "outputs": [], "error": reason}),
            _ => json!({"id": id, "status": "completed", "outputs": outputs, "has_nsfw_contents": [false]}),
        })
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("WaveSpeed", |_| true, move |request| studio.answer(request))
    }

    /// A studio that makes videos.
    fn films(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if(
            "WaveSpeed",
            |_| true,
            move |request| {
                let mut request = request.clone();
                request.headers.insert("x-video", http::HeaderValue::from_static("1"));
                studio.answer(&request)
            },
        )
    }
}

/// The paid requests.
fn submissions(vendor: &ScriptedVendor) -> usize {
    let received = vendor.received();
    let paid = |sent: &&Received| sent.method == Method::POST && !sent.url.path().ends_with("/media/uploads");
    received.iter().filter(paid).count()
}

fn client(vendor: &ScriptedVendor, clock: &Arc<FixedClock>) -> Wavespeed {
    let endpoint = Wavespeed::endpoint().auth(Auth::Bearer("test-key".into())).retry(RetryPolicy::none());
    Wavespeed::new(endpoint.transport(vendor.transport()).clock(clock.clone())).unwrap()
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

/// A vendor that takes every task and answers every question like this.
fn answering(question: Answer) -> ScriptedVendor {
    let task = json!({"code": 200, "data": {"id": "pred-1", "status": "created", "outputs": []}});
    ScriptedVendor::new()
        .respond_if("submit", |sent| sent.method == Method::POST, move |_| Answer::json(task.clone()))
        .respond_if("check", |sent| sent.url.path().ends_with("/result"), move |_| question.clone())
        .respond_if(
            "files",
            |sent| sent.url.host_str() == Some("cdn.example"),
            |_| Answer::bytes("image/png", samples::png(8, 8)),
        )
}

// Stands on requests that wavespeed 2.0.5 sent. Its headers about itself are left out, and
// `enable_sync_mode` is: the task's id has to be in the run before the wait begins.
#[tokio::test]
async fn requests_are_those_of_the_vendors_client() {
    let image = at("https://cdn.example.test/a.jpg");
    let table = [
        (
            "golden/wavespeed/flux_kontext_max_run.json",
            KONTEXT,
            // The client's 4:5 is none of the shapes that the vendor's page lists.
            ImageRequest::new("Add a logo").with_reference(image.clone()).with_extra("guidance_scale", 3.5),
            vec!["aspect_ratio"],
        ),
        (
            "golden/wavespeed/seedream_v4_edit_sync.json",
            "bytedance/seedream-v4/edit",
            ImageRequest::new("Dusk").with_reference(image).with_aspect_ratio(AspectRatio::SQUARE),
            vec!["enable_sync_mode"],
        ),
    ];
    for (file, model, request, without) in table {
        let Some(golden) = shared::json(file) else { return };
        let vendor = Studio::default().vendor();
        draw(&vendor, model, &request).await.unwrap();
        for (sent, golden) in vendor.received().iter().zip(golden["requests"].as_array().unwrap()) {
            let path = golden["path"].as_str().unwrap().replace("/w1/", "/pred-1/");
            assert_eq!(sent.method.as_str(), golden["method"].as_str().unwrap());
            assert_eq!(sent.url.as_str(), format!("https://{}{path}", golden["host"].as_str().unwrap()));
            assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
            let mut expected = golden["body"]["json"].clone();
            for field in &without {
                expected.as_object_mut().map(|fields| fields.remove(*field));
            }
            assert_eq!(sent.json(), expected, "{file}");
        }
    }
}

// Stands on the documented exchanges in `../shared`; each of them is read.
#[tokio::test]
async fn documented_exchanges_are_read() {
    for (name, exchange) in shared::exchanges("wavespeed-") {
        let answer = shared::answer(&exchange);
        if exchange["request"]["method"] == "POST" {
            let finished = json!({"code": 200, "data": {"status": "completed",
                "outputs": ["https://cdn.example/1.png"], "has_nsfw_contents": [false]}});
            let vendor = answering(Answer::json(finished));
            let vendor = vendor.respond_if("submit", |sent| sent.method == Method::POST, move |_| answer.clone());
            let model = exchange["request"]["path"].as_str().unwrap().trim_start_matches("/api/v3/");
            let request = ImageRequest::new("A red bicycle").with_aspect_ratio(AspectRatio::SQUARE);
            let result = draw(&vendor, model, &request).await;
            match name.split('-').nth(1).unwrap() {
                "08" => {
                    let error = result.unwrap_err();
                    assert_eq!((error.kind(), error.effect()), (ErrorKind::Auth, Effect::None), "{error}");
                    assert_eq!((error.code(), error.message()), (Some("401"), "Invalid access key"));
                }
                // Also of a synchronous call that took too long: the task is asked after.
                "01" | "07" => {
                    result.unwrap();
                    let id = exchange["response"]["body"]["data"]["id"].as_str().unwrap();
                    assert_eq!(vendor.received()[1].url.path(), format!("/api/v3/predictions/{id}/result"));
                    assert_eq!(submissions(&vendor), 1);
                    if name.contains("-01-") {
                        let sent = vendor.received()[0].json();
                        // Both switches are off unless they are asked for.
                        let asked = exchange["request"]["body"].as_object().unwrap();
                        let asked = asked.iter().filter(|(name, _)| !name.starts_with("enable_"));
                        assert_eq!(&sent, &asked.map(|(k, v)| (k.clone(), v.clone())).collect::<Value>());
                    }
                }
                _ => panic!("{name} is not expected"),
            }
            continue;
        }
        let result = draw(&answering(answer), SEEDREAM, &ImageRequest::new("a")).await;
        match name.split('-').nth(1).unwrap() {
            "02" => assert!(result.unwrap_err().message().contains("`processing`"), "{name}"),
            "04" => {
                let image = &result.unwrap().images[0];
                assert_eq!((image.info.width, image.info.height), (Some(2), Some(2)));
            }
            "05" => {
                let error = result.unwrap_err();
                assert_eq!(error.rejection().unwrap().stage, Stage::Output, "{error}");
            }
            _ => panic!("{name} is not expected"),
        }
    }
}

// Museum F7. The names are those of wavespeed.ai's pages.
#[tokio::test]
async fn each_model_has_its_own_names() {
    let asked = || ImageRequest::new("Dusk");
    let (a, b) = (at("https://a.example/a.png"), at("https://a.example/b.png"));
    let table = [
        (SEEDREAM, asked().with_aspect_ratio(AspectRatio::VERTICAL), json!({"prompt": "Dusk", "size": "1440*2560"})),
        (SEEDREAM, asked().with_size("4K"), json!({"prompt": "Dusk", "size": "4096*4096"})),
        ("bytedance/seedream-v4/sequential", asked().with_count(3), json!({"prompt": "Dusk", "max_images": 3})),
        (
            "bytedance/seedream-v4.5/edit",
            asked()
                .with_reference_as(ReferenceRole::Source, a.clone())
                .with_reference_as(ReferenceRole::Style, b.clone()),
            json!({"prompt": "Dusk\n\nImage 1 is the one to edit. Image 2 shows the style to follow.",
                "images": ["https://a.example/a.png", "https://a.example/b.png"]}),
        ),
        (
            KONTEXT,
            asked().with_reference(a.clone()).with_aspect_ratio(AspectRatio::WIDE),
            json!({"prompt": "Dusk", "aspect_ratio": "16:9", "image": "https://a.example/a.png"}),
        ),
        (
            "somebody/new-model",
            asked().with_reference(a.clone()).with_size("1024*1024").with_seed(7).with_extra("steps", 20),
            json!({"prompt": "Dusk", "size": "1024*1024", "seed": 7, "image": "https://a.example/a.png", "steps": 20}),
        ),
    ];
    for (model, request, expected) in table {
        let vendor = Studio::default().vendor();
        draw(&vendor, model, &request).await.unwrap();
        assert_eq!(vendor.received()[0].json(), expected, "{model}");
    }
    let asked = || VideoRequest::new("It moves").with_duration(Duration::from_secs(5));
    let table = [
        (
            SEEDANCE,
            asked().with_first_frame(a.clone()).with_last_frame(b),
            json!({"prompt": "It moves", "duration": 5, "image": "https://a.example/a.png", "last_image": "https://a.example/b.png"}),
        ),
        (
            "somebody/new-video",
            asked().with_resolution("720p").with_audio(false).with_aspect_ratio(AspectRatio::WIDE),
            json!({"prompt": "It moves", "duration": 5, "resolution": "720p", "generate_audio": false, "aspect_ratio": "16:9"}),
        ),
    ];
    for (model, request, expected) in table {
        let vendor = Studio::default().films();
        let video = film(&vendor, model, &request).await.unwrap();
        assert_eq!(vendor.received()[0].json(), expected, "{model}");
        assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
    }
}

// Stands on wavespeed 2.0.5: a ticket, a PUT to the store without our key, then the address.
#[tokio::test]
async fn images_of_this_machine_are_uploaded_once() {
    let vendor = Studio::default().vendor();
    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    let png = samples::png(400, 300);
    let request = ImageRequest::new("Dusk").with_reference(Media::bytes(png.clone()));
    for _process in 0..2 {
        let run = run_on(&journal, &clock).await;
        client(&vendor, &clock).image(KONTEXT).make(&run, &request).await.unwrap();
    }
    let received = vendor.received();
    let size = png.len();
    assert_eq!(received[0].url.path(), "/api/v3/media/uploads");
    assert_eq!(received[0].json(), json!({"filename": "image.png", "size": size, "content_type": "image/png"}));
    assert_eq!((&received[1].method, &received[1].body[..]), (&Method::PUT, &png[..]));
    assert!(!received[1].headers.contains_key(AUTHORIZATION));
    assert_eq!((received[1].header("x-ticket"), received[1].header("content-type")), (Some("t"), Some("image/png")));
    assert_eq!(received[2].json()["image"], format!("https://cdn.example/uploads/{size}.png"));
    assert_eq!((submissions(&vendor), received.len()), (1, 2 + 1 + 3 + 1));
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let dead = RemoteMedia {
        url: "https://a.example/b.png".parse().unwrap(),
        expires_at: Some("2026-11-20T12:05:00Z".parse().unwrap()),
    };
    let table = [
        (SEEDREAM, asked().with_reference(at("https://a.example/a.png")), "references"),
        (SEEDREAM, asked().with_aspect_ratio(AspectRatio::new(7, 1)), "aspect_ratio"),
        (SEEDREAM, asked().with_size("8K"), "size"),
        (SEEDREAM, asked().with_count(2), "count"),
        (SEEDREAM, asked().with_seed(1), "seed"),
        (KONTEXT, asked(), "references"),
        (
            KONTEXT,
            asked().with_aspect_ratio(AspectRatio::PORTRAIT).with_reference(at("https://a.example/a.png")),
            "aspect_ratio",
        ),
        (KONTEXT, asked().with_reference(Media::Remote(dead)), "references"),
        (KONTEXT, asked().with_reference(Media::bytes("GIF89a")), "references"),
        (
            "somebody/new-model",
            asked().with_reference_as(ReferenceRole::Mask, at("https://a.example/a.png")),
            "references.role",
        ),
    ];
    for (model, request, field) in table {
        let vendor = Studio::default().vendor();
        let error = draw(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let vendor = Studio::default().films();
    let error = film(&vendor, SEEDANCE, &VideoRequest::new("It moves")).await.unwrap_err();
    assert_eq!((error.field(), error.effect()), (Some("first_frame"), Effect::None), "{error}");
    assert!(vendor.received().is_empty());
}

// Invented bodies in the documented shape. Museum F11.
#[tokio::test]
async fn errors_are_classified() {
    let table = [
        (400, 400, ErrorKind::InvalidRequest, Retry::Never),
        (401, 401, ErrorKind::Auth, Retry::Never),
        (402, 402, ErrorKind::QuotaExhausted, Retry::Never),
        (403, 403, ErrorKind::Permission, Retry::Never),
        (404, 404, ErrorKind::NotFound, Retry::Never),
        (429, 429, ErrorKind::RateLimited, Retry::Backoff),
        // Under status 200 the code takes the status's place.
        (200, 401, ErrorKind::Auth, Retry::Never),
        (200, 429, ErrorKind::RateLimited, Retry::Backoff),
    ];
    for (status, code, kind, retry) in table {
        let answer = Answer::json(json!({"code": code, "message": "it says"}));
        let answer = answer.with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error = draw(&vendor, SEEDREAM, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{status} {code}");
        assert_eq!((error.code(), error.message()), (Some(code.to_string().as_str()), "it says"));
    }
    // A 5xx proves nothing: the task may have been made.
    let down = Answer::json(json!({"code": 500, "message": "down"})).with_status(StatusCode::INTERNAL_SERVER_ERROR);
    let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| down.clone());
    let error = draw(&vendor, SEEDREAM, &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!((error.kind(), submissions(&vendor)), (ErrorKind::OutcomeUnknown, 1));
}

// Museum F1, F2, F3. The words are the vendor's; the rest is invented.
#[tokio::test]
async fn every_word_ends_in_a_verdict() {
    let (url, other) = ("https://cdn.example/1.png", "https://cdn.example/2.png");
    let table = [
        (json!({"status": "failed", "error": "CUDA out of memory"}), ErrorKind::JobFailed, "CUDA"),
        (json!({"status": "timeout", "error": ""}), ErrorKind::JobFailed, "no reason"),
        (json!({"status": "cancelled"}), ErrorKind::JobFailed, "cancelled"),
        (json!({"status": "completed", "outputs": []}), ErrorKind::JobFailed, "names no file"),
        (json!({"status": "completed", "outputs": [url], "has_nsfw_contents": [true]}), ErrorKind::Rejected, "flagged"),
        (json!({"status": "some new word"}), ErrorKind::Timeout, "some new word"),
    ];
    for (task, kind, message) in table {
        let vendor = answering(Answer::json(json!({"code": 200, "data": task})));
        let error = draw(&vendor, SEEDREAM, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("wavespeed"), "{error}");
        assert_eq!(submissions(&vendor), 1);
    }
    let some = json!({"status": "completed", "outputs": [other, url], "has_nsfw_contents": [true, false]});
    let vendor = answering(Answer::json(json!({"code": 200, "data": some})));
    let request = ImageRequest::new("a cat").with_count(2);
    let made = draw(&vendor, "bytedance/seedream-v4/sequential", &request).await.unwrap();
    assert_eq!((made.images.len(), made.refused, made.warnings.len()), (1, 1, 1));
}

// Invented vendor; the paid requests are counted there. Museum F12.
#[tokio::test]
async fn it_keeps_the_contract() {
    fn connected(scene: &Scene) -> social_core::Result<Wavespeed> {
        let endpoint = Wavespeed::endpoint().auth(Auth::Bearer(conformance::SECRET.into()));
        Wavespeed::new(
            endpoint.transport(scene.transport.clone()).clock(scene.clock.clone()).random(scene.random.clone()),
        )
    }
    let failing = || Studio { fails: Some("GPU on fire"), ..Studio::default() };
    for (model, request) in [
        (SEEDREAM, ImageRequest::new("a cat")),
        (
            "bytedance/seedream-v4/edit-sequential",
            ImageRequest::new("a cat").with_reference(at("https://a.example/a.png")),
        ),
        ("somebody/new-model", ImageRequest::new("a cat")),
    ] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.image(model)) as Arc<ImageModel>);
        let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions);
        let subject = subject.failing(move || failing().vendor());
        conformance::maker(&subject, &request).await.unwrap();
    }
    for (model, request) in [
        (SEEDANCE, VideoRequest::new("a cat").with_first_frame(at("https://a.example/a.png"))),
        ("somebody/new-video", VideoRequest::new("a cat")),
    ] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.video(model)) as Arc<VideoModel>);
        let subject = Subject::new(|| Studio::default().films(), connect).counting(submissions);
        let subject = subject.failing(move || failing().films());
        conformance::maker(&subject, &request).await.unwrap();
    }
}
