//! The fake Instagram is invented after the documents (container states, 24 h, one post per
//! container); the refusals are those of the documented table, and of recorded answers where a test
//! says so.

mod checks;
mod conformance;
mod refusals;
mod shared;

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use social_core::clock::Clock as _;
use social_core::http::{EndpointBuilder, Failure, FixedToken};
use social_core::media::Media;
use social_core::publish::{Attachment, MediaRole, Placement, Post, PostQuota, Publisher as _, Receipt, ReceiptState};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Answer, Received, Scene};
use social_core::{Effect, Error, ErrorKind, Result, Retry};

use super::*;
use crate::fake::{self, Cdn, Fake, Vendor, approved, jpeg, mp4, never_twice_never_lost};
use crate::graph::wire::{ContainerState, ContainerStatus};

const USER: &str = "17841400008460056";
const TOKEN: &str = "token-of-the-account";
/// Some seconds after the clock of the tests begins: its containers are ready by then.
const PUBLISHED_AT: &str = "2026-11-20T12:00:10+0000";

/// A container of the fake.
#[derive(Default)]
struct Container {
    fields: BTreeMap<String, String>,
    questions: usize,
    uploaded: bool,
    arrived: usize,
    /// So many bytes it said that it has.
    told: usize,
    published: Option<String>,
    expired: bool,
}

/// An account whose containers need two questions until they are ready.
#[derive(Default)]
struct Graph {
    containers: BTreeMap<String, Container>,
    posts: Vec<Value>,
    publishes: usize,
    uploads: usize,
    quota_used: u64,
    /// What the next publishing requests answer although the post is out.
    lie: Option<(i64, i64)>,
    /// What the next publishing request is refused with, without an effect.
    not_yet: Option<(i64, i64)>,
    /// The next upload breaks behind so many bytes.
    cut: Option<usize>,
    /// What a container says instead of being ready.
    verdict: Option<Value>,
    /// Posts that are there cannot be read.
    hidden: bool,
    deletes: usize,
}

fn refused(code: i64, subcode: i64) -> Answer {
    let error = json!({"message": "no", "type": "OAuthException", "code": code, "error_subcode": subcode,
        "fbtrace_id": "AbCdTrace"});
    fake::json(400, json!({ "error": error }))
}

impl Graph {
    fn create(&mut self, request: &Received) -> Answer {
        let id = (17_889_000_000_000_000_u64 + self.containers.len() as u64).to_string();
        let fields: BTreeMap<_, _> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let mut answer = json!({ "id": id });
        if fields.get("upload_type").is_some_and(|kind| kind == "resumable") {
            answer["uri"] = json!(format!("https://rupload.facebook.com/ig-api-upload/v25.0/{id}"));
        }
        self.containers.insert(id, Container { fields, ..Container::default() });
        Answer::json(answer)
    }

    fn status(&mut self, id: &str) -> Answer {
        let verdict = self.verdict.clone();
        let Some(container) = self.containers.get_mut(id) else { return refused(100, 33) };
        container.questions += 1;
        let waits = container.fields.contains_key("upload_type") && !container.uploaded;
        let word = match container {
            Container { published: Some(_), .. } => "PUBLISHED",
            Container { expired: true, .. } => "EXPIRED",
            Container { questions: 0..=2, .. } => "IN_PROGRESS",
            _ if waits => "IN_PROGRESS",
            _ => match verdict {
                Some(verdict) => return Answer::json(verdict),
                None => "FINISHED",
            },
        };
        Answer::json(json!({"id": id, "status_code": word}))
    }

    fn publish(&mut self, request: &Received) -> Answer {
        self.publishes += 1;
        if let Some((code, subcode)) = self.not_yet.take() {
            return refused(code, subcode);
        }
        let id = request.form("creation_id").unwrap();
        let children: Vec<String> = match self.containers.get(&id).and_then(|c| c.fields.get("children")) {
            Some(list) => list.split(',').map(str::to_owned).collect(),
            None => Vec::new(),
        };
        // Museum C1: every child has to be ready, and the parent too.
        let ready = |container: &Container| container.questions > 2 && !container.expired;
        if !children.iter().all(|child| self.containers.get(child).is_some_and(ready)) {
            return refused(9007, 2_207_027);
        }
        let Some(container) = self.containers.get_mut(&id) else { return refused(24, 2_207_008) };
        if container.expired {
            return refused(24, 2_207_008);
        }
        if container.questions <= 2 {
            return refused(9007, 2_207_027);
        }
        let media = match &container.published {
            Some(media) => media.clone(),
            None => {
                let media = format!("1792023842203{}", self.posts.len());
                container.published = Some(media.clone());
                let caption = container.fields.get("caption");
                self.posts.push(json!({"id": media, "caption": caption, "timestamp": PUBLISHED_AT}));
                media
            }
        };
        match self.lie {
            Some((code, subcode)) => refused(code, subcode),
            None => Answer::json(json!({ "id": media })),
        }
    }
}

impl Vendor for Graph {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default().to_owned();
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        if request.url.host_str() == Some("rupload.facebook.com") {
            assert!(authorization == format!("OAuth {TOKEN}") || authorization == format!("OAuth {SECRET}"));
            let number = |name: &str| request.header(name).unwrap().parse::<usize>().unwrap();
            self.uploads += 1;
            let cut = self.cut.take();
            let id = request.url.path().rsplit('/').next().unwrap();
            let container = self.containers.get_mut(id).unwrap();
            assert!(number("offset") >= container.told, "what arrived is not sent again");
            assert_eq!(number("offset") + request.body.len(), number("file_size"));
            // A request that was under way for long comes behind the one sent in its place.
            if number("offset") != container.arrived {
                return fake::wrong_offset();
            }
            if let Some(cut) = cut {
                container.arrived = cut;
                return Answer::lost();
            }
            (container.uploaded, container.arrived) = (true, number("file_size"));
            return Answer::json(json!({"success": true, "message": "Upload successful. ..."}));
        }
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        let path = request.url.path().trim_start_matches("/v25.0/").to_owned();
        let edge = path.strip_prefix(USER).map(|edge| (request.method.clone(), edge.to_owned()));
        match edge.as_ref().map(|(method, edge)| (method.as_str(), edge.as_str())) {
            Some(("POST", "/media")) => self.create(request),
            Some(("POST", "/media_publish")) => self.publish(request),
            Some(("GET", "/media")) => Answer::json(json!({ "data": self.posts })),
            Some(("GET", "/content_publishing_limit")) => Answer::json(
                json!({"data": [{"quota_usage": self.quota_used, "config": {"quota_total": 50, "quota_duration": 86400}}]}),
            ),
            _ if request.method == Method::DELETE => {
                self.deletes += 1;
                self.posts.retain(|post| post["id"] != path);
                Answer::json(json!({"success": true}))
            }
            _ if request.query("fields").as_deref() == Some("video_status") => {
                let Some(container) = self.containers.get_mut(&path) else { return refused(100, 33) };
                container.told = container.arrived;
                let phase = json!({"status": "in_progress", "bytes_transferred": container.arrived});
                Answer::json(json!({"id": path, "video_status": {"uploading_phase": phase}}))
            }
            _ if request.query("fields").as_deref() == Some("permalink") => {
                if self.hidden || !self.posts.iter().any(|post| post["id"] == path) {
                    return refused(100, 33);
                }
                Answer::json(json!({"id": path, "permalink": format!("https://www.instagram.com/p/{path}/")}))
            }
            _ if path == USER => Answer::json(json!({ "id": USER })),
            _ => self.status(&path),
        }
    }
}

fn account(endpoint: EndpointBuilder) -> Instagram {
    Instagram::new(endpoint, FixedToken::new(TOKEN), USER).unwrap().with_host(Cdn::new("https://cdn.test"))
}

fn connect(fake: &Fake<Graph>) -> Instagram {
    account(Instagram::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> Instagram {
    account(Instagram::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn image() -> Attachment {
    Attachment::new(jpeg(1080, 1080)).with_alt_text("bread")
}

fn feed() -> Post {
    Post::new("Bread #bakery").with_attachment(image())
}

fn reel() -> Post {
    Post::new("Rising").with_placement(Placement::REEL).with_attachment(Attachment::new(mp4()))
}

fn carousel() -> Post {
    Post::new("Two")
        .with_placement(Placement::CAROUSEL)
        .with_attachment(image())
        .with_attachment(Attachment::new(mp4()))
}

fn story() -> Post {
    Post::new("").with_placement(Placement::STORY).with_attachment(image())
}

async fn no_fault_posts_twice(post: Post) {
    let post = approved(&connect(&Fake::new(Graph::default())), post).await;
    never_twice_never_lost(Graph::default, connect_scene, &post, |graph| graph.posts.len()).await;
}

/// Museum A1, A6, A7, A8: whatever breaks, the container tells whether the post is out.
#[tokio::test]
async fn no_fault_posts_an_image_twice() {
    no_fault_posts_twice(feed()).await;
}

#[tokio::test]
async fn no_fault_posts_a_reel_twice() {
    no_fault_posts_twice(reel()).await;
}

#[tokio::test]
async fn no_fault_posts_a_carousel_twice() {
    no_fault_posts_twice(carousel()).await;
}

#[tokio::test]
async fn no_fault_posts_a_story_twice() {
    no_fault_posts_twice(story()).await;
}

#[tokio::test]
async fn a_receipt_has_the_permalink_and_the_containers_what_was_asked() {
    let fake = Fake::new(Graph::default());
    let instagram = connect(&fake);
    let receipt = fake.publish(&instagram, "feed", feed()).await.unwrap();
    assert_eq!(receipt.url().unwrap().as_str(), format!("https://www.instagram.com/p/{}/", receipt.id()));
    for (name, post) in [
        ("reel", reel().with_attachment(image().with_role(MediaRole::Cover))),
        ("carousel", carousel()),
        ("story", story()),
    ] {
        fake.publish(&instagram, name, post).await.unwrap();
    }
    let graph = fake.state.lock().unwrap();
    assert_eq!((graph.posts.len(), graph.publishes, graph.uploads), (4, 4, 2));
    let sent: Vec<Value> = graph.containers.values().map(|container| json!(container.fields)).collect();
    let ids: Vec<_> = graph.containers.keys().cloned().collect();
    let address = sent[0]["image_url"].clone();
    assert!(address.as_str().unwrap().starts_with("https://cdn.test/"));
    assert_eq!(
        sent,
        [
            json!({"image_url": address, "caption": "Bread #bakery", "alt_text": "bread"}),
            json!({"media_type": "REELS", "caption": "Rising", "cover_url": address, "upload_type": "resumable"}),
            json!({"image_url": address, "alt_text": "bread", "is_carousel_item": "true"}),
            json!({"media_type": "VIDEO", "upload_type": "resumable", "is_carousel_item": "true"}),
            json!({"media_type": "CAROUSEL", "children": format!("{},{}", ids[2], ids[3]), "caption": "Two"}),
            json!({"media_type": "STORIES", "image_url": address}),
        ]
    );
}

/// Museum A4, C16: a refusal of the publishing request triggers one look at the container.
#[tokio::test]
async fn a4_a_refusal_of_a_post_that_is_live_is_a_success() {
    let gone = [(24, 2_207_006), (24, 2_207_008), (-2, 2_207_020)];
    let later = [(-2, 2_207_003), (9007, 2_207_027), (4, 0), (-1, 2_207_032), (613, 0), (17, 2_446_079), (2, 0)];
    let lies = [(4, 2_207_051), (1, 2_207_001), (9, 2_207_042), (190, 463), (100, 33), (987_654, 0)];
    for lie in lies.into_iter().chain(gone).chain(later) {
        let fake = Fake::new(Graph { lie: Some(lie), ..Graph::default() });
        let receipt = fake.publish(&connect(&fake), "run", feed()).await.unwrap();
        assert!(receipt.id().starts_with("1792023842203"), "{lie:?}: found in the list");
        let graph = fake.state.lock().unwrap();
        assert_eq!((graph.posts.len(), graph.publishes, graph.containers.len()), (1, 1, 1), "{lie:?}: asked once");
    }
}

/// `reliability.md`, fault 2: a container that was not ready is published a settle time later, and
/// one that is gone is replaced then, in the same call.
#[tokio::test]
async fn a_refusal_without_effect_is_believed_when_the_settle_time_is_over() {
    for (refusal, containers) in
        [((-2, 2_207_003), 1), ((9007, 2_207_027), 1), ((24, 2_207_006), 2), ((-2, 2_207_020), 2)]
    {
        let fake = Fake::new(Graph { not_yet: Some(refusal), ..Graph::default() });
        let begun = fake.clock.now();
        fake.publish(&connect(&fake), "run", feed()).await.unwrap();
        let graph = fake.state.lock().unwrap();
        assert_eq!((graph.posts.len(), graph.publishes, graph.containers.len()), (1, 2, containers), "{refusal:?}");
        assert!(fake.clock.now().duration_since(begun).as_secs() >= 30, "{refusal:?}: it may have been on its way");
    }
}

/// Museum A7: an entry of the list is taken for ours only when nothing else can be meant.
#[tokio::test]
async fn a7_a_foreign_post_is_not_adopted() {
    let twin = json!({"id": "999", "caption": "Bread #bakery", "timestamp": PUBLISHED_AT});
    for posts in [vec![twin], vec![]] {
        let lie = Some((4, 2_207_051));
        let ambiguous = !posts.is_empty();
        let fake = Fake::new(Graph { lie, posts, ..Graph::default() });
        let receipt = fake.publish(&connect(&fake), "run", feed()).await.unwrap();
        assert_ne!(receipt.id(), "999");
        assert_eq!(receipt.warnings.len(), usize::from(ambiguous), "{receipt:?}");
    }
}

/// A container lives a day. The run goes on with a new one, and posts once.
#[tokio::test]
async fn an_expired_container_is_replaced() {
    let fake = Fake::new(Graph::default());
    let (instagram, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&instagram, feed()).await;
    let publish = async || -> Result<Receipt> {
        let run = fake.run(&journal, "run").await;
        instagram.publish(&run, &post).await
    };
    // The process dies after the container is ready and before the post.
    {
        let run = fake.run(&journal, "run").await;
        let attempt = run.child("attempt-1");
        run.bind(&post.approval().digest).await.unwrap();
        let facts = [post.attachments[0].media.info().await.unwrap()];
        let id = instagram.prepare(&attempt, &post, &facts).await.unwrap();
        let at = fake.clock.now();
        attempt.step("ready", || async { Ok(json!({"container": id, "at": at})) }).await.unwrap();
    }
    for container in fake.state.lock().unwrap().containers.values_mut() {
        container.expired = true;
    }
    fake.clock.advance(Duration::from_secs(30 * 3600));
    publish().await.unwrap();
    publish().await.unwrap();
    let graph = fake.state.lock().unwrap();
    assert_eq!((graph.posts.len(), graph.containers.len(), graph.publishes), (1, 2, 2));
}

/// Museum C19: a text without a code is an error as well. The next call begins with a new
/// container.
#[tokio::test]
async fn c19_a_verdict_ends_the_wait_and_the_next_call_starts_anew() {
    for (verdict, kind) in [
        (json!({"status": "Error: Media upload has failed with error code 2207026"}), ErrorKind::MediaInvalid),
        (json!({"status_code": "ERROR", "status": "Error: 2207053"}), ErrorKind::Unavailable),
        (json!({"status_code": "ERROR"}), ErrorKind::JobFailed),
        (json!({"status_code": "EXPIRED"}), ErrorKind::JobFailed),
    ] {
        let fake = Fake::new(Graph { verdict: Some(verdict), ..Graph::default() });
        let (instagram, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&instagram, feed()).await;
        let run = fake.run(&journal, "run").await;
        let error = instagram.publish(&run, &post).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{error:?}");
        fake.state.lock().unwrap().verdict = None;
        instagram.publish(&run, &post).await.unwrap();
        let graph = fake.state.lock().unwrap();
        assert_eq!((graph.posts.len(), graph.containers.len()), (1, 2));
    }
}

/// Museum C1, C19: an undocumented word is pending, with a bound.
#[tokio::test]
async fn c1_an_unknown_word_waits_until_the_deadline() {
    let fake = Fake::new(Graph { verdict: Some(json!({"status_code": "UPLOAD_COMPLETE"})), ..Graph::default() });
    let error = fake.publish(&connect(&fake), "run", feed()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("UPLOAD_COMPLETE"), "{error}");
    assert_eq!(fake.state.lock().unwrap().publishes, 0);
}

#[tokio::test]
async fn options_stand_in_the_containers_and_wrong_ones_are_refused_before_the_first() {
    let fake = Fake::new(Graph::default());
    let tagged = InstagramOptions::new()
        .with_user_tag(UserTag::new("eva").at(0.5, 0.25))
        .with_collaborator("partner")
        .with_location_id("106078429431815");
    let mut made = feed().with_options(&tagged).unwrap();
    made.ai_generated = true;
    let rising =
        InstagramOptions::new().with_share_to_feed(false).with_cover_offset_ms(1500).with_user_tag(UserTag::new("eva"));
    let second = InstagramOptions::new().with_user_tag(UserTag::new("eva").in_attachment(1));
    for (name, post) in [
        ("feed", made),
        ("reel", reel().with_options(&rising).unwrap()),
        ("carousel", carousel().with_options(&second).unwrap()),
    ] {
        fake.publish(&connect(&fake), name, post).await.unwrap();
    }
    {
        let graph = fake.state.lock().unwrap();
        let sent: Vec<_> = graph.containers.values().map(|container| &container.fields).collect();
        assert_eq!(sent[0]["user_tags"], r#"[{"username":"eva","x":0.5,"y":0.25}]"#);
        assert_eq!(sent[0]["collaborators"], r#"["partner"]"#);
        assert_eq!((&*sent[0]["location_id"], &*sent[0]["is_ai_generated"]), ("106078429431815", "true"));
        assert_eq!((&*sent[1]["share_to_feed"], &*sent[1]["thumb_offset"]), ("false", "1500"));
        assert_eq!(sent[1]["user_tags"], r#"[{"username":"eva"}]"#);
        assert!(!sent[2].contains_key("user_tags"), "the first file of the carousel");
        assert_eq!(sent[3]["user_tags"], r#"[{"username":"eva"}]"#);
    }
    let tag = |tag: UserTag| feed().with_options(&InstagramOptions::new().with_user_tag(tag)).unwrap();
    let offset = InstagramOptions::new().with_cover_offset_ms(1);
    let four = ["a", "b", "c", "d"].iter().fold(InstagramOptions::new(), |all, name| all.with_collaborator(*name));
    let cover = image().with_role(MediaRole::Cover);
    for (post, kind, field) in [
        (tag(UserTag::new("eva")), ErrorKind::InvalidRequest, "user_tags[0]"),
        (tag(UserTag::new("eva").at(0.5, 2.0)), ErrorKind::InvalidRequest, "user_tags[0]"),
        (tag(UserTag::new("eva bakes").at(0.5, 0.5)), ErrorKind::InvalidRequest, "user_tags[0].username"),
        (tag(UserTag::new("@").at(0.5, 0.5)), ErrorKind::InvalidRequest, "user_tags[0].username"),
        (tag(UserTag::new("eva").at(0.5, 0.5).in_attachment(1)), ErrorKind::InvalidRequest, "user_tags[0].attachment"),
        (feed().with_options(&four).unwrap(), ErrorKind::InvalidRequest, "collaborators"),
        (reel().with_attachment(cover).with_options(&offset).unwrap(), ErrorKind::InvalidRequest, "cover_offset_ms"),
        (feed().with_options(&offset).unwrap(), ErrorKind::Unsupported, "cover_offset_ms"),
    ] {
        let fake = Fake::new(Graph::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        let field = format!("options.instagram.{field}");
        assert_eq!((error.kind(), error.field()), (kind, Some(field.as_str())), "{error}");
        assert!(fake.vendor.received().is_empty());
    }
}

/// Stands on the documents: only the interface of Facebook Login deletes, and a read may fail while
/// a post is there.
#[tokio::test]
async fn a_post_is_asked_about_and_taken_down_where_that_is_offered() {
    let fake = Fake::new(Graph::default());
    let instagram = connect(&fake);
    let receipt = fake.publish(&instagram, "run", feed()).await.unwrap();
    assert_eq!(instagram.status(&receipt).await.unwrap(), receipt);
    let error = instagram.delete(&Run::ephemeral(), &receipt).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("delete")));
    assert!(!instagram.capabilities().delete);
    let limits = instagram.limits(&Placement::FEED).await.unwrap();
    assert_eq!(limits.posts, Some(PostQuota::new(0, 50, Some(Duration::from_secs(86_400)))));

    let endpoint = Instagram::endpoint().base_url("https://graph.facebook.com");
    let facebook = account(endpoint.transport(fake.vendor.transport()).clock(fake.clock.clone()));
    assert!(facebook.capabilities().delete);
    fake.state.lock().unwrap().hidden = true;
    let hidden = facebook.status(&receipt).await.unwrap();
    assert_eq!(hidden.state, ReceiptState::Published, "the list has it");
    fake.state.lock().unwrap().hidden = false;
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(facebook.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(facebook.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    assert_eq!(fake.state.lock().unwrap().deletes, 1);
}

/// Where the container says how far an upload came, the rest is sent.
#[tokio::test]
async fn an_upload_goes_on_where_it_was_cut() {
    let Media::Bytes(video) = mp4() else { panic!("not in memory") };
    let half = video.len() / 2;
    let fake = Fake::new(Graph { cut: Some(half), ..Graph::default() });
    fake.publish(&connect(&fake), "run", reel()).await.unwrap();
    let graph = fake.state.lock().unwrap();
    assert_eq!((graph.posts.len(), graph.containers.len(), graph.uploads), (1, 1, 2));
    let uploads = |request: &&Received| request.url.host_str() == Some("rupload.facebook.com");
    let sent: Vec<_> = fake.vendor.received().iter().filter(uploads).map(|request| request.body.len()).collect();
    assert_eq!(sent, [video.len(), video.len() - half]);
}
