//! The fake instance is invented after Lemmy's source, 0.19.20 and 1.0 beta: it takes tracking
//! parameters out of links, lists a community's posts by whomever, answers as to a stranger where
//! the token is over, and as 1.0 refuses a second request of a key.

mod conformance;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::http::{Failure, FixedToken};
use social_core::publish::{Attachment, Placement, Post, PostRef, Publisher as _, ReceiptState, ThreadPart};
use social_core::run::{Found, Lost, MemoryJournal, Run};
use social_core::settings::MapSettings;
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene, ScriptedVendor};
use social_core::{Effect, Error, ErrorKind};
use url::Url;

use super::wire::NewPost;
use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "token-of-the-account";
const PERSON: u64 = 77;
const COMMUNITY: u64 = 5;

struct Server {
    watch: Watch,
    version: &'static str,
    posts: Vec<Value>,
    keys: BTreeSet<String>,
    images: usize,
    logins: usize,
    /// What every post is answered with although it is stored.
    fails_behind: Option<(u16, &'static str)>,
    banned: bool,
    tokens: Vec<&'static str>,
}

impl Server {
    fn new(watch: &Watch) -> Self {
        Self {
            watch: watch.clone(),
            version: "0.19.20",
            posts: Vec::new(),
            keys: BTreeSet::new(),
            images: 0,
            logins: 0,
            fails_behind: None,
            banned: false,
            tokens: vec![TOKEN, SECRET],
        }
    }

    fn publish(&mut self, request: &Received) -> Answer {
        let body = request.json();
        let key = request.header("idempotency-key").unwrap().to_owned();
        // Longer keys are ignored.
        if self.version.starts_with("1.") && key.len() <= 32 && !self.keys.insert(key) {
            return Answer::status(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let name = body["name"].as_str().unwrap().trim();
        if name.chars().count() < 3 || body["community_id"] != COMMUNITY {
            return refused("invalid_post_title");
        }
        let clean = |value: &Value| value.as_str().map(|text| text.replace("?utm_source=us", ""));
        let id = 9000 + self.posts.len() as u64;
        self.posts.push(json!({"id": id, "name": name, "url": clean(&body["url"]), "body": clean(&body["body"]),
            "creator_id": PERSON, "community_id": COMMUNITY, "ap_id": format!("https://lemmy.test/post/{id}"),
            "published": self.watch.now().to_string(), "deleted": false, "removed": false, "sent": body}));
        match self.fails_behind {
            Some((status, code)) => fake::json(status, json!({ "error": code })),
            None => Answer::json(view(self.posts.last().unwrap())),
        }
    }
}

fn view(post: &Value) -> Value {
    json!({"post_view": {"post": post, "creator": {"id": post["creator_id"]}}})
}

fn refused(code: &str) -> Answer {
    fake::json(400, json!({ "error": code }))
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default();
        let known = self.tokens.iter().any(|token| authorization == format!("Bearer {token}"));
        let path = request.url.path().trim_start_matches('/');
        match (request.method.as_str(), path) {
            ("POST", "api/v3/user/login") if request.json()["password"] == "the-right-password" => {
                self.logins += 1;
                Answer::json(json!({"jwt": TOKEN, "registration_created": false, "verify_email_sent": false}))
            }
            ("POST", "api/v3/user/login") => fake::json(401, json!({"error": "incorrect_login"})),
            ("GET", "api/v3/site") => {
                let person = json!({"id": PERSON, "name": "baker", "banned": self.banned});
                let me = json!({"local_user_view": {"person": person}});
                Answer::json(json!({"version": self.version, "site_view": {}, "my_user": known.then_some(me)}))
            }
            ("GET", "api/v3/community") if request.query("name").as_deref() == Some("nowhere") => {
                fake::json(404, json!({"error": "not_found"}))
            }
            ("GET", "api/v3/community") => Answer::json(json!({"community_view": {"community": {"id": COMMUNITY}}})),
            _ if !known => refused("not_logged_in"),
            ("POST", "api/v3/post") => self.publish(request),
            ("GET", "api/v3/post/list") => {
                assert_eq!(request.query("show_read").as_deref(), Some("true"));
                let page: usize = request.query("page").unwrap().parse().unwrap();
                let page = self.posts.iter().rev().skip(50 * (page - 1)).take(50);
                Answer::json(json!({"posts": page.map(|post| json!({"post": post})).collect::<Vec<_>>()}))
            }
            ("GET", "api/v3/post") => {
                let id = request.query("id").unwrap().parse().ok();
                match self.posts.iter().find(|post| post["id"].as_u64() == id) {
                    Some(post) => Answer::json(view(post)),
                    None => refused("couldnt_find_post"),
                }
            }
            ("POST", "api/v3/post/delete") => {
                let body = request.json();
                match self.posts.iter_mut().find(|post| post["id"] == body["post_id"]) {
                    Some(post) => {
                        post["deleted"] = body["deleted"].clone();
                        Answer::json(view(post))
                    }
                    None => refused("couldnt_find_post"),
                }
            }
            ("POST", "pictrs/image") if self.version.starts_with("0.") => {
                self.images += 1;
                let file = json!({"file": format!("image-{}.jpeg", self.images), "delete_token": "t"});
                fake::json(201, json!({"msg": "ok", "files": [file]}))
            }
            ("POST", "api/v4/image") if self.version.starts_with("1.") => {
                self.images += 1;
                let address = format!("https://lemmy.test/api/v4/image/image-{}.jpeg", self.images);
                Answer::json(json!({"image_url": address, "filename": "image.jpeg"}))
            }
            _ => fake::json(404, json!({"error": "not_found"})),
        }
    }
}

fn server(change: impl FnOnce(&mut Server)) -> Fake<Server> {
    let watch = Watch::default();
    let fake = Fake::new(Server::new(&watch));
    watch.set(&fake.clock);
    change(&mut fake.state.lock().unwrap());
    fake
}

fn endpoint(fake: &Fake<Server>) -> EndpointBuilder {
    Lemmy::endpoint().base_url("https://lemmy.test").transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn connect(fake: &Fake<Server>) -> Lemmy {
    Lemmy::new(endpoint(fake), FixedToken::new(TOKEN), "baking@lemmy.test").unwrap()
}

/// Every option at once.
pub(crate) fn all_options() -> LemmyOptions {
    let thumbnail = Url::parse("https://bakery.test/bread.jpg").unwrap();
    LemmyOptions::new().with_community("rye@lemmy.test").with_language_id(37).with_thumbnail(thumbnail).with_nsfw()
}

fn with_image() -> Post {
    Post::new("With **rye**")
        .with_title("Our bread")
        .with_attachment(Attachment::new(jpeg(40, 30)).with_alt_text("bread"))
}

fn with_link() -> Post {
    let link = Url::parse("https://bakery.test/bread?utm_source=us").unwrap();
    Post::new("Read https://bakery.test/?utm_source=us now").with_title("Our bread").with_link(link)
}

/// Museum A1, A4, A5, A7, A8: whatever breaks, one post is out, on 0.19 and on 1.0.
async fn no_fault_posts_twice(post: Post) {
    let post = approved(&connect(&server(|_| ())), post).await;
    for version in ["0.19.20", "1.0.0-beta.4"] {
        let watch = Watch::default();
        let fresh = || Server { version, ..Server::new(&watch) };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = Lemmy::endpoint().base_url("https://lemmy.test").transport(scene.transport.clone());
            Lemmy::new(endpoint.clock(scene.clock.clone()), FixedToken::new(TOKEN), "baking").unwrap()
        };
        never_twice_never_lost(fresh, connect, &post, |server| server.posts.len()).await;
    }
}

#[tokio::test]
async fn no_fault_posts_a_text_twice() {
    no_fault_posts_twice(Post::new("With **rye**").with_title("Our bread")).await;
}

#[tokio::test]
async fn no_fault_posts_a_link_twice() {
    no_fault_posts_twice(with_link()).await;
}

#[tokio::test]
async fn no_fault_posts_an_image_twice() {
    no_fault_posts_twice(with_image()).await;
}

/// Museum A4: what comes behind the post fails, and the post is found.
#[tokio::test]
async fn a4_a_refusal_behind_the_post_is_no_refusal() {
    for (status, code) in [(400, "unknown"), (400, "couldnt_create_post"), (400, "new_words"), (500, "unknown")] {
        let fake = server(|server| server.fails_behind = Some((status, code)));
        let receipt = fake.publish(&connect(&fake), "run", with_link()).await.unwrap();
        assert_eq!((receipt.id(), receipt.state), ("9000", ReceiptState::Published), "{code}");
        assert_eq!(fake.vendor.calls(&Method::POST, "/api/v3/post"), 1);
    }
}

/// A second request of a key says only that the first one arrived.
#[tokio::test]
async fn a_key_that_was_used_is_looked_up() {
    let fake = server(|server| server.version = "1.0.0");
    let journal = MemoryJournal::new();
    let run = fake.run(&journal, "run").await;
    fake.state.lock().unwrap().keys.insert(run.key("publish").replace('-', ""));
    let lemmy = connect(&fake);
    let post = approved(&lemmy, with_link()).await;
    let error = lemmy.publish(&run, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Duplicate, Effect::None), "{error}");
    let key = fake.vendor.received().into_iter().find_map(|sent| sent.header("idempotency-key").map(str::to_owned));
    assert_eq!(key.unwrap().len(), 32);
}

#[tokio::test]
async fn everything_that_a_post_can_be_is_sent() {
    for (version, image) in [("0.19.20", "pictrs/image"), ("1.0.0", "api/v4/image")] {
        let fake = server(|server| server.version = version);
        let lemmy = connect(&fake);
        let receipt = fake.publish(&lemmy, "link", with_link().with_options(&all_options()).unwrap()).await.unwrap();
        assert_eq!(receipt.account.to_string(), "default/lemmy/77@lemmy.test");
        assert_eq!(receipt.url().unwrap().as_str(), "https://lemmy.test/post/9000");
        fake.publish(&lemmy, "image", with_image()).await.unwrap();
        let state = fake.state.lock().unwrap();
        assert_eq!(
            state.posts[0]["sent"],
            json!({"name": "Our bread", "community_id": COMMUNITY, "url": "https://bakery.test/bread?utm_source=us",
                "body": "Read https://bakery.test/?utm_source=us now", "nsfw": true, "language_id": 37,
                "custom_thumbnail": "https://bakery.test/bread.jpg"})
        );
        let url = format!("https://lemmy.test/{image}/image-1.jpeg");
        assert_eq!(
            state.posts[1]["sent"],
            json!({"name": "Our bread", "community_id": COMMUNITY, "url": url, "body": "With **rye**", "alt_text": "bread"})
        );
        let asked: Vec<_> = fake.vendor.received().iter().filter_map(|sent| sent.query("name")).collect();
        assert_eq!(asked, ["rye@lemmy.test", "baking@lemmy.test"]);
    }
}

#[tokio::test]
async fn what_lemmy_would_refuse_is_refused_before_anything_is_made() {
    let fake = server(|_| ());
    let lemmy = connect(&fake);
    let titled = |title: &str| Post::new("x").with_title(title);
    let options = |options: LemmyOptions| titled("Bread").with_options(&options).unwrap();
    let image = || Attachment::new(jpeg(40, 30));
    for (post, field) in [
        (Post::new("x"), "title"),
        (titled("ab"), "title"),
        (titled(&"x".repeat(201)), "title"),
        (titled("two\nlines"), "title"),
        (Post::new("x".repeat(50_001)).with_title("Bread"), "text"),
        (with_link().with_attachment(image()), "link"),
        (titled("Bread").with_attachment(image()).with_attachment(image()), "attachments"),
        (titled("Bread").with_attachment(Attachment::new(mp4())), "attachments"),
        (options(LemmyOptions::new().with_community("https://lemmy.test/c/baking")), "options.lemmy.community"),
        (titled("Bread").with_thread_part(ThreadPart::new("two")), "thread"),
        (titled("Bread").with_reply_to(PostRef::new("1")), "reply_to"),
        (titled("Bread").with_placement(Placement::CAROUSEL), "placement"),
    ] {
        let error = fake.publish(&lemmy, "run", post).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert!(fake.vendor.received().iter().all(|sent| sent.url.path() == "/api/v3/site"));
}

/// Only a post of the account with the same title, link and text is adopted.
// Museum A7.
#[tokio::test]
async fn a7_only_the_post_itself_is_adopted() {
    let fake = server(|_| ());
    let lemmy = connect(&fake);
    let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).unwrap();
    let post = |id: u64, person: u64, body: &str, second: i64| json!({"id": id, "name": "Bread", "creator_id": person, "body": body, "published": at(second).to_string()});
    let look = async |posts: Vec<Value>| {
        fake.state.lock().unwrap().posts = posts;
        let (body, name) = (Some("Rye https://bakery.test/?a=1"), "Bread");
        let (url, alt_text, language_id, custom_thumbnail) = (None, None, None, None);
        let sought =
            NewPost { name, community_id: COMMUNITY, url, body, alt_text, nsfw: false, language_id, custom_thumbnail };
        match lemmy.find(PERSON, &sought, Lost::new(at(0), at(10))).await.unwrap() {
            Found::Present(post) => post.id,
            Found::NotListed { .. } => "not listed".to_owned(),
            _ => "unknown".to_owned(),
        }
    };
    let ours = post(3, PERSON, "Rye  https://bakery.test", 5);
    assert_eq!(look(vec![post(1, PERSON, "Rye https://bakery.test/?a=1", -9000), ours.clone()]).await, "3");
    assert_eq!(look(vec![post(2, 78, "Rye https://bakery.test/?a=1", 5)]).await, "not listed");
    assert_eq!(look(vec![post(2, PERSON, "Spelt", 5)]).await, "unknown");
    assert_eq!(look(vec![ours.clone(), ours.clone()]).await, "unknown");
    let busy = |n: u64| (0..n).map(|id| post(id, 78, "x", 5)).collect::<Vec<_>>();
    assert_eq!(look(busy(249)).await, "not listed");
    assert_eq!(look(busy(251)).await, "unknown");
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    let fake = server(|_| ());
    let lemmy = connect(&fake);
    let receipt = fake.publish(&lemmy, "run", with_link()).await.unwrap();
    assert_eq!(lemmy.status(&receipt).await.unwrap(), receipt);
    fake.state.lock().unwrap().posts[0]["removed"] = json!(true);
    assert_eq!(lemmy.status(&receipt).await.unwrap().state, ReceiptState::Rejected);
    for _ in 0..2 {
        assert_eq!(lemmy.delete(&Run::ephemeral(), &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(lemmy.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    fake.state.lock().unwrap().posts.clear();
    assert_eq!(lemmy.delete(&Run::ephemeral(), &receipt).await.unwrap().state, ReceiptState::Deleted);
    assert_eq!(lemmy.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
}

#[tokio::test]
async fn an_account_logs_in_once_and_again_when_its_token_is_over() {
    let fake = server(|_| ());
    let lemmy = Lemmy::with_password(endpoint(&fake), "baker", "the-right-password", "baking").unwrap();
    assert_eq!(lemmy.account().await.unwrap().label, "baker@lemmy.test");
    let post = approved(&lemmy, with_link()).await;
    fake.state.lock().unwrap().tokens.clear();
    let state = fake.state.clone();
    let vendor = fake.vendor.clone().respond(Method::POST, "/api/v3/user/login", move |request| {
        let mut state = state.lock().unwrap();
        state.tokens.push(TOKEN);
        state.answer(request)
    });
    let journal = MemoryJournal::new();
    lemmy.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let counted = {
        let state = fake.state.lock().unwrap();
        (state.logins, state.posts.len())
    };
    assert_eq!(counted, (2, 1));
    assert_eq!(vendor.calls(&Method::POST, "/api/v3/post"), 2, "the first one was refused for its token");
    let wrong = Lemmy::with_password(endpoint(&fake), "baker", "a-wrong-password", "baking").unwrap();
    let error = wrong.account().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(!format!("{error:?} {wrong:?}").contains("a-wrong-password"));
    let stranger = Lemmy::new(endpoint(&fake), FixedToken::new("over"), "baking").unwrap();
    assert_eq!(stranger.account().await.unwrap_err().kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn readiness_names_what_is_missing() {
    let fields = async |lemmy: Lemmy| {
        let readiness = lemmy.readiness(Timestamp::MAX).await.unwrap();
        readiness.findings.into_iter().map(|finding| finding.field).collect::<Vec<_>>()
    };
    assert_eq!(fields(connect(&server(|_| ()))).await, Vec::<String>::new());
    let fake = server(|server| server.banned = true);
    let lost = Lemmy::new(endpoint(&fake), FixedToken::new(TOKEN), "nowhere").unwrap();
    assert_eq!(fields(lost).await, ["account", "community"]);
}

#[test]
fn settings_that_are_missing_are_named_together() {
    let error = Lemmy::from_settings(&MapSettings::new()).unwrap_err().to_string();
    for name in ["LEMMY_URL", "LEMMY_USERNAME", "LEMMY_PASSWORD", "LEMMY_COMMUNITY"] {
        assert!(error.contains(name), "{error}");
    }
}

/// Stands on the codes of Lemmy's source.
#[test]
fn refusals_are_read() {
    let classify = |status: u16, body: &str| -> Error {
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
        error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
    };
    let expected: BTreeMap<&str, (u16, ErrorKind, Effect)> = BTreeMap::from([
        ("rate_limit_error", (400, ErrorKind::RateLimited, Effect::None)),
        ("too_many_requests", (429, ErrorKind::RateLimited, Effect::None)),
        ("not_logged_in", (400, ErrorKind::Auth, Effect::None)),
        ("incorrect_login", (401, ErrorKind::Auth, Effect::None)),
        ("site_ban", (400, ErrorKind::Permission, Effect::None)),
        ("person_is_banned_from_community", (400, ErrorKind::Permission, Effect::None)),
        ("not_found", (404, ErrorKind::NotFound, Effect::None)),
        ("couldnt_find_post", (400, ErrorKind::NotFound, Effect::None)),
        ("invalid_post_title", (400, ErrorKind::InvalidRequest, Effect::None)),
        ("post_body_length_overflow", (400, ErrorKind::InvalidRequest, Effect::None)),
        ("slurs", (400, ErrorKind::InvalidRequest, Effect::None)),
        ("pictrs_invalid_image_upload", (400, ErrorKind::MediaInvalid, Effect::None)),
        ("unknown", (400, ErrorKind::Unavailable, Effect::Unknown)),
        ("couldnt_create_post", (400, ErrorKind::Unavailable, Effect::Unknown)),
        ("a_code_of_tomorrow", (400, ErrorKind::Unavailable, Effect::Unknown)),
        ("slurs_behind", (500, ErrorKind::Unavailable, Effect::Unknown)),
    ]);
    for (code, (status, kind, effect)) in expected {
        let error = classify(status, &json!({"error": code, "message": "more"}).to_string());
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, effect, Some(code)), "{code}");
        assert_eq!(error.is_token_expired(), code == "not_logged_in");
    }
    assert_eq!(classify(400, r#"{"error":"rate_limit_error"}"#).wait(), Some(Duration::from_secs(600)));
    let again = classify(422, "");
    assert_eq!((again.kind(), again.effect()), (ErrorKind::Duplicate, Effect::Unknown));
    assert_eq!(classify(413, "<html>").kind(), ErrorKind::MediaInvalid);
    assert_eq!(classify(502, "<html>").effect(), Effect::Unknown);
}
