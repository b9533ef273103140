//! The page by HTTP: who is let in, what a form does, and what cannot be reached.
//!
//! Stands on the router itself, asked as a browser asks; the posts are invented.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use platform_publishers::outbox::{Card, Page};
use review_page::{Review, Reviewer};
use social_core::clock::SystemRandom;
use social_core::media::Media;
use social_core::publish::{Answer, Approved, Ask, Attachment, Finding, FindingCode, Placement, Post, Rules, TextRule};
use social_core::run::{Journal, MemoryJournal, Run};
use social_core::text::Unit;
use social_core::{Account, AccountKey, Result};
use tower::ServiceExt as _;

const HOST: &str = "127.0.0.1:8041";
const HOSTILE: &str = "<script>alert(1)</script>\"'>";

fn gif(last: u8) -> Media {
    let mut bytes = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;".to_vec();
    bytes.push(last);
    Media::bytes(bytes)
}

fn post() -> Post {
    let image = |last, alt| Attachment::new(gif(last)).with_alt_text(alt);
    Post::new(format!("Ravioli are back. {HOSTILE}"))
        .with_attachment(image(1, "a plate"))
        .with_attachment(image(2, "a pan"))
}

fn rules() -> Rules {
    Rules::new("wall", Placement::FEED)
        .with_text(TextRule::of([(Unit::Chars, 100)]))
        .with_alt_text(TextRule::of([(Unit::Chars, 100)]))
}

/// A person with a browser, and a post that is asked about.
struct Desk {
    dir: tempfile::TempDir,
    review: Review,
    router: Router,
    cookie: String,
    journal: Arc<MemoryJournal>,
}

impl Desk {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let card = Card::new("wall", post()).with_rules(&rules());
        Page::new("Ravioli").with_card(card).write(dir.path()).await.unwrap();
        let review = Review::new(dir.path(), "Anna", Arc::new(SystemRandom));
        let router = review.router();
        let mut desk = Self { dir, review, router, cookie: String::new(), journal: Arc::default() };
        let entered = desk.get(&format!("/{}", desk.review.entrance())).await;
        assert_eq!(entered.status(), StatusCode::SEE_OTHER);
        let cookie = entered.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        desk.cookie = cookie.split(';').next().unwrap().to_owned();
        desk
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::HOST, HOST).header(header::COOKIE, &self.cookie)
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response<Body> {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    async fn page(&self) -> String {
        text(self.get("/posts").await).await
    }

    /// Asks about a post, as a campaign does.
    fn ask(&self, post: Post, findings: Vec<Finding>) -> tokio::task::JoinHandle<Result<Answer<Post>>> {
        let (review, journal) = (self.review.clone(), self.journal.clone());
        tokio::spawn(async move {
            let run = Run::open(&*journal as &dyn Journal, "tonight").await.unwrap();
            let ask = Ask::for_account(Account::from(AccountKey::new("wall", "41")))
                .with_label("wall-feed")
                .with_rules(rules())
                .with_findings(findings);
            Approved::ask(&run, post, &ask, &review).await
        })
    }

    /// The page, as soon as it says this.
    async fn until(&self, words: &str) -> String {
        for _ in 0..2_000 {
            let page = self.page().await;
            if page.contains(words) {
                return page;
            }
            tokio::task::yield_now().await;
        }
        panic!("the page never says `{words}`: {}", self.page().await);
    }

    async fn form(&self, page: &str, fields: &[(&str, &str)]) -> Response<Body> {
        self.send(self.form_request().body(Body::from(encoded(page, fields))).unwrap()).await
    }

    fn form_request(&self) -> axum::http::request::Builder {
        self.request("POST", "/decide")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header("sec-fetch-site", "same-origin")
    }
}

/// What a browser sends: the hidden fields of the page and these.
fn encoded(page: &str, fields: &[(&str, &str)]) -> String {
    let hidden = ["seal", "target", "seen"].map(|name| (name, value(page, name)));
    let all = hidden.iter().map(|(name, value)| (*name, value.as_str())).chain(fields.iter().copied());
    let pairs = all.map(|(name, value)| {
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn value(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split_once(&start).unwrap_or_else(|| panic!("no {name} in {page}")).1.split('"').next().unwrap().to_owned()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

#[tokio::test]
async fn a_person_edits_looks_and_approves_and_that_goes_out_and_nothing_else() {
    let desk = Desk::new().await;
    let asked = desk.ask(post(), Vec::new());
    let page = desk.until("value=\"approve\"").await;
    assert!(page.contains("As <b>Anna</b>"), "{page}");
    let fields = [("decision", "edit"), ("text", "Ravioli,\r\nby hand.\r\n"), ("alt.1", "a hot pan")];
    assert_eq!(desk.form(&page, &fields).await.status(), StatusCode::SEE_OTHER);
    let Answer::Revised { by, content } = asked.await.unwrap().unwrap() else { panic!("not revised") };
    assert_eq!((by.as_str(), content.text.as_str()), ("Anna", "Ravioli,\nby hand."));
    assert_eq!(content.attachments[1].alt_text.as_deref(), Some("a hot pan"));
    assert_eq!(content.attachments[0].media, post().attachments[0].media, "a form changes words only");
    desk.until("being checked").await;

    let asked = desk.ask(content.clone(), Vec::new());
    let now = desk.until("value=\"approve\"").await;
    assert!(now.contains("by hand."), "{now}");
    // The page of before is about another form.
    assert_eq!(desk.form(&page, &[("decision", "approve")]).await.status(), StatusCode::CONFLICT);
    assert_eq!(desk.form(&now, &[("decision", "approve")]).await.status(), StatusCode::SEE_OTHER);
    let approved = asked.await.unwrap().unwrap().approved().unwrap();
    assert_eq!((&*approved, approved.approval().by.as_str()), (&content, "Anna"));
    let page = desk.until("Approved by Anna on").await;
    assert!(page.contains("One post, approved by Anna"), "{page}");
    assert_eq!(desk.form(&now, &[("decision", "approve")]).await.status(), StatusCode::CONFLICT, "twice");

    // Another process asks again, and is answered from the run.
    desk.ask(content, Vec::new()).await.unwrap().unwrap().approved().unwrap();
}

#[tokio::test]
async fn files_change_places_wishes_are_handed_on_and_a_rejection_is_kept() {
    let desk = Desk::new().await;
    let asked = desk.ask(post(), Vec::new());
    let page = desk.until("Change the order").await;
    for wrong in
        [[("decision", "move"), ("from", "0"), ("to", "7")], [("decision", "regenerate"), ("hint", " "), ("x", "")]]
    {
        assert_eq!(desk.form(&page, &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(desk.form(&page, &[("decision", "burn")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    desk.form(&page, &[("decision", "move"), ("from", "0"), ("to", "1")]).await;
    let Answer::Revised { content, .. } = asked.await.unwrap().unwrap() else { panic!("not moved") };
    assert_eq!(content.attachments, post().attachments.into_iter().rev().collect::<Vec<_>>());

    let asked = desk.ask(content.clone(), Vec::new());
    let page = desk.until("value=\"approve\"").await;
    desk.form(&page, &[("decision", "regenerate"), ("hint", "shorter")]).await;
    assert!(matches!(asked.await.unwrap().unwrap(), Answer::Regenerate { hint, .. } if hint == "shorter"));

    let asked = desk.ask(post(), Vec::new());
    let page = desk.until("value=\"reject\"").await;
    desk.form(&page, &[("decision", "reject"), ("reason", "too <b>salty")]).await;
    assert!(matches!(asked.await.unwrap().unwrap(), Answer::Rejected { by, .. } if by == "Anna"));
    desk.until("Rejected by Anna: too &lt;b&gt;salty.").await;
    // Another process is told, and asks no question.
    let again = desk.ask(post(), Vec::new()).await.unwrap().unwrap();
    assert!(matches!(again, Answer::Rejected { reason, .. } if reason == "too <b>salty"));
}

#[tokio::test]
async fn what_the_check_refuses_cannot_be_approved() {
    let desk = Desk::new().await;
    let asked = desk.ask(post(), vec![Finding::error(FindingCode::TOO_LONG, "text", "it is too long")]);
    let page = desk.until("Change it first").await;
    assert!(!page.contains("value=\"approve\"") && page.contains("value=\"edit\""), "{page}");
    desk.form(&page, &[("decision", "approve")]).await;
    assert!(matches!(asked.await.unwrap().unwrap(), Answer::Rejected { .. }));
}

#[tokio::test]
async fn only_the_person_with_the_key_comes_in_and_only_from_this_page() {
    let desk = Desk::new().await;
    let asked = desk.ask(post(), Vec::new());
    let page = desk.until("value=\"approve\"").await;
    let approve = || Body::from(encoded(&page, &[("decision", "approve")]));
    let form = || desk.form_request();
    let with = |name: &'static str, value: &'static str| {
        let mut request = form().body(approve()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
        request
    };
    let mut stranger = form().body(approve()).unwrap();
    stranger.headers_mut().remove(header::COOKIE);
    let mut unsealed = form().body(Body::from("decision=approve&target=wall-feed")).unwrap();
    unsealed.headers_mut().remove(header::ORIGIN);
    let mut huge = form().body(Body::from("x".repeat(300_000))).unwrap();
    huge.headers_mut().remove(header::CONTENT_LENGTH);
    for (request, expected) in [
        (stranger, StatusCode::FORBIDDEN),
        (unsealed, StatusCode::CONFLICT),
        (huge, StatusCode::PAYLOAD_TOO_LARGE),
        (with("cookie", "review-00000000=00"), StatusCode::FORBIDDEN),
        (with("origin", "https://evil.example"), StatusCode::FORBIDDEN),
        (with("origin", "null"), StatusCode::FORBIDDEN),
        (with("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN),
        (with("host", "evil.example:8041"), StatusCode::MISDIRECTED_REQUEST),
        (with("host", "127.0.0.1.evil.example"), StatusCode::MISDIRECTED_REQUEST),
    ] {
        assert_eq!(desk.send(request).await.status(), expected);
    }
    assert!(!asked.is_finished(), "none of them decided");

    // The key works once, and is not the cookie.
    for path in ["/enter", "/enter?key=", &format!("/{}", desk.review.entrance())] {
        let request = Request::get(path).header(header::HOST, HOST).body(Body::empty()).unwrap();
        let status = desk.send(request).await.status();
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    // An application lets in whom it knows.
    let mut known = Request::get("/posts").header(header::HOST, "localhost").body(Body::empty()).unwrap();
    known.extensions_mut().insert(Reviewer("Ben".to_owned()));
    assert!(text(desk.send(known).await).await.contains("As <b>Ben</b>"));
}

#[tokio::test]
async fn nothing_foreign_runs_and_no_other_file_is_served() {
    let desk = Desk::new().await;
    let _asked = desk.ask(post(), Vec::new());
    let page = desk.until("value=\"approve\"").await;
    assert!(!page.contains("<script>") && page.matches("<script").count() == 1, "{page}");
    let answer = desk.get("/posts").await;
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");

    std::fs::write(desk.dir.path().join("notes.txt"), "secret").unwrap();
    for path in ["/notes.txt", "/../notes.txt", "/%2e%2e/notes.txt", "/01-wall-feed.png", "/index.html", "/"] {
        assert_eq!(desk.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let image = desk.get("/01-wall-feed.gif").await;
    assert_eq!(
        (image.status(), &image.headers()[header::CONTENT_TYPE]),
        (StatusCode::OK, &"image/gif".parse().unwrap())
    );
    assert_eq!(desk.get("/what-would-be-sent/wall-feed.json").await.status(), StatusCode::OK);
    // A link in its place would lead out of the folder.
    #[cfg(unix)]
    {
        let image = desk.dir.path().join("01-wall-feed.gif");
        std::fs::remove_file(&image).unwrap();
        std::os::unix::fs::symlink(desk.dir.path().join("notes.txt"), &image).unwrap();
        assert_eq!(desk.get("/01-wall-feed.gif").await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_page_tells_when_it_changes_and_when_it_ends() {
    let desk = Desk::new().await;
    let mut events = desk.get("/events").await.into_body();
    let next = async |events: &mut Body| match events.frame().await {
        Some(frame) => String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap(),
        None => "the end".to_owned(),
    };
    assert!(next(&mut events).await.contains("data: 0"));
    let asked = desk.ask(post(), Vec::new());
    assert!(next(&mut events).await.contains("data: 1"));
    desk.review.end("All is done.");
    assert!(asked.await.unwrap().is_err());
    assert!(next(&mut events).await.contains("event: page"));
    assert_eq!(next(&mut events).await, "the end");
    let page = desk.page().await;
    assert!(page.contains("All is done.") && page.contains("data-ended") && !page.contains("<form"), "{page}");
}
