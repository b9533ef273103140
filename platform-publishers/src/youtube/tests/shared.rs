//! Compared with the vendor's own: requests of google-api-python-client 2.202, recorded answers,
//! and exchanges of its documents.

use http::{HeaderMap, StatusCode};
use serde_json::Value;
use social_core::http::Failure;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};
use crate::youtube::wire::{Created, List, Video, VideoState};

/// The library sends this with every request.
const BUT: [&str; 1] = ["alt"];

/// The channel of the golden requests: its uploads go to the other host.
struct Account(usize);

impl Vendor for Account {
    fn answer(&mut self, request: &Received) -> Answer {
        if request.method == Method::POST && request.url.path().ends_with("/videos") {
            self.0 = request.header("x-upload-content-length").unwrap().parse().unwrap();
            let address = "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&upload_id=u1";
            return Answer::status(StatusCode::OK).with_header(LOCATION, address);
        }
        assert_eq!(request.header("authorization"), Some("Bearer test-key"));
        match request.header("content-range") {
            Some(range) if !range.contains(&format!("-{}/", self.0 - 1)) => {
                let last = range.split(['-', '/']).nth(1).unwrap();
                let stored = format!("bytes=0-{last}").leak();
                Answer::status(StatusCode::PERMANENT_REDIRECT).with_header(RANGE, stored)
            }
            Some(_) => Answer::json(json!({"id": "vid1"})),
            None if request.url.path().ends_with("set") => Answer::json(json!({"kind": "k", "items": [{}]})),
            None => {
                Answer::json(json!({"kind": "k", "items": [{"id": "vid1", "status": {"uploadStatus": "rejected"}}]}))
            }
        }
    }
}

async fn sent(post: Post) -> Vec<Received> {
    let fake = Fake::new(Account(0));
    let endpoint = YouTube::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone());
    let youtube = YouTube::new(endpoint, FixedToken::new("test-key"), CHANNEL).unwrap().with_piece(1);
    fake.publish(&youtube, "run", post).await.unwrap();
    fake.vendor.received()
}

#[tokio::test]
async fn requests_are_those_of_the_library() {
    let golden = |name: &str| shared(&format!("golden/youtube/{name}.json"));
    let Some(mut one) = golden("videos_insert_resumable_one_chunk") else { return };
    let options = YouTubeOptions::new().with_tag("a").with_tag("b").with_category("22").with_made_for_kids(false);
    let options = options.with_notify_subscribers(false);
    let post = saying(short(), "d").with_title("Coffee #Shorts").with_publish_at(later());
    let requests = sent(with_options(post.with_attachment(cover()), &options)).await;
    // The day of the golden request is over for the clock of the tests.
    one["requests"][0]["body"]["json"]["status"]["publishAt"] = json!(later());
    assert_golden(&requests[..2], &one, &BUT);
    for (header, at) in [("x-upload-content-type", 0), ("content-range", 1)] {
        let length = requests[1].body.len();
        let theirs = one["requests"][at]["headers"][header].as_str().unwrap();
        let theirs = theirs.replace("2071", &(length - 1).to_string()).replace("2072", &length.to_string());
        assert_eq!(requests[at].header(header), Some(theirs.as_str()));
    }

    let chunked = golden("videos_insert_resumable_chunked").unwrap();
    let plain = YouTubeOptions::new().with_privacy(Privacy::Unlisted);
    let post = saying(of(video(), uploads::long(600_000)), "").with_title("t");
    let requests = sent(with_options(post, &plain)).await;
    assert_golden(&requests[..4], &chunked, &BUT);
    let theirs = chunked["requests"].as_array().unwrap();
    for (ours, theirs) in requests.iter().zip(theirs).skip(1) {
        assert_eq!(ours.header("content-range"), theirs["headers"]["content-range"].as_str());
    }

    let requests = sent(video().with_attachment(cover())).await;
    let thumbnail: Vec<_> = requests.into_iter().filter(|request| request.url.path().ends_with("set")).collect();
    assert_golden(&thumbnail, &golden("thumbnail_set").unwrap(), &BUT);
}

/// Sign-in and comments: not what a publisher does.
const OTHER: [&str; 4] = ["comment-reply-insert", "comment-threads-by-video", "comments-by-parent", "oauth-token"];

#[tokio::test]
async fn recorded_and_documented_answers_are_read() {
    for (name, cassette) in shared_folder("cassettes/platforms/youtube") {
        let name = name.trim_end_matches(".json");
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let body = cassette["response"]["body"].clone();
        let refusal = |body: &Value| {
            let (headers, body) = (HeaderMap::new(), body.to_string());
            error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
        };
        match name {
            "videos-insert-final" => {
                let video: Video = serde_json::from_value(body).unwrap();
                assert_eq!(video.state(), VideoState::Processing(None));
                assert_eq!(video.snippet.unwrap().channel_id.as_deref(), Some(CHANNEL));
            }
            "processing-status" => {
                let video = serde_json::from_value::<List<Video>>(body).unwrap().items.remove(0);
                assert_eq!((video.id.as_str(), video.state()), ("D-lhorsDlUQ", VideoState::Processing(Some(0.4))));
            }
            "captions-insert" => drop(serde_json::from_value::<Created>(body).unwrap()),
            "thumbnails-set" => assert_eq!(serde_json::from_value::<List<Value>>(body).unwrap().items.len(), 1),
            // Played through the protocol below.
            name if name.starts_with("resumable-") => {}
            name if name.starts_with("error-") => {
                let expected = match name {
                    "error-400-uploadlimitexceeded" | "error-403-quotaexceeded" => ErrorKind::QuotaExhausted,
                    "error-401-autherror" => ErrorKind::Auth,
                    "error-401-youtubesignuprequired" | "error-403-insufficientpermissions" => ErrorKind::Permission,
                    "error-403-ratelimitexceeded" => ErrorKind::RateLimited,
                    "error-503-backenderror" => ErrorKind::Unavailable,
                    "error-permission-denied" => ErrorKind::Permission,
                    other => panic!("{other} is not looked at"),
                };
                let error = refusal(&body);
                assert_eq!(error.kind(), expected, "{name}");
                assert_eq!(error.is_token_expired(), name == "error-401-autherror", "{name}");
            }
            other => assert!(OTHER.contains(&other), "{other} is not looked at"),
        }
    }
}

/// The exchanges of the guide to the protocol, in the order in which an upload meets them: begun, a
/// 503, asked, one piece of it stored, and finished from there.
#[tokio::test]
async fn the_documented_uploads_are_gone_through() {
    let Some(start) = shared("cassettes/platforms/youtube/resumable-start.json") else { return };
    let cassette = |name: &str| shared(&format!("cassettes/platforms/youtube/resumable-{name}.json")).unwrap();
    let answer = |cassette: Value| {
        let response = &cassette["response"];
        let status = StatusCode::from_u16(response["status"].as_u64().unwrap() as u16).unwrap();
        let answer = match response["body"].is_null() {
            true => Answer::status(status),
            false => Answer::json(response["body"].clone()).with_status(status),
        };
        let headers = response["headers"].as_object().unwrap().iter().filter(|(name, _)| *name != "content-length");
        headers.fold(answer, |answer, (name, value)| {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            answer.with_header(name, value.as_str().unwrap().to_owned().leak())
        })
    };
    let puts = ["503-retry-after", "chunk-308", "resume"].map(|name| answer(cassette(name)));
    let path = "/upload/youtube/v3/videos";
    let vendor = social_core::testkit::ScriptedVendor::new()
        .on(
            Method::GET,
            "/youtube/v3/videos",
            answer(shared("cassettes/platforms/youtube/processing-status.json").unwrap()),
        )
        .on(Method::POST, path, answer(start))
        .on_each(Method::PUT, path, puts);
    let clock = std::sync::Arc::new(FixedClock::default());
    let youtube = account(YouTube::endpoint().transport(vendor.transport()).clock(clock.clone()));
    let post = approved(&youtube, of(video(), uploads::long(2_000_000))).await;
    let options = social_core::run::OpenOptions::new().with_clock(clock.clone());
    let run = Run::open_with(&MemoryJournal::new(), "run", options).await.unwrap();
    let receipt = youtube.publish(&run, &post).await.unwrap();
    assert_eq!((receipt.id(), receipt.state), ("D-lhorsDlUQ", ReceiptState::Processing));
    let ranges: Vec<_> =
        vendor.received().iter().filter_map(|r| r.header("content-range").map(str::to_owned)).collect();
    assert_eq!(ranges, ["bytes 0-1999999/2000000", "bytes */2000000", "bytes 524288-1999999/2000000"]);
    // A session that is over is not known.
    let error = answer(cassette("session-expired-404"));
    let vendor = social_core::testkit::ScriptedVendor::new().on(Method::PUT, path, error);
    let youtube = account(YouTube::endpoint().transport(vendor.transport()).clock(clock));
    let address = "https://youtube.googleapis.com/upload/youtube/v3/videos?upload_id=old".parse().unwrap();
    assert!(matches!(youtube.look_at(&address, 3_000_000).await, Ok(upload::Upload::Forgotten)));
}
