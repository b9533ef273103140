//! Files of this machine, the hosted copy and its end.

use social_core::http::Auth;
use social_core::media::RemoteMedia;

use super::*;

#[tokio::test]
async fn files_are_uploaded_once_without_a_key_and_a_content_type() {
    let (vendor, journal, clock) = (Studio::default().vendor(), MemoryJournal::new(), Arc::new(FixedClock::default()));
    for _process in 0..2 {
        let run = run_with(&journal, OpenOptions::new(), &clock).await;
        renderer(vendor.transport(), clock.clone()).make(&run, &reel()).await.unwrap();
    }
    let received = vendor.received();
    let puts: Vec<_> = received.iter().filter(|sent| sent.method == Method::PUT).collect();
    assert_eq!((puts.len(), renders(&vendor)), (1, 1));
    let put = puts[0];
    assert_eq!(put.body.as_ref(), samples::png(720, 1280));
    assert!(put.header("content-type").is_none() && put.header("x-api-key").is_none(), "{put:?}");
    let edit = received.iter().find(|sent| sent.url.path() == "/edit/stage/render").unwrap().json();
    let tracks = &edit["timeline"]["tracks"];
    assert_eq!(tracks[1]["clips"][0]["asset"]["src"], "https://sources.example/source-0/source.mp4");
    assert_eq!(tracks[0]["clips"][0]["asset"]["src"], "https://files.example/a.mp3");
    let video = received.iter().find(|sent| sent.url.host_str() == Some("cdn.example")).unwrap();
    assert!(video.header("x-api-key").is_none());
}

#[tokio::test]
async fn a_file_that_is_not_what_its_clip_says_is_not_sent() {
    let music = Content::File(Media::bytes(samples::pixel()));
    let vendor = Studio::default().vendor();
    let error = make(&vendor, &with(TrackKind::Music, Clip::new(music, seconds(0), seconds(1)))).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::MediaInvalid, Effect::None));
    assert_eq!(error.field(), Some("timeline.tracks[0].clips[0].content"));
    assert!(vendor.received().is_empty());

    let dead = RemoteMedia {
        url: "https://a.example/a.mp3".parse().unwrap(),
        expires_at: Some("2026-11-20T12:05:00Z".parse().unwrap()),
    };
    let clip = Clip::new(Content::File(Media::Remote(dead)), seconds(0), seconds(1));
    let error = make(&vendor, &with(TrackKind::Music, clip)).await.unwrap_err();
    assert_eq!((error.field(), error.effect()), (Some("timeline.files"), Effect::None), "{error}");
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn without_uploads_files_have_to_be_at_addresses() {
    let (vendor, clock) = (Studio::default().vendor(), Arc::new(FixedClock::default()));
    let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
    let error = renderer(vendor.transport(), clock).by_address_only().make(&run, &reel()).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("timeline.files")));
    assert!(error.message().starts_with("timeline.tracks[0].clips[0]: "), "{error}");
    assert!(vendor.received().is_empty());
}

/// A render whose temporary file is long gone.
fn late(status: &'static str) -> ScriptedVendor {
    let render = json!({"id": "r", "status": "done", "duration": 7, "updated": "2026-05-16T12:02:58.867Z",
        "url": "https://gone.example/o/r.mp4"});
    let asset = |id: &str, name: &str, status: &str| {
        json!({"type": "asset", "attributes": {"id": id, "owner": "o", "status": status,
            "url": format!("https://cdn.example/au/stage/o/{name}")}})
    };
    let assets = json!({"data": [asset("a1", "r-poster.jpg", "ready"), asset("a2", "r.mp4", status)]});
    ScriptedVendor::new()
        .on(Method::POST, "/edit/stage/render", Answer::json(json!({"response": {"id": "r"}})))
        .on(Method::GET, "/edit/stage/render/r", Answer::json(json!({"response": render})))
        .on(Method::GET, "/serve/stage/assets/render/r", Answer::json(assets))
        .on(Method::GET, "/au/stage/o/r.mp4", Answer::bytes("video/mp4", samples::video()))
        .on(Method::DELETE, "/serve/stage/assets/a1", Answer::status(StatusCode::NOT_FOUND))
        .on(Method::DELETE, "/serve/stage/assets/a2", Answer::status(StatusCode::NO_CONTENT))
}

// Trap 18: the temporary address and the hosted one.
#[tokio::test]
async fn the_hosted_copy_is_fetched_when_the_temporary_one_is_gone_and_removed() {
    let (vendor, clock) = (late("ready"), Arc::new(FixedClock::default()));
    let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
    let renderer = renderer(vendor.transport(), clock.clone());
    let request = with(TrackKind::Text, words("Hello"));
    let made = renderer.make(&run, &request).await.unwrap();
    assert!(vendor.received().iter().all(|sent| sent.url.host_str() != Some("gone.example")));
    renderer.remove(&run, &made).await.unwrap();
    assert_eq!(vendor.calls(&Method::DELETE, "/serve/stage/assets/a1"), 1);
    assert_eq!(vendor.calls(&Method::DELETE, "/serve/stage/assets/a2"), 1);
    let other = Run::ephemeral();
    assert_eq!(renderer.remove(&other, &made).await.unwrap_err().kind(), ErrorKind::InvalidRequest);

    let error = make(&late("failed"), &request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = make(&late("importing"), &request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[test]
fn the_key_is_not_printed() {
    let endpoint = Shotstack::endpoint().auth(Shotstack::key_auth("the-secret-key".into()));
    assert!(!format!("{:?}", Shotstack::new(endpoint)).contains("the-secret-key"));
    assert!(matches!(Shotstack::key_auth("k".into()), Auth::Header(..)));
}
