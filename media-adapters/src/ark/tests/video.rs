//! Seedance.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Clock;
use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, Fault, FaultTransport, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::super::Ark;
use super::super::video::Seedance;
use crate::samples;
use crate::shared::{answer, cassette};

/// The exchanges of `../shared` that are read here.
pub(super) const EXCHANGES: [&str; 2] = ["ark-08", "ark-10"];

const MODEL: &str = "dreamina-seedance-2-0-260128";
const TASKS: &str = "/api/v3/contents/generations/tasks";

/// Later than any clock of a test.
const CREATED: i64 = 4_102_444_800;

/// Ark with its memory: tasks in the order in which they came, with their seeds, and how often each
/// was asked for.
#[derive(Clone, Default)]
struct Studio {
    tasks: Arc<Mutex<Vec<(Value, u32)>>>,
    /// Each task ends with this word and no video.
    fails: Option<&'static str>,
    /// Tasks stay in the queue.
    queued: bool,
    /// The list does not tell seeds.
    secretive: bool,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        if request.url.host_str() == Some("cdn.example") {
            return Answer::bytes("video/mp4", samples::video());
        }
        let mut tasks = self.tasks.lock().unwrap();
        if request.method == Method::POST {
            tasks.push((request.json()["seed"].clone(), 0));
            return Answer::json(json!({"id": format!("cgt-{}", tasks.len())}));
        }
        let Some((_, id)) = request.url.path().rsplit_once("/cgt-") else {
            let items = tasks.iter().enumerate().map(|(n, (seed, _))| {
                let seed = if self.secretive { &Value::Null } else { seed };
                json!({"id": format!("cgt-{}", n + 1), "status": "running", "created_at": CREATED, "seed": seed})
            });
            let items: Vec<_> = items.collect();
            return Answer::json(json!({"total": items.len(), "items": items}));
        };
        let Some((_, times)) = id.parse::<usize>().ok().and_then(|id| tasks.get_mut(id - 1)) else {
            let error = json!({"error": {"code": "ResourceNotFound", "message": "no such task"}});
            return Answer::json(error).with_status(StatusCode::NOT_FOUND);
        };
        if request.method == Method::DELETE {
            return Answer::json(json!({}));
        }
        *times += 1;
        let status = match (*times, self.fails) {
            _ if self.queued => "queued",
            (1, _) => "queued",
            (2, _) => "running",
            (_, Some(word)) => word,
            _ => "succeeded",
        };
        let mut task = json!({"id": format!("cgt-{id}"), "status": status, "duration": 5, "resolution": "720p"});
        if status == "succeeded" {
            task["content"] = json!({"video_url": "https://cdn.example/out.mp4"});
            task["usage"] = json!({"completion_tokens": 108_900});
        }
        Answer::json(task)
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Ark", |_| true, move |request| studio.answer(request))
    }
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}

fn seedance(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, model: &str) -> Seedance {
    let endpoint = Ark::endpoint().auth(Auth::Bearer("test-key".into())).transport(transport).clock(clock);
    Ark::new(endpoint.retry(RetryPolicy::none())).unwrap().video(model)
}

async fn run_with(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "tonight", OpenOptions::new().with_clock(clock.clone())).await.unwrap()
}

async fn make(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), &clock).await;
    seedance(vendor.transport(), clock, model).make(&run, request).await
}

// Stands on a body that a client's test prints, and on one put together from the SDK's types. The
// seed and the refused watermark are ours.
#[tokio::test]
async fn exchanges_are_read() {
    let (Some(create), Some(query)) = (cassette("ark-08"), cassette("ark-10")) else { return };
    let (created, asked) = (answer(&create), answer(&query));
    let vendor = ScriptedVendor::new()
        .respond_if("the store", |_| true, |_| Answer::bytes("video/mp4", samples::video()))
        .on(Method::POST, create["request"]["path"].as_str().unwrap(), created)
        .on(Method::GET, query["request"]["path"].as_str().unwrap(), asked);
    let still = Media::remote("https://cdn.example.com/a.png".parse().unwrap());
    let request = VideoRequest::new("A cat yawns").with_first_frame(still);
    let video = make(&vendor, create["request"]["body"]["model"].as_str().unwrap(), &request).await.unwrap();
    assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
    assert_eq!(video.usage.as_ref().unwrap().output_tokens, Some(108_900));
    let sent = vendor.received();
    let mut body = sent[0].json();
    assert!(body.as_object_mut().unwrap().remove("seed").unwrap().as_i64().is_some_and(|seed| seed > 0));
    assert_eq!(body.as_object_mut().unwrap().remove("watermark"), Some(json!(false)));
    assert_eq!(body, create["request"]["body"]);
    assert_eq!(sent.last().unwrap().header("authorization"), None, "the store needs no key");
}

#[tokio::test]
async fn options_have_their_fields() {
    let vendor = Studio::default().vendor();
    let request = VideoRequest::new("A cat")
        .with_aspect_ratio(AspectRatio::VERTICAL)
        .with_resolution("1080p")
        .with_duration(Duration::from_secs(8))
        .with_audio(true)
        .with_seed(7)
        .with_extra("service_tier", "flex");
    let video = make(&vendor, MODEL, &request).await.unwrap();
    assert_eq!(video.usage.as_ref().unwrap().seconds, Some(5.0));
    assert_eq!(
        vendor.received()[0].json(),
        json!({"model": MODEL, "content": [{"type": "text", "text": "A cat"}], "ratio": "9:16", "resolution": "1080p",
            "duration": 8, "seed": 7, "generate_audio": true, "watermark": false, "service_tier": "flex"})
    );
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || VideoRequest::new("a cat");
    let image = |width, height| Media::bytes(samples::png(width, height));
    let table = [
        (MODEL, asked().with_duration(Duration::from_secs(3)), "duration"),
        (MODEL, asked().with_resolution("8k"), "resolution"),
        ("dreamina-seedance-2-0-fast-260128", asked().with_resolution("1080p"), "resolution"),
        ("seedance-1-0-pro-250528", asked().with_audio(true), "audio"),
        (MODEL, asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (MODEL, asked().with_aspect_ratio(AspectRatio::WIDE).with_first_frame(image(400, 300)), "aspect_ratio"),
        (MODEL, asked().with_first_frame(image(299, 400)), "first_frame"),
        (MODEL, asked().with_first_frame(image(2000, 600)), "first_frame"),
        (MODEL, asked().with_last_frame(image(400, 300)), "first_frame"),
        (MODEL, asked().with_negative_prompt("dogs"), "negative_prompt"),
        (MODEL, asked().with_seed(-1), "seed"),
    ];
    for (model, request, field) in table {
        let vendor = Studio::default().vendor();
        let error = make(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    make(&Studio::default().vendor(), "ep-2026", &asked().with_duration(Duration::from_secs(30))).await.unwrap();
}

// Invented, after the SDK's types. Museum F1, F2, F3: every word ends in a verdict.
#[tokio::test]
async fn f2_f3_a_task_that_fails_says_why() {
    let failed =
        |code: &str, message: Option<&str>| json!({"status": "failed", "error": {"code": code, "message": message}});
    let table = [
        (failed("OutputVideoSensitiveContentDetected", Some("it says")), ErrorKind::Rejected, "it says"),
        (failed("InternalServiceError", None), ErrorKind::JobFailed, "no reason"),
        (json!({"status": "failed", "error": null}), ErrorKind::JobFailed, "no reason"),
        (json!({"status": "expired"}), ErrorKind::JobFailed, "not finished"),
        (json!({"status": "canceled"}), ErrorKind::JobFailed, "cancelled"),
        (json!({"status": "succeeded", "content": {}}), ErrorKind::JobFailed, "names no video"),
        (json!({"status": "some new word"}), ErrorKind::Timeout, "some new word"),
    ];
    for (mut task, kind, message) in table {
        task["id"] = json!("t1");
        let vendor = ScriptedVendor::new().on(Method::POST, TASKS, Answer::json(json!({"id": "t1"}))).on(
            Method::GET,
            &format!("{TASKS}/t1"),
            Answer::json(task),
        );
        let error = make(&vendor, MODEL, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("ark"), "{error}");
        if kind == ErrorKind::Rejected {
            assert_eq!(error.rejection().unwrap().stage, Stage::Output);
        }
        assert_eq!(submissions(&vendor), 1);
    }
}

/// Invented vendor with a memory: of the same tasks, what is known by a seed of ours is found, and
/// what may belong to another program is not taken for ours.
#[tokio::test]
async fn a_lost_task_is_found_by_its_seed() {
    let asked = || VideoRequest::new("a cat");
    for (fault, request, secretive, days, kind, submitted) in [
        (Fault::CutAfter, asked(), false, 0, None, 1),
        (Fault::LostBefore, asked(), false, 0, None, 1),
        (Fault::CutAfter, asked().with_seed(7), false, 0, Some(ErrorKind::OutcomeUnknown), 1),
        (Fault::LostBefore, asked().with_seed(7), false, 0, None, 1),
        (Fault::CutAfter, asked(), true, 0, Some(ErrorKind::OutcomeUnknown), 1),
        // The list is no longer a proof.
        (Fault::LostBefore, asked(), false, 7, Some(ErrorKind::OutcomeUnknown), 0),
    ] {
        let vendor = Studio { secretive, ..Studio::default() }.vendor();
        let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
        let run = run_with(&journal, &clock).await;
        let faulty = FaultTransport::on(vendor.transport(), Method::POST, TASKS, fault);
        let _ = seedance(faulty, clock.clone(), MODEL).make(&run, &request).await;
        drop(run);
        clock.advance(Duration::from_secs(300 + days * 24 * 3600));
        let run = run_with(&journal, &clock).await;
        let result = seedance(vendor.transport(), clock.clone(), MODEL).make(&run, &request).await;
        assert_eq!(result.as_ref().err().map(Error::kind), kind, "{result:?}");
        assert_eq!(submissions(&vendor), submitted, "{fault:?} {request:?}");
    }
}

// Stands on the page on deletion: what is in the queue is cancelled, what runs is not, and of what
// is over the record goes.
#[tokio::test]
async fn a_task_in_the_queue_is_cancelled_and_the_record_of_one_that_is_over_removed() {
    let delete = |vendor: &ScriptedVendor| vendor.calls(&Method::DELETE, &format!("{TASKS}/*"));
    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    let vendor = Studio { queued: true, ..Studio::default() }.vendor();
    let model = seedance(vendor.transport(), clock.clone(), MODEL);
    let run = run_with(&journal, &clock).await;
    model.cancel(&run).await.unwrap();
    assert!(vendor.received().is_empty());
    let late = model.make(&run, &VideoRequest::new("a cat")).await.unwrap_err();
    assert_eq!((late.kind(), run.jobs().len()), (ErrorKind::Timeout, 1));
    model.cancel(&run).await.unwrap();
    assert_eq!((delete(&vendor), run.jobs().len()), (1, 0));

    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    let vendor = Studio { fails: Some("running"), ..Studio::default() }.vendor();
    let run = run_with(&journal, &clock).await;
    let model = seedance(vendor.transport(), clock, MODEL);
    model.make(&run, &VideoRequest::new("a cat")).await.unwrap_err();
    assert_eq!(model.cancel(&run).await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!((delete(&vendor), run.jobs().len()), (0, 1));

    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    let vendor = Studio::default().vendor();
    let run = run_with(&journal, &clock).await;
    let model = seedance(vendor.transport(), clock, MODEL);
    let video = model.make(&run, &VideoRequest::new("a cat")).await.unwrap();
    model.cancel(&run).await.unwrap();
    assert_eq!(delete(&vendor), 0, "a video that is there is not taken away");
    model.remove(&run, &video.value).await.unwrap();
    assert_eq!(delete(&vendor), 1);
}

#[tokio::test]
async fn what_campaigns_ask_for_fits() {
    for id in [MODEL, "doubao-seedance-1-5-pro-251215", "ep-2026"] {
        let model = seedance(Studio::default().vendor().transport(), Arc::new(FixedClock::default()), id);
        samples::campaigns_fit(&model, false).await;
        samples::campaigns_fit(&model, true).await;
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Ark::endpoint()
            .auth(Auth::Bearer(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Ark::new(endpoint)?.video(MODEL)) as Arc<VideoModel>)
    };
    let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions);
    let subject = subject.with_image(Media::bytes(samples::png(400, 300)));
    let subject = subject.failing(|| Studio { fails: Some("failed"), ..Studio::default() }.vendor());
    conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
}
