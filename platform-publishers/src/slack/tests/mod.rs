//! The fake Slack is invented after the documents: failures come with 200, files are shared a
//! moment later, the history has the metadata. There are no recorded exchanges of Slack beside the
//! repository.

mod conformance;
mod connected;

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Value, json};
use social_core::http::{EndpointBuilder, Failure, RecordingTransport};
use social_core::publish::{Attachment, Placement, Post, PostRef, PostRole, Publisher as _, ReceiptState};
use social_core::run::{MemoryJournal, Run, Settlement};
use social_core::settings::MapSettings;
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene, fault_matrix};
use social_core::{Effect, Error, ErrorKind};

use super::*;
use crate::fake::{Fake, Vendor, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "xoxb-token-of-the-bot";
const CHANNEL: &str = "C0123456789";
const HOOK: &str = "https://hooks.slack.com/services/T0000/B0000/key-of-the-webhook";

/// A channel.
struct Server {
    messages: Vec<Value>,
    hooked: Vec<Value>,
    files: BTreeMap<String, Value>,
    /// Questions until a file that is shared is shown as shared.
    slow: usize,
    answer: Option<Answer>,
    scopes: &'static str,
    may_read: bool,
}

impl Default for Server {
    fn default() -> Self {
        let scopes = "chat:write,channels:history,files:write,files:read";
        Self {
            messages: Vec::new(),
            hooked: Vec::new(),
            files: BTreeMap::new(),
            slow: 1,
            answer: None,
            scopes,
            may_read: true,
        }
    }
}

fn refused(error: &str) -> Answer {
    Answer::json(json!({"ok": false, "error": error}))
}

impl Server {
    /// What people see: messages, and files that are shared.
    fn seen(&self) -> usize {
        self.messages.len() + self.hooked.len()
    }

    fn post(&mut self, message: Value) -> String {
        let ts = format!("1765000000.{:06}", 100 + self.messages.len());
        let mut message = message;
        message["ts"] = json!(ts);
        self.messages.push(message);
        ts
    }
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        if request.url.host_str() == Some("hooks.slack.com") {
            assert!([HOOK.to_owned(), HOOK.replace("key-of-the-webhook", SECRET)].contains(&request.url.to_string()));
            if let Some(answer) = self.answer.take() {
                return answer;
            }
            self.hooked.push(request.json());
            return Answer::text("ok");
        }
        if request.url.host_str() == Some("files.slack.com") {
            assert_eq!(request.header("authorization"), None, "the address alone lets files in");
            let id = request.url.path().rsplit('/').next().unwrap().to_owned();
            let file = self.files.get_mut(&id).unwrap();
            assert_eq!(file["length"], request.body.len().to_string());
            file["bytes"] = json!(request.body.len());
            return Answer::text(format!("OK - {}", request.body.len()));
        }
        let authorization = request.header("authorization").unwrap_or_default();
        if ![TOKEN, SECRET].iter().any(|token| authorization == format!("Bearer {token}")) {
            return refused("invalid_auth");
        }
        let method = request.url.path().trim_start_matches("/api/").to_owned();
        let body = request.json();
        let listed = |message: &Value| message["metadata"].is_object() || message["files"].is_array();
        match method.as_str() {
            "chat.postMessage" => match self.answer.take() {
                Some(answer) => answer,
                None => {
                    let ts = self.post(body);
                    Answer::json(json!({"ok": true, "channel": CHANNEL, "ts": ts}))
                }
            },
            "conversations.history" | "conversations.replies" if !self.may_read => refused("missing_scope"),
            "conversations.history" => {
                assert_eq!(request.query("include_all_metadata").as_deref(), Some("true"));
                let messages: Vec<_> = self.messages.iter().rev().filter(|message| listed(message)).collect();
                Answer::json(json!({"ok": true, "messages": messages, "has_more": false}))
            }
            "conversations.replies" => {
                let ts = request.query("ts").unwrap();
                let fits = |m: &&Value| m["ts"] == *ts || m["thread_ts"] == *ts;
                let messages: Vec<_> = self.messages.iter().filter(fits).collect();
                if messages.is_empty() {
                    refused("thread_not_found")
                } else {
                    Answer::json(json!({"ok": true, "messages": messages}))
                }
            }
            "chat.getPermalink" => {
                let ts = request.query("message_ts").unwrap();
                Answer::json(
                    json!({"ok": true, "permalink": format!("https://acme.slack.com/archives/{CHANNEL}/p{}", ts.replace('.', ""))}),
                )
            }
            "chat.delete" => match self.messages.iter().position(|message| message["ts"] == body["ts"]) {
                Some(at) => {
                    self.messages.remove(at);
                    Answer::json(json!({"ok": true}))
                }
                None => refused("message_not_found"),
            },
            "files.getUploadURLExternal" => {
                let id = format!("F{:09}", self.files.len());
                let fields: BTreeMap<String, String> =
                    url::form_urlencoded::parse(&request.body).into_owned().collect();
                self.files.insert(id.clone(), json!(fields));
                Answer::json(
                    json!({"ok": true, "upload_url": format!("https://files.slack.com/upload/v1/{id}"), "file_id": id}),
                )
            }
            "files.completeUploadExternal" => {
                if let Some(answer) = self.answer.take() {
                    return answer;
                }
                let files = body["files"].as_array().unwrap();
                let has_bytes = |file: &Value| self.files[file["id"].as_str().unwrap()]["bytes"].is_u64();
                if !files.iter().all(has_bytes) {
                    return refused("file_not_found");
                }
                let ts = self.post(
                    json!({"files": body["files"], "text": body["initial_comment"], "thread_ts": body["thread_ts"]}),
                );
                for file in files {
                    let file = self.files.get_mut(file["id"].as_str().unwrap()).unwrap();
                    file["shared"] = json!(ts);
                }
                Answer::json(json!({"ok": true, "files": body["files"]}))
            }
            "files.info" => {
                let id = request.query("file").unwrap();
                let Some(file) = self.files.get_mut(&id) else { return refused("file_not_found") };
                let asked = file["asked"].as_u64().unwrap_or(0) as usize;
                file["asked"] = json!(asked + 1);
                let shares = match file["shared"].as_str() {
                    Some(ts) if asked >= self.slow => json!({"public": {CHANNEL: [{"ts": ts}]}}),
                    _ => json!({}),
                };
                Answer::json(json!({"ok": true, "file": {"id": id, "shares": shares}}))
            }
            "files.delete" => match self.files.remove(body["file"].as_str().unwrap()) {
                Some(_) => Answer::json(json!({"ok": true})),
                None => refused("file_not_found"),
            },
            "auth.test" => Answer::json(json!({"ok": true, "user_id": "U1"}))
                .with_header(HeaderName::from_static("x-oauth-scopes"), self.scopes),
            _ => refused("unknown_method"),
        }
    }
}

fn bot(endpoint: EndpointBuilder) -> Slack {
    Slack::bot(endpoint, FixedToken::new(TOKEN), CHANNEL).unwrap()
}

fn hook(endpoint: EndpointBuilder) -> Slack {
    Slack::webhook(endpoint, &HOOK.into()).unwrap()
}

fn endpoint(fake: &Fake<Server>) -> EndpointBuilder {
    Slack::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn of_scene(scene: &Scene) -> EndpointBuilder {
    Slack::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone())
}

fn text(text: &str) -> Post {
    Post::new(text).with_placement(Placement::MESSAGE)
}

fn image() -> Attachment {
    Attachment::new(jpeg(40, 30)).with_alt_text("bread")
}

fn with_files() -> Post {
    text("Look").with_attachment(image()).with_attachment(Attachment::new(mp4()))
}

/// Every option at once.
pub(crate) fn all_options() -> SlackOptions {
    SlackOptions::new().with_formatting().without_link_cards().broadcast()
}

/// Museum A1, A8: a message is found by its key.
#[tokio::test]
async fn no_fault_posts_as_a_bot_twice() {
    let fake = Fake::new(Server::default());
    for post in [text("Hello <&>"), text("Yes").with_reply_to(PostRef::new(format!("{CHANNEL}/1765000000.000001")))] {
        let in_thread = post.reply_to.is_some();
        let post = approved(&bot(endpoint(&fake)), post).await;
        let parent = json!({"ts": "1765000000.000001", "text": "Is it out?"});
        let fresh =
            || Server { messages: if in_thread { vec![parent.clone()] } else { Vec::new() }, ..Server::default() };
        let posts = |server: &Server| server.messages.len() - usize::from(in_thread);
        never_twice_never_lost(fresh, |scene| bot(of_scene(scene)), &post, posts).await;
    }
}

/// Files whose sharing was lost and is not shown, and whatever a webhook lost, stay unknown.
// Museum A8.
#[tokio::test]
async fn a8_what_cannot_be_found_out_stays_unknown_until_somebody_has_looked() {
    let fake = Fake::new(Server::default());
    for (webhook, post) in [(true, text("Hello")), (false, with_files())] {
        let connect = move |endpoint| if webhook { hook(endpoint) } else { bot(endpoint) };
        let post = approved(&connect(endpoint(&fake)), post).await;
        let work = async |scene: Scene| connect(of_scene(&scene)).publish(&scene.run, &post).await;
        let seen = |fake: &Fake<Server>| fake.state.lock().unwrap().seen();
        let cases = fault_matrix(|| Fake::new(Server::default()), work, seen).await.unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            assert_eq!(case.violation(), None);
            assert!(case.effects == 1 || case.result.is_err(), "{case}");
        }
    }
    let fake = Fake::new(Server { answer: Some(Answer::lost()), ..Server::default() });
    let (slack, journal) = (hook(endpoint(&fake)).with_label("#news"), MemoryJournal::new());
    let post = approved(&slack, text("Hello")).await;
    let run = fake.run(&journal, "run").await;
    let error = slack.publish(&run, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.message().contains("look whether the message stands in #news"), "{error}");
    let step = run.unsettled().remove(0);
    run.settle(&step, Settlement::did_not_happen("anna")).await.unwrap();
    slack.publish(&run, &post).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().hooked.len(), 1);
    // A bot that may not read the history says so.
    let fake = Fake::new(Server { answer: Some(refused("internal_error")), may_read: false, ..Server::default() });
    let error = fake.publish(&bot(endpoint(&fake)), "run", text("Hello")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.message().contains("may not read the channel's history"), "{error}");
}

#[tokio::test]
async fn a_text_is_escaped_and_a_file_is_shared() {
    let fake = Fake::new(Server::default());
    let slack = bot(endpoint(&fake));
    let parent = PostRef::new(format!("{CHANNEL}/1765000000.000001"));
    let post = text("<!channel> *a* & b").with_reply_to(parent).with_options(&all_options()).unwrap();
    let receipt = fake.publish(&slack, "text", post).await.unwrap();
    assert_eq!(receipt.url().unwrap().as_str(), format!("https://acme.slack.com/archives/{CHANNEL}/p1765000000000100"));
    let mut sent = fake.state.lock().unwrap().messages[0].clone();
    let metadata = sent["metadata"].take();
    assert_eq!(metadata["event_type"], "social_post");
    assert_eq!(
        sent,
        json!({"channel": CHANNEL, "text": "&lt;!channel&gt; *a* &amp; b", "mrkdwn": true, "unfurl_links": false,
            "unfurl_media": false, "thread_ts": "1765000000.000001", "reply_broadcast": true, "metadata": null,
            "ts": "1765000000.000100"})
    );
    let receipt = fake.publish(&slack, "files", with_files()).await.unwrap();
    assert_eq!(
        (receipt.state, receipt.id()),
        (ReceiptState::Published, format!("{CHANNEL}/1765000000.000101").as_str())
    );
    let roles: Vec<_> = receipt.posts.iter().map(|post| post.role.clone()).collect();
    assert_eq!(roles, [PostRole::MAIN, PostRole::CONTAINER, PostRole::CONTAINER]);
    let state = fake.state.lock().unwrap();
    assert_eq!(state.files["F000000000"]["alt_txt"], "bread");
    assert_eq!(state.messages[1]["text"], "Look");
}

/// Files that are not shown as shared for a minute are said to be in process, and asked about.
#[tokio::test]
async fn a_share_that_comes_late_is_no_failure() {
    let fake = Fake::new(Server { slow: 1000, ..Server::default() });
    let slack = bot(endpoint(&fake));
    let receipt = fake.publish(&slack, "files", with_files()).await.unwrap();
    assert_eq!((receipt.state, receipt.url()), (ReceiptState::Processing, None));
    assert_eq!(slack.status(&receipt).await.unwrap().state, ReceiptState::Processing);
    fake.state.lock().unwrap().slow = 0;
    let told = slack.status(&receipt).await.unwrap();
    assert_eq!((told.state, told.id()), (ReceiptState::Published, format!("{CHANNEL}/1765000000.000100").as_str()));
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let fake = Fake::new(Server::default());
    let (robot, webhook) = (bot(endpoint(&fake)), hook(endpoint(&fake)));
    let ours = PostRef::new(format!("{CHANNEL}/1765000000.000001"));
    let broadcast = |post: Post| post.with_options(&SlackOptions::new().broadcast()).unwrap();
    for (publisher, post, field) in [
        // Escaped, it is longer.
        (&robot, text(&"&".repeat(7601)), "text"),
        (&robot, text("x").with_reply_to(PostRef::new("1.5")), "reply_to"),
        (&robot, broadcast(text("x")), "options.slack.broadcast"),
        (&webhook, broadcast(text("x")), "options.slack.broadcast"),
        (&webhook, with_files(), "attachments"),
        (&webhook, text("x").with_reply_to(ours), "reply_to"),
        (
            &robot,
            text("x").with_attachment(Attachment::new(jpeg(4, 3)).with_alt_text("a".repeat(1001))),
            "attachments[0].alt_text",
        ),
        (&robot, text("x").with_publish_at("2026-12-01T08:00:00Z".parse().unwrap()), "publish_at"),
        (&robot, text("x").with_placement(Placement::STORY), "placement"),
    ] {
        let error = fake.publish(publisher, "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error}");
        assert_eq!(error.effect(), Effect::None);
    }
    assert!(fake.vendor.received().is_empty());
}

#[tokio::test]
async fn a_message_is_asked_about_and_taken_down() {
    let fake = Fake::new(Server::default());
    let slack = bot(endpoint(&fake));
    for (name, post) in [("text", text("x")), ("files", with_files())] {
        let receipt = fake.publish(&slack, name, post).await.unwrap();
        assert_eq!(slack.status(&receipt).await.unwrap(), receipt);
        let run = Run::ephemeral();
        for run in [&run, &run, &Run::ephemeral()] {
            assert_eq!(slack.delete(run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        assert_eq!(slack.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert!(fake.state.lock().unwrap().files.is_empty());
    let webhook = hook(endpoint(&fake));
    let receipt = fake.publish(&webhook, "hook", text("x")).await.unwrap();
    for error in
        [webhook.status(&receipt).await.unwrap_err(), webhook.delete(&Run::ephemeral(), &receipt).await.unwrap_err()]
    {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("use a bot"), "{error}");
    }
}

#[tokio::test]
async fn readiness_names_the_scopes_that_are_missing() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    for (scopes, findings, ready) in [
        ("chat:write,channels:history,files:write,files:read", 0, true),
        ("chat:write, groups:history, files:write, files:read", 0, true),
        ("chat:write,files:write,files:read", 1, true),
        ("channels:history", 3, false),
    ] {
        let fake = Fake::new(Server { scopes, ..Server::default() });
        let readiness = bot(endpoint(&fake)).readiness(now).await.unwrap();
        assert_eq!((readiness.findings.len(), readiness.is_ready()), (findings, ready), "{scopes}");
    }
    let fake = Fake::new(Server::default());
    let wrong = Slack::bot(endpoint(&fake), FixedToken::new("xoxb-another-one"), CHANNEL).unwrap();
    assert!(!wrong.readiness(now).await.unwrap().is_ready());
}

/// The webhook's address is the secret, and the token is one.
// Museum G1.
#[tokio::test]
async fn g1_no_secret_is_seen() {
    let echo = Answer::text(format!("no hook at {HOOK}")).with_status(StatusCode::BAD_REQUEST);
    let fake = Fake::new(Server { answer: Some(echo), ..Server::default() });
    let recording = Arc::new(RecordingTransport::new(fake.vendor.transport()));
    let slack = hook(Slack::endpoint().transport(recording.clone()).clock(fake.clock.clone()));
    let error = fake.publish(&slack, "run", text("Hello")).await.unwrap_err();
    let recorded: Vec<_> = recording.exchanges().iter().map(|exchange| exchange.to_json().unwrap()).collect();
    let wrong = Slack::webhook(Slack::endpoint(), &"hook key-of-the-webhook".into()).unwrap_err();
    assert_eq!((recorded.len(), wrong.kind()), (1, ErrorKind::Config));
    for shown in [format!("{error:?} {error}"), format!("{slack:?} {wrong:?}"), recorded.join("")] {
        assert!(!shown.contains("key-of-the-webhook"), "{shown}");
    }
    for (settings, missing) in [
        (MapSettings::new(), vec!["SLACK_BOT_TOKEN", "SLACK_CHANNEL_ID"]),
        (MapSettings::new().with("SLACK_BOT_TOKEN", "x"), vec!["SLACK_CHANNEL_ID"]),
        (MapSettings::new().with("SLACK_CHANNEL_ID", CHANNEL), vec!["SLACK_BOT_TOKEN"]),
    ] {
        let error = Slack::from_settings(&settings).unwrap_err();
        assert!(missing.iter().all(|name| error.to_string().contains(name)), "{error}");
    }
}

/// Stands on the documented names.
#[test]
fn refusals_are_read_by_name() {
    for (status, body, kind, effect) in [
        (200, r#"{"ok":false,"error":"channel_not_found"}"#, ErrorKind::NotFound, Effect::None),
        (200, r#"{"ok":false,"error":"missing_scope","needed":"chat:write"}"#, ErrorKind::Permission, Effect::None),
        (200, r#"{"ok":false,"error":"token_revoked"}"#, ErrorKind::Auth, Effect::None),
        (200, r#"{"ok":false,"error":"msg_too_long"}"#, ErrorKind::InvalidRequest, Effect::None),
        (200, r#"{"ok":false,"error":"restricted_action_thread_locked"}"#, ErrorKind::Permission, Effect::None),
        (200, r#"{"ok":false,"error":"ratelimited"}"#, ErrorKind::RateLimited, Effect::None),
        (200, r#"{"ok":false,"error":"request_timeout"}"#, ErrorKind::Timeout, Effect::None),
        (200, r#"{"ok":false,"error":"internal_error"}"#, ErrorKind::Unavailable, Effect::Unknown),
        (200, r#"{"ok":false,"error":"fatal_error"}"#, ErrorKind::Unavailable, Effect::Unknown),
        (200, r#"{"ok":false,"error":"duplicate_message_not_found"}"#, ErrorKind::Unavailable, Effect::Unknown),
        (200, r#"{"ok":false,"error":"something_new"}"#, ErrorKind::InvalidRequest, Effect::Unknown),
        (400, "invalid_payload", ErrorKind::InvalidRequest, Effect::None),
        (403, "action_prohibited", ErrorKind::Permission, Effect::None),
        (404, "no_service", ErrorKind::Config, Effect::None),
        (410, "channel_is_archived", ErrorKind::Permission, Effect::None),
        (500, "rollup_error", ErrorKind::Unavailable, Effect::Unknown),
        (429, "", ErrorKind::RateLimited, Effect::None),
        (503, "<html>", ErrorKind::Unavailable, Effect::Unknown),
    ] {
        let error = classify(status, body);
        assert_eq!((error.kind(), error.effect()), (kind, effect), "{status} {body}");
    }
    let lacking = classify(200, r#"{"ok":false,"error":"missing_scope","needed":"chat:write"}"#);
    assert!(lacking.message().contains("the scope chat:write"), "{lacking}");
}

fn classify(status: u16, body: &str) -> Error {
    let headers = HeaderMap::new();
    let status = StatusCode::from_u16(status).unwrap();
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}

/// `ok` is all that a webhook says; another word may mean anything.
#[tokio::test]
async fn a_webhook_has_to_say_ok() {
    let fake = Fake::new(Server { answer: Some(Answer::text("<html>a login page</html>")), ..Server::default() });
    let error = fake.publish(&hook(endpoint(&fake)), "run", text("Hello")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}
