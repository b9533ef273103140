//! The fake channel is invented after the documents (ranges, one video for each upload,
//! processing); the refusals are those of the cassettes.

mod beside;
mod conformance;
mod connected;
mod shared;
mod uploads;

use std::collections::BTreeMap;

use http::header::{LOCATION, RANGE};
use http::{Method, StatusCode};
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
use crate::fake::{self, Fake, Vendor, Watch, approved, jpeg, mp4, never_twice_never_lost};

const CHANNEL: &str = "UC_x5XG1OV2P6uZZ5FSM9Ttw";
const UPLOADS_LIST: &str = "UU_x5XG1OV2P6uZZ5FSM9Ttw";
const PLAYLIST: &str = "PL-bakery";
const TOKEN: &str = "token-of-the-channel";

/// One example of each option.
pub(crate) fn all_options() -> YouTubeOptions {
    YouTubeOptions::new()
        .with_privacy(Privacy::Unlisted)
        .with_tag("sourdough bread")
        .with_category("26")
        .with_made_for_kids(false)
        .with_license(License::CreativeCommons)
        .with_embeddable(false)
        .with_notify_subscribers(false)
        .with_playlist(PLAYLIST)
}

/// An upload of the fake.
#[derive(Default)]
struct Upload {
    kind: String,
    about: Value,
    length: usize,
    bytes: Vec<u8>,
    /// So many bytes it said that it has.
    told: usize,
    /// What was made of it.
    made: Option<Value>,
}

/// A channel that takes uploads.
#[derive(Default)]
struct Channel {
    watch: Watch,
    uploads: BTreeMap<String, Upload>,
    videos: Vec<Value>,
    thumbnails: Vec<String>,
    captions: Vec<Value>,
    playlist: Vec<Value>,
    deletes: usize,
    /// So many bytes of an upload arrive before it is cut.
    cuts: Vec<usize>,
    /// So many bytes were received of all videos.
    received: usize,
    /// What the next requests of a path are refused with: status and reason.
    refusals: BTreeMap<&'static str, (u16, &'static str)>,
    /// Uploads are not known any more.
    forgetful: bool,
    /// Videos are rejected for this reason.
    rejects: Option<&'static str>,
    /// Whatever is asked, videos become private.
    locks: bool,
    /// The channel is not verified.
    unverified: bool,
    /// The token's channel is another one.
    stranger: bool,
    /// The token may upload and not read.
    unreadable: bool,
}

fn refused(status: u16, reason: &str) -> Answer {
    let errors = json!([{"domain": "youtube", "reason": reason, "message": "nein"}]);
    fake::json(status, json!({"error": {"code": status, "message": "nein", "errors": errors}}))
}

fn header(text: String) -> &'static str {
    text.leak()
}

impl Channel {
    fn begin(&mut self, request: &Received, kind: &str) -> Answer {
        let id = format!("upload-{}", self.uploads.len() + 1);
        let length = request.header("x-upload-content-length").unwrap().parse().unwrap();
        assert!(request.header("x-upload-content-type").is_some());
        assert_eq!(request.query("uploadType").as_deref(), Some("resumable"));
        let upload = Upload { kind: kind.to_owned(), about: request.json(), length, ..Upload::default() };
        self.uploads.insert(id.clone(), upload);
        let host = "https://youtube.googleapis.com";
        let address = format!("{host}/upload/youtube/v3/{kind}?uploadType=resumable&upload_id={id}");
        Answer::status(StatusCode::OK).with_header(LOCATION, header(address))
    }

    fn put(&mut self, request: &Received) -> Answer {
        let id = request.query("upload_id").unwrap();
        let Some(upload) = self.uploads.get_mut(&id).filter(|_| !self.forgetful) else {
            return Answer::status(StatusCode::NOT_FOUND);
        };
        if let Some(made) = &upload.made {
            return Answer::json(made.clone());
        }
        let range = request.header("content-range").unwrap().strip_prefix("bytes ").unwrap();
        let (part, total) = range.split_once('/').unwrap();
        assert_eq!(total, upload.length.to_string());
        let Some((start, end)) = part.split_once('-') else {
            assert_eq!((part, request.body.len()), ("*", 0));
            upload.told = upload.bytes.len();
            return Self::progress(upload);
        };
        let (start, end): (usize, usize) = (start.parse().unwrap(), end.parse().unwrap());
        assert!(start >= upload.told, "what arrived is not sent again");
        assert_eq!(end + 1 - start, request.body.len());
        assert!(
            end + 1 == upload.length || request.body.len().is_multiple_of(262_144),
            "a piece of {}",
            request.body.len()
        );
        if start != upload.bytes.len() {
            return Self::progress(upload);
        }
        let cut = self.cuts.pop().map(|cut| cut.min(request.body.len()));
        let taken = &request.body[..cut.unwrap_or(request.body.len())];
        upload.bytes.extend_from_slice(taken);
        if upload.kind == "videos" {
            self.received += taken.len();
        }
        if upload.bytes.len() < upload.length {
            let progress = Self::progress(upload);
            return if cut.is_some() { Answer::lost() } else { progress };
        }
        let (kind, about) = (upload.kind.clone(), upload.about.clone());
        let answer = if kind == "videos" { self.make_video(&about) } else { self.make_captions(&about) };
        match answer {
            Ok(made) => {
                self.uploads.get_mut(&id).unwrap().made = Some(made.clone());
                if cut.is_some() { Answer::lost() } else { fake::json(201, made) }
            }
            Err(refusal) => *refusal,
        }
    }

    fn progress(upload: &Upload) -> Answer {
        let answer = Answer::status(StatusCode::PERMANENT_REDIRECT);
        match upload.bytes.len() {
            0 => answer,
            arrived => answer.with_header(RANGE, header(format!("bytes=0-{}", arrived - 1))),
        }
    }

    fn make_video(&mut self, about: &Value) -> Result<Value, Box<Answer>> {
        if let Some((status, reason)) = self.refusals.remove("video") {
            return Err(Box::new(refused(status, reason)));
        }
        let id = format!("video-{}", self.videos.len() + 1);
        let mut video = about.clone();
        video["kind"] = json!("youtube#video");
        video["id"] = json!(id);
        video["snippet"]["channelId"] = json!(if self.stranger { "UC-other" } else { CHANNEL });
        video["snippet"]["publishedAt"] = json!(self.watch.graph_time().replace("+0000", "Z"));
        video["status"]["uploadStatus"] = json!("uploaded");
        if self.locks {
            video["status"]["privacyStatus"] = json!("private");
        }
        video["questions"] = json!(0);
        self.videos.insert(0, video.clone());
        Ok(video)
    }

    fn make_captions(&mut self, about: &Value) -> Result<Value, Box<Answer>> {
        if self.captions.iter().any(|track| track["snippet"] == about["snippet"]) {
            return Err(Box::new(refused(409, "captionExists")));
        }
        let mut track = about.clone();
        track["id"] = json!(format!("track-{}", self.captions.len() + 1));
        self.captions.push(track.clone());
        Ok(track)
    }

    fn read(&mut self, id: &str) -> Answer {
        let mut items = Vec::new();
        if let Some(video) = self.videos.iter_mut().find(|video| video["id"] == id) {
            let questions = video["questions"].as_u64().unwrap() + 1;
            video["questions"] = json!(questions);
            let (word, processing) = match (questions, self.rejects) {
                (1, _) => ("uploaded", "processing"),
                (_, Some(reason)) => {
                    video["status"]["rejectionReason"] = json!(reason);
                    ("rejected", "terminated")
                }
                _ => ("processed", "succeeded"),
            };
            video["status"]["uploadStatus"] = json!(word);
            let mut shown = video.clone();
            let progress = json!({"partsTotal": "1000", "partsProcessed": "400", "timeLeftMs": "30000"});
            shown["processingDetails"] = json!({"processingStatus": processing, "processingProgress": progress});
            items.push(shown);
        }
        Answer::json(json!({"kind": "youtube#videoListResponse", "items": items}))
    }

    fn list(&self, request: &Received) -> Answer {
        let kind = "youtube#playlistItemListResponse";
        if request.query("playlistId").as_deref() == Some(UPLOADS_LIST) {
            let items = self.videos.iter().map(|video| {
                let mut snippet = video["snippet"].clone();
                snippet["resourceId"] = json!({"kind": "youtube#video", "videoId": video["id"]});
                json!({ "snippet": snippet })
            });
            return Answer::json(json!({"kind": kind, "items": items.collect::<Vec<_>>()}));
        }
        let video = request.query("videoId").unwrap();
        let ours = |item: &&Value| item["snippet"]["resourceId"]["videoId"] == *video;
        let items: Vec<_> = self.playlist.iter().filter(ours).collect();
        if items.is_empty() {
            return Answer::json(json!({ "kind": kind }));
        }
        Answer::json(json!({"kind": kind, "items": items}))
    }

    fn about_itself(&self) -> Answer {
        let long = if self.unverified { "eligible" } else { "allowed" };
        let id = if self.stranger { "UC-other" } else { CHANNEL };
        let channel = json!({"id": id, "status": {"isLinked": true, "longUploadsStatus": long},
            "contentDetails": {"relatedPlaylists": {"uploads": UPLOADS_LIST}}});
        Answer::json(json!({"kind": "youtube#channelListResponse", "items": [channel]}))
    }
}

impl Vendor for Channel {
    fn answer(&mut self, request: &Received) -> Answer {
        if request.url.host_str() == Some("oauth2.googleapis.com") {
            return Answer::json(json!({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}));
        }
        let authorization = request.header("authorization").unwrap_or_default();
        assert!(authorization == format!("Bearer {TOKEN}") || authorization == format!("Bearer {SECRET}"));
        assert!(!request.url.as_str().contains(TOKEN), "tokens travel in headers only");
        let path = request.url.path();
        let name = path.rsplit_once("/v3/").map(|(_, name)| name).unwrap_or_default();
        if let Some((status, reason)) = self.refusals.get(name) {
            return refused(*status, reason);
        }
        match (request.method.as_str(), path.starts_with("/upload/"), name) {
            ("PUT", true, _) => self.put(request),
            ("POST", true, "videos" | "captions") => self.begin(request, name),
            ("POST", true, "thumbnails/set") => {
                self.thumbnails.push(request.query("videoId").unwrap());
                Answer::json(json!({"kind": "youtube#thumbnailSetResponse", "items": [{}]}))
            }
            ("GET", ..) if self.unreadable => refused(403, "insufficientPermissions"),
            ("GET", _, "videos") => self.read(&request.query("id").unwrap()),
            ("GET", _, "channels") => self.about_itself(),
            ("GET", _, "playlistItems") => self.list(request),
            ("POST", _, "playlistItems") => {
                let mut item = request.json();
                item["id"] = json!(format!("item-{}", self.playlist.len() + 1));
                self.playlist.push(item.clone());
                Answer::json(item)
            }
            ("DELETE", _, "videos") => {
                self.deletes += 1;
                let before = self.videos.len();
                self.videos.retain(|video| video["id"] != request.query("id").unwrap().as_str());
                let is_gone = self.videos.len() < before;
                if is_gone { Answer::status(StatusCode::NO_CONTENT) } else { refused(404, "videoNotFound") }
            }
            other => panic!("{other:?}"),
        }
    }
}

fn account(endpoint: EndpointBuilder) -> YouTube {
    YouTube::new(endpoint, FixedToken::new(TOKEN), CHANNEL).unwrap()
}

fn connect(fake: &Fake<Channel>) -> YouTube {
    fake.state.lock().unwrap().watch.set(&fake.clock);
    account(YouTube::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone()))
}

fn connect_scene(scene: &Scene) -> YouTube {
    account(YouTube::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
}

fn video() -> Post {
    let post = Post::new("It rises overnight.").with_placement(Placement::VIDEO).with_title("Bread");
    post.with_attachment(Attachment::new(mp4()))
}

fn short() -> Post {
    video().with_placement(Placement::SHORT)
}

fn cover() -> Attachment {
    Attachment::new(jpeg(1280, 720)).with_role(MediaRole::Cover)
}

fn captions(language: &str) -> Attachment {
    let media = Media::bytes("WEBVTT\n\n00:00.000 --> 00:02.000\nBread\n");
    Attachment::new(media).with_role(MediaRole::Captions).with_language(language)
}

fn with_options(post: Post, options: &YouTubeOptions) -> Post {
    post.with_options(options).unwrap()
}

fn changed(mut post: Post, change: impl FnOnce(&mut Post)) -> Post {
    change(&mut post);
    post
}

fn of(post: Post, video: Attachment) -> Post {
    changed(post, |post| post.attachments = vec![video])
}

fn saying(post: Post, text: &str) -> Post {
    changed(post, |post| post.text = text.to_owned())
}

/// The video with all that can stand beside it.
fn full() -> Post {
    let options = YouTubeOptions::new().with_playlist(PLAYLIST);
    with_options(video().with_attachment(cover()).with_attachment(captions("de")), &options)
}

/// Two hours behind the clock of the tests.
fn later() -> Timestamp {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

/// Museum A1, A2, A3, A7, A8: whatever breaks, the upload says what was made of it.
#[tokio::test]
async fn no_fault_posts_twice() {
    let pieces = of(video(), uploads::long(600_000));
    for (post, piece) in [
        (video(), upload::PIECE),
        (short().with_attachment(cover()), upload::PIECE),
        (full(), upload::PIECE),
        (video().with_publish_at(later()), upload::PIECE),
        (pieces, 1),
    ] {
        let watch = Watch::default();
        let post = approved(&connect(&Fake::new(Channel::default())), post).await;
        let fresh = || Channel { watch: watch.clone(), ..Channel::default() };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            connect_scene(scene).with_piece(piece)
        };
        let videos = |channel: &Channel| {
            assert!(channel.captions.len() <= 1 && channel.playlist.len() <= 1, "nothing stands beside it twice");
            channel.videos.len()
        };
        never_twice_never_lost(fresh, connect, &post, videos).await;
    }
}

#[tokio::test]
async fn what_was_asked_is_sent() {
    let fake = Fake::new(Channel::default());
    let youtube = connect(&fake);
    let mut made = with_options(short().with_language("de"), &all_options());
    made.ai_generated = true;
    for (name, post, state) in [
        ("plain", video(), ReceiptState::Published),
        ("all", made, ReceiptState::Published),
        ("private", with_options(video(), &YouTubeOptions::new().with_privacy(Privacy::Private)), ReceiptState::Draft),
        ("scheduled", video().with_publish_at(later()), ReceiptState::Scheduled),
    ] {
        let receipt = fake.publish(&youtube, name, post).await.unwrap();
        assert_eq!((receipt.state, receipt.warnings.as_slice()), (state, &[] as &[String]), "{name}: {receipt:?}");
        assert_eq!(youtube.status(&receipt).await.unwrap().state, state, "{name}");
    }
    let channel = fake.state.lock().unwrap();
    let sent: Vec<_> = channel.uploads.values().map(|upload| upload.about.clone()).collect();
    let snippet = json!({"title": "Bread", "description": "It rises overnight."});
    assert_eq!(
        sent,
        [
            json!({"snippet": snippet, "status": {"privacyStatus": "public"}}),
            json!({
                "snippet": {"title": "Bread", "description": "It rises overnight.", "tags": ["sourdough bread"],
                    "categoryId": "26", "defaultLanguage": "de"},
                "status": {"privacyStatus": "unlisted", "selfDeclaredMadeForKids": false,
                    "containsSyntheticMedia": true, "license": "creativeCommon", "embeddable": false},
            }),
            json!({"snippet": snippet, "status": {"privacyStatus": "private"}}),
            json!({"snippet": snippet, "status": {"privacyStatus": "private", "publishAt": "2026-11-20T14:00:00Z"}}),
        ]
    );
    let begun = fake.vendor.received().into_iter().filter(|request| request.method == Method::POST);
    let notify: Vec<_> = begun.map(|request| request.query("notifySubscribers")).collect();
    assert_eq!(notify[..2], [None, Some("false".to_owned())]);
    assert_eq!(channel.playlist.len(), 1);
}

/// The smallest video, of so many thousands of a second.
fn lasting(milliseconds: u32) -> Attachment {
    let Media::Bytes(bytes) = mp4() else { panic!("not in memory") };
    let (mut bytes, from) = (bytes.to_vec(), 5000_u32.to_be_bytes());
    let places: Vec<_> = (0..bytes.len() - 4).filter(|place| bytes[*place..*place + 4] == from).collect();
    assert_eq!(places.len(), 2);
    for place in places {
        bytes[place..place + 4].copy_from_slice(&milliseconds.to_be_bytes());
    }
    Attachment::new(Media::bytes(bytes))
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_the_first_request() {
    let remote = Attachment::new(Media::remote("https://cdn.test/v.mp4".parse().unwrap()));
    let with_file = |file: Attachment| of(short(), file);
    let with_text = |text: &str| saying(video(), text);
    let tags = (0..50).fold(YouTubeOptions::new(), |options, _| options.with_tag("ten blanks"));
    let unlisted = YouTubeOptions::new().with_privacy(Privacy::Unlisted);
    for (post, field) in [
        (changed(video(), |post| post.title = None), "title"),
        (video().with_title("x".repeat(101)), "title"),
        (video().with_title("a < b"), "title"),
        (with_text("a > b"), "text"),
        // 2501 characters of two bytes each.
        (with_text(&"é".repeat(2501)), "text"),
        (changed(video(), |post| post.attachments.clear()), "attachments"),
        (video().with_attachment(Attachment::new(mp4())), "attachments"),
        (with_file(Attachment::new(jpeg(10, 10))), "attachments"),
        (with_file(remote), "attachments[0]"),
        (with_file(lasting(181_000)), "attachments[0].duration"),
        (
            video().with_attachment(Attachment::new(captions("de").media).with_role(MediaRole::Captions)),
            "attachments[1]",
        ),
        (video().with_attachment(captions("de")).with_attachment(captions("de")), "attachments[2]"),
        (video().with_publish_at(fake_now() - Duration::from_secs(60)), "publish_at"),
        (with_options(video().with_publish_at(later()), &unlisted), "options.youtube.privacy"),
        (with_options(video(), &tags), "options.youtube.tags"),
        (with_options(video(), &YouTubeOptions::new().with_tag("a,b")), "options.youtube.tags[0]"),
        (with_options(video(), &YouTubeOptions::new().with_category("Howto")), "options.youtube.category"),
        (with_options(video(), &YouTubeOptions::new().with_playlist("a b")), "options.youtube.playlist"),
        (video().with_first_comment("first"), "first_comment"),
    ] {
        let fake = Fake::new(Channel::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error:?}");
        assert!(fake.vendor.received().is_empty());
    }
}

fn fake_now() -> Timestamp {
    FixedClock::default().now()
}

/// What apps cannot make is said so, with what to use instead.
#[tokio::test]
async fn what_apps_cannot_make_names_what_to_use_instead() {
    let fake = Fake::new(Channel::default());
    for (placement, instead) in [("feed", "video"), ("story", "short"), ("live", "recording"), ("igtv", "video")] {
        let post = video().with_placement(placement.parse().unwrap());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("placement")));
        assert!(error.to_string().contains(instead), "{error}");
    }
    assert!(fake.vendor.received().is_empty());
}

/// Trap 10: the channel's day and the project's are two. Unknown reasons are not retried.
#[tokio::test]
async fn a_refusal_makes_no_video_and_is_not_repeated() {
    for (status, reason, kind) in [
        (400, "uploadLimitExceeded", ErrorKind::QuotaExhausted),
        (403, "quotaExceeded", ErrorKind::QuotaExhausted),
        (403, "insufficientPermissions", ErrorKind::Permission),
        (401, "youtubeSignupRequired", ErrorKind::Permission),
        (401, "authError", ErrorKind::Auth),
        (400, "invalidCategoryId", ErrorKind::InvalidRequest),
        (400, "aReasonOfTomorrow", ErrorKind::InvalidRequest),
    ] {
        let fake =
            Fake::new(Channel { refusals: BTreeMap::from([("videos", (status, reason))]), ..Channel::default() });
        let error = fake.publish(&connect(&fake), "run", video()).await.unwrap_err();
        let sent = fake.vendor.received().len();
        assert_eq!((error.kind(), error.effect(), sent), (kind, Effect::None, 1), "{reason}: {error:?}");
        // A token that could not be renewed has its own words.
        assert!(error.code() == Some(reason) || kind == ErrorKind::Auth, "{error:?}");
    }
    // Said when every byte is there: the next call begins a new upload.
    let (refusals, journal) = (BTreeMap::from([("video", (400, "uploadLimitExceeded"))]), MemoryJournal::new());
    let fake = Fake::new(Channel { refusals, ..Channel::default() });
    let (youtube, post) = (connect(&fake), approved(&connect(&fake), video()).await);
    let run = fake.run(&journal, "run").await;
    let error = youtube.publish(&run, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::QuotaExhausted, Effect::None));
    youtube.publish(&run, &post).await.unwrap();
    let channel = fake.state.lock().unwrap();
    assert_eq!((channel.videos.len(), channel.uploads.len()), (1, 2));
}

/// A video that YouTube took and refused afterwards is no success, and its receipt says so.
#[tokio::test]
async fn a_video_that_is_refused_afterwards_is_rejected() {
    let fake = Fake::new(Channel { rejects: Some("duplicate"), ..Channel::default() });
    let youtube = connect(&fake);
    let receipt = fake.publish(&youtube, "run", short().with_attachment(cover())).await.unwrap();
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Rejected, 1), "{receipt:?}");
    assert!(receipt.warnings[0].contains("duplicate"), "{receipt:?}");
    assert_eq!(youtube.status(&receipt).await.unwrap(), receipt);
    assert!(fake.state.lock().unwrap().thumbnails.is_empty());
}

/// Trap 11 and its successor: what YouTube made of the privacy is compared with what was asked.
#[tokio::test]
async fn another_privacy_and_another_channel_are_warnings() {
    let fake = Fake::new(Channel { locks: true, stranger: true, ..Channel::default() });
    let receipt = fake.publish(&connect(&fake), "run", video()).await.unwrap();
    assert_eq!(receipt.state, ReceiptState::Draft);
    assert!(receipt.warnings[0].contains("private, not public"), "{receipt:?}");
    assert!(receipt.warnings[1].contains("UC-other"), "{receipt:?}");
}

#[tokio::test]
async fn a_video_is_asked_about_and_taken_down() {
    let fake = Fake::new(Channel::default());
    let youtube = connect(&fake);
    let receipt = fake.publish(&youtube, "run", short()).await.unwrap();
    assert_eq!(receipt.url().unwrap().as_str(), "https://www.youtube.com/shorts/video-1");
    let run = Run::ephemeral();
    for _ in 0..2 {
        assert_eq!(youtube.delete(&run, &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert_eq!(youtube.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    assert_eq!(fake.state.lock().unwrap().deletes, 1);
    // Gone already, by whomever.
    youtube.delete(&Run::ephemeral(), &receipt).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().deletes, 2);
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Channel { refusals: BTreeMap::from([("video", (403, "forbidden"))]), ..Channel::default() });
    let youtube = connect(&fake);
    let error = fake.publish(&youtube, "run", video()).await.unwrap_err();
    for text in [format!("{youtube:?}"), format!("{error:?}"), error.to_string()] {
        assert!(!text.contains(TOKEN) && !text.contains("upload-1"), "{text}");
    }
}
