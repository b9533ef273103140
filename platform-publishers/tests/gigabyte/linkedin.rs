//! LinkedIn: the parts that it asks for, each to an address of its own, kept only when whole.

use platform_publishers::linkedin::LinkedIn;
use serde_json::{Value, json};
use social_core::http::FixedToken;
use social_core::publish::Post;

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{Video, goes_up};

/// Bytes of a part, as LinkedIn divides videos.
const PART: u64 = 4_194_304;

#[derive(Default)]
struct Author {
    arrived: Arrived,
    length: u64,
}

impl Author {
    fn begin(&mut self, request: &Request) -> Answer {
        self.length = request.json()["initializeUploadRequest"]["fileSizeBytes"].as_u64().unwrap();
        let part = |start: u64| {
            json!({"uploadUrl": format!("https://www.linkedin.com/dms-uploads/{start}"), "firstByte": start,
                "lastByte": self.end(start) - 1})
        };
        let parts: Vec<Value> = (0..self.length).step_by(PART as usize).map(part).collect();
        Answer::json(json!({"value": {"video": "urn:li:video:F1", "uploadToken": "", "uploadInstructions": parts,
                "uploadUrlsExpireAt": 1_795_262_400_000_i64}}))
    }

    fn end(&self, start: u64) -> u64 {
        (start + PART).min(self.length)
    }

    fn put(&mut self, start: &str, request: &Request) -> Answer {
        let first: u64 = start.parse().unwrap();
        let end = self.end(first);
        assert_eq!(first + request.length, end, "the part that is asked for");
        if request.is_whole() {
            self.arrived.take(first, end);
        }
        Answer::empty(200).with_header("etag", &format!("/ambry-video/signedId/{start}"))
    }

    fn finish(&self, request: &Request) -> Answer {
        let starts = (0..self.length).step_by(PART as usize);
        let tags: Vec<_> = starts.map(|start| format!("/ambry-video/signedId/{start}")).collect();
        assert_eq!(request.json()["finalizeUploadRequest"]["uploadedPartIds"], json!(tags), "all, and in order");
        Answer::empty(200)
    }
}

impl Vendor for Author {
    fn answer(&mut self, request: &Request) -> Answer {
        let path = request.url.path();
        match (request.method.as_str(), path, request.query("action").as_deref()) {
            ("PUT", ..) => self.put(path.strip_prefix("/dms-uploads/").unwrap(), request),
            ("POST", "/rest/videos", Some("initializeUpload")) => self.begin(request),
            ("POST", "/rest/videos", Some("finalizeUpload")) => self.finish(request),
            ("GET", "/rest/videos/urn%3Ali%3Avideo%3AF1", _) => Answer::json(json!({"status": "AVAILABLE"})),
            ("POST", "/rest/posts", _) => Answer::empty(201).with_header("x-restli-id", "urn:li:ugcPost:7"),
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

/// The rules allow no more (`video.max_bytes`).
#[tokio::test]
async fn a_video_of_500_mb_which_is_the_maximum() {
    goes_up(
        Video { bytes: 500_000_000, seconds: 60 },
        Author::default,
        |wire| LinkedIn::new(wire.to(LinkedIn::endpoint()), FixedToken::new("token"), "782bbtaQ").unwrap(),
        |video| Post::new("Bread").with_attachment(video),
    )
    .await;
}
