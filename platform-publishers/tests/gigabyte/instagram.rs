//! Instagram: one stream to Meta's upload host; the container says how much it has.

use platform_publishers::instagram::Instagram;
use serde_json::json;
use social_core::http::FixedToken;
use social_core::publish::{Placement, Post};

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{Video, goes_up};

const USER: &str = "17841400008460056";

#[derive(Default)]
struct Account {
    arrived: Arrived,
    length: u64,
}

impl Account {
    fn upload(&mut self, request: &Request) -> Answer {
        let offset = request.number("offset");
        self.length = request.number("file_size");
        assert_eq!(offset + request.length, self.length);
        self.arrived.take(offset, offset + request.arrived);
        Answer::json(json!({"success": true}))
    }

    fn read(&self, fields: &str) -> Answer {
        let arrived = self.arrived.next();
        match fields {
            "permalink" => Answer::json(json!({"id": "9", "permalink": "https://www.instagram.com/p/9/"})),
            "video_status" => {
                let phase = json!({"status": "in_progress", "bytes_transferred": arrived});
                Answer::json(json!({"id": "7", "video_status": {"uploading_phase": phase}}))
            }
            _ if arrived < self.length => Answer::json(json!({"id": "7", "status_code": "IN_PROGRESS"})),
            _ => Answer::json(json!({"id": "7", "status_code": "FINISHED"})),
        }
    }
}

impl Vendor for Account {
    fn answer(&mut self, request: &Request) -> Answer {
        let path = request.url.path();
        let edge = path.strip_prefix("/v25.0/").and_then(|path| path.strip_prefix(USER));
        match (request.method.as_str(), request.url.host_str().unwrap(), edge) {
            ("POST", "rupload.facebook.com", _) => self.upload(request),
            ("POST", _, Some("/media")) => {
                let uri = "https://rupload.facebook.com/ig-api-upload/v25.0/7";
                Answer::json(json!({"id": "7", "uri": uri}))
            }
            ("POST", _, Some("/media_publish")) => Answer::json(json!({"id": "9"})),
            ("GET", _, Some("/content_publishing_limit")) => Answer::json(
                json!({"data": [{"quota_usage": 0, "config": {"quota_total": 50, "quota_duration": 86400}}]}),
            ),
            ("GET", _, None) => self.read(&request.query("fields").unwrap()),
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

/// The rules allow no more (`video.max_bytes`), nor that many in a shorter time.
#[tokio::test]
async fn a_reel_of_300_mb_which_is_the_maximum() {
    goes_up(
        Video { bytes: 300_000_000, seconds: 120 },
        Account::default,
        |wire| Instagram::new(wire.to(Instagram::endpoint()), FixedToken::new("token"), USER).unwrap(),
        |video| Post::new("Bread").with_placement(Placement::REEL).with_attachment(video),
    )
    .await;
}
