//! The fake page is invented after the documents (phases of a video, unpublished photos, lists);
//! the refusals are those of the cassettes.

mod conformance;
mod shared;
mod uploads;

use std::collections::BTreeMap;

use http::Method;
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
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const PAGE: &str = "19292868552";
const TOKEN: &str = "token-of-the-page";

/// A video of the fake.
#[derive(Default)]
struct Upload {
    edge: String,
    length: u64,
    bytes: Vec<u8>,
    /// So many bytes it said that it has.
    told: u64,
    finished: Option<BTreeMap<String, String>>,
    questions: usize,
}

/// A page that asks for classic uploads in pieces of some bytes.
#[derive(Default)]
struct Page {
    watch: Watch,
    photos: Vec<BTreeMap<String, String>>,
    videos: BTreeMap<String, Upload>,
    /// What people see, or will see.
    posts: Vec<Value>,
    deletes: usize,
    /// So many bytes of an upload arrive before it is cut.
    cuts: Vec<usize>,
    /// So many bytes were received of all uploads.
    received: usize,
    /// What the next request that publishes is refused with.
    refusal: Option<(i64, i64)>,
    /// The processing of videos fails.
    broken: bool,
    hidden: bool,
    /// Bytes of a piece of a classic upload.
    piece: u64,
}

fn refused(code: i64, subcode: i64) -> Answer {
    let error = json!({"message": "nein", "type": "OAuthException", "code": code, "error_subcode": subcode});
    fake::json(400, json!({ "error": error }))
}

/// The texts of a form of either kind.
fn fields(request: &Received) -> BTreeMap<String, String> {
    let kind = request.header("content-type").unwrap_or_default();
    let Some((_, boundary)) = kind.split_once("boundary=") else {
        return url::form_urlencoded::parse(&request.body).into_owned().collect();
    };
    let text = request.text();
    let separator = format!("--{boundary}");
    let parts = text.split(&separator).filter_map(|part| part.split_once("\r\n\r\n"));
    let name = |head: &str| head.split("name=\"").nth(1)?.split('"').next().map(str::to_owned);
    parts.filter_map(|(head, body)| Some((name(head)?, body.strip_suffix("\r\n")?.to_owned()))).collect()
}

/// The file of a form, which is its last part.
fn piece(request: &Received) -> Vec<u8> {
    let (_, boundary) = request.header("content-type").unwrap().split_once("boundary=").unwrap();
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what).unwrap();
    let named = find(&request.body, b"name=\"video_file_chunk\"");
    let start = named + find(&request.body[named..], b"\r\n\r\n") + 4;
    let end = request.body.len() - format!("\r\n--{boundary}--\r\n").len();
    request.body[start..end].to_vec()
}

impl Page {
    fn show(&mut self, id: String, kind: &str, fields: &BTreeMap<String, String>) -> Answer {
        if let Some((code, subcode)) = self.refusal.take() {
            return refused(code, subcode);
        }
        let text = fields.get("message").or(fields.get("description"));
        let time: Option<i64> = fields.get("scheduled_publish_time").map(|time| time.parse().unwrap());
        // Trap 5: without `published=false` it goes out at once.
        let waits = fields.get("published").is_some_and(|published| published == "false")
            || fields.get("video_state").is_some_and(|state| state == "SCHEDULED");
        assert_eq!(time.is_some(), waits, "{fields:?}");
        let media = fields.get("photo_id").or(fields.get("video_id"));
        let at = self.watch.graph_time();
        let post = json!({"id": id, "post_id": id, "kind": kind, "message": text, "created_time": at, "media_id": media,
            "scheduled_publish_time": time, "is_published": time.is_none(), "fields": fields});
        if !self.posts.iter().any(|post| post["id"] == id) {
            self.posts.insert(0, post);
        }
        match kind {
            "feed" => Answer::json(json!({ "id": id })),
            "story" => Answer::json(json!({"success": true, "post_id": id})),
            _ => Answer::json(json!({"success": true})),
        }
    }

    fn video(&mut self, request: &Received, edge: &str) -> Answer {
        let fields = fields(request);
        match fields["upload_phase"].as_str() {
            "start" => {
                let id = (969_222_676_905_300_u64 + self.videos.len() as u64).to_string();
                let length = fields.get("file_size").map_or(0, |size| size.parse().unwrap());
                self.videos.insert(id.clone(), Upload { edge: edge.to_owned(), length, ..Upload::default() });
                if edge != "videos" {
                    let url = format!("https://rupload.facebook.com/video-upload/v25.0/{id}");
                    return Answer::json(json!({"video_id": id, "upload_url": url}));
                }
                let end = self.piece.min(length).to_string();
                Answer::json(json!({"video_id": id, "upload_session_id": id, "start_offset": "0", "end_offset": end}))
            }
            "transfer" => {
                let upload = self.videos.get_mut(&fields["upload_session_id"]).unwrap();
                let start: usize = fields["start_offset"].parse().unwrap();
                if start == upload.bytes.len() {
                    let piece = piece(request);
                    self.received += piece.len();
                    upload.bytes.extend_from_slice(&piece);
                    let (start, end) = self.wanted(&fields["upload_session_id"]);
                    return Answer::json(json!({"start_offset": start, "end_offset": end}));
                }
                let (start, end) = self.wanted(&fields["upload_session_id"]);
                let data = json!({"start_offset": start, "end_offset": end}).to_string();
                fake::json(400, json!({"error": {"code": 6001, "error_subcode": 1_363_037, "error_data": data}}))
            }
            _ => {
                let id = fields.get("video_id").or(fields.get("upload_session_id")).unwrap().clone();
                let upload = self.videos.get_mut(&id).unwrap();
                assert!(!upload.bytes.is_empty(), "nothing was uploaded");
                if self.refusal.is_none() {
                    upload.finished = Some(fields.clone());
                }
                let kind = if edge == "video_stories" { "story" } else { "video" };
                let id = if kind == "story" { format!("9{id}") } else { id };
                self.show(id, kind, &fields)
            }
        }
    }

    fn wanted(&self, id: &str) -> (String, String) {
        let upload = &self.videos[id];
        let start = upload.bytes.len() as u64;
        (start.to_string(), (start + self.piece).min(upload.length).to_string())
    }

    fn upload(&mut self, request: &Received) -> Answer {
        let id = request.url.path().rsplit('/').next().unwrap();
        let Some(upload) = self.videos.get_mut(id) else { return refused(100, 33) };
        let number = |name: &str| request.header(name).unwrap().parse::<u64>().unwrap();
        upload.length = number("file_size");
        assert!(number("offset") >= upload.told, "what arrived is not sent again");
        assert_eq!(number("offset") + request.body.len() as u64, upload.length);
        // A request that was under way for long comes behind the one that was sent in its place.
        if number("offset") != upload.bytes.len() as u64 {
            self.received += request.body.len();
            return fake::wrong_offset();
        }
        let cut = self.cuts.pop().map(|cut| cut.min(request.body.len()));
        let taken = &request.body[..cut.unwrap_or(request.body.len())];
        upload.bytes.extend_from_slice(taken);
        self.received += taken.len();
        match cut {
            Some(_) => Answer::lost(),
            None => Answer::json(json!({"success": true, "message": "Upload successful."})),
        }
    }

    fn read(&mut self, id: &str) -> Answer {
        if self.hidden || (!self.videos.contains_key(id) && !self.posts.iter().any(|post| post["id"] == id)) {
            return refused(100, 33);
        }
        let broken = self.broken;
        let Some(upload) = self.videos.get_mut(id) else {
            let post = self.posts.iter().find(|post| post["id"] == id).unwrap();
            let mut answer = post.clone();
            answer["permalink_url"] = json!(format!("https://www.facebook.com/{PAGE}/posts/{id}"));
            return Answer::json(answer);
        };
        let arrived = upload.bytes.len() as u64;
        // One that is complete gets the requests that come late.
        if arrived < upload.length {
            upload.told = arrived;
        }
        let phase = |status: &str| json!({ "status": status });
        let uploading = match arrived > 0 && arrived == upload.length {
            true => json!({"status": "complete", "bytes_transfered": arrived}),
            false => json!({"status": "in_progress", "bytes_transfered": arrived}),
        };
        let (word, processing, publishing) = match &upload.finished {
            None => ("upload_complete", phase("not_started"), phase("not_started")),
            Some(_) if broken => {
                ("error", json!({"status": "error", "error": {"message": "no audio"}}), phase("not_started"))
            }
            Some(fields) => {
                upload.questions += 1;
                let state = fields.get("video_state").map_or("PUBLISHED", String::as_str);
                match upload.questions {
                    1 => ("processing", phase("in_progress"), phase("not_started")),
                    _ => (
                        "ready",
                        phase("complete"),
                        json!({"status": "complete", "publish_status": state.to_lowercase()}),
                    ),
                }
            }
        };
        let published =
            upload.finished.as_ref().map(|fields| fields.get("published").is_none_or(|word| word != "false"));
        Answer::json(
            json!({"id": id, "permalink_url": format!("/reel/{id}/"), "published": published, "status": {"video_status": word,
            "uploading_phase": uploading, "processing_phase": processing, "publishing_phase": publishing}}),
        )
    }

    fn list(&self, keep: impl Fn(&Value) -> bool) -> Answer {
        Answer::json(json!({"data": self.posts.iter().filter(|post| keep(post)).collect::<Vec<_>>()}))
    }
}

impl Vendor for Page {
    fn answer(&mut self, request: &Received) -> Answer {
        let authorization = request.header("authorization").unwrap_or_default().to_owned();
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        if request.url.host_str() == Some("rupload.facebook.com") {
            // Trap 3: the word is OAuth.
            assert!(authorization == format!("OAuth {TOKEN}") || authorization == format!("OAuth {SECRET}"));
            return self.upload(request);
        }
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        let path = request.url.path().trim_start_matches("/v25.0/").to_owned();
        let edge = path.strip_prefix(PAGE).and_then(|edge| edge.strip_prefix('/')).unwrap_or_default();
        match (request.method.as_str(), edge) {
            ("POST", "photos") => {
                let fields = fields(request);
                assert_eq!(fields["published"], "false");
                self.photos.push(fields);
                Answer::json(json!({"id": (10_157_446_145_223_552_u64 + self.photos.len() as u64).to_string()}))
            }
            ("POST", "feed") => self.show(format!("{PAGE}_{}", self.posts.len() + 1), "feed", &fields(request)),
            ("POST", "photo_stories") => self.show(format!("{}", self.posts.len() + 1234), "story", &fields(request)),
            ("POST", edge) if edge.starts_with("video") => self.video(request, edge),
            ("GET", "published_posts") => self.list(|post| post["kind"] == "feed" && post["is_published"] == true),
            ("GET", "scheduled_posts") => self.list(|post| post["kind"] == "feed" && post["is_published"] == false),
            ("GET", "stories") => self.list(|post| post["kind"] == "story"),
            ("GET", "video_reels" | "videos") => self.list(|post| post["kind"] == "video"),
            ("DELETE", _) => {
                self.deletes += 1;
                self.posts.retain(|post| post["id"] != path);
                self.videos.remove(&path);
                Answer::json(json!({"success": true}))
            }
            _ if path == PAGE => Answer::json(json!({ "id": PAGE })),
            _ => self.read(&path),
        }
    }
}

fn page() -> Page {
    Page { piece: 700, ..Page::default() }
}

fn account(endpoint: EndpointBuilder) -> Facebook {
    Facebook::new(endpoint, FixedToken::new(TOKEN), PAGE).unwrap()
}

fn connect(fake: &Fake<Page>) -> Facebook {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(Facebook::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> Facebook {
    account(Facebook::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn image() -> Attachment {
    Attachment::new(jpeg(1080, 1080)).with_alt_text("bread")
}

fn text() -> Post {
    Post::new("Fresh bread #bakery")
}

fn on(placement: Placement, attachment: Attachment) -> Post {
    let text = if placement == Placement::STORY { "" } else { "Rising" };
    Post::new(text).with_placement(placement).with_attachment(attachment)
}

fn with_text(mut post: Post, text: &str) -> Post {
    post.text = text.to_owned();
    post
}

fn video() -> Attachment {
    Attachment::new(mp4())
}

/// Two hours behind the clock of the tests.
fn later() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// One post of each shape that a page has.
fn shapes() -> [Post; 8] {
    [
        text(),
        text().with_link("https://example.com/x".parse().unwrap()),
        text().with_attachment(image()).with_attachment(Attachment::new(jpeg(900, 900))),
        text().with_publish_at(later()),
        on(Placement::VIDEO, video()),
        on(Placement::REEL, video()),
        on(Placement::STORY, video()),
        on(Placement::STORY, image()),
    ]
}

/// Museum A1, A6, A7, A8: whatever breaks, lists and videos tell whether the post is out.
#[tokio::test]
async fn no_fault_posts_twice() {
    for post in shapes() {
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(page())), post).await;
        let fresh = || Page { watch: watch.clone(), ..page() };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            connect_scene(scene)
        };
        never_twice_never_lost(fresh, connect, &post, |page| page.posts.len()).await;
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(page());
    let facebook = connect(&fake);
    let place = FacebookOptions::new().with_place("106078429431815");
    let draft = FacebookOptions::new().with_draft();
    let mut made = on(Placement::REEL, video()).with_title("Bread").with_options(&draft).unwrap();
    made.ai_generated = true;
    for (name, post, state) in [
        ("text", text().with_options(&place).unwrap(), ReceiptState::Published),
        ("photos", text().with_attachment(image()).with_publish_at(later()), ReceiptState::Scheduled),
        ("draft", made, ReceiptState::Draft),
        ("reel", on(Placement::REEL, video()).with_publish_at(later()), ReceiptState::Scheduled),
        ("video", on(Placement::VIDEO, video()).with_title("Bread"), ReceiptState::Published),
        ("story", on(Placement::STORY, video()), ReceiptState::Published),
    ] {
        let receipt = fake.publish(&facebook, name, post).await.unwrap();
        assert_eq!(receipt.state, state, "{name}: {receipt:?}");
        assert_eq!(facebook.status(&receipt).await.unwrap().state, state, "{name}");
    }
    let page = fake.state.lock().unwrap();
    let sent: Vec<_> = page.posts.iter().rev().map(|post| post["fields"].clone()).collect();
    let (time, ids) = (later().as_second().to_string(), page.videos.keys().cloned().collect::<Vec<_>>());
    let text = "Fresh bread #bakery";
    assert_eq!(
        sent,
        [
            json!({"message": text, "place": "106078429431815"}),
            json!({"message": text, "attached_media": r#"[{"media_fbid":"10157446145223553"}]"#, "published": "false",
                "scheduled_publish_time": time, "unpublished_content_type": "SCHEDULED"}),
            json!({"upload_phase": "finish", "video_id": ids[0], "description": "Rising", "title": "Bread",
                "video_state": "DRAFT", "is_ai_generated": "true"}),
            json!({"upload_phase": "finish", "video_id": ids[1], "description": "Rising", "video_state": "SCHEDULED",
                "scheduled_publish_time": time}),
            json!({"upload_phase": "finish", "upload_session_id": ids[2], "description": "Rising", "title": "Bread"}),
            json!({"upload_phase": "finish", "video_id": ids[3]}),
        ]
    );
    assert_eq!((page.photos[0]["alt_text_custom"].as_str(), page.photos[0]["temporary"].as_str()), ("bread", "true"));
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = || Attachment::new(Media::remote("https://cdn.test/v.mp4".parse().unwrap()));
    let eleven = (0..11).fold(text(), |post, _| post.with_attachment(image()));
    let link = || "https://example.com/".parse().unwrap();
    let near = fake_now().checked_add(std::time::Duration::from_secs(60)).unwrap();
    let both = FacebookOptions::new().with_draft();
    for (post, field) in [
        (eleven, "attachments"),
        (text().with_link(link()).with_attachment(image()), "link"),
        (text().with_publish_at(near), "publish_at"),
        (text().with_publish_at(Timestamp::MAX), "publish_at"),
        (on(Placement::REEL, image()), "attachments"),
        (on(Placement::REEL, remote()), "attachments[0]"),
        (on(Placement::STORY, image()).with_publish_at(later()), "publish_at"),
        (with_text(on(Placement::STORY, image()), "Hi"), "text"),
        (with_text(on(Placement::REEL, video()), &"x".repeat(2201)), "text"),
        (text().with_placement(Placement::CAROUSEL), "placement"),
        (text().with_options(&FacebookOptions::new().with_draft()).unwrap(), "options.facebook.draft"),
        (on(Placement::REEL, video()).with_publish_at(later()).with_options(&both).unwrap(), "options.facebook.draft"),
    ] {
        let fake = Fake::new(page());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
}

/// What apps cannot make is said so, with what to use instead.
#[tokio::test]
async fn what_apps_cannot_make_names_what_to_use_instead() {
    let fake = Fake::new(page());
    for (placement, instead) in [("event", "feed"), ("live", "video"), ("group", "pages"), ("short", "reel")] {
        let post = text().with_placement(placement.parse().unwrap());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("placement")));
        assert!(error.to_string().contains(instead), "{error}");
    }
    assert!(fake.vendor.received().is_empty());
}

fn fake_now() -> Timestamp {
    social_core::testkit::FixedClock::default().now()
}

/// Trap 6: only writes show that a page is blocked. Unknown codes are not retried.
#[tokio::test]
async fn a_refusal_makes_no_post_and_is_not_repeated() {
    for (refusal, kind) in [
        ((368, 4_854_002), ErrorKind::Permission),
        ((368, 1_390_008), ErrorKind::RateLimited),
        ((506, 0), ErrorKind::Duplicate),
        ((200, 0), ErrorKind::Permission),
        ((190, 460), ErrorKind::Auth),
        ((424_242, 0), ErrorKind::InvalidRequest),
    ] {
        let fake = Fake::new(Page { refusal: Some(refusal), ..page() });
        let result = fake.publish(&connect(&fake), "run", text()).await;
        let sent = fake.vendor.calls(&Method::POST, &format!("/v25.0/{PAGE}/feed"));
        // A page that posts too fast is told to wait, and nothing was made.
        if kind == ErrorKind::RateLimited {
            assert_eq!((result.is_ok(), sent), (true, 2));
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.effect(), sent), (kind, Effect::None, 1), "{refusal:?}");
    }
}

/// A video that Facebook took and could not process is no success, and its receipt says so.
#[tokio::test]
async fn a_video_that_cannot_be_processed_is_rejected() {
    let fake = Fake::new(Page { broken: true, ..page() });
    let facebook = connect(&fake);
    let receipt = fake.publish(&facebook, "run", on(Placement::REEL, video())).await.unwrap();
    assert_eq!(receipt.state, ReceiptState::Rejected);
    assert!(receipt.warnings[0].contains("no audio"), "{receipt:?}");
    assert_eq!(facebook.status(&receipt).await.unwrap().state, ReceiptState::Rejected);
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    for post in shapes() {
        let fake = Fake::new(page());
        let facebook = connect(&fake);
        let receipt = fake.publish(&facebook, "run", post).await.unwrap();
        let expected = receipt.state;
        assert_eq!(facebook.status(&receipt).await.unwrap().state, expected);
        fake.state.lock().unwrap().hidden = true;
        let hidden = facebook.status(&receipt).await.unwrap();
        assert_ne!(hidden.state, ReceiptState::Deleted, "the list has it");
        fake.state.lock().unwrap().hidden = false;
        let run = Run::ephemeral();
        for _ in 0..2 {
            assert_eq!(facebook.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
        }
        assert_eq!(facebook.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
        assert_eq!(fake.state.lock().unwrap().deletes, 1);
    }
}

/// Museum A7: another page's post, last week's and a twin are not ours.
#[tokio::test]
async fn a_foreign_post_is_not_adopted() {
    let old = json!({"id": "7", "kind": "feed", "message": "Fresh bread #bakery", "is_published": true,
        "created_time": "2026-11-13T12:00:00+0000"});
    let fake = Fake::new(Page { posts: vec![old], refusal: Some((2, 0)), ..page() });
    let (facebook, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&facebook, text()).await;
    let run = fake.run(&journal, "run").await;
    let receipt = match facebook.publish(&run, &post).await {
        Ok(receipt) => receipt,
        Err(_) => facebook.publish(&run, &post).await.unwrap(),
    };
    assert_ne!(receipt.id(), "7");
    assert_eq!(fake.state.lock().unwrap().posts.len(), 2);
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Page { refusal: Some((190, 463)), ..page() });
    let facebook = connect(&fake).with_app_secret("app-secret-of-the-tests".to_owned().into());
    let error = fake.publish(&facebook, "run", text()).await.unwrap_err();
    for text in [format!("{facebook:?}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN) && !text.contains("app-secret"), "{text}");
    }
    assert!(fake.vendor.received().iter().all(|request| request.query("appsecret_proof").is_some()));
}

/// Row 126 of the checklist: a page's token hangs on the person's.
#[tokio::test]
async fn readiness_says_why_a_pages_token_does_not_work() {
    let fine = json!({"data": {"type": "PAGE", "is_valid": true, "expires_at": 0,
        "scopes": ["pages_manage_posts", "pages_read_engagement", "pages_show_list"]}});
    let dead =
        json!({"data": {"type": "PAGE", "is_valid": false, "scopes": [], "error": {"code": 190, "subcode": 460}}});
    let stranger = json!({"error": {"code": 190, "message": "Invalid application"}});
    for (status, told, ready, code) in [
        (200, fine, true, None),
        (200, dead, false, Some("password_changed")),
        (400, stranger, true, Some("not_checked")),
    ] {
        let vendor = social_core::testkit::ScriptedVendor::new()
            .on(Method::GET, &format!("/v25.0/{PAGE}"), Answer::json(json!({ "id": PAGE })))
            .on(Method::GET, "/v25.0/debug_token", fake::json(status, told));
        let endpoint = Facebook::endpoint().transport(vendor.transport());
        let facebook =
            Facebook::new(endpoint, FixedToken::new(TOKEN), PAGE).unwrap().with_app("41", "app-secret".into());
        let readiness = facebook.readiness("2026-11-29T00:00:00Z".parse().unwrap()).await.unwrap();
        let codes: Vec<_> = readiness.findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!((readiness.is_ready(), codes), (ready, code.into_iter().collect()));
    }
}
