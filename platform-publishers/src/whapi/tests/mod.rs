//! The fake channel is invented after the specification: files, messages that wait, lists. The
//! refusals are those of the cassettes.

mod conformance;
mod shared;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::http::EndpointBuilder;
use social_core::media::Media;
use social_core::publish::{Attachment, Placement, Poll, Post, PostRef, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const KEY: &str = "whapi-token-of-the-tests";
const GROUP: &str = "120363000000000000@g.us";
const CHANNEL: &str = "120363000000000001@newsletter";

#[derive(Default)]
struct Number {
    watch: Watch,
    /// What was sent, as it is listed.
    messages: Vec<Value>,
    files: Vec<usize>,
    refusal: Option<u16>,
    failed: bool,
    health: &'static str,
    deletes: usize,
}

fn refused(status: u16) -> Answer {
    fake::json(status, json!({"error": {"code": status, "message": "nein"}}))
}

impl Number {
    fn send(&mut self, path: &str, request: &Received) -> Answer {
        if let Some(status) = self.refusal.take() {
            return refused(status);
        }
        let body = request.json();
        let id = format!("PsqXn5SAD5v7HRA.{}-wHqB9tMeGQ", self.messages.len());
        let at = format!("{}Z", &self.watch.graph_time()[..19]).parse::<Timestamp>().unwrap().as_second();
        let kind = path.rsplit('/').next().unwrap();
        let content = match kind {
            "poll" => json!({"title": body["title"]}),
            "text" => json!({"body": body.get("body").or(body.get("caption"))}),
            _ => json!({"id": body["media"], "caption": body.get("caption")}),
        };
        let kind = if kind == "media" { "image" } else { kind };
        let message = json!({"id": id, "type": kind, "from_me": true, "timestamp": at, "status": "pending", kind: content,
            "chat_id": body["to"], "asked": body, "path": path});
        self.messages.insert(0, message.clone());
        Answer::json(json!({"sent": true, "message": message}))
    }
}

impl Vendor for Number {
    fn answer(&mut self, request: &Received) -> Answer {
        let path = request.url.path().trim_start_matches('/').to_owned();
        match (request.method.as_str(), path.as_str()) {
            ("GET", "health") => {
                let text = if self.health.is_empty() { "AUTH" } else { self.health };
                Answer::json(json!({"status": {"code": 4, "text": text}, "user": {"id": "14155550100"}, "uptime": 1}))
            }
            ("POST", "media") => {
                assert!(request.header("content-type").unwrap().contains('/'));
                self.files.push(request.body.len());
                Answer::json(json!({"media": [{"id": format!("image-{}", "abcdef".repeat(self.files.len()))}]}))
            }
            ("POST", path) => self.send(path, request),
            ("GET", path) if path == "stories" || path.contains("list/") || path.starts_with("newsletters/") => {
                let stranger =
                    json!({"id": "x-yyyy", "from_me": false, "timestamp": 1, "text": {"body": "Fresh bread"}});
                let all = self.messages.iter().cloned().chain([stranger]);
                Answer::json(json!({"messages": all.collect::<Vec<_>>(), "count": 100}))
            }
            (method, path) => {
                let id = path.trim_start_matches("messages/");
                let Some(place) = self.messages.iter().position(|message| message["id"] == id) else {
                    return refused(404);
                };
                if method == "DELETE" {
                    self.deletes += 1;
                    self.messages.remove(place);
                    return Answer::json(json!({"success": true}));
                }
                // The next question finds it sent.
                let answer = self.messages[place].clone();
                self.messages[place]["status"] = if self.failed { json!("failed") } else { json!("delivered") };
                Answer::json(answer)
            }
        }
    }
}

fn account(endpoint: EndpointBuilder, token: &str, chat: &str) -> Whapi {
    Whapi::new(endpoint, token.to_owned().into(), chat).unwrap()
}

fn connect(fake: &Fake<Number>, chat: &str) -> Whapi {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(Whapi::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()), KEY, chat)
}

fn on(placement: &Placement, text: &str) -> Post {
    Post::new(text).with_placement(placement.clone())
}

fn image() -> Attachment {
    Attachment::new(jpeg(40, 30))
}

fn video() -> Attachment {
    Attachment::new(mp4())
}

fn document() -> Attachment {
    Attachment::new(Media::bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".as_slice()))
}

/// One example of each option.
pub(crate) fn all_options() -> WhapiOptions {
    WhapiOptions::new()
        .with_mention("14155550100")
        .without_link_preview()
        .with_wide_link_preview()
        .with_view_once()
        .with_file_name("menu.pdf")
        .with_background_color("#aabbcc")
}

/// The chat and the post of each shape that there is.
fn shapes() -> Vec<(&'static str, Post)> {
    let message = |text| on(&Placement::MESSAGE, text);
    let story = |text| on(&Placement::STORY, text);
    vec![
        ("14155550100", message("Fresh bread")),
        (GROUP, message("Fresh bread").with_attachment(image())),
        (CHANNEL, message("Fresh bread").with_attachment(video())),
        (CHANNEL, message("Our menu").with_attachment(document())),
        (GROUP, message("Which bread?").with_poll(Poll::new(["rye", "wheat"]))),
        (GROUP, message("").with_attachment(at())),
        ("stories", story("Fresh bread")),
        ("stories", story("Fresh bread").with_attachment(image())),
    ]
}

fn at() -> Attachment {
    Attachment::new(Media::remote("https://cdn.test/a.jpg".parse().unwrap()))
}

/// Museum A1, A8: whatever breaks, the list of the chat tells whether the message is out.
#[tokio::test]
async fn no_fault_sends_twice() {
    for (chat, post) in shapes() {
        // A file without a caption has nothing by which it is known: see the next test.
        if post.text.is_empty() {
            continue;
        }
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(Number::default()), chat), post).await;
        let fresh = || Number { watch: watch.clone(), ..Number::default() };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            account(Whapi::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()), KEY, chat)
        };
        never_twice_never_lost(fresh, connect, &post, |number| number.messages.len()).await;
    }
}

/// A file without a caption is sent again only when the number sent nothing that could be it.
#[tokio::test]
async fn a_file_without_a_caption_is_never_guessed() {
    let post = on(&Placement::MESSAGE, "").with_attachment(at());
    let fake = Fake::new(Number::default());
    let whapi = connect(&fake, GROUP);
    let lost =
        social_core::testkit::FaultTransport::at(fake.vendor.transport(), 0, social_core::testkit::Fault::CutAfter);
    let losing = account(Whapi::endpoint().transport(lost).clock(fake.clock.clone()), KEY, GROUP);
    let (journal, post) = (MemoryJournal::new(), approved(&whapi, post).await);
    let error = losing.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
    let error = whapi.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
    assert_eq!(fake.state.lock().unwrap().messages.len(), 1);
}

#[tokio::test]
async fn each_kind_of_message_is_sent_by_its_path() {
    let fake = Fake::new(Number::default());
    let text = WhapiOptions::new().with_mention("14155550100").without_link_preview();
    let shown = WhapiOptions::new().with_view_once();
    let named = WhapiOptions::new().with_file_name("menu.pdf");
    let message = |text| on(&Placement::MESSAGE, text);
    let id = "image-abcdef";
    let chat = "14155550100@s.whatsapp.net";
    for (chat_id, post, path, body) in [
        ("14155550100", message("Hello"), "messages/text", json!({"to": chat, "body": "Hello"})),
        (
            GROUP,
            message("Hello").with_options(&text).unwrap().with_reply_to(PostRef::new("abcd-efgh")),
            "messages/text",
            json!({"to": GROUP, "body": "Hello", "mentions": ["14155550100"], "no_link_preview": true,
                "quoted": "abcd-efgh"}),
        ),
        (
            GROUP,
            message("Look").with_attachment(image()).with_options(&shown).unwrap(),
            "messages/image",
            json!({"to": GROUP, "media": id, "mime_type": "image/jpeg", "caption": "Look", "view_once": true}),
        ),
        (
            CHANNEL,
            message("Look").with_attachment(video()),
            "messages/video",
            json!({"to": CHANNEL, "media": id, "mime_type": "video/mp4", "caption": "Look"}),
        ),
        (
            CHANNEL,
            message("Menu").with_attachment(document()).with_options(&named).unwrap(),
            "messages/document",
            json!({"to": CHANNEL, "media": id, "mime_type": "application/pdf", "caption": "Menu", "filename": "menu.pdf"}),
        ),
        (
            GROUP,
            message("").with_attachment(at()),
            "messages/image",
            json!({"to": GROUP, "media": "https://cdn.test/a.jpg", "mime_type": "image/jpeg"}),
        ),
        (
            GROUP,
            message("Which?").with_poll(Poll::new(["rye", "wheat"]).multiple()),
            "messages/poll",
            json!({"to": GROUP, "title": "Which?", "options": ["rye", "wheat"], "count": 0}),
        ),
        (
            "stories",
            on(&Placement::STORY, "Fresh").with_options(&WhapiOptions::new().with_background_color("#aabbcc")).unwrap(),
            "stories/send/text",
            json!({"caption": "Fresh", "background_color": "#aabbcc"}),
        ),
        (
            "stories",
            on(&Placement::STORY, "Fresh").with_attachment(video()),
            "stories/send/media",
            json!({"media": id, "mime_type": "video/mp4", "caption": "Fresh"}),
        ),
    ] {
        fake.state.lock().unwrap().files.clear();
        let whapi = connect(&fake, chat_id);
        let receipt = fake.publish(&whapi, path, post).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published);
        let state = fake.state.lock().unwrap();
        assert_eq!((&state.messages[0]["path"], &state.messages[0]["asked"]), (&json!(path), &body));
    }
    // Stories are of the number, not of a chat.
    let account = connect(&fake, "stories").account().await.unwrap();
    assert_eq!(account.key.id, "stories/14155550100");
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let message = |text| on(&Placement::MESSAGE, text);
    let with = |post: Post, options: &WhapiOptions| post.with_options(options).unwrap();
    let gif = Media::bytes(b"GIF89a\x01\0\x01\0\0\0\0;".as_slice());
    for (post, field) in [
        (message(&"x".repeat(4097)), "text"),
        (message(&"x".repeat(1025)).with_attachment(image()), "text"),
        (message("x").with_attachment(image()).with_attachment(image()), "attachments"),
        (message("x").with_attachment(Attachment::new(gif)), "attachments[0]"),
        (message("x").with_poll(Poll::new(["a", "b"]).open_for(Duration::from_secs(60))), "poll"),
        (message("x").with_poll(Poll::new(["a"])), "poll"),
        (with(message("x"), &WhapiOptions::new().with_mention("+1 415")), "options.whapi.mentions"),
        (with(message("x"), &WhapiOptions::new().with_view_once()), "options.whapi.view_once"),
        (with(message("x"), &WhapiOptions::new().with_file_name("x")), "options.whapi.file_name"),
        (
            with(message("x"), &WhapiOptions::new().without_link_preview().with_wide_link_preview()),
            "options.whapi.wide_link_preview",
        ),
        (with(message("x"), &WhapiOptions::new().with_background_color("#aabbcc")), "options.whapi.background_color"),
        (on(&Placement::STORY, "x"), "placement"),
        (message("x").with_publish_at(Timestamp::MAX), "publish_at"),
    ] {
        let fake = Fake::new(Number::default());
        let error = fake.publish(&connect(&fake, GROUP), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
    for chat in ["", "bakery", "12345", "1415-555-0100@elsewhere", "@g.us"] {
        let error = Whapi::new(Whapi::endpoint(), KEY.to_owned().into(), chat).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("WHAPI_CHAT_ID")), "{chat}");
    }
}

/// Trap 27: 402 is the trial's limit. A file that Whapi has forgotten is sent anew.
#[tokio::test]
async fn a_refusal_sends_nothing_and_says_what_to_do() {
    for (status, kind, word) in [
        (400, ErrorKind::InvalidRequest, "nein"),
        (401, ErrorKind::Auth, "WHAPI_TOKEN"),
        (402, ErrorKind::QuotaExhausted, "plan"),
        (403, ErrorKind::Permission, "admin"),
        (404, ErrorKind::NotFound, "nein"),
        (413, ErrorKind::MediaInvalid, "too large"),
    ] {
        let fake = Fake::new(Number { refusal: Some(status), ..Number::default() });
        let (whapi, journal) = (connect(&fake, GROUP), MemoryJournal::new());
        let post = approved(&whapi, on(&Placement::MESSAGE, "Look").with_attachment(image())).await;
        let error = whapi.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{error:?}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(fake.state.lock().unwrap().messages.is_empty());
        whapi.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
        assert_eq!(fake.state.lock().unwrap().files.len(), if status == 404 { 2 } else { 1 });
    }
}

/// Trap 27: `sent` is queued, and may fail afterwards.
#[tokio::test]
async fn a_message_that_whatsapp_does_not_take_is_rejected() {
    let fake = Fake::new(Number { failed: true, ..Number::default() });
    let whapi = connect(&fake, GROUP);
    let receipt = fake.publish(&whapi, "run", on(&Placement::MESSAGE, "Hello")).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Rejected, 1));
    assert_eq!(whapi.status(&receipt).await.unwrap().state, ReceiptState::Rejected);
}

#[tokio::test]
async fn messages_are_asked_about_and_taken_down_and_stories_stay() {
    let fake = Fake::new(Number::default());
    let whapi = connect(&fake, GROUP);
    let receipt = fake.publish(&whapi, "run", on(&Placement::MESSAGE, "Hello")).await.unwrap();
    assert_eq!(whapi.status(&receipt).await.unwrap().state, ReceiptState::Published);
    for _ in 0..2 {
        assert_eq!(whapi.delete(&Run::ephemeral(), &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(whapi.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    assert_eq!(fake.state.lock().unwrap().deletes, 1);
    let stories = connect(&fake, "stories");
    let receipt = fake.publish(&stories, "story", on(&Placement::STORY, "Hello")).await.unwrap();
    let error = stories.delete(&Run::ephemeral(), &receipt).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("delete")));
}

#[tokio::test]
async fn readiness_says_what_the_channel_lacks() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    for (health, ready, word) in [("AUTH", true, ""), ("QR", false, "scan"), ("ERROR", false, "panel")] {
        let fake = Fake::new(Number { health, ..Number::default() });
        let readiness = connect(&fake, GROUP).readiness(now).await.unwrap();
        assert_eq!(readiness.is_ready(), ready, "{health}");
        assert!(readiness.findings.iter().all(|finding| finding.message.contains(word)));
    }
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Number { refusal: Some(401), ..Number::default() });
    let whapi = connect(&fake, GROUP);
    let error = fake.publish(&whapi, "run", on(&Placement::MESSAGE, "Hello")).await.unwrap_err();
    for text in [format!("{whapi:?}"), format!("{error:?}")] {
        assert!(!text.contains(KEY), "{text}");
    }
    let sent = fake.vendor.received();
    assert!(sent.iter().all(|request| request.query("token").is_none()));
    assert_eq!(fake.vendor.calls(&Method::POST, "/messages/text"), 1);
    assert_eq!(StatusCode::UNAUTHORIZED.as_u16(), error.status().unwrap());
}
