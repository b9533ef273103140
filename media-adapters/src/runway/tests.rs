//! Stands on requests that runwayml 5.24.0 sent and on exchanges put together from its types and
//! Runway's documentation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageModel, ImageRequest, ReferenceRole};
use social_core::job::JobPhase;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::{Media, MediaType};
use social_core::run::{MemoryJournal, OpenOptions, Run, StepEvent};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::Runway;
use crate::samples::video;
use crate::shared::{self, frame};

const ID: &str = "17f20503-6c24-4c16-946b-35dbbce2af2f";

/// Runway with one task, whose states come one after the other, the last for ever.
#[derive(Clone)]
struct Studio {
    states: Vec<Value>,
    asked: Arc<Mutex<usize>>,
}

fn task(status: &str, fields: Value) -> Value {
    let mut task = json!({"id": ID, "status": status, "createdAt": "2026-06-27T19:49:32.334Z"});
    task.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    task
}

impl Studio {
    fn with(states: impl IntoIterator<Item = Value>) -> Self {
        Self { states: states.into_iter().collect(), asked: Arc::default() }
    }

    fn making(file: &str) -> Self {
        let made = json!({"output": [format!("https://cdn.example/{file}?token=1")], "cost": {"credits": 25}});
        Self::with([task("THROTTLED", json!({})), task("RUNNING", json!({"progress": 0.5})), task("SUCCEEDED", made)])
    }

    fn failing() -> Self {
        Self::with([task("FAILED", json!({"failure": "GPU on fire", "failureCode": "INTERNAL"}))])
    }

    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        match (request.url.host_str(), &request.method) {
            (Some("cdn.example"), _) if path.ends_with(".png") => {
                let Media::Bytes(png) = frame(720, 720) else { panic!("in memory") };
                Answer::bytes("image/png", png)
            }
            (Some("cdn.example"), _) => Answer::bytes("video/mp4", video()),
            (Some("upload.example.test"), _) => Answer::status(StatusCode::NO_CONTENT),
            (_, &Method::DELETE) => Answer::status(StatusCode::NO_CONTENT),
            (_, &Method::GET) => {
                let mut asked = self.asked.lock().unwrap();
                *asked += 1;
                Answer::json(self.states[(*asked - 1).min(self.states.len() - 1)].clone())
            }
            _ if path == "/v1/uploads" => Answer::json(json!({"uploadUrl": "https://upload.example.test/u",
                "fields": {"key": "k"}, "runwayUri": "runway://upload-1"})),
            _ => Answer::json(json!({"id": ID, "estimatedCost": {"credits": 25}})),
        }
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Runway", |_| true, move |request| studio.answer(request))
    }
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    let paid = |request: &&Received| request.url.path().contains("_to_");
    vendor.received().iter().filter(paid).count()
}

fn runway(transport: Arc<dyn Transport>, clock: Arc<FixedClock>) -> Runway {
    let endpoint = Runway::endpoint().auth(Runway::auth("test-key".into()));
    Runway::new(endpoint.transport(transport).clock(clock).retry(RetryPolicy::none())).unwrap()
}

async fn run_with(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "run", OpenOptions::new().with_clock(clock.clone())).await.unwrap()
}

async fn make(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), &clock).await;
    runway(vendor.transport(), clock).video(model).make(&run, request).await
}

fn at(address: &str) -> Media {
    Media::remote(address.parse().unwrap())
}

// Stands on requests that runwayml 5.24.0 sent.
// Museum F7.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let upright = |prompt| VideoRequest::new(prompt).with_aspect_ratio(AspectRatio::VERTICAL);
    let seconds = Duration::from_secs;
    let still = upright("Zoom in").with_first_frame(at("https://cdn.example.test/a.jpg")).with_seed(7);
    let table = [
        ("image_to_video_and_poll", "gen4_turbo", still.with_duration(seconds(5))),
        ("text_to_video", "veo3.1", upright("Steam over a cup").with_duration(seconds(8))),
    ];
    for (file, model, request) in table {
        let vendor = Studio::making("video.mp4").vendor();
        make(&vendor, model, &request).await.unwrap();
        same_as_golden(file, &vendor);
    }
    // A tag names a reference image in the prompt; we send none.
    let Some(golden) = shared::json("golden/runway/text_to_image.json") else { return };
    let (vendor, clock) = (Studio::making("image.png").vendor(), Arc::new(FixedClock::default()));
    let uri = golden.pointer("/requests/0/body/json/referenceImages/0/uri").unwrap().as_str().unwrap();
    let png = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, uri.split_once(',').unwrap().1);
    let request = ImageRequest::new("@me in a café").with_aspect_ratio(AspectRatio::VERTICAL).with_size("1080p");
    let run = run_with(&MemoryJournal::new(), &clock).await;
    let painter = runway(vendor.transport(), clock).image("gen4_image");
    painter.make(&run, &request.with_reference(Media::bytes(png.unwrap()))).await.unwrap();
    let mut expected = golden.pointer("/requests/0/body/json").unwrap().clone();
    expected["referenceImages"][0].as_object_mut().unwrap().remove("tag");
    assert_eq!(vendor.received()[0].json(), expected);
    assert_eq!(vendor.received()[0].url.path(), "/v1/text_to_image");
    // The task is deleted, whether it runs or is done.
    painter.cancel(&run).await.unwrap();
    same_as_golden("task_cancel", &vendor);
    assert_eq!(vendor.received().last().unwrap().method, Method::DELETE);
}

fn same_as_golden(file: &str, vendor: &ScriptedVendor) {
    let Some(golden) = shared::json(&format!("golden/runway/{file}.json")) else { return };
    let received = vendor.received();
    for golden in golden["requests"].as_array().unwrap() {
        let method: Method = golden["method"].as_str().unwrap().parse().unwrap();
        let path = golden["path"].as_str().unwrap();
        let sent = received.iter().find(|sent| sent.is(&method, path)).unwrap_or_else(|| panic!("{method} {path}"));
        assert_eq!(sent.url.host_str(), golden["host"].as_str());
        for name in ["authorization", "x-runway-version"] {
            assert_eq!(sent.header(name), golden["headers"][name].as_str(), "{path}");
        }
        assert_eq!(sent.json(), golden["body"]["json"], "{path}");
    }
}

// Stands on the upload that runwayml 5.24.0 made, with another file.
#[tokio::test]
async fn a_large_image_is_uploaded_first_and_once() {
    let Some(golden) = shared::json("golden/runway/ephemeral_upload.json") else { return };
    let mut large = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\xd0\0\0\x05\0\x08\x02\0\0\0-crc".to_vec();
    large.extend((4_u32 << 20).to_be_bytes());
    large.extend(b"IDAT");
    large.resize(large.len() + (4 << 20), 0);
    large.extend(b"-crc\0\0\0\0IEND-crc");
    let request = VideoRequest::new("It moves").with_first_frame(Media::bytes(large));
    let (vendor, journal, clock) = (Studio::making("video.mp4").vendor(), MemoryJournal::new(), Arc::default());
    for _process in 0..2 {
        let run = run_with(&journal, &clock).await;
        runway(vendor.transport(), clock.clone()).video("gen4_turbo").make(&run, &request).await.unwrap();
        clock.advance(Duration::from_secs(40 * 24 * 3600));
    }
    let received = vendor.received();
    let [announced, uploaded, submitted] = &received[..3] else { panic!("{received:?}") };
    let (mut told, said) = (announced.json(), &golden["requests"][0]["body"]["json"]);
    told["filename"] = said["filename"].clone();
    assert_eq!(&told, said);
    let form = golden["requests"][1]["body"]["parts"].as_array().unwrap();
    assert_eq!(uploaded.url.as_str(), "https://upload.example.test/u");
    assert!(uploaded.headers.get(AUTHORIZATION).is_none(), "the key stays with Runway");
    let text = uploaded.text();
    let names: Vec<_> = text.split(" name=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(json!(names), json!(form.iter().map(|part| &part["name"]).collect::<Vec<_>>()));
    assert!(text.contains("Content-Type: image/png"));
    assert_eq!(submitted.json()["promptImage"], json!("runway://upload-1"));
    assert_eq!(submitted.json()["ratio"], json!("720:1280"), "nearest to the image, which is 720 x 1280");
    assert_eq!((received.len(), submissions(&vendor)), (2 + 1 + 3 + 1, 1), "nothing again in the second process");
}

// Every exchange with Runway in `../shared`. They are put together from field lists: no text is
// compared but that of the 400 of an issue, which is verbatim. That the 429 is about a day is known
// by its word.
// Museum F1, F2, F3.
#[tokio::test]
async fn exchanges_are_read() {
    let body = |name: &str| Some(shared::cassette(name)?["response"]["body"].clone());
    for (name, path) in [("runway-01", "/v1/image_to_video"), ("runway-02", "/v1/text_to_video")] {
        let Some(cassette) = shared::cassette(name) else { return };
        let studio = Studio::making("video.mp4");
        let vendor = studio.vendor().on(Method::POST, path, Answer::json(cassette["response"]["body"].clone()));
        let asked = &cassette["request"]["body"];
        let mut request = VideoRequest::new(asked["promptText"].as_str().unwrap())
            .with_aspect_ratio(AspectRatio::VERTICAL)
            .with_duration(Duration::from_secs(asked["duration"].as_u64().unwrap()));
        request.first_frame = asked["promptImage"].as_str().map(at);
        request.seed = asked["seed"].as_i64();
        request.audio = asked["audio"].as_bool();
        make(&vendor, asked["model"].as_str().unwrap(), &request).await.unwrap();
        assert_eq!(vendor.received()[0].json(), *asked, "{name}");
        assert_eq!(vendor.received()[1].url.path(), format!("/v1/tasks/{ID}"));
    }
    let asked = || VideoRequest::new("x");
    let after =
        |state: Value| async move { make(&Studio::with([state]).vendor(), "gen4.5", &asked()).await.unwrap_err() };
    for name in ["runway-04", "runway-05"] {
        let error = after(body(name).unwrap()).await;
        let word = body(name).unwrap()["status"].as_str().unwrap().to_owned();
        assert!(error.kind() == ErrorKind::Timeout && error.message().contains(&word), "{error}");
    }
    let error = after(body("runway-07").unwrap()).await;
    assert_eq!((error.kind(), error.rejection().unwrap().stage), (ErrorKind::Rejected, Stage::Input));
    assert_eq!((error.code(), error.effect()), (Some("SAFETY.INPUT.TEXT"), Effect::Unknown), "it is billed");
    assert_eq!(after(body("runway-08").unwrap()).await.code(), Some("CANCELLED"));
    let error = after(body("runway-13").unwrap()).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::JobFailed, None));
    for (name, kind, field) in [
        ("runway-10", ErrorKind::InvalidRequest, None),
        ("runway-11", ErrorKind::QuotaExhausted, None),
        ("runway-14", ErrorKind::InvalidRequest, Some("ratio")),
    ] {
        let answer = shared::cassette(name).unwrap()["response"].clone();
        let status = StatusCode::from_u16(answer["status"].as_u64().unwrap() as u16).unwrap();
        let answer = Answer::json(answer["body"].clone()).with_status(status);
        let vendor = ScriptedVendor::new().respond_if("Runway", |_| true, move |_| answer.clone());
        let error = make(&vendor, "gen4.5", &asked()).await.unwrap_err();
        assert_eq!((error.kind(), error.field(), error.retry()), (kind, field, Retry::Never), "{error}");
        assert_eq!((error.effect(), vendor.received().len()), (Effect::None, 1));
    }
    assert_eq!(body("runway-10").unwrap()["error"], "Invalid parameter 'promptText'");
}

// Codes and bodies after Runway's documentation.
#[tokio::test]
async fn failures_say_by_whom_and_whether_they_are_billed() {
    let failed = |code: &str, fields: Value| {
        let mut task = task("FAILED", json!({"failure": "it says", "failureCode": code}));
        task.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        task
    };
    let (input, output) = (Some(Stage::Input), Some(Stage::Output));
    let table = [
        (failed("SAFETY.INPUT.IMAGE", json!({"cost": {"credits": 0}})), input, Effect::None, Some(0.0)),
        (failed("SAFETY.INPUT.IMAGE", json!({"cost": {"credits": 25}})), input, Effect::Unknown, Some(25.0)),
        (failed("INPUT_PREPROCESSING.SAFETY.TEXT", json!({})), input, Effect::Unknown, None),
        (failed("INPUT_PREPROCESSING.SAFETY.THIRD_PARTY", json!({})), input, Effect::Unknown, None),
        (failed("SAFETY.OUTPUT.VIDEO", json!({})), output, Effect::None, None),
        (failed("INPUT_PREPROCESSING.INTERNAL", json!({})), None, Effect::Unknown, None),
        (failed("INTERNAL.BAD_OUTPUT.CODE01", json!({})), None, Effect::Unknown, None),
        (failed("ASSET.INVALID", json!({})), None, Effect::Unknown, None),
        (failed("THIRD_PARTY.UNAVAILABLE", json!({})), None, Effect::Unknown, None),
        (task("SUCCEEDED", json!({"output": []})), None, Effect::Unknown, None),
    ];
    for (state, stage, effect, credits) in table {
        let vendor = Studio::with([state.clone()]).vendor();
        let error = make(&vendor, "gen4.5", &VideoRequest::new("x")).await.unwrap_err();
        let kind = if stage.is_some() { ErrorKind::Rejected } else { ErrorKind::JobFailed };
        assert_eq!((error.kind(), error.rejection().map(|rejection| rejection.stage)), (kind, stage), "{state}");
        assert_eq!((error.effect(), error.usage().and_then(|usage| usage.units)), (effect, credits), "{state}");
        assert_eq!(submissions(&vendor), 1);
    }
    let table = [
        (400, "You do not have enough credits to run this task.", ErrorKind::QuotaExhausted),
        (401, "Unauthorized", ErrorKind::Auth),
        (404, "Not found", ErrorKind::NotFound),
        (429, "Too many requests", ErrorKind::RateLimited),
    ];
    for (status, message, kind) in table {
        let answer = Answer::json(json!({"error": message})).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("Runway", |_| true, move |_| answer.clone());
        let error = make(&vendor, "gen4.5", &VideoRequest::new("x")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect(), error.message()), (kind, Effect::None, message));
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || VideoRequest::new("a cat");
    let seconds = Duration::from_secs;
    let still = || asked().with_first_frame(frame(400, 300));
    let remote = || asked().with_first_frame(at("https://a.example/b.png"));
    let table = [
        ("gen4_turbo", asked(), "first_frame"),
        ("gen4_turbo", still().with_duration(seconds(11)), "duration"),
        ("gen4_turbo", still().with_resolution("1080p"), "resolution"),
        ("gen4_turbo", still().with_last_frame(frame(400, 300)), "last_frame"),
        ("gen4_turbo", still().with_audio(true), "audio"),
        ("gen4_turbo", still().with_seed(-1), "seed"),
        ("gen4_turbo", still().with_seed(1 << 32), "seed"),
        ("gen4_turbo", remote(), "aspect_ratio"),
        ("gen4_turbo", asked().with_first_frame(Media::bytes("GIF89a")), "first_frame"),
        (
            "gen4_turbo",
            asked().with_aspect_ratio(AspectRatio::WIDE).with_first_frame(at("http://a.example/b.png")),
            "first_frame",
        ),
        ("gen4.5", asked().with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        ("gen4.5", VideoRequest::new("x".repeat(1001)), "prompt"),
        ("gen4.5", VideoRequest::new("\u{1f35e}".repeat(501)), "prompt"),
        ("gen4.5", VideoRequest::default().with_first_frame(frame(400, 300)), "prompt"),
        ("veo3.1", asked().with_duration(seconds(5)), "duration"),
        ("veo3.1", asked().with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        ("veo3.1", asked().with_last_frame(frame(400, 300)), "first_frame"),
        ("kling2.5_turbo_pro", still().with_aspect_ratio(AspectRatio::WIDE), "aspect_ratio"),
        ("kling2.5_turbo_pro", still().with_resolution("1080p"), "resolution"),
    ];
    for (model, request, field) in table {
        let vendor = Studio::making("video.mp4").vendor();
        let error = make(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{model}: {error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let images = [
        ("gen4_image_turbo", ImageRequest::new("a cat"), "references"),
        ("gen4_image", ImageRequest::new("a cat").with_count(2), "count"),
        ("gen4_image", ImageRequest::new("a cat").with_size("4K"), "size"),
        (
            "gen4_image",
            ImageRequest::new("a cat").with_reference_as(ReferenceRole::Style, frame(400, 300)),
            "references.role",
        ),
    ];
    for (model, request, field) in images {
        let vendor = Studio::making("image.png").vendor();
        let painter = runway(vendor.transport(), Arc::default()).image(model);
        let error = painter.make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.field(), vendor.received().len()), (Some(field), 0), "{error}");
    }
}

#[tokio::test]
async fn shapes_are_sent_as_the_pixels_of_the_model() {
    let asked = || VideoRequest::new("a cat");
    let still = |width, height| asked().with_first_frame(frame(width, height));
    let seconds = |seconds| json!({"duration": seconds});
    let ratio = |ratio: &str| json!({ "ratio": ratio });
    let table = [
        ("gen4.5", asked(), json!({"ratio": "1280:720", "duration": 5})),
        ("gen4_turbo", still(400, 300), ratio("1104:832")),
        ("gen4_turbo", still(300, 400).with_aspect_ratio(AspectRatio::SQUARE), ratio("960:960")),
        ("veo3.1", asked().with_resolution("1080p"), ratio("1920:1080")),
        ("veo3.1", asked().with_resolution("1080p").with_aspect_ratio(AspectRatio::VERTICAL), ratio("1080:1920")),
        ("kling3.0_pro", still(300, 400), json!({})),
        ("seedance2", asked().with_aspect_ratio(AspectRatio::new(21, 9)).with_resolution("4k"), ratio("3840:1646")),
        // A model that is not listed gets what was asked for.
        ("new_model", asked().with_aspect_ratio(AspectRatio::new(848, 480)).with_duration(Duration::from_secs(9)), {
            let mut sent = seconds(9);
            sent["ratio"] = json!("848:480");
            sent
        }),
    ];
    for (model, request, expected) in table {
        let vendor = Studio::making("video.mp4").vendor();
        make(&vendor, model, &request).await.unwrap();
        let mut sent = vendor.received()[0].json();
        let sent = sent.as_object_mut().unwrap();
        sent.retain(|name, _| ["ratio", "duration", "resolution"].contains(&name.as_str()));
        assert_eq!(json!(sent), expected, "{model}");
    }
    let vendor = Studio::making("video.mp4").vendor();
    make(&vendor, "veo3.1", &still(400, 300).with_last_frame(at("https://a.example/b.png"))).await.unwrap();
    let frames = vendor.received()[0].json()["promptImage"].clone();
    assert!(frames[0]["uri"].as_str().unwrap().starts_with("data:image/png;base64,"), "{frames}");
    assert_eq!(
        (&frames[0]["position"], &frames[1]),
        (
            &json!("first"),
            &json!({"uri": "https://a.example/b.png",
        "position": "last"})
        )
    );
}

#[tokio::test]
async fn progress_cost_and_images_are_told() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = told.clone();
    let clock = Arc::new(FixedClock::default());
    let options = OpenOptions::new().with_clock(clock.clone()).with_observer(move |event| {
        if let StepEvent::Job { progress } = event.what {
            seen.lock().unwrap().push((progress.phase, progress.word, progress.fraction));
        }
    });
    let run = Run::open_with(&MemoryJournal::new(), "run", options).await.unwrap();
    let vendor = Studio::making("image.png").vendor();
    let painter = runway(vendor.transport(), clock).image("gen4_image");
    let made = painter.make(&run, &ImageRequest::new("a cat")).await.unwrap();
    assert_eq!(made.images[0].info.media_type, MediaType::Png);
    let usage = made.usage.clone().unwrap();
    assert_eq!((usage.units, usage.images), (Some(25.0), Some(1)));
    let expected =
        [(JobPhase::Queued, "THROTTLED".to_owned(), None), (JobPhase::Working, "RUNNING".to_owned(), Some(0.5))];
    assert_eq!(*told.lock().unwrap(), expected);
    // The result is fetched without the key.
    assert!(vendor.received().last().unwrap().headers.get(AUTHORIZATION).is_none());
    painter.remove(&run, &made.value).await.unwrap();
    let last = vendor.received().pop().unwrap();
    assert_eq!((last.method, last.url.path()), (Method::DELETE, format!("/v1/tasks/{ID}").as_str()));
}

#[tokio::test]
async fn what_is_gone_counts_as_cancelled_and_nothing_is_sent_without_a_task() {
    let (clock, journal) = (Arc::new(FixedClock::default()), MemoryJournal::new());
    let gone = Answer::json(json!({"error": "Not found"})).with_status(StatusCode::NOT_FOUND);
    let vendor = Studio::making("video.mp4").vendor().on(Method::DELETE, "/v1/tasks/*", gone);
    let studio = runway(vendor.transport(), clock.clone()).video("gen4.5");
    let run = run_with(&journal, &clock).await;
    studio.cancel(&run).await.unwrap();
    assert!(vendor.received().is_empty());
    studio.make(&run, &VideoRequest::new("a cat")).await.unwrap();
    studio.cancel(&run).await.unwrap();
}

#[tokio::test]
async fn videos_keep_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Runway::endpoint()
            .auth(Runway::auth(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Runway::new(endpoint)?.video("veo3.1")) as Arc<VideoModel>)
    };
    let subject = Subject::new(|| Studio::making("video.mp4").vendor(), connect)
        .counting(submissions)
        .failing(|| Studio::failing().vendor())
        .with_image(frame(400, 300));
    // A model that must be told a shape is told the first; here another one is asked for.
    let request = VideoRequest::new("a cat").with_aspect_ratio(AspectRatio::VERTICAL).with_resolution("1080p");
    conformance::maker(&subject, &request).await.unwrap();
}

#[tokio::test]
async fn images_keep_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Runway::endpoint()
            .auth(Runway::auth(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Runway::new(endpoint)?.image("gen4_image")) as Arc<ImageModel>)
    };
    let subject = Subject::new(|| Studio::making("image.png").vendor(), connect)
        .counting(submissions)
        .failing(|| Studio::failing().vendor());
    let request = ImageRequest::new("a cat").with_aspect_ratio(AspectRatio::VERTICAL).with_size("720p");
    conformance::maker(&subject, &request).await.unwrap();
}
