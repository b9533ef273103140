//! The fake LinkedIn is invented after the documents (uploads, lists, roles); its refusals are
//! those of the cassettes. It refuses a text that is out already, as it was recorded.

mod conformance;
mod shared;
mod uploads;

use std::collections::BTreeMap;

use http::{HeaderName, Method};
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::http::{EndpointBuilder, FixedToken};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Poll, Post, PostRole, Publisher, ReceiptState, Severity};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "token-of-the-author";
const MEMBER: &str = "782bbtaQ";
const PAGE: &str = "urn:li:organization:5583111";

/// One example of each option.
pub(crate) fn all_options() -> LinkedInOptions {
    LinkedInOptions::new()
        .with_visibility(Visibility::LoggedIn)
        .with_reshares_off()
        .with_card_description("x")
        .with_mention("x", "urn:li:person:1")
}

/// A file of the fake.
#[derive(Default)]
struct File {
    kind: String,
    length: u64,
    parts: BTreeMap<u64, Vec<u8>>,
    finished: bool,
    questions: usize,
}

/// LinkedIn with one author, who may be a member or an organization.
#[derive(Default)]
struct Site {
    watch: Watch,
    files: BTreeMap<String, File>,
    posts: Vec<Value>,
    comments: Vec<Value>,
    /// Bytes of a part of a video.
    part: u64,
    /// So many parts are answered before one is cut.
    cuts: Vec<usize>,
    /// So many bytes of videos arrived.
    received: u64,
    /// What the next request that publishes is refused with.
    refusal: Option<(u16, Value)>,
    /// Files cannot be processed.
    broken: bool,
    /// The token may not read an organization's posts.
    hides_posts: bool,
    /// A text that is out already is not refused.
    forgets: bool,
}

fn refused(status: u16, code: &str, message: &str) -> Answer {
    fake::json(status, json!({"status": status, "code": code, "message": message}))
}

fn named(status: u16, id: &str) -> Answer {
    let id: &'static str = Box::leak(id.to_owned().into_boxed_str());
    let status = http::StatusCode::from_u16(status).unwrap();
    Answer::status(status).with_header(HeaderName::from_static("x-restli-id"), id)
}

impl Site {
    fn millis(&self) -> i64 {
        let time = format!("{}Z", &self.watch.graph_time()[..19]);
        time.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn post(&mut self, request: &Received) -> Answer {
        if let Some((status, body)) = self.refusal.take() {
            return fake::json(status, body);
        }
        let body = request.json();
        let text = body["commentary"].as_str().unwrap();
        let same = self.posts.iter().find(|post| post["author"] == body["author"] && post["commentary"] == text);
        if let Some(same) = same.filter(|_| !text.is_empty() && !self.forgets) {
            return refused(422, "", &format!("Content is a duplicate of {}", same["id"].as_str().unwrap()));
        }
        let content = &body["content"];
        for id in [&content["media"]["id"], &content["article"]["thumbnail"]] {
            assert!(id.is_null() || self.files[id.as_str().unwrap()].finished, "{id} is not there");
        }
        let kind =
            if content["media"]["id"].as_str().is_some_and(|id| id.contains("video")) { "ugcPost" } else { "share" };
        let at = self.millis();
        let id = format!("urn:li:{kind}:{}", ((at as u64) << 22) + self.posts.len() as u64);
        let mut post = body.clone();
        post["id"] = json!(id);
        post["createdAt"] = json!(at);
        post["publishedAt"] = json!(at);
        self.posts.insert(0, post);
        named(201, &id)
    }

    fn begin(&mut self, kind: &str, request: &Received) -> Answer {
        let body = request.json();
        let asked = &body["initializeUploadRequest"];
        let singular = kind.trim_end_matches('s');
        let number = self.files.len();
        let urn = format!("urn:li:{singular}:F{number}");
        let length = asked["fileSizeBytes"].as_u64().unwrap_or_default();
        self.files.insert(urn.clone(), File { kind: singular.to_owned(), length, ..File::default() });
        let url = |at: u64| format!("https://www.linkedin.com/dms-uploads/F{number}/{at}?ut=signed");
        if kind != "videos" {
            return Answer::json(
                json!({"value": {"uploadUrlExpiresAt": 1_650_567_510_704_i64, "uploadUrl": url(0), singular: urn}}),
            );
        }
        let parts: Vec<Value> = (0..length)
            .step_by(self.part as usize)
            .map(|at| json!({"uploadUrl": url(at), "firstByte": at, "lastByte": (at + self.part).min(length) - 1}))
            .collect();
        let expires = self.millis() + 3_600_000;
        Answer::json(
            json!({"value": {"video": urn, "uploadToken": "", "uploadInstructions": parts, "uploadUrlsExpireAt": expires}}),
        )
    }

    fn put(&mut self, request: &Received) -> Answer {
        let mut path = request.url.path_segments().unwrap().skip(1);
        let (name, at) = (path.next().unwrap(), path.next().unwrap().parse().unwrap());
        let cut = self.cuts.last_mut().map(|left| {
            *left = left.saturating_sub(1);
            *left == 0
        });
        let (_, file) = self.files.iter_mut().find(|(urn, _)| urn.ends_with(&format!(":{name}"))).unwrap();
        let has_token = request.header("authorization").is_some();
        assert_eq!(has_token, file.kind != "video", "a part's address is signed");
        if file.kind != "video" {
            file.finished = true;
            file.parts.insert(0, request.body.to_vec());
            return Answer::status(http::StatusCode::CREATED);
        }
        if cut == Some(true) {
            self.cuts.pop();
            return Answer::lost();
        }
        self.received += request.body.len() as u64;
        file.parts.insert(at, request.body.to_vec());
        let tag: &'static str = Box::leak(format!("/ambry-video/signedId/{name}-{at}").into_boxed_str());
        Answer::status(http::StatusCode::OK).with_header(http::header::ETAG, tag)
    }

    fn finish(&mut self, request: &Received) -> Answer {
        let body = request.json();
        let asked = &body["finalizeUploadRequest"];
        assert_eq!(asked["uploadToken"], "", "it is wanted back");
        let urn = asked["video"].as_str().unwrap();
        let file = self.files.get_mut(urn).unwrap();
        if file.finished {
            return refused(400, "INVALID_STATE", "the upload is finished");
        }
        let name = urn.rsplit(':').next().unwrap();
        let tags: Vec<Value> =
            file.parts.keys().map(|at| json!(format!("/ambry-video/signedId/{name}-{at}"))).collect();
        assert_eq!(asked["uploadedPartIds"], json!(tags), "in order");
        assert_eq!(file.parts.values().map(|part| part.len() as u64).sum::<u64>(), file.length);
        file.finished = true;
        Answer::status(http::StatusCode::OK)
    }

    fn state(&mut self, urn: &str, of_member: bool) -> Answer {
        let broken = self.broken;
        let file = self.files.get_mut(urn).unwrap();
        assert!(!of_member || file.kind == "video", "a member's token may not ask");
        file.questions += usize::from(file.finished);
        let status = match file.questions {
            0 => "WAITING_UPLOAD",
            1 => "PROCESSING",
            _ if broken => "PROCESSING_FAILED",
            _ => "AVAILABLE",
        };
        Answer::json(json!({"id": urn, "status": status, "processingFailureReason": "no audio"}))
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        if request.url.host_str() == Some("www.linkedin.com") {
            return self.put(request);
        }
        let authorization = request.header("authorization").unwrap_or_default();
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        if request.url.path() == "/v2/userinfo" {
            return Answer::json(json!({ "sub": MEMBER, "name": "Ada" }));
        }
        assert!(request.header("linkedin-version").is_some_and(|version| version.len() == 6));
        assert_eq!(request.header("x-restli-protocol-version"), Some("2.0.0"));
        let path = request.url.path().trim_start_matches("/rest/").replace("%3A", ":");
        let action = request.query("action").unwrap_or_default();
        let mut parts = path.splitn(2, '/');
        let (kind, rest) = (parts.next().unwrap().to_owned(), parts.next().unwrap_or_default().to_owned());
        let of_member = self.posts.iter().any(|post| post["author"] == format!("urn:li:person:{MEMBER}"));
        match (request.method.as_str(), kind.as_str(), rest.as_str(), action.as_str()) {
            ("POST", kind, "", "initializeUpload") => self.begin(kind, request),
            ("POST", "videos", "", "finalizeUpload") => self.finish(request),
            ("GET", "videos" | "images" | "documents", urn, _) => self.state(urn, of_member),
            ("POST", "posts", "", _) => self.post(request),
            ("GET", "posts", "", _) if self.hides_posts => refused(403, "ACCESS_DENIED", "Not enough permissions"),
            ("GET", "posts", "", _) => {
                assert_eq!(request.query("author").as_deref(), Some(PAGE), "members' posts cannot be listed");
                Answer::json(json!({ "elements": self.posts, "paging": {"start": 0, "count": 50} }))
            }
            ("GET", "posts", urn, _) => match self.posts.iter().find(|post| post["id"] == urn) {
                Some(post) => Answer::json(post.clone()),
                None => refused(404, "NOT_FOUND", "Could not find entity"),
            },
            ("DELETE", "posts", urn, _) => {
                self.posts.retain(|post| post["id"] != urn);
                Answer::status(http::StatusCode::NO_CONTENT)
            }
            ("POST", "socialActions", _, _) => {
                let (mut comment, id) = (request.json(), format!("{}", 6_636_062_862_760_562_688_u64));
                comment["id"] = json!(id);
                comment["created"] = json!({ "time": self.millis() });
                self.comments.push(comment);
                named(201, &id)
            }
            ("GET", "socialActions", _, _) => Answer::json(json!({ "elements": self.comments })),
            ("GET", "organizationAcls", _, _) => Answer::json(json!({"elements": [
                {"role": "ADMINISTRATOR", "organization": PAGE, "state": "APPROVED"},
                {"role": "ANALYST", "organization": "urn:li:organization:2", "state": "APPROVED"},
                {"role": "ADMINISTRATOR", "state": "APPROVED"}]})),
            ("GET", "organizations", "5583111", _) => Answer::json(json!({"localizedName": "41 Bistro"})),
            _ => panic!("{request:?}"),
        }
    }
}

fn site() -> Site {
    Site { part: 30_000, ..Site::default() }
}

fn endpoint(fake: &Fake<Site>) -> EndpointBuilder {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    LinkedIn::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn connect(fake: &Fake<Site>, author: &str) -> LinkedIn {
    LinkedIn::new(endpoint(fake), FixedToken::new(TOKEN), author).unwrap()
}

/// A video that is long enough.
fn video() -> Media {
    let Media::Bytes(bytes) = mp4() else { panic!("it is in memory") };
    let more = [&80_008_u32.to_be_bytes()[..], b"mdat", &[7; 80_000]].concat();
    Media::bytes([bytes.to_vec(), more].concat())
}

fn pdf() -> Media {
    Media::bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".to_vec())
}

fn image() -> Attachment {
    Attachment::new(jpeg(800, 600)).with_alt_text("bread")
}

fn text() -> Post {
    Post::new("Fresh bread (today) #bakery")
}

fn link() -> Post {
    text().with_link("https://bakery.test/menu".parse().unwrap()).with_title("Our menu")
}

fn poll() -> Post {
    text().with_title("Which bread?").with_poll(Poll::new(["Rye", "Wheat"]))
}

/// Every kind of content.
fn shapes() -> Vec<Post> {
    vec![
        text(),
        link().with_attachment(image().with_role(MediaRole::Cover)),
        text().with_attachment(image()),
        text().with_attachment(image()).with_attachment(Attachment::new(jpeg(801, 600))),
        text().with_title("Rising").with_attachment(Attachment::new(video()).with_alt_text("dough")),
        text().with_title("Menu").with_attachment(Attachment::new(pdf())),
        poll(),
    ]
}

#[tokio::test]
async fn whatever_breaks_a_post_is_out_once() {
    for author in [MEMBER, PAGE] {
        for post in shapes() {
            let fake = Fake::new(site());
            let post = approved(&connect(&fake, author), post).await;
            let watch = Watch::default();
            let connect = |scene: &Scene| {
                watch.set(&scene.clock);
                let endpoint = LinkedIn::endpoint().transport(scene.transport.clone());
                let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
                LinkedIn::new(endpoint, FixedToken::new(TOKEN), author).unwrap()
            };
            let fresh = || Site { watch: watch.clone(), ..site() };
            never_twice_never_lost(fresh, connect, &post, |site| site.posts.len()).await;
        }
    }
}

/// The post is out once, and so is its comment, in the end: an organization's comments are listed.
/// A member's comment of which nobody can know is not sent again.
#[tokio::test]
async fn a_first_comment_is_made_at_most_once() {
    for author in [MEMBER, PAGE] {
        let fake = Fake::new(site());
        let post = approved(&connect(&fake, author), text().with_first_comment("More (soon)")).await;
        let watch = Watch::default();
        let work = async |scene: Scene| {
            watch.set(&scene.clock);
            let endpoint = LinkedIn::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            let linkedin = LinkedIn::new(endpoint, FixedToken::new(TOKEN), author)?;
            let mut receipt = linkedin.publish(&scene.run, &post).await?;
            for seconds in [30, 60, 60] {
                if receipt.warnings.is_empty() {
                    break;
                }
                scene.clock.advance(Duration::from_secs(seconds));
                receipt = linkedin.publish(&scene.run, &post).await?;
            }
            Ok(receipt)
        };
        let fresh = || Fake::new(Site { watch: watch.clone(), ..site() });
        let posts = |fake: &Fake<Site>| fake.state.lock().unwrap().posts.len();
        let cases = social_core::testkit::fault_matrix(fresh, work, posts).await.unwrap();
        for case in cases {
            assert_eq!((case.violation(), case.effects), (None, 1), "{case}");
            let receipt = case.result.as_ref().unwrap();
            let comments = case.vendor.state.lock().unwrap().comments.len();
            let known = receipt.post(&PostRole::FIRST_COMMENT).is_some();
            assert!(comments <= 1 && (!known || comments == 1), "{author} {case}: {comments}");
            assert!(known || (author == MEMBER && receipt.warnings.len() == 1), "{author} {case}: {receipt:?}");
        }
    }
}

/// Nobody can know: a member's post without a text stays unknown, and is never sent again.
#[tokio::test]
async fn what_nobody_can_know_stays_unknown() {
    let fake = Fake::new(Site { refusal: Some((500, json!({}))), ..site() });
    let (linkedin, journal) = (connect(&fake, MEMBER), MemoryJournal::new());
    let post = approved(&linkedin, Post::new("").with_attachment(image())).await;
    for _ in 0..3 {
        let error = linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        fake.clock.advance(Duration::from_secs(600));
    }
    assert_eq!(fake.vendor.calls(&Method::POST, "/rest/posts"), 1);
    // So does one that was lost longer ago than LinkedIn may know its text.
    let fake = Fake::new(Site { refusal: Some((500, json!({}))), ..site() });
    let (linkedin, journal) = (connect(&fake, MEMBER), MemoryJournal::new());
    let post = approved(&linkedin, text()).await;
    linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    fake.clock.advance(Duration::from_secs(7200));
    let error = linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(fake.vendor.calls(&Method::POST, "/rest/posts"), 1);
}

/// Trap 17: a duplicate proves success where an answer was lost, and only there. Museum A7: last
/// week's post of the same text is not adopted.
#[tokio::test]
async fn a_duplicate_is_ours_only_where_an_answer_was_lost() {
    for author in [MEMBER, PAGE] {
        for lost in [false, true] {
            let fake = Fake::new(Site { hides_posts: true, ..site() });
            let (linkedin, journal) = (connect(&fake, author), MemoryJournal::new());
            fake.publish(&linkedin, "last week", text()).await.unwrap();
            fake.clock.advance(Duration::from_secs(7 * 24 * 3600));
            if lost {
                fake.state.lock().unwrap().refusal = Some((503, json!({})));
            }
            let post = approved(&linkedin, text()).await;
            let mut error = linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
            if error.kind() == ErrorKind::OutcomeUnknown {
                fake.clock.advance(error.wait().unwrap());
                error = linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
            }
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Duplicate, Effect::None), "{author} {lost}");
            assert!(error.to_string().contains("urn:li:share:"), "{error}");
            assert_eq!(fake.state.lock().unwrap().posts.len(), 1);
        }
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(site());
    let linkedin = connect(&fake, PAGE);
    let options = LinkedInOptions::new().with_card_description("Autumn").with_visibility(Visibility::LoggedIn);
    let mention = LinkedInOptions::new().with_mention("Miller (EU)", "urn:li:organization:7").with_reshares_off();
    let posts = [
        link().with_attachment(image().with_role(MediaRole::Cover)).with_options(&options).unwrap(),
        Post::new("Thanks @Miller (EU)!").with_options(&mention).unwrap().with_first_comment("More (soon)"),
        text().with_title("Rising").with_attachment(Attachment::new(video()).with_alt_text("dough")),
        Post::new("Which? ")
            .with_title("Which bread?")
            .with_poll(Poll::new(["Rye", "Wheat"]).open_for(Duration::from_secs(24 * 3600))),
    ];
    for (number, post) in posts.into_iter().enumerate() {
        fake.state.lock().unwrap().forgets = true;
        let receipt = fake.publish(&linkedin, &format!("{number}"), post).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published);
        assert!(receipt.url().unwrap().as_str().starts_with("https://www.linkedin.com/feed/update/urn:li:"));
        assert_eq!(receipt.post(&PostRole::FIRST_COMMENT).is_some(), number == 1);
    }
    let site = fake.state.lock().unwrap();
    let sent: Vec<_> = site.posts.iter().rev().collect();
    assert_eq!(sent[0]["commentary"], "Fresh bread \\(today\\) #bakery");
    assert_eq!(
        sent[0]["content"]["article"],
        json!({"source": "https://bakery.test/menu", "title": "Our menu", "description": "Autumn",
            "thumbnail": "urn:li:image:F0", "thumbnailAltText": "bread"})
    );
    assert_eq!(sent[0]["visibility"], "LOGGED_IN");
    assert_eq!(sent[1]["commentary"], "Thanks @[Miller \\(EU\\)](urn:li:organization:7)!");
    assert_eq!(sent[1]["isReshareDisabledByAuthor"], true);
    assert_eq!(sent[2]["content"]["media"], json!({"id": "urn:li:video:F1", "title": "Rising", "altText": "dough"}));
    assert_eq!(
        sent[3]["content"]["poll"],
        json!({"question": "Which bread?", "options": [{"text": "Rye"}, {"text": "Wheat"}],
            "settings": {"duration": "ONE_DAY"}})
    );
    // Museum C13: a comment is plain.
    assert_eq!(site.comments[0]["message"]["text"], "More (soon)");
    assert_eq!(site.comments[0]["actor"], PAGE);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = Attachment::new(Media::remote("https://cdn.test/a.jpg".parse().unwrap()));
    let many = (0..21).fold(text(), |post, at| post.with_attachment(Attachment::new(jpeg(800, 600 + at))));
    let days = |days: u64| Poll::new(["a", "b"]).open_for(Duration::from_secs(days * 24 * 3600));
    let nobody = LinkedInOptions::new().with_mention("Miller", "urn:li:organization:7");
    let wrong = LinkedInOptions::new().with_mention("Miller", "urn:li:share:7");
    let long = |more: usize| format!("{}{}", "a".repeat(2980), "(".repeat(more));
    let crowd = LinkedInOptions::new().with_mention("M", "urn:li:organization:7");
    let described = LinkedInOptions::new().with_card_description("x");
    for (post, field) in [
        (many, "attachments"),
        (text().with_attachment(remote), "attachments[0]"),
        (text().with_attachment(Attachment::new(mp4())), "attachments[0]"),
        (text().with_title("x").with_attachment(Attachment::new(pdf())).with_attachment(image()), "attachments"),
        (text().with_attachment(Attachment::new(pdf())), "title"),
        (link().with_attachment(image()), "link"),
        (text().with_attachment(image().with_role(MediaRole::Cover)), "attachments"),
        (text().with_poll(Poll::new(["a", "b"])), "title"),
        (text().with_title("?".repeat(141)).with_poll(Poll::new(["a", "b"])), "title"),
        (text().with_title("?").with_poll(days(2)), "poll.open_for"),
        (Post::new(long(11)), "text"),
        (Post::new(format!("@M {}", long(0))).with_options(&crowd).unwrap(), "text"),
        (text().with_first_comment("x".repeat(1251)), "first_comment"),
        (text().with_options(&nobody).unwrap(), "options.linkedin.mentions[0].name"),
        (Post::new("@Miller").with_options(&wrong).unwrap(), "options.linkedin.mentions[0].urn"),
        (text().with_options(&described).unwrap(), "options.linkedin.card_description"),
        (text().with_placement(Placement::STORY), "placement"),
        (text().with_publish_at(Timestamp::MAX), "publish_at"),
    ] {
        let fake = Fake::new(site());
        let error = fake.publish(&connect(&fake, MEMBER), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
    assert!(rules(&Placement::FEED).unwrap().text.measure(&long(10), false).iter().all(|measure| !measure.is_over()));
}

#[tokio::test]
async fn a_refusal_makes_no_post_and_is_not_repeated() {
    let of = |code: &str, message: &str| json!({"code": code, "message": message});
    for (status, body, kind) in [
        (403, of("ACCESS_DENIED", "Not enough permissions"), ErrorKind::Permission),
        (401, of("REVOKED_ACCESS_TOKEN", "revoked"), ErrorKind::Auth),
        (400, of("FIELD_LENGTH_TOO_LONG", "too long"), ErrorKind::InvalidRequest),
        (426, of("NONEXISTENT_VERSION", "Requested version 20250401 is not active"), ErrorKind::Config),
        (422, json!({"message": "Content is a duplicate of urn:li:person:x"}), ErrorKind::InvalidRequest),
        (422, of("SOMETHING_NEW", "who knows"), ErrorKind::InvalidRequest),
    ] {
        let fake = Fake::new(Site { refusal: Some((status, body)), ..site() });
        let error = fake.publish(&connect(&fake, MEMBER), "run", text()).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{status}: {error:?}");
        assert_eq!(fake.vendor.calls(&Method::POST, "/rest/posts"), 1);
    }
}

/// A file that cannot be processed makes no post; the next call uploads it again.
#[tokio::test]
async fn a_file_that_cannot_be_processed_is_uploaded_again() {
    for (author, post) in [(MEMBER, shapes().remove(4)), (PAGE, shapes().remove(2))] {
        let fake = Fake::new(Site { broken: true, ..site() });
        let (linkedin, journal) = (connect(&fake, author), MemoryJournal::new());
        let post = approved(&linkedin, post).await;
        let error = linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.item()), (ErrorKind::MediaInvalid, Some(0)));
        assert!(error.to_string().contains("no audio"), "{error}");
        fake.state.lock().unwrap().broken = false;
        linkedin.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
        assert_eq!(fake.state.lock().unwrap().files.len(), 2);
    }
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    for author in [MEMBER, PAGE] {
        let fake = Fake::new(site());
        let linkedin = connect(&fake, author);
        let receipt = fake.publish(&linkedin, "run", text()).await.unwrap();
        let status = linkedin.status(&receipt).await;
        match author {
            PAGE => assert_eq!(status.unwrap().state, ReceiptState::Published),
            _ => assert_eq!(status.unwrap_err().kind(), ErrorKind::Unsupported),
        }
        for run in [Run::ephemeral(), Run::ephemeral()] {
            assert_eq!(linkedin.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        if author == PAGE {
            assert_eq!(linkedin.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
        }
    }
}

#[tokio::test]
async fn a_member_finds_the_organizations_and_publishes_for_them() {
    let fake = Fake::new(site());
    let member = connect(&fake, MEMBER);
    let found = member.organizations().await.unwrap();
    let names: Vec<_> = found.organizations.iter().map(|page| (page.urn.as_str(), page.name.as_deref())).collect();
    assert_eq!((names, found.skipped.len()), (vec![(PAGE, Some("41 Bistro"))], 2));
    let page = member.for_author(&found.organizations[0].urn).unwrap();
    let receipt = fake.publish(&page, "run", text()).await.unwrap();
    assert_eq!(
        (receipt.account.id.as_str(), fake.state.lock().unwrap().posts[0]["author"].as_str()),
        (PAGE, Some(PAGE))
    );
    for (linkedin, ready) in [
        (&member, true),
        (&page, true),
        (&connect(&fake, "somebody"), false),
        (&connect(&fake, "urn:li:organization:2"), false),
        (&page.clone().with_version("202511"), false),
    ] {
        let readiness = linkedin.readiness(fake.clock.now()).await.unwrap();
        assert_eq!(readiness.is_ready(), ready, "{readiness:?}");
        assert!(readiness.findings.iter().all(|finding| ready || finding.severity == Severity::Error));
    }
}

#[tokio::test]
async fn a_connected_account_publishes() {
    let fake = Fake::new(site());
    fake.state.lock().unwrap().watch.set(&fake.clock);
    let publisher = fake::connected(&fake, &crate::sign_in::LINKEDIN, PAGE, TOKEN).await;
    let receipt = fake.publish(&*publisher, "run", text()).await.unwrap();
    assert_eq!((receipt.account.id.as_str(), receipt.account.tenant.as_str()), (PAGE, "bakery"));
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Site { refusal: Some((401, json!({"message": format!("{TOKEN} is wrong")}))), ..site() });
    let linkedin = connect(&fake, MEMBER);
    let error = fake.publish(&linkedin, "run", text()).await.unwrap_err();
    for text in [format!("{linkedin:?}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}
