//! Stands on exchanges that replicate-python recorded and on requests of its client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{Auth, RetryPolicy};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest};
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::Replicate;
use super::wire::File;
use crate::{samples, shared};

const KONTEXT: &str = "black-forest-labs/flux-kontext-max";
const SCHNELL: &str = "black-forest-labs/flux-schnell";
const SEEDANCE: &str = "bytedance/seedance-1-pro";

/// Replicate with its memory: the inputs, and how often each prediction was asked after.
#[derive(Clone, Default)]
struct Farm {
    predictions: Arc<Mutex<BTreeMap<String, (Value, u32)>>>,
    /// Each prediction ends with this reason.
    fails: Option<&'static str>,
}

impl Farm {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        if request.url.host_str() == Some("replicate.delivery") {
            return match path.ends_with(".mp4") {
                true => Answer::bytes("video/mp4", samples::video()),
                false => Answer::bytes("image/png", samples::png(8, 8)),
            };
        }
        if path == "/v1/files" {
            return Answer::json(json!({"id": "f1", "urls": {"get": "https://api.replicate.com/v1/files/f1"},
                "expires_at": "2026-11-21T12:00:00Z"}))
            .with_status(StatusCode::CREATED);
        }
        let mut predictions = self.predictions.lock().unwrap();
        if path.ends_with("/predictions") && request.method == Method::GET {
            let listed = predictions.iter().map(|(id, (input, _))| listed(id, input));
            return Answer::json(json!({"next": null, "results": listed.collect::<Vec<_>>()}));
        }
        if path.ends_with("/predictions") {
            let id = format!("p{}", predictions.len() + 1);
            predictions.insert(id.clone(), (request.json()["input"].clone(), 0));
            return Answer::json(json!({"id": id, "status": "starting", "output": null}))
                .with_status(StatusCode::CREATED);
        }
        let cancels = path.ends_with("/cancel");
        let id = path.trim_end_matches("/cancel").rsplit('/').next().unwrap().to_owned();
        let Some((input, times)) = predictions.get_mut(&id) else {
            return Answer::json(json!({"detail": "not found", "status": 404})).with_status(StatusCode::NOT_FOUND);
        };
        if cancels {
            return Answer::json(json!({"id": id, "status": if *times < 3 { "canceled" } else { "succeeded" }}));
        }
        *times += 1;
        let count = input["num_outputs"].as_u64().unwrap_or(1);
        let ending = if input.get("x-video").is_some() || input["prompt"].as_str().unwrap().contains("film") {
            "mp4"
        } else {
            "png"
        };
        let output: Vec<_> = (0..count).map(|n| format!("https://replicate.delivery/{n}.{ending}")).collect();
        Answer::json(match (*times, self.fails) {
            (1, _) => json!({"id": id, "status": "starting", "output": null, "error": null, "logs": null}),
            (2, _) => json!({"id": id, "status": "processing", "output": output}),
            (_, Some(reason)) => json!({"id": id, "status": "failed", "error": reason}),
            _ if count == 1 => json!({"id": id, "status": "succeeded", "output": output[0]}),
            _ => json!({"id": id, "status": "succeeded", "output": output}),
        })
    }

    fn vendor(&self) -> ScriptedVendor {
        let farm = self.clone();
        ScriptedVendor::new().respond_if("Replicate", |_| true, move |request| farm.answer(request))
    }
}

fn listed(id: &str, input: &Value) -> Value {
    json!({"id": id, "input": input, "status": "processing", "source": "api", "created_at": "2026-11-20T12:00:05.1Z"})
}

/// The paid requests.
fn submissions(vendor: &ScriptedVendor) -> usize {
    let paid = |sent: &&Received| sent.method == Method::POST && sent.url.path().ends_with("/predictions");
    vendor.received().iter().filter(paid).count()
}

fn client(vendor: &ScriptedVendor, clock: &Arc<FixedClock>) -> Replicate {
    let endpoint = Replicate::endpoint().auth(Auth::Bearer("test-key".into())).retry(RetryPolicy::none());
    Replicate::new(endpoint.transport(vendor.transport()).clock(clock.clone())).unwrap()
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

/// A vendor that answers every question after a prediction like this.
fn answering(question: Answer) -> ScriptedVendor {
    Farm::default().vendor().respond_if(
        "check",
        |sent| sent.method == Method::GET && sent.url.path().starts_with("/v1/predictions/"),
        move |_| question.clone(),
    )
}

// Stands on requests that replicate 1.0.7 sent. `Prefer: wait` is left out: the prediction's id has
// to be in the run before the wait begins.
#[tokio::test]
async fn requests_are_those_of_the_vendors_client() {
    let edit = ImageRequest::new("Add a logo")
        .with_reference(at("https://cdn.example.test/a.jpg"))
        .with_extra("input", json!({"aspect_ratio": "match_input_image", "output_format": "jpg"}))
        .with_extra("webhook", "https://hook.example.test/r")
        .with_extra("webhook_events_filter", json!(["completed"]));
    for (file, model, request) in [
        ("golden/replicate/model_prediction_and_poll.json", KONTEXT, edit),
        ("golden/replicate/run_wait.json", SCHNELL, ImageRequest::new("A café")),
    ] {
        let Some(golden) = shared::json(file) else { return };
        let vendor = Farm::default().vendor();
        draw(&vendor, model, &request).await.unwrap();
        for (sent, golden) in vendor.received().iter().zip(golden["requests"].as_array().unwrap()) {
            assert_eq!(sent.method.as_str(), golden["method"].as_str().unwrap());
            let address = format!("https://{}{}", golden["host"].as_str().unwrap(), golden["path"].as_str().unwrap());
            assert_eq!(sent.url.as_str(), address);
            assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
            assert_eq!(sent.json(), golden["body"]["json"], "{file}");
        }
    }
}

// Stands on the recorded exchanges in `../shared`; each of them is read.
#[tokio::test]
async fn recorded_exchanges_are_read() {
    let clock = Arc::new(FixedClock::default());
    for (name, exchange) in shared::exchanges("replicate-") {
        let (answer, body) = (shared::answer(&exchange), exchange["response"]["body"].clone());
        match name.split('-').nth(1).unwrap() {
            // A file is uploaded, and the prediction is given the address.
            "01" => {
                let vendor = Farm::default().vendor();
                let vendor = vendor.respond_if("files", |sent| sent.url.path() == "/v1/files", move |_| answer.clone());
                let large = [samples::png(8, 8), vec![0; 300 << 10]].concat();
                draw(&vendor, KONTEXT, &ImageRequest::new("a").with_reference(Media::bytes(large))).await.unwrap();
                let received = vendor.received();
                assert!(received[0].text().contains("name=\"content\"; filename=\"image.png\""));
                // The recorded file has ended since, and is uploaded anew by another process.
                assert_eq!(received[1].json()["input"]["input_image"], body["urls"]["get"]);
            }
            "02" => {
                let file: File = serde_json::from_value(body.clone()).unwrap();
                assert_eq!(file.urls.get.as_str(), body["urls"]["get"].as_str().unwrap());
                assert_eq!(file.expires_at.unwrap().to_string(), "2024-08-23T12:26:51.079Z");
            }
            // Uploads are not deleted by us: they end after a day.
            "04" => assert_eq!(exchange["response"]["status"], 204),
            "05" | "14" | "13" => {
                let vendor = answering(Answer::json(json!({"status": "succeeded",
                    "output": ["https://replicate.delivery/a.png"]})));
                let vendor = vendor.respond_if("create", |sent| sent.method == Method::POST, move |_| answer.clone());
                let path = exchange["request"]["path"].as_str().unwrap();
                let by_version = exchange["request"]["body"]["version"].as_str();
                let model = path.trim_start_matches("/v1/models/").trim_end_matches("/predictions");
                let prompt = exchange["request"]["body"]["input"]["prompt"].as_str().unwrap();
                draw(&vendor, by_version.unwrap_or(model), &ImageRequest::new(prompt)).await.unwrap();
                let received = vendor.received();
                assert_eq!(received[0].url.path(), path);
                assert_eq!(received[0].json()["version"], exchange["request"]["body"]["version"]);
                assert_eq!(received[0].json()["input"]["prompt"], prompt);
                let id = body["id"].as_str().unwrap();
                assert_eq!(received[1].url.path(), format!("/v1/predictions/{id}"));
                // An output that is there while it is worked on is no result.
                let working = answering(shared::answer(&exchange));
                let error = draw(&working, SCHNELL, &ImageRequest::new("a")).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Timeout, "{name}");
            }
            "07" => {
                let vendor = Farm::default().vendor();
                let vendor =
                    vendor.respond_if("cancel", |sent| sent.url.path().ends_with("/cancel"), move |_| answer.clone());
                let run = run_on(&MemoryJournal::new(), &clock).await;
                let refuses = vendor.clone().respond_if(
                    "check",
                    |sent| sent.method == Method::GET,
                    |_| Answer::status(StatusCode::UNAUTHORIZED),
                );
                let model = client(&refuses, &clock).image(SCHNELL);
                model.make(&run, &ImageRequest::new("a")).await.unwrap_err();
                model.cancel(&run).await.unwrap();
                assert!(run.jobs().is_empty());
                // As the answer to a question it is the end, too.
                let error = draw(&answering(Answer::json(body)), SCHNELL, &ImageRequest::new("a")).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::JobFailed);
            }
            "08" => {
                let vendor = answering(answer);
                let made = draw(&vendor, SCHNELL, &ImageRequest::new("a")).await.unwrap();
                assert_eq!(made.images.len(), 1);
                let file = vendor.received().pop().unwrap();
                assert_eq!(file.url.as_str(), body["output"][0].as_str().unwrap());
                assert!(!file.headers.contains_key(AUTHORIZATION), "the file is fetched without the token");
            }
            "10" => {
                let error = draw(&answering(answer), SCHNELL, &ImageRequest::new("a")).await.unwrap_err();
                assert!(error.message().contains("`processing`"), "{error}");
            }
            "11" => {
                let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
                let error = draw(&vendor, SCHNELL, &ImageRequest::new("a")).await.unwrap_err();
                assert_eq!((error.kind(), error.effect()), (ErrorKind::Auth, Effect::None));
                assert_eq!(error.message(), "You did not pass a valid authentication token");
            }
            _ => panic!("{name} is not expected"),
        }
    }
}

// Museum F7. The names are those of the models' pages.
#[tokio::test]
async fn each_model_has_its_own_names() {
    let asked = || ImageRequest::new("Dusk");
    let a = at("https://a.example/a.png");
    for (model, request, path, expected) in [
        (
            SCHNELL,
            asked().with_aspect_ratio(AspectRatio::PORTRAIT).with_count(2).with_seed(7),
            "models/black-forest-labs/flux-schnell/predictions",
            json!({"input": {"prompt": "Dusk", "aspect_ratio": "4:5", "num_outputs": 2, "seed": 7}}),
        ),
        (
            "bytedance/seedream-4:abc123",
            asked().with_size("2K").with_reference(a.clone()),
            "predictions",
            json!({"version": "abc123",
                "input": {"prompt": "Dusk", "size": "2K", "image_input": ["https://a.example/a.png"]}}),
        ),
        (
            "somebody/new-model",
            asked().with_reference(a.clone()).with_extra("input", json!({"steps": 20})),
            "models/somebody/new-model/predictions",
            json!({"input": {"prompt": "Dusk", "image": "https://a.example/a.png", "steps": 20}}),
        ),
    ] {
        let vendor = Farm::default().vendor();
        draw(&vendor, model, &request).await.unwrap();
        let sent = &vendor.received()[0];
        assert_eq!((sent.url.path(), sent.json()), (&*format!("/v1/{path}"), expected));
    }
    let asked = || VideoRequest::new("It moves in a film").with_duration(Duration::from_secs(5));
    for (model, request, expected) in [
        (
            SEEDANCE,
            asked().with_first_frame(a.clone()).with_last_frame(a).with_resolution("720p"),
            json!({"prompt": "It moves in a film", "duration": 5, "resolution": "720p", "image": "https://a.example/a.png",
                "last_frame_image": "https://a.example/a.png"}),
        ),
        (
            "kwaivgi/kling-v2.5-turbo-pro",
            asked().with_first_frame(Media::bytes(samples::png(8, 8))).with_negative_prompt("rain"),
            Value::Null,
        ),
    ] {
        let vendor = Farm::default().vendor();
        let video = film(&vendor, model, &request).await.unwrap();
        assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
        let sent = vendor.received()[0].json()["input"].clone();
        match expected {
            Value::Null => assert!(sent["start_image"].as_str().unwrap().starts_with("data:image/png;base64,iVBOR")),
            expected => assert_eq!(sent, expected),
        }
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let image = || at("https://a.example/a.png");
    let asked = || ImageRequest::new("a cat");
    for (model, request, field) in [
        (SCHNELL, asked().with_reference(image()), "references"),
        (SCHNELL, asked().with_count(5), "count"),
        (SCHNELL, asked().with_size("2K"), "size"),
        (KONTEXT, asked().with_count(2), "count"),
        (KONTEXT, asked().with_reference(image()).with_reference(image()), "references"),
        (KONTEXT, asked().with_reference(Media::bytes("GIF89a")), "references"),
        ("bytedance/seedream-4", asked().with_seed(1), "seed"),
    ] {
        let vendor = Farm::default().vendor();
        let error = draw(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let asked = || VideoRequest::new("a cat");
    for (request, field) in [
        (asked().with_duration(Duration::from_secs(13)), "duration"),
        (asked().with_aspect_ratio(AspectRatio::WIDE).with_first_frame(image()), "aspect_ratio"),
        (asked().with_last_frame(image()), "first_frame"),
        (asked().with_audio(true), "audio"),
    ] {
        let vendor = Farm::default().vendor();
        let error = film(&vendor, SEEDANCE, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// The shape is recorded, the texts are invented.
#[tokio::test]
async fn errors_are_classified() {
    for (status, kind, retry) in [
        (402, ErrorKind::QuotaExhausted, Retry::Never),
        (404, ErrorKind::NotFound, Retry::Never),
        (422, ErrorKind::InvalidRequest, Retry::Never),
        (429, ErrorKind::RateLimited, Retry::Backoff),
    ] {
        let body = json!({"title": "It is so", "detail": "it says", "status": status});
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error = draw(&vendor, SCHNELL, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{status}");
        assert_eq!((error.message(), error.code()), ("it says", Some("It is so")));
    }
}

// Museum F1, F2, F3. The words are the vendor's.
#[tokio::test]
async fn every_word_ends_in_a_verdict() {
    let table = [
        (json!({"status": "failed", "error": "CUDA out of memory"}), ErrorKind::JobFailed, "CUDA"),
        (json!({"status": "failed", "error": "NSFW content detected."}), ErrorKind::Rejected, "NSFW"),
        (json!({"status": "aborted", "error": null}), ErrorKind::JobFailed, "no reason"),
        (json!({"status": "canceled"}), ErrorKind::JobFailed, "cancelled"),
        (json!({"status": "succeeded", "output": null}), ErrorKind::JobFailed, "names no file"),
        (json!({"status": "succeeded", "output": null, "data_removed": true}), ErrorKind::JobFailed, "deleted"),
        (json!({"status": "succeeded", "output": ["a haiku", " about llamas"]}), ErrorKind::JobFailed, "names no file"),
        (
            json!({"status": "some new word", "output": ["https://a.example/a.png"]}),
            ErrorKind::Timeout,
            "some new word",
        ),
    ];
    for (prediction, kind, message) in table {
        let vendor = answering(Answer::json(prediction));
        let error = draw(&vendor, SCHNELL, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("replicate"), "{error}");
        assert!(error.rejection().is_none_or(|rejection| rejection.stage == Stage::Output));
        assert_eq!(submissions(&vendor), 1);
    }
    // An output may be in the answer itself.
    let inline = json!({"status": "succeeded", "output": {"image":
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}});
    assert_eq!(draw(&answering(Answer::json(inline)), SCHNELL, &ImageRequest::new("a")).await.unwrap().images.len(), 1);
}

// The list is documented; the vendor is invented. Museum F12.
#[tokio::test]
async fn a_lost_prediction_is_found_by_its_inputs_if_exactly_one_fits() {
    let request = ImageRequest::new("a cat").with_seed(7);
    let ours = json!({"prompt": "a cat", "seed": 7, "go_fast": true});
    let other = json!({"prompt": "a cat", "seed": 8});
    let old = json!({"id": "p0", "input": ours, "created_at": "2026-11-20T11:00:00Z"});
    for (list, found) in [
        (json!([listed("p1", &ours), listed("p2", &other), old.clone()]), true),
        (json!([listed("p1", &ours), listed("p2", &ours)]), false),
        (json!([listed("p2", &other), old]), false),
        (json!([]), false),
    ] {
        let farm = Farm::default();
        farm.predictions.lock().unwrap().insert("p1".to_owned(), (ours.clone(), 0));
        let vendor =
            farm.vendor().respond_if("create", |sent| sent.method == Method::POST, |_| Answer::lost()).respond_if(
                "list",
                |sent| sent.url.path() == "/v1/predictions" && sent.method == Method::GET,
                move |_| Answer::json(json!({"results": list})),
            );
        let result = draw(&vendor, SCHNELL, &request).await;
        assert_eq!(submissions(&vendor), 1);
        match found {
            true => assert_eq!(result.unwrap().images.len(), 1),
            false => assert_eq!(result.unwrap_err().kind(), ErrorKind::OutcomeUnknown),
        }
    }
}

// Invented vendor; the paid requests are counted there. Museum F12.
#[tokio::test]
async fn it_keeps_the_contract() {
    fn connected(scene: &Scene) -> social_core::Result<Replicate> {
        let endpoint = Replicate::endpoint().auth(Auth::Bearer(conformance::SECRET.into()));
        Replicate::new(
            endpoint.transport(scene.transport.clone()).clock(scene.clock.clone()).random(scene.random.clone()),
        )
    }
    let failing = || Farm { fails: Some("GPU on fire"), ..Farm::default() }.vendor();
    for model in [SCHNELL, KONTEXT, "somebody/new-model:abc123"] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.image(model)) as Arc<ImageModel>);
        let subject = Subject::new(|| Farm::default().vendor(), connect).counting(submissions).failing(failing);
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
    for model in [SEEDANCE, "somebody/new-video"] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.video(model)) as Arc<VideoModel>);
        let subject = Subject::new(|| Farm::default().vendor(), connect).counting(submissions).failing(failing);
        conformance::maker(&subject, &VideoRequest::new("a film of a cat")).await.unwrap();
    }
}
