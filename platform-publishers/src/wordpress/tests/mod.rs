//! The fake site is invented after the handbook and the controllers' source: slugs that are changed
//! and never refused, statuses that are computed, files that are stored although an error is said.

mod conformance;
mod refusals;

use http::{HeaderName, Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::http::{EndpointBuilder, FixedToken};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Post, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, FixedClock, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, approved, jpeg, mp4, never_twice_never_lost};

const SITE: &str = "https://blog.example";
const PASSWORD: &str = "abcd efgh ijkl mnop";
/// `editor:` and the password, or the suite's secret, in base64.
const BASIC: [&str; 2] =
    ["ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3A=", "ZWRpdG9yOnNrLWNvbmZvcm1hbmNlLTVlY3JlNy0wMTIzNDU2Nzg5"];

/// One example of each option.
pub(crate) fn all_options() -> WordPressOptions {
    WordPressOptions::new()
        .with_slug("our-bread")
        .with_excerpt("How we bake")
        .with_tag("Bread & butter")
        .with_category("Recipes")
        .with_comments(false)
        .with_sticky()
        .with_html()
        .with_private()
        .with_draft()
}

/// A site.
#[derive(Default)]
struct Site {
    posts: Vec<Value>,
    files: Vec<Value>,
    terms: Vec<Value>,
    /// The next request of this method and path is refused: before anything is done, or behind it.
    refusal: Option<(Method, &'static str, bool, Value, u16)>,
    /// Files are stored, and their sizes cannot be made.
    overloaded: bool,
    /// WordPress thinks that it is later than it is.
    late: bool,
    /// Every answer is a page of the firewall.
    firewall: bool,
    /// What the account may.
    capabilities: Value,
    no_trash: bool,
}

fn refused(status: u16, code: &str, data: &Value) -> Answer {
    let mut all = json!({ "status": status });
    all.as_object_mut().unwrap().extend(data.as_object().cloned().unwrap_or_default());
    fake::json(status, json!({"code": code, "message": "nein", "data": all}))
}

/// The texts of a form.
fn field(request: &Received, name: &str) -> Option<String> {
    let text = request.text();
    let (_, rest) = text.split_once(&format!("name=\"{name}\""))?;
    let (_, value) = rest.split_once("\r\n\r\n")?;
    Some(value.split("\r\n--").next()?.to_owned())
}

impl Site {
    fn slug(&self, wanted: &str, title: &str, own: u64) -> String {
        let base = if wanted.is_empty() { title.to_lowercase().replace(' ', "-") } else { wanted.to_owned() };
        let taken = |slug: &str| self.posts.iter().any(|post| post["slug"] == slug && post["id"] != own);
        let mut slugs = (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") });
        slugs.find(|slug| !taken(slug)).unwrap()
    }

    fn make(&mut self, request: &Received) -> Answer {
        let mut post = request.json();
        assert_eq!(post["status"], "draft", "nothing is visible at first");
        post["id"] = json!(self.posts.len() + 41);
        self.posts.push(post.clone());
        fake::json(201, post)
    }

    fn change(&mut self, id: u64, request: &Received) -> Answer {
        let change = request.json();
        let Some(at) = self.posts.iter().position(|post| post["id"] == id) else {
            return refused(404, "rest_post_invalid_id", &json!({}));
        };
        let mut status = change["status"].as_str().unwrap().to_owned();
        if status == "future" && self.late {
            status = "publish".to_owned();
        }
        let title = self.posts[at]["title"].as_str().unwrap().to_owned();
        let wanted = change["slug"].as_str().unwrap();
        let slug = if status == "draft" { wanted.to_owned() } else { self.slug(wanted, &title, id) };
        let post = &mut self.posts[at];
        post["status"] = json!(status);
        post["link"] = json!(format!("{SITE}/{slug}/"));
        post["slug"] = json!(slug);
        post["date_gmt"] = change["date_gmt"].clone();
        Answer::json(post.clone())
    }

    fn upload(&mut self, request: &Received) -> Answer {
        let head = request.text();
        let name = head.split("filename=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let id = self.files.len() + 7;
        let address = format!("{SITE}/wp-content/uploads/{name}");
        let file = json!({"id": id, "source_url": address, "alt_text": field(request, "alt_text")});
        self.files.push(file.clone());
        if self.overloaded {
            let header = HeaderName::from_static("x-wp-upload-attachment-id");
            return refused(500, "rest_upload_unknown", &json!({})).with_header(header, id.to_string().leak());
        }
        fake::json(201, file)
    }

    fn term(&mut self, kind: &str, request: &Received) -> Answer {
        let name = request.json()["name"].as_str().unwrap().replace('&', "&amp;");
        let same = |term: &&Value| term["kind"] == kind && term["name"] == name.as_str();
        if let Some(term) = self.terms.iter().find(same) {
            return refused(400, "term_exists", &json!({"term_id": term["id"]}));
        }
        let term = json!({"id": self.terms.len() + 3, "kind": kind, "name": name});
        self.terms.push(term.clone());
        fake::json(201, term)
    }

    fn trash(&mut self, id: u64, force: bool) -> Answer {
        if self.no_trash && !force {
            return refused(501, "rest_trash_not_supported", &json!({}));
        }
        match self.posts.iter_mut().find(|post| post["id"] == id) {
            Some(post) if post["status"] == "trash" => refused(410, "rest_already_trashed", &json!({})),
            Some(post) => {
                post["status"] = json!("trash");
                Answer::json(post.clone())
            }
            None => refused(404, "rest_post_invalid_id", &json!({})),
        }
    }

    fn respond(&mut self, request: &Received, path: &str) -> Answer {
        let (what, id) = path.split_once('/').unwrap_or((path, ""));
        let number = id.parse().unwrap_or_default();
        let query = |name: &str| request.query(name).unwrap_or_default();
        let among = |all: &[Value], keep: &dyn Fn(&Value) -> bool| {
            Answer::json(all.iter().filter(|item| keep(item)).cloned().collect())
        };
        match (request.method.as_str(), what, id) {
            ("POST", "posts", "") => self.make(request),
            ("POST", "posts", _) => self.change(number, request),
            ("DELETE", "posts", _) => self.trash(number, query("force") == "true"),
            ("GET", "posts", "") => {
                assert_eq!(
                    (query("status").as_str(), query("context").as_str()),
                    ("publish,future,draft,pending,private", "edit")
                );
                among(&self.posts, &|post| post["slug"] == query("slug").as_str() && post["status"] != "trash")
            }
            ("GET", "posts", _) => match self.posts.iter().find(|post| post["id"] == number) {
                Some(post) => Answer::json(post.clone()),
                None => refused(404, "rest_post_invalid_id", &json!({})),
            },
            ("POST", "media", "") => self.upload(request),
            ("GET", "media", "") => {
                among(&self.files, &|file| file["source_url"].as_str().unwrap().contains(&query("search")))
            }
            (_, "media", id) => {
                assert!(request.method == Method::GET || request.json()["action"] == "create-image-subsizes");
                let number: u64 = id.split('/').next().unwrap().parse().unwrap();
                Answer::json(self.files.iter().find(|file| file["id"] == number).unwrap().clone())
            }
            ("POST", kind, "") => self.term(kind, request),
            ("GET", kind @ ("tags" | "categories"), _) => {
                let search = query("search").replace('&', "&amp;").to_lowercase();
                let fits = |term: &Value| {
                    term["kind"] == kind && term["name"].as_str().unwrap().to_lowercase().contains(&search)
                };
                among(&self.terms, &fits)
            }
            ("GET", "users", "me") => Answer::json(json!({"id": 1, "capabilities": self.capabilities})),
            other => panic!("{other:?}"),
        }
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default();
        let basic = authorization.strip_prefix("Basic ").is_some_and(|basic| BASIC.contains(&basic));
        assert!(basic || authorization == "Bearer wpcom-token", "{authorization}");
        if self.firewall {
            return Answer::bytes("text/html", "<html>checking your browser</html>").with_status(StatusCode::FORBIDDEN);
        }
        let route = request.query("rest_route");
        let path = route.as_deref().unwrap_or_else(|| request.url.path());
        let path = path.strip_prefix("/wp-json").unwrap_or(path).strip_prefix("/wp/v2/").unwrap();
        let path = path.strip_prefix("sites/bakery.wordpress.com/").unwrap_or(path).to_owned();
        let here = |(method, start, ..): &mut (Method, &str, bool, Value, u16)| {
            *method == request.method && path.starts_with(*start)
        };
        if let Some((_, _, behind, body, status)) = self.refusal.take_if(here) {
            if behind {
                self.respond(request, &path);
            }
            return fake::json(status, body);
        }
        self.respond(request, &path)
    }
}

fn site() -> Site {
    Site { capabilities: json!({"publish_posts": true, "upload_files": true}), ..Site::default() }
}

fn account(endpoint: EndpointBuilder) -> WordPress {
    WordPress::new(endpoint, "editor", &SecretString::from(PASSWORD)).unwrap()
}

fn connect(fake: &Fake<Site>) -> WordPress {
    account(WordPress::endpoint(SITE).transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> WordPress {
    account(WordPress::endpoint(SITE).transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn article() -> Post {
    Post::new("First the flour.\nThen the water.").with_placement(Placement::ARTICLE).with_title("Our bread")
}

fn illustrated() -> Post {
    let cover = Attachment::new(jpeg(1200, 630)).with_role(MediaRole::Cover).with_alt_text("a loaf");
    let image = Attachment::new(jpeg(800, 600)).with_alt_text("dough \"resting\"");
    article().with_attachment(cover).with_attachment(image).with_attachment(Attachment::new(mp4()))
}

fn with_options(post: Post, options: &WordPressOptions) -> Post {
    post.with_options(options).unwrap()
}

/// Two hours behind the clock of the tests.
fn later() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// What people see, or will see.
fn shown(site: &Site) -> usize {
    assert!(site.posts.len() <= 1 && site.files.len() <= 3 && site.terms.len() <= 2, "nothing is made twice");
    site.posts.iter().filter(|post| !post["slug"].as_str().unwrap().starts_with("draft-")).count()
}

/// Museum A1, A4, A5, A8: whatever breaks, the site says what became of draft and article.
#[tokio::test]
async fn no_fault_posts_twice() {
    let options = WordPressOptions::new().with_tag("Bread & butter").with_category("Recipes");
    for post in [
        article(),
        with_options(illustrated(), &options),
        article().with_publish_at(later()),
        with_options(article(), &WordPressOptions::new().with_draft().with_slug("bread")),
    ] {
        let post = approved(&connect(&Fake::new(site())), post).await;
        never_twice_never_lost(site, connect_scene, &post, shown).await;
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(site());
    fake.state.lock().unwrap().terms.push(json!({"id": 2, "kind": "categories", "name": "recipes"}));
    let wordpress = connect(&fake);
    let options = WordPressOptions::new().with_slug("bread").with_excerpt("How").with_tag("Bread & butter");
    let options = options.with_category("Recipes").with_comments(false).with_sticky();
    let html = WordPressOptions::new().with_html().with_private();
    for (name, post, state) in [
        ("plain", article(), ReceiptState::Published),
        ("all", with_options(illustrated(), &options), ReceiptState::Published),
        ("later", article().with_publish_at(later()), ReceiptState::Scheduled),
        ("html", with_options(article(), &html), ReceiptState::Draft),
    ] {
        let receipt = fake.publish(&wordpress, name, post).await.unwrap();
        assert_eq!((receipt.state, receipt.warnings.len()), (state, 0), "{name}: {receipt:?}");
        assert_eq!(wordpress.status(&receipt).await.unwrap(), receipt, "{name}");
    }
    let site = fake.state.lock().unwrap();
    let without_ids = |post: &Value| {
        let mut post = post.clone();
        for name in ["id", "link"] {
            post.as_object_mut().unwrap().remove(name);
        }
        post
    };
    let text = "<p>First the flour.<br>\nThen the water.</p>\n";
    let [image, video] = [1, 2].map(|at| site.files[at]["source_url"].as_str().unwrap());
    let files = format!(
        "<figure><img src=\"{image}\" alt=\"dough &quot;resting&quot;\"></figure>\n\
         <figure><video controls src=\"{video}\"></video></figure>\n"
    );
    let shown: Vec<_> = site.posts.iter().map(without_ids).collect();
    assert_eq!(
        shown,
        [
            json!({"title": "Our bread", "content": text, "status": "publish", "slug": "our-bread", "date_gmt": null}),
            json!({"title": "Our bread", "content": format!("{text}{files}"), "excerpt": "How", "status": "publish",
                "slug": "bread", "tags": [4], "categories": [2], "featured_media": 7, "comment_status": "closed",
                "sticky": true, "date_gmt": null}),
            json!({"title": "Our bread", "content": text, "status": "future", "slug": "our-bread-2",
                "date_gmt": "2026-11-20T14:00:00"}),
            json!({"title": "Our bread", "content": "First the flour.\nThen the water.\n", "status": "private",
                "slug": "our-bread-3", "date_gmt": null}),
        ]
    );
    let alt_texts: Vec<_> = site.files.iter().map(|file| file["alt_text"].clone()).collect();
    assert_eq!(alt_texts, [json!("a loaf"), json!("dough \"resting\""), Value::Null]);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = Attachment::new(Media::remote("https://cdn.test/i.jpg".parse().unwrap()));
    let options = WordPressOptions::new;
    let untitled = Post::new("x").with_placement(Placement::ARTICLE);
    for (post, field) in [
        (untitled, "title"),
        (Post::new(" ").with_placement(Placement::ARTICLE).with_title("x"), "post"),
        (article().with_attachment(remote), "attachments[0]"),
        (article().with_publish_at(FixedClock::default().now()), "publish_at"),
        (with_options(article(), &options().with_slug("x".repeat(201))), "options.wordpress.slug"),
        (with_options(article(), &options().with_tag(" ")), "options.wordpress.tags[0]"),
        (with_options(article(), &options().with_draft().with_private()), "options.wordpress.draft"),
        (with_options(article().with_publish_at(later()), &options().with_private()), "options.wordpress.private"),
        (article().with_first_comment("first"), "first_comment"),
        (article().with_placement(Placement::FEED), "placement"),
    ] {
        let fake = Fake::new(site());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
}

/// Trap 12: a publish time that is too near is now, and the receipt says so.
#[tokio::test]
async fn a_status_is_what_wordpress_made_of_it() {
    let fake = Fake::new(Site { late: true, ..site() });
    let receipt = fake.publish(&connect(&fake), "run", article().with_publish_at(later())).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Published, 1), "{receipt:?}");
}

#[tokio::test]
async fn an_article_is_asked_about_and_taken_down() {
    for no_trash in [false, true] {
        let fake = Fake::new(Site { no_trash, ..site() });
        let wordpress = connect(&fake);
        let receipt = fake.publish(&wordpress, "run", article()).await.unwrap();
        assert_eq!(receipt.url().unwrap().as_str(), "https://blog.example/our-bread/");
        let run = Run::ephemeral();
        for run in [&run, &run, &Run::ephemeral()] {
            assert_eq!(wordpress.delete(run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        assert_eq!(wordpress.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    }
}

/// WordPress.com has another path and bearer tokens; a site without readable addresses a parameter.
#[tokio::test]
async fn a_site_is_called_where_it_is() {
    let fake = Fake::new(site());
    let endpoint = || WordPress::endpoint(WORDPRESS_COM).transport(fake.vendor.transport()).clock(fake.clock.clone());
    let tokens = FixedToken::new("wpcom-token");
    let hosted = WordPress::on_wordpress_com(endpoint(), "bakery.wordpress.com", tokens).unwrap();
    fake.publish(&hosted, "hosted", article()).await.unwrap();
    let first = fake.vendor.received().remove(0);
    let address = "https://public-api.wordpress.com/wp/v2/sites/bakery.wordpress.com/posts";
    assert_eq!((first.url.as_str(), first.header("authorization")), (address, Some("Bearer wpcom-token")));

    let receipt = fake.publish(&connect(&fake).with_plain_permalinks(), "plain", article()).await.unwrap();
    let last = fake.vendor.received().pop().unwrap();
    assert_eq!(last.url.as_str(), format!("{SITE}/?rest_route=%2Fwp%2Fv2%2Fposts%2F{}", receipt.id()));
    assert!(WordPress::on_wordpress_com(endpoint(), "a/b", FixedToken::new("x")).is_err());
}
