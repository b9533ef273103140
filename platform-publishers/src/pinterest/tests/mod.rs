//! The fake Pinterest is invented after the description of its API (boards, media, lists); its
//! refusals are those of the cassettes. A second board of a name is refused, as products met it.

mod conformance;
mod shared;

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::http::{EndpointBuilder, FixedToken};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Post, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "token-of-the-account";
const USER: &str = "2783136121146311751";
const STORE: &str = "pinterest-media-upload.s3-accelerate.amazonaws.com";
/// What signs an upload.
const SIGNATURE: &str = "signature-of-the-upload";

/// One example of each option.
pub(crate) fn all_options() -> PinterestOptions {
    PinterestOptions::new()
        .with_board("x")
        .with_board_id("1")
        .with_secret_board()
        .with_section_id("1")
        .with_cover_second(1)
        .with_dominant_color("#000000")
}

/// An account of Pinterest.
#[derive(Default)]
struct Site {
    watch: Watch,
    boards: Vec<Value>,
    pins: Vec<Value>,
    /// The state of each video, and how often it was asked for.
    videos: BTreeMap<String, (String, usize)>,
    /// Bytes of videos that arrived.
    received: usize,
    /// What the next request that publishes is refused with.
    refusal: Option<(u16, Value)>,
    /// Videos cannot be processed.
    broken: bool,
    /// Boards of one answer.
    page: usize,
    /// A board of the name appears just before the next one is made.
    overtaken: bool,
}

fn refused(status: u16, code: i64, message: &str) -> Answer {
    fake::json(status, json!({"code": code, "message": message}))
}

impl Site {
    fn time(&self) -> String {
        self.watch.graph_time()[..19].to_owned()
    }

    fn add_board(&mut self, name: &str, privacy: &str) -> Value {
        let id = (549_755_885_175_u64 + self.boards.len() as u64).to_string();
        let board = json!({"id": id, "name": name, "privacy": privacy});
        self.boards.push(board.clone());
        board
    }

    fn make_board(&mut self, request: &Received) -> Answer {
        let body = request.json();
        let name = body["name"].as_str().unwrap();
        if std::mem::take(&mut self.overtaken) {
            self.add_board(name, "PUBLIC");
        }
        let same = |board: &Value| board["name"].as_str().unwrap().to_lowercase() == name.to_lowercase();
        if self.boards.iter().any(same) {
            return refused(400, 58, "You already have a board with this name");
        }
        let board = self.add_board(name, body["privacy"].as_str().unwrap());
        Answer::json(board).with_status(StatusCode::CREATED)
    }

    fn list(items: &[Value], request: &Received, size: usize) -> Answer {
        let start: usize = request.query("bookmark").map_or(0, |bookmark| bookmark.parse().unwrap());
        let end = (start + size).min(items.len());
        let bookmark = (end < items.len()).then(|| end.to_string());
        Answer::json(json!({"items": items[start..end], "bookmark": bookmark}))
    }

    fn publish(&mut self, request: &Received) -> Answer {
        if let Some((status, body)) = self.refusal.take() {
            return fake::json(status, body);
        }
        let mut pin = request.json();
        if !self.boards.iter().any(|board| board["id"] == pin["board_id"]) {
            return refused(404, 40, "Board not found");
        }
        let source = &pin["media_source"];
        if source["source_type"] == "video_id" {
            assert_eq!(self.videos[source["media_id"].as_str().unwrap()].0, "succeeded");
            let covers = ["cover_image_url", "cover_image_data", "cover_image_key_frame_time"];
            assert_eq!(covers.iter().filter(|name| !source[**name].is_null()).count(), 1, "one of the covers");
            assert_eq!(source["cover_image_data"].is_null(), source["cover_image_content_type"].is_null());
        }
        pin["id"] = json!((813_744_226_420_795_884_u64 + self.pins.len() as u64).to_string());
        pin["created_at"] = json!(self.time());
        self.pins.insert(0, pin.clone());
        Answer::json(pin).with_status(StatusCode::CREATED)
    }

    fn register(&mut self) -> Answer {
        let id = (12345 + self.videos.len()).to_string();
        self.videos.insert(id.clone(), ("registered".to_owned(), 0));
        let parameters = json!({"key": format!("uploads/1/{id}:video"), "policy": "eyJleHBpcmF0aW9uIjoiMj", "Content-Type": "multipart/form-data",
            "x-amz-signature": SIGNATURE});
        Answer::json(json!({"media_id": id, "media_type": "video", "upload_url": format!("https://{STORE}/"), "upload_parameters": parameters}))
            .with_status(StatusCode::CREATED)
    }

    fn upload(&mut self, request: &Received) -> Answer {
        assert!(request.header("authorization").is_none(), "the store is not given the token");
        let text = request.text();
        let file = text.find("name=\"file\"").unwrap();
        for name in ["key", "policy", "Content-Type", "x-amz-signature"] {
            assert!(text.find(&format!("name=\"{name}\"")).unwrap() < file, "the file stands last");
        }
        let (_, id) = text.split_once("uploads/1/").unwrap();
        let state = self.videos.get_mut(id.split_once(':').unwrap().0).unwrap();
        state.0 = "processing".to_owned();
        self.received += request.body.len();
        Answer::status(StatusCode::NO_CONTENT)
    }

    fn video(&mut self, id: &str) -> Answer {
        let broken = self.broken;
        let (state, questions) = self.videos.get_mut(id).unwrap();
        if state == "processing" {
            *questions += 1;
            if *questions > 1 {
                *state = if broken { "failed" } else { "succeeded" }.to_owned();
            }
        }
        Answer::json(json!({"media_id": id, "media_type": "video", "status": state}))
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        if request.url.host_str() == Some(STORE) {
            return self.upload(request);
        }
        let authorization = request.header("authorization").unwrap_or_default();
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        let path = request.url.path().trim_start_matches("/v5/").to_owned();
        let (kind, id) = path.split_once('/').unwrap_or((&path, ""));
        match (request.method.as_str(), kind, id) {
            ("GET", "user_account", _) => Answer::json(json!({"id": USER, "username": "bakery"})),
            ("GET", "boards", "") => Self::list(&self.boards, request, self.page),
            ("POST", "boards", "") => self.make_board(request),
            ("GET", "pins", "") => Self::list(&self.pins, request, 250),
            ("POST", "pins", "") => self.publish(request),
            ("POST", "media", "") => self.register(),
            ("GET", "media", id) => self.video(id),
            ("GET", "pins", id) => match self.pins.iter().find(|pin| pin["id"] == id) {
                Some(pin) => Answer::json(pin.clone()),
                None => refused(404, 50, "Pin not found."),
            },
            ("DELETE", "pins", id) => {
                let before = self.pins.len();
                self.pins.retain(|pin| pin["id"] != id);
                match self.pins.len() < before {
                    true => Answer::status(StatusCode::NO_CONTENT),
                    false => refused(404, 50, "Pin not found."),
                }
            }
            _ => panic!("{request:?}"),
        }
    }
}

fn site() -> Site {
    let mut site = Site { page: 2, ..Site::default() };
    for name in ["Cakes", "Coffee", "Rolls"] {
        site.add_board(name, "PUBLIC");
    }
    site
}

fn endpoint(fake: &Fake<Site>) -> EndpointBuilder {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    Pinterest::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn connect(fake: &Fake<Site>) -> Pinterest {
    Pinterest::new(endpoint(fake), FixedToken::new(TOKEN)).unwrap()
}

fn image(height: u16) -> Attachment {
    Attachment::new(jpeg(1000, height)).with_alt_text("bread")
}

fn pin() -> Post {
    Post::new("How we bake it")
        .with_placement(PIN)
        .with_title("Rye")
        .with_link("https://bakery.test/rye".parse().unwrap())
}

fn on(board: &str, post: Post) -> Post {
    post.with_options(&PinterestOptions::new().with_board(board)).unwrap()
}

fn carousel() -> Post {
    let post = pin().with_placement(Placement::CAROUSEL).with_attachment(image(1500));
    post.with_attachment(Attachment::new(jpeg(1000, 1501)))
}

fn video() -> Attachment {
    Attachment::new(mp4()).with_alt_text("dough")
}

/// Every kind of pin, on boards that are there and on one that has to be made.
fn shapes() -> Vec<Post> {
    vec![
        on("rolls", pin().with_attachment(image(1500))),
        on("Autumn menu", pin().with_attachment(image(1500))),
        on("Autumn menu", carousel()),
        on("Rolls", pin().with_attachment(video())),
        on(
            "Rolls",
            pin()
                .with_attachment(video())
                .with_attachment(Attachment::new(jpeg(1000, 1500)).with_role(MediaRole::Cover)),
        ),
    ]
}

/// A second board of a name counts as a second pin would.
#[tokio::test]
async fn whatever_breaks_a_pin_is_out_once_and_no_board_twice() {
    for post in shapes() {
        let fake = Fake::new(site());
        let post = approved(&connect(&fake), post).await;
        let watch = Watch::default();
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = Pinterest::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Pinterest::new(endpoint, FixedToken::new(TOKEN)).unwrap()
        };
        let fresh = || Site { watch: watch.clone(), ..site() };
        never_twice_never_lost(fresh, connect, &post, |site| site.pins.len() + site.boards.len().saturating_sub(4))
            .await;
    }
}

/// Museum A7: pins of another board, link or week are not ours.
#[tokio::test]
async fn a_foreign_pin_is_not_adopted() {
    let like_ours = |change: &dyn Fn(&mut Value)| {
        let mut pin = json!({"id": "7", "board_id": "549755885177", "title": "Rye", "description": "How we bake it",
            "link": "https://bakery.test/rye?utm_source=pinterest", "created_at": "2026-11-20T12:00:00"});
        change(&mut pin);
        pin
    };
    let now = social_core::testkit::FixedClock::default().now().to_string()[..19].to_owned();
    for foreign in [
        like_ours(&|pin| pin["created_at"] = json!("2026-11-13T12:00:00-00:00")),
        like_ours(&|pin| (pin["board_id"], pin["created_at"]) = (json!("1"), json!(now))),
        like_ours(&|pin| (pin["link"], pin["created_at"]) = (json!("https://bakery.test/wheat"), json!(now))),
    ] {
        let fake = Fake::new(Site { pins: vec![foreign], refusal: Some((500, json!({}))), ..site() });
        let (pinterest, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&pinterest, shapes().remove(0)).await;
        let error = pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        fake.clock.advance(error.wait().unwrap());
        let receipt = pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
        assert_ne!(receipt.id(), "7");
        assert_eq!(fake.state.lock().unwrap().pins.len(), 2);
    }
}

/// Nobody can know: a pin without words stays unknown, and is never sent again.
#[tokio::test]
async fn what_nobody_can_know_stays_unknown() {
    let fake = Fake::new(site());
    let (pinterest, journal) = (connect(&fake), MemoryJournal::new());
    let bare = || on("Rolls", Post::new("").with_placement(PIN).with_attachment(image(1500)));
    fake.publish(&pinterest, "another", bare()).await.unwrap();
    fake.state.lock().unwrap().refusal = Some((500, json!({})));
    let post = approved(&pinterest, bare()).await;
    for _ in 0..2 {
        let error = pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        fake.clock.advance(Duration::from_secs(100));
    }
    assert_eq!(fake.vendor.calls(&Method::POST, "/v5/pins"), 2);
}

// Row 98 of the checklist.
#[tokio::test]
async fn a_board_is_found_or_made_and_never_twice() {
    let fake = Fake::new(site());
    let pinterest = connect(&fake);
    let names = |fake: &Fake<Site>| -> Vec<String> {
        let site = fake.state.lock().unwrap();
        site.boards.iter().map(|board| board["name"].as_str().unwrap().to_owned()).collect()
    };
    // The third board is on the second page.
    let run = Run::ephemeral();
    assert_eq!(pinterest.find_or_make_board(&run, "ROLLS", false).await.unwrap(), "549755885177");
    // Side by side, one is made.
    let runs = [run, Run::ephemeral()];
    let (one, two) = tokio::join!(
        pinterest.find_or_make_board(&runs[0], "Autumn", true),
        pinterest.find_or_make_board(&runs[1], "autumn", true),
    );
    assert_eq!(one.unwrap(), two.unwrap());
    assert_eq!(names(&fake), ["Cakes", "Coffee", "Rolls", "Autumn"]);
    // Another process was faster.
    fake.state.lock().unwrap().overtaken = true;
    pinterest.find_or_make_board(&Run::ephemeral(), "Winter", false).await.unwrap();
    assert_eq!(names(&fake).len(), 5);
    let boards = pinterest.boards().await.unwrap();
    let autumn = boards.iter().find(|board| board.name == "Autumn").unwrap();
    assert_eq!((boards.len(), autumn.secret), (5, true));
}

/// A board that was taken away meanwhile is looked for again by the run's next call.
#[tokio::test]
async fn a_board_that_is_gone_is_looked_for_again() {
    let fake = Fake::new(Site { refusal: Some((404, json!({"code": 40, "message": "Board not found"}))), ..site() });
    let (pinterest, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&pinterest, shapes().remove(0)).await;
    let error = pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::NotFound, Effect::None));
    fake.state.lock().unwrap().boards.pop();
    let receipt = pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let site = fake.state.lock().unwrap();
    assert_eq!((receipt.id(), site.boards.len()), (site.pins[0]["id"].as_str().unwrap(), 3));
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(site());
    let pinterest = connect(&fake).with_board("Rolls").with_trial_access();
    let remote = |name: &str| Attachment::new(Media::remote(format!("https://cdn.test/{name}.jpg").parse().unwrap()));
    let more =
        PinterestOptions::new().with_board_id("549755885175").with_section_id("9").with_dominant_color("#6E7874");
    let second = PinterestOptions::new().with_cover_second(2);
    for (number, post) in [
        pin().with_attachment(remote("a")).with_options(&more).unwrap(),
        carousel(),
        pin().with_placement(Placement::CAROUSEL).with_attachment(remote("a")).with_attachment(remote("b")),
        pin().with_attachment(video()).with_options(&second).unwrap(),
        pin().with_attachment(video()).with_attachment(image(1500).with_role(MediaRole::Cover)),
        pin().with_attachment(video()).with_attachment(remote("c").with_role(MediaRole::Cover)),
    ]
    .into_iter()
    .enumerate()
    {
        let receipt = fake.publish(&pinterest, &number.to_string(), post).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published);
        assert!(receipt.url().unwrap().as_str().starts_with("https://www.pinterest.com/pin/8"));
        // Museum C24.
        assert!(receipt.warnings[0].contains("creator alone"));
    }
    let site = fake.state.lock().unwrap();
    let sent: Vec<_> = site.pins.iter().rev().collect();
    let mut first = sent[0].clone();
    for made in ["id", "created_at"] {
        first.as_object_mut().unwrap().remove(made);
    }
    assert_eq!(
        first,
        json!({"board_id": "549755885175", "board_section_id": "9", "title": "Rye", "description": "How we bake it",
            "link": "https://bakery.test/rye", "dominant_color": "#6E7874",
            "media_source": {"source_type": "image_url", "url": "https://cdn.test/a.jpg"}})
    );
    assert_eq!((&sent[1]["board_id"], &sent[1]["alt_text"]), (&json!("549755885177"), &json!("bread")));
    assert_eq!(sent[1]["media_source"]["source_type"], "multiple_image_base64");
    let items = sent[1]["media_source"]["items"].as_array().unwrap();
    let sizes: Vec<_> = items.iter().map(|item| item["data"].as_str().unwrap().contains("CAXcA+g")).collect();
    assert_eq!(sizes, [true, false], "in order: {items:?}");
    assert_eq!(
        sent[2]["media_source"],
        json!({"source_type": "multiple_image_urls", "items": [{"url": "https://cdn.test/a.jpg"}, {"url": "https://cdn.test/b.jpg"}]})
    );
    assert_eq!(sent[3]["media_source"]["cover_image_key_frame_time"], 2);
    // Museum C23: the cover is not the video.
    assert_eq!(sent[4]["media_source"]["cover_image_content_type"], "image/jpeg");
    assert_eq!(sent[5]["media_source"]["cover_image_url"], "https://cdn.test/c.jpg");
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = |name: &str| Attachment::new(Media::remote(format!("https://cdn.test/{name}").parse().unwrap()));
    let with =
        |options: PinterestOptions, file: Attachment| pin().with_attachment(file).with_options(&options).unwrap();
    let none = PinterestOptions::new;
    let cover = || image(1500).with_role(MediaRole::Cover);
    for (post, field) in [
        (pin().with_attachment(image(1500)), "options.pinterest.board"),
        (on(" ", pin().with_attachment(image(1500))), "options.pinterest.board"),
        (on("x", pin()), "attachments"),
        (on("x", pin().with_attachment(image(1500)).with_attachment(video())), "attachments"),
        (on("x", pin().with_attachment(remote("a.mp4"))), "attachments[0]"),
        (on("x", carousel().with_attachment(remote("a.jpg"))), "attachments"),
        (on("x", pin().with_placement(Placement::CAROUSEL).with_attachment(image(1500))), "attachments"),
        (on("x", pin().with_attachment(image(1500)).with_attachment(cover())), "attachments"),
        (on("x", pin().with_title("x".repeat(101)).with_attachment(image(1500))), "title"),
        (with(none().with_board("x").with_board_id("1"), image(1500)), "options.pinterest.board_id"),
        (with(none().with_board_id("x"), image(1500)), "options.pinterest.board_id"),
        (with(none().with_board_id("1").with_secret_board(), image(1500)), "options.pinterest.secret_board"),
        (with(none().with_board_id("1").with_section_id("a"), image(1500)), "options.pinterest.section_id"),
        (with(none().with_board_id("1").with_dominant_color("red"), image(1500)), "options.pinterest.dominant_color"),
        (with(none().with_board_id("1").with_cover_second(1), image(1500)), "options.pinterest.cover_second"),
        (on("x", pin().with_placement(Placement::FEED).with_attachment(image(1500))), "placement"),
        (on("x", pin().with_attachment(image(1500)).with_first_comment("x")), "first_comment"),
    ] {
        let fake = Fake::new(site());
        let pinterest = connect(&fake);
        let post = crate::fake::approved_for(social_core::AccountKey::new("pinterest", USER), post).await;
        let error = pinterest.publish(&Run::ephemeral(), &post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_makes_no_pin_and_is_not_repeated() {
    let of = |code: i64, message: &str| json!({"code": code, "message": message});
    for (status, body, kind) in [
        (400, of(1, "Invalid request parameters"), ErrorKind::InvalidRequest),
        (400, of(235, "Unable to reach the URL"), ErrorKind::MediaInvalid),
        (400, of(0, "who knows"), ErrorKind::InvalidRequest),
        (401, of(2, "Authentication failed."), ErrorKind::Auth),
        (403, of(29, "You are not permitted to access that resource."), ErrorKind::Permission),
    ] {
        let fake = Fake::new(Site { refusal: Some((status, body)), ..site() });
        let error = fake.publish(&connect(&fake), "run", shapes().remove(0)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{status}: {error:?}");
        assert_eq!(fake.vendor.calls(&Method::POST, "/v5/pins"), 1);
    }
}

/// A video that cannot be processed makes no pin; the next call uploads it again.
#[tokio::test]
async fn a_video_that_cannot_be_processed_is_uploaded_again() {
    let fake = Fake::new(Site { broken: true, ..site() });
    let (pinterest, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&pinterest, shapes().remove(3)).await;
    let error = pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.item(), error.effect()), (ErrorKind::MediaInvalid, Some(0), Effect::None));
    fake.state.lock().unwrap().broken = false;
    pinterest.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().videos.len(), 2);
    // What signs an upload is in no journal.
    let view = Run::peek(&journal, "run").await.unwrap();
    assert!(!format!("{view:?}").contains(SIGNATURE));
}

#[tokio::test]
async fn a_pin_is_asked_about_and_taken_down() {
    let fake = Fake::new(site());
    let pinterest = connect(&fake);
    for post in shapes() {
        let receipt = fake.publish(&pinterest, &format!("{post:?}").len().to_string(), post).await.unwrap();
        assert_eq!(pinterest.status(&receipt).await.unwrap().state, ReceiptState::Published);
        for run in [Run::ephemeral(), Run::ephemeral()] {
            assert_eq!(pinterest.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        assert_eq!(pinterest.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert!(pinterest.readiness(fake.clock.now()).await.unwrap().is_ready());
    let other = pinterest.clone();
    let stranger = social_core::AccountKey::new("pinterest", "1");
    let other = Pinterest { account: Arc::new(OnceCell::new_with(Some(stranger.into()))), ..other };
    assert!(!other.readiness(Timestamp::UNIX_EPOCH).await.unwrap().is_ready());
}

#[tokio::test]
async fn a_connected_account_publishes() {
    let fake = Fake::new(site());
    fake.state.lock().unwrap().watch.set(&fake.clock);
    let publisher = fake::connected(&fake, &crate::sign_in::PINTEREST, USER, TOKEN).await;
    let receipt = fake.publish(&*publisher, "run", shapes().remove(0)).await.unwrap();
    assert_eq!((receipt.account.id.as_str(), receipt.account.tenant.as_str()), (USER, "bakery"));
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let echo = format!("{TOKEN} {SIGNATURE}");
    let fake = Fake::new(Site { refusal: Some((401, json!({"code": 2, "message": echo}))), ..site() });
    let pinterest = connect(&fake);
    let error = fake.publish(&pinterest, "run", shapes().remove(0)).await.unwrap_err();
    for text in [format!("{pinterest:?}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}
