//! The fake Forem is invented after the sources of the articles controller and model: drafts in the
//! account's list, refusals that leave a draft behind, tags that are dropped when they are a text.

mod conformance;

use http::{HeaderMap, Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::http::{EndpointBuilder, Failure};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Post, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, FixedClock, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Cdn, Fake, Vendor, approved, jpeg, never_twice_never_lost};

const KEY: &str = "forem-key-of-the-tests";

/// One example of each option.
pub(crate) fn all_options() -> ForemOptions {
    ForemOptions::new()
        .with_tag("rust")
        .with_tag("baking")
        .with_series("Sourdough")
        .with_canonical_url("https://bakery.example/bread".parse().unwrap())
        .with_description("How we bake")
        .with_organization_id(42)
        .with_draft()
}

/// A Forem with one account.
#[derive(Default)]
struct Server {
    articles: Vec<Value>,
    /// The next request of this method is refused: before anything is done, or behind it.
    refusal: Option<(Method, bool, u16, Value)>,
    /// A page of what stands in front of it.
    blocked: bool,
}

fn refused(status: u16, error: &str) -> (u16, Value) {
    (status, json!({"error": error, "status": status}))
}

impl Server {
    fn make(&mut self, request: &Received) -> Answer {
        let mut article = request.json()["article"].clone();
        assert_eq!(article["published"], false, "nothing is visible at first");
        assert!(article["tags"].is_null() || article["tags"].is_array(), "a text would be dropped");
        let id = self.articles.len() + 1001;
        article["id"] = json!(id);
        article["url"] = json!(format!("https://dev.to/baker/temp-slug-{id}"));
        // Some signs are replaced in titles.
        article["title"] = json!(article["title"].as_str().unwrap().replace('\u{2014}', "-"));
        self.articles.insert(0, article.clone());
        fake::json(201, article)
    }

    fn change(&mut self, id: u64, request: &Received) -> Answer {
        let Some(article) = self.articles.iter_mut().find(|article| article["id"] == id) else {
            let (status, body) = refused(404, "not found");
            return fake::json(status, body);
        };
        for (name, value) in request.json()["article"].as_object().unwrap() {
            article[name] = value.clone();
        }
        if article["published"] == true {
            article["url"] = json!(format!("https://dev.to/baker/bread-{id}"));
            if article["published_at"].is_null() {
                article["published_at"] = json!("2026-11-20T12:00:00Z");
            }
        }
        Answer::json(article.clone())
    }

    fn respond(&mut self, request: &Received) -> Answer {
        let path = request.url.path().strip_prefix("/api/").unwrap();
        match (request.method.as_str(), path.split('/').collect::<Vec<_>>().as_slice()) {
            ("GET", ["users", "me"]) => Answer::json(json!({"type_of": "user", "id": 7, "username": "baker"})),
            ("GET", ["articles", "me", "all"]) => {
                assert_eq!(request.query("per_page").as_deref(), Some("1000"));
                Answer::json(json!(self.articles))
            }
            ("POST", ["articles"]) => self.make(request),
            ("PUT", ["articles", id]) => self.change(id.parse().unwrap(), request),
            other => panic!("{other:?}"),
        }
    }
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        let key = request.header("api-key").unwrap();
        assert!(key == KEY || key == SECRET);
        assert_eq!(request.header("accept"), Some("application/vnd.forem.api-v1+json"));
        if self.blocked {
            return Answer::bytes("text/html", "<html>Forbidden Bots</html>").with_status(StatusCode::FORBIDDEN);
        }
        if let Some((_, behind, status, body)) = self.refusal.take_if(|(method, ..)| *method == request.method) {
            if behind {
                self.respond(request);
            }
            return fake::json(status, body);
        }
        self.respond(request)
    }
}

fn account(endpoint: EndpointBuilder) -> Forem {
    Forem::new(endpoint, SecretString::from(KEY)).unwrap()
}

fn connect(fake: &Fake<Server>) -> Forem {
    account(Forem::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> Forem {
    account(Forem::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn article() -> Post {
    Post::new("First the *flour*.").with_placement(Placement::ARTICLE).with_title("Bread \u{2014} ours")
}

fn at(address: &str) -> Attachment {
    Attachment::new(Media::remote(address.parse().unwrap()))
}

fn illustrated() -> Post {
    let cover = at("https://cdn.test/cover.png").with_role(MediaRole::Cover);
    article().with_attachment(cover).with_attachment(at("https://cdn.test/dough.jpg").with_alt_text("[dough]"))
}

fn with_options(post: Post, options: &ForemOptions) -> Post {
    post.with_options(options).unwrap()
}

/// Two hours behind the clock of the tests.
fn later() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// What people see, or will see.
fn shown(server: &Server) -> usize {
    assert!(server.articles.len() <= 1, "no draft is made twice");
    server.articles.iter().filter(|article| article["published"] == true).count()
}

/// Museum A1, A5, A8: whatever breaks, the account's list says what became of draft and article.
#[tokio::test]
async fn no_fault_posts_twice() {
    for post in [article(), illustrated(), article().with_publish_at(later())] {
        let post = approved(&connect(&Fake::new(Server::default())), post).await;
        never_twice_never_lost(Server::default, connect_scene, &post, shown).await;
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(Server::default());
    let forem = connect(&fake);
    let mut options = all_options();
    options.draft = false;
    let draft = ForemOptions::new().with_draft();
    for (name, post, state) in [
        ("plain", article(), ReceiptState::Published),
        ("all", with_options(illustrated(), &options), ReceiptState::Published),
        ("later", article().with_publish_at(later()), ReceiptState::Scheduled),
        ("draft", with_options(article(), &draft), ReceiptState::Draft),
    ] {
        let receipt = fake.publish(&forem, name, post).await.unwrap();
        assert_eq!((receipt.state, receipt.warnings.len()), (state, 0), "{name}: {receipt:?}");
        assert_eq!(forem.status(&receipt).await.unwrap(), receipt, "{name}");
    }
    let sent: Vec<_> = fake.vendor.received().into_iter().filter(|request| request.method != Method::GET).collect();
    let sent: Vec<_> = sent.iter().map(|request| request.json()["article"].clone()).collect();
    let plain = json!({"title": "Bread \u{2014} ours", "body_markdown": "First the *flour*.", "published": false});
    let text = "First the *flour*.\n\n![\\[dough\\]](https://cdn.test/dough.jpg)";
    assert_eq!(
        sent,
        [
            plain.clone(),
            json!({"published": true}),
            json!({"title": "Bread \u{2014} ours", "body_markdown": text, "published": false, "tags": ["rust", "baking"],
                "series": "Sourdough", "canonical_url": "https://bakery.example/bread", "description": "How we bake",
                "organization_id": 42, "main_image": "https://cdn.test/cover.png"}),
            json!({"published": true}),
            plain.clone(),
            json!({"published": true, "published_at": "2026-11-20T14:00:00Z"}),
            plain,
        ]
    );
}

#[tokio::test]
async fn files_of_this_machine_go_through_the_host() {
    let fake = Fake::new(Server::default());
    let post = article().with_attachment(Attachment::new(jpeg(8, 8)).with_alt_text("dough"));
    let error = fake.publish(&connect(&fake), "none", post.clone()).await.unwrap_err();
    assert_eq!(error.code(), Some("needs_host"));
    let run = fake.publish(&connect(&fake).with_host(Cdn::new("https://cdn.test")), "hosted", post).await;
    assert_eq!(run.unwrap().state, ReceiptState::Published);
    let text = fake.state.lock().unwrap().articles[0]["body_markdown"].as_str().unwrap().to_owned();
    assert!(text.contains("\n\n![dough](https://cdn.test/"), "{text}");
}

/// Trap 16: front matter would publish the draft.
#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_write() {
    let options = ForemOptions::new;
    let five = (0..5).fold(options(), |options, at| options.with_tag(format!("tag{at}")));
    let mentions = (0..8).map(|at| format!("@baker{at} ")).collect::<String>();
    let saying = |text: &str| Post::new(text).with_placement(Placement::ARTICLE).with_title("x");
    for (post, field) in [
        (Post::new("x").with_placement(Placement::ARTICLE), "title"),
        (article().with_title("x".repeat(129)), "title"),
        (saying("---\npublished: true\n---\nHi"), "text"),
        // 409,601 characters of two bytes each.
        (saying(&"é".repeat(409_601)), "text"),
        (saying(&mentions), "text"),
        (with_options(article(), &five), "options.forem.tags"),
        (with_options(article(), &options().with_tag("x".repeat(31))), "options.forem.tags[0]"),
        (with_options(article(), &options().with_tag("two words")), "options.forem.tags[0]"),
        (with_options(article().with_publish_at(later()), &options().with_draft()), "options.forem.draft"),
        (article().with_placement(Placement::VIDEO), "placement"),
    ] {
        let fake = Fake::new(Server::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().iter().all(|request| request.url.path() == "/api/users/me"));
    }
}

/// Trap 16: a refusal may leave a draft behind, and the same title says that an earlier try was.
#[tokio::test]
async fn a_draft_behind_a_refusal_is_taken_over() {
    let again = refused(422, "Validation failed: Title has already been used in the last five minutes");
    let taken = refused(422, "Validation failed: Canonical url has already been taken");
    for (status, body) in [again, taken] {
        let fake = Fake::new(Server { refusal: Some((Method::POST, true, status, body)), ..Server::default() });
        let receipt = fake.publish(&connect(&fake), "run", article()).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published);
        assert_eq!(fake.state.lock().unwrap().articles.len(), 1);
    }
}

/// Museum A7: what the account had of the same words before is not ours.
#[tokio::test]
async fn an_older_draft_of_the_same_words_is_not_taken() {
    let old = json!({"id": 5, "title": "Bread - ours", "body_markdown": "First the *flour*.", "published": false});
    let refusal = Some((Method::POST, true, 500, json!({"error": "no", "status": 500})));
    let fake = Fake::new(Server { articles: vec![old], refusal, ..Server::default() });
    let receipt = fake.publish(&connect(&fake), "run", article()).await.unwrap();
    assert_eq!(receipt.id(), "1002");
    assert_eq!(fake.state.lock().unwrap().articles.len(), 2);
}

#[tokio::test]
async fn a_refusal_makes_no_article_and_is_not_repeated() {
    for ((status, body), kind) in [
        (refused(401, "unauthorized"), ErrorKind::Auth),
        (refused(403, "forbidden"), ErrorKind::Permission),
        (refused(422, "param is missing or the value is empty: article"), ErrorKind::InvalidRequest),
        (refused(400, "a word of tomorrow"), ErrorKind::InvalidRequest),
    ] {
        let fake = Fake::new(Server { refusal: Some((Method::POST, false, status, body)), ..Server::default() });
        let (forem, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&forem, article()).await;
        let run = fake.run(&journal, "run").await;
        let error = forem.publish(&run, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{error:?}");
        assert_eq!(fake.vendor.calls(&Method::POST, "/api/articles"), 1);
        forem.publish(&run, &post).await.unwrap();
        assert_eq!(fake.state.lock().unwrap().articles.len(), 1);
    }
}

#[tokio::test]
async fn an_article_is_asked_about_and_hidden() {
    let fake = Fake::new(Server::default());
    let forem = connect(&fake);
    assert_eq!(forem.account().await.unwrap().key.id, "7@dev.to");
    let receipt = fake.publish(&forem, "run", article()).await.unwrap();
    assert_eq!(receipt.url().unwrap().as_str(), "https://dev.to/baker/bread-1001");
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(forem.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(fake.vendor.calls(&Method::PUT, "/api/articles/1001"), 2);
    assert_eq!(forem.status(&receipt).await.unwrap().state, ReceiptState::Draft);
    fake.state.lock().unwrap().articles.clear();
    assert_eq!(forem.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    forem.delete(&Run::ephemeral(), &receipt).await.unwrap();
}

#[tokio::test]
async fn readiness_finds_what_would_fail() {
    let fake = Fake::new(Server::default());
    let (forem, now) = (connect(&fake), FixedClock::default().now());
    assert!(forem.readiness(now).await.unwrap().is_ready());
    fake.state.lock().unwrap().blocked = true;
    let readiness = forem.readiness(now).await.unwrap();
    assert!(readiness.findings[0].message.contains("firewall"), "{readiness:?}");
}

#[test]
fn refusals_are_read() {
    let read = |status: u16, body: &str| {
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
        error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
    };
    let again = read(422, r#"{"error":"Title has already been used in the last five minutes","status":422}"#);
    assert_eq!((again.kind(), again.effect()), (ErrorKind::Duplicate, Effect::Unknown));
    assert_eq!(
        read(429, r#"{"error":"Rate limit reached, try again in 30 seconds","status":429}"#).kind(),
        ErrorKind::RateLimited
    );
    assert_eq!(read(429, "Retry later\n").kind(), ErrorKind::RateLimited);
    assert_eq!(read(413, "<html>").kind(), ErrorKind::MediaInvalid);
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let (status, body) = refused(403, KEY);
    let fake = Fake::new(Server { refusal: Some((Method::POST, false, status, body)), ..Server::default() });
    let forem = connect(&fake);
    let error = fake.publish(&forem, "run", article()).await.unwrap_err();
    for text in [format!("{forem:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!text.contains(KEY), "{text}");
    }
}
