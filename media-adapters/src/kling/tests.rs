//! Stands on exchanges put together from Kling's documentation, and on its SDK's requests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{AUTHORIZATION, REFERER};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::{Clock, Timestamp};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{Auth, RetryPolicy, TokenSource as _, Transport};
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::{Media, RemoteMedia};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, Case, FixedClock, Received, Scene, ScriptedVendor, fault_matrix};
use social_core::video::{VideoModel, VideoRequest};

use super::Kling;
use super::token::SignedTokens;
use super::video::KlingVideo;
use crate::samples::video;
use crate::shared::{self, frame};

const LEGACY: &str = "kling-v2-6";
const CURRENT: &str = "kling-2.6";

/// Kling with its memory: tasks by our id, and how often each was asked for.
#[derive(Clone, Default)]
struct Studio {
    tasks: Arc<Mutex<BTreeMap<String, u32>>>,
    /// Each task ends with this word and no video.
    fails: Option<&'static str>,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        if request.url.host_str() == Some("cdn.example") {
            return Answer::bytes("video/mp4", video());
        }
        let body = request.json();
        let mut tasks = self.tasks.lock().unwrap();
        if request.method == Method::POST {
            let ours = [&body["external_task_id"], &body["options"]["external_task_id"]];
            let ours = ours.iter().find_map(|id| id.as_str()).unwrap().to_owned();
            tasks.insert(ours.clone(), 0);
            let task = json!({"task_id": format!("task-{ours}"), "id": format!("task-{ours}"),
                "task_status": "submitted", "status": "submitted"});
            return Answer::json(json!({"code": 0, "message": "SUCCEED", "request_id": "r1", "data": task}));
        }
        let asked = |name: &str| request.query(name);
        let id = asked("task_ids").or(asked("external_task_ids"));
        let current = id.is_some();
        let id = id.unwrap_or_else(|| path.rsplit('/').next().unwrap().to_owned());
        let ours = id.trim_start_matches("task-").to_owned();
        let Some(times) = tasks.get_mut(&ours) else {
            return match current {
                true => Answer::json(json!({"code": 0, "data": []})),
                false => {
                    Answer::json(json!({"code": 1203, "message": "no such task"})).with_status(StatusCode::NOT_FOUND)
                }
            };
        };
        *times += 1;
        let output = json!({"type": "video", "url": "https://cdn.example/video.mp4", "duration": "5.0"});
        if let (Some(word), 3..) = (self.fails, *times) {
            return Answer::json(json!({"code": 0, "data": match current {
                true => json!([{"id": id, "status": word, "message": "GPU on fire"}]),
                false => json!({"task_id": id, "task_status": word, "task_status_msg": "GPU on fire"}),
            }}));
        }
        let (legacy_word, word) = if *times < 3 { ("processing", "processing") } else { ("succeed", "succeeded") };
        Answer::json(json!({"code": 0, "message": "SUCCEED", "data": match current {
            true => json!([{"id": format!("task-{ours}"), "status": word, "outputs": [output],
                "billing": [{"charge_type": "unit", "amount": "10"}]}]),
            false => json!({"task_id": format!("task-{ours}"), "task_status": legacy_word, "final_unit_deduction": "1",
                "task_result": {"videos": [output]}}),
        }}))
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Kling", |_| true, move |request| studio.answer(request))
    }
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}

fn video_model(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, model: &str) -> KlingVideo {
    let endpoint = Kling::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(clock)
        .retry(RetryPolicy::none());
    Kling::new(endpoint).unwrap().video(model)
}

async fn run_with(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    let options = OpenOptions::new().with_clock(clock.clone());
    Run::open_with(journal, "video", options).await.unwrap()
}

async fn make(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), &clock).await;
    video_model(vendor.transport(), clock, model).make(&run, request).await
}

/// A request for what the documented examples ask.
fn asking_for(prompt: &str) -> VideoRequest {
    VideoRequest::new(prompt)
        .with_resolution("1080p")
        .with_audio(true)
        .with_aspect_ratio(AspectRatio::VERTICAL)
        .with_duration(Duration::from_secs(5))
}

// Stands on documented exchanges in `../shared`; our own id and the word about the watermark are
// added. Museum F7: two APIs of one vendor, two shapes.
#[tokio::test]
async fn requests_are_the_documented_ones() {
    for (cassette, model, request) in [
        ("kling-01", LEGACY, asking_for("A character performs a graceful dance").with_negative_prompt("blurry")),
        ("kling-10", CURRENT, asking_for("A cup of coffee on a terrace at dawn")),
    ] {
        let Some(cassette) = shared::cassette(cassette) else { return };
        let vendor = Studio::default().vendor();
        make(&vendor, model, &request).await.unwrap();
        let sent = &vendor.received()[0];
        let expected = &cassette["request"];
        assert_eq!(
            sent.url.as_str(),
            format!("https://{}{}", cassette["host"].as_str().unwrap(), expected["path"].as_str().unwrap())
        );
        assert_eq!(sent.header("authorization"), Some("Bearer test-key"));
        let (mut body, mut expected) = (sent.json(), expected["body"].clone());
        for body in [&mut body, &mut expected] {
            let options = if model == CURRENT { &mut body["options"] } else { body };
            let fields = options.as_object_mut().unwrap();
            fields.remove("external_task_id");
            fields.remove("watermark_info");
        }
        assert_eq!(body, expected);
    }
}

// Museum F8: whether there is a watermark is said in every request and not left to the vendor.
#[tokio::test]
async fn f8_the_watermark_is_always_spoken_of() {
    for (model, options) in [(LEGACY, ""), (CURRENT, "/options")] {
        let vendor = Studio::default().vendor();
        make(&vendor, model, &VideoRequest::new("A cup of coffee")).await.unwrap();
        let sent = vendor.received()[0].json();
        assert_eq!(sent.pointer(&format!("{options}/watermark_info/enabled")), Some(&json!(false)), "{model}: {sent}");
    }
}

// Stands on documented answers in `../shared`.
#[tokio::test]
async fn documented_answers_are_read() {
    for (create, query, model, units) in
        [("kling-01", "kling-02", LEGACY, 1.0), ("kling-10", "kling-11", CURRENT, 10.0)]
    {
        let (Some(create), Some(query)) = (shared::cassette(create), shared::cassette(query)) else { return };
        let (create, query) = (create["response"]["body"].clone(), query["response"]["body"].clone());
        let vendor = ScriptedVendor::new().respond_if(
            "Kling",
            |_| true,
            move |request| match (&request.method, request.url.host_str()) {
                (&Method::POST, _) => Answer::json(create.clone()),
                (_, Some("api-singapore.klingai.com")) => Answer::json(query.clone()),
                _ => Answer::bytes("video/mp4", video()),
            },
        );
        let video = make(&vendor, model, &asking_for("a dance")).await.unwrap();
        assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
        let usage = video.usage.unwrap();
        assert_eq!((usage.seconds, usage.units), (Some(5.0), Some(units)));
        let received = vendor.received();
        let asked: Vec<_> = received.iter().map(|request| request.url.path()).collect();
        assert_eq!(received.len(), 3, "{asked:?}");
        // The video lies elsewhere and is fetched without a key.
        assert!(!received[2].headers.contains_key(AUTHORIZATION) && !received[2].headers.contains_key(REFERER));
    }
}

// Every exchange of the folder; the texts are not compared, because most are put together from
// field lists.
// Museum F1, F2, F3.
#[tokio::test]
async fn every_exchange_is_read() {
    for name in ["kling-01", "kling-02", "kling-04", "kling-05", "kling-07", "kling-08", "kling-10", "kling-11"] {
        let Some(cassette) = shared::cassette(name) else { return };
        let (path, answer) = (cassette["request"]["path"].as_str().unwrap(), &cassette["response"]);
        let status = StatusCode::from_u16(answer["status"].as_u64().unwrap() as u16).unwrap();
        let body = answer["body"].clone();
        let model = if path.starts_with("/v1/") { LEGACY } else { CURRENT };
        let mut request = VideoRequest::new("a cat");
        if path.contains("image2video") {
            request = request.with_first_frame(frame(400, 300));
        }
        let (studio, method) = (Studio::default(), cassette["request"]["method"].as_str().unwrap().to_owned());
        let script = Answer::json(body.clone()).with_status(status);
        let vendor = ScriptedVendor::new().respond_if(
            "Kling",
            |_| true,
            move |request| match request.url.host_str() {
                Some("api-singapore.klingai.com") if request.method.as_str() == method => script.clone(),
                Some("api-singapore.klingai.com") => studio.answer(request),
                _ => Answer::bytes("video/mp4", video()),
            },
        );
        let result = make(&vendor, model, &request).await;
        let task = body["data"].get(0).unwrap_or(&body["data"]);
        let id = task["task_id"].as_str().or(task["id"].as_str());
        let word = task["task_status"].as_str().or(task["status"].as_str());
        match (word, result) {
            (Some("succeed" | "succeeded"), result) => drop(result.unwrap()),
            (Some("failed"), result) => assert_eq!(result.unwrap_err().kind(), ErrorKind::Rejected, "{name}"),
            (Some("processing"), result) => assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout, "{name}"),
            // The task is asked after by its id.
            (Some("submitted"), _) => {
                assert!(vendor.received()[1].url.as_str().contains(id.unwrap()), "{name}");
            }
            (_, result) => {
                let code = body["code"].to_string();
                assert_eq!(result.unwrap_err().code(), Some(code.as_str()), "{name}");
            }
        }
        assert_eq!(submissions(&vendor), 1, "{name}");
    }
}

// Kling documents no way to end a task.
#[tokio::test]
async fn a_task_cannot_be_cancelled() {
    let vendor = Studio::default().vendor();
    let model = video_model(vendor.transport(), Arc::new(FixedClock::default()), LEGACY);
    let error = model.cancel(&Run::ephemeral()).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("cancel")));
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn images_go_along_in_each_apis_own_way() {
    let vendor = Studio::default().vendor();
    let still = VideoRequest::new("It moves").with_first_frame(frame(400, 300)).with_last_frame(frame(300, 400));
    make(&vendor, "kling-v2-1", &still).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.path(), "/v1/videos/image2video");
    assert!(sent.json()["image"].as_str().unwrap().starts_with("iVBOR"), "bare base64");
    assert!(sent.json()["image_tail"].is_string());
    assert_eq!(vendor.received()[1].url.path().rsplit_once('/').unwrap().0, "/v1/videos/image2video");

    let vendor = Studio::default().vendor();
    let address = Media::remote("https://a.example/still.png".parse().unwrap());
    make(&vendor, CURRENT, &VideoRequest::new("It moves").with_first_frame(address)).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.path(), "/image-to-video/kling-2.6");
    assert_eq!(
        sent.json()["contents"],
        json!([{"type": "prompt", "text": "It moves"}, {"type": "first_frame", "url": "https://a.example/still.png"}])
    );
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || VideoRequest::new("a cat");
    let dead = RemoteMedia {
        url: "https://a.example/b.png".parse().unwrap(),
        expires_at: Some("2026-11-20T12:05:00Z".parse().unwrap()),
    };
    let table = [
        (LEGACY, asked().with_duration(Duration::from_secs(7)), "duration"),
        (LEGACY, asked().with_resolution("4k"), "resolution"),
        (LEGACY, asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        (LEGACY, asked().with_aspect_ratio(AspectRatio::WIDE).with_first_frame(frame(400, 300)), "aspect_ratio"),
        (LEGACY, asked().with_first_frame(frame(299, 400)), "first_frame"),
        (LEGACY, asked().with_first_frame(frame(2000, 600)), "first_frame"),
        (LEGACY, asked().with_first_frame(Media::bytes("GIF89a")), "first_frame"),
        (LEGACY, asked().with_first_frame(Media::Remote(dead)), "first_frame"),
        (LEGACY, asked().with_last_frame(frame(400, 300)), "first_frame"),
        (LEGACY, asked().with_resolution("720p").with_audio(true), "resolution"),
        ("kling-v2-1", asked().with_audio(true), "audio"),
        ("kling-v9", asked().with_resolution("540p"), "resolution"),
        (CURRENT, asked().with_negative_prompt("dogs"), "negative_prompt"),
        (CURRENT, asked().with_first_frame(frame(400, 300)), "first_frame"),
        (CURRENT, VideoRequest::new("x".repeat(2501)), "prompt"),
        (CURRENT, VideoRequest::new(" "), "prompt"),
    ];
    for (model, request, field) in table {
        let vendor = Studio::default().vendor();
        let error = make(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// Stands on the vendor's list of codes. Museum E10, F10, F11: of the answers with 429, two mean
// "later".
#[tokio::test]
async fn errors_are_classified() {
    let table = [
        (401, 1000, ErrorKind::Auth, Retry::Never),
        (401, 1002, ErrorKind::Auth, Retry::Never),
        (401, 1004, ErrorKind::Auth, Retry::Never),
        (429, 1100, ErrorKind::Permission, Retry::Never),
        (429, 1101, ErrorKind::QuotaExhausted, Retry::Never),
        (429, 1102, ErrorKind::QuotaExhausted, Retry::Never),
        (403, 1103, ErrorKind::Permission, Retry::Never),
        (400, 1200, ErrorKind::InvalidRequest, Retry::Never),
        (400, 1201, ErrorKind::InvalidRequest, Retry::Never),
        (404, 1203, ErrorKind::NotFound, Retry::Never),
        (400, 1300, ErrorKind::Rejected, Retry::Never),
        (400, 1301, ErrorKind::Rejected, Retry::Never),
        (429, 1302, ErrorKind::RateLimited, Retry::Backoff),
        (429, 1303, ErrorKind::RateLimited, Retry::Backoff),
        (429, 1304, ErrorKind::Permission, Retry::Never),
        (429, 1399, ErrorKind::RateLimited, Retry::Never),
        // A failure may come with status 200.
        (200, 1102, ErrorKind::QuotaExhausted, Retry::Never),
        (200, 1301, ErrorKind::Rejected, Retry::Never),
    ];
    for (status, code, kind, retry) in table {
        let body = json!({"code": code, "message": "it says", "request_id": "r6"});
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/text-to-video/kling-2.6", answer);
        let error = make(&vendor, CURRENT, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{code}");
        assert_eq!((error.code(), error.request_id()), (Some(code.to_string().as_str()), Some("r6")));
        assert_eq!(vendor.received().len(), 1, "{code}");
    }
    for cassette in ["kling-07", "kling-08"] {
        let Some(cassette) = shared::cassette(cassette) else { return };
        let answer = &cassette["response"];
        let answer = Answer::json(answer["body"].clone())
            .with_status(StatusCode::from_u16(answer["status"].as_u64().unwrap() as u16).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/v1/videos/text2video", answer);
        let error = make(&vendor, LEGACY, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.retry() == Retry::Never, error.code() == Some("1102"), "{error}");
    }
}

/// A vendor that answers every question with this task.
fn vendor_with(task: Value) -> ScriptedVendor {
    let create = Answer::json(json!({"code": 0, "data": {"task_id": "t1"}}));
    ScriptedVendor::new().on(Method::POST, "/v1/videos/text2video", create).on(
        Method::GET,
        "/v1/videos/text2video/t1",
        Answer::json(json!({"code": 0, "data": task})),
    )
}

// Museum F1, F2, F3: every word ends in a verdict, and the reason is kept.
#[tokio::test]
async fn f2_f3_a_task_that_fails_says_why() {
    let failed = |reason: &str| json!({"task_id": "t1", "task_status": "failed", "task_status_msg": reason});
    let table = [
        (failed("Failure to pass the risk control system"), ErrorKind::Rejected, "risk control"),
        (failed("GPU on fire"), ErrorKind::JobFailed, "GPU on fire"),
        (failed(""), ErrorKind::JobFailed, "no reason"),
        (json!({"task_status": "succeed", "task_result": {"videos": []}}), ErrorKind::JobFailed, "names no video"),
        (json!({"task_status": "some new word"}), ErrorKind::Timeout, "some new word"),
    ];
    for (task, kind, message) in table {
        let vendor = vendor_with(task);
        let error = make(&vendor, LEGACY, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("kling"), "{error}");
        if kind == ErrorKind::Rejected {
            assert_eq!(error.rejection().unwrap().stage, Stage::Output);
        }
        assert_eq!(submissions(&vendor), 1);
    }
}

// Invented vendor with a memory; the tasks are counted there.
// Museum F12, A2, A7.
#[tokio::test]
async fn no_fault_pays_twice() {
    for model in [LEGACY, CURRENT] {
        let cases = fault_matrix(
            || Studio::default().vendor(),
            |scene| async move {
                let video_model = video_model(scene.transport, scene.clock, model);
                video_model.make(&scene.run, &VideoRequest::new("a cat")).await
            },
            submissions,
        )
        .await
        .unwrap();
        assert!(cases.len() > 100, "{}", cases.len());
        let violations: Vec<_> = cases.iter().filter_map(Case::violation).collect();
        assert!(violations.is_empty(), "{violations:#?}");
        // The vendor knows the task by our id, so that no doubt is left in the end.
        let unsure: Vec<_> = cases.iter().filter(|case| case.result.is_err()).map(ToString::to_string).collect();
        assert!(unsure.is_empty(), "{unsure:#?}");
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for model in ["kling-v3", "kling-3.0"] {
        let connect = move |scene: &Scene| {
            let endpoint = Kling::endpoint()
                .auth(Auth::Bearer(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            Ok(Arc::new(Kling::new(endpoint)?.video(model)) as Arc<VideoModel>)
        };
        let image = match model {
            "kling-v3" => frame(400, 300),
            _ => Media::remote("https://a.example/still.png".parse().unwrap()),
        };
        let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions).with_image(image);
        let subject = subject.failing(|| Studio { fails: Some("failed"), ..Studio::default() }.vendor());
        conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
    }
}

// Museum F12, A7.
#[tokio::test]
async fn f12_another_process_collects_the_video() {
    let (vendor, journal, clock) = (Studio::default().vendor(), MemoryJournal::new(), Arc::new(FixedClock::default()));
    let mut videos = Vec::new();
    for _process in 0..2 {
        let run = run_with(&journal, &clock).await;
        videos.push(
            video_model(vendor.transport(), clock.clone(), LEGACY)
                .make(&run, &VideoRequest::new("a cat"))
                .await
                .unwrap(),
        );
        // Long after Kling has deleted it.
        clock.advance(Duration::from_secs(40 * 24 * 3600));
    }
    assert_eq!(videos[0], videos[1]);
    assert_eq!(submissions(&vendor), 1);
    assert_eq!(vendor.received().len(), 1 + 3 + 1, "one request, three questions, one video");
}

/// The address of a result ends before its time: Kling is asked for a fresh one, and not for
/// another video.
#[tokio::test]
async fn an_address_that_has_ended_is_asked_for_again() {
    for status in [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::GONE] {
        let (studio, downloads) = (Studio::default(), Arc::new(Mutex::new(0)));
        let vendor = ScriptedVendor::new().respond_if(
            "Kling",
            |_| true,
            move |request| {
                if request.url.host_str() == Some("cdn.example") {
                    *downloads.lock().unwrap() += 1;
                    if *downloads.lock().unwrap() == 1 {
                        return Answer::text("the link has expired").with_status(status);
                    }
                }
                studio.answer(request)
            },
        );
        let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
        let run = run_with(&journal, &clock).await;
        let model = video_model(vendor.transport(), clock, LEGACY);
        model.make(&run, &VideoRequest::new("a cat")).await.unwrap();
        assert_eq!(submissions(&vendor), 1);
        assert_eq!(vendor.received().len(), 1 + 3 + 1 + 1 + 1, "asked once more between two downloads ({status})");
    }
}

// Stands on the known answer in `../shared`, computed from the documented rule.
// Museum F9.
#[tokio::test]
async fn f9_tokens_are_signed_as_documented() {
    let Some(vectors) = shared::json("cassettes/media/vectors/signing.json") else { return };
    let vector = &vectors["kling_jwt"];
    let text = |name: &str| vector[name].as_str().unwrap().to_owned();
    for case in vector["cases"].as_array().unwrap() {
        let now = Timestamp::from_second(case["now"].as_i64().unwrap()).unwrap();
        let tokens = SignedTokens::new(text("access_key"), text("secret_key").into(), Arc::new(FixedClock::new(now)));
        let token = tokens.token().await.unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(&token), case["token"].as_str().unwrap());
    }
}

// Museum F9: a token outlives no long wait, and is signed again once when Kling calls it expired.
#[tokio::test]
async fn f9_tokens_are_renewed_in_time_and_once_when_refused() {
    let clock = Arc::new(FixedClock::default());
    let refused = Arc::new(Mutex::new(true));
    let script = refused.clone();
    let vendor = ScriptedVendor::new().respond_if(
        "Kling",
        |_| true,
        move |request| {
            assert!(request.header("authorization").unwrap().starts_with("Bearer eyJ"));
            match std::mem::take(&mut *script.lock().unwrap()) {
                true => Answer::json(json!({"code": 1004, "message": "expired"})).with_status(StatusCode::UNAUTHORIZED),
                false => Answer::json(json!({"code": 0, "data": {"task_status": "failed"}})),
            }
        },
    );
    let auth = Kling::signed_auth("access", "the-secret-key".into(), clock.clone());
    let builder = Kling::endpoint().auth(auth).transport(vendor.transport()).clock(clock.clone());
    let endpoint = builder.clone().build().unwrap();
    let ask = || async { endpoint.get("v1/videos/text2video/t1").unwrap().send().await };
    ask().await.unwrap();
    assert_eq!(vendor.received().len(), 2, "refused once, then taken");
    for (minutes, signed_anew) in [(20, false), (6, true), (20, false)] {
        clock.advance(Duration::from_secs(minutes * 60));
        ask().await.unwrap();
        let received = vendor.received();
        let tokens: Vec<_> = received.iter().rev().take(2).map(|sent| sent.header("authorization")).collect();
        assert_eq!(tokens[0] != tokens[1], signed_anew, "after {minutes} minutes");
    }
    *refused.lock().unwrap() = true;
    let printed = format!("{endpoint:?} {:?}", Kling::new(builder));
    assert!(!printed.contains("the-secret-key") && !printed.contains("eyJ"), "{printed}");
}
