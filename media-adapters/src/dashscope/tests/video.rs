//! Wan's videos.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind};
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::MemoryJournal;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::super::Region;
use super::{Studio, client, client_of, run_with, submissions};
use crate::samples;

const OLDER: &str = "wan2.6-t2v";
const NEWER: &str = "wan2.7-t2v";

fn made() -> Value {
    json!({"video_url": "https://videos.example/out.mp4?Expires=1", "orig_prompt": "a cat"})
}

async fn make(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), &clock).await;
    client(Region::International, vendor.transport(), clock).video(model).make(&run, request).await
}

// Stands on the vendor's pages and SDK: the body changed with Wan 2.7.
#[tokio::test]
async fn each_version_has_its_own_fields() {
    let still = || Media::remote("https://a.example/still.png".parse().unwrap());
    let asked =
        || VideoRequest::new("A cat").with_duration(Duration::from_secs(5)).with_resolution("720P").with_seed(7);
    let upright = asked().with_aspect_ratio(AspectRatio::VERTICAL);
    let both = asked().with_first_frame(still()).with_last_frame(still());
    for (model, request, input, parameters) in [
        (OLDER, upright.clone(), json!({"prompt": "A cat"}), json!({"size": "720*1280"})),
        (NEWER, upright, json!({"prompt": "A cat"}), json!({"resolution": "720P", "ratio": "9:16"})),
        (
            "wan2.6-i2v",
            asked().with_first_frame(still()).with_audio(false),
            json!({"prompt": "A cat", "img_url": "https://a.example/still.png"}),
            json!({"resolution": "720P", "audio": false}),
        ),
        (
            "wan2.7-i2v",
            both,
            json!({"prompt": "A cat", "media": [{"type": "first_frame", "url": "https://a.example/still.png"},
                {"type": "last_frame", "url": "https://a.example/still.png"}]}),
            json!({"resolution": "720P"}),
        ),
    ] {
        let vendor = Studio::that_makes(made()).vendor();
        let video = make(&vendor, model, &request).await.unwrap();
        let usage = video.usage.as_ref().unwrap();
        assert_eq!((usage.seconds, usage.terms["resolution"].as_str()), (Some(5.0), "720P"));
        let sent = vendor.received();
        assert_eq!(sent[0].url.path(), "/api/v1/services/aigc/video-generation/video-synthesis");
        assert_eq!(sent[0].header("x-dashscope-async"), Some("enable"));
        let mut expected = json!({"model": model, "input": input, "parameters": parameters});
        for (name, value) in [("duration", json!(5)), ("seed", json!(7)), ("watermark", json!(false))] {
            expected["parameters"][name] = value;
        }
        assert_eq!(sent[0].json(), expected, "{model}");
        assert_eq!(sent.last().unwrap().header("authorization"), None, "the store needs no key");
    }
}

#[tokio::test]
async fn audio_that_cannot_be_left_out_is_said() {
    let silent = VideoRequest::new("a cat").with_audio(false);
    for (model, warnings) in [(OLDER, 0), (NEWER, 1)] {
        let video = make(&Studio::that_makes(made()).vendor(), model, &silent).await.unwrap();
        assert_eq!(video.warnings.len(), warnings, "{model}: {:?}", video.warnings);
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || VideoRequest::new("a cat");
    let image = |width, height| Media::bytes(samples::png(width, height));
    for (model, request, field) in [
        (OLDER, asked().with_duration(Duration::from_secs(7)), "duration"),
        (OLDER, asked().with_resolution("4K"), "resolution"),
        (OLDER, asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (OLDER, asked().with_first_frame(image(400, 400)), "first_frame"),
        (OLDER, VideoRequest::new("x".repeat(1501)), "prompt"),
        (NEWER, asked().with_duration(Duration::from_secs(16)), "duration"),
        (NEWER, asked().with_resolution("480P"), "resolution"),
        ("wan2.2-t2v-plus", asked().with_audio(true), "audio"),
        ("wan2.6-i2v", asked(), "first_frame"),
        ("wan2.6-i2v", asked().with_first_frame(image(359, 400)), "first_frame"),
        ("wan2.6-i2v", asked().with_first_frame(image(400, 400)).with_last_frame(image(400, 400)), "last_frame"),
        ("wan2.7-i2v", asked().with_first_frame(image(400, 400)).with_aspect_ratio(AspectRatio::WIDE), "aspect_ratio"),
    ] {
        let vendor = Studio::that_makes(made()).vendor();
        let error = make(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{model}: {error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    make(&Studio::that_makes(made()).vendor(), "wan3.1", &asked().with_duration(Duration::from_secs(30)))
        .await
        .unwrap();
}

// Invented, after the vendor's words. Museum F1, F2, F3: every word ends in a verdict.
#[tokio::test]
async fn f2_f3_a_task_that_fails_says_why() {
    let failed = |code: &str| json!({"task_status": "FAILED", "code": code, "message": "it says"});
    for (output, kind, message) in [
        (failed("DataInspectionFailed"), ErrorKind::Rejected, "it says"),
        (failed("InternalError.Algo"), ErrorKind::JobFailed, "it says"),
        (failed("InvalidParameter"), ErrorKind::JobFailed, "it says"),
        (json!({"task_status": "FAILED"}), ErrorKind::JobFailed, "no reason"),
        (json!({"task_status": "CANCELED"}), ErrorKind::JobFailed, "cancelled"),
        (json!({"task_status": "SUCCEEDED"}), ErrorKind::JobFailed, "names no file"),
        (json!({"task_status": "UNKNOWN"}), ErrorKind::Timeout, "UNKNOWN"),
        (json!({"task_status": "SUSPENDED"}), ErrorKind::Timeout, "SUSPENDED"),
    ] {
        let submitted = json!({"output": {"task_id": "t1", "task_status": "PENDING"}});
        let vendor = ScriptedVendor::new()
            .respond_if(
                "tasks",
                |request| request.method == Method::GET,
                move |_| Answer::json(json!({"output": output})),
            )
            .respond_if(
                "submissions",
                |request| request.method == Method::POST,
                move |_| Answer::json(submitted.clone()),
            );
        let error = make(&vendor, NEWER, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("dashscope"), "{error}");
        assert_eq!(submissions(&vendor), 1);
    }
}

// Stands on the page on asynchronous tasks: what waits is cancelled, what runs is not.
#[tokio::test]
async fn a_task_that_waits_is_cancelled() {
    for (word, cancelled, jobs) in [("PENDING", true, 0), ("RUNNING", false, 1)] {
        let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
        let vendor = Studio::that_stays(word).vendor();
        let model = client(Region::International, vendor.transport(), clock.clone()).video(NEWER);
        let run = run_with(&journal, &clock).await;
        model.cancel(&run).await.unwrap();
        assert!(vendor.received().is_empty(), "there is nothing to cancel");
        let error = model.make(&run, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(model.cancel(&run).await.is_ok(), cancelled, "{word}");
        let asked = vendor.calls(&Method::POST, "/api/v1/tasks/t1/cancel");
        assert_eq!((asked, run.jobs().len(), submissions(&vendor)), (usize::from(cancelled), jobs, 1), "{word}");
    }
}

#[tokio::test]
async fn what_campaigns_ask_for_fits() {
    for (id, photo) in
        [(OLDER, false), (NEWER, false), ("wan2.6-i2v", true), ("wan2.7-i2v", true), ("wan2.2-i2v-flash", true)]
    {
        let vendor = Studio::that_makes(made()).vendor();
        let model = client(Region::China, vendor.transport(), Arc::new(FixedClock::default())).video(id);
        samples::campaigns_fit(&model, photo).await;
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for (region, model) in [(Region::International, OLDER), (Region::China, NEWER)] {
        let connect = move |scene: &Scene| Ok(Arc::new(client_of(scene, region)?.video(model)) as Arc<VideoModel>);
        let subject = Subject::new(|| Studio::that_makes(made()).vendor(), connect).counting(submissions);
        let subject = subject.with_image(Media::bytes(samples::png(400, 400)));
        let subject = subject.failing(|| Studio::that_stays("FAILED").vendor());
        let subject = match model {
            NEWER => subject.except("audio", "videos always have audio, which needs no field"),
            _ => subject,
        };
        conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
    }
}
