//! The fake Discord is invented after the documents: a second create of a nonce answers with the
//! first message, a webhook without `wait` says nothing, a bot without the permission to read sees
//! an empty channel. There are no recorded exchanges of Discord beside the repository.

mod conformance;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::http::{EndpointBuilder, Failure, RecordingTransport};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Poll, Post, PostRef, Publisher as _, ReceiptState};
use social_core::run::{MemoryJournal, Run, Settlement};
use social_core::settings::MapSettings;
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene, fault_matrix};
use social_core::{Effect, Error, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const HOOK: &str = "1000000000000000001";
const CHANNEL: &str = "1000000000000000002";
const THREAD: &str = "1000000000000000003";
const SERVER: &str = "1000000000000000004";
const BOT: &str = "1000000000000000005";
const TOKEN: &str = "key_of-the-webhook";
const BOT_KEY: &str = "token-of-the-bot";

/// A channel and a thread with one message of somebody else in each.
struct Server {
    watch: Watch,
    messages: Vec<Value>,
    nonces: BTreeMap<String, Value>,
    /// The bot may not read the channel's history.
    blind: bool,
    answer: Option<Answer>,
    deletes: usize,
}

impl Server {
    fn new(watch: &Watch) -> Self {
        let other = |channel| {
            json!({"id": "1000000000000000100", "channel_id": channel, "content": "Hello",
                "timestamp": "2026-11-19T12:00:00+00:00", "author": {"id": "1000000000000000006"}, "attachments": []})
        };
        Self {
            watch: watch.clone(),
            messages: vec![other(CHANNEL), other(THREAD)],
            nonces: BTreeMap::new(),
            blind: false,
            answer: None,
            deletes: 0,
        }
    }

    fn ours(&self) -> usize {
        self.messages.len() - 2
    }

    fn create(&mut self, request: &Received, channel: &str, author: &str) -> Answer {
        if let Some(answer) = self.answer.take() {
            return answer;
        }
        let sent = message(request);
        let nonce = sent["nonce"].as_str().filter(|_| sent["enforce_nonce"] == true).map(str::to_owned);
        if let Some(known) = nonce.as_ref().and_then(|nonce| self.nonces.get(nonce)) {
            return Answer::json(known.clone());
        }
        let made = json!({"id": (1_000_000_000_000_000_200_u64 + self.messages.len() as u64).to_string(),
            "channel_id": channel, "content": sent["content"].as_str().unwrap_or_default(), "timestamp": self.watch.now().to_string(),
            "author": {"id": author}, "attachments": sent["attachments"].as_array().cloned().unwrap_or_default(),
            "poll": sent["poll"], "embeds": sent["embeds"].as_array().cloned().unwrap_or_default(), "sent": sent});
        self.messages.push(made.clone());
        if let Some(nonce) = nonce {
            self.nonces.insert(nonce, made.clone());
        }
        Answer::json(made)
    }
}

/// The message of a request, from JSON or from a form.
fn message(request: &Received) -> Value {
    if request.header("content-type") == Some("application/json") {
        return request.json();
    }
    let text = request.text();
    let (_, rest) = text.split_once("name=\"payload_json\"\r\n\r\n").unwrap();
    let mut message: Value = serde_json::from_str(rest.split("\r\n--").next().unwrap()).unwrap();
    let files = text.matches("name=\"files[").count();
    assert_eq!(message["attachments"].as_array().unwrap().len(), files);
    message["files"] = json!(files);
    message
}

fn refusal(status: u16, code: u32, text: &str) -> Answer {
    fake::json(status, json!({"code": code, "message": text}))
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        assert!(request.header("user-agent").unwrap().starts_with("DiscordBot ("), "Discord blocks others");
        let path = request.url.path().trim_start_matches("/api/v10/").to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let bot = request.header("authorization").unwrap_or_default();
        let may = match parts.first() {
            Some(&"webhooks") => bot.is_empty() && [TOKEN, SECRET].iter().any(|token| parts.get(2) == Some(token)),
            _ => [BOT_KEY, SECRET].iter().any(|token| bot == format!("Bot {token}")),
        };
        if !may {
            return refusal(401, 50027, "Invalid Webhook Token");
        }
        let thread = request.query("thread_id");
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["webhooks", HOOK, _]) => {
                Answer::json(json!({"id": HOOK, "channel_id": CHANNEL, "guild_id": SERVER}))
            }
            ("GET", ["channels", CHANNEL]) => Answer::json(json!({"id": CHANNEL, "guild_id": SERVER})),
            ("GET", ["users", "@me"]) => Answer::json(json!({"id": BOT})),
            ("POST", ["webhooks", HOOK, _]) => {
                let channel = thread.unwrap_or_else(|| CHANNEL.to_owned());
                let answer = self.create(request, &channel, HOOK);
                match request.query("wait").as_deref() {
                    Some("true") => answer,
                    _ => Answer::status(StatusCode::NO_CONTENT),
                }
            }
            ("POST", ["channels", channel, "messages"]) => self.create(request, channel, BOT),
            ("GET", ["channels", CHANNEL, "messages"]) if self.blind => Answer::json(json!([])),
            ("GET", ["channels", channel, "messages"]) => {
                let listed = self.messages.iter().rev().filter(|message| message["channel_id"] == *channel);
                Answer::json(listed.take(100).cloned().collect())
            }
            (method, ["webhooks" | "channels", place, .., "messages", id]) => {
                let channel = thread.unwrap_or_else(|| if *place == HOOK { CHANNEL } else { *place }.to_owned());
                let at =
                    self.messages.iter().position(|message| message["id"] == *id && message["channel_id"] == channel);
                match at {
                    None => refusal(404, 10008, "Unknown Message"),
                    Some(at) if method == "DELETE" => {
                        self.deletes += 1;
                        self.messages.remove(at);
                        Answer::status(StatusCode::NO_CONTENT)
                    }
                    Some(at) => Answer::json(self.messages[at].clone()),
                }
            }
            _ => refusal(404, 10003, "Unknown Channel"),
        }
    }
}

fn hook(endpoint: EndpointBuilder) -> Discord {
    Discord::webhook(endpoint, &SecretString::from(format!("https://discord.com/api/webhooks/{HOOK}/{TOKEN}"))).unwrap()
}

fn bot(endpoint: EndpointBuilder) -> Discord {
    Discord::bot(endpoint, BOT_KEY.into(), CHANNEL).unwrap()
}

fn channel(change: impl FnOnce(&mut Server)) -> Fake<Server> {
    let watch = Watch::default();
    let fake = Fake::new(Server::new(&watch));
    watch.set(&fake.clock);
    change(&mut fake.state.lock().unwrap());
    fake
}

fn endpoint(fake: &Fake<Server>) -> EndpointBuilder {
    Discord::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn text(text: &str) -> Post {
    Post::new(text).with_placement(Placement::MESSAGE)
}

fn image() -> Attachment {
    Attachment::new(jpeg(40, 30)).with_alt_text("bread")
}

/// Every option at once.
pub(crate) fn all_options() -> DiscordOptions {
    DiscordOptions::new()
        .with_username("41 Bistro")
        .with_avatar("https://example.com/a.png".parse().unwrap())
        .with_thread(THREAD)
        .with_thread_name("New")
        .with_tag("1000000000000000007")
        .with_ping(Ping::User("1000000000000000008".to_owned()))
        .with_ping(Ping::Role("1000000000000000009".to_owned()))
        .silent()
        .without_link_cards()
}

/// One post of every shape that a bot sends.
fn shapes() -> Vec<Post> {
    let link = "https://example.com/a".parse().unwrap();
    vec![
        text("Hello from us"),
        text("Look").with_attachment(image()).with_attachment(Attachment::new(mp4())),
        text("").with_attachment(image()),
        text("").with_link(link).with_title("Bread"),
        text("Which?").with_poll(Poll::new(["rye", "spelt"])),
        text("Yes").with_reply_to(PostRef::new(format!("{CHANNEL}/1000000000000000100"))),
        text("In here").with_options(&DiscordOptions::new().with_thread(THREAD)).unwrap(),
    ]
}

/// Museum A1, A8: a bot finds its message again, by its nonce, its words or the names of its files.
#[tokio::test]
async fn no_fault_posts_as_a_bot_twice() {
    let watch = Watch::default();
    for post in shapes() {
        let post = approved(&bot(endpoint(&channel(|_| ()))), post).await;
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            bot(Discord::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
        };
        never_twice_never_lost(|| Server::new(&watch), connect, &post, Server::ours).await;
    }
}

/// Museum A8: a bot beside the webhook finds its messages.
#[tokio::test]
async fn no_fault_posts_by_a_webhook_with_a_reader_twice() {
    let watch = Watch::default();
    for post in shapes().into_iter().filter(|post| post.reply_to.is_none()) {
        let post = approved(&hook(endpoint(&channel(|_| ()))), post).await;
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = || Discord::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            hook(endpoint()).with_reader(endpoint(), BOT_KEY.into()).unwrap()
        };
        never_twice_never_lost(|| Server::new(&watch), connect, &post, Server::ours).await;
    }
    // Settings make one of both.
    let both = MapSettings::new().with("DISCORD_BOT_TOKEN", "x");
    let both = both.with("DISCORD_WEBHOOK_URL", format!("https://discord.com/api/webhooks/{HOOK}/{TOKEN}"));
    let discord = Discord::from_settings(&both).unwrap();
    assert!(discord.is_webhook() && discord.capabilities().finds_lost_posts);
}

/// A webhook cannot be asked: what may be out is never sent again, and says what to do.
// Museum A8.
#[tokio::test]
async fn a8_what_a_webhook_lost_stays_unknown_until_somebody_has_looked() {
    let post = approved(&hook(endpoint(&channel(|_| ()))), text("Hello")).await;
    let work = async |scene: Scene| {
        let endpoint = Discord::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
        hook(endpoint).publish(&scene.run, &post).await
    };
    let cases =
        fault_matrix(|| channel(|_| ()), work, |fake: &Fake<Server>| fake.state.lock().unwrap().ours()).await.unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        assert_eq!(case.violation(), None);
        assert!(case.effects == 1 || case.result.is_err(), "{case}");
    }
    let fake = channel(|server| server.answer = Some(Answer::lost()));
    let (discord, journal) = (hook(endpoint(&fake)).with_label("#news"), MemoryJournal::new());
    let run = fake.run(&journal, "run").await;
    let error = discord.publish(&run, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.message().contains("look whether the message stands in #news"), "{error}");
    let step = run.unsettled().remove(0);
    run.settle(&step, Settlement::did_not_happen("anna")).await.unwrap();
    discord.publish(&run, &post).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().ours(), 1);
}

/// An empty list proves nothing.
#[tokio::test]
async fn a_bot_that_may_not_read_leaves_a_lost_message_unknown() {
    let fake = channel(|server| {
        server.blind = true;
        server.answer = Some(Answer::lost());
    });
    let error = fake.publish(&bot(endpoint(&fake)), "run", text("Look").with_attachment(image())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.message().contains("permission to read its history"), "{error}");
    // The message of this nonce was made, and deleted: it is not sent a third time.
    let fake = channel(|server| server.answer = Some(refusal(404, 10008, "Unknown Message")));
    let error = fake.publish(&bot(endpoint(&fake)), "run", text("Hello")).await.unwrap_err();
    assert_eq!((error.kind(), fake.state.lock().unwrap().ours()), (ErrorKind::OutcomeUnknown, 0));
    assert!(error.message().contains("is gone again"), "{error}");
}

#[tokio::test]
async fn a_message_has_everything_and_pings_whom_it_may() {
    let fake = channel(|_| ());
    let discord = hook(endpoint(&fake));
    let options = DiscordOptions { thread_name: None, tags: Vec::new(), ..all_options() };
    let post = text("@everyone <@1000000000000000008>").with_options(&options).unwrap();
    let receipt = fake.publish(&discord, "all", post).await.unwrap();
    assert_eq!(receipt.posts[0].id.split('/').next(), Some(THREAD));
    assert_eq!(receipt.url().unwrap().as_str(), format!("https://discord.com/channels/{SERVER}/{}", receipt.id()));
    let last = || fake.state.lock().unwrap().messages.last().unwrap()["sent"].clone();
    assert_eq!(
        last(),
        json!({"content": "@everyone <@1000000000000000008>", "username": "41 Bistro",
            "avatar_url": "https://example.com/a.png", "flags": 4100,
            "allowed_mentions": {"parse": [], "users": ["1000000000000000008"], "roles": ["1000000000000000009"]}})
    );
    let card = text("Read")
        .with_title("Bread")
        .with_link("https://example.com/a".parse().unwrap())
        .with_attachment(image().with_role(MediaRole::Cover))
        .with_attachment(Attachment::new(mp4()));
    fake.publish(&discord, "card", card).await.unwrap();
    let sent = last();
    let name = sent["attachments"][0]["filename"].as_str().unwrap();
    assert_eq!(sent["attachments"][0]["description"], "bread");
    assert_eq!(
        sent["embeds"],
        json!([{"url": "https://example.com/a", "title": "Bread",
        "image": {"url": format!("attachment://{name}")}}])
    );
    let poll = Poll::new(["rye", "spelt"]).open_for(Duration::from_secs(90 * 60));
    fake.publish(
        &bot(endpoint(&fake)),
        "poll",
        text("Which?").with_poll(poll).with_reply_to(PostRef::new(format!("{CHANNEL}/1000000000000000100"))),
    )
    .await
    .unwrap();
    let mut sent = last();
    let nonce = sent["nonce"].take();
    assert_eq!(nonce.as_str().map(str::len), Some(25));
    assert_eq!(
        sent,
        json!({"poll": {"question": {"text": "Which?"}, "answers": [{"poll_media": {"text": "rye"}},
            {"poll_media": {"text": "spelt"}}], "duration": 2, "allow_multiselect": false},
            "message_reference": {"message_id": "1000000000000000100"}, "nonce": null, "enforce_nonce": true,
            "allowed_mentions": {"parse": []}})
    );
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let fake = channel(|_| ());
    let (webhook, robot) = (hook(endpoint(&fake)), bot(endpoint(&fake)));
    let options = |options: &DiscordOptions| text("x").with_options(options).unwrap();
    let long = |count: usize| "👨‍👩‍👧".repeat(count / 5);
    let eleven = (0..11).fold(text("x"), |post, _| post.with_attachment(image()));
    let large = || Attachment::new(Media::bytes([b"%PDF-1.7\n".as_slice(), &[b' '; 9_000_000], b"\n%%EOF\n"].concat()));
    for (publisher, post, field) in [
        (&webhook, text(&long(2005)), "text"),
        (&webhook, text(&long(305)).with_poll(Poll::new(["a", "b"])), "text"),
        (&webhook, text("x").with_reply_to(PostRef::new("1000000000000000100")), "reply_to"),
        (&robot, text("x").with_reply_to(PostRef::new("elsewhere")), "reply_to"),
        (&robot, options(&DiscordOptions::new().with_username("x")), "options.discord.username"),
        (&webhook, options(&DiscordOptions::new().with_username("x".repeat(81))), "options.discord.username"),
        (&webhook, options(&all_options()), "options.discord.thread"),
        (&webhook, options(&DiscordOptions::new().with_thread("general")), "options.discord.thread"),
        (&webhook, eleven, "attachments"),
        (&webhook, text("x").with_attachment(large()).with_attachment(large()).with_attachment(large()), "attachments"),
        (&webhook, text("x").with_attachment(image().with_role(MediaRole::Cover)), "attachments"),
        (&webhook, text("x").with_publish_at("2026-12-01T08:00:00Z".parse().unwrap()), "publish_at"),
        (&webhook, text("x").with_placement(Placement::STORY), "placement"),
    ] {
        let error = fake.publish(publisher, "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error}");
        assert_eq!(error.effect(), Effect::None);
    }
    assert!(fake.vendor.received().is_empty());
    let boosted = webhook.with_max_file_bytes(50 << 20);
    assert_eq!(boosted.rules(&Placement::MESSAGE).unwrap().video.unwrap().max_bytes, Some(50 << 20));
}

#[tokio::test]
async fn a_message_is_asked_about_and_taken_down() {
    let fake = channel(|_| ());
    let in_thread = text("x").with_options(&DiscordOptions::new().with_thread(THREAD)).unwrap();
    for (run, publisher, post) in [
        ("1", hook(endpoint(&fake)), text("x")),
        ("2", hook(endpoint(&fake)), in_thread.clone()),
        ("3", bot(endpoint(&fake)), in_thread),
    ] {
        let receipt = fake.publish(&publisher, run, post).await.unwrap();
        assert_eq!(publisher.status(&receipt).await.unwrap(), receipt);
        let run = Run::ephemeral();
        for run in [&run, &run, &Run::ephemeral()] {
            assert_eq!(publisher.delete(run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        assert_eq!(publisher.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        assert!(publisher.readiness(now).await.unwrap().is_ready());
    }
    assert_eq!(fake.state.lock().unwrap().deletes, 3);
    let wrong = Discord::bot(endpoint(&fake), "another-token-of-a-bot".into(), CHANNEL).unwrap();
    assert!(!wrong.readiness("2026-11-20T12:00:00Z".parse().unwrap()).await.unwrap().is_ready());
}

/// The webhook's address is the secret.
// Museum G1.
#[tokio::test]
async fn g1_the_webhooks_address_is_seen_nowhere() {
    let echo = refusal(400, 50035, &format!("Invalid Form Body at /webhooks/{HOOK}/{TOKEN}"));
    let fake = channel(|server| server.answer = Some(echo));
    let recording = Arc::new(RecordingTransport::new(fake.vendor.transport()));
    let discord = hook(Discord::endpoint().transport(recording.clone()).clock(fake.clock.clone()));
    let error = fake.publish(&discord, "run", text("Hello")).await.unwrap_err();
    let recorded: Vec<_> = recording.exchanges().iter().map(|exchange| exchange.to_json().unwrap()).collect();
    let wrong = Discord::webhook(Discord::endpoint(), &"https://discord.com/api/nothing/key_of-the-webhook".into())
        .unwrap_err();
    assert_eq!((recorded.len(), wrong.kind()), (1, ErrorKind::Config));
    for shown in [format!("{error:?} {error}"), format!("{discord:?} {wrong:?}"), recorded.join("")] {
        assert!(!shown.contains(TOKEN), "{shown}");
    }
    for (settings, missing) in [
        (MapSettings::new(), "DISCORD_WEBHOOK_URL"),
        (MapSettings::new().with("DISCORD_BOT_TOKEN", "x"), "DISCORD_CHANNEL_ID"),
        (MapSettings::new().with("DISCORD_CHANNEL_ID", CHANNEL), "DISCORD_BOT_TOKEN"),
    ] {
        let error = Discord::from_settings(&settings).unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
}

/// Stands on the documented codes.
#[test]
fn refusals_are_read_by_code() {
    for (status, code, kind, effect) in [
        (404, 10015, ErrorKind::Config, Effect::None),
        (401, 50027, ErrorKind::Auth, Effect::None),
        (401, 0, ErrorKind::Auth, Effect::None),
        (404, 10003, ErrorKind::NotFound, Effect::None),
        (403, 50013, ErrorKind::Permission, Effect::None),
        (400, 50006, ErrorKind::InvalidRequest, Effect::None),
        (413, 40005, ErrorKind::MediaInvalid, Effect::None),
        (400, 240_000, ErrorKind::Rejected, Effect::None),
        (429, 20016, ErrorKind::RateLimited, Effect::None),
        (503, 130_000, ErrorKind::Unavailable, Effect::Unknown),
        (500, 0, ErrorKind::Unavailable, Effect::Unknown),
        (400, 987_654, ErrorKind::InvalidRequest, Effect::None),
    ] {
        let error = classify(status, &json!({"code": code, "message": "no"}).to_string());
        assert_eq!((error.kind(), error.effect()), (kind, effect), "{status} {code}");
    }
    let tree = r#"{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 256 or fewer in length."}]}}}}}"#;
    assert!(classify(400, tree).message().contains("embeds.0.title Must be 256"), "{}", classify(400, tree));
    for body in [r#"{"message":"You are being rate limited.","retry_after":0.5,"global":false}"#, "<html>"] {
        assert_eq!(classify(429, body).kind(), ErrorKind::RateLimited);
    }
    assert_eq!(classify(502, "<html>").effect(), Effect::Unknown);
}

fn classify(status: u16, body: &str) -> Error {
    let headers = HeaderMap::new();
    let status = StatusCode::from_u16(status).unwrap();
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}

/// A wait that is told in the body is kept, and the message goes out once.
#[tokio::test]
async fn too_many_messages_are_a_pause() {
    let busy = fake::json(429, json!({"message": "You are being rate limited.", "retry_after": 1.5, "global": false}));
    let fake = channel(|server| server.answer = Some(busy));
    fake.publish(&hook(endpoint(&fake)), "run", text("Hello")).await.unwrap();
    let posted = fake.vendor.received().iter().filter(|request| request.method == Method::POST).count();
    assert_eq!((posted, fake.state.lock().unwrap().ours()), (2, 1));
}
