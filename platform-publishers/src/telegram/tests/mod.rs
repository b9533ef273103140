//! The fake Bot API is invented after the documents; it cannot be asked what it has sent.

mod conformance;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::http::{EndpointBuilder, Failure, RecordingTransport};
use social_core::media::Media;
use social_core::publish::{
    Attachment, MediaRole, Placement, Poll, Post, PostRef, Publisher as _, ReceiptState, Severity, inspect,
};
use social_core::run::{MemoryJournal, Run, Settlement};
use social_core::testkit::{Answer, Received, Scene, fault_matrix};
use social_core::{Effect, Error, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, approved, jpeg, mp4};

const TOKEN: &str = "123:AAE-key_of_the_bot";
const CHAT: i64 = -1_001_234_567_890;

/// A channel. It counts its messages.
pub(super) struct Channel {
    token: &'static str,
    messages: Vec<(String, Value)>,
    sends: usize,
    deleted: Vec<Value>,
    answer: Option<Answer>,
    member: Value,
    kind: &'static str,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            token: TOKEN,
            messages: Vec::new(),
            sends: 0,
            deleted: Vec::new(),
            answer: None,
            member: json!({"status": "administrator", "can_post_messages": true}),
            kind: "channel",
        }
    }
}

/// The fields of a call, from JSON or from a form.
fn fields(request: &Received) -> Value {
    if request.header("content-type") == Some("application/json") {
        return request.json();
    }
    let text = request.text();
    let parts = text.split("Content-Disposition: form-data; name=\"").skip(1);
    let pairs = parts.map(|part| {
        let (name, rest) = part.split_once('"').unwrap();
        let (head, value) = rest.split_once("\r\n\r\n").unwrap();
        let value = value.split("\r\n--").next().unwrap();
        let value = match head.contains("filename") {
            true => json!(format!("a file{}", head.split("\r\n").last().unwrap().trim_start_matches("Content-Type:"))),
            false => serde_json::from_str(value).unwrap_or_else(|_| json!(value)),
        };
        (name.to_owned(), value)
    });
    pairs.collect()
}

fn refusal(status: u16, description: &str, parameters: Value) -> Answer {
    fake::json(status, json!({"ok": false, "error_code": status, "description": description, "parameters": parameters}))
}

fn ok(result: Value) -> Answer {
    Answer::json(json!({"ok": true, "result": result}))
}

impl Vendor for Channel {
    fn answer(&mut self, request: &Received) -> Answer {
        let path = request.url.path().to_owned();
        let Some(method) = path.strip_prefix(&format!("/bot{}/", self.token)) else {
            return refusal(401, "Unauthorized", json!({}));
        };
        let chat = json!({"id": CHAT, "type": self.kind, "title": "News", "username": "bakery"});
        let fields = fields(request);
        match method {
            "getChat" => ok(chat),
            "getMe" => ok(json!({"id": 123, "is_bot": true, "first_name": "bot"})),
            "getChatMember" => ok(self.member.clone()),
            "deleteMessages" => {
                self.deleted.push(fields);
                ok(json!(true))
            }
            _ => {
                self.sends += 1;
                if let Some(answer) = self.answer.take() {
                    return answer;
                }
                let count = fields["media"].as_array().map_or(1, Vec::len);
                let first = 40 + self.messages.len();
                self.messages.push((method.to_owned(), fields));
                let message = |n: usize| json!({"message_id": first + n, "date": 1_765_000_000, "chat": chat});
                ok(if count == 1 { message(0) } else { (0..count).map(message).collect() })
            }
        }
    }
}

fn account(endpoint: EndpointBuilder) -> Telegram {
    Telegram::new(endpoint, TOKEN.into(), "@bakery").unwrap()
}

fn connect(fake: &Fake<Channel>) -> Telegram {
    account(Telegram::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn text(text: &str) -> Post {
    Post::new(text).with_placement(Placement::MESSAGE)
}

fn image() -> Attachment {
    Attachment::new(jpeg(40, 30))
}

fn at(address: &str) -> Attachment {
    Attachment::new(Media::remote(address.parse().unwrap()))
}

/// Every option at once.
pub(crate) fn all_options() -> TelegramOptions {
    TelegramOptions::new()
        .with_format("bold", TextFormat::Bold)
        .with_buttons([Button::callback("Yes", "yes")])
        .silent()
        .protected()
        .with_spoiler()
        .with_caption_above()
        .without_link_preview()
        .with_topic(7)
}

/// Museum A1, A8: what may be out is never sent again, and says what a person has to do.
#[tokio::test]
async fn a8_a_lost_answer_stays_unknown_until_somebody_has_looked() {
    let telegram = connect(&Fake::new(Channel::default()));
    for post in [
        text("Hello"),
        text("Look").with_attachment(image()),
        text("Rising").with_attachment(Attachment::new(mp4())),
        text("Both").with_attachment(image()).with_attachment(Attachment::new(mp4())),
        text("Which?").with_poll(Poll::new(["rye", "spelt"])),
    ] {
        let post = approved(&telegram, post).await;
        let work = async |scene: Scene| {
            let endpoint = Telegram::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            account(endpoint).publish(&scene.run, &post).await
        };
        let messages = |fake: &Fake<Channel>| fake.state.lock().unwrap().messages.len();
        let cases = fault_matrix(|| Fake::new(Channel::default()), work, messages).await.unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            assert_eq!(case.violation(), None);
            assert!(case.effects <= 1, "{case}");
            // Nothing is lost in silence: what did not go out is an error or unknown.
            assert!(case.effects == 1 || case.result.is_err(), "{case}");
        }
    }
    let fake = Fake::new(Channel { answer: Some(Answer::lost()), ..Channel::default() });
    let (telegram, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&telegram, text("Hello")).await;
    let run = fake.run(&journal, "run").await;
    let error = telegram.publish(&run, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.message().contains("look whether the message stands in @bakery"), "{error}");
    telegram.publish(&run, &post).await.unwrap_err();
    assert_eq!(fake.state.lock().unwrap().sends, 1);
    let step = run.unsettled().remove(0);
    run.settle(&step, Settlement::did_not_happen("anna")).await.unwrap();
    telegram.publish(&run, &post).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().messages.len(), 1);
}

#[tokio::test]
async fn each_kind_of_message_is_sent_by_its_method() {
    let fake = Fake::new(Channel::default());
    let telegram = connect(&fake);
    let gif = Media::bytes(b"GIF89a\x01\0\x01\0\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".as_slice());
    let pdf = Media::bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".as_slice());
    let cover = image().with_role(MediaRole::Cover);
    let link: url::Url = "https://example.com/a".parse().unwrap();
    let two = text("Two").with_attachment(image()).with_attachment(at("https://cdn.test/v.mp4"));
    let poll = Poll::new(["rye", "spelt"]).multiple().open_for(Duration::from_secs(600));
    let quiet = TelegramOptions::new().silent().with_topic(7);
    for (post, method, expected) in [
        (
            text("👨‍👩‍👧 bold and bold")
                .with_options(&TelegramOptions { spoiler: false, caption_above: false, ..all_options() })
                .unwrap(),
            "sendMessage",
            json!({"text": "👨‍👩‍👧 bold and bold", "entities": [{"type": "bold", "offset": 9, "length": 4},
                {"type": "bold", "offset": 18, "length": 4}], "link_preview_options": {"is_disabled": true},
                "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]},
                "disable_notification": true, "protect_content": true, "message_thread_id": 7}),
        ),
        (
            text("Read <b>&").with_link(link.clone()).with_reply_to(PostRef::new(format!("{CHAT}/12"))),
            "sendMessage",
            json!({"text": "Read <b>&", "link_preview_options": {"url": link}, "reply_parameters": {"message_id": 12}}),
        ),
        (
            text("bold")
                .with_attachment(image())
                .with_options(&TelegramOptions { no_link_preview: false, ..all_options() })
                .unwrap(),
            "sendPhoto",
            json!({"caption": "bold", "caption_entities": [{"type": "bold", "offset": 0, "length": 4}],
                "has_spoiler": true, "show_caption_above_media": true, "photo": "a file image/jpeg",
                "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]},
                "disable_notification": true, "protect_content": true, "message_thread_id": 7}),
        ),
        (
            text("").with_attachment(Attachment::new(mp4())).with_attachment(cover),
            "sendVideo",
            json!({"video": "a file video/mp4", "cover": "a file image/jpeg", "width": 1080, "height": 1920, "duration": 5,
                "supports_streaming": true}),
        ),
        (text("").with_attachment(Attachment::new(gif)), "sendAnimation", json!({"animation": "a file image/gif"})),
        (
            text("Menu").with_attachment(Attachment::new(pdf)),
            "sendDocument",
            json!({"caption": "Menu", "document": "a file application/pdf"}),
        ),
        (
            two.with_options(&quiet).unwrap(),
            "sendMediaGroup",
            json!({"media": [{"type": "photo", "media": "attach://file0", "caption": "Two"},
                {"type": "video", "media": "https://cdn.test/v.mp4"}], "file0": "a file image/jpeg",
                "disable_notification": true, "message_thread_id": 7}),
        ),
        (
            text("Which?").with_poll(poll),
            "sendPoll",
            json!({"question": "Which?", "options": [{"text": "rye"}, {"text": "spelt"}], "allows_multiple_answers": true,
                "open_period": 600}),
        ),
    ] {
        let receipt = fake.publish(&telegram, method, post).await.unwrap();
        let (sent, mut body) = fake.state.lock().unwrap().messages.pop().unwrap();
        assert_eq!(sent, method);
        for given in ["cover", "file0"] {
            if body[given].is_string() && expected[given].is_null() {
                panic!("{given} was not expected");
            }
        }
        let chat = body.as_object_mut().unwrap().remove("chat_id").unwrap();
        assert_eq!(chat.to_string().trim_matches('"'), CHAT.to_string());
        if method == "sendVideo" {
            assert_eq!(body["cover"], "a file image/jpeg", "the part stands behind its name");
        }
        assert_eq!(body, expected, "{method}");
        assert_eq!(receipt.url().unwrap().as_str(), "https://t.me/bakery/40");
        assert_eq!((receipt.id(), receipt.state), (format!("{CHAT}/40").as_str(), ReceiptState::Published));
        assert_eq!(receipt.posts.len(), if method == "sendMediaGroup" { 2 } else { 1 });
    }
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let fake = Fake::new(Channel::default());
    let telegram = connect(&fake);
    telegram.account().await.unwrap();
    let asked = fake.vendor.received().len();
    let long = |count: usize| "😀".repeat(count / 2);
    let with = |post: Post, options: TelegramOptions| post.with_options(&options).unwrap();
    let button = |button| with(text("x"), TelegramOptions::new().with_buttons([button]));
    let pdf = || Attachment::new(Media::bytes(b"%PDF-1.7\n%%EOF\n".as_slice()));
    let formats = TelegramOptions::new().with_format("not there", TextFormat::Italic);
    let buttons = TelegramOptions::new().with_buttons([Button::callback("a", "b")]);
    let eleven = (0..11).fold(text("x"), |post, _| post.with_attachment(image()));
    for (post, field) in [
        (text(&long(4098)), "text"),
        (text(&long(1026)).with_attachment(image()), "text"),
        (text(&long(302)).with_poll(Poll::new(["a", "b"])), "text"),
        (text("x").with_poll(Poll::new(["a", &long(102)])), "poll.choices[1]"),
        (eleven, "attachments"),
        (
            text("x")
                .with_attachment(image())
                .with_attachment(Attachment::new(Media::bytes(b"%PDF-1.7\n%%EOF\n".as_slice()))),
            "attachments",
        ),
        (text("x").with_attachment(image()).with_attachment(image().with_role(MediaRole::Cover)), "attachments"),
        (text("x").with_attachment(image()).with_link("https://a.test/".parse().unwrap()), "link"),
        (text("").with_link("https://a.test/".parse().unwrap()), "text"),
        (text("x").with_reply_to(PostRef::new("elsewhere")), "reply_to"),
        (text("x").with_attachment(Attachment::new(jpeg(9000, 1001))), "attachments[0]"),
        (text("x").with_options(&formats).unwrap(), "options.telegram.formats[0].words"),
        (
            text("x").with_attachment(image()).with_attachment(image()).with_options(&buttons).unwrap(),
            "options.telegram.buttons",
        ),
        (button(Button::callback("a", "b".repeat(65))), "options.telegram.buttons[0][0].callback_data"),
        (with(text("x"), TelegramOptions::new().with_spoiler()), "options.telegram.spoiler"),
        (with(text("x").with_attachment(pdf()), TelegramOptions::new().with_spoiler()), "options.telegram.spoiler"),
        (with(text("x"), TelegramOptions::new().with_caption_above()), "options.telegram.caption_above"),
        (
            with(
                text("x").with_link("https://a.test/".parse().unwrap()),
                TelegramOptions::new().without_link_preview(),
            ),
            "options.telegram.no_link_preview",
        ),
        (button(Button::callback(" ", "b")), "options.telegram.buttons[0][0].text"),
        (text("x").with_first_comment("y"), "first_comment"),
        (text("x").with_placement(Placement::STORY), "placement"),
    ] {
        let error = fake.publish(&telegram, "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error}");
        assert_eq!(error.effect(), Effect::None);
    }
    assert_eq!(fake.vendor.received().len(), asked);
    fake.publish(&telegram, "run", text(&long(4096))).await.unwrap();
}

/// A caption has no preview of its links, which the one who asks for none is told.
#[tokio::test]
async fn a_preview_that_there_would_not_be_is_told() {
    let telegram = connect(&Fake::new(Channel::default()));
    let options = TelegramOptions::new().without_link_preview();
    for (post, told) in [
        (text("x"), false),
        (text("x").with_attachment(image()), true),
        (text("x").with_poll(Poll::new(["a", "b"])), true),
    ] {
        let findings = inspect(&telegram, &post.with_options(&options).unwrap()).await.findings;
        assert_eq!(findings.iter().any(|f| f.field == "options.telegram.no_link_preview"), told, "{findings:?}");
        assert!(findings.iter().all(|finding| finding.severity != Severity::Error), "{findings:?}");
    }
}

/// A group that grew has another number; nothing reached the old one.
#[tokio::test]
async fn a_group_with_a_new_number_gets_the_message_there() {
    let moved =
        refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", json!({"migrate_to_chat_id": -1009}));
    let fake = Fake::new(Channel { answer: Some(moved), ..Channel::default() });
    let receipt = fake.publish(&connect(&fake), "run", text("Hello")).await.unwrap();
    assert!(receipt.warnings[0].contains("-1009"), "{receipt:?}");
    let state = fake.state.lock().unwrap();
    assert_eq!((state.sends, state.messages.len()), (2, 1));
    assert_eq!(state.messages[0].1["chat_id"], "-1009");
}

/// A wait that Telegram names is kept, and the message goes out once.
#[tokio::test]
async fn too_many_messages_are_a_pause() {
    let busy = refusal(429, "Too Many Requests: retry after 17", json!({"retry_after": 17}));
    let fake = Fake::new(Channel { answer: Some(busy), ..Channel::default() });
    fake.publish(&connect(&fake), "run", text("Hello")).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().messages.len(), 1);
}

#[tokio::test]
async fn messages_are_taken_down_and_cannot_be_asked_about() {
    let fake = Fake::new(Channel::default());
    let telegram = connect(&fake);
    let album = text("Two").with_attachment(image()).with_attachment(image());
    let receipt = fake.publish(&telegram, "run", album).await.unwrap();
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(telegram.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(fake.state.lock().unwrap().deleted, [json!({"chat_id": CHAT.to_string(), "message_ids": [40, 41]})]);
    assert_eq!(telegram.status(&receipt).await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(telegram.limits(&Placement::MESSAGE).await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(!telegram.capabilities().status);
}

#[tokio::test]
async fn readiness_says_what_the_bot_lacks() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    for (kind, member, ready) in [
        ("channel", json!({"status": "administrator", "can_post_messages": true}), true),
        ("channel", json!({"status": "administrator", "can_post_messages": false}), false),
        ("channel", json!({"status": "member"}), false),
        ("supergroup", json!({"status": "member"}), true),
        ("supergroup", json!({"status": "restricted", "can_send_messages": false}), false),
        ("supergroup", json!({"status": "left"}), false),
        ("private", json!({"status": "member"}), true),
    ] {
        let fake = Fake::new(Channel { kind, member: member.clone(), ..Channel::default() });
        assert_eq!(connect(&fake).readiness(now).await.unwrap().is_ready(), ready, "{kind} {member}");
    }
}

/// The token is part of the address: it must be in no error, no span, no recording.
// Museum G1.
#[tokio::test]
async fn g1_the_token_is_seen_nowhere() {
    let echo = refusal(400, &format!("Bad Request: no such path /bot{TOKEN}/sendMessage"), json!({}));
    let fake = Fake::new(Channel { answer: Some(echo), ..Channel::default() });
    let recording = Arc::new(RecordingTransport::new(fake.vendor.transport()));
    let telegram = account(Telegram::endpoint().transport(recording.clone()).clock(fake.clock.clone()));
    let error = fake.publish(&telegram, "run", text("Hello")).await.unwrap_err();
    let lost = Fake::new(Channel { answer: Some(Answer::lost()), ..Channel::default() });
    let unknown = lost.publish(&connect(&lost), "run", text("Hello")).await.unwrap_err();
    let recorded: Vec<_> = recording.exchanges().iter().map(|exchange| exchange.to_json().unwrap()).collect();
    assert_eq!(recorded.len(), 2);
    let folder = tempfile::tempdir().unwrap();
    let names = recording.save(folder.path()).unwrap();
    for shown in [
        format!("{error:?} {error}"),
        format!("{unknown:?}"),
        format!("{telegram:?}"),
        recorded.join(""),
        format!("{names:?}"),
    ] {
        assert!(!shown.contains("key_of_the_bot"), "{shown}");
    }
    assert!(recorded[0].contains("getChat"), "{}", recorded[0]);
    for (token, chat) in [("nonsense-without-colon", "@a"), ("1:a/../b", "@a"), (TOKEN, "bakery"), (TOKEN, "@")] {
        let error = Telegram::new(Telegram::endpoint(), SecretString::from(token), chat).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!format!("{error:?}").contains(token), "{error}");
    }
    let error = Telegram::from_settings(&social_core::settings::MapSettings::new()).unwrap_err();
    assert!(
        error.to_string().contains("TELEGRAM_BOT_TOKEN") && error.to_string().contains("TELEGRAM_CHAT_ID"),
        "{error}"
    );
}

/// Stands on the documents and on descriptions that the cassettes quote.
#[test]
fn refusals_are_read() {
    for (status, description, kind, effect) in [
        (400, "Bad Request: chat not found", ErrorKind::NotFound, Effect::None),
        (400, "Bad Request: message text is empty", ErrorKind::InvalidRequest, Effect::None),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", ErrorKind::MediaInvalid, Effect::None),
        (400, "Bad Request: not enough rights to send text messages to the chat", ErrorKind::Permission, Effect::None),
        (403, "Forbidden: bot was kicked from the channel chat", ErrorKind::Permission, Effect::None),
        (413, "Request Entity Too Large", ErrorKind::MediaInvalid, Effect::None),
        (429, "Too Many Requests: retry after 5", ErrorKind::RateLimited, Effect::None),
        (500, "Internal Server Error", ErrorKind::Unavailable, Effect::Unknown),
        (502, "Bad Gateway", ErrorKind::Unavailable, Effect::Unknown),
    ] {
        let body = json!({"ok": false, "error_code": status, "description": description});
        let error = classify(status, &body.to_string());
        assert_eq!((error.kind(), error.effect()), (kind, effect), "{status} {description}");
    }
    assert_eq!(classify(502, "<html>").effect(), Effect::Unknown);
}

fn classify(status: u16, body: &str) -> Error {
    let headers = HeaderMap::new();
    let status = StatusCode::from_u16(status).unwrap();
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}
