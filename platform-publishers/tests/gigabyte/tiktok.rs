//! TikTok: chunks as they were announced, kept only when they are whole.

use platform_publishers::tiktok::{PrivacyLevel, TikTok, TikTokOptions};
use serde_json::{Value, json};
use social_core::http::FixedToken;
use social_core::publish::{Placement, Post};

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{GIB, Video, goes_up};

#[derive(Default)]
struct Account {
    arrived: Arrived,
    source: Value,
}

fn ok(data: Value) -> Answer {
    Answer::json(json!({"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}}))
}

impl Account {
    fn length(&self) -> u64 {
        self.source["video_size"].as_u64().unwrap()
    }

    fn put(&mut self, request: &Request) -> Answer {
        let range = request.header("content-range").unwrap().strip_prefix("bytes ").unwrap();
        let start: u64 = range.split_once('-').unwrap().0.parse().unwrap();
        let [size, count] = ["chunk_size", "total_chunk_count"].map(|name| self.source[name].as_u64().unwrap());
        let end = if start / size + 1 == count { self.length() } else { start + size };
        assert_eq!((start % size, start + request.length), (0, end), "as it was announced");
        if request.is_whole() {
            self.arrived.take(start, end);
        }
        Answer::empty(if end == self.length() { 201 } else { 206 })
    }

    fn status(&self) -> Answer {
        match self.arrived.next() {
            next if next < self.length() => ok(json!({"status": "PROCESSING_UPLOAD", "uploaded_bytes": next})),
            _ => ok(
                json!({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [7_215_394_578_123_456_004_u64]}),
            ),
        }
    }
}

impl Vendor for Account {
    fn answer(&mut self, request: &Request) -> Answer {
        match (request.method.as_str(), request.url.path()) {
            ("PUT", "/video/") => self.put(request),
            (_, "/v2/post/publish/creator_info/query/") => ok(json!({"creator_username": "bakery",
                "privacy_level_options": ["SELF_ONLY"], "max_video_post_duration_sec": 300})),
            (_, "/v2/post/publish/video/init/") => {
                self.source = request.json()["source_info"].clone();
                let url = "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=token-of-upload";
                ok(json!({"publish_id": "v_pub~v2-1.1", "upload_url": url}))
            }
            (_, "/v2/post/publish/status/fetch/") => self.status(),
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

#[tokio::test]
async fn a_video_of_1_gib() {
    let options = TikTokOptions::new().with_privacy(PrivacyLevel::SelfOnly);
    let post =
        |video| Post::new("").with_placement(Placement::VIDEO).with_options(&options).unwrap().with_attachment(video);
    goes_up(
        Video { bytes: GIB, seconds: 60 },
        Account::default,
        |wire| TikTok::new(wire.to(TikTok::endpoint()), FixedToken::new("token"), "723f24d7-e717").unwrap(),
        post,
    )
    .await;
}
