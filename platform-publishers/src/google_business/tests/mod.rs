//! The fake profile is invented after the documents (states, lists, hours, reviews); its refusals
//! are those of the cassettes.

mod conformance;
mod profile;
mod shared;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::http::{EndpointBuilder, FixedToken};
use social_core::media::Media;
use social_core::publish::{Attachment, Placement, Post, Publisher, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Cdn, Fake, Vendor, Watch, approved, jpeg, never_twice_never_lost};

const TOKEN: &str = "token-of-the-manager";
const PLACE: &str = "accounts/123/locations/456";

/// One example of each option.
pub(crate) fn all_options() -> GoogleBusinessOptions {
    let times = GoogleBusinessOptions::new().with_starts("x").with_ends("x");
    times.with_button(Button::Book).with_coupon("x").with_terms("x")
}

/// A profile of Google.
struct Site {
    watch: Watch,
    posts: Vec<Value>,
    photos: Vec<Value>,
    reviews: Vec<Value>,
    special: Value,
    regular: Value,
    /// How often a post is asked about before it is out.
    questions: usize,
    /// Posts are rejected after they were taken.
    rejects: bool,
    /// What the next request that publishes is refused with.
    refusal: Option<(u16, Value)>,
    /// The location is one of a chain.
    chain: bool,
}

fn refused(status: u16, word: &str, message: &str) -> Answer {
    fake::json(status, json!({"error": {"code": status, "message": message, "status": word}}))
}

impl Site {
    fn time(&self) -> String {
        format!("{}Z", &self.watch.graph_time()[..19])
    }

    fn publish(&mut self, request: &Received) -> Answer {
        if let Some((status, body)) = self.refusal.take() {
            return fake::json(status, body);
        }
        let mut post = request.json();
        // Traps 22: what Google refuses, and what it answers.
        let button = &post["callToAction"];
        assert_eq!(button["actionType"] == "CALL", !button.is_null() && button["url"].is_null());
        assert_eq!(post["offer"].is_null(), post["topicType"] != "OFFER");
        assert!(post["topicType"] == "STANDARD" || post["event"]["schedule"]["startDate"]["year"].is_u64());
        assert!(post["topicType"] != "OFFER" || button.is_null());
        let name = format!("{PLACE}/localPosts/{}", 789 + self.posts.len());
        post["name"] = json!(name);
        post["createTime"] = json!(self.time());
        post["state"] = json!(if post["scheduledTime"].is_string() { "SCHEDULED" } else { "PROCESSING" });
        self.posts.insert(0, post.clone());
        Answer::json(post)
    }

    fn read(&mut self, name: &str) -> Answer {
        let rejects = self.rejects;
        let (questions, posts) = (&mut self.questions, &mut self.posts);
        let Some(post) = posts.iter_mut().find(|post| post["name"] == name) else {
            return refused(404, "NOT_FOUND", "Requested entity was not found.");
        };
        *questions += 1;
        if post["state"] == "PROCESSING" && *questions > 1 {
            post["state"] = json!(if rejects { "REJECTED" } else { "LIVE" });
            post["searchUrl"] = json!("https://local.google.com/place?id=1");
        }
        Answer::json(post.clone())
    }

    fn patch(&mut self, request: &Received) -> Answer {
        let body = request.json();
        match request.query("updateMask").as_deref() {
            Some("specialHours") => self.special = body["specialHours"].clone(),
            Some("regularHours") => self.regular = body["regularHours"].clone(),
            other => panic!("{other:?}"),
        }
        Answer::json(json!({"name": "locations/456", "title": "41 Bistro"}))
    }

    fn information(&mut self, request: &Received) -> Answer {
        match (request.method.as_str(), request.url.path()) {
            ("GET", "/v1/accounts/123/locations") => match request.query("pageToken") {
                None => Answer::json(
                    json!({"locations": [{"name": "locations/456", "title": "41 Bistro"}], "nextPageToken": "2"}),
                ),
                Some(_) => Answer::json(json!({"locations": [{"name": "locations/457", "title": "Bar"}]})),
            },
            ("GET", "/v1/locations/456") => Answer::json(json!({"name": "locations/456", "title": "41 Bistro",
                "metadata": {"canOperateLocalPost": !self.chain}, "specialHours": self.special, "regularHours": self.regular})),
            ("PATCH", "/v1/locations/456") => self.patch(request),
            _ => refused(404, "NOT_FOUND", "Requested entity was not found."),
        }
    }

    fn review(&mut self, request: &Received, name: &str) -> Answer {
        let name = name.trim_end_matches("/reply");
        let Some(review) = self.reviews.iter_mut().find(|review| review["name"] == name) else {
            return refused(404, "NOT_FOUND", "Requested entity was not found.");
        };
        if request.method == Method::DELETE {
            review.as_object_mut().unwrap().remove("reviewReply");
            return Answer::json(json!({}));
        }
        review["reviewReply"] = request.json();
        review["reviewReply"]["reviewReplyState"] = json!("PENDING");
        Answer::json(review["reviewReply"].clone())
    }
}

impl Vendor for Site {
    fn answer(&mut self, request: &Received) -> Answer {
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        let authorization = request.header("authorization").unwrap_or_default();
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        match request.url.host_str().unwrap() {
            "mybusinessaccountmanagement.googleapis.com" => {
                return Answer::json(json!({"accounts": [{"name": "accounts/123", "accountName": "Ada"}]}));
            }
            "mybusinessbusinessinformation.googleapis.com" => return self.information(request),
            _ => {}
        }
        let name = request.url.path().trim_start_matches("/v4/").to_owned();
        let what = name.strip_prefix(&format!("{PLACE}/")).unwrap_or_default();
        match (request.method.as_str(), what.split('/').next().unwrap(), what.contains('/')) {
            ("POST", "localPosts", false) => self.publish(request),
            ("GET", "localPosts", false) => Answer::json(json!({ "localPosts": self.posts })),
            ("GET", "localPosts", true) => self.read(&name),
            ("DELETE", "localPosts", true) => {
                let before = self.posts.len();
                self.posts.retain(|post| post["name"] != name);
                match self.posts.len() < before {
                    true => Answer::json(json!({})),
                    false => refused(404, "NOT_FOUND", "Requested entity was not found."),
                }
            }
            ("POST", "media", false) => {
                let mut photo = request.json();
                photo["name"] = json!(format!("{PLACE}/media/{}", self.photos.len()));
                self.photos.push(photo.clone());
                Answer::json(photo)
            }
            ("GET", "media", false) => Answer::json(json!({ "mediaItems": self.photos })),
            ("GET", "reviews", false) => match request.query("pageToken") {
                None => Answer::json(json!({"reviews": self.reviews[..1], "nextPageToken": "x"})),
                Some(_) => Answer::json(json!({"reviews": self.reviews[1..]})),
            },
            (_, "reviews", true) => self.review(request, &name),
            _ => panic!("{request:?}"),
        }
    }
}

fn site() -> Site {
    let review = |id: u32, stars: &str, text: &str| {
        json!({"name": format!("{PLACE}/reviews/{id}"), "reviewer": {"displayName": "Eve"}, "starRating": stars, "comment": text,
            "createTime": "2026-11-01T12:00:00Z"})
    };
    Site {
        watch: Watch::default(),
        posts: Vec::new(),
        photos: Vec::new(),
        reviews: vec![review(1, "FIVE", "Lovely"), review(2, "TWO", "Cold soup")],
        special: json!({"specialHourPeriods": [{"startDate": {"year": 2026, "month": 12, "day": 31}, "closed": true}]}),
        regular: json!({"periods": [{"openDay": "MONDAY", "openTime": {"hours": 9}, "closeDay": "MONDAY",
            "closeTime": {"hours": 17, "minutes": 30}}]}),
        questions: 0,
        rejects: false,
        refusal: None,
        chain: false,
    }
}

fn endpoint(fake: &Fake<Site>) -> EndpointBuilder {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    GoogleBusiness::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn connect(fake: &Fake<Site>) -> GoogleBusiness {
    GoogleBusiness::new(endpoint(fake), FixedToken::new(TOKEN), PLACE).unwrap().with_host(Cdn::new("https://cdn.test"))
}

/// A JPEG that is large enough.
fn photo(height: u16) -> Media {
    let Media::Bytes(bytes) = jpeg(800, height) else { panic!("it is in memory") };
    let (image, end) = bytes.split_at(bytes.len() - 2);
    Media::bytes([image, &[0x11; 10_000], end].concat())
}

fn image() -> Attachment {
    Attachment::new(photo(600))
}

fn text() -> Post {
    Post::new("Pumpkin soup all week").with_language("en")
}

fn link(post: Post) -> Post {
    post.with_link("https://41bistro.test/book".parse().unwrap())
}

fn times() -> GoogleBusinessOptions {
    GoogleBusinessOptions::new().with_starts("2026-12-24T18:00").with_ends("2026-12-24T23:30")
}

fn event() -> Post {
    text().with_placement(EVENT).with_title("Christmas Eve").with_options(&times()).unwrap()
}

fn offer() -> Post {
    text().with_placement(OFFER).with_title("Two for one").with_options(&times().with_coupon("SOUP")).unwrap()
}

fn shapes() -> Vec<Post> {
    vec![text(), link(text()).with_attachment(image()), event().with_attachment(image()), link(event()), link(offer())]
}

#[tokio::test]
async fn whatever_breaks_a_post_is_out_once() {
    for post in shapes() {
        let fake = Fake::new(site());
        let post = approved(&connect(&fake), post).await;
        let watch = Watch::default();
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = GoogleBusiness::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            let google = GoogleBusiness::new(endpoint, FixedToken::new(TOKEN), PLACE).unwrap();
            google.with_host(Cdn::new("https://cdn.test"))
        };
        let fresh = || Site { watch: watch.clone(), ..site() };
        never_twice_never_lost(fresh, connect, &post, |site| site.posts.len()).await;
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(site());
    let google = connect(&fake);
    let later: Timestamp = fake.clock.now() + Duration::from_secs(7200);
    let call = GoogleBusinessOptions::new().with_button(Button::Call);
    let days = GoogleBusinessOptions::new().with_starts("2026-12-01").with_ends("2026-12-07");
    for (number, (post, state)) in [
        (text().with_options(&call).unwrap(), ReceiptState::Published),
        (link(text()).with_attachment(image()).with_publish_at(later), ReceiptState::Scheduled),
        (link(event()), ReceiptState::Published),
        (
            link(offer()).with_options(&days.with_coupon("SOUP").with_terms("At lunch")).unwrap(),
            ReceiptState::Published,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let receipt = fake.publish(&google, &number.to_string(), post).await.unwrap();
        assert_eq!(receipt.state, state, "{number}");
        assert_eq!(receipt.url().is_some(), state == ReceiptState::Published);
    }
    let site = fake.state.lock().unwrap();
    let sent = |number: usize| {
        let mut post = site.posts[3 - number].clone();
        for made in ["name", "createTime", "state", "searchUrl"] {
            post.as_object_mut().unwrap().remove(made);
        }
        post
    };
    let words = "Pumpkin soup all week";
    assert_eq!(
        sent(0),
        json!({"languageCode": "en", "summary": words, "topicType": "STANDARD", "callToAction": {"actionType": "CALL"}})
    );
    let mut scheduled = sent(1);
    let photo = scheduled.as_object_mut().unwrap().remove("media").unwrap();
    assert_eq!((&photo[0]["mediaFormat"], photo.as_array().unwrap().len()), (&json!("PHOTO"), 1));
    assert!(photo[0]["sourceUrl"].as_str().unwrap().starts_with("https://cdn.test/"));
    let learn = json!({"actionType": "LEARN_MORE", "url": "https://41bistro.test/book"});
    assert_eq!(
        scheduled,
        json!({"languageCode": "en", "summary": words, "topicType": "STANDARD", "callToAction": learn,
            "scheduledTime": later.to_string()})
    );
    let clock = |hours: u8, minutes: u8| json!({"hours": hours, "minutes": minutes});
    let day = |month: u8, day: u8| json!({"year": 2026, "month": month, "day": day});
    assert_eq!(
        sent(2)["event"],
        json!({"title": "Christmas Eve", "schedule": {"startDate": day(12, 24), "startTime": clock(18, 0),
            "endDate": day(12, 24), "endTime": clock(23, 30)}})
    );
    assert_eq!((&sent(2)["topicType"], &sent(2)["callToAction"]), (&json!("EVENT"), &learn));
    assert_eq!(sent(3)["event"]["schedule"], json!({"startDate": day(12, 1), "endDate": day(12, 7)}));
    assert_eq!(
        sent(3)["offer"],
        json!({"couponCode": "SOUP", "redeemOnlineUrl": "https://41bistro.test/book", "termsConditions": "At lunch"})
    );
}

/// Museum C14: that Google took a post does not say that it shows it.
#[tokio::test]
async fn a_post_that_google_rejects_is_no_success() {
    let fake = Fake::new(Site { rejects: true, ..site() });
    let google = connect(&fake);
    let receipt = fake.publish(&google, "run", text()).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Rejected, 1));
    assert_eq!(google.status(&receipt).await.unwrap().state, ReceiptState::Rejected);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let with = |post: Post, options: GoogleBusinessOptions| post.with_options(&options).unwrap();
    let none = GoogleBusinessOptions::new;
    let small = Attachment::new(jpeg(800, 600));
    let titled = || text().with_placement(EVENT).with_title("x");
    for (post, field) in [
        (text().with_attachment(small), "attachments[0]"),
        (text().with_attachment(image()).with_attachment(Attachment::new(photo(601))), "attachments"),
        (text().with_attachment(Attachment::new(fake::mp4())), "attachments"),
        (Post::new("Call +43 1 234 5678"), "text"),
        (Post::new("x".repeat(1501)), "text"),
        (link(with(text(), none().with_button(Button::Call))), "link"),
        (with(text(), none().with_button(Button::Book)), "link"),
        (with(text(), times()), "options.google_business"),
        (event().with_title("x".repeat(59)), "title"),
        (with(text().with_placement(EVENT), times()), "title"),
        (titled(), "options.google_business.starts"),
        (with(titled(), none().with_starts("2026-12-24")), "options.google_business.ends"),
        (with(titled(), none().with_starts("2026-12-24").with_ends("2026-12-23")), "options.google_business.ends"),
        (
            with(titled(), none().with_starts("2026-12-24").with_ends("2026-12-24T10:00")),
            "options.google_business.ends",
        ),
        (with(titled(), none().with_starts("tomorrow").with_ends("2026-12-24")), "options.google_business.starts"),
        (with(offer(), times().with_button(Button::Book)), "options.google_business.button"),
        (text().with_placement(Placement::STORY), "placement"),
        (text().with_first_comment("x"), "first_comment"),
    ] {
        let fake = Fake::new(site());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
    let fake = Fake::new(site());
    let bare = GoogleBusiness::new(endpoint(&fake), FixedToken::new(TOKEN), PLACE).unwrap();
    let error = fake.publish(&bare, "run", text().with_attachment(image())).await.unwrap_err();
    assert_eq!(error.field(), Some("attachments[0]"));
}

#[tokio::test]
async fn a_refusal_makes_no_post_and_is_not_repeated() {
    let of = |status: &str, message: &str| json!({"error": {"message": message, "status": status}});
    let no_quota = json!({"error": {"message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED",
        "details": [{"metadata": {"quota_limit_value": "0"}}]}});
    let no_photo = json!({"error": {"message": "invalid argument", "status": "INVALID_ARGUMENT",
        "details": [{"errorDetails": [{"code": "PHOTO_FETCH_FAILED"}]}]}});
    let chain = "LOCATION_DISABLED_FOR_LOCAL_POST_API";
    for (status, body, kind) in [
        (400, of("INVALID_ARGUMENT", "Request contains an invalid argument."), ErrorKind::InvalidRequest),
        (400, of("INVALID_ARGUMENT", chain), ErrorKind::Permission),
        (400, no_photo, ErrorKind::MediaInvalid),
        (400, of("SOMETHING_NEW", "who knows"), ErrorKind::InvalidRequest),
        (401, of("UNAUTHENTICATED", "invalid credentials"), ErrorKind::Auth),
        (403, of("PERMISSION_DENIED", "denied"), ErrorKind::Permission),
        (429, no_quota, ErrorKind::Permission),
    ] {
        let fake = Fake::new(Site { refusal: Some((status, body)), ..site() });
        let error = fake.publish(&connect(&fake), "run", text()).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{status}: {error:?}");
        let path = format!("/v4/{PLACE}/localPosts");
        assert_eq!(fake.vendor.calls(&Method::POST, &path), 1);
    }
}

/// Museum A7: another week's post of the same words is not ours.
#[tokio::test]
async fn a_foreign_post_is_not_adopted() {
    let old = json!({"name": format!("{PLACE}/localPosts/7"), "summary": "Pumpkin soup all week", "state": "LIVE",
        "createTime": "2026-11-01T12:00:00Z"});
    let fake = Fake::new(Site { posts: vec![old], refusal: Some((500, json!({}))), ..site() });
    let (google, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&google, text()).await;
    let error = google.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    fake.clock.advance(error.wait().unwrap());
    let receipt = google.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    assert!(!receipt.id().ends_with("/7"));
    assert_eq!(fake.state.lock().unwrap().posts.len(), 2);
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    let fake = Fake::new(site());
    let google = connect(&fake);
    for (number, post) in shapes().into_iter().enumerate() {
        let receipt = fake.publish(&google, &number.to_string(), post).await.unwrap();
        assert_eq!(google.status(&receipt).await.unwrap().state, ReceiptState::Published);
        for run in [Run::ephemeral(), Run::ephemeral()] {
            assert_eq!(google.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        assert_eq!(google.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert!(google.readiness(fake.clock.now()).await.unwrap().is_ready());
    fake.state.lock().unwrap().chain = true;
    assert!(!google.readiness(fake.clock.now()).await.unwrap().is_ready());
}

#[tokio::test]
async fn a_connected_account_publishes() {
    let fake = Fake::new(site());
    fake.state.lock().unwrap().watch.set(&fake.clock);
    let publisher = fake::connected(&fake, &crate::sign_in::GOOGLE_BUSINESS, PLACE, TOKEN).await;
    let receipt = fake.publish(&*publisher, "run", text()).await.unwrap();
    assert_eq!((receipt.account.id.as_str(), receipt.account.tenant.as_str()), (PLACE, "bakery"));
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let body = json!({"error": {"message": format!("{TOKEN} is wrong"), "status": "UNAUTHENTICATED"}});
    let fake = Fake::new(Site { refusal: Some((401, body)), ..site() });
    let google = connect(&fake);
    let error = fake.publish(&google, "run", text()).await.unwrap_err();
    for text in [format!("{google:?}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}
