//! Stands on the values and field lists of Shotstack's OpenAPI description in `../shared`, and on
//! its client's requests; the vendor with a memory is invented.

mod documented;
mod files;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Clock;
use social_core::error::{Effect, Error, ErrorKind};
use social_core::http::{RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::job::JobBell;
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::{Media, MediaType};
use social_core::render::{
    Clip, Content, RenderRequest, RenderTemplate, Renderer, TextStyle, Timeline, Track, TrackKind, Transition,
};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::render::ShotstackRenderer;
use super::{Shotstack, webhook_job};
use crate::samples;

/// Shotstack with its memory: how often each render and each source was asked for.
#[derive(Clone, Default)]
struct Studio {
    asked: Arc<Mutex<BTreeMap<String, u32>>>,
    /// The ending of the last render's file.
    ending: Arc<Mutex<String>>,
    fails: bool,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        let name = path.rsplit('/').next().unwrap().to_owned();
        let mut asked = self.asked.lock().unwrap();
        match (&request.method, request.url.host_str().unwrap(), path) {
            (&Method::POST, _, "/edit/stage/render" | "/edit/stage/templates/render") => {
                let id = format!("render-{}", asked.len());
                asked.insert(id.clone(), 0);
                *self.ending.lock().unwrap() = request.json()["output"]["format"].as_str().unwrap_or("mp4").to_owned();
                let response = json!({"message": "Render Successfully Queued", "id": id});
                Answer::json(json!({"success": true, "message": "Created", "response": response}))
                    .with_status(StatusCode::CREATED)
            }
            (&Method::POST, _, "/ingest/stage/upload") => {
                let id = format!("source-{}", asked.len());
                asked.insert(id.clone(), 0);
                let url = format!("https://uploads.example/{id}/source?signature=5");
                Answer::json(json!({"data": {"type": "upload", "id": id,
                    "attributes": {"id": id, "url": url, "expires": "2026-11-20T13:00:00.000Z"}}}))
            }
            (&Method::PUT, "uploads.example", _) => Answer::status(StatusCode::OK),
            (&Method::GET, "cdn.example", _) if !name.ends_with(".mp4") => Answer::bytes("image/png", samples::pixel()),
            (&Method::GET, "cdn.example", _) => Answer::bytes("video/mp4", samples::video()),
            (&Method::GET, _, _) if asked.contains_key(&name) => {
                let times = asked.get_mut(&name).unwrap();
                *times += 1;
                if path.starts_with("/ingest") {
                    let (status, source) = match *times {
                        1 => ("importing", Value::Null),
                        _ => ("ready", json!(format!("https://sources.example/{name}/source.mp4"))),
                    };
                    return Answer::json(json!({"data": {"type": "source", "id": name,
                        "attributes": {"id": name, "owner": "o", "status": status, "source": source}}}));
                }
                let mut render = json!({"id": name, "owner": "o", "status": "rendering"});
                if *times >= 3 && self.fails {
                    render["status"] = json!("failed");
                    render["error"] = json!("an asset is broken");
                } else if *times >= 3 {
                    render["status"] = json!("done");
                    render["duration"] = json!(7.0);
                    render["url"] = json!(format!("https://cdn.example/o/{name}.{}", self.ending.lock().unwrap()));
                }
                Answer::json(json!({"success": true, "message": "OK", "response": render}))
            }
            _ => Answer::json(json!({"errors": [{"status": "404", "title": "Not Found", "detail": path}]}))
                .with_status(StatusCode::NOT_FOUND),
        }
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Shotstack", |_| true, move |request| studio.answer(request))
    }
}

fn renders(vendor: &ScriptedVendor) -> usize {
    let posted = vendor.received();
    posted.iter().filter(|sent| sent.method == Method::POST && sent.url.path().ends_with("/render")).count()
}

fn renderer(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> ShotstackRenderer {
    let endpoint = Shotstack::endpoint()
        .auth(Shotstack::key_auth("test-key".into()))
        .transport(transport)
        .clock(clock)
        .retry(RetryPolicy::none());
    Shotstack::new(endpoint).unwrap().renderer("stage")
}

async fn run_with(journal: &MemoryJournal, options: OpenOptions, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "reel", options.with_clock(clock.clone())).await.unwrap()
}

async fn make(vendor: &ScriptedVendor, request: &RenderRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
    renderer(vendor.transport(), clock).make(&run, request).await
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn remote(name: &str) -> Content {
    Content::File(Media::remote(format!("https://files.example/{name}").parse().unwrap()))
}

fn words(text: &str) -> Clip {
    Clip::new(Content::Text(text.to_owned()), seconds(0), seconds(3))
}

fn with(kind: TrackKind, clip: Clip) -> RenderRequest {
    RenderRequest::timeline(Timeline::new(AspectRatio::VERTICAL).with_track(Track::new(kind).with_clip(clip)))
}

/// A file of this machine and music at an address.
fn reel() -> RenderRequest {
    let photo = Content::File(Media::bytes(samples::png(720, 1280)));
    let shown = Track::new(TrackKind::Video).with_clip(Clip::new(photo, seconds(0), seconds(7)));
    let heard =
        Track::new(TrackKind::Music).with_clip(Clip::new(remote("a.mp3"), seconds(0), seconds(7)).with_volume(0.4));
    RenderRequest::timeline(Timeline::new(AspectRatio::VERTICAL).with_track(shown).with_track(heard))
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = move |scene: &Scene| {
        let endpoint = Shotstack::endpoint()
            .auth(Shotstack::key_auth(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Shotstack::new(endpoint)?.renderer("stage")) as Arc<Renderer>)
    };
    let subject = Subject::new(|| Studio::default().vendor(), connect)
        .counting(renders)
        .with_image(Media::remote("https://files.example/still.png".parse().unwrap()))
        .except("resolution", "two of the names are other words for two others")
        .failing(|| Studio { fails: true, ..Studio::default() }.vendor());
    conformance::maker(&subject, &reel().with_format(MediaType::Mp4)).await.unwrap();
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_shown_is_refused_before_anything_is_sent() {
    let title = || with(TrackKind::Text, words("Hello"));
    let table = [
        (with(TrackKind::Text, words(&"x".repeat(5001))), "timeline.tracks[0].clips[0].content"),
        (
            with(TrackKind::Text, words("Hello").with_style(TextStyle::default().with_size(0.9))),
            "timeline.tracks[0].clips[0].style.size",
        ),
        (
            with(TrackKind::Captions, Clip::new(remote("a.srt"), seconds(0), seconds(3)).with_trim_start(seconds(1))),
            "timeline.tracks[0].clips[0].trim_start",
        ),
        (
            with(TrackKind::Captions, Clip::new(Content::File(Media::bytes("WEBVTT")), seconds(0), seconds(3))),
            "timeline.captions",
        ),
        (with(TrackKind::Text, words("Hello").with_transition(Transition::new("melt"))), "timeline.transitions"),
        (title().with_frame_rate(29), "frame_rate"),
        (title().with_resolution("8k"), "resolution"),
        (title().with_format(MediaType::Gif), "format"),
        (RenderRequest::template(RenderTemplate::new("t1")).with_format(MediaType::Mp4), "format"),
    ];
    for (request, field) in table {
        let vendor = Studio::default().vendor();
        let error = make(&vendor, &request).await.unwrap_err();
        let told = (error.kind(), error.field(), error.effect());
        assert_eq!(told, (ErrorKind::Unsupported, Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

#[tokio::test]
async fn a_still_is_an_image_of_the_beginning() {
    let answer = json!({"id": "r", "status": "done", "url": "https://cdn.example/o/r.jpg", "duration": 1});
    let vendor = ScriptedVendor::new()
        .on(Method::POST, "/edit/stage/render", Answer::json(json!({"response": {"id": "r"}})))
        .on(Method::GET, "/edit/stage/render/r", Answer::json(json!({"response": answer})))
        .on(Method::GET, "/o/r.jpg", Answer::bytes("image/png", samples::pixel()));
    let request = with(TrackKind::Text, words("Hello")).with_format(MediaType::Jpeg).with_resolution("720p");
    let still = make(&vendor, &request).await.unwrap();
    assert_eq!((still.info.width, still.usage.as_ref().unwrap().images), (Some(1), Some(1)));
    let output = vendor.received()[0].json()["output"].clone();
    assert_eq!(output, json!({"format": "jpg", "resolution": "hd", "aspectRatio": "9:16", "range": {"start": 0.0}}));
}

// Invented bodies with the documented fields.
#[tokio::test]
async fn a_webhook_rings_and_shotstack_is_asked() {
    let id = "2abd5c11-0f3d-4c6d-ba20-235fc9b8e8b7";
    let edit = json!({"type": "edit", "action": "render", "id": id, "owner": "o", "status": "done",
        "url": "https://evil.example/x.mp4", "error": null, "completed": "2026-05-16T12:02:58.867Z"});
    let copy = json!({"type": "serve", "action": "copy", "id": "a4482cbf", "render": id, "status": "ready"});
    for body in [edit, copy] {
        assert_eq!(webhook_job(body.to_string().as_bytes()).unwrap(), id);
    }
    for body in ["", "[]", "{}", r#"{"id": ""}"#] {
        assert_eq!(webhook_job(body.as_bytes()).unwrap_err().kind(), ErrorKind::InvalidRequest, "{body}");
    }

    // The wait ends early: the clock shows less than the next pause.
    let (bell, vendor) = (JobBell::new(), Studio::default().vendor());
    let clock = Arc::new(FixedClock::default());
    let options = OpenOptions::new().with_bell(bell.clone());
    let run = run_with(&MemoryJournal::new(), options, &clock).await;
    let rung = std::sync::Arc::new(Mutex::new(0));
    let ringing = {
        let (bell, rung) = (bell.clone(), rung.clone());
        let inner = Studio::default();
        ScriptedVendor::new().respond_if(
            "Shotstack",
            |_| true,
            move |request| {
                if request.url.path().starts_with("/edit/stage/render/") {
                    let notice = json!({"type": "edit", "id": request.url.path().rsplit('/').next()});
                    *rung.lock().unwrap() += u32::from(bell.ring(&webhook_job(notice.to_string().as_bytes()).unwrap()));
                }
                inner.answer(request)
            },
        )
    };
    renderer(ringing.transport(), clock).make(&run, &with(TrackKind::Text, words("Hello"))).await.unwrap();
    assert_eq!((*rung.lock().unwrap(), renders(&ringing), renders(&vendor)), (3, 1, 0));
}

/// The body in which a request is sent.
#[cfg(feature = "creatomate")]
pub(crate) async fn body_of(request: &RenderRequest) -> Result<Value, Error> {
    let vendor = Studio::default().vendor();
    make(&vendor, request).await?;
    let sent = vendor.received().into_iter().find(|sent| sent.url.path().ends_with("/render")).unwrap();
    Ok(sent.json())
}
