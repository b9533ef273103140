//! The fake data server is invented after the lexicons and after what the real PDS of the lab
//! answers (a second create of a key is a bare 500, a missing record is 400 `RecordNotFound`, an
//! expired token is 400 `ExpiredToken`).

mod conformance;
mod shared;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::http::{Failure, Request, Response, Transport};
use social_core::media::Media;
use social_core::publish::{
    Attachment, MediaRole, Placement, Post, PostRef, PostRole, Publisher as _, ReceiptState, ThreadPart,
};
use social_core::run::Run;
use social_core::testkit::{Answer, Received, Scene};
use social_core::{AccountKey, Effect, ErrorKind};

use super::*;
use crate::fake::{self, Fake, Vendor, approved, approved_for, jpeg, mp4, never_twice_never_lost};

const DID: &str = "did:plc:alice";

/// A data server with one account.
#[derive(Default)]
struct Pds {
    logins: u32,
    refreshes: u32,
    serial: u32,
    access: String,
    refresh: String,
    records: BTreeMap<String, Value>,
    creates: u32,
    creates_refused: u32,
    blobs: u32,
    did_doc: Option<Value>,
    everybody_exists: bool,
    deletes: u32,
}

impl Pds {
    fn session(&mut self) -> Answer {
        self.serial += 1;
        self.access = format!("access-token-{}", self.serial);
        self.refresh = format!("refresh-token-{}", self.serial);
        let mut answer =
            json!({"did": DID, "handle": "alice.test", "accessJwt": self.access, "refreshJwt": self.refresh});
        if let Some(doc) = &self.did_doc {
            answer["didDoc"] = doc.clone();
        }
        Answer::json(answer)
    }
}

fn refused(status: u16, error: &str) -> Answer {
    fake::json(status, json!({"error": error, "message": format!("{error} it is")}))
}

impl Vendor for Pds {
    fn answer(&mut self, request: &Received) -> Answer {
        let bearer = request.header("authorization").unwrap_or_default().trim_start_matches("Bearer ").to_owned();
        let method = request.url.path().trim_start_matches("/xrpc/").to_owned();
        match method.as_str() {
            "com.atproto.server.createSession" => {
                self.logins += 1;
                if !["app-password", social_core::testkit::conformance::SECRET]
                    .map(Value::from)
                    .contains(&request.json()["password"])
                {
                    return refused(401, "AuthenticationRequired");
                }
                return self.session();
            }
            "com.atproto.server.refreshSession" => {
                self.refreshes += 1;
                return if bearer == self.refresh { self.session() } else { refused(400, "ExpiredToken") };
            }
            _ => {}
        }
        if bearer != self.access {
            self.creates_refused += u32::from(method == "com.atproto.repo.createRecord");
            return refused(400, if bearer.is_empty() { "AuthMissing" } else { "ExpiredToken" });
        }
        match method.as_str() {
            "com.atproto.repo.createRecord" => {
                self.creates += 1;
                let body = request.json();
                let key = body["rkey"].as_str().unwrap().to_owned();
                if self.records.contains_key(&key) {
                    return refused(500, "InternalServerError");
                }
                let uri = format!("at://{DID}/app.bsky.feed.post/{key}");
                self.records.insert(key, body["record"].clone());
                Answer::json(json!({"uri": uri, "cid": "bafy", "validationStatus": "valid"}))
            }
            "com.atproto.repo.getRecord" => match self.records.get(&request.query("rkey").unwrap()) {
                Some(value) => {
                    let uri = format!("at://{DID}/app.bsky.feed.post/{}", request.query("rkey").unwrap());
                    Answer::json(json!({"uri": uri, "cid": "bafy", "value": value}))
                }
                None => refused(400, "RecordNotFound"),
            },
            "com.atproto.repo.deleteRecord" => {
                self.deletes += 1;
                self.records.remove(request.json()["rkey"].as_str().unwrap());
                Answer::json(json!({"commit": {"cid": "bafy", "rev": "3l"}}))
            }
            "com.atproto.repo.uploadBlob" => {
                self.blobs += 1;
                let blob = json!({"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": request.header("content-type"),
                    "size": request.body.len()});
                Answer::json(json!({ "blob": blob }))
            }
            "com.atproto.identity.resolveHandle" => match request.query("handle").unwrap().as_str() {
                handle if self.everybody_exists => Answer::json(json!({"did": format!("did:fake:{handle}")})),
                "bob.test" => Answer::json(json!({"did": "did:plc:bob"})),
                _ => refused(400, "HandleNotFound"),
            },
            _ => refused(501, "MethodNotImplemented"),
        }
    }
}

fn account(endpoint: EndpointBuilder, password: &str) -> Bluesky {
    Bluesky::new(endpoint.base_url("https://pds.test"), "alice.test", SecretString::from(password)).unwrap()
}

fn connect<V: Vendor>(fake: &Fake<V>) -> Bluesky {
    account(Bluesky::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()), "app-password")
}

fn connect_scene(scene: &Scene) -> Bluesky {
    let endpoint = Bluesky::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
    account(endpoint, "app-password")
}

/// Museum A1, A7, A8, A5: a post whose answer was lost is looked up by its key.
#[tokio::test]
async fn no_fault_of_any_exchange_posts_twice_or_loses_the_post() {
    let bluesky = connect(&Fake::new(Pds::default()));
    for post in [
        Post::new("Hello"),
        Post::new("Hi @bob.test")
            .with_attachment(Attachment::new(jpeg(4, 3)))
            .with_attachment(Attachment::new(jpeg(1, 1))),
    ] {
        let post = approved(&bluesky, post).await;
        never_twice_never_lost(Pds::default, connect_scene, &post, |pds| pds.records.len()).await;
    }
}

fn thread() -> Post {
    let part = ThreadPart::new("Two").with_attachment(Attachment::new(jpeg(4, 3)));
    Post::new("One").with_thread_part(part).with_thread_part(ThreadPart::new("Three #bread"))
}

#[tokio::test]
async fn no_fault_of_any_exchange_posts_a_part_twice_or_loses_one() {
    let post = approved(&connect(&Fake::new(Pds::default())), thread()).await;
    never_twice_never_lost(Pds::default, connect_scene, &post, |pds| pds.records.len() / 3).await;
}

/// app.bsky.feed.post: each part names what began the thread, and the part before.
#[tokio::test]
async fn a_thread_hangs_together_and_posts_are_answered_and_quoted() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(&fake);
    let receipt = fake.publish(&bluesky, "thread", thread()).await.unwrap();
    let roles: Vec<_> = receipt.posts.iter().map(|post| post.role.clone()).collect();
    assert_eq!(roles, [PostRole::MAIN, PostRole::PART, PostRole::PART]);
    let of = |id: &str| fake.state.lock().unwrap().records[id.rsplit('/').next().unwrap()].clone();
    let [one, two, three] = [0, 1, 2].map(|part| receipt.posts[part].id.clone());
    let named = |uri: &str| json!({"uri": uri, "cid": "bafy"});
    assert_eq!(of(&one)["reply"], Value::Null);
    assert_eq!(of(&two)["reply"], json!({"root": named(&one), "parent": named(&one)}));
    assert_eq!(of(&two)["embed"]["images"].as_array().unwrap().len(), 1);
    assert_eq!(of(&three)["reply"], json!({"root": named(&one), "parent": named(&two)}));
    assert_eq!(of(&three)["facets"].as_array().unwrap().len(), 1);
    assert!(one < two && two < three, "the keys follow each other");

    let answer = Post::new("Four").with_reply_to(PostRef::new(&three)).with_quote(PostRef::new(&one));
    let answer = fake.publish(&bluesky, "answer", answer).await.unwrap();
    let record = of(answer.id());
    assert_eq!(record["reply"], json!({"root": named(&one), "parent": named(&three)}));
    assert_eq!(record["embed"], json!({"$type": "app.bsky.embed.record", "record": named(&one)}));

    let both = Post::new("Five").with_quote(PostRef::new(&one)).with_attachment(Attachment::new(jpeg(4, 3)));
    let both = fake.publish(&bluesky, "both", both).await.unwrap();
    let embed = &of(both.id())["embed"];
    assert_eq!(embed["$type"], "app.bsky.embed.recordWithMedia");
    assert_eq!(embed["record"], json!({"$type": "app.bsky.embed.record", "record": named(&one)}));
    assert_eq!(embed["media"]["$type"], "app.bsky.embed.images");

    let nowhere = Post::new("Six").with_reply_to(PostRef::new(format!("at://{DID}/app.bsky.feed.post/3l")));
    let error = fake.publish(&bluesky, "nowhere", nowhere).await.unwrap_err();
    assert_eq!((error.code(), error.field()), (Some("RecordNotFound"), Some("reply_to")));
    for id in ["1", "https://bsky.app/profile/x/post/y", "at://did:plc:x/app.bsky.feed.like/y"] {
        let error = fake.publish(&bluesky, id, Post::new("x").with_quote(PostRef::new(id))).await.unwrap_err();
        assert_eq!(error.field(), Some("quote"), "{id}");
    }
}

#[tokio::test]
async fn one_login_serves_many_posts_and_the_receipt_is_the_public_page() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(&fake);
    for text in ["one", "two"] {
        let receipt = fake.publish(&bluesky, text, Post::new(text).with_language("en")).await.unwrap();
        let key = receipt.id().rsplit('/').next().unwrap();
        assert_eq!(receipt.url().unwrap().as_str(), format!("https://bsky.app/profile/{DID}/post/{key}"));
        assert_eq!(receipt.account.to_string(), format!("default/bluesky/{DID}"));
        fake.clock.advance(Duration::from_secs(1));
    }
    let pds = fake.state.lock().unwrap();
    assert_eq!((pds.logins, pds.creates, pds.records.len()), (1, 2, 2));
    assert_eq!(
        pds.records.values().next().unwrap(),
        &json!({"$type": "app.bsky.feed.post", "text": "one", "createdAt": "2026-11-20T12:00:00.000Z", "langs": ["en"]})
    );
}

/// Lets the other tasks run before each request.
#[derive(Debug)]
struct Polite(Arc<dyn Transport>);

#[async_trait]
impl Transport for Polite {
    async fn send(&self, request: Request) -> Result<Response> {
        tokio::task::yield_now().await;
        self.0.send(request).await
    }
}

// Museum B2.
#[tokio::test]
async fn b2_calls_that_are_refused_together_refresh_once() {
    let fake = Fake::new(Pds::default());
    let polite = Arc::new(Polite(fake.vendor.transport()));
    let bluesky = account(Bluesky::endpoint().transport(polite).clock(fake.clock.clone()), "app-password");
    fake.publish(&bluesky, "first", Post::new("first")).await.unwrap();
    fake.state.lock().unwrap().access = "changed at the server".to_owned();
    let names: Vec<_> = (0..5).map(|n| format!("post {n}")).collect();
    let posts = names.iter().map(|name| fake.publish(&bluesky, name, Post::new(name)));
    for result in futures_util::future::join_all(posts).await {
        result.unwrap();
    }
    let pds = fake.state.lock().unwrap();
    assert_eq!(pds.creates_refused, 5, "all of them met the old token");
    assert_eq!((pds.logins, pds.refreshes, pds.records.len()), (1, 1, 6));
}

#[tokio::test]
async fn a_spent_refresh_token_ends_in_one_new_login() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(&fake);
    fake.publish(&bluesky, "first", Post::new("first")).await.unwrap();
    {
        let mut pds = fake.state.lock().unwrap();
        pds.access = "changed at the server".to_owned();
        pds.refresh = "this too".to_owned();
    }
    fake.publish(&bluesky, "second", Post::new("second")).await.unwrap();
    let pds = fake.state.lock().unwrap();
    assert_eq!((pds.logins, pds.refreshes), (2, 1));
}

/// A data server that loses the answer to its first refresh.
struct LosesRefresh(Pds);

impl Vendor for LosesRefresh {
    fn answer(&mut self, request: &Received) -> Answer {
        let answer = self.0.answer(request);
        let lost = request.url.path().ends_with("refreshSession") && self.0.refreshes == 1;
        if lost { Answer::lost() } else { answer }
    }
}

// Museum B5: a lost refresh is that call's failure, not the account's end.
#[tokio::test]
async fn b5_a_fault_during_a_refresh_does_not_disconnect() {
    let fake = Fake::new(LosesRefresh(Pds::default()));
    let bluesky = connect(&fake);
    fake.publish(&bluesky, "first", Post::new("first")).await.unwrap();
    fake.state.lock().unwrap().0.access = "changed at the server".to_owned();
    let error = fake.publish(&bluesky, "second", Post::new("second")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    fake.publish(&bluesky, "second", Post::new("second")).await.unwrap();
    let pds = &fake.state.lock().unwrap().0;
    assert_eq!((pds.records.len(), pds.logins), (2, 2), "the spent token is refused, and one login follows");
}

/// A data server that refuses records.
struct Refusing(Pds, u16, &'static str);

impl Vendor for Refusing {
    fn answer(&mut self, request: &Received) -> Answer {
        match request.url.path() {
            "/xrpc/com.atproto.repo.createRecord" => refused(self.1, self.2),
            _ => self.0.answer(request),
        }
    }
}

// Museum B6.
#[tokio::test]
async fn b6_a_refusal_that_is_not_an_expiry_refreshes_nothing() {
    for (status, name) in [(403, "AccountTakedown"), (401, "AuthFactorTokenRequired"), (400, "InvalidToken")] {
        let fake = Fake::new(Refusing(Pds::default(), status, name));
        let error = fake.publish(&connect(&fake), "run", Post::new("Hello")).await.unwrap_err();
        assert_eq!((error.code(), error.effect()), (Some(name), Effect::None));
        assert_eq!(fake.state.lock().unwrap().0.refreshes, 0);
    }
}

#[tokio::test]
async fn a_wrong_password_says_what_to_do_and_shows_no_secret() {
    let fake = Fake::new(Pds::default());
    let bluesky = account(Bluesky::endpoint().transport(fake.vendor.transport()), "wrong-password");
    let error = fake.publish(&bluesky, "run", Post::new("Hello")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("app password"), "{error}");
    assert!(!format!("{error:?} {bluesky:?}").contains("wrong-password"));
}

/// The data server of the answer gets tokens only over HTTPS; the password and the refresh token
/// never go there.
// Museum G3.
#[tokio::test]
async fn g3_the_password_stays_with_the_service() {
    for (named, stays, host) in [
        ("https://shard.test", false, "shard.test"),
        ("https://shard.test", true, "pds.test"),
        ("http://shard.test", false, "pds.test"),
    ] {
        let service = json!([{"id": "#atproto_pds", "type": "X", "serviceEndpoint": named}]);
        let fake = Fake::new(Pds { did_doc: Some(json!({ "service": service })), ..Pds::default() });
        let bluesky = if stays { connect(&fake).staying_at_service() } else { connect(&fake) };
        fake.publish(&bluesky, "first", Post::new("first")).await.unwrap();
        fake.state.lock().unwrap().access = "changed at the server".to_owned();
        fake.publish(&bluesky, "second", Post::new("second")).await.unwrap();
        for request in fake.vendor.received() {
            let session = request.url.path().contains("com.atproto.server.");
            assert_eq!(request.url.host_str(), Some(if session { "pds.test" } else { host }), "{}", request.url);
            assert!(session || !request.text().contains("app-password"));
        }
    }
}

#[tokio::test]
async fn a_link_card_takes_title_and_cover_and_a_video_its_captions() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(&fake);
    let card = Post::new("Read")
        .with_link("https://example.com/a".parse().unwrap())
        .with_title("Bread")
        .with_attachment(Attachment::new(jpeg(8, 4)).with_role(MediaRole::Cover));
    let vtt = Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n");
    let video = Post::new("Look")
        .with_language("de")
        .with_attachment(Attachment::new(mp4()).with_alt_text("an oven"))
        .with_attachment(Attachment::new(vtt).with_role(MediaRole::Captions));
    let blob =
        |mime: &str, size: usize| json!({"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": mime, "size": size});
    for (post, embed) in [
        (
            card,
            json!({"$type": "app.bsky.embed.external", "external": {"uri": "https://example.com/a", "title": "Bread",
                "description": "", "thumb": blob("image/jpeg", 30)}}),
        ),
        (
            video,
            json!({"$type": "app.bsky.embed.video", "video": blob("video/mp4", 543), "alt": "an oven", "aspectRatio": {"width": 1080, "height": 1920},
                "captions": [{"lang": "de", "file": blob("text/vtt", 35)}]}),
        ),
    ] {
        let receipt = fake.publish(&bluesky, &post.text.clone(), post).await.unwrap();
        let key = receipt.id().rsplit('/').next().unwrap().to_owned();
        assert_eq!(fake.state.lock().unwrap().records[&key]["embed"], embed);
    }
}

/// A14: nothing is uploaded when something in the list is wrong.
// Museum A14.
#[tokio::test]
async fn a14_what_can_be_checked_is_checked_before_the_login() {
    let image = || Attachment::new(jpeg(2, 2));
    let video = || Attachment::new(mp4());
    let link = "https://example.com".parse().unwrap();
    let remote = Media::remote("https://example.com/a.jpg".parse().unwrap());
    let vtt = Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n");
    let with = |options: BlueskyOptions| Post::new("x").with_options(&options).unwrap();
    for (post, field) in [
        (Post::new(""), "post"),
        (Post::new("x").with_attachment(image()).with_attachment(video()), "attachments"),
        (Post::new("x").with_attachment(image()).with_link(link), "link"),
        (Post::new("x").with_attachment(Attachment::new(remote)), "attachments[0]"),
        (Post::new("x").with_attachment(image().with_role(MediaRole::Cover)), "attachments"),
        (
            Post::new("x")
                .with_attachment(video())
                .with_attachment(Attachment::new(vtt).with_role(MediaRole::Captions)),
            "attachments",
        ),
        (Post::new("x").with_placement(Placement::STORY), "placement"),
        (with(BlueskyOptions { tags: vec!["a".to_owned(); 9], ..BlueskyOptions::new() }), "options.bluesky.tags"),
        (with(BlueskyOptions::new().with_tag("a".repeat(65))), "options.bluesky.tags[0]"),
        (with(BlueskyOptions::new().with_label("a".repeat(129))), "options.bluesky.labels[0]"),
    ] {
        let fake = Fake::new(Pds::default());
        let post = approved_for(AccountKey::new("bluesky", DID), post).await;
        let error = connect(&fake).publish(&Run::ephemeral(), &post).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(fake.vendor.received().is_empty());
    }
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down_once() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(&fake);
    let receipt = fake.publish(&bluesky, "run", Post::new("Hello")).await.unwrap();
    assert_eq!(bluesky.status(&receipt).await.unwrap(), receipt);
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(bluesky.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(bluesky.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    // A process that knows of nothing may ask again: a record that is gone stays gone.
    bluesky.delete(&Run::ephemeral(), &receipt).await.unwrap();
    {
        let pds = fake.state.lock().unwrap();
        assert_eq!((pds.deletes, pds.records.len()), (2, 0));
    }

    let mut foreign = receipt;
    foreign.account = AccountKey::new("bluesky", "did:plc:bob");
    for error in [bluesky.status(&foreign).await.unwrap_err(), bluesky.delete(&run, &foreign).await.unwrap_err()] {
        assert_eq!(error.field(), Some("receipt"), "{error}");
    }
}

#[tokio::test]
async fn the_account_is_named_by_its_did_and_shown_by_its_handle() {
    let fake = Fake::new(Pds::default());
    let account = connect(&fake).with_tenant("41-bistro").account().await.unwrap();
    assert_eq!((account.key.to_string(), account.label.as_str()), (format!("41-bistro/bluesky/{DID}"), "alice.test"));
}

#[tokio::test]
async fn labels_and_tags_stand_in_the_record() {
    let fake = Fake::new(Pds::default());
    let options = BlueskyOptions::new().with_label("graphic-media").with_tag("bakery");
    let post = Post::new("Hello").with_options(&options).unwrap();
    fake.publish(&connect(&fake), "run", post).await.unwrap();
    let pds = fake.state.lock().unwrap();
    let record = pds.records.values().next().unwrap();
    assert_eq!(record["tags"], json!(["bakery"]));
    let labels = json!({"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]});
    assert_eq!(record["labels"], labels);
}

#[tokio::test]
async fn a_mention_of_nobody_stays_text() {
    let fake = Fake::new(Pds::default());
    fake.publish(&connect(&fake), "run", Post::new("Hi @nobody.test and @nobody.test #a")).await.unwrap();
    let pds = fake.state.lock().unwrap();
    let record = pds.records.values().next().unwrap();
    assert_eq!(record["facets"].as_array().unwrap().len(), 1);
    assert_eq!(fake.vendor.calls(&Method::GET, "/xrpc/com.atproto.identity.resolveHandle"), 1, "asked once");
}

#[test]
fn record_keys_are_tids_that_sort_by_time_and_differ_by_run() {
    let key = |time: &str, run: &str| tid::tid(time.parse().unwrap(), run);
    let first = key("2026-11-20T09:00:00.000Z", "a");
    let keys = [first.clone(), key("2026-11-20T09:00:00.001Z", "b"), key("2038-01-19T03:14:08Z", "a")];
    assert!(keys.is_sorted(), "{keys:?}");
    assert_ne!(first, key("2026-11-20T09:00:00.000Z", "b"));
    assert_eq!(first, key("2026-11-20T09:00:00.0004Z", "a"));
    for key in keys {
        // The syntax of the specification: 13 letters, the first of which leaves the highest bit
        // free.
        assert_eq!(key.len(), 13);
        assert!("234567abcdefghij".contains(&key[..1]));
        assert!(key.chars().all(|c| "234567abcdefghijklmnopqrstuvwxyz".contains(c)), "{key}");
    }
}

/// Stands on the error names of the lexicons and on what the lab's PDS answers.
#[test]
fn refusals_are_read_by_name() {
    for (status, body, kind, expired, effect) in [
        (400, r#"{"error":"ExpiredToken","message":"Token has expired"}"#, ErrorKind::Auth, true, Effect::None),
        (400, r#"{"error":"InvalidToken","message":"x"}"#, ErrorKind::Auth, false, Effect::None),
        (401, r#"{"error":"AuthFactorTokenRequired","message":"x"}"#, ErrorKind::Auth, false, Effect::None),
        (400, r#"{"error":"InvalidRequest","message":"too long"}"#, ErrorKind::InvalidRequest, false, Effect::None),
        (400, r#"{"error":"RecordNotFound","message":"x"}"#, ErrorKind::NotFound, false, Effect::None),
        (429, r#"{"error":"RateLimitExceeded","message":"x"}"#, ErrorKind::RateLimited, false, Effect::None),
        (500, r#"{"error":"InternalServerError","message":"x"}"#, ErrorKind::Unavailable, false, Effect::Unknown),
        (502, r#"{"error":"UpstreamFailure","message":"x"}"#, ErrorKind::Unavailable, false, Effect::Unknown),
        (
            400,
            r#"{"error":"InvalidMimeType","message":"Wrong mimetype of blob. It is image/heic but it must match image/*."}"#,
            ErrorKind::MediaInvalid,
            false,
            Effect::None,
        ),
        (400, r#"{"error":"InvalidBlob","message":"x"}"#, ErrorKind::MediaInvalid, false, Effect::None),
        (400, r#"{"error":"BlobNotFound","message":"x"}"#, ErrorKind::MediaInvalid, false, Effect::None),
        (
            400,
            r#"{"error":"InvalidRequest","message":"Could not find blob: bafkrei"}"#,
            ErrorKind::MediaInvalid,
            false,
            Effect::None,
        ),
        (
            400,
            r#"{"error":"InvalidRequest","message":"Referenced Mimetype does not match stored blob."}"#,
            ErrorKind::MediaInvalid,
            false,
            Effect::None,
        ),
        (413, r#"{"error":"BlobTooLarge","message":"x"}"#, ErrorKind::MediaInvalid, false, Effect::None),
        (400, r#"{"error":"InvalidSwap","message":"x"}"#, ErrorKind::InvalidRequest, false, Effect::None),
        (400, r#"{"error":"SomethingNew","message":"x"}"#, ErrorKind::InvalidRequest, false, Effect::None),
        (403, r#"{"error":"AccountTakedown","message":"x"}"#, ErrorKind::Permission, false, Effect::None),
        (418, r#"{"error":"Teapot"}"#, ErrorKind::Protocol, false, Effect::Unknown),
        (502, "<html>", ErrorKind::Unavailable, false, Effect::Unknown),
    ] {
        let headers = http::HeaderMap::new();
        let status = http::StatusCode::from_u16(status).unwrap();
        let error = error::classify(&Failure { status, headers: &headers, body: body.as_bytes() });
        assert_eq!((error.kind(), error.is_token_expired(), error.effect()), (kind, expired, effect), "{body}");
    }
}
