//! YouTube: a resumable upload, of which it says how far it is.

use platform_publishers::youtube::YouTube;
use serde_json::json;
use social_core::http::FixedToken;
use social_core::publish::{Placement, Post};

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{GIB, Video, goes_up};

const CHANNEL: &str = "UC_x5XG1OV2P6uZZ5FSM9Ttw";

#[derive(Default)]
struct Channel {
    arrived: Arrived,
    length: u64,
}

impl Channel {
    fn put(&mut self, request: &Request) -> Answer {
        let range = request.header("content-range").unwrap().strip_prefix("bytes ").unwrap();
        if let Some((start, _)) = range.split_once('-') {
            let start: u64 = start.parse().unwrap();
            self.arrived.take(start, start + request.arrived);
        }
        match self.arrived.next() {
            0 => Answer::empty(308),
            next if next < self.length => Answer::empty(308).with_header("range", &format!("bytes=0-{}", next - 1)),
            _ => Answer::json(
                json!({"id": "video-1", "status": {"uploadStatus": "uploaded", "privacyStatus": "public"}}),
            ),
        }
    }
}

impl Vendor for Channel {
    fn answer(&mut self, request: &Request) -> Answer {
        match (request.method.as_str(), request.url.path()) {
            ("POST", path @ "/upload/youtube/v3/videos") => {
                self.length = request.number("x-upload-content-length");
                let address = format!("https://youtube.googleapis.com{path}?uploadType=resumable&upload_id=1");
                Answer::empty(200).with_header("location", &address)
            }
            ("PUT", "/upload/youtube/v3/videos") => self.put(request),
            ("GET", "/youtube/v3/videos") => {
                let video = json!({"id": "video-1", "status": {"uploadStatus": "processed"}});
                Answer::json(json!({"kind": "youtube#videoListResponse", "items": [video]}))
            }
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

#[tokio::test]
async fn a_video_of_1_gib() {
    let post = |video| Post::new("").with_placement(Placement::VIDEO).with_title("Bread").with_attachment(video);
    goes_up(
        Video { bytes: GIB, seconds: 60 },
        Channel::default,
        |wire| YouTube::new(wire.to(YouTube::endpoint()), FixedToken::new("token"), CHANNEL).unwrap(),
        post,
    )
    .await;
}
