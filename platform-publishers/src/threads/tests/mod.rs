//! The fake Threads is invented after the documents (container states, one post per container); the
//! refusals are those of the cassettes.

mod conformance;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use social_core::http::{EndpointBuilder, FixedToken};
use social_core::media::Media;
use social_core::publish::{
    Approved, Attachment, Placement, Poll, Post, PostQuota, PostRef, PostRole, Publisher, Receipt, ReceiptState,
    ThreadPart,
};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene, fault_matrix};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Cdn, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const USER: &str = "17841400008460056";
const TOKEN: &str = "token-of-the-account";

#[derive(Default)]
struct Container {
    fields: BTreeMap<String, String>,
    questions: usize,
    published: Option<String>,
}

/// An account whose containers are ready at the second question.
#[derive(Default)]
struct Api {
    watch: Watch,
    containers: BTreeMap<String, Container>,
    posts: Vec<Value>,
    publishes: usize,
    deletes: usize,
    used: (u64, u64),
    /// What publishing requests answer although the post is out.
    lie: Option<(i64, i64)>,
    /// What the next publishing requests are refused with, without an effect.
    not_yet: Vec<(i64, i64)>,
    /// What a container says instead of being ready.
    verdict: Option<Value>,
    /// Posts that are there cannot be read.
    hidden: bool,
    /// Answers to posts are refused.
    mute: bool,
}

fn refused(code: i64, subcode: i64) -> Answer {
    let error = json!({"message": "no", "type": "OAuthException", "code": code, "error_subcode": subcode,
        "is_transient": false, "fbtrace_id": "AbCdTrace"});
    fake::json(400, json!({ "error": error }))
}

impl Api {
    fn create(&mut self, request: &Received) -> Answer {
        let fields: BTreeMap<_, _> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        if self.mute && fields.contains_key("reply_to_id") {
            return refused(10, 0);
        }
        let id = (17_889_000_000_000_000_u64 + self.containers.len() as u64).to_string();
        self.containers.insert(id.clone(), Container { fields, ..Container::default() });
        Answer::json(json!({ "id": id }))
    }

    fn status(&mut self, id: &str) -> Answer {
        let Some(container) = self.containers.get_mut(id) else { return refused(100, 33) };
        container.questions += 1;
        let word = match container {
            Container { published: Some(_), .. } => "PUBLISHED",
            Container { questions: 0..=1, .. } => "IN_PROGRESS",
            _ => match &self.verdict {
                Some(verdict) => return Answer::json(verdict.clone()),
                None => "FINISHED",
            },
        };
        Answer::json(json!({"id": id, "status": word}))
    }

    fn publish(&mut self, request: &Received) -> Answer {
        self.publishes += 1;
        if let Some((code, subcode)) = self.not_yet.pop() {
            return refused(code, subcode);
        }
        let id = request.form("creation_id").unwrap();
        let children = self.containers.get(&id).and_then(|container| container.fields.get("children"));
        let children: Vec<String> =
            children.map(|list| list.split(',').map(str::to_owned).collect()).unwrap_or_default();
        let ready = |container: &Container| container.questions > 1;
        if !children.iter().all(|child| self.containers.get(child).is_some_and(ready)) {
            return refused(100, 4_279_004);
        }
        let Some(container) = self.containers.get_mut(&id) else { return refused(24, 2_207_008) };
        if container.questions <= 1 {
            return refused(24, 4_279_009);
        }
        let post = match &container.published {
            Some(post) => post.clone(),
            None => {
                let post = format!("1792023842203{}", self.posts.len());
                container.published = Some(post.clone());
                let (text, answered) = (container.fields.get("text"), container.fields.get("reply_to_id"));
                let at = self.watch.graph_time();
                self.posts.insert(0, json!({"id": post, "text": text, "reply_to": answered, "timestamp": at}));
                post
            }
        };
        match self.lie {
            Some((code, subcode)) => refused(code, subcode),
            None => Answer::json(json!({ "id": post })),
        }
    }

    fn list(&self, answers: bool) -> Answer {
        let posts = self.posts.iter().filter(|post| post["reply_to"].is_string() == answers);
        Answer::json(json!({ "data": posts.collect::<Vec<_>>() }))
    }
}

impl Vendor for Api {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default().to_owned();
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        let path = request.url.path().trim_start_matches("/v1.0/").to_owned();
        let edge = path.strip_prefix(USER).unwrap_or_default();
        match (request.method.as_str(), edge) {
            ("POST", "/threads") => self.create(request),
            ("POST", "/threads_publish") => self.publish(request),
            ("GET", "/threads") => self.list(false),
            ("GET", "/replies") => self.list(true),
            ("GET", "/threads_publishing_limit") => {
                let (posts, replies) = self.used;
                Answer::json(json!({"data": [{
                    "quota_usage": posts, "config": {"quota_total": 250, "quota_duration": 86400},
                    "reply_quota_usage": replies, "reply_config": {"quota_total": 1000, "quota_duration": 86400},
                }]}))
            }
            ("DELETE", _) => {
                self.deletes += 1;
                self.posts.retain(|post| post["id"] != path);
                Answer::json(json!({"success": true, "deleted_id": path}))
            }
            _ if request.query("fields").as_deref() == Some("permalink") => {
                if self.hidden || !self.posts.iter().any(|post| post["id"] == path) {
                    return refused(100, 33);
                }
                Answer::json(json!({"id": path, "permalink": format!("https://www.threads.net/@alice/post/{path}")}))
            }
            ("GET", "") if path == USER => Answer::json(json!({ "id": USER })),
            _ => self.status(&path),
        }
    }
}

fn account(endpoint: EndpointBuilder) -> Threads {
    Threads::new(endpoint, FixedToken::new(TOKEN), USER).unwrap().with_host(Cdn::new("https://cdn.test"))
}

fn connect(fake: &Fake<Api>) -> Threads {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(Threads::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> Threads {
    account(Threads::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn image() -> Attachment {
    Attachment::new(jpeg(1080, 1080)).with_alt_text("bread")
}

fn text() -> Post {
    Post::new("Fresh bread #bakery")
}

fn carousel() -> Post {
    Post::new("Two")
        .with_placement(Placement::CAROUSEL)
        .with_attachment(image())
        .with_attachment(Attachment::new(mp4()))
}

fn long_thread() -> Post {
    let second = ThreadPart::new("Then the water").with_attachment(image());
    Post::new("First the flour").with_thread_part(second).with_thread_part(ThreadPart::new("Then the oven"))
}

/// One post of each shape that Threads has.
fn shapes() -> [Post; 4] {
    [text(), text().with_attachment(image()), text().with_attachment(Attachment::new(mp4())), carousel()]
}

/// Museum A1, A6, A7, A8: whatever breaks, the container tells whether the post is out.
#[tokio::test]
async fn no_fault_posts_twice() {
    for post in shapes() {
        let post = approved(&connect(&Fake::new(Api::default())), post).await;
        never_twice_never_lost(Api::default, connect_scene, &post, |api| api.posts.len()).await;
    }
}

/// A thread that breaks anywhere goes on where it broke: each part once, each an answer to the one
/// before.
#[tokio::test]
async fn no_fault_breaks_a_thread_for_good() {
    let watch = Watch::default();
    let post = long_thread().with_first_comment("Recipe in the profile");
    let post: &Approved<Post> = &approved(&connect(&Fake::new(Api::default())), post).await;
    let work = |scene: Scene| {
        watch.set(&scene.clock);
        async move { connect_scene(&scene).publish(&scene.run, post).await }
    };
    // A thread counts as often as its most frequent part.
    let copies = |fake: &Fake<Api>| {
        let api = fake.state.lock().unwrap();
        let of = |text: &Value| api.posts.iter().filter(|post| post["text"] == *text).count();
        api.posts.iter().map(|post| of(&post["text"])).max().unwrap_or(0)
    };
    let fresh = || Fake::new(Api { watch: watch.clone(), ..Api::default() });
    let cases = fault_matrix(fresh, work, copies).await.unwrap();
    assert!(cases.len() > 400, "{}", cases.len());
    for case in cases {
        assert_eq!(case.violation(), None);
        if let Some(Err(error)) = &case.broken
            && case.effects_of_broken > 0
        {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{case}: {error:?}");
        }
        let receipt = case.result.as_ref().unwrap_or_else(|error| panic!("{case}: {error:?}"));
        assert_eq!(case.exchanges_after_success, Some(0), "{case}");
        let roles: Vec<_> = receipt.posts.iter().map(|post| post.role.as_str().to_owned()).collect();
        assert_eq!(roles, ["main", "part", "part", "first_comment"], "{case}");
        let api = case.vendor.state.lock().unwrap();
        let id = |place: usize| json!(receipt.posts[place].id);
        let parents: Vec<_> = api.posts.iter().rev().map(|post| post["reply_to"].clone()).collect();
        assert_eq!(parents, [Value::Null, id(0), id(1), id(0)], "{case}");
    }
}

#[tokio::test]
async fn a_receipt_has_the_permalink_and_the_containers_what_was_asked() {
    let fake = Fake::new(Api::default());
    let threads = connect(&fake);
    let options = ThreadsOptions::new()
        .with_topic_tag("Bread")
        .with_reply_control(ReplyControl::FollowersOnly)
        .with_location_id("106078429431815")
        .with_spoiler();
    let options = options.clone();
    let video = text().with_attachment(Attachment::new(mp4()));
    let quoted = text().with_link("https://example.test/x".parse().unwrap()).with_quote(PostRef::new("42"));
    let poll = Post::new("Rye?").with_poll(Poll::new(["yes", "no"])).with_reply_to(PostRef::new("43"));
    for (name, post) in [
        ("image", text().with_attachment(image()).with_options(&options).unwrap()),
        ("video", video),
        ("carousel", carousel()),
        ("text", quoted),
        ("poll", poll),
    ] {
        let receipt = fake.publish(&threads, name, post).await.unwrap();
        assert_eq!(receipt.url().unwrap().path(), format!("/@alice/post/{}", receipt.id()));
    }
    let api = fake.state.lock().unwrap();
    let ids: Vec<_> = api.containers.keys().cloned().collect();
    let sent: Vec<Value> = api.containers.values().map(|container| json!(container.fields)).collect();
    let (image, video) = (sent[0]["image_url"].clone(), sent[1]["video_url"].clone());
    assert!(image.as_str().unwrap().starts_with("https://cdn.test/") && video.is_string());
    let text = "Fresh bread #bakery";
    assert_eq!(
        sent,
        [
            json!({"media_type": "IMAGE", "text": text, "image_url": image, "alt_text": "bread", "topic_tag": "Bread",
                "reply_control": "followers_only", "location_id": "106078429431815", "is_spoiler_media": "true"}),
            json!({"media_type": "VIDEO", "text": text, "video_url": video}),
            json!({"media_type": "IMAGE", "image_url": image, "alt_text": "bread", "is_carousel_item": "true"}),
            json!({"media_type": "VIDEO", "video_url": video, "is_carousel_item": "true"}),
            json!({"media_type": "CAROUSEL", "text": "Two", "children": format!("{},{}", ids[2], ids[3])}),
            json!({"media_type": "TEXT", "text": text, "link_attachment": "https://example.test/x", "quote_post_id": "42"}),
            json!({"media_type": "TEXT", "text": "Rye?", "reply_to_id": "43",
                "poll_attachment": r#"{"option_a":"yes","option_b":"no"}"#}),
        ]
    );
}

/// Museum A4, C16: a refusal of the publishing request triggers one look at the container.
#[tokio::test]
async fn a_refusal_of_a_post_that_is_live_is_a_success() {
    for lie in [(24, 4_279_009), (24, 2_207_008), (4, 2_207_051), (1, 0), (190, 463), (100, 33), (987_654, 0)] {
        let fake = Fake::new(Api { lie: Some(lie), ..Api::default() });
        let receipt = fake.publish(&connect(&fake), "run", text()).await.unwrap();
        assert!(receipt.id().starts_with("1792023842203"), "{lie:?}: found in the list");
        let api = fake.state.lock().unwrap();
        assert_eq!((api.posts.len(), api.publishes, api.containers.len()), (1, 1, 1), "{lie:?}");
    }
}

/// Trap 2 of the contract page: `FINISHED`, then "not found" that is not called transient.
#[tokio::test]
async fn a_container_that_is_not_found_right_after_it_was_finished_is_published_all_the_same() {
    for (times, containers) in [(1, 1), (2, 1), (3, 2)] {
        let fake = Fake::new(Api { not_yet: vec![(24, 4_279_009); times], ..Api::default() });
        fake.publish(&connect(&fake), "run", text()).await.unwrap();
        let api = fake.state.lock().unwrap();
        assert_eq!((api.posts.len(), api.publishes, api.containers.len()), (1, times + 1, containers));
    }
    let fake = Fake::new(Api { not_yet: vec![(24, 4_279_009); 20], ..Api::default() });
    let error = fake.publish(&connect(&fake), "run", text()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.code()), (ErrorKind::NotFound, Effect::None, Some("24/4279009")));
}

#[tokio::test]
async fn a_verdict_ends_the_wait_and_the_next_call_starts_anew() {
    for (verdict, kind) in [
        (json!({"status": "ERROR", "error_message": "FAILED_DOWNLOADING_VIDEO"}), ErrorKind::MediaInvalid),
        (json!({"status": "ERROR", "error_message": "INVALID_ASPEC_RATIO"}), ErrorKind::MediaInvalid),
        (json!({"status": "ERROR", "error_message": "UNKNOWN"}), ErrorKind::JobFailed),
        (json!({"status": "EXPIRED"}), ErrorKind::JobFailed),
    ] {
        let fake = Fake::new(Api { verdict: Some(verdict), ..Api::default() });
        let (threads, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&threads, text()).await;
        let run = fake.run(&journal, "run").await;
        let error = threads.publish(&run, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{error:?}");
        fake.state.lock().unwrap().verdict = None;
        threads.publish(&run, &post).await.unwrap();
        let api = fake.state.lock().unwrap();
        assert_eq!((api.posts.len(), api.containers.len()), (1, 2));
    }
}

/// What can be checked is refused before the first request.
#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_container() {
    let with = |options: ThreadsOptions| text().with_options(&options).unwrap();
    let topic = |topic: &str| with(ThreadsOptions::new().with_topic_tag(topic));
    let links = (0..6).map(|n| format!("https://example.com/{n} ")).collect::<String>();
    let link = || "https://example.test/".parse().unwrap();
    let two = || text().with_attachment(image()).with_attachment(image());
    let timed = Poll::new(["a", "b"]).open_for(Duration::from_secs(60));
    for (post, field) in [
        (topic(""), "options.threads.topic_tag"),
        (topic(&"x".repeat(51)), "options.threads.topic_tag"),
        (topic("B & B"), "options.threads.topic_tag"),
        (topic("a.b"), "options.threads.topic_tag"),
        (with(ThreadsOptions::new().with_spoiler()), "options.threads.spoiler"),
        (Post::new(links), "text"),
        (Post::new("#one #two"), "text"),
        (Post::new("x".repeat(501)), "text"),
        // Trap 29: an emoji costs its UTF-8 bytes.
        (Post::new("🍞".repeat(126)), "text"),
        (text().with_link(link()).with_attachment(image()), "link"),
        (two(), "attachments"),
        (text().with_placement(Placement::CAROUSEL).with_attachment(image()), "attachments"),
        (text().with_placement(Placement::STORY), "placement"),
        (Post::new("?").with_poll(timed), "poll.open_for"),
        (Post::new("?").with_poll(Poll::new(["a", "b", "c", "d", "e"])), "poll.choices"),
        (Post::new("?").with_poll(Poll::new(["a", "b"])).with_attachment(image()), "poll"),
        (text().with_publish_at(social_core::clock::Timestamp::MAX), "publish_at"),
        (text().with_thread_part(ThreadPart::new("x".repeat(501))), "thread[0].text"),
    ] {
        let fake = Fake::new(Api::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
        assert!(fake.vendor.received().is_empty());
    }
    let fake = Fake::new(Api::default());
    let endpoint = Threads::endpoint().transport(fake.vendor.transport());
    let hostless = Threads::new(endpoint, FixedToken::new(TOKEN), USER).unwrap();
    for post in [text().with_attachment(image()), long_thread()] {
        let error = fake.publish(&hostless, "run", post).await.unwrap_err();
        assert!(error.to_string().contains("media host"), "{error}");
    }
    let error = Threads::new(Threads::endpoint(), FixedToken::new(TOKEN), "../me").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(fake.vendor.received().is_empty());
}

#[tokio::test]
async fn a_thread_is_asked_about_and_taken_down_as_a_whole() {
    let fake = Fake::new(Api::default());
    let threads = connect(&fake);
    let receipt = fake.publish(&threads, "run", long_thread()).await.unwrap();
    assert!(receipt.posts.iter().all(|post| post.url.is_some()));
    assert_eq!(threads.status(&receipt).await.unwrap(), receipt);
    fake.state.lock().unwrap().hidden = true;
    assert_eq!(threads.status(&receipt).await.unwrap().state, ReceiptState::Published, "the lists have it");
    fake.state.lock().unwrap().hidden = false;
    let limits = threads.limits(&Placement::FEED).await.unwrap();
    assert_eq!(limits.posts, Some(PostQuota::new(0, 250, Some(Duration::from_secs(86_400)))));
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(threads.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(threads.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    let api = fake.state.lock().unwrap();
    assert_eq!((api.deletes, api.posts.len()), (3, 0));
}

#[tokio::test]
async fn a_used_up_quota_makes_no_container() {
    for (used, post) in
        [((250, 0), text()), ((0, 999), long_thread()), ((0, 1000), text().with_reply_to(PostRef::new("1")))]
    {
        let fake = Fake::new(Api { used, ..Api::default() });
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::QuotaExhausted, Effect::None));
        assert!(fake.state.lock().unwrap().containers.is_empty());
    }
    let fake = Fake::new(Api { used: (250, 0), ..Api::default() });
    fake.publish(&connect(&fake), "run", text().with_reply_to(PostRef::new("1"))).await.unwrap();
}

/// A comment that cannot be made is a warning, and the next call makes it; a thread that cannot go
/// on is no success.
#[tokio::test]
async fn a_first_comment_is_apart_and_a_thread_is_not() {
    let fake = Fake::new(Api { mute: true, ..Api::default() });
    let (threads, journal) = (connect(&fake), MemoryJournal::new());
    let commented = approved(&threads, text().with_first_comment("Recipe")).await;
    let run = fake.run(&journal, "comment").await;
    let receipt = threads.publish(&run, &commented).await.unwrap();
    assert_eq!((receipt.posts.len(), receipt.warnings.len()), (1, 1), "{receipt:?}");
    let thread = approved(&threads, long_thread()).await;
    let second = fake.run(&journal, "thread").await;
    let error = threads.publish(&second, &thread).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::OutcomeUnknown, Some("thread[0]")));
    let partial: Receipt = serde_json::from_str(error.partial().unwrap()).unwrap();
    assert_eq!(partial.posts.len(), 1);
    fake.state.lock().unwrap().mute = false;
    let receipt = threads.publish(&run, &commented).await.unwrap();
    assert_eq!((receipt.post(&PostRole::FIRST_COMMENT).is_some(), receipt.warnings.len()), (true, 0));
    let receipt = threads.publish(&second, &thread).await.unwrap();
    let api = fake.state.lock().unwrap();
    assert_eq!((receipt.posts.len(), api.posts.len()), (3, 5));
    let ids: BTreeSet<_> = receipt.posts.iter().map(|post| post.id.clone()).collect();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Api { lie: Some((190, 463)), ..Api::default() });
    let threads = connect(&fake);
    assert!(!format!("{threads:?}").contains(TOKEN));
    assert_eq!(fake.vendor.calls(&Method::GET, "/"), 0);
    let remote = Attachment::new(Media::remote("http://cdn.test/a.jpg".parse().unwrap()));
    let error = fake.publish(&threads, "run", text().with_attachment(remote)).await.unwrap_err();
    assert_eq!((error.kind(), error.item(), error.field()), (ErrorKind::MediaInvalid, Some(0), Some("attachments[0]")));
    assert!(!format!("{error:?}").contains(TOKEN));
}
