//! Videos, of both interfaces.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::super::Region;
use super::{client, client_of, submissions};
use crate::samples;
use crate::shared::{answer, cassette};

/// The exchanges of `../shared` that are read here.
pub(super) const EXCHANGES: [&str; 6] =
    ["minimax-05", "minimax-07", "minimax-08", "minimax-10", "minimax-11", "minimax-13"];

const OLDER: &str = "MiniMax-Hailuo-2.3";
const NEWER: &str = "MiniMax-H3";

/// MiniMax, both of its interfaces: how often each task was asked for.
#[derive(Clone, Default)]
struct Studio {
    tasks: Arc<Mutex<Vec<u32>>>,
    fails: bool,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        let good = json!({"status_code": 0, "status_msg": "success"});
        let (path, mut tasks) = (request.url.path(), self.tasks.lock().unwrap());
        if request.url.host_str() == Some("cdn.example") {
            return Answer::bytes("video/mp4", samples::video());
        }
        if request.method == Method::POST {
            tasks.push(0);
            return Answer::json(json!({"task_id": tasks.len().to_string(), "base_resp": good}));
        }
        if path == "/v1/files/retrieve" {
            let file = json!({"file_id": 205, "download_url": "https://cdn.example/out.mp4"});
            return Answer::json(json!({"file": file, "base_resp": good}));
        }
        let newer = path.starts_with("/v2/");
        let id = request.query("task_id").unwrap_or_else(|| path.rsplit('/').next().unwrap().to_owned());
        let Some(times) = id.parse::<usize>().ok().and_then(|id| tasks.get_mut(id - 1)) else {
            return Answer::json(json!({"error": {"type": "not_found", "message": "no such task"}}))
                .with_status(StatusCode::NOT_FOUND);
        };
        *times += 1;
        let (older_word, newer_word) = match (*times, self.fails) {
            (1, _) => ("Queueing", "queued"),
            (2, _) => ("Processing", "running"),
            (_, true) => ("Fail", "failed"),
            (_, false) => ("Success", "succeeded"),
        };
        Answer::json(match newer {
            true => json!({"task": {"id": id, "status": newer_word, "content": {"url": "https://cdn.example/out.mp4"},
                "duration": 5, "usage": {"total_seconds": 5}, "error": {"code": 1000, "message": "GPU on fire"}}}),
            false => json!({"task_id": id, "status": older_word, "file_id": "205", "base_resp": good}),
        })
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("MiniMax", |_| true, move |request| studio.answer(request))
    }
}

async fn make(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let options = OpenOptions::new().with_clock(clock.clone());
    let run = Run::open_with(&MemoryJournal::new(), "tonight", options).await.unwrap();
    client(vendor.transport(), clock).video(model).make(&run, request).await
}

#[tokio::test]
async fn exchanges_of_the_older_interface_are_read() {
    let [Some(limited), Some(processing), Some(success), Some(file), ..] = EXCHANGES.map(cassette) else { return };
    let id = success["response"]["body"]["task_id"].clone();
    let vendor = ScriptedVendor::new()
        .respond_if("the store", |_| true, |_| Answer::bytes("video/mp4", samples::video()))
        .on(Method::POST, "/v1/video_generation", Answer::json(json!({"task_id": id, "base_resp": {"status_code": 0}})))
        .on_each(Method::GET, "/v1/query/video_generation", [answer(&processing), answer(&success)])
        .on(Method::GET, "/v1/files/retrieve", answer(&file));
    let video = make(&vendor, OLDER, &VideoRequest::new("a cat")).await.unwrap();
    assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
    let sent: Vec<_> = vendor.received();
    for (sent, exchange) in sent[1..4].iter().zip([&processing, &success, &file]) {
        let asked = format!("{}?{}", sent.url.path(), sent.url.query().unwrap_or_default());
        assert_eq!(Some(asked.as_str()), exchange["request"]["path"].as_str());
    }
    assert_eq!((sent[4].url.host_str(), sent[4].header("authorization")), (Some("public-cdn.example"), None));

    let vendor = ScriptedVendor::new().on(Method::POST, "/v1/video_generation", answer(&limited));
    let error = make(&vendor, OLDER, &VideoRequest::new("x")).await.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.effect()), (ErrorKind::RateLimited, Some("1002"), Effect::None));
    assert_eq!(vendor.received()[0].json(), limited["request"]["body"]);
}

#[tokio::test]
async fn exchanges_of_the_newer_interface_are_read() {
    let [.., Some(create), Some(refused)] = EXCHANGES.map(cassette) else { return };
    let prompt = create["request"]["body"]["content"][0]["text"].as_str().unwrap();
    let request = VideoRequest::new(prompt).with_resolution("2K").with_duration(Duration::from_secs(5));
    let state = json!({"task": {"id": "task-123", "status": "succeeded", "content": {"url": "https://cdn.example/a.mp4"},
        "resolution": "2K", "usage": {"total_seconds": 5}}});
    let vendor = ScriptedVendor::new()
        .respond_if("the store", |_| true, |_| Answer::bytes("video/mp4", samples::video()))
        .on(Method::POST, create["request"]["path"].as_str().unwrap(), answer(&create))
        .on(Method::GET, "/v2/query/video_generation/task-123", Answer::json(state));
    let video = make(&vendor, NEWER, &request).await.unwrap();
    assert_eq!(video.usage.as_ref().unwrap().seconds, Some(5.0));
    assert_eq!(vendor.received()[0].json(), create["request"]["body"]);

    let vendor = ScriptedVendor::new().on(Method::POST, "/v2/video_generation", answer(&refused));
    let error = make(&vendor, NEWER, &VideoRequest::new("x")).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.effect()), (ErrorKind::InvalidRequest, Some(400), Effect::None));
    assert_eq!((error.code(), error.request_id()), (Some("invalid_request_error"), Some("req-err-001")));
}

// Museum F7: a prompt image is named as the first frame.
#[tokio::test]
async fn frames_go_along_in_each_interfaces_own_way() {
    let image = || Media::bytes(samples::png(400, 302));
    let request = VideoRequest::new("It moves").with_first_frame(image()).with_last_frame(image());
    let vendor = Studio::default().vendor();
    make(&vendor, "MiniMax-Hailuo-02", &request).await.unwrap();
    let sent = vendor.received()[0].json();
    for field in ["first_frame_image", "last_frame_image"] {
        assert!(sent[field].as_str().unwrap().starts_with("data:image/png;base64,"), "{field}");
    }
    let vendor = Studio::default().vendor();
    make(&vendor, NEWER, &request).await.unwrap();
    let sent = vendor.received()[0].json();
    let roles: Vec<_> = sent["content"].as_array().unwrap().iter().map(|part| part["role"].as_str()).collect();
    assert_eq!(roles, [None, Some("first_frame"), Some("last_frame")]);
    assert_eq!(sent.get("ratio"), None, "the shape is that of the image");
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || VideoRequest::new("a cat");
    let image = |width, height| Media::bytes(samples::png(width, height));
    for (model, request, field) in [
        (OLDER, asked().with_duration(Duration::from_secs(5)), "duration"),
        (OLDER, asked().with_duration(Duration::from_secs(10)).with_resolution("1080P"), "duration"),
        (OLDER, asked().with_resolution("512P"), "resolution"),
        (OLDER, asked().with_aspect_ratio(AspectRatio::VERTICAL), "aspect_ratio"),
        (OLDER, asked().with_first_frame(image(300, 400)), "first_frame"),
        (OLDER, asked().with_first_frame(image(400, 302)).with_last_frame(image(400, 302)), "last_frame"),
        (OLDER, asked().with_seed(1), "seed"),
        (OLDER, asked().with_audio(true), "audio"),
        (OLDER, VideoRequest::new("x".repeat(2001)), "prompt"),
        ("MiniMax-Hailuo-2.3-Fast", asked(), "first_frame"),
        ("MiniMax-Hailuo-02", asked().with_resolution("512P"), "first_frame"),
        ("T2V-01", asked().with_first_frame(image(400, 302)), "first_frame"),
        (NEWER, asked().with_duration(Duration::from_secs(16)), "duration"),
        (NEWER, asked().with_resolution("4K"), "resolution"),
        (NEWER, asked().with_aspect_ratio(AspectRatio::WIDE).with_first_frame(image(400, 302)), "aspect_ratio"),
        (NEWER, asked().with_last_frame(image(400, 302)), "first_frame"),
    ] {
        let vendor = Studio::default().vendor();
        let error = make(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{model}: {error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// Invented, after the vendor's words. Museum F1, F2, F3: every word ends in a verdict.
#[tokio::test]
async fn f2_f3_a_task_that_fails_says_why() {
    let older = |status: &str, code: i64| json!({"status": status, "base_resp": {"status_code": code, "status_msg": "it says"}});
    let newer = |status: &str, error: Value| json!({"task": {"status": status, "error": error}});
    for (model, state, kind, message) in [
        (OLDER, older("Fail", 1027), ErrorKind::Rejected, "it says"),
        (OLDER, older("Failed", 0), ErrorKind::JobFailed, "no reason"),
        (OLDER, older("Fail", 1002), ErrorKind::JobFailed, "it says"),
        (OLDER, older("Success", 0), ErrorKind::JobFailed, "names no file"),
        (OLDER, older("Dreaming", 0), ErrorKind::Timeout, "Dreaming"),
        (NEWER, newer("failed", json!({"code": "1027", "message": "it says"})), ErrorKind::Rejected, "it says"),
        (NEWER, newer("failed", Value::Null), ErrorKind::JobFailed, "no reason"),
        (NEWER, newer("expired", Value::Null), ErrorKind::JobFailed, "not finished"),
        (NEWER, newer("cancelled", Value::Null), ErrorKind::JobFailed, "cancelled"),
        (NEWER, newer("succeeded", Value::Null), ErrorKind::JobFailed, "names no video"),
        (NEWER, newer("dreaming", Value::Null), ErrorKind::Timeout, "dreaming"),
    ] {
        let created = json!({"task_id": 7, "base_resp": {"status_code": 0}});
        let vendor = ScriptedVendor::new()
            .respond_if("states", |request| request.method == Method::GET, move |_| Answer::json(state.clone()))
            .respond_if("tasks", |request| request.method == Method::POST, move |_| Answer::json(created.clone()));
        let error = make(&vendor, model, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("minimax"), "{error}");
        if kind == ErrorKind::Rejected {
            assert_eq!(error.rejection().unwrap().stage, Stage::Output);
        }
        assert_eq!(submissions(&vendor), 1);
    }
}

#[tokio::test]
async fn what_campaigns_ask_for_fits() {
    for (id, from_text, from_photo) in [
        (OLDER, true, true),
        (NEWER, true, true),
        ("MiniMax-Hailuo-02", true, true),
        ("MiniMax-Hailuo-2.3-Fast", false, true),
        ("T2V-01", true, false),
    ] {
        let model = client(Studio::default().vendor().transport(), Arc::new(FixedClock::default())).video(id);
        for photo in [false, true].into_iter().filter(|photo| if *photo { from_photo } else { from_text }) {
            samples::campaigns_fit(&model, photo).await;
        }
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for (region, model) in [(Region::International, OLDER), (Region::China, NEWER)] {
        let connect = move |scene: &Scene| Ok(Arc::new(client_of(scene, region)?.video(model)) as Arc<VideoModel>);
        let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions);
        let subject = subject.with_image(Media::bytes(samples::png(400, 302)));
        let subject = subject.failing(|| Studio { fails: true, ..Studio::default() }.vendor());
        let subject = subject.except("aspect_ratio", "a video from a text is 16:9 where nothing else is offered");
        conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
    }
}

/// The address ends after an hour: another process asks for the task and its file again.
#[tokio::test]
async fn an_address_that_has_ended_is_asked_for_again() {
    let (studio, journal, clock) = (Studio::default(), MemoryJournal::new(), Arc::new(FixedClock::default()));
    let down = studio.vendor().respond_if(
        "a store that is down",
        |request| request.url.host_str() == Some("cdn.example"),
        |_| Answer::status(StatusCode::BAD_GATEWAY),
    );
    let open =
        || async { Run::open_with(&journal, "tonight", OpenOptions::new().with_clock(clock.clone())).await.unwrap() };
    let request = VideoRequest::new("a cat");
    let run = open().await;
    client(down.transport(), clock.clone()).video(OLDER).make(&run, &request).await.unwrap_err();
    drop(run);
    clock.advance(Duration::from_secs(2 * 3600));
    let vendor = studio.vendor();
    let run = open().await;
    client(vendor.transport(), clock.clone()).video(OLDER).make(&run, &request).await.unwrap();
    assert_eq!((submissions(&down), submissions(&vendor), vendor.received().len()), (1, 0, 3));
}
