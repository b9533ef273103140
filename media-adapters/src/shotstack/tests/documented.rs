//! What Shotstack's description and its client say.

use social_core::render::Position;

use super::*;
use crate::composition_tests::{examples, fits};
use crate::shared;
use crate::shotstack::wire::{Document, Resource};

// Stands on the client's requests in `../shared`.
#[tokio::test]
async fn requests_are_those_of_the_client() {
    let (Some(edit), Some(status)) =
        (shared::json("golden/shotstack/render_edit.json"), shared::json("golden/shotstack/render_status.json"))
    else {
        return;
    };
    let golden = &edit["requests"][0];
    let video = Clip::new(remote("v.mp4"), seconds(0), seconds(8))
        .with_trim_start(seconds(3))
        .with_transition(Transition::FADE)
        .with_transition_out(Transition::FADE);
    let style = TextStyle::default().with_colour("#ffffff");
    let title = Clip::new(Content::Text("Hello".into()), seconds(0), seconds(5)).with_style(style);
    let music = Clip::new(remote("a.mp3"), seconds(0), seconds(8))
        .with_transition(Transition::FADE)
        .with_transition_out(Transition::FADE);
    let timeline = Timeline::new(AspectRatio::VERTICAL)
        .with_background("#000000")
        .with_track(Track::new(TrackKind::Music).with_clip(music))
        .with_track(Track::new(TrackKind::Video).with_clip(video))
        .with_track(Track::new(TrackKind::Text).with_clip(title));
    let request = RenderRequest::timeline(timeline)
        .with_resolution("hd")
        .with_frame_rate(30)
        .with_extra("merge", json!([{"find": "NAME", "replace": "Ada"}]));
    let (vendor, clock) = (Studio::default().vendor(), Arc::new(FixedClock::default()));
    let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
    let callback = "https://hook.example.test/s".parse().unwrap();
    renderer(vendor.transport(), clock).with_callback(callback).make(&run, &request).await.unwrap();

    let received = vendor.received();
    let sent = &received[0];
    assert_eq!(sent.method.as_str(), golden["method"]);
    assert_eq!((sent.url.host_str(), sent.url.path()), (golden["host"].as_str(), golden["path"].as_str().unwrap()));
    assert_eq!(sent.header("x-api-key"), golden["headers"]["x-api-key"].as_str());
    assert_eq!(sent.header("content-type"), Some("application/json"));
    let (body, golden) = (sent.json(), &golden["body"]["json"]);
    for field in ["output", "merge", "callback"] {
        assert_eq!(body[field], golden[field], "{field}");
    }
    assert_eq!(body["timeline"]["background"], golden["timeline"]["background"]);
    let (tracks, expected) = (&body["timeline"]["tracks"], &golden["timeline"]["tracks"]);
    // Its files have another host in the golden request.
    let mut video = tracks[1]["clips"][0].clone();
    video["asset"]["src"] = expected[1]["clips"][0]["asset"]["src"].clone();
    assert!(same(&video, &expected[1]["clips"][0]), "{video}");
    // The client's title is deprecated; words are rich text.
    let (title, expected) = (&tracks[0]["clips"][0], &expected[0]["clips"][0]);
    assert_eq!(
        (&title["asset"]["text"], &title["asset"]["font"]["color"]),
        (&expected["asset"]["text"], &expected["asset"]["color"])
    );
    assert!(same(&title["start"], &expected["start"]) && same(&title["length"], &expected["length"]));
    // So is the soundtrack; music is a track of its own.
    let music = &tracks[2]["clips"][0]["asset"];
    assert_eq!((&music["type"], &music["effect"]), (&json!("audio"), &golden["timeline"]["soundtrack"]["effect"]));

    let status = &status["requests"][0];
    let asked = &received[1];
    assert!(asked.url.path().starts_with("/edit/stage/render/"));
    for pair in status["query"].as_array().unwrap() {
        assert_eq!(asked.query(pair[0].as_str().unwrap()).as_deref(), pair[1].as_str());
    }
}

/// Whether two bodies say the same; 3 and 3.0 do.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

// Stands on the OpenAPI description in `../shared`.
#[tokio::test]
async fn bodies_are_those_of_the_description() {
    let Some(description) = shared::json("specs/media/shotstack-1.18.3.openapi.json") else { return };
    let captions = Clip::new(remote("a.srt"), seconds(0), seconds(5))
        .with_transition(Transition::FADE)
        .with_position(Position::Top)
        .with_style(TextStyle::default().with_background("#000000").with_size(0.05));
    let captions = with(TrackKind::Captions, captions);
    for request in examples().into_iter().chain([captions]) {
        let vendor = Studio::default().vendor();
        make(&vendor, &request).await.unwrap();
        let body = vendor.received()[0].json();
        fits(&description, "Edit", &body);
    }
    let template = RenderTemplate::new("f5493c17").with("NAME", "Ada").with("SIZE", 4);
    let vendor = Studio::default().vendor();
    make(
        &vendor,
        &RenderRequest::template(
            template.with_file("PHOTO", Media::remote("https://files.example/a.jpg".parse().unwrap())),
        ),
    )
    .await
    .unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.path(), "/edit/stage/templates/render");
    fits(&description, "TemplateRender", &sent.json());
    assert_eq!(sent.json()["merge"][2], json!({"find": "PHOTO", "replace": "https://files.example/a.jpg"}));
    // The words that are offered are the description's.
    let of = |pointer: &str| description.pointer(pointer).unwrap()["enum"].as_array().unwrap().clone();
    let transitions = of("/components/schemas/Transition/properties/in");
    let offered = super::super::edit::transitions();
    for word in transitions.iter().filter(|word| **word != "none") {
        assert!(offered.iter().any(|ours| word.as_str() == Some(ours.as_str())), "{word}");
    }
    let motions = super::super::edit::motions();
    for word in of("/components/schemas/Clip/properties/effect") {
        assert!(motions.iter().any(|ours| word.as_str() == Some(ours.as_str())), "{word}");
    }
}

// Stands on documented answers in `../shared`.
#[tokio::test]
async fn every_exchange_is_read() {
    let request = || with(TrackKind::Text, words("Hello"));
    for name in shared::numbers("shotstack") {
        let exchange = shared::cassette(&name).unwrap();
        let (answer, path) = (shared::answer(&exchange), exchange["request"]["path"].as_str().unwrap().to_owned());
        let id = "2abd5c11-0f3d-4c6d-ba20-235fc9b8e8b7";
        let mp4 = Answer::bytes("video/mp4", samples::video());
        let queued = Answer::json(json!({"response": {"id": id}}));
        let status = format!("/edit/stage/render/{id}");
        let done = json!({"id": id, "status": "done", "url": format!("https://cdn.example/{id}.mp4")});
        let done = Answer::json(json!({"response": done}));
        let vendor = ScriptedVendor::new();
        match name.as_str() {
            "shotstack-01" => {
                let vendor = vendor.on(Method::POST, &path, answer).on(Method::GET, &status, done);
                let vendor = vendor.on(Method::GET, &format!("/{id}.mp4"), mp4);
                make(&vendor, &request()).await.unwrap();
            }
            "shotstack-02" => {
                let vendor = vendor.on(Method::POST, "/edit/stage/render", queued);
                let vendor = vendor.on_each(Method::GET, &status, [answer, done]);
                make(&vendor.on(Method::GET, &format!("/{id}.mp4"), mp4), &request()).await.unwrap();
            }
            "shotstack-04" => {
                // The file is from May: its temporary address has ended; the hosted copy is taken.
                let hosted = shared::answer(&shared::cassette("shotstack-10").unwrap());
                let vendor = vendor.on(Method::POST, "/edit/stage/render", queued).on(Method::GET, &status, answer);
                let vendor = vendor.on(Method::GET, &format!("/serve/stage/assets/render/{id}"), hosted);
                let vendor = vendor.on(Method::GET, &format!("/au/stage/5ca6hu7s9k/{id}.mp4"), mp4);
                let video = make(&vendor, &request()).await.unwrap();
                assert_eq!(video.usage.as_ref().unwrap().seconds, Some(5.0));
                assert!(!video.generated);
            }
            "shotstack-05" => {
                // Trap 18: `success` is true.
                let vendor = vendor.on(Method::POST, "/edit/stage/render", queued).on(Method::GET, &status, answer);
                let error = make(&vendor, &request()).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::JobFailed);
                assert!(error.message().contains("https://cdn.example.com/a.png"), "{error}");
            }
            "shotstack-07" => {
                let source: Document<Resource> = serde_json::from_value(exchange["response"]["body"].clone()).unwrap();
                assert_eq!(source.data.id.as_deref(), Some("zzytey4v-32km-kq1z-aftr-3kcuqi0brad2"));
            }
            "shotstack-08" => {
                let vendor = vendor.on(Method::POST, "/ingest/stage/upload", answer);
                let error = make(&vendor, &reel()).await.unwrap_err();
                assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidRequest, Effect::None));
                assert_eq!(error.status(), Some(400));
            }
            // Read with `shotstack-04`.
            "shotstack-10" => {}
            _ => panic!("{name} is not read"),
        }
    }
}

// Invented bodies in the documented envelopes; statuses as documented.
#[tokio::test]
async fn refusals_are_classified() {
    let edit = |response: Value| json!({"success": false, "message": "Bad Request", "response": response});
    let details = json!({"error": "ValidationError", "details": [{"message": "\"start\" must be a number"}]});
    let table = [
        (400, edit(json!("no clips")), ErrorKind::InvalidRequest, "no clips"),
        (400, edit(details), ErrorKind::InvalidRequest, "must be a number"),
        (401, json!({"message": "Unauthorized"}), ErrorKind::Auth, "Unauthorized"),
        (402, edit(json!("no credits")), ErrorKind::QuotaExhausted, "no credits"),
        (403, json!({"message": "Forbidden"}), ErrorKind::Auth, "one stage"),
        (404, edit(Value::Null), ErrorKind::NotFound, "Bad Request"),
        (429, json!({"message": "Too Many Requests"}), ErrorKind::RateLimited, "Too Many"),
        // It may have been paid for.
        (500, json!("down"), ErrorKind::OutcomeUnknown, ""),
    ];
    for (status, body, kind, text) in table {
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/edit/stage/render", answer);
        let error = make(&vendor, &with(TrackKind::Text, words("Hello"))).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{error}");
        assert!(error.message().contains(text), "{error}");
        assert_eq!(vendor.received().len(), 1);
    }
}
