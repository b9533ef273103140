//! The fake server is invented after the documents: uploads in chunks, posts that are worked on,
//! lists of public posts. The refusals are those of the cassettes and of products.

mod conformance;
mod shared;
mod uploads;

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::http::EndpointBuilder;
use social_core::media::Media;
use social_core::publish::{
    Attachment, FindingCode, Placement, Post, PostRole, Publisher, ReceiptState, Severity, inspect,
};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::{Answer, Received, Scene, fault_matrix};
use social_core::{Effect, ErrorKind};

use super::*;
use crate::fake::{self, Cdn, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const TOKEN: &str = "act.token-of-the-person";
const USER: &str = "723f24d7-e717-40f8-a2b6-cb8464cd23b4";
const TEXT: &str = "Fresh bread #bakery";

/// A post that is being made.
#[derive(Default)]
struct Made {
    /// What `init` was asked for.
    asked: Value,
    path: String,
    bytes: Vec<u8>,
    questions: usize,
    at: i64,
}

impl Made {
    fn length(&self) -> u64 {
        self.asked["source_info"]["video_size"].as_u64().unwrap_or(0)
    }

    fn is_fetched(&self) -> bool {
        self.asked["source_info"]["source"] == "PULL_FROM_URL"
    }

    /// It becomes a post.
    fn is_whole(&self) -> bool {
        self.is_fetched() || self.bytes.len() as u64 == self.length()
    }

    fn is_draft(&self) -> bool {
        self.path.contains("inbox") || self.asked["post_mode"] == "MEDIA_UPLOAD"
    }

    fn is_public(&self) -> bool {
        self.asked["post_info"]["privacy_level"] == "PUBLIC_TO_EVERYONE"
    }

    fn text(&self) -> &Value {
        let info = &self.asked["post_info"];
        if self.asked["media_type"] == "PHOTO" { &info["description"] } else { &info["title"] }
    }
}

#[derive(Default)]
struct Server {
    watch: Watch,
    made: BTreeMap<String, Made>,
    creator: Value,
    /// What the next request of a path that holds this word is refused with.
    refusal: Option<(&'static str, u16, &'static str)>,
    /// What becomes of posts.
    failure: Option<&'static str>,
    /// Chunks that are cut, counted by requests.
    cuts: Vec<usize>,
    puts: usize,
    /// Bytes of whole chunks that were received.
    received: usize,
    /// The address of uploads has ended.
    ended: bool,
    gone: bool,
    cancelled: usize,
}

fn ok(data: Value) -> Answer {
    Answer::json(json!({"data": data, "error": {"code": "ok", "message": "", "log_id": "2022"}}))
}

fn refused(status: u16, code: &str) -> Answer {
    fake::json(status, json!({"data": {}, "error": {"code": code, "message": "nein", "log_id": "2022"}}))
}

impl Server {
    fn posts(&self) -> usize {
        self.made.values().filter(|made| made.is_whole()).count()
    }

    fn put(&mut self, request: &Received) -> Answer {
        assert!(request.header("authorization").is_none(), "the upload host gets no token");
        self.puts += 1;
        if self.ended {
            return Answer::status(http::StatusCode::FORBIDDEN);
        }
        let Some(made) = self.made.get_mut(&request.query("upload_id").unwrap()) else {
            return Answer::status(http::StatusCode::NOT_FOUND);
        };
        let range = request.header("content-range").unwrap().strip_prefix("bytes ").unwrap().to_owned();
        let (range, total) = range.split_once('/').unwrap();
        let (first, last) = range.split_once('-').unwrap();
        let chunk: Range<u64> = first.parse().unwrap()..last.parse::<u64>().unwrap() + 1;
        let source = &made.asked["source_info"];
        let [size, count] = ["chunk_size", "total_chunk_count"].map(|name| source[name].as_u64().unwrap());
        assert_eq!(total.parse::<u64>().unwrap(), made.length());
        assert_eq!(chunk.end - chunk.start, request.body.len() as u64);
        let number = chunk.start / size;
        let end = if number + 1 == count { made.length() } else { (number + 1) * size };
        assert_eq!(chunk, number * size..end, "as it was declared");
        if self.cuts.contains(&self.puts) {
            return Answer::lost();
        }
        if chunk.start != made.bytes.len() as u64 {
            return Answer::status(http::StatusCode::RANGE_NOT_SATISFIABLE);
        }
        made.bytes.extend_from_slice(&request.body);
        self.received += request.body.len();
        let status = if made.is_whole() { 201 } else { 206 };
        Answer::status(http::StatusCode::from_u16(status).unwrap())
    }

    fn init(&mut self, path: &str, request: &Received) -> Answer {
        let number = self.made.len() + 1;
        let id = format!("v_pub~v2-1.{number}");
        let at = format!("{}Z", &self.watch.graph_time()[..19]).parse::<Timestamp>().unwrap().as_second();
        let made = Made { asked: request.json(), path: path.to_owned(), at, ..Made::default() };
        let url = format!("https://open-upload.tiktokapis.com/video/?upload_id={id}&upload_token=Xza123Xza123Xza");
        let answer = match made.is_fetched() {
            true => json!({"publish_id": id}),
            false => json!({"publish_id": id, "upload_url": url}),
        };
        self.made.insert(id, made);
        ok(answer)
    }

    fn status(&mut self, id: &str) -> Answer {
        let number = self.made.keys().position(|known| known == id);
        let Some(made) = self.made.get_mut(id) else { return refused(400, "invalid_publish_id") };
        let uploaded = made.bytes.len();
        let waiting = if made.is_fetched() { "PROCESSING_DOWNLOAD" } else { "PROCESSING_UPLOAD" };
        if !made.is_whole() {
            return ok(json!({"status": waiting, "uploaded_bytes": uploaded}));
        }
        made.questions += 1;
        if let Some(reason) = self.failure {
            return ok(json!({"status": "FAILED", "fail_reason": reason, "publicaly_available_post_id": []}));
        }
        match (made.questions, made.is_draft()) {
            (1, _) => ok(json!({"status": waiting, "uploaded_bytes": uploaded})),
            (_, true) => ok(json!({"status": "SEND_TO_USER_INBOX"})),
            _ if made.is_public() => {
                let id = 7_215_394_578_123_456_000_u64 + number.unwrap() as u64;
                ok(json!({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [id]}))
            }
            _ => ok(json!({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": []})),
        }
    }

    /// The public posts, newest first.
    fn list(&self) -> Vec<Value> {
        let posts = self.made.values().enumerate().filter(|(_, made)| {
            made.is_whole() && made.is_public() && !made.is_draft() && self.failure.is_none() && !self.gone
        });
        let listed = posts.map(|(number, made)| {
            let id = (7_215_394_578_123_456_000_u64 + number as u64).to_string();
            let text: String = made.text().as_str().unwrap_or_default().chars().take(150).collect();
            json!({"id": id, "title": "", "video_description": text, "create_time": made.at,
                "share_url": format!("https://www.tiktok.com/@bakery/video/{id}?utm=1")})
        });
        let mut listed: Vec<_> = listed.collect();
        listed.reverse();
        listed
    }
}

impl Vendor for Server {
    fn answer(&mut self, request: &Received) -> Answer {
        let path = request.url.path().to_owned();
        if let Some((_, status, code)) = self.refusal.take_if(|(word, ..)| path.contains(*word)) {
            return refused(status, code);
        }
        if request.method == http::Method::PUT {
            return self.put(request);
        }
        assert_eq!(request.header("content-type"), Some("application/json; charset=UTF-8"));
        let id = request.json()["publish_id"].as_str().unwrap_or_default().to_owned();
        match path.as_str() {
            "/v2/post/publish/creator_info/query/" => ok(self.creator.clone()),
            "/v2/post/publish/status/fetch/" => self.status(&id),
            "/v2/post/publish/cancel/" => {
                self.cancelled += 1;
                Answer::json(json!({"error": {"code": "ok", "message": ""}}))
            }
            "/v2/video/list/" => ok(json!({"videos": self.list(), "cursor": 1, "has_more": false})),
            "/v2/video/query/" => {
                let wanted = &request.json()["filters"]["video_ids"][0];
                let videos: Vec<_> = self.list().into_iter().filter(|video| video["id"] == *wanted).collect();
                ok(json!({ "videos": videos }))
            }
            path if path.ends_with("/init/") => self.init(path, request),
            _ => refused(404, "not_found"),
        }
    }
}

fn server() -> Server {
    let creator = json!({"creator_username": "bakery", "creator_nickname": "Bakery", "stitch_disabled": false,
        "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        "comment_disabled": false, "duet_disabled": false, "max_video_post_duration_sec": 300});
    Server { creator, ..Server::default() }
}

/// With chunks of some bytes, so that a small video has several.
fn account(endpoint: EndpointBuilder, token: &str) -> TikTok {
    let tiktok = TikTok::new(endpoint, FixedToken::new(token), USER).unwrap().with_host(Cdn::new("https://cdn.test"));
    TikTok { chunks: Chunks { size: 150, most: 1000 }, ..tiktok }
}

fn connect(fake: &Fake<Server>) -> TikTok {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(TikTok::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()), TOKEN)
}

fn connect_scene(scene: &Scene, watch: &Watch) -> TikTok {
    watch.set(&scene.clock);
    account(TikTok::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()), TOKEN)
}

fn public() -> TikTokOptions {
    TikTokOptions::new().with_privacy(PrivacyLevel::PublicToEveryone)
}

fn draft() -> TikTokOptions {
    TikTokOptions::new().with_draft()
}

fn at(address: &str) -> Attachment {
    Attachment::new(Media::remote(address.parse().unwrap()))
}

fn of(placement: Placement, text: &str, options: &TikTokOptions, files: &[Attachment]) -> Post {
    let post = Post::new(text).with_placement(placement).with_options(options).unwrap();
    files.iter().cloned().fold(post, Post::with_attachment)
}

fn video(options: &TikTokOptions) -> Post {
    let text = if options.draft { "" } else { TEXT };
    of(Placement::VIDEO, text, options, &[Attachment::new(mp4())])
}

fn fetched(options: &TikTokOptions) -> Post {
    let text = if options.draft { "" } else { TEXT };
    of(Placement::VIDEO, text, options, &[at("https://cdn.test/bread.mp4")])
}

fn photos(options: &TikTokOptions) -> Post {
    of(PHOTO, TEXT, options, &[Attachment::new(jpeg(900, 900)), Attachment::new(jpeg(900, 1000))])
}

/// One example of each option.
pub(crate) fn all_options() -> TikTokOptions {
    TikTokOptions::new()
        .with_privacy(PrivacyLevel::SelfOnly)
        .with_comments()
        .with_duets()
        .with_stitches()
        .with_cover_ms(1000)
        .with_cover_image(1)
        .with_music()
        .with_own_brand()
        .with_paid_partnership()
        .with_draft()
}

/// Museum A2, A7, D5: whatever breaks, a video that is sent is one post.
#[tokio::test]
async fn no_fault_posts_a_sent_video_twice_or_never() {
    for post in [video(&public()), video(&draft())] {
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(server())), post).await;
        let fresh = || Server { watch: watch.clone(), ..server() };
        let connect = |scene: &Scene| connect_scene(scene, &watch);
        never_twice_never_lost(fresh, connect, &post, Server::posts).await;
    }
}

/// What TikTok fetches has no handle when the answer of `init` is lost: a public post is found in
/// the list, and what is not there stays unknown.
// Museum A7, A8.
#[tokio::test]
async fn what_is_fetched_is_found_or_stays_unknown() {
    let private = TikTokOptions::new().with_privacy(PrivacyLevel::SelfOnly);
    for (post, is_listed) in [
        (fetched(&public()), true),
        (photos(&public()), true),
        (fetched(&private), false),
        (photos(&draft()), false),
        (fetched(&draft()), false),
    ] {
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(server())), post).await;
        let fresh = || Fake::new(Server { watch: watch.clone(), ..server() });
        let work = async |scene: Scene| connect_scene(&scene, &watch).publish(&scene.run, &post).await;
        let posts = |fake: &Fake<Server>| fake.state.lock().unwrap().posts();
        let cases = fault_matrix(fresh, work, posts).await.unwrap();
        let (mut unknown, mut found) = (0, 0);
        for case in &cases {
            assert_eq!(case.violation(), None);
            assert!(case.exchanges_after_success.is_none_or(|exchanges| exchanges == 0), "{case}");
            match &case.result {
                Ok(_) => found += 1,
                // A public post that is out is always found.
                Err(error) => {
                    unknown += 1;
                    assert!(case.effects == 0 || !is_listed, "{case}: {error:?}");
                    assert!(error.to_string().contains("look into"), "{case}: {error}");
                }
            }
        }
        assert!(unknown > 0 && found > unknown, "{unknown} of {}", cases.len());
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(server());
    let tiktok = connect(&fake);
    let all = all_options();
    let of_video = TikTokOptions { cover_image: None, music: false, draft: false, ..all.clone() }
        .with_privacy(PrivacyLevel::MutualFollowFriends);
    let of_photo = TikTokOptions { duets: false, stitches: false, cover_ms: None, draft: false, ..all };
    let mut made = video(&of_video);
    made.ai_generated = true;
    let photo = photos(&TikTokOptions { paid_partnership: false, ..of_photo }).with_title("Bread");
    for (name, post, state) in [
        ("1", made, ReceiptState::Published),
        ("2", photo, ReceiptState::Published),
        ("3", fetched(&draft()), ReceiptState::Draft),
        ("4", photos(&draft()), ReceiptState::Draft),
        ("5", video(&public()), ReceiptState::Published),
    ] {
        let receipt = fake.publish(&tiktok, name, post).await.unwrap();
        assert_eq!(receipt.state, state, "{name}: {receipt:?}");
        assert_eq!(tiktok.status(&receipt).await.unwrap().state, state, "{name}");
        let url = receipt.url().map(ToString::to_string);
        let expected = "https://www.tiktok.com/@bakery/video/7215394578123456004";
        assert_eq!(url.as_deref(), (name == "5").then_some(expected), "private posts have no page");
    }
    let state = fake.state.lock().unwrap();
    let length = state.made["v_pub~v2-1.1"].length();
    let asked: Vec<_> = state.made.values().map(|made| (made.path.as_str(), made.asked.clone())).collect();
    let photo = |body: &Value| body["source_info"]["photo_images"].as_array().unwrap().len();
    assert_eq!(
        asked[0],
        (
            "/v2/post/publish/video/init/",
            json!({
            "post_info": {"title": TEXT, "privacy_level": "MUTUAL_FOLLOW_FRIENDS", "disable_comment": false,
                "disable_duet": false, "disable_stitch": false, "video_cover_timestamp_ms": 1000,
                "brand_content_toggle": true, "brand_organic_toggle": true, "is_aigc": true},
            "source_info": {"source": "FILE_UPLOAD", "video_size": length, "chunk_size": 150,
                "total_chunk_count": length / 150}})
        )
    );
    let (path, mut body) = asked[1].clone();
    assert_eq!((path, photo(&body)), ("/v2/post/publish/content/init/", 2));
    body["source_info"].as_object_mut().unwrap().remove("photo_images");
    assert_eq!(
        body,
        json!({"media_type": "PHOTO", "post_mode": "DIRECT_POST",
            "post_info": {"title": "Bread", "description": TEXT, "privacy_level": "SELF_ONLY", "disable_comment": false,
                "auto_add_music": true, "brand_content_toggle": false, "brand_organic_toggle": true},
            "source_info": {"source": "PULL_FROM_URL", "photo_cover_index": 1}})
    );
    let source = json!({"source": "PULL_FROM_URL", "video_url": "https://cdn.test/bread.mp4"});
    assert_eq!(asked[2], ("/v2/post/publish/inbox/video/init/", json!({ "source_info": source })));
    assert_eq!((asked[3].1["post_mode"].as_str(), photo(&asked[3].1)), (Some("MEDIA_UPLOAD"), 2));
    assert_eq!(asked[3].1["post_info"], json!({ "description": TEXT }));
    // Nothing is on that was not switched on.
    let info = &asked[4].1["post_info"];
    assert!(["disable_comment", "disable_duet", "disable_stitch"].iter().all(|name| info[name] == true));
    assert!(["brand_content_toggle", "brand_organic_toggle", "is_aigc"].iter().all(|name| info[name] == false));
}

/// D2, C18: who sees a post is chosen by a person, and what cannot work is refused before TikTok is
/// asked for anything.
#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let many = (0..36).map(|n| Attachment::new(jpeg(100, 100 + n))).collect::<Vec<_>>();
    let private = TikTokOptions::new().with_privacy(PrivacyLevel::SelfOnly);
    for (post, field) in [
        (video(&TikTokOptions::new()), "options.tiktok.privacy"),
        (video(&draft().with_comments()), "options.tiktok.comments"),
        (video(&public().with_cover_ms(6000)), "options.tiktok.cover_ms"),
        (photos(&public().with_cover_image(2)), "options.tiktok.cover_image"),
        (photos(&public().with_duets()), "options.tiktok.duets"),
        (video(&public().with_music()), "options.tiktok.music"),
        (of(Placement::VIDEO, &"x".repeat(2201), &public(), &[Attachment::new(mp4())]), "text"),
        (of(PHOTO, "x", &public(), &many), "attachments"),
        (of(PHOTO, "x", &public(), &[Attachment::new(mp4())]), "attachments"),
        (of(Placement::VIDEO, "x", &public(), &[at("http://cdn.test/a.mp4")]), "attachments[0]"),
        (of(Placement::VIDEO, "x", &public(), &[at("https://127.0.0.1/a.mp4")]), "attachments[0]"),
        (of(Placement::VIDEO, "x", &public(), &[at("https://elsewhere.test/a.mp4")]), "attachments[0]"),
        (photos(&public()).with_title("x".repeat(91)), "title"),
        (video(&private).with_placement(Placement::STORY), "placement"),
        (video(&private).with_placement(Placement::FEED), "placement"),
    ] {
        let fake = Fake::new(server());
        let tiktok = connect(&fake).with_verified(["cdn.test"]);
        let error = fake.publish(&tiktok, "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
    let fake = Fake::new(server());
    let error = fake.publish(&connect(&fake).with_unaudited(), "run", video(&public())).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("options.tiktok.privacy")));
    let endpoint = TikTok::endpoint().transport(fake.vendor.transport());
    let hostless = TikTok::new(endpoint, FixedToken::new(TOKEN), USER).unwrap();
    let error = fake.publish(&hostless, "run", photos(&public())).await.unwrap_err();
    assert!(error.to_string().contains("media host"), "{error}");
    assert!(fake.vendor.received().is_empty());
}

/// Museum D7: what a draft leaves out is said.
#[tokio::test]
async fn what_a_draft_leaves_out_is_told() {
    let tiktok = connect(&Fake::new(server()));
    let mut post = of(Placement::VIDEO, TEXT, &draft(), &[Attachment::new(mp4())]);
    post.ai_generated = true;
    let findings = inspect(&tiktok, &post).await.findings;
    let told = |field: &str, code: &FindingCode| {
        findings.iter().any(|f| f.field == field && f.code == *code && f.severity == Severity::Warning)
    };
    assert!(told("text", &FindingCode::NOT_SHOWN) && told("ai_generated", &FindingCode::UNLABELLED), "{findings:?}");
}

/// D2: the account is asked before each post, and has the last word before anything is made.
#[tokio::test]
async fn what_the_account_does_not_allow_makes_nothing() {
    for (name, value, options, field) in [
        ("privacy_level_options", json!(["SELF_ONLY"]), public(), "options.tiktok.privacy"),
        ("comment_disabled", json!(true), public().with_comments(), "options.tiktok.comments"),
        ("duet_disabled", json!(true), public().with_duets(), "options.tiktok.duets"),
        ("stitch_disabled", json!(true), public().with_stitches(), "options.tiktok.stitches"),
        ("max_video_post_duration_sec", json!(4), public(), "attachments[0].duration"),
    ] {
        let fake = Fake::new(server());
        fake.state.lock().unwrap().creator[name] = value;
        let (tiktok, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&tiktok, video(&options)).await;
        let error = tiktok.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error:?}");
        assert!(fake.state.lock().unwrap().made.is_empty());
        // The same run asks anew.
        fake.state.lock().unwrap().creator = server().creator;
        tiktok.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    }
    let fake = Fake::new(server());
    let limits = connect(&fake).limits(&Placement::VIDEO).await.unwrap();
    assert_eq!(limits.rules.unwrap().video.unwrap().duration.maximum, Some(Duration::from_secs(300)));
}

/// D1, D4, D6: a refusal says what to do, makes nothing, and is not repeated.
#[tokio::test]
async fn a_refusal_makes_no_post_and_is_not_repeated() {
    for (status, code, kind) in [
        (403, "unaudited_client_can_only_post_to_private_accounts", ErrorKind::Permission),
        (200, "spam_risk_user_banned_from_posting", ErrorKind::Permission),
        (200, "reached_active_user_cap", ErrorKind::QuotaExhausted),
        (403, "spam_risk_too_many_posts", ErrorKind::QuotaExhausted),
        (403, "url_ownership_unverified", ErrorKind::MediaInvalid),
        (400, "spam_risk_text", ErrorKind::Rejected),
        (401, "scope_permission_missed", ErrorKind::Permission),
        (400, "some_new_code", ErrorKind::InvalidRequest),
    ] {
        let fake = Fake::new(Server { refusal: Some(("init", status, code)), ..server() });
        let error = fake.publish(&connect(&fake), "run", photos(&public())).await.unwrap_err();
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, Effect::None, Some(code)), "{error:?}");
        assert_eq!(fake.vendor.calls(&http::Method::POST, "/v2/post/publish/content/init/"), 1);
        assert!(fake.state.lock().unwrap().made.is_empty());
    }
}

/// Museum D5, trap 12: 200, `ok`, and the post failed all the same.
#[tokio::test]
async fn a_post_that_tiktok_refuses_afterwards_is_rejected() {
    let fake = Fake::new(Server { failure: Some("picture_size_check_failed"), ..server() });
    let tiktok = connect(&fake);
    for (name, post) in [("1", video(&public())), ("2", photos(&public()))] {
        let receipt = fake.publish(&tiktok, name, post).await.unwrap();
        assert_eq!(receipt.state, ReceiptState::Rejected);
        assert!(receipt.warnings[0].contains("picture_size_check_failed"), "{receipt:?}");
        let again = tiktok.status(&receipt).await.unwrap();
        assert_eq!((again.state, again.warnings.len()), (ReceiptState::Rejected, 1));
    }
}

#[tokio::test]
async fn a_post_is_asked_about_and_cancelled_but_never_deleted() {
    let fake = Fake::new(server());
    let tiktok = connect(&fake);
    let receipt = fake.publish(&tiktok, "run", video(&public())).await.unwrap();
    assert_eq!((receipt.posts[0].role.clone(), receipt.posts.len()), (PostRole::MAIN, 2));
    fake.state.lock().unwrap().refusal = Some(("video/query", 401, "scope_not_authorized"));
    assert_eq!(tiktok.status(&receipt).await.unwrap().state, ReceiptState::Published);
    fake.state.lock().unwrap().gone = true;
    assert_eq!(tiktok.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    let error = tiktok.delete(&Run::ephemeral(), &receipt).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("delete")));
    assert_eq!(tiktok.cancel(&receipt).await.unwrap().state, ReceiptState::Deleted);
    assert_eq!(fake.state.lock().unwrap().cancelled, 1);
}

#[tokio::test]
async fn readiness_says_what_the_account_lacks() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    for (status, code, ready) in [
        (200, "ok", true),
        (401, "scope_not_authorized", false),
        (200, "spam_risk_too_many_posts", false),
        (403, "reached_active_user_cap", false),
        (403, "spam_risk_user_banned_from_posting", false),
    ] {
        let fake = Fake::new(server());
        fake.state.lock().unwrap().refusal = (code != "ok").then_some(("creator_info", status, code));
        assert_eq!(connect(&fake).readiness(now).await.unwrap().is_ready(), ready, "{code}");
    }
    let readiness = connect(&Fake::new(server())).with_unaudited().readiness(now).await.unwrap();
    assert!(readiness.is_ready() && readiness.findings.len() == 1);
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Server { refusal: Some(("init", 401, "access_token_invalid")), ..server() });
    let tiktok = connect(&fake);
    let error = fake.publish(&tiktok, "run", video(&public())).await.unwrap_err();
    let ended = Fake::new(Server { ended: true, ..server() });
    let upload = ended.publish(&connect(&ended), "run", video(&public())).await.unwrap_err();
    for text in [format!("{tiktok:?}"), format!("{error:?}"), format!("{upload:?}")] {
        assert!(!text.contains(TOKEN) && !text.contains("Xza123"), "{text}");
    }
}
