//! Stands on exchanges put together from Creatomate's documentation in `../shared`, and on its
//! client's requests; the vendor with a memory is invented.

mod documented;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::ModelAddress;
use social_core::clock::Clock;
use social_core::error::{Effect, Error, ErrorKind};
use social_core::host::{HostCapabilities, HostRequest};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::job::JobBell;
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{Media, MediaType, RemoteMedia};
use social_core::render::{
    Clip, Content, RenderRequest, RenderTemplate, Renderer, TextStyle, Timeline, Track, TrackKind, Transition,
};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::render::CreatomateRenderer;
use super::{Creatomate, webhook_job};
use crate::samples;

const CAPTIONS: &str = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:09,000\nBye\n";

/// Creatomate with its memory: how often each render was asked for.
#[derive(Clone, Default)]
struct Studio {
    asked: Arc<Mutex<BTreeMap<String, u32>>>,
    /// The ending of the last render's file.
    ending: Arc<Mutex<String>>,
    fails: bool,
}

impl Studio {
    fn render(&self, id: &str, times: u32) -> Value {
        let ending = self.ending.lock().unwrap().clone();
        let mut render = json!({"id": id, "status": "planned", "output_format": ending,
            "url": format!("https://cdn.example/renders/{id}.{ending}"), "metadata": "ours"});
        if times >= 3 && self.fails {
            render["status"] = json!("failed");
            render["error_message"] = json!("a source is broken");
        } else if times >= 3 {
            render["status"] = json!("succeeded");
            render["duration"] = json!(7.0);
            render["snapshot_url"] = json!("https://cdn.example/snapshots/a.png");
        } else if times == 2 {
            render["status"] = json!("transcribing");
        }
        render
    }

    fn answer(&self, request: &Received) -> Answer {
        let (host, path) = (request.url.host_str().unwrap(), request.url.path());
        let name = path.rsplit('/').next().unwrap().to_owned();
        let (name, ending) = name.rsplit_once('.').map_or((&*name, ""), |(name, ending)| (name, ending));
        let mut asked = self.asked.lock().unwrap();
        match (&request.method, host, path) {
            (&Method::POST, "api.creatomate.com", "/v1/renders" | "/v2/renders") => {
                let id = format!("render-{}", asked.len());
                asked.insert(id.clone(), 0);
                let body = request.json();
                let format = body["output_format"].as_str().or(body["source"]["output_format"].as_str());
                *self.ending.lock().unwrap() = format.unwrap_or("mp4").to_owned();
                let render = self.render(&id, 0);
                let answer = if path.starts_with("/v1") { json!([render]) } else { render };
                Answer::json(answer).with_status(StatusCode::ACCEPTED)
            }
            (&Method::GET, "api.creatomate.com", _) if asked.contains_key(name) => {
                let times = asked.get_mut(name).unwrap();
                *times += 1;
                let times = *times;
                Answer::json(self.render(name, times))
            }
            (&Method::GET, "cdn.example", _) if path.starts_with("/snapshots") => {
                Answer::bytes("image/png", samples::pixel())
            }
            // Trap 17: the address is known from the first answer on, and there is no file.
            (&Method::GET, "cdn.example", _) if asked.get(name).is_some_and(|times| *times >= 3) => match ending {
                "mp4" => Answer::bytes("video/mp4", samples::video()),
                _ => Answer::bytes("image/png", samples::pixel()),
            },
            (&Method::GET, "files.example", _) if path.ends_with(".srt") => {
                Answer::bytes("application/x-subrip", CAPTIONS)
            }
            _ => Answer::json(json!({"hint": "Not found."})).with_status(StatusCode::NOT_FOUND),
        }
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Creatomate", |_| true, move |request| studio.answer(request))
    }
}

fn renders(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|sent| sent.method == Method::POST).count()
}

fn renderer(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, version: &str) -> CreatomateRenderer {
    let endpoint = Creatomate::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(clock)
        .retry(RetryPolicy::none());
    Creatomate::new(endpoint).unwrap().renderer(version).unwrap()
}

async fn run_with(journal: &MemoryJournal, options: OpenOptions, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "reel", options.with_clock(clock.clone())).await.unwrap()
}

async fn rendered(vendor: &ScriptedVendor, version: &str, request: &RenderRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
    renderer(vendor.transport(), clock, version).make(&run, request).await
}

/// The body in which a request is sent.
pub(crate) async fn body_of(request: &RenderRequest) -> Result<Value, Error> {
    let vendor = Studio::default().vendor();
    rendered(&vendor, "v2", request).await?;
    let sent = vendor.received().into_iter().find(|sent| sent.method == Method::POST).unwrap();
    Ok(sent.json())
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

fn captions(content: Content) -> Clip {
    Clip::new(content, seconds(10), seconds(5)).with_trim_start(seconds(1))
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for version in ["v1", "v2"] {
        let connect = move |scene: &Scene| {
            let endpoint = Creatomate::endpoint()
                .auth(Auth::Bearer(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            Ok(Arc::new(Creatomate::new(endpoint)?.renderer(version)?) as Arc<Renderer>)
        };
        let subject = Subject::new(|| Studio::default().vendor(), connect)
            .counting(renders)
            .with_image(Media::remote("https://files.example/still.png".parse().unwrap()))
            .failing(|| Studio { fails: true, ..Studio::default() }.vendor());
        let request = with(TrackKind::Video, Clip::new(remote("a.jpg"), seconds(0), seconds(7)));
        let request = request.with_resolution("720p").with_format(MediaType::Mp4);
        conformance::maker(&subject, &request).await.unwrap();
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_shown_is_refused_before_anything_is_sent() {
    let local = Content::File(Media::bytes(samples::png(720, 1280)));
    let title = || with(TrackKind::Text, words("Hello"));
    let table = [
        (with(TrackKind::Video, Clip::new(local, seconds(0), seconds(3))), "timeline.files"),
        (
            with(TrackKind::Captions, captions(remote("a.srt")).with_transition(Transition::FADE)),
            "timeline.tracks[0].clips[0].transition",
        ),
        (with(TrackKind::Text, words("Hello").with_transition(Transition::new("melt"))), "timeline.transitions"),
        (title().with_resolution("8k"), "resolution"),
        (title().with_format(MediaType::Gif), "format"),
        (RenderRequest::template(RenderTemplate::new("t1")).with_resolution("720p"), "resolution"),
        (RenderRequest::template(RenderTemplate::new("t1").with_file("Photo", Media::file("a.jpg"))), "template.files"),
    ];
    for (request, field) in table {
        let vendor = Studio::default().vendor();
        let clock = Arc::new(FixedClock::default());
        let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
        let error = renderer(vendor.transport(), clock, "v2").make(&run, &request).await.unwrap_err();
        let told = (error.kind(), error.field(), error.effect());
        assert_eq!(told, (ErrorKind::Unsupported, Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let endpoint = Creatomate::endpoint().auth(Auth::Bearer("k".into()));
    assert_eq!(Creatomate::new(endpoint).unwrap().renderer("v3").unwrap_err().kind(), ErrorKind::Config);
}

/// Gives files addresses that do not tell what they are.
#[derive(Debug)]
struct Host(ModelAddress);

#[async_trait]
impl Maker<HostRequest> for Host {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new()
    }

    async fn make(&self, _run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>, Error> {
        let url = format!("https://files.example/{}", request.media.sha256().await?).parse().unwrap();
        Ok(Made::new(self.0.clone(), RemoteMedia { url, expires_at: None }).without_model())
    }
}

#[tokio::test]
async fn files_are_hosted_where_they_have_to_be() {
    let photo = Content::File(Media::bytes(samples::png(720, 1280)));
    let mut request = with(TrackKind::Video, Clip::new(photo, seconds(0), seconds(3)));
    let spoken = captions(Content::File(Media::bytes(CAPTIONS)));
    request.timeline.as_mut().unwrap().tracks.push(Track::new(TrackKind::Captions).with_clip(spoken.clone()));
    let vendor = Studio::default().vendor();
    let renderer = renderer(vendor.transport(), Arc::new(FixedClock::default()), "v2");
    let host = Host(ModelAddress::new("host", "x"));
    let fitted = make::fit(&Run::ephemeral(), request, &renderer.capabilities(), Some(&host)).await.unwrap();
    let adjusted: Vec<_> = fitted.adjustments.iter().map(ToString::to_string).collect();
    assert_eq!(adjusted, ["timeline.files: hosted at a public address"]);
    // Captions are read here and stay where they are.
    assert_eq!(fitted.request.timeline.as_ref().unwrap().tracks[1].clips[0], spoken);
    let body = body_of(&fitted.request).await.unwrap();
    assert_eq!(body["elements"][0]["type"], "image");
    assert!(body["elements"][0]["source"].as_str().unwrap().starts_with("https://files.example/"));
}

#[tokio::test]
async fn captions_are_words_wherever_they_are() {
    let style = TextStyle::default().with_background("#000000").with_size(0.05);
    let mut bodies = Vec::new();
    for content in [Content::File(Media::bytes(CAPTIONS)), remote("a.srt")] {
        let clip = captions(content).with_style(style.clone());
        bodies.push(body_of(&with(TrackKind::Captions, clip)).await.unwrap()["elements"].clone());
    }
    assert_eq!(bodies[0], bodies[1]);
    let shown = bodies[0].as_array().unwrap().iter().map(|element| {
        (element["text"].clone(), element["time"].clone(), element["duration"].clone(), element["y_alignment"].clone())
    });
    // The clip begins at 10 s, leaves out the first second and ends at 15 s.
    let expected = [("Hello", 10.0, 1.5), ("Bye", 12.0, 3.0)];
    assert_eq!(
        shown.collect::<Vec<_>>(),
        expected.map(|(text, time, duration)| { (json!(text), json!(time), json!(duration), json!("100%")) })
    );
    assert_eq!((&bodies[0][0]["font_size"], &bodies[0][0]["background_color"]), (&json!("5 vh"), &json!("#000000")));

    let vendor = Studio::default().vendor();
    let missing =
        rendered(&vendor, "v2", &with(TrackKind::Captions, captions(remote("missing.vtt")))).await.unwrap_err();
    assert_eq!((missing.field(), missing.effect()), (Some("timeline.tracks[0].clips[0].content"), Effect::None));
    assert_eq!(renders(&vendor), 0);
}

#[tokio::test]
async fn a_still_shows_the_beginning_and_has_no_time() {
    let later = Clip::new(remote("b.jpg"), seconds(3), seconds(3));
    let first = Clip::new(remote("a.jpg"), seconds(0), seconds(3)).with_transition(Transition::FADE);
    let timeline = Timeline::new(AspectRatio::PORTRAIT)
        .with_track(Track::new(TrackKind::Video).with_clip(first).with_clip(later))
        .with_track(Track::new(TrackKind::Music).with_clip(Clip::new(remote("a.mp3"), seconds(0), seconds(6))));
    let render = json!({"id": "r", "status": "succeeded", "url": "https://cdn.example/r.png"});
    let vendor = ScriptedVendor::new()
        .on(Method::POST, "/v2/renders", Answer::json(json!({"id": "r", "status": "planned"})))
        .on(Method::GET, "/v2/renders/r", Answer::json(render))
        .on(Method::GET, "/r.png", Answer::bytes("image/png", samples::pixel()));
    let request = RenderRequest::timeline(timeline).with_format(MediaType::Png).with_resolution("720p");
    let still = rendered(&vendor, "v2", &request).await.unwrap();
    assert_eq!((still.info.media_type, still.usage.as_ref().unwrap().images), (MediaType::Png, Some(1)));
    let mut body = vendor.received()[0].json();
    body.as_object_mut().unwrap().remove("metadata");
    assert_eq!(
        body,
        json!({"output_format": "png", "width": 720, "height": 900, "fill_color": "#000000",
            "elements": [{"type": "image", "source": "https://files.example/a.jpg", "track": 1}]})
    );
}

// Trap 17, museum A7.
#[tokio::test]
async fn the_file_is_fetched_when_it_is_there_and_the_snapshot_on_demand() {
    let (vendor, journal, clock) = (Studio::default().vendor(), MemoryJournal::new(), Arc::new(FixedClock::default()));
    for _process in 0..2 {
        let run = run_with(&journal, OpenOptions::new(), &clock).await;
        let renderer = renderer(vendor.transport(), clock.clone(), "v2");
        let video = renderer.make(&run, &with(TrackKind::Text, words("Hello"))).await.unwrap();
        assert_eq!((video.info.width, video.usage.as_ref().unwrap().seconds), (Some(720), Some(7.0)));
        // Long after Creatomate has deleted it.
        clock.advance(seconds(40 * 24 * 3600));
    }
    let received = vendor.received();
    assert_eq!(received.len(), 1 + 3 + 1, "one request, three questions, one video");
    assert!(received[4].header("authorization").is_none());

    let run = run_with(&journal, OpenOptions::new(), &clock).await;
    let renderer = renderer(vendor.transport(), clock.clone(), "v2");
    let snapshot = renderer.snapshot(&run).await.unwrap();
    assert_eq!(snapshot.info.media_type, MediaType::Png);
    assert_eq!(renderer.snapshot(&Run::ephemeral()).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(renders(&vendor), 1);
}

// Invented bodies with the documented fields.
#[tokio::test]
async fn a_webhook_rings_and_creatomate_is_asked() {
    let id = "a862c096-fca1-4c50-bf24-0277290029d2";
    let notice = json!({"id": id, "status": "succeeded", "url": "https://evil.example/x.mp4", "metadata": "post-42"});
    assert_eq!(webhook_job(notice.to_string().as_bytes()).unwrap(), id);
    for body in ["", "[]", "{}", r#"{"id": ""}"#] {
        assert_eq!(webhook_job(body.as_bytes()).unwrap_err().kind(), ErrorKind::InvalidRequest, "{body}");
    }
    let (bell, clock, rung) = (JobBell::new(), Arc::new(FixedClock::default()), Arc::new(Mutex::new(0)));
    let run = run_with(&MemoryJournal::new(), OpenOptions::new().with_bell(bell.clone()), &clock).await;
    let (counted, inner) = (rung.clone(), Studio::default());
    let vendor = ScriptedVendor::new().respond_if(
        "Creatomate",
        |_| true,
        move |request| {
            if request.method == Method::GET && request.url.path().starts_with("/v2/renders/") {
                let notice = json!({"id": request.url.path().rsplit('/').next(), "status": "succeeded"});
                *counted.lock().unwrap() += u32::from(bell.ring(&webhook_job(notice.to_string().as_bytes()).unwrap()));
            }
            inner.answer(request)
        },
    );
    renderer(vendor.transport(), clock, "v2").make(&run, &with(TrackKind::Text, words("Hello"))).await.unwrap();
    assert_eq!((*rung.lock().unwrap(), renders(&vendor)), (3, 1));
}
