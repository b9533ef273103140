//! Stands on the request that OpenRouter's SDK sent, on an exchange put together from its
//! specification, and on the specification's examples.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::money::MicroDollars;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::{OpenRouter, OpenRouterVideo};
use crate::samples::video;
use crate::shared::{self, frame};

const MODEL: &str = "google/veo-3.1";

/// OpenRouter with one job, whose states come one after the other, the last for ever.
#[derive(Clone)]
struct Router {
    states: Vec<Value>,
    asked: Arc<Mutex<usize>>,
}

fn job(status: &str, fields: Value) -> Value {
    let mut job = json!({"id": "job-1", "polling_url": "/api/v1/videos/job-1", "status": status});
    job.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    job
}

impl Router {
    fn with(states: impl IntoIterator<Item = Value>) -> Self {
        Self { states: states.into_iter().collect(), asked: Arc::default() }
    }

    fn making() -> Self {
        let made = json!({"unsigned_urls": ["https://storage.example.com/video.mp4"], "usage": {"cost": 0.5}});
        Self::with([job("in_progress", json!({})), job("completed", made)])
    }

    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        if request.method == Method::POST {
            return Answer::json(job("pending", json!({}))).with_status(StatusCode::ACCEPTED);
        }
        if path.ends_with("/content") || path.ends_with(".mp4") {
            return Answer::bytes("video/mp4", video());
        }
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        Answer::json(self.states[(*asked - 1).min(self.states.len() - 1)].clone())
    }

    fn vendor(&self) -> ScriptedVendor {
        let router = self.clone();
        ScriptedVendor::new().respond_if("OpenRouter", |_| true, move |request| router.answer(request))
    }
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}

fn router(transport: Arc<dyn Transport>, clock: Arc<FixedClock>) -> OpenRouterVideo {
    let endpoint = OpenRouter::endpoint().auth(Auth::Bearer("test-key".into()));
    OpenRouter::new(endpoint.transport(transport).clock(clock).retry(RetryPolicy::none())).unwrap().video(MODEL)
}

async fn make(vendor: &ScriptedVendor, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let options = OpenOptions::new().with_clock(clock.clone());
    let run = Run::open_with(&MemoryJournal::new(), "run", options).await.unwrap();
    router(vendor.transport(), clock).make(&run, request).await
}

// Stands on the request that openrouter 1.3.84 sent, and on the specification for frames.
// Museum F7.
#[tokio::test]
async fn the_request_is_that_of_the_vendors_sdk() {
    let Some(golden) = shared::json("golden/openrouter/video_generate.json") else { return };
    let golden = &golden["requests"][0];
    let request = VideoRequest::new("Steam")
        .with_aspect_ratio(AspectRatio::VERTICAL)
        .with_duration(Duration::from_secs(8))
        .with_resolution("720p")
        .with_audio(true);
    let vendor = Router::making().vendor();
    make(&vendor, &request).await.unwrap();
    let sent = &vendor.received()[0];
    let url = format!("https://{}{}", golden["host"].as_str().unwrap(), golden["path"].as_str().unwrap());
    assert_eq!((sent.url.as_str(), sent.json()), (url.as_str(), golden["body"]["json"].clone()));
    assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());

    let vendor = Router::making().vendor();
    let last = Media::remote("https://a.example/b.png".parse().unwrap());
    make(&vendor, &VideoRequest::new("It moves").with_first_frame(frame(4, 3)).with_last_frame(last)).await.unwrap();
    let frames = vendor.received()[0].json()["frame_images"].clone();
    assert_eq!((&frames[0]["type"], &frames[0]["frame_type"]), (&json!("image_url"), &json!("first_frame")));
    assert!(frames[0]["image_url"]["url"].as_str().unwrap().starts_with("data:image/png;base64,"), "{frames}");
    let last =
        json!({"type": "image_url", "image_url": {"url": "https://a.example/b.png"}, "frame_type": "last_frame"});
    assert_eq!(frames[1], last);
}

// `openrouter-07`: the video lies at OpenRouter's own host and is fetched with the key.
#[tokio::test]
async fn a_finished_job_is_read() {
    let Some(cassette) = shared::cassette("openrouter-07") else { return };
    let vendor = Router::with([cassette["response"]["body"].clone()]).vendor();
    let made = make(&vendor, &VideoRequest::new("a cat")).await.unwrap();
    assert_eq!(made.usage.clone().unwrap().reported_cost, Some(MicroDollars(800_000)));
    let received = vendor.received();
    let [_, asked, fetched] = &*received else { panic!("{received:?}") };
    assert_eq!(asked.url.path(), cassette["request"]["path"].as_str().unwrap());
    let expected = cassette.pointer("/response/body/unsigned_urls/0").unwrap().as_str().unwrap();
    assert_eq!((fetched.url.as_str(), fetched.header("authorization")), (expected, Some("Bearer test-key")));
}

#[tokio::test]
async fn the_key_goes_to_openrouter_only() {
    let vendor = Router::making().vendor();
    make(&vendor, &VideoRequest::new("a cat")).await.unwrap();
    let fetched = vendor.received().pop().unwrap();
    assert!(fetched.url.host_str() == Some("storage.example.com") && fetched.headers.get(AUTHORIZATION).is_none());
    // Without an address there is a route for the bytes.
    let vendor = Router::with([job("completed", json!({"unsigned_urls": null}))]).vendor();
    make(&vendor, &VideoRequest::new("a cat")).await.unwrap();
    let fetched = vendor.received().pop().unwrap();
    assert_eq!(fetched.url.as_str(), "https://openrouter.ai/api/v1/videos/job-1/content?index=0");
    assert!(fetched.headers.contains_key(AUTHORIZATION));
    // A job is asked after under the base URL, whatever the answer names.
    for polling_url in ["https://evil.example/api/v1/videos/job-1", "/other/job-1"] {
        let begun = json!({"id": "job-1", "status": "pending", "polling_url": polling_url});
        let vendor = Router::making().vendor().on(Method::POST, "/api/v1/videos", Answer::json(begun));
        make(&vendor, &VideoRequest::new("a cat")).await.unwrap();
        assert_eq!(vendor.received()[1].url.as_str(), "https://openrouter.ai/api/v1/videos/job-1");
    }
}

// Words of the specification; the reasons are invented, as they are free text.
// Museum F1, F2, F3.
#[tokio::test]
async fn ends_and_refusals_are_read() {
    let table = [
        (job("failed", json!({"error": "The prompt violates our content policy"})), ErrorKind::Rejected, "policy"),
        (job("failed", json!({"error": "upstream timed out"})), ErrorKind::JobFailed, "timed out"),
        (job("failed", json!({})), ErrorKind::JobFailed, "no reason"),
        (job("cancelled", json!({})), ErrorKind::JobFailed, "cancelled"),
        (job("expired", json!({})), ErrorKind::JobFailed, "expired"),
        (job("some_new_word", json!({})), ErrorKind::Timeout, "some_new_word"),
    ];
    for (state, kind, message) in table {
        let vendor = Router::with([state.clone()]).vendor();
        let error = make(&vendor, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), submissions(&vendor)), (kind, 1), "{error}");
        assert!(error.message().contains(message), "{error}");
    }
    let mut table = vec![
        (400, json!({"error": {"code": 400, "message": "Invalid request parameters"}}), ErrorKind::InvalidRequest),
        (401, json!({"error": {"code": 401, "message": "Missing Authentication header"}}), ErrorKind::Auth),
        (402, json!({"error": {"code": 402, "message": "Insufficient credits."}}), ErrorKind::QuotaExhausted),
        (404, json!({"error": {"code": 404, "message": "Resource not found"}}), ErrorKind::NotFound),
        (429, json!({"error": {"code": 429, "message": "Rate limit exceeded"}}), ErrorKind::RateLimited),
    ];
    let moderated = shared::cassette("openrouter-08");
    table.extend(moderated.map(|cassette| (403, cassette["response"]["body"].clone(), ErrorKind::Rejected)));
    for (status, body, kind) in table {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("OpenRouter", |_| true, move |_| answer.clone());
        let error = make(&vendor, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{error}");
        if let Some(rejection) = error.rejection() {
            assert_eq!(rejection.category.as_deref(), Some("violence"));
        }
    }
}

// Stands on the specification's example of the list. Museum F13.
#[tokio::test]
async fn what_a_model_takes_is_asked() {
    let listed = json!({"data": [{"id": MODEL, "canonical_slug": MODEL, "generate_audio": true, "seed": null,
        "supported_aspect_ratios": ["16:9"], "supported_durations": [5, 8],
        "supported_frame_images": ["first_frame"], "supported_resolutions": ["720p"], "supported_sizes": null}]});
    let vendor = Router::making().vendor().on(Method::GET, "/api/v1/videos/models", Answer::json(listed));
    let plain = router(vendor.transport(), Arc::new(FixedClock::default()));
    let model = plain.clone().look_up().await.unwrap();
    let asked = || VideoRequest::new("a cat");
    for (request, field) in [
        (asked().with_aspect_ratio(AspectRatio::VERTICAL), "aspect_ratio"),
        (asked().with_duration(Duration::from_secs(6)), "duration"),
        (asked().with_resolution("1080p"), "resolution"),
        (asked().with_last_frame(frame(4, 3)), "last_frame"),
        (asked().with_negative_prompt("dogs"), "negative_prompt"),
    ] {
        let error = model.make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert_eq!(vendor.received().len(), 1);
    // Without it, the interface's own words are all that is known.
    for (request, field) in [
        (asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (asked().with_resolution("8k"), "resolution"),
        (asked().with_duration(Duration::from_millis(1500)), "duration"),
        (asked().with_first_frame(Media::bytes("GIF89a")), "first_frame"),
    ] {
        let error = plain.make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
    }
    let error = plain.cancel(&Run::ephemeral()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.received().len()), (ErrorKind::Unsupported, 1));
}

#[tokio::test]
async fn videos_keep_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = OpenRouter::endpoint()
            .auth(Auth::Bearer(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(OpenRouter::new(endpoint)?.video(MODEL)) as Arc<VideoModel>)
    };
    let failing = || Router::with([job("failed", json!({"error": "GPU on fire"}))]).vendor();
    let subject = Subject::new(|| Router::making().vendor(), connect).counting(submissions).failing(failing);
    conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
}
