//! The fake account is invented after PRAW and Reddit's archived source: leases, a store, posts of
//! files without an id, lists. Names of refusals are those of the contract page.

mod conformance;

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use social_core::Error;
use social_core::clock::Timestamp;
use social_core::http::{EndpointBuilder, Failure};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Post, PostRole, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::{Answer, Received, Scene};

use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "reddit-token-of-the-tests";
const AGENT_OF_TESTS: &str = "server:test:1 (by /u/bakery)";
const STORE: &str = "reddit-uploaded-media.s3-accelerate.amazonaws.com";

#[derive(Default)]
struct Site {
    watch: Watch,
    /// What was posted, as it is listed, newest first, and what it was asked for with.
    posts: Vec<Value>,
    asked: Vec<Value>,
    /// The names of the parts of each upload.
    uploads: Vec<Vec<String>>,
    leases: usize,
    requirements: Value,
    /// What the next submission is refused with.
    refusal: Option<Value>,
    store: Option<Answer>,
    /// So many questions find a file's post unlisted.
    hidden: usize,
    removed: Option<&'static str>,
    suspended: bool,
    deletes: usize,
}

impl Site {
    fn submit(&mut self, asked: Value) -> Answer {
        if let Some(refusal) = self.refusal.take() {
            return Answer::json(json!({ "json": refusal }));
        }
        let id = format!("1abc{}", self.posts.len());
        let at = format!("{}Z", &self.watch.graph_time()[..19]).parse::<Timestamp>().unwrap().as_second();
        let file = asked["url"]
            .as_str()
            .filter(|url| url.contains(STORE))
            .map(|url| url.rsplit('/').next().unwrap().to_owned());
        let page = format!("https://www.reddit.com/r/{}/comments/{id}/", asked["sr"].as_str().unwrap());
        let url = match (&file, asked["url"].as_str()) {
            (Some(asset), _) => format!("https://i.redd.it/{asset}.jpg"),
            (None, Some(url)) => url.to_owned(),
            (None, None) => page.clone(),
        };
        let items = asked["items"].as_array().into_iter().flatten();
        let files: serde_json::Map<_, _> =
            items.map(|item| (item["media_id"].as_str().unwrap().to_owned(), json!({"status": "valid"}))).collect();
        self.posts.insert(
            0,
            json!({"name": format!("t3_{id}"), "title": asked["title"], "subreddit": asked["sr"],
            "author": "bakery", "created_utc": at as f64, "permalink": format!("/r/x/comments/{id}/"), "url": url,
            "selftext": asked.get("text"), "is_self": asked["kind"] == "self", "media_metadata": files}),
        );
        self.asked.push(asked);
        Answer::json(match file {
            // Trap 8: posts of files have no id.
            Some(_) => json!({"json": {"errors": [], "data": {"websocket_url": "wss://k8s.redd.it/x",
                "user_submitted_page": "https://www.reddit.com/user/bakery/submitted/"}}}),
            None => json!({"json": {"errors": [], "data": {"id": id, "name": format!("t3_{id}"), "url": page}}}),
        })
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        let path = request.url.path().to_owned();
        if request.url.host_str() == Some(STORE) {
            // Trap 10: no bearer, the fields first, the file last.
            assert!(request.header("authorization").is_none());
            if let Some(answer) = self.store.take() {
                return answer;
            }
            let names = request
                .text()
                .split("name=\"")
                .skip(1)
                .map(|part| part.split('"').next().unwrap().to_owned())
                .collect::<Vec<_>>();
            self.uploads.push(names.into_iter().filter(|name| !name.starts_with("file.")).collect());
            return Answer::bytes(
                "application/xml",
                "<?xml version=\"1.0\"?><PostResponse><Key>k</Key></PostResponse>",
            )
            .with_status(StatusCode::CREATED);
        }
        assert_eq!(request.header("user-agent"), Some(AGENT_OF_TESTS));
        match (request.method.as_str(), path.as_str()) {
            ("GET", "/api/v1/me") => {
                Answer::json(json!({"id": "2xyz", "name": "bakery", "is_suspended": self.suspended}))
            }
            ("GET", path) if path.ends_with("/post_requirements") => match &self.requirements {
                Value::Null => fake::json(404, json!({"message": "Not Found", "error": 404})),
                requirements => Answer::json(requirements.clone()),
            },
            ("GET", path) if path.ends_with("/link_flair_v2") => {
                Answer::json(json!([{"id": "0a1b", "text": "Rye", "text_editable": true, "type": "text"}]))
            }
            ("POST", "/api/media/asset.json") => {
                self.leases += 1;
                let asset = format!("asset{:04}x", self.leases);
                let fields = [("acl", "private"), ("key", &format!("rte_images/{asset}")), ("policy", "p")];
                let fields = fields.map(|(name, value)| json!({"name": name, "value": value}));
                Answer::json(json!({"args": {"action": format!("//{STORE}"), "fields": fields},
                    "asset": {"asset_id": asset, "websocket_url": "wss://k8s.redd.it/x"}}))
            }
            ("POST", "/api/submit") => {
                let fields = url::form_urlencoded::parse(&request.body).into_owned();
                self.submit(fields.map(|(name, value)| (name, Value::from(value))).collect())
            }
            ("POST", "/api/submit_gallery_post.json") => self.submit(request.json()),
            ("POST", "/api/del") => {
                self.deletes += 1;
                let id = request.form("id").unwrap();
                self.posts.retain(|post| post["name"] != id.as_str());
                Answer::json(json!({}))
            }
            ("GET", "/user/bakery/submitted") => {
                let hidden = self.hidden > 0;
                self.hidden = self.hidden.saturating_sub(1);
                let elsewhere = json!({"name": "t3_9", "title": "Fresh bread", "subreddit": "elsewhere", "author": "bakery",
                    "created_utc": self.posts.first().map_or(json!(1), |post| post["created_utc"].clone())});
                let posts = self.posts.iter().filter(|_| !hidden).cloned().chain([elsewhere]);
                let children: Vec<_> = posts.map(|data| json!({"kind": "t3", "data": data})).collect();
                Answer::json(json!({"kind": "Listing", "data": {"children": children, "after": null}}))
            }
            ("GET", "/api/info") => {
                let id = request.query("id").unwrap();
                let posts = self.posts.iter().filter(|post| post["name"] == id.as_str()).cloned();
                let posts = posts.map(|mut post| {
                    post["removed_by_category"] = json!(self.removed);
                    json!({"kind": "t3", "data": post})
                });
                Answer::json(json!({"kind": "Listing", "data": {"children": posts.collect::<Vec<_>>(), "after": null}}))
            }
            _ => fake::json(404, json!({"message": "Not Found", "error": 404})),
        }
    }
}

fn account(endpoint: EndpointBuilder, token: &str) -> Reddit {
    Reddit::new(endpoint, FixedToken::new(token)).unwrap()
}

fn connect(fake: &Fake<Site>) -> Reddit {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(Reddit::endpoint(AGENT_OF_TESTS).transport(fake.vendor.transport()).clock(fake.clock.clone()), TOKEN)
}

fn options() -> RedditOptions {
    RedditOptions::new("Breadit")
}

fn with(options: &RedditOptions, files: &[Attachment]) -> Post {
    let post = Post::new("From seven.").with_title("Fresh bread").with_options(options).unwrap();
    files.iter().cloned().fold(post, Post::with_attachment)
}

fn link() -> Post {
    with(&options(), &[]).with_link("https://bakery.example/menu".parse().unwrap())
}

fn image(height: u16) -> Attachment {
    Attachment::new(jpeg(900, height))
}

fn cover() -> Attachment {
    Attachment::new(jpeg(800, 800)).with_role(MediaRole::Cover)
}

/// One example of each option.
pub(crate) fn all_options() -> RedditOptions {
    options()
        .with_flair("0a1b")
        .with_flair_text("Rye")
        .with_nsfw()
        .with_spoiler()
        .with_repost()
        .without_inbox()
        .with_silent()
        .with_caption("The first")
}

/// One post of each kind.
fn shapes() -> [Post; 5] {
    [
        with(&options(), &[]),
        link(),
        with(&options(), &[image(900)]),
        with(&options(), &[image(900), image(901)]),
        with(&options(), &[Attachment::new(mp4()), cover()]),
    ]
}

/// Museum A1, A8: whatever breaks, the account's list tells whether the post is out.
#[tokio::test]
async fn no_fault_posts_twice() {
    for post in shapes() {
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(Site::default())), post).await;
        let fresh = || Site { watch: watch.clone(), ..Site::default() };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = Reddit::endpoint(AGENT_OF_TESTS).transport(scene.transport.clone());
            account(endpoint.clock(scene.clock.clone()), TOKEN)
        };
        never_twice_never_lost(fresh, connect, &post, |site| site.posts.len()).await;
    }
}

#[tokio::test]
async fn each_kind_is_submitted_as_it_is() {
    let fake = Fake::new(Site::default());
    let reddit = connect(&fake);
    let marked = options().with_flair("0a1b").with_flair_text("Rye").with_nsfw().with_spoiler().without_inbox();
    let silent = options().with_silent();
    let captioned = options().with_caption("The first");
    for (name, post) in [
        ("self", with(&marked, &[])),
        ("link", link()),
        ("image", with(&options(), &[image(900)])),
        ("video", with(&silent, &[Attachment::new(mp4()), cover()])),
        ("gallery", with(&captioned, &[image(900), image(901)])),
    ] {
        let receipt = fake.publish(&reddit, name, post).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published, "{name}");
        assert_eq!(receipt.posts[0].role, PostRole::MAIN);
        assert!(receipt.id().starts_with("t3_1abc") && receipt.url().is_some(), "{receipt:?}");
        assert_eq!(reddit.status(&receipt).await.unwrap().state, ReceiptState::Published);
    }
    let site = fake.state.lock().unwrap();
    let usual = json!({"api_type": "json", "sr": "Breadit", "title": "Fresh bread", "nsfw": "false", "spoiler": "false",
        "sendreplies": "true", "validate_on_submit": "true", "text": "From seven."});
    let but = |changes: Value| {
        let mut fields = usual.clone();
        fields.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        fields
    };
    let file = |number: usize| format!("https://{STORE}/rte_images/asset{number:04}x");
    assert_eq!(
        site.asked[..4],
        [
            but(json!({"kind": "self", "nsfw": "true", "spoiler": "true", "sendreplies": "false", "flair_id": "0a1b",
                "flair_text": "Rye"})),
            but(json!({"kind": "link", "url": "https://bakery.example/menu", "resubmit": "false"})),
            but(json!({"kind": "image", "url": file(1)})),
            but(json!({"kind": "videogif", "url": file(2), "video_poster_url": file(3)})),
        ]
    );
    let items = json!([{"media_id": "asset0004x", "caption": "The first", "outbound_url": ""},
        {"media_id": "asset0005x", "caption": "", "outbound_url": ""}]);
    assert_eq!(
        site.asked[4],
        json!({"api_type": "json", "show_error_list": true, "validate_on_submit": true, "sr": "Breadit",
            "title": "Fresh bread", "text": "From seven.", "nsfw": false, "spoiler": false, "sendreplies": true,
            "items": items})
    );
    assert!(site.uploads.iter().all(|parts| *parts == ["acl", "key", "policy", "file"]), "{:?}", site.uploads);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = Attachment::new(Media::remote("https://cdn.test/a.jpg".parse().unwrap()));
    let many: Vec<_> = (0..21).map(|n| image(900 + n)).collect();
    let mut untitled = with(&options(), &[]);
    untitled.title = None;
    let video = || Attachment::new(mp4());
    for (post, field) in [
        (untitled, "title"),
        (with(&options(), &[]).with_title("x".repeat(286)), "title"),
        (with(&RedditOptions::default().with_nsfw(), &[]), "options.reddit.subreddit"),
        (with(&RedditOptions::new("r/Breadit"), &[]), "options.reddit.subreddit"),
        (with(&options().with_flair_text("Rye"), &[]), "options.reddit.flair_id"),
        (with(&options().with_repost(), &[]), "options.reddit.repost"),
        (with(&options().with_silent(), &[]), "options.reddit.silent"),
        (with(&options().with_caption("x"), &[image(900)]), "options.reddit.captions"),
        (with(&options().with_caption("x".repeat(181)), &[image(900), image(901)]), "options.reddit.captions[0]"),
        (with(&options(), &many), "attachments"),
        (with(&options(), &[remote]), "attachments[0]"),
        (with(&options(), &[video()]), "attachments"),
        (with(&options(), &[video(), cover(), image(900)]), "attachments"),
        (link().with_attachment(image(900)), "link"),
        (with(&options(), &[]).with_placement(Placement::STORY), "placement"),
    ] {
        let fake = Fake::new(Site::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        // Only who it is was asked.
        assert!(fake.vendor.received().iter().all(|request| request.url.path() == "/api/v1/me"));
    }
}

/// The community's own rules are read at run time, and a file goes up only when they are kept.
#[tokio::test]
async fn a_community_refuses_before_a_file_goes_up() {
    for (requirements, field) in [
        (json!({"title_text_max_length": 5}), Some("title")),
        (json!({"title_text_min_length": 50}), Some("title")),
        (json!({"title_required_strings": ["[recipe]"]}), Some("title")),
        (json!({"title_blacklisted_strings": ["BREAD"]}), Some("title")),
        (json!({"body_restriction_policy": "notAllowed"}), Some("text")),
        (json!({"body_text_min_length": 100}), Some("text")),
        (json!({"is_flair_required": true}), Some("options.reddit.flair_id")),
        (json!({"gallery_max_items": 1}), Some("attachments")),
        (json!({"body_restriction_policy": "none", "gallery_max_items": 20, "title_regexes": ["x"], "new": 1}), None),
        (Value::Null, None),
    ] {
        let fake = Fake::new(Site { requirements: requirements.clone(), ..Site::default() });
        let post = with(&options(), &[image(900), image(901)]);
        let result = fake.publish(&connect(&fake), "run", post).await;
        assert_eq!(result.as_ref().err().and_then(Error::field), field, "{requirements}: {result:?}");
        assert_eq!(fake.state.lock().unwrap().leases, if field.is_some() { 0 } else { 2 });
    }
    for (list, refused) in [("domain_whitelist", true), ("domain_blacklist", false)] {
        let fake = Fake::new(Site { requirements: json!({list: ["elsewhere.test"]}), ..Site::default() });
        assert_eq!(fake.publish(&connect(&fake), "run", link()).await.is_err(), refused);
    }
    let fake = Fake::new(Site::default());
    let flairs = connect(&fake).flairs("Breadit").await.unwrap();
    assert_eq!((flairs[0].id.as_str(), flairs[0].text_editable), ("0a1b", true));
}

/// Traps 8 and 9: refusals come with 200; the wait is prose.
#[tokio::test]
async fn a_refusal_posts_nothing_and_is_not_repeated() {
    for (refusal, kind, wait) in [
        (json!([["RATELIMIT", "try again in 9 minutes.", "ratelimit"]]), ErrorKind::RateLimited, Some(540)),
        (json!([["RATELIMIT", "Warte 3 Stunden.", "ratelimit"]]), ErrorKind::RateLimited, Some(600)),
        (json!([["ALREADY_SUB", "that link has already been submitted", "url"]]), ErrorKind::Duplicate, None),
        (json!([["SUBREDDIT_NOEXIST", "hmm", "sr"]]), ErrorKind::NotFound, None),
        (json!([["SUBREDDIT_NOTALLOWED", "hmm", "sr"]]), ErrorKind::Permission, None),
        (json!([["SUBMIT_VALIDATION_FLAIR_REQUIRED", "hmm", "flair"]]), ErrorKind::InvalidRequest, None),
        (json!([["DOMAIN_BANNED", "hmm", "url"]]), ErrorKind::Rejected, None),
        (json!([["QUOTA_FILLED", "hmm", null]]), ErrorKind::QuotaExhausted, None),
        (json!([["SOMETHING_NEW", "hmm", null]]), ErrorKind::InvalidRequest, None),
    ] {
        let fake = Fake::new(Site { refusal: Some(json!({"errors": refusal})), ..Site::default() });
        let error = fake.publish(&connect(&fake), "run", link()).await.unwrap_err();
        let code = refusal[0][0].as_str();
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, Effect::None, code), "{error:?}");
        assert_eq!(error.wait(), wait.map(Duration::from_secs), "{error:?}");
        assert_eq!(fake.vendor.calls(&Method::POST, "/api/submit"), 1);
        assert!(fake.state.lock().unwrap().posts.is_empty());
    }
    let seconds = json!({"ratelimit": 12.5, "errors": [["RATELIMIT", "zu schnell", "ratelimit"]]});
    let fake = Fake::new(Site { refusal: Some(seconds), ..Site::default() });
    let error = fake.publish(&connect(&fake), "run", link()).await.unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_millis(12_500)));
}

/// Trap 8: a post of a file is found when it is listed, and stays in processing until then.
#[tokio::test]
async fn a_file_that_is_worked_on_is_found_later() {
    let fake = Fake::new(Site { hidden: 3, ..Site::default() });
    let receipt = fake.publish(&connect(&fake), "1", with(&options(), &[image(900)])).await.unwrap();
    assert_eq!((receipt.state, receipt.posts.len()), (ReceiptState::Published, 2));
    fake.state.lock().unwrap().hidden = 1000;
    let receipt = fake.publish(&connect(&fake), "2", with(&options(), &[image(901)])).await.unwrap();
    assert_eq!((receipt.state, receipt.posts[0].role.clone()), (ReceiptState::Processing, PostRole::CONTAINER));
    assert_eq!(connect(&fake).status(&receipt).await.unwrap().state, ReceiptState::Processing);
    fake.state.lock().unwrap().hidden = 0;
    let found = connect(&fake).status(&receipt).await.unwrap();
    assert_eq!((found.state, found.id()), (ReceiptState::Published, "t3_1abc1"));
}

/// Trap 10: the store answers in XML.
#[tokio::test]
async fn a_file_that_is_too_large_for_the_store_is_told_in_bytes() {
    let xml =
        "<Error><Code>EntityTooLarge</Code><ProposedSize>30</ProposedSize><MaxSizeAllowed>20</MaxSizeAllowed></Error>";
    let answer = Answer::bytes("application/xml", xml).with_status(StatusCode::BAD_REQUEST);
    let fake = Fake::new(Site { store: Some(answer), ..Site::default() });
    let error = fake.publish(&connect(&fake), "run", with(&options(), &[image(900)])).await.unwrap_err();
    assert_eq!((error.kind(), error.item()), (ErrorKind::MediaInvalid, Some(0)));
    assert!(error.to_string().contains("30 bytes, at most 20"), "{error}");
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    let fake = Fake::new(Site::default());
    let reddit = connect(&fake);
    let receipt = fake.publish(&reddit, "run", with(&options(), &[])).await.unwrap();
    for (removed, state) in [
        (Some("moderator"), ReceiptState::Rejected),
        (Some("deleted"), ReceiptState::Deleted),
        (None, ReceiptState::Published),
    ] {
        fake.state.lock().unwrap().removed = removed;
        assert_eq!(reddit.status(&receipt).await.unwrap().state, state);
    }
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(reddit.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(fake.state.lock().unwrap().deletes, 1);
    assert_eq!(reddit.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    assert!(reddit.readiness(now).await.unwrap().is_ready());
    fake.state.lock().unwrap().suspended = true;
    assert!(!reddit.readiness(now).await.unwrap().is_ready());
}

/// Museum A7: a post of the same title, elsewhere or before, is not ours.
#[tokio::test]
async fn a_post_elsewhere_is_not_adopted() {
    let fake = Fake::new(Site::default());
    let reddit = connect(&fake);
    let (journal, post) = (MemoryJournal::new(), approved(&reddit, with(&options(), &[])).await);
    let old = json!({"name": "t3_old", "title": "Fresh bread", "subreddit": "Breadit", "author": "bakery",
        "created_utc": 1_700_000_000.0});
    fake.state.lock().unwrap().posts.push(old);
    let lost = social_core::testkit::FaultTransport::on(
        fake.vendor.transport(),
        Method::POST,
        "/api/submit",
        social_core::testkit::Fault::LostBefore,
    );
    let endpoint = Reddit::endpoint(AGENT_OF_TESTS).transport(lost).clock(fake.clock.clone());
    account(endpoint, TOKEN).publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    fake.clock.advance(Duration::from_secs(300));
    let mut result = reddit.publish(&fake.run(&journal, "run").await, &post).await;
    if result.is_err() {
        result = reddit.publish(&fake.run(&journal, "run").await, &post).await;
    }
    assert_ne!(result.unwrap().id(), "t3_old");
    assert_eq!(fake.state.lock().unwrap().posts.len(), 2);
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let echo = Answer::text(format!("no: {TOKEN}")).with_status(StatusCode::FORBIDDEN);
    let fake = Fake::new(Site { store: Some(echo), ..Site::default() });
    let reddit = connect(&fake);
    let error = fake.publish(&reddit, "run", with(&options(), &[image(900)])).await.unwrap_err();
    for text in [format!("{reddit:?}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn refusals_by_status_are_read() {
    let classify = |status: u16, body: &str| {
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
        error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
    };
    let error = classify(403, r#"{"reason": "private", "message": "Forbidden", "error": 403}"#);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("private")));
    let error = classify(401, r#"{"message": "Unauthorized", "error": 401}"#);
    assert!(error.kind() == ErrorKind::Auth && error.is_token_expired());
    assert_eq!(classify(429, "<html>").kind(), ErrorKind::RateLimited);
    let error = classify(503, "<html>");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown));
}
