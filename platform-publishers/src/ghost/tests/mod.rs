//! The fake site is invented after Ghost's documents and its schema: HTML that is left out without
//! `source=html`, `updated_at` as a lock, slugs that are changed and never refused.

mod conformance;

use http::{HeaderMap, Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::http::{EndpointBuilder, Failure, FixedToken};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Post, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, FixedClock, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, approved, jpeg, never_twice_never_lost};

const SITE: &str = "https://blog.example";
const KEY: &str = "640f0a0a0a0a0a0a0a0a0a0a:0123456789abcdef0123456789abcdef";

/// One example of each option.
pub(crate) fn all_options() -> GhostOptions {
    GhostOptions::new()
        .with_slug("our-bread")
        .with_excerpt("How we bake")
        .with_tag("Bread & butter")
        .with_canonical_url("https://bakery.example/bread".parse().unwrap())
        .with_visibility(Visibility::Members)
        .with_featured()
        .with_newsletter("weekly")
        .with_email_segment("status:free")
        .with_email_only()
        .with_html()
        .with_draft()
}

/// A site.
#[derive(Default)]
struct Site {
    posts: Vec<Value>,
    images: usize,
    /// Newsletters that went out.
    mails: Vec<String>,
    /// So many changes were made: the time of a change.
    changes: usize,
    /// The next request of this method and path is refused.
    refusal: Option<(Method, &'static str, u16, Value)>,
    mail_fails: bool,
}

fn refusal(kind: &str, message: &str) -> Value {
    json!({"errors": [{"message": message, "errorType": kind, "context": null, "property": null, "code": null, "id": "1"}]})
}

impl Site {
    fn now(&mut self) -> Value {
        self.changes += 1;
        json!(format!("2026-11-20T12:00:00.{:03}Z", self.changes))
    }

    fn slug(&self, wanted: &str, title: &str, own: &Value) -> String {
        let base = if wanted.is_empty() { title.to_lowercase().replace(' ', "-") } else { wanted.to_owned() };
        let taken = |slug: &str| self.posts.iter().any(|post| post["slug"] == slug && post["id"] != *own);
        let mut slugs = (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") });
        slugs.find(|slug| !taken(slug)).unwrap()
    }

    fn make(&mut self, request: &Received) -> Answer {
        assert!(request.query("newsletter").is_none(), "mail hangs on the second request only");
        let mut post = request.json()["posts"][0].clone();
        assert_eq!(post["status"], "draft", "nothing is visible at first");
        if request.query("source").as_deref() != Some("html") {
            post["html"] = Value::Null;
        }
        post["id"] = json!(format!("65a{:021}", self.posts.len()));
        post["updated_at"] = self.now();
        self.posts.push(post.clone());
        fake::json(201, json!({"posts": [post]}))
    }

    fn change(&mut self, id: &str, request: &Received) -> Answer {
        let change = request.json()["posts"][0].clone();
        let Some(at) = self.posts.iter().position(|post| post["id"] == id) else {
            return fake::json(404, refusal("NotFoundError", "Post not found."));
        };
        if self.posts[at]["updated_at"] != change["updated_at"] {
            return fake::json(
                409,
                refusal("UpdateCollisionError", "Saving failed! Someone else is editing this post."),
            );
        }
        if let Some(newsletter) = request.query("newsletter") {
            self.mails.push(newsletter);
        }
        let (title, own) = (self.posts[at]["title"].as_str().unwrap().to_owned(), json!(id));
        let slug = self.slug(change["slug"].as_str().unwrap(), &title, &own);
        let (now, mail_fails) = (self.now(), self.mail_fails);
        let post = &mut self.posts[at];
        let is_mail = post["email_only"] == true && change["status"] == "published";
        post["status"] = if is_mail { json!("sent") } else { change["status"].clone() };
        post["published_at"] = change["published_at"].clone();
        post["url"] = json!(format!("{SITE}/{slug}/"));
        post["slug"] = json!(slug);
        post["updated_at"] = now;
        if mail_fails {
            post["email"] = json!({"status": "failed"});
        }
        Answer::json(json!({"posts": [post]}))
    }

    fn read(&self, field: &str, value: &str) -> Answer {
        match self.posts.iter().find(|post| post[field] == value) {
            Some(post) => Answer::json(json!({ "posts": [post] })),
            None => fake::json(404, refusal("NotFoundError", "Post not found.")),
        }
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default();
        let token = authorization.strip_prefix("Ghost ").unwrap();
        assert!(token == SECRET || token.split('.').count() == 3, "{token}");
        assert_eq!(request.header("accept-version"), Some("v6.0"));
        let path = request.url.path().strip_prefix("/ghost/api/admin/").unwrap().to_owned();
        assert!(path.ends_with('/'), "a path without a slash at its end is redirected");
        let here = |(method, start, ..): &mut (Method, &str, u16, Value)| {
            *method == request.method && path.starts_with(*start)
        };
        if let Some((_, _, status, body)) = self.refusal.take_if(here) {
            return fake::json(status, body);
        }
        let parts: Vec<_> = path.trim_end_matches('/').split('/').collect();
        match (request.method.as_str(), parts.as_slice()) {
            ("POST", ["posts"]) => self.make(request),
            ("PUT", ["posts", id]) => self.change(id, request),
            ("GET", ["posts"]) => Answer::json(json!({"posts": []})),
            ("GET", ["posts", "slug", slug]) => self.read("slug", slug),
            ("GET", ["posts", id]) => self.read("id", id),
            ("DELETE", ["posts", id]) => {
                let before = self.posts.len();
                self.posts.retain(|post| post["id"] != *id);
                if self.posts.len() < before { Answer::status(StatusCode::NO_CONTENT) } else { self.read("id", id) }
            }
            ("POST", ["images", "upload"]) => {
                assert!(request.text().contains("name=\"purpose\"\r\n\r\nimage\r\n"));
                self.images += 1;
                let url = format!("{SITE}/content/images/{}.jpg", self.images);
                fake::json(201, json!({"images": [{"url": url, "ref": null}]}))
            }
            other => panic!("{other:?}"),
        }
    }
}

fn account(endpoint: EndpointBuilder) -> Ghost {
    Ghost::new(endpoint, SecretString::from(KEY)).unwrap()
}

fn connect(fake: &Fake<Site>) -> Ghost {
    account(Ghost::endpoint(SITE).transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> Ghost {
    account(Ghost::endpoint(SITE).transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn article() -> Post {
    Post::new("First the flour.\n\nThen <the> water.").with_placement(Placement::ARTICLE).with_title("Our bread")
}

fn illustrated() -> Post {
    let cover = Attachment::new(jpeg(1200, 630)).with_role(MediaRole::Cover).with_alt_text("a loaf");
    article().with_attachment(cover).with_attachment(Attachment::new(jpeg(800, 600)).with_alt_text("dough"))
}

fn with_options(post: Post, options: &GhostOptions) -> Post {
    post.with_options(options).unwrap()
}

/// Two hours behind the clock of the tests.
fn later() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// What people see, or will see.
fn shown(site: &Site) -> usize {
    assert!(site.posts.len() <= 1 && site.mails.len() <= 1, "nothing is made or mailed twice");
    site.posts.iter().filter(|post| !post["slug"].as_str().unwrap().starts_with("draft-")).count()
}

/// Museum A1, A5, A8: whatever breaks, the site says what became of draft, article and mail.
#[tokio::test]
async fn no_fault_posts_twice() {
    for post in [
        article(),
        illustrated(),
        article().with_publish_at(later()),
        with_options(article(), &GhostOptions::new().with_newsletter("weekly")),
        with_options(article(), &GhostOptions::new().with_newsletter("weekly").with_email_only()),
    ] {
        let post = approved(&connect(&Fake::new(Site::default())), post).await;
        never_twice_never_lost(Site::default, connect_scene, &post, shown).await;
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(Site::default());
    let ghost = connect(&fake);
    let mut options = all_options();
    (options.draft, options.html) = (false, false);
    let html = GhostOptions::new().with_html().with_draft();
    for (name, post, state) in [
        ("plain", article(), ReceiptState::Published),
        ("all", with_options(illustrated(), &options), ReceiptState::Published),
        ("later", article().with_publish_at(later()), ReceiptState::Scheduled),
        ("html", with_options(article(), &html), ReceiptState::Draft),
    ] {
        let receipt = fake.publish(&ghost, name, post).await.unwrap();
        assert_eq!((receipt.state, receipt.warnings.len()), (state, 0), "{name}: {receipt:?}");
        assert_eq!(ghost.status(&receipt).await.unwrap(), receipt, "{name}");
    }
    let site = fake.state.lock().unwrap();
    let without_ids = |post: &Value| {
        let mut post = post.clone();
        for name in ["id", "url", "updated_at"] {
            post.as_object_mut().unwrap().remove(name);
        }
        post
    };
    let text = "<p>First the flour.</p>\n<p>Then &lt;the&gt; water.</p>\n";
    let image = format!("<figure><img src=\"{SITE}/content/images/2.jpg\" alt=\"dough\"></figure>\n");
    let kept = "<!--kg-card-begin: html-->\nFirst the flour.\n\nThen <the> water.\n<!--kg-card-end: html-->\n";
    let shown: Vec<_> = site.posts.iter().map(without_ids).collect();
    assert_eq!(
        shown,
        [
            json!({"title": "Our bread", "html": text, "status": "published", "slug": "our-bread", "published_at": null}),
            json!({"title": "Our bread", "html": format!("{text}{image}"), "status": "sent", "slug": "our-bread-2",
                "tags": ["Bread & butter"], "custom_excerpt": "How we bake", "visibility": "members", "featured": true,
                "canonical_url": "https://bakery.example/bread", "email_only": true, "published_at": null,
                "feature_image": format!("{SITE}/content/images/1.jpg"), "feature_image_alt": "a loaf"}),
            json!({"title": "Our bread", "html": text, "status": "scheduled", "slug": "our-bread-3",
                "published_at": "2026-11-20T14:00:00Z"}),
            json!({"title": "Our bread", "html": kept, "status": "draft", "slug": "our-bread-4", "published_at": null}),
        ]
    );
    assert_eq!(site.mails, ["weekly"]);
    let segments: Vec<_> = fake.vendor.received().iter().filter_map(|request| request.query("email_segment")).collect();
    assert_eq!(segments, ["status:free"]);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = Attachment::new(Media::remote("https://cdn.test/i.jpg".parse().unwrap()));
    let cover = Attachment::new(jpeg(10, 10)).with_role(MediaRole::Cover).with_alt_text("x".repeat(192));
    let options = GhostOptions::new;
    let newsletter = options().with_newsletter("weekly");
    for (post, field) in [
        (Post::new("x").with_placement(Placement::ARTICLE), "title"),
        // 128 emoji are 256 units.
        (article().with_title("🍞".repeat(128)), "title"),
        (article().with_attachment(remote), "attachments[0]"),
        (article().with_attachment(cover), "attachments[0].alt_text"),
        (article().with_attachment(Attachment::new(fake::mp4())), "attachments"),
        (article().with_publish_at(FixedClock::default().now()), "publish_at"),
        (with_options(article(), &options().with_slug("x".repeat(192))), "options.ghost.slug"),
        (with_options(article(), &options().with_excerpt("x".repeat(301))), "options.ghost.excerpt"),
        (with_options(article(), &options().with_tag(" ")), "options.ghost.tags[0]"),
        (with_options(article(), &options().with_tag("a, b")), "options.ghost.tags[0]"),
        (with_options(article(), &options().with_email_only()), "options.ghost.email_only"),
        (with_options(article(), &newsletter.with_draft()), "options.ghost.draft"),
        (article().with_placement(Placement::FEED), "placement"),
    ] {
        let fake = Fake::new(Site::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
}

/// Trap 15: a person who edits the draft does not stop it, and one who deletes it does.
#[tokio::test]
async fn a_draft_that_changed_is_read_again() {
    for is_deleted in [false, true] {
        let body = refusal("InternalServerError", "no");
        let fake = Fake::new(Site { refusal: Some((Method::PUT, "posts/", 500, body)), ..Site::default() });
        let (ghost, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&ghost, article()).await;
        let run = fake.run(&journal, "run").await;
        let error = ghost.publish(&run, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::None), "{error:?}");
        let change = |site: &mut Site| match is_deleted {
            true => site.posts.clear(),
            false => site.posts[0]["updated_at"] = json!("2026-11-20T12:34:56.000Z"),
        };
        change(&mut fake.state.lock().unwrap());
        let result = ghost.publish(&run, &post).await;
        assert_eq!(result.err().map(|error| error.kind()), is_deleted.then_some(ErrorKind::NotFound));
    }
}

#[tokio::test]
async fn a_refusal_makes_no_article_and_is_not_repeated() {
    for (status, kind, expected) in [
        (401, "UnauthorizedError", ErrorKind::Auth),
        (403, "NoPermissionError", ErrorKind::Permission),
        (422, "ValidationError", ErrorKind::InvalidRequest),
        (400, "AnErrorOfTomorrow", ErrorKind::InvalidRequest),
    ] {
        let refused = Some((Method::POST, "posts/", status, refusal(kind, "nein")));
        let fake = Fake::new(Site { refusal: refused, ..Site::default() });
        let error = fake.publish(&connect(&fake), "run", article()).await.unwrap_err();
        let sent = fake.vendor.received().len();
        assert_eq!((error.kind(), error.effect(), error.code(), sent), (expected, Effect::None, Some(kind), 1));
    }
    // A token that was too old by the site's clock is signed anew, once.
    let body = refusal("UnauthorizedError", "Invalid token: jwt expired");
    let fake = Fake::new(Site { refusal: Some((Method::POST, "posts/", 401, body)), ..Site::default() });
    fake.publish(&connect(&fake), "run", article()).await.unwrap();
}

#[test]
fn what_stands_in_front_of_a_site_is_read_by_its_status() {
    let read = |status: u16, body: &str| {
        let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
        error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
    };
    assert_eq!(read(413, "<html>").kind(), ErrorKind::MediaInvalid);
    assert_eq!(read(301, "").kind(), ErrorKind::Config);
    assert_eq!(read(503, "<html>maintenance").kind(), ErrorKind::Unavailable);
    let body = json!({"errors": [{"message": "Validation error, cannot save post.", "context": "Title is too long.",
        "errorType": "ValidationError", "property": "title", "code": null, "id": "1"}]});
    let error = read(422, &body.to_string());
    assert_eq!(
        (error.field(), error.message()),
        (Some("title"), "Validation error, cannot save post.: Title is too long.")
    );
}

#[tokio::test]
async fn a_newsletter_that_fails_is_a_warning() {
    let fake = Fake::new(Site { mail_fails: true, ..Site::default() });
    let ghost = connect(&fake);
    let post = with_options(article(), &GhostOptions::new().with_newsletter("weekly"));
    let receipt = fake.publish(&ghost, "run", post).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Published, 1));
    assert_eq!(ghost.status(&receipt).await.unwrap(), receipt);
}

#[tokio::test]
async fn an_article_is_asked_about_and_taken_down() {
    let fake = Fake::new(Site::default());
    let ghost = connect(&fake);
    let receipt = fake.publish(&ghost, "run", article()).await.unwrap();
    assert_eq!(receipt.url().unwrap().as_str(), "https://blog.example/our-bread/");
    let run = Run::ephemeral();
    for run in [&run, &run, &Run::ephemeral()] {
        assert_eq!(ghost.delete(run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(ghost.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
}

#[tokio::test]
async fn readiness_finds_a_key_that_does_not_work() {
    let fake = Fake::new(Site::default());
    let (ghost, now) = (connect(&fake), FixedClock::default().now());
    assert!(ghost.readiness(now).await.unwrap().is_ready());
    let body = refusal("UnauthorizedError", "Unknown Admin API Key");
    fake.state.lock().unwrap().refusal = Some((Method::GET, "posts/", 401, body));
    assert!(!ghost.readiness(now).await.unwrap().is_ready());
    let endpoint = Ghost::endpoint(SITE).transport(fake.vendor.transport()).clock(fake.clock.clone());
    let wrong = Ghost::new(endpoint, SecretString::from("no key")).unwrap();
    assert!(wrong.readiness(now).await.unwrap().findings[0].message.contains("Admin API key"));
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let secret = KEY.split_once(':').unwrap().1;
    let body = refusal("NoPermissionError", &format!("{KEY} {secret}"));
    let fake = Fake::new(Site { refusal: Some((Method::POST, "posts/", 403, body)), ..Site::default() });
    let ghost = connect(&fake);
    let error = fake.publish(&ghost, "run", article()).await.unwrap_err();
    for text in [format!("{ghost:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!text.contains(secret), "{text}");
    }
}
