//! The fake instance is invented after the documents and after exchanges recorded from 4.6: a
//! second request of a key is answered with the first post for an hour, a video is processed for
//! two questions, a file that is not ready or stands in a post already is refused.

mod conformance;
mod shared;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use social_core::clock::{Clock, Timestamp};
use social_core::http::{Failure, FixedToken};
use social_core::media::Media;
use social_core::publish::{
    Attachment, MediaRole, Placement, Poll, Post, PostRef, Publisher as _, ReceiptState, ThreadPart,
};
use social_core::run::{Found, Lost, MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, Error, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "token-of-the-account";
const ACCOUNT: &str = "117020565693913441";

/// The clock of the vendor, which is that of whoever talks to it.
type ItsClock = Arc<Mutex<Option<Arc<dyn Clock>>>>;

/// An instance with one account.
struct Server {
    clock: ItsClock,
    instance: Value,
    posts: Vec<Value>,
    scheduled: Vec<Value>,
    keys: BTreeMap<String, (Value, Timestamp)>,
    media: BTreeMap<String, Value>,
    /// Keys are forgotten at once, as after a restart.
    forgets_keys: bool,
    /// Videos cannot be processed.
    breaks_videos: bool,
    scopes: Value,
}

impl Server {
    fn new(clock: &ItsClock) -> Self {
        let instance = json!({"domain": "fake.test", "version": "4.6.4", "configuration": {
            "statuses": {"max_characters": 500, "max_media_attachments": 4}}});
        Self {
            clock: clock.clone(),
            instance,
            posts: Vec::new(),
            scheduled: Vec::new(),
            keys: BTreeMap::new(),
            media: BTreeMap::new(),
            forgets_keys: false,
            breaks_videos: false,
            scopes: json!(["read", "write"]),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.lock().unwrap().as_ref().map_or(Timestamp::UNIX_EPOCH, |clock| clock.now())
    }

    fn publish(&mut self, request: &Received) -> Answer {
        let (body, now) = (request.json(), self.now());
        let key = request.header("idempotency-key").unwrap().to_owned();
        if let Some((known, at)) = self.keys.get(&key)
            && now.duration_since(*at).as_secs() < 3600
            && !self.forgets_keys
        {
            return Answer::json(known.clone());
        }
        let ids: Vec<&str> = body["media_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let refused = |what: &str| fake::json(422, json!({ "error": what }));
        if body["poll"].is_object() && !ids.is_empty() {
            return refused("polls and files");
        }
        for id in &ids {
            match self.media.get(*id) {
                Some(media) if media["used"] == true => return refused("the file stands in a post"),
                Some(media) if media["left"].as_u64() > Some(0) => return refused("the file is not processed"),
                Some(_) => {}
                None => return refused("no such file"),
            }
        }
        let text = body["status"].as_str().unwrap();
        if text.trim().is_empty() && ids.is_empty() {
            return refused("empty");
        }
        let files: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        ids.iter().for_each(|id| self.media.get_mut(*id).unwrap()["used"] = json!(true));
        let id =
            (117_020_585_000_000_000_u64 + self.posts.len() as u64 + 1000 * self.scheduled.len() as u64).to_string();
        let made = if body["scheduled_at"].is_string() {
            let made = json!({"id": id, "scheduled_at": body["scheduled_at"], "params": {"text": text},
                "media_attachments": files});
            self.scheduled.push(made.clone());
            made
        } else {
            let made = json!({"id": id, "created_at": now.to_string(), "in_reply_to_id": body["in_reply_to_id"],
                "url": format!("https://fake.test/@alice/{id}"), "content": "<p>as HTML</p>", "media_attachments": files,
                "source": text, "sent": body});
            self.posts.push(made.clone());
            made
        };
        self.keys.insert(key, (made.clone(), now));
        Answer::json(made)
    }

    fn upload(&mut self, request: &Received) -> Answer {
        let id = (5000 + self.media.len()).to_string();
        let is_video = request.text().contains("Content-Type: video/");
        self.media.insert(id.clone(), json!({"id": id, "left": if is_video { 2 } else { 0 }, "form": request.text()}));
        let url = if is_video { Value::Null } else { json!("https://fake.test/file") };
        fake::json(if is_video { 202 } else { 200 }, json!({"id": id, "type": "any", "url": url}))
    }

    fn processing(&mut self, id: &str) -> Answer {
        let Some(media) = self.media.get_mut(id) else { return not_found() };
        let left = media["left"].as_u64().unwrap();
        media["left"] = json!(left.saturating_sub(1));
        match left {
            0 if self.breaks_videos => {
                fake::json(422, json!({"error": "Error processing thumbnail for uploaded media"}))
            }
            0 => Answer::json(json!({"id": id, "url": "https://fake.test/file"})),
            _ => fake::json(206, json!({"id": id, "url": null})),
        }
    }
}

fn not_found() -> Answer {
    fake::json(404, json!({"error": "Record not found"}))
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default();
        if ![TOKEN, SECRET].iter().any(|token| authorization == format!("Bearer {token}")) {
            return fake::json(401, json!({"error": "The access token is invalid"}));
        }
        let path = request.url.path().trim_start_matches("/api/").to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["v2", "instance"]) => Answer::json(self.instance.clone()),
            ("GET", ["v1", "accounts", "verify_credentials"]) => {
                Answer::json(json!({"id": ACCOUNT, "acct": "alice", "username": "alice"}))
            }
            ("GET", ["v1", "apps", "verify_credentials"]) => Answer::json(json!({"name": "x", "scopes": self.scopes})),
            ("POST", ["v2", "media"]) => self.upload(request),
            ("GET", ["v1", "media", id]) => self.processing(id),
            ("POST", ["v1", "statuses"]) => self.publish(request),
            ("GET", ["v1", "accounts", ACCOUNT, "statuses"]) => {
                let older = request.query("max_id");
                let posts = self
                    .posts
                    .iter()
                    .rev()
                    .filter(|post| older.as_deref().is_none_or(|id| post["id"].as_str() < Some(id)));
                Answer::json(posts.take(40).cloned().collect())
            }
            ("GET", ["v1", "scheduled_statuses"]) => Answer::json(json!(self.scheduled)),
            (method, ["v1", kind @ ("statuses" | "scheduled_statuses"), id, rest @ ..]) => {
                let list = if *kind == "statuses" { &mut self.posts } else { &mut self.scheduled };
                let Some(at) = list.iter().position(|post| post["id"] == *id) else { return not_found() };
                match (method, rest) {
                    ("GET", ["source"]) => {
                        Answer::json(json!({"id": id, "text": list[at]["source"], "spoiler_text": ""}))
                    }
                    ("DELETE", []) => Answer::json(list.remove(at)),
                    _ => Answer::json(list[at].clone()),
                }
            }
            _ => not_found(),
        }
    }
}

fn account(endpoint: EndpointBuilder) -> Mastodon {
    Mastodon::new(endpoint.base_url("https://fake.test"), FixedToken::new(TOKEN)).unwrap()
}

fn instance(change: impl FnOnce(&mut Server)) -> Fake<Server> {
    let clock = ItsClock::default();
    let fake = Fake::new(Server::new(&clock));
    *clock.lock().unwrap() = Some(fake.clock.clone());
    change(&mut fake.state.lock().unwrap());
    fake
}

fn connect(fake: &Fake<Server>) -> Mastodon {
    account(Mastodon::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

/// Every option at once.
pub(crate) fn all_options() -> MastodonOptions {
    MastodonOptions::new()
        .with_visibility(Visibility::Unlisted)
        .with_content_warning("cw")
        .with_sensitive(true)
        .with_quote_policy(QuotePolicy::Followers)
        .with_hidden_poll_totals()
        .with_focal_point(FocalPoint::new(0.0, 0.5))
}

fn image() -> Attachment {
    Attachment::new(jpeg(40, 30)).with_alt_text("bread")
}

fn thread() -> Post {
    Post::new("one")
        .with_thread_part(ThreadPart::new("two").with_attachment(image()))
        .with_thread_part(ThreadPart::new("three"))
}

fn later() -> Timestamp {
    "2026-11-20T15:00:00Z".parse().unwrap()
}

/// Museum A1, A5, A7, A8: whatever breaks, one post of as many parts as there are is out.
async fn no_fault_posts_twice(post: Post, parts: usize) {
    let post = approved(&connect(&instance(|_| ())), post).await;
    for forgets_keys in [false, true] {
        let clock = ItsClock::default();
        let fresh = || Server { forgets_keys, ..Server::new(&clock) };
        let connect = |scene: &Scene| {
            *clock.lock().unwrap() = Some(scene.clock.clone());
            account(Mastodon::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
        };
        // A thread that is half out is a post that is out; more posts than parts are two.
        let posts = |server: &Server| (server.posts.len() + server.scheduled.len()).div_ceil(parts);
        never_twice_never_lost(fresh, connect, &post, posts).await;
    }
}

#[tokio::test]
async fn no_fault_posts_a_text_twice() {
    no_fault_posts_twice(Post::new("Hello https://example.com/a @bob@other.test"), 1).await;
}

#[tokio::test]
async fn no_fault_posts_files_twice() {
    no_fault_posts_twice(Post::new("").with_attachment(image()).with_attachment(image()), 1).await;
    no_fault_posts_twice(Post::new("Rising").with_attachment(Attachment::new(mp4())), 1).await;
}

#[tokio::test]
async fn no_fault_posts_a_poll_twice() {
    no_fault_posts_twice(Post::new("Which?").with_poll(Poll::new(["rye", "spelt"])), 1).await;
}

#[tokio::test]
async fn no_fault_schedules_a_post_twice() {
    no_fault_posts_twice(Post::new("Tonight").with_publish_at(later()), 1).await;
}

#[tokio::test]
async fn no_fault_posts_a_part_of_a_thread_twice() {
    no_fault_posts_twice(thread(), 3).await;
}

/// A thread that breaks says that it is half out, and goes on where it broke.
#[tokio::test]
async fn a_broken_thread_goes_on_behind_its_last_part() {
    let fake = instance(|_| ());
    let (mastodon, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&mastodon, thread()).await;
    let second =
        |request: &Received| request.is(&Method::POST, "/api/v1/statuses") && request.json()["status"] == "two";
    let breaking = fake.vendor.clone().respond_if("second", second, |_| fake::json(403, json!({"error": "limited"})));
    let broken = account(Mastodon::endpoint().transport(breaking.transport()).clock(fake.clock.clone()));
    let error = broken.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(error.message().contains("1 parts of the thread are out"), "{error}");
    // The script is asked from its end, so the mended instance is a vendor of its own.
    let state = fake.state.clone();
    let mended = social_core::testkit::ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        move |request| state.lock().unwrap().answer(request),
    );
    let mastodon = account(Mastodon::endpoint().transport(mended.transport()).clock(fake.clock.clone()));
    let receipt = mastodon.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let state = fake.state.lock().unwrap();
    let texts: Vec<_> = state.posts.iter().map(|post| post["source"].clone()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    let parents: Vec<_> = state.posts.iter().map(|post| post["in_reply_to_id"].clone()).collect();
    assert_eq!(parents, [Value::Null, state.posts[0]["id"].clone(), state.posts[1]["id"].clone()]);
    assert_eq!(receipt.posts.iter().map(|post| post.role.as_str()).collect::<Vec<_>>(), ["main", "part", "part"]);
    assert_eq!(receipt.url().unwrap().as_str(), format!("https://fake.test/@alice/{}", receipt.id()));
}

#[tokio::test]
async fn everything_that_a_post_can_be_is_sent() {
    let fake = instance(|_| ());
    let options = MastodonOptions { hide_poll_totals: false, ..all_options() };
    let post = Post::new("Look")
        .with_language("de")
        .with_quote(PostRef::new("7"))
        .with_reply_to(PostRef::new("8"))
        .with_attachment(Attachment::new(mp4()).with_alt_text("an oven"))
        .with_attachment(image().with_role(MediaRole::Cover))
        .with_options(&options)
        .unwrap();
    let receipt = fake.publish(&connect(&fake), "run", post).await.unwrap();
    assert_eq!(receipt.account.to_string(), format!("default/mastodon/{ACCOUNT}@fake.test"));
    let state = fake.state.lock().unwrap();
    assert_eq!(
        state.posts[0]["sent"],
        json!({"status": "Look", "media_ids": ["5000"], "in_reply_to_id": "8", "quoted_status_id": "7",
            "quote_approval_policy": "followers", "sensitive": true, "spoiler_text": "cw", "visibility": "unlisted",
            "language": "de"})
    );
    let form = state.media["5000"]["form"].as_str().unwrap();
    for part in [
        "name=\"file\"; filename=\"file.mp4\"",
        "name=\"description\"\r\n\r\nan oven",
        "name=\"focus\"\r\n\r\n0.0,0.5",
        "name=\"thumbnail\"",
    ] {
        assert!(form.contains(part), "{part}");
    }
}

/// A file that cannot be processed is said to be that, and the next call uploads it again.
#[tokio::test]
async fn a_video_that_cannot_be_processed_is_the_videos_fault() {
    let fake = instance(|server| server.breaks_videos = true);
    let (mastodon, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&mastodon, Post::new("x").with_attachment(Attachment::new(mp4()))).await;
    let error = mastodon.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.item(), error.effect()),
        (ErrorKind::MediaInvalid, Some(0), Effect::None),
        "{error}"
    );
    fake.state.lock().unwrap().breaks_videos = false;
    mastodon.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let state = fake.state.lock().unwrap();
    assert_eq!((state.media.len(), state.posts.len()), (2, 1));
}

/// An instance's own limits are what is checked, before anything is uploaded.
#[tokio::test]
async fn an_instance_says_what_it_takes() {
    let small = json!({"domain": "small.test", "version": "4.2.0 (compatible; Pleroma 2.7)", "configuration": {
        "statuses": {"max_characters": 20, "max_media_attachments": 1},
        "media_attachments": {"supported_mime_types": ["image/png"], "image_size_limit": 1000},
        "polls": {"max_options": 2, "max_characters_per_option": 3, "min_expiration": 60, "max_expiration": 120}}});
    let fake = instance(|server| server.instance = small);
    let mastodon = connect(&fake);
    assert_eq!(mastodon.rules(&Placement::FEED).unwrap().text.limits(false)[0].1, 500);
    let limits = mastodon.limits(&Placement::FEED).await.unwrap();
    assert_eq!(limits.account.label, "@alice@small.test");
    assert_eq!(limits.rules.unwrap().text.limits(false)[0].1, 20);
    assert_eq!(mastodon.rules(&Placement::FEED).unwrap().text.limits(false)[0].1, 20, "read with the account");
    let warned = MastodonOptions::new().with_content_warning("twelve chars");
    let quoted = MastodonOptions::new().with_quote_policy(QuotePolicy::Nobody);
    let hidden = MastodonOptions::new().with_hidden_poll_totals();
    let point = |point| MastodonOptions::new().with_focal_point(point);
    for (post, field) in [
        (Post::new("x".repeat(21)), "text"),
        (Post::new("twelve chars").with_options(&warned).unwrap(), "options.mastodon.content_warning"),
        (Post::new("x").with_options(&quoted).unwrap(), "options.mastodon.quote_policy"),
        (Post::new("x").with_options(&hidden).unwrap(), "options.mastodon.hide_poll_totals"),
        (Post::new("x").with_options(&point(FocalPoint::new(0.0, 0.0))).unwrap(), "options.mastodon.focal_points[0]"),
        (Post::new("x").with_quote(PostRef::new("1")), "quote"),
        (Post::new("x").with_attachment(image()), "attachments[0].media_type"),
        (Post::new("x").with_poll(Poll::new(["a", "b", "c"])), "poll.choices"),
        (Post::new("x").with_poll(Poll::new(["a", "four"])), "poll.choices[1]"),
        (Post::new("x").with_poll(Poll::new(["a", "b"]).open_for(Duration::from_secs(121))), "poll.open_for"),
        (Post::new("x").with_thread_part(ThreadPart::new("y")).with_publish_at(later()), "publish_at"),
        (Post::new("x").with_publish_at("2026-11-20T12:04:00Z".parse().unwrap()), "publish_at"),
        (Post::new("x").with_first_comment("y"), "first_comment"),
        (Post::new("x").with_placement(Placement::STORY), "placement"),
    ] {
        let error = fake.publish(&mastodon, "run", post).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert!(fake.state.lock().unwrap().media.is_empty() && fake.state.lock().unwrap().posts.is_empty());
    let usual = instance(|server| server.instance = json!({}));
    connect(&usual).account().await.unwrap();
}

/// A twin of another time, another thread or another account's text is not ours.
// Museum A7.
#[tokio::test]
async fn a7_only_the_post_itself_is_adopted() {
    let fake = instance(|_| ());
    let mastodon = connect(&fake);
    let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
    let post = |id: &str, text: &str, second: i64, parent: Value| json!({"id": id, "source": text, "created_at": at(second).to_string(), "in_reply_to_id": parent, "media_attachments": []});
    let lost = Lost::new(at(0), at(10));
    let look = async |posts: Vec<Value>, media: &[String]| {
        fake.state.lock().unwrap().posts = posts;
        let sought = find::Sought { account: ACCOUNT, text: "Bread", media, reply_to: None, scheduled: None };
        match mastodon.find(&sought, lost).await.unwrap() {
            Found::Present(post) => post.id,
            Found::NotListed { .. } => "not listed".to_owned(),
            _ => "unknown".to_owned(),
        }
    };
    let ours = post("3", "Bread", 5, Value::Null);
    assert_eq!(look(vec![post("1", "Bread", -9000, Value::Null), ours.clone()], &[]).await, "3");
    assert_eq!(look(vec![post("2", "Cake", 4, Value::Null)], &[]).await, "not listed");
    assert_eq!(look(vec![post("2", "Bread", 4, json!("1"))], &[]).await, "not listed");
    assert_eq!(look(vec![post("2", "Bread", 4, Value::Null), ours.clone()], &[]).await, "unknown");
    let mut with_file = post("4", "", 5, Value::Null);
    with_file["media_attachments"] = json!([{"id": "77"}]);
    assert_eq!(look(vec![ours.clone(), with_file.clone()], &["77".to_owned()]).await, "4");
    assert_eq!(look(vec![ours, with_file], &["78".to_owned()]).await, "not listed");
    // So many posts since then say nothing about what is behind them.
    let busy = |n: i64| (0..n).map(|n| post(&format!("{:04}", 5000 + n), "x", 5, json!("9"))).collect::<Vec<_>>();
    assert_eq!(look(busy(200), &[]).await, "unknown");
    assert_eq!(look(busy(160), &[]).await, "not listed");
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    let fake = instance(|_| ());
    let mastodon = connect(&fake);
    for (post, state) in
        [(thread(), ReceiptState::Published), (Post::new("Tonight").with_publish_at(later()), ReceiptState::Scheduled)]
    {
        let receipt = fake.publish(&mastodon, &post.text.clone(), post).await.unwrap();
        assert_eq!(receipt.state, state);
        assert_eq!(mastodon.status(&receipt).await.unwrap(), receipt);
        let run = Run::ephemeral();
        for _ in 0..2 {
            assert_eq!(mastodon.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        match state {
            ReceiptState::Published => {
                assert_eq!(mastodon.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
            }
            _ => assert_eq!(mastodon.status(&receipt).await.unwrap_err().kind(), ErrorKind::NotFound),
        }
    }
    let deletes: Vec<_> =
        fake.vendor.received().into_iter().filter(|request| request.method == Method::DELETE).collect();
    assert_eq!(deletes.len(), 4);
    assert!(deletes[..3].iter().all(|request| request.query("delete_media").as_deref() == Some("true")));
}

#[tokio::test]
async fn readiness_names_the_scopes_that_are_missing() {
    for (scopes, missing) in [
        (json!(["read", "write"]), 0),
        (json!(["read", "write:statuses", "write:media"]), 0),
        (json!(["read", "write:statuses"]), 1),
        (json!(["read"]), 2),
        (json!([]), 0),
    ] {
        let fake = instance(|server| server.scopes = scopes.clone());
        let readiness = connect(&fake).readiness(later()).await.unwrap();
        assert_eq!(readiness.findings.len(), missing, "{scopes}");
        assert_eq!(readiness.is_ready(), missing == 0);
    }
}

#[tokio::test]
async fn settings_that_are_missing_are_named_together_and_no_secret_is_shown() {
    let error = Mastodon::from_settings(&social_core::settings::MapSettings::new()).unwrap_err();
    assert!(
        error.to_string().contains("MASTODON_URL") && error.to_string().contains("MASTODON_ACCESS_TOKEN"),
        "{error}"
    );
    let fake = instance(|_| ());
    let wrong = Mastodon::new(
        Mastodon::endpoint().base_url("https://fake.test").transport(fake.vendor.transport()),
        FixedToken::new("wrong-token-of-somebody"),
    )
    .unwrap();
    let error = wrong.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(!format!("{error:?} {wrong:?}").contains("wrong-token-of-somebody"));
}

/// Stands on recorded refusals; 5xx on the documents.
#[test]
fn refusals_are_read_by_status() {
    for (status, kind, effect) in [
        (401, ErrorKind::Auth, Effect::None),
        (403, ErrorKind::Permission, Effect::None),
        (404, ErrorKind::NotFound, Effect::None),
        (410, ErrorKind::NotFound, Effect::None),
        (422, ErrorKind::InvalidRequest, Effect::None),
        (429, ErrorKind::RateLimited, Effect::None),
        (500, ErrorKind::Unavailable, Effect::Unknown),
        (503, ErrorKind::Unavailable, Effect::Unknown),
        (504, ErrorKind::Unavailable, Effect::Unknown),
    ] {
        for body in [r#"{"error":"nein"}"#, "<html>"] {
            let error = classify(status, body);
            let kind = if (status, body) == (504, "<html>") { ErrorKind::Timeout } else { kind };
            assert_eq!((error.kind(), error.effect()), (kind, effect), "{status} {body}");
        }
    }
}

fn classify(status: u16, body: &str) -> Error {
    let headers = http::HeaderMap::new();
    let status = http::StatusCode::from_u16(status).unwrap();
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}

/// A large file is streamed, and a form of a streamed file says how long it is.
#[tokio::test]
async fn a_file_of_this_machine_is_streamed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private name.mp4");
    let Media::Bytes(bytes) = mp4() else { panic!("not in memory") };
    std::fs::write(&path, &bytes).unwrap();
    let fake = instance(|_| ());
    fake.publish(&connect(&fake), "run", Post::new("x").with_attachment(Attachment::new(Media::file(&path))))
        .await
        .unwrap();
    let upload = fake.vendor.received().into_iter().find(|request| request.is(&Method::POST, "/api/v2/media")).unwrap();
    assert!(upload.body.windows(bytes.len()).any(|window| window == bytes));
    assert!(!upload.text().contains("private name"));
}
