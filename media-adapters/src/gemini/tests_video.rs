//! Stands on requests that google-genai sent, on exchanges put together from Google's documentation
//! and clients, and on its documented errors.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::make::{self, Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::video::VeoVideo;
use super::{Gemini, Vertex};
use crate::samples::video;
use crate::shared::{self, frame};

const STUDIO: &str = "veo-3.1-generate-preview";
const VERTEX: &str = "veo-3.1-generate-001";

/// Google's answers to questions after the one job, the last for ever; each submission makes one.
#[derive(Clone)]
struct Google {
    answers: Vec<Value>,
    asked: Arc<Mutex<usize>>,
}

impl Google {
    fn new(answers: impl IntoIterator<Item = Value>) -> Self {
        Self { answers: answers.into_iter().collect(), asked: Arc::default() }
    }

    fn studio() -> Self {
        let uri = "https://generativelanguage.googleapis.com/v1beta/files/vid1:download?alt=media";
        let samples = json!({"generatedSamples": [{"video": {"uri": uri}}]});
        Self::new([json!({"name": "n"}), json!({"done": true, "response": {"generateVideoResponse": samples}})])
    }

    fn vertex() -> Self {
        let video = json!({"bytesBase64Encoded": STANDARD.encode(video()), "mimeType": "video/mp4"});
        Self::new([json!({"name": "n"}), json!({"done": true, "response": {"videos": [video]}})])
    }

    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        if path.ends_with(":predictLongRunning") {
            let model = path.trim_start_matches('/').split_once('/').unwrap().1.rsplit_once(':').unwrap().0;
            return Answer::json(json!({"name": format!("{model}/operations/op1")}));
        }
        if path.contains("/operations/") || path.ends_with(":fetchPredictOperation") {
            let mut asked = self.asked.lock().unwrap();
            *asked += 1;
            return Answer::json(self.answers[(*asked - 1).min(self.answers.len() - 1)].clone());
        }
        Answer::bytes("video/mp4", video())
    }

    fn vendor(&self) -> ScriptedVendor {
        let google = self.clone();
        ScriptedVendor::new().respond_if("Google", |_| true, move |request| google.answer(request))
    }
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.url.path().ends_with(":predictLongRunning")).count()
}

fn veo(transport: Arc<dyn Transport>, clock: Arc<FixedClock>, model: &str) -> VeoVideo {
    if model.ends_with("-preview") || model.contains("veo-3.0") {
        let endpoint = Gemini::endpoint().auth(Gemini::auth("test-key".into()));
        let endpoint = endpoint.transport(transport).clock(clock).retry(RetryPolicy::none());
        return Gemini::new(endpoint).unwrap().video(model);
    }
    let endpoint = Vertex::endpoint("test-project", "us-central1").unwrap().auth(Auth::Bearer("test-key".into()));
    Vertex::new(endpoint.transport(transport).clock(clock).retry(RetryPolicy::none())).unwrap().video(model)
}

async fn make(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let options = OpenOptions::new().with_clock(clock.clone());
    let run = Run::open_with(&MemoryJournal::new(), "run", options).await.unwrap();
    veo(vendor.transport(), clock, model).make(&run, request).await
}

// Stands on requests that google-genai 1.75.0 (AI Studio) and 3.3.0 (Vertex AI) sent. We always say
// that one video is wanted; Google's client says so when it was told.
// Museum F7.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let seconds = Duration::from_secs;
    let upright = |prompt| VideoRequest::new(prompt).with_aspect_ratio(AspectRatio::VERTICAL);
    let steam = upright("Steam over a cup").with_resolution("720p").with_duration(seconds(8));
    let in_bucket = Media::remote("gs://b/i.png".parse().unwrap());
    let to_bucket = json!({"storageUri": "gs://b/out/"});
    let table = [
        ("gemini/veo_create_poll_download_sdk1x", STUDIO, steam.with_negative_prompt("text"), Google::studio()),
        (
            "vertex/veo_create_poll",
            VERTEX,
            upright("Steam").with_first_frame(in_bucket).with_audio(true).with_extra("parameters", to_bucket),
            Google::vertex(),
        ),
    ];
    for (file, model, request, google) in table {
        let Some(golden) = shared::json(&format!("golden/{file}.json")) else { return };
        let vendor = google.vendor();
        make(&vendor, model, &request).await.unwrap();
        let received = vendor.received();
        for golden in golden["requests"].as_array().unwrap() {
            let method: Method = golden["method"].as_str().unwrap().parse().unwrap();
            let path = golden["path"].as_str().unwrap();
            let sent = received.iter().find(|sent| sent.is(&method, path)).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(sent.url.host_str(), golden["host"].as_str(), "{path}");
            for name in ["x-goog-api-key", "authorization"] {
                assert_eq!(sent.header(name), golden["headers"][name].as_str(), "{path}");
            }
            let mut expected = golden["body"]["json"].clone();
            if let Some(parameters) = expected.get_mut("parameters") {
                parameters["sampleCount"] = json!(1);
            }
            assert_eq!(sent.json(), expected, "{path}");
            let query: Vec<_> = sent.url.query_pairs().map(|(name, value)| json!([name, value])).collect();
            assert_eq!(json!(query), golden["query"], "{path}");
        }
    }
}

/// Plays what was exchanged for the question after a job.
async fn after_polling(name: &str, model: &str) -> Option<Result<Made<MediaFile>, Error>> {
    let body = shared::cassette(name)?["response"]["body"].clone();
    Some(make(&Google::new([body]).vendor(), model, &VideoRequest::new("a cat")).await)
}

// Every exchange with Veo in `../shared`. Of those put together from field lists no text is
// compared.
// Museum F1, F2, F3.
#[tokio::test]
async fn exchanges_are_read() {
    for (name, model) in [("gemini-08", STUDIO), ("vertex-04", VERTEX)] {
        let Some(created) = shared::cassette(name) else { return };
        let inner = if model == STUDIO { Google::studio() } else { Google::vertex() };
        let answer = created["response"]["body"].clone();
        let vendor = ScriptedVendor::new().respond_if(
            "Google",
            |_| true,
            move |request| match request.url.path().ends_with(":predictLongRunning") {
                true => Answer::json(answer.clone()),
                false => inner.answer(request),
            },
        );
        make(&vendor, model, &VideoRequest::new("a cat")).await.unwrap();
        let asked = &vendor.received()[1];
        let name = created["response"]["body"]["name"].as_str().unwrap();
        match model {
            STUDIO => assert_eq!(asked.url.path(), format!("/v1beta/{name}")),
            _ => assert_eq!(asked.json(), json!({"operationName": name})),
        }
    }
    // Done, at an address; vertex-07 in a bucket.
    after_polling("gemini-10", STUDIO).await.unwrap().unwrap();
    after_polling("vertex-07", VERTEX).await.unwrap().unwrap();
    // Running.
    let error = after_polling("vertex-05", VERTEX).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    // Filtered, without an error and without a video.
    for (name, model) in [("gemini-11", STUDIO), ("vertex-08", VERTEX)] {
        let error = after_polling(name, model).await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None), "{error}");
    }
    // Failed inside a success, verbatim.
    let error = after_polling("gemini-13", STUDIO).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some("FAILED_PRECONDITION")), "{error}");
    // The bytes.
    let bytes = shared::cassette("gemini-14").unwrap();
    let bytes = STANDARD.decode(bytes["response"]["body"]["$base64"].as_str().unwrap()).unwrap();
    let vendor =
        Google::studio().vendor().on(Method::GET, "/v1beta/files/*", Answer::bytes("video/mp4", bytes.clone()));
    let made = make(&vendor, STUDIO, &VideoRequest::new("a cat")).await.unwrap();
    assert_eq!(made.media.read(1 << 20).await.unwrap(), bytes);
    assert_eq!(made.usage.clone().unwrap().seconds, made.info.duration.map(|length| length.as_secs_f64()));
    // A quota.
    let refused = Answer::json(shared::cassette("vertex-13").unwrap()["response"]["body"].clone());
    let vendor = ScriptedVendor::new().respond_if(
        "Google",
        |_| true,
        move |_| refused.clone().with_status(StatusCode::TOO_MANY_REQUESTS),
    );
    let error = make(&vendor, VERTEX, &VideoRequest::new("a cat")).await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::RateLimited, Retry::Backoff));
}

// Codes of google.rpc; the words of the filters are those of Google's troubleshooting page.
#[tokio::test]
async fn a_job_that_is_done_has_a_verdict() {
    let failed = |code: i64, message: &str| json!({"done": true, "error": {"code": code, "message": message}});
    let words = "The prompt could not be submitted: it contains sensitive words that violate the practices";
    let table = [
        (failed(3, words), ErrorKind::Rejected, Some("3"), "sensitive"),
        (failed(3, "durationSeconds is out of bounds"), ErrorKind::JobFailed, Some("3"), "out of bounds"),
        (failed(8, "The service is overloaded by policy"), ErrorKind::JobFailed, Some("8"), "overloaded"),
        (failed(13, ""), ErrorKind::JobFailed, Some("13"), "no reason"),
        (json!({"done": true}), ErrorKind::JobFailed, None, "names no video"),
        (json!({"done": true, "response": {"@type": "x"}}), ErrorKind::JobFailed, None, "names no video"),
        (json!({"done": true, "response": {"videos": []}}), ErrorKind::JobFailed, None, "names no video"),
        (json!({"done": true, "response": {"raiMediaFilteredCount": 1}}), ErrorKind::Rejected, None, "no reason"),
        // No verdict: the question failed.
        (json!({"error": {"code": 503, "message": "try later"}}), ErrorKind::Unavailable, None, "try later"),
    ];
    for (body, kind, code, message) in table {
        for model in [STUDIO, VERTEX] {
            let vendor = Google::new([body.clone()]).vendor();
            let error = make(&vendor, model, &VideoRequest::new("a cat")).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(code.is_none() || error.code() == code, "{error}");
            assert!(error.message().contains(message), "{error}");
            assert!(error.vendor().is_some_and(|vendor| ["gemini", "vertex"].contains(&vendor.as_str())), "{error}");
            assert_eq!(submissions(&vendor), 1);
        }
    }
    let input = json!({"done": true, "response": {"raiMediaFilteredCount": 1,
        "raiMediaFilteredReasons": ["the input violates guidelines. Support codes: 58061214"]}});
    let error = make(&Google::new([input]).vendor(), VERTEX, &VideoRequest::new("a cat")).await.unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!((rejection.stage, rejection.category.as_deref()), (Stage::Input, Some("58061214")));
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || VideoRequest::new("a cat");
    let seconds = Duration::from_secs;
    let at = |address: &str| Media::remote(address.parse().unwrap());
    let table = [
        (STUDIO, asked().with_duration(seconds(5)), "duration"),
        (STUDIO, asked().with_duration(seconds(4)).with_resolution("1080p"), "duration"),
        (STUDIO, asked().with_resolution("480p"), "resolution"),
        (STUDIO, asked().with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        (STUDIO, asked().with_seed(7), "seed"),
        (STUDIO, asked().with_quality("pro"), "quality"),
        (STUDIO, asked().with_last_frame(frame(400, 300)), "first_frame"),
        (STUDIO, asked().with_first_frame(at("https://a.example/b.png")), "first_frame"),
        (STUDIO, asked().with_first_frame(at("gs://b/i.png")), "first_frame"),
        (STUDIO, asked().with_first_frame(Media::bytes("GIF89a")), "first_frame"),
        (VERTEX, asked().with_first_frame(at("https://a.example/b.png")), "first_frame"),
        ("veo-3.1-lite-generate-preview", asked().with_resolution("4k"), "resolution"),
        ("veo-3.0-generate-001", asked(), "model"),
    ];
    for (model, request, field) in table {
        let vendor = Google::studio().vendor();
        let error = make(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    // A request is fitted: nearest shape and length, and 1080p has one length.
    let (run, google) = (Run::ephemeral(), Google::studio().vendor());
    let square = asked().with_aspect_ratio(AspectRatio::PORTRAIT).with_duration(seconds(15)).with_resolution("1080p");
    let can = veo(google.transport(), Arc::default(), STUDIO).capabilities();
    let fitted = make::fit(&run, square, &can, None).await.unwrap();
    assert_eq!(fitted.request.aspect_ratio, Some(AspectRatio::VERTICAL));
    assert_eq!((fitted.request.duration, fitted.adjustments.len()), (Some(seconds(8)), 2));
    // Of an unknown model nothing is assumed.
    make(&google, "veo-9-preview", &asked().with_duration(seconds(60)).with_resolution("8k")).await.unwrap();
}

// Vertex AI alone says whether there is audio.
#[tokio::test]
async fn audio_that_cannot_be_left_out_is_said() {
    for (model, warnings, sent) in [(STUDIO, 1, Value::Null), (VERTEX, 0, json!(false))] {
        let vendor = if model == STUDIO { Google::studio() } else { Google::vertex() }.vendor();
        let made = make(&vendor, model, &VideoRequest::new("a cat").with_audio(false)).await.unwrap();
        assert_eq!(made.warnings.len(), warnings, "{:?}", made.warnings);
        assert_eq!(vendor.received()[0].json()["parameters"]["generateAudio"], sent);
    }
}

// The address is the vendor's word: a key goes to the endpoint's own host only.
#[tokio::test]
async fn the_key_does_not_leave_the_host() {
    let uri = "https://cdn.example/video.mp4";
    let samples = json!({"generatedSamples": [{"video": {"uri": uri}}]});
    let vendor = Google::new([json!({"done": true, "response": samples})]).vendor();
    make(&vendor, STUDIO, &VideoRequest::new("a cat")).await.unwrap();
    let received = vendor.received();
    let [_, asked, fetched] = &*received else { panic!("{received:?}") };
    assert_eq!((asked.header("x-goog-api-key"), fetched.url.as_str()), (Some("test-key"), uri));
    assert_eq!(fetched.header("x-goog-api-key"), None);
}

// The bucket is the caller's own: it is read with the same token, and a refusal says what to do.
#[tokio::test]
async fn a_video_in_a_bucket_is_fetched_there() {
    let videos = json!([{"gcsUri": "gs://bucket/out/1 2/sample_0.mp4", "mimeType": "video/mp4"}]);
    let google = || Google::new([json!({"done": true, "response": {"videos": videos}})]).vendor();
    let vendor = google();
    make(&vendor, VERTEX, &VideoRequest::new("a cat")).await.unwrap();
    let received = vendor.received();
    let fetched = received.last().unwrap();
    let address = "https://storage.googleapis.com/storage/v1/b/bucket/o/out%2F1%202%2Fsample_0.mp4?alt=media";
    assert_eq!((fetched.url.as_str(), fetched.header("authorization")), (address, Some("Bearer test-key")));
    for status in [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND] {
        let denied = Answer::text("no access").with_status(status);
        let vendor = google().on(Method::GET, "https://storage.googleapis.com/storage/v1/b/bucket/o/*", denied);
        let error = make(&vendor, VERTEX, &VideoRequest::new("a cat")).await.unwrap_err();
        assert!(
            error.message().contains("Storage Object Viewer") && error.message().contains("gs://bucket"),
            "{error}"
        );
        assert_eq!(submissions(&vendor), 1);
    }
}

// Google has no list of jobs: a lost submission is not made again.
// Museum F12.
#[tokio::test]
async fn f12_a_lost_submission_stays_unknown_and_a_job_survives_its_process() {
    for model in [STUDIO, VERTEX] {
        let lost = ScriptedVendor::new().respond_if("Google", |_| true, |_| Answer::lost());
        let error = make(&lost, model, &VideoRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), lost.received().len()), (ErrorKind::OutcomeUnknown, 1));

        let vendor = if model == STUDIO { Google::studio() } else { Google::vertex() }.vendor();
        let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
        let mut videos = Vec::new();
        for _process in 0..2 {
            let options = OpenOptions::new().with_clock(clock.clone());
            let run = Run::open_with(&journal, "run", options).await.unwrap();
            let veo = veo(vendor.transport(), clock.clone(), model);
            videos.push(veo.make(&run, &VideoRequest::new("a cat")).await.unwrap());
            clock.advance(Duration::from_secs(30 * 24 * 3600));
        }
        assert_eq!(videos[0], videos[1]);
        assert_eq!((submissions(&vendor), vendor.received().len()), (1, 4), "submitted, asked twice, fetched");
    }
}

#[tokio::test]
async fn veo_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Gemini::endpoint()
            .auth(Gemini::auth(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Gemini::new(endpoint)?.video(STUDIO)) as Arc<VideoModel>)
    };
    let failing = || Google::new([json!({"done": true, "error": {"code": 13, "message": "on fire"}})]).vendor();
    let subject = Subject::new(|| Google::studio().vendor(), connect)
        .counting(submissions)
        .failing(failing)
        .except("audio", "there is no field for it: videos always have audio");
    conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
}

#[tokio::test]
async fn veo_on_vertex_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Vertex::endpoint("my-project", "us-central1")?
            .auth(Auth::Bearer(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Vertex::new(endpoint)?.video(VERTEX)) as Arc<VideoModel>)
    };
    let failing = || Google::new([json!({"done": true, "error": {"code": 13, "message": "on fire"}})]).vendor();
    let subject = Subject::new(|| Google::vertex().vendor(), connect).counting(submissions).failing(failing);
    conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
}
