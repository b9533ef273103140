//! The fake blog is invented after tumblr/docs: drafts, states, lists, forms with a part `json`.
//! Codes of refusals are those of the contract page.

mod conformance;

use std::collections::BTreeMap;

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::http::{EndpointBuilder, Failure};
use social_core::media::Media;
use social_core::publish::{Attachment, Placement, Post, Publisher, ReceiptState, inspect};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "tumblr-token-of-the-tests";
const AGENT_OF_TESTS: &str = "bakery-tests/1.0";

#[derive(Default)]
struct Site {
    watch: Watch,
    posts: BTreeMap<u64, Value>,
    /// Files of each form, by name.
    files: Vec<Vec<String>>,
    /// What the next request whose path holds this word is refused with.
    refusal: Option<(&'static str, u16, Value)>,
    /// Posts left of the day.
    left: Option<u64>,
    deletes: usize,
}

fn ok(status: u16, response: Value) -> Answer {
    fake::json(status, json!({"meta": {"status": status, "msg": "OK"}, "response": response}))
}

/// The fields of a post: JSON, or the part `json` of a form, with the names of its files.
fn body(request: &Received) -> (Value, Vec<String>) {
    if !request.header("content-type").unwrap_or_default().starts_with("multipart/") {
        return (request.json(), Vec::new());
    }
    let text = request.text();
    let part = |part: &str| {
        let (head, body) = part.split_once("\r\n\r\n")?;
        let name = head.split("name=\"").nth(1)?.split('"').next()?.to_owned();
        Some((name, body.trim_end_matches("\r\n").to_owned()))
    };
    let boundary = request.header("content-type").unwrap().split_once("boundary=").unwrap().1;
    let parts: Vec<_> = text.split(&format!("--{boundary}")).filter_map(part).collect();
    let json = parts.iter().find(|(name, _)| name == "json").map(|(_, body)| serde_json::from_str(body).unwrap());
    let files = parts.iter().filter(|(name, _)| name != "json").map(|(name, _)| name.clone()).collect();
    (json.unwrap(), files)
}

impl Site {
    /// What people see, or will see, or find among the drafts that stay.
    fn shown(&self) -> usize {
        self.posts.values().filter(|post| post["state"] != "draft").count()
    }

    /// What Tumblr makes of a post: files get addresses, the queue's posts another word.
    fn keep(&self, mut post: Value, id: u64) -> Value {
        if post["state"] == Value::Null {
            // Trap 11.
            post["state"] = json!("published");
        }
        assert!(post.get("publish_on").is_none() || post["state"] == "queue", "it would be out now");
        for block in post["content"].as_array_mut().unwrap() {
            let media = if block["type"] == "video" { block.get_mut("media") } else { block.pointer_mut("/media/0") };
            if let Some(media) = media
                && let Some(name) = media.as_object_mut().and_then(|media| media.remove("identifier"))
            {
                media["url"] = json!(format!("https://64.media.tumblr.com/{}.jpg", name.as_str().unwrap()));
            }
        }
        let at = format!("{}Z", &self.watch.graph_time()[..19]).parse::<Timestamp>().unwrap().as_second();
        post["id"] = json!(id);
        post["id_string"] = json!(id.to_string());
        post["timestamp"] = json!(at);
        post["post_url"] = json!(format!("https://bakery.tumblr.com/post/{id}/fresh"));
        post
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        assert_eq!(request.header("user-agent"), Some(AGENT_OF_TESTS));
        let path = request.url.path().trim_start_matches("/v2/").to_owned();
        if let Some((_, status, errors)) = self.refusal.take_if(|(word, ..)| path.contains(*word)) {
            return fake::json(
                status,
                json!({"meta": {"status": status, "msg": "nein"}, "response": [], "errors": errors}),
            );
        }
        let id = path.rsplit('/').next().unwrap().parse::<u64>().ok();
        match (request.method.as_str(), path.as_str(), id) {
            ("POST", "blog/bakery/posts", _) => {
                let (post, files) = body(request);
                let id = 9_007_199_254_740_993 + self.posts.len() as u64;
                if !files.is_empty() {
                    self.files.push(files);
                }
                let post = self.keep(post, id);
                self.posts.insert(id, post);
                ok(201, json!({"id": id.to_string(), "state": "published", "display_text": "Posted"}))
            }
            ("PUT", _, Some(id)) if self.posts.contains_key(&id) => {
                // All is replaced.
                let post = self.keep(request.json(), id);
                self.posts.insert(id, post);
                ok(200, json!({"id": id.to_string()}))
            }
            ("GET", "blog/bakery/posts" | "blog/bakery/posts/draft" | "blog/bakery/posts/queue", _) => {
                let state = path.rsplit('/').next().unwrap();
                let fits = |post: &&Value| match state {
                    "draft" | "queue" => post["state"] == state,
                    _ => post["state"] == "published" || post["state"] == "private",
                };
                ok(200, json!({"posts": self.posts.values().rev().filter(fits).take(20).collect::<Vec<_>>()}))
            }
            ("GET", _, Some(id)) if self.posts.contains_key(&id) => {
                let mut post = self.posts[&id].clone();
                if post["state"] == "queue" {
                    post["state"] = json!("queued");
                }
                ok(200, post)
            }
            ("POST", "blog/bakery/post/delete", _) => {
                let id = request.json()["id"].as_str().unwrap().parse::<u64>().unwrap();
                self.deletes += 1;
                match self.posts.remove(&id) {
                    Some(_) => ok(200, json!({"id": id.to_string()})),
                    None => ok(404, json!([])),
                }
            }
            ("GET", "user/limits", _) => {
                let count = |left: u64| json!({"description": "a day", "limit": 250, "remaining": left, "reset_at": 1});
                ok(
                    200,
                    json!({"user": {"posts": count(self.left.unwrap_or(240)), "photos": count(250), "follows": count(1)}}),
                )
            }
            ("GET", "user/info", _) => ok(200, json!({"user": {"name": "baker", "blogs": [{"name": "bakery"}]}})),
            _ => ok(404, json!([])),
        }
    }
}

fn account(endpoint: EndpointBuilder, token: &str) -> Tumblr {
    Tumblr::new(endpoint, FixedToken::new(token), "bakery.tumblr.com").unwrap()
}

fn connect(fake: &Fake<Site>) -> Tumblr {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(Tumblr::endpoint(AGENT_OF_TESTS).transport(fake.vendor.transport()).clock(fake.clock.clone()), TOKEN)
}

fn with(options: &TumblrOptions, files: &[Attachment]) -> Post {
    let post = Post::new("From seven: https://bakery.com/menu").with_options(options).unwrap();
    files.iter().cloned().fold(post, Post::with_attachment)
}

fn none() -> TumblrOptions {
    TumblrOptions::new()
}

fn image(height: u16) -> Attachment {
    Attachment::new(jpeg(900, height)).with_alt_text("A loaf of rye")
}

fn video() -> Attachment {
    Attachment::new(mp4())
}

fn later() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// One example of each option.
pub(crate) fn all_options() -> TumblrOptions {
    TumblrOptions::new()
        .with_tag("bakery")
        .with_tag("rye bread")
        .with_slug("fresh-bread")
        .with_source_url("https://bakery.example/".parse().unwrap())
        .without_reblogs()
        .with_private()
        .with_queue()
        .with_draft()
}

/// One post of each shape.
fn shapes() -> Vec<Post> {
    vec![
        with(&none(), &[]),
        with(&none(), &[image(900), image(901)]),
        with(&none(), &[video()]),
        with(&none().with_queue(), &[image(900)]),
        with(&none(), &[]).with_publish_at(later()),
    ]
}

/// Museum A5, A7, A8: whatever breaks, the draft's id or the blog's list tells whether it is out.
#[tokio::test]
async fn no_fault_posts_twice() {
    let without_text = Post::default().with_attachment(image(900));
    for post in shapes().into_iter().chain([without_text]) {
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(Site::default())), post).await;
        let fresh = || Site { watch: watch.clone(), ..Site::default() };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = Tumblr::endpoint(AGENT_OF_TESTS).transport(scene.transport.clone());
            account(endpoint.clock(scene.clock.clone()), TOKEN)
        };
        never_twice_never_lost(fresh, connect, &post, Site::shown).await;
    }
    // A draft that stays is there once.
    let watch = Watch::default();
    let post = approved(&connect(&Fake::new(Site::default())), with(&none().with_draft(), &[])).await;
    let fresh = || Site { watch: watch.clone(), ..Site::default() };
    let connect = |scene: &Scene| {
        watch.set(&scene.clock);
        let endpoint = Tumblr::endpoint(AGENT_OF_TESTS).transport(scene.transport.clone());
        account(endpoint.clock(scene.clock.clone()), TOKEN)
    };
    never_twice_never_lost(fresh, connect, &post, |site| site.posts.len()).await;
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(Site::default());
    let tumblr = connect(&fake);
    let marked = TumblrOptions { private: false, queue: false, draft: false, ..all_options() };
    for (name, post, state) in [
        ("text", with(&marked, &[]).with_title("Fresh bread"), ReceiptState::Published),
        ("link", with(&none(), &[]).with_link("https://bakery.example/x".parse().unwrap()), ReceiptState::Published),
        ("images", with(&none().with_private(), &[image(900), image(901)]), ReceiptState::Published),
        ("queue", with(&none().with_queue(), &[]), ReceiptState::Scheduled),
        ("time", with(&none(), &[]).with_publish_at(later()), ReceiptState::Scheduled),
        ("draft", with(&none().with_draft(), &[]), ReceiptState::Draft),
        ("video", with(&none(), &[video()]), ReceiptState::Processing),
    ] {
        let receipt = fake.publish(&tumblr, name, post).await.unwrap();
        assert_eq!(receipt.state, state, "{name}");
        assert_eq!(receipt.url().is_some(), state == ReceiptState::Published, "{name}");
        let told = tumblr.status(&receipt).await.unwrap().state;
        assert_eq!(told, if name == "video" { ReceiptState::Published } else { state }, "{name}");
    }
    let site = fake.state.lock().unwrap();
    let posts: Vec<_> = site.posts.values().cloned().collect();
    let text = json!({"type": "text", "text": "From seven: https://bakery.com/menu", "formatting": [
        {"start": 12, "end": 35, "type": "link", "url": "https://bakery.com/menu"}]});
    assert_eq!(posts[0]["content"], json!([{"type": "text", "subtype": "heading1", "text": "Fresh bread"}, text]));
    assert_eq!(
        ["state", "tags", "slug", "source_url", "interactability_reblog"].map(|name| posts[0][name].as_str().unwrap()),
        ["published", "bakery,rye bread", "fresh-bread", "https://bakery.example/", "noone"]
    );
    assert_eq!(posts[1]["content"][1], json!({"type": "link", "url": "https://bakery.example/x"}));
    let media =
        json!([{"type": "image/jpeg", "width": 900, "height": 901, "url": "https://64.media.tumblr.com/file1.jpg"}]);
    assert_eq!(posts[2]["content"][1], json!({"type": "image", "media": media, "alt_text": "A loaf of rye"}));
    assert_eq!((posts[2]["state"].as_str(), posts[3]["state"].as_str()), (Some("private"), Some("queue")));
    assert_eq!((posts[3].get("publish_on"), posts[4]["publish_on"].as_str()), (None, Some("2026-11-20T14:00:00Z")));
    assert_eq!(posts[6]["content"][0]["media"]["type"], "video/mp4");
    assert_eq!(site.files, [vec!["file0", "file1"], vec!["file0"]]);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = Attachment::new(Media::remote("https://cdn.test/a.jpg".parse().unwrap()));
    let many: Vec<_> = (0..31).map(|n| image(900 + n)).collect();
    for (post, field) in [
        (Post::new("x".repeat(4097)), "text"),
        (with(&none(), &many), "attachments"),
        (with(&none(), &[video(), video()]), "attachments"),
        (with(&none(), &[remote]), "attachments[0]"),
        (with(&none().with_tag("a,b"), &[]), "options.tumblr.tags[0]"),
        (with(&none().with_tag("#a"), &[]), "options.tumblr.tags[0]"),
        (with(&none().with_private().with_queue(), &[]), "options.tumblr.private"),
        (with(&none().with_draft(), &[]).with_publish_at(later()), "options.tumblr.draft"),
        (with(&none(), &[]).with_placement(Placement::STORY), "placement"),
    ] {
        let fake = Fake::new(Site::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
    let described = video().with_alt_text("Rising dough");
    let findings = inspect(&connect(&Fake::new(Site::default())), &with(&none(), &[described])).await.findings;
    assert!(findings.iter().any(|finding| finding.field == "attachments[0].alt_text"), "{findings:?}");
    for blog in ["", "a/b", "https://bakery.tumblr.com"] {
        assert!(Tumblr::new(Tumblr::endpoint(AGENT_OF_TESTS), FixedToken::new(TOKEN), blog).is_err());
    }
}

/// Nobody publishes half a draft: what Tumblr keeps of it must be all of it.
#[tokio::test]
async fn a_draft_that_lost_a_file_is_not_published() {
    let fake = Fake::new(Site { refusal: Some(("posts/9", 403, json!([]))), ..Site::default() });
    let (tumblr, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&tumblr, with(&none(), &[image(900), image(901)])).await;
    tumblr.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    for draft in fake.state.lock().unwrap().posts.values_mut() {
        draft["content"].as_array_mut().unwrap().remove(0);
    }
    let error = tumblr.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Protocol, Effect::None), "{error:?}");
    assert_eq!(fake.state.lock().unwrap().shown(), 0);
}

/// A draft that somebody took away before it was shown is not made again in silence.
#[tokio::test]
async fn a_draft_that_is_gone_is_told() {
    let fake = Fake::new(Site::default());
    let (tumblr, journal) = (connect(&fake), MemoryJournal::new());
    fake.state.lock().unwrap().refusal = Some(("posts/9", 403, json!([])));
    let post = approved(&tumblr, with(&none(), &[])).await;
    tumblr.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    fake.state.lock().unwrap().posts.clear();
    let error = tumblr.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::NotFound, Effect::None));
    assert_eq!(fake.vendor.calls(&Method::POST, "/v2/blog/bakery/posts"), 1);
}

/// Trap 11: codes count, texts may be jokes, and `response` may be a list.
#[tokio::test]
async fn a_refusal_posts_nothing_and_is_not_repeated() {
    for (status, errors, kind, code) in [
        (
            400,
            json!([{"title": "Bad Request", "code": 8001, "detail": "nope"}]),
            ErrorKind::InvalidRequest,
            Some("8001"),
        ),
        (400, json!([{"title": "Bad", "code": 8005}]), ErrorKind::MediaInvalid, Some("8005")),
        (403, json!([{"title": "Forbidden", "code": 8023}]), ErrorKind::QuotaExhausted, Some("8023")),
        (403, json!(["text", {"title": "Forbidden", "code": 8022}]), ErrorKind::QuotaExhausted, Some("8022")),
        (403, json!([{"title": "Forbidden", "code": 0, "detail": "a joke"}]), ErrorKind::Permission, None),
        (404, json!([{"title": "Not Found", "code": 0}]), ErrorKind::NotFound, None),
        (400, json!("hm"), ErrorKind::InvalidRequest, None),
    ] {
        let fake = Fake::new(Site { refusal: Some(("posts", status, errors.clone())), ..Site::default() });
        let error = fake.publish(&connect(&fake), "run", with(&none(), &[])).await.unwrap_err();
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, Effect::None, code), "{errors}: {error:?}");
        assert_eq!(fake.vendor.calls(&Method::POST, "/v2/blog/bakery/posts"), 1);
        assert!(fake.state.lock().unwrap().posts.is_empty());
    }
    // One video at a time: waiting helps.
    let busy = json!([{"title": "Forbidden", "code": 8010}]);
    let fake = Fake::new(Site { refusal: Some(("posts", 403, busy)), ..Site::default() });
    fake.publish(&connect(&fake), "run", with(&none(), &[video()])).await.unwrap();
    assert_eq!(fake.vendor.calls(&Method::POST, "/v2/blog/bakery/posts"), 2);
}

#[test]
fn refusals_by_status_are_read() {
    let classify = |status: u16, body: &str| {
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
        error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
    };
    let inside =
        r#"{"meta": {"status": 400, "msg": "Bad Request"}, "response": {"errors": ["Post cannot be empty."]}}"#;
    assert!(classify(400, inside).message().contains("cannot be empty"));
    let upload = classify(500, r#"{"meta": {"status": 500, "msg": "x"}, "errors": [{"title": "x", "code": 8009}]}"#);
    assert_eq!((upload.kind(), upload.effect()), (ErrorKind::Unavailable, Effect::Unknown));
    assert!(classify(401, r#"{"meta": {"status": 401, "msg": "Unauthorized"}, "response": []}"#).is_token_expired());
    assert_eq!(classify(429, "Limit Exceeded").kind(), ErrorKind::RateLimited);
    let error = classify(503, "<html>");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown));
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    let fake = Fake::new(Site::default());
    let tumblr = connect(&fake);
    let receipt = fake.publish(&tumblr, "run", with(&none(), &[])).await.unwrap();
    assert_eq!(receipt.id(), "9007199254740993");
    let told = tumblr.status(&receipt).await.unwrap();
    assert_eq!(told.url().unwrap().as_str(), "https://bakery.tumblr.com/post/9007199254740993/fresh");
    for run in [Run::ephemeral(), Run::ephemeral()] {
        assert_eq!(tumblr.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(tumblr.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    assert_eq!(fake.state.lock().unwrap().deletes, 2);
}

#[tokio::test]
async fn limits_and_readiness_are_those_of_the_day() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let fake = Fake::new(Site::default());
    let tumblr = connect(&fake);
    let posts = tumblr.limits(&Placement::FEED).await.unwrap().posts.unwrap();
    assert_eq!((posts.used, posts.maximum), (10, 250));
    assert!(tumblr.readiness(now).await.unwrap().is_ready());
    fake.state.lock().unwrap().left = Some(0);
    assert!(!tumblr.readiness(now).await.unwrap().is_ready());
    let endpoint = Tumblr::endpoint(AGENT_OF_TESTS).transport(fake.vendor.transport());
    let other = Tumblr::new(endpoint, FixedToken::new(TOKEN), "elsewhere").unwrap();
    assert!(!other.readiness(now).await.unwrap().is_ready());
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let echo = json!([{"title": format!("no {TOKEN}"), "code": 8001}]);
    let fake = Fake::new(Site { refusal: Some(("posts", 400, echo)), ..Site::default() });
    let tumblr = connect(&fake);
    let error = fake.publish(&tumblr, "run", with(&none(), &[])).await.unwrap_err();
    for text in [format!("{tumblr:?}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}
