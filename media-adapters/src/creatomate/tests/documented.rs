//! What Creatomate's pages and its client say.

use social_core::error::Retry;

use super::*;
use crate::shared;

// Stands on the client's requests in `../shared`.
#[tokio::test]
async fn a_templates_request_is_that_of_the_client() {
    let Some(golden) = shared::json("golden/creatomate/render_template.json") else { return };
    let golden = &golden["requests"][0];
    let photo = Media::remote("https://cdn.example.test/a.jpg".parse().unwrap());
    let template = RenderTemplate::new("t1").with("Title", "Hi").with_file("Image-1.source", photo);
    let request = RenderRequest::template(template).with_extra("metadata", "post-1");
    let (vendor, clock) = (Studio::default().vendor(), Arc::new(FixedClock::default()));
    let run = run_with(&MemoryJournal::new(), OpenOptions::new(), &clock).await;
    let webhook = "https://hook.example.test/c".parse().unwrap();
    renderer(vendor.transport(), clock, "v1").with_webhook(webhook).make(&run, &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!((sent.method.as_str(), sent.url.path()), ("POST", golden["path"].as_str().unwrap()));
    assert_eq!(sent.url.host_str(), golden["host"].as_str());
    assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
    assert_eq!(sent.json(), golden["body"]["json"]);
}

// Stands on the client's requests in `../shared`.
#[tokio::test]
async fn a_sources_requests_are_those_of_the_client() {
    let Some(golden) = shared::json("golden/creatomate/render_source_and_poll.json") else { return };
    let address = Media::remote("https://cdn.example.test/v.mp4".parse().unwrap());
    let video = Clip::new(Content::File(address), seconds(0), seconds(5));
    let style = TextStyle::default().with_size(0.08).with_colour("#ffffff");
    let text = Clip::new(Content::Text("Hello".into()), seconds(0), seconds(5)).with_style(style);
    let timeline = Timeline::new(AspectRatio::VERTICAL)
        .with_track(Track::new(TrackKind::Video).with_clip(video))
        .with_track(Track::new(TrackKind::Text).with_clip(text));
    let vendor = Studio::default().vendor();
    rendered(&vendor, "v1", &RenderRequest::timeline(timeline)).await.unwrap();
    let received = vendor.received();
    let (body, expected) = (received[0].json(), &golden["requests"][0]["body"]["json"]);
    // Our own id goes along, so that the webhook has it; and what the client leaves to Creatomate
    // is said: times, the background, where words stand. Fonts are Creatomate's.
    let ours = ["metadata", "duration", "fill_color", "time", "track", "height", "x_alignment", "y_alignment"];
    let theirs = ["font_family", "font_weight", "font_style"];
    for field in ["output_format", "width", "height"] {
        assert_eq!(body["source"][field], expected["source"][field], "{field}");
    }
    for (index, expected) in expected["source"]["elements"].as_array().unwrap().iter().enumerate() {
        let sent = body["source"]["elements"][index].as_object().unwrap();
        for (field, value) in expected.as_object().unwrap() {
            match field.as_str() {
                // Words stand in a box that is a little narrower than the frame.
                "width" => assert_eq!(sent[field], "90%"),
                field if theirs.contains(&field) => assert!(!sent.contains_key(field)),
                field => assert_eq!(sent[field], *value, "{field}"),
            }
        }
        for field in sent.keys().filter(|field| !expected.as_object().unwrap().contains_key(*field)) {
            assert!(ours.contains(&field.as_str()), "{field}");
        }
    }
    let (asked, expected) = (&received[1], &golden["requests"][1]);
    assert_eq!(asked.method.as_str(), expected["method"]);
    assert_eq!(asked.url.path(), expected["path"].as_str().unwrap().replace("r1", "render-0"));
}

// Stands on documented exchanges in `../shared`.
#[tokio::test]
async fn every_exchange_is_read() {
    let template = RenderTemplate::new("2a2e2ef1-0000-4000-8000-000000000000").with("Title.text", "Hello");
    let request = RenderRequest::template(template);
    for name in shared::numbers("creatomate") {
        let exchange = shared::cassette(&name).unwrap();
        let answer = || shared::answer(&exchange);
        let path = exchange["request"]["path"].as_str().unwrap().to_owned();
        let id = "a862c096-fca1-4c50-bf24-0277290029d2";
        let version = if path.starts_with("/v1") { "v1" } else { "v2" };
        let status = format!("/{version}/renders/{id}");
        let done =
            json!({"id": id, "status": "succeeded", "url": format!("https://cdn.creatomate.com/renders/{id}.mp4")});
        let vendor = ScriptedVendor::new().on(
            Method::GET,
            &format!("/renders/{id}.mp4"),
            Answer::bytes("video/mp4", samples::video()),
        );
        match name.as_str() {
            "creatomate-01" | "creatomate-02" => {
                let vendor = vendor.on(Method::POST, &path, answer()).on(Method::GET, &status, Answer::json(done));
                let video = rendered(&vendor, version, &request).await.unwrap();
                // Version 1 ignores unknown modifications silently, version 2 says so.
                let warnings: &[&str] = if version == "v1" { &[] } else { &["No element named Nope"] };
                assert_eq!(video.warnings, warnings);
                let asked: Vec<_> = vendor.received().iter().map(|sent| sent.url.path().to_owned()).collect();
                assert_eq!(asked[1], status, "the address in the first answer is not fetched: {asked:?}");
                let (sent, expected) = (vendor.received()[0].json(), &exchange["request"]["body"]);
                assert_eq!(sent["template_id"], expected["template_id"]);
                assert_eq!(sent["modifications"]["Title.text"], expected["modifications"]["Title.text"]);
            }
            "creatomate-04" | "creatomate-05" => {
                let queued = Answer::json(json!([{"id": id, "status": "planned"}]));
                let vendor = vendor.on(Method::POST, "/v1/renders", queued).on(Method::GET, &path, answer());
                let made = rendered(&vendor, "v1", &request).await;
                match name.as_str() {
                    "creatomate-04" => assert_eq!(made.unwrap().usage.as_ref().unwrap().seconds, Some(6.0)),
                    _ => {
                        let error = made.unwrap_err();
                        assert_eq!(error.kind(), ErrorKind::JobFailed);
                        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("creatomate"));
                    }
                }
            }
            "creatomate-07" => {
                let vendor = vendor.on(Method::POST, &path, answer());
                let error = rendered(&vendor, "v1", &request).await.unwrap_err();
                let told = (error.kind(), error.retry(), error.effect());
                assert_eq!(told, (ErrorKind::RateLimited, Retry::Backoff, Effect::None));
            }
            _ => panic!("{name} is not read"),
        }
    }
}

// Invented bodies in the documented shape; statuses as documented.
#[tokio::test]
async fn refusals_are_classified() {
    let table = [
        (400, ErrorKind::InvalidRequest),
        (401, ErrorKind::Auth),
        (402, ErrorKind::QuotaExhausted),
        (404, ErrorKind::NotFound),
        (429, ErrorKind::RateLimited),
        // It may have been paid for.
        (503, ErrorKind::OutcomeUnknown),
    ];
    for (status, kind) in table {
        let body = json!({"hint": "what is wrong", "doc": "https://creatomate.com/docs"});
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/v2/renders", answer);
        let error = rendered(&vendor, "v2", &with(TrackKind::Text, words("Hello"))).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{error}");
        assert!(error.message().contains("what is wrong") && error.message().contains("/docs"), "{error}");
        assert_eq!(vendor.received().len(), 1);
    }
    for empty in [json!([]), json!({}), json!({"id": ""})] {
        let vendor = ScriptedVendor::new().on(Method::POST, "/v2/renders", Answer::json(empty));
        let error = rendered(&vendor, "v2", &with(TrackKind::Text, words("Hello"))).await.unwrap_err();
        // It may have been paid for.
        assert_eq!(error.effect(), Effect::Unknown, "{error}");
    }
}
