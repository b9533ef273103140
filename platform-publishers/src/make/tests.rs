//! The fake webhook is invented after help.make.com: plain-text answers, and no way to ask.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use social_core::http::Failure;
use social_core::media::Media;
use social_core::publish::{Attachment, Placement, Poll, Post, PostRef, Publisher, ThreadPart};
use social_core::run::{MemoryJournal, Settlement};
use social_core::testkit::conformance::{SECRET, Subject};
use social_core::testkit::{Answer, Received, Scene, fault_matrix};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{Fake, Tried, Vendor, approved, jpeg, never_twice_never_lost};

const WEBHOOK: &str = "https://hook.eu2.make.com/abcdefghijklmnopqrstuvwxyz012345";

/// A scenario: it counts what it got, and what it got for the first time.
#[derive(Default)]
struct Hook {
    received: usize,
    keys: BTreeSet<String>,
    bodies: Vec<Value>,
    answer: Option<Answer>,
}

impl Vendor for Hook {
    fn answer(&mut self, request: &Received) -> Answer {
        assert_eq!(request.url.as_str(), WEBHOOK);
        if let Some(answer) = self.answer.take() {
            return answer;
        }
        self.received += 1;
        let body = request.json();
        self.keys.insert(body["idempotency_key"].as_str().unwrap().to_owned());
        self.bodies.push(body);
        Answer::text("Accepted")
    }
}

fn webhook(endpoint: EndpointBuilder) -> Make {
    Make::new(endpoint.auth(Make::auth("key-of-the-hook".into())), &SecretString::from(WEBHOOK)).unwrap()
}

fn connect(fake: &Fake<Hook>) -> Make {
    webhook(Make::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> Make {
    webhook(Make::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
}

/// A8: without a way to ask, what may have gone out is never sent again, and a person can settle
/// it.
// Museum A8.
#[tokio::test]
async fn a8_a_lost_answer_stays_unknown_until_somebody_settles_it() {
    let post = approved(&connect(&Fake::new(Hook::default())), Post::new("Hi")).await;
    let work = async |scene: Scene| connect_scene(&scene).publish(&scene.run, &post).await;
    let received = |fake: &Fake<Hook>| fake.state.lock().unwrap().received;
    for case in fault_matrix(|| Fake::new(Hook::default()), work, received).await.unwrap() {
        assert_eq!(case.violation(), None);
    }
    let fake = Fake::new(Hook { answer: Some(Answer::lost()), ..Hook::default() });
    let (make, journal) = (connect(&fake), MemoryJournal::new());
    let run = fake.run(&journal, "run").await;
    let error = make.publish(&run, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let step = run.unsettled().remove(0);
    run.settle(&step, Settlement::did_not_happen("anna")).await.unwrap();
    make.publish(&run, &post).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().received, 1);
}

/// With a scenario that knows its keys, the same may be sent again: what counts is how many
/// different keys it got.
// Museum A5: the key of a logical post stays the same in every process.
#[tokio::test]
async fn a_deduplicating_scenario_loses_nothing() {
    let connect = |scene: &Scene| connect_scene(scene).with_deduplicating_scenario();
    let post = approved(&webhook(Make::endpoint()), Post::new("Hi")).await;
    never_twice_never_lost(Hook::default, connect, &post, |hook| hook.keys.len()).await;
}

/// G8: accepted is not published.
// Museum G8.
#[tokio::test]
async fn g8_accepted_is_handed_over_and_not_more() {
    for (answer, warnings) in [
        (None, 0),
        (Some(Answer::json(json!({"status": "published", "id": "17889455560051444"}))), 1),
        (Some(Answer::status(StatusCode::OK)), 0),
    ] {
        let fake = Fake::new(Hook { answer, ..Hook::default() });
        let receipt = fake.publish(&connect(&fake), "run", Post::new("Hi")).await.unwrap();
        assert_eq!(receipt.state, social_core::publish::ReceiptState::HandedOver);
        assert_eq!((receipt.url(), receipt.warnings.len()), (None, warnings));
    }
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let connect = |scene: &Scene| {
        let endpoint = Make::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        let make = Make::new(endpoint.auth(Make::auth(SECRET.into())), &SecretString::from(WEBHOOK))?;
        Ok(Arc::new(make) as Arc<dyn Publisher>)
    };
    // Every request that arrives is a post.
    let subject = Subject::new(|| Fake::new(Hook::default()).vendor, connect).counting(|hook| hook.received().len());
    let mut tried = Tried::new(rules::PLATFORM);
    for placement in rules::PLACEMENTS {
        tried.with(&subject, &Post::new("Hi").with_placement(placement)).await;
    }
    tried.stands_in_the_table();
}

/// What is approved for one webhook goes to no other, though they differ in nothing but a secret.
#[tokio::test]
async fn a_webhook_is_an_account_of_its_own() {
    let fake = Fake::new(Hook::default());
    let make = connect(&fake);
    let other = SecretString::from("https://hook.eu2.make.com/abcdefghijklmnopqrstuvwxyz012346");
    let post = approved(&Make::new(Make::endpoint(), &other).unwrap(), Post::new("Hi")).await;
    let error = make.publish(&fake.run(&MemoryJournal::new(), "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), fake.vendor.received().len()), (ErrorKind::Rejected, 0));
    let account = make.with_label("the bakery's scenario").account().await.unwrap();
    assert_eq!(account.to_string(), "make (the bakery's scenario)");
    assert!(account.key.id.starts_with("secret-") && !account.key.id.contains("abcdefghij"));
}

#[tokio::test]
async fn the_scenario_gets_what_only_some_platforms_have() {
    let fake = Fake::new(Hook::default());
    let remote = |name: &str| Attachment::new(Media::remote(format!("https://files.test/{name}").parse().unwrap()));
    let mut post = Post::new("Hi")
        .with_attachment(remote("a.jpg"))
        .with_thread_part(ThreadPart::new("two").with_attachment(remote("b.jpg")))
        .with_first_comment("first")
        .with_publish_at("2026-12-01T08:00:00Z".parse().unwrap())
        .with_poll(Poll::new(["yes", "no"]))
        .with_reply_to(PostRef::new("9"));
    post.options = serde_json::from_value(json!({"pinterest": {"board": "Bread"}})).unwrap();
    fake.publish(&connect(&fake), "run", post).await.unwrap();
    let body = &fake.state.lock().unwrap().bodies[0];
    let file = json!([{"url": "https://files.test/b.jpg", "role": "content"}]);
    for (field, value) in [
        ("thread", json!([{"text": "two", "media": file}])),
        ("first_comment", json!("first")),
        ("publish_at", json!("2026-12-01T08:00:00Z")),
        ("poll", json!({"choices": ["yes", "no"]})),
        ("reply_to", json!({"id": "9"})),
        ("options", json!({"pinterest": {"board": "Bread"}})),
    ] {
        assert_eq!(body[field], value, "{field}");
    }
}

#[tokio::test]
async fn the_scenario_gets_the_whole_post() {
    let fake = Fake::new(Hook::default());
    let make = connect(&fake);
    let remote = Media::remote("https://files.test/a.jpg".parse().unwrap());
    let post = Post::new("Hi")
        .with_placement(Placement::REEL)
        .with_title("T")
        .with_language("de")
        .with_link("https://example.com/".parse().unwrap())
        .with_attachment(Attachment::new(remote).with_alt_text("bread"));
    let receipt = fake.publish(&make, "run", post).await.unwrap();
    assert_eq!(
        fake.state.lock().unwrap().bodies,
        [
            json!({"idempotency_key": receipt.id(), "timestamp": "2026-11-20T12:00:00Z", "placement": "reel", "text": "Hi",
            "title": "T", "link": "https://example.com/", "languages": ["de"], "ai_generated": false,
            "media": [{"url": "https://files.test/a.jpg", "alt_text": "bread", "role": "content"}]})
        ]
    );
    let request = fake.vendor.received().remove(0);
    assert_eq!(request.header("x-make-apikey"), Some("key-of-the-hook"));
    let local = Post::new("Hi").with_attachment(Attachment::new(jpeg(2, 2)));
    let error = fake.publish(&make, "local", local).await.unwrap_err();
    assert_eq!((error.field(), error.effect()), (Some("attachments[0]"), Effect::None), "{error}");
}

/// Stands on the documented answers. What a scenario itself says proves nothing about what it did
/// before.
#[test]
fn answers_are_read() {
    for (status, body, kind, effect, again) in [
        (400, "Queue is full", ErrorKind::Unavailable, Effect::None, true),
        (429, "Too many requests", ErrorKind::RateLimited, Effect::None, true),
        (410, "", ErrorKind::Config, Effect::None, false),
        (404, "", ErrorKind::Config, Effect::None, false),
        (401, "", ErrorKind::Auth, Effect::None, false),
        (400, "Scenario failed to complete.", ErrorKind::InvalidRequest, Effect::Unknown, false),
        (500, "Scenario failed to complete.", ErrorKind::Unavailable, Effect::Unknown, true),
    ] {
        let headers = http::HeaderMap::new();
        let status = StatusCode::from_u16(status).unwrap();
        let error = error::classify(&Failure { status, headers: &headers, body: body.as_bytes() });
        let retry = error.retry() != social_core::Retry::Never;
        assert_eq!((error.kind(), error.effect(), retry), (kind, effect, again), "{status} {body}");
    }
}

/// The address is the secret.
#[tokio::test]
async fn the_address_is_in_no_error_and_in_no_debug() {
    let echo = format!("no scenario listens at {WEBHOOK}");
    let answer = Answer::text(echo).with_status(StatusCode::BAD_REQUEST);
    let fake = Fake::new(Hook { answer: Some(answer), ..Hook::default() });
    let make = connect(&fake);
    let error = fake.publish(&make, "run", Post::new("Hi")).await.unwrap_err();
    let wrong = Make::new(Make::endpoint(), &SecretString::from("hook abcdefghijkl")).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Config);
    for shown in
        [format!("{error:?}"), format!("{make:?}"), format!("{wrong:?}"), format!("{:?}", error_source(&error))]
    {
        assert!(!shown.contains("abcdefghijkl"), "{shown}");
        assert!(!shown.contains("key-of-the-hook"), "{shown}");
    }
}

fn error_source(error: &Error) -> Option<String> {
    std::error::Error::source(error).map(|source| format!("{source:?}"))
}
