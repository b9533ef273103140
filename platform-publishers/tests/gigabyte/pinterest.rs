//! Pinterest: one form to its store, which takes a video as a whole or not at all.

use platform_publishers::pinterest::{PIN, Pinterest, PinterestOptions};
use serde_json::json;
use social_core::http::FixedToken;
use social_core::publish::Post;

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{GIB, Video, goes_up};

const STORE: &str = "pinterest-media-upload.s3-accelerate.amazonaws.com";

#[derive(Default)]
struct Account {
    arrived: Arrived,
}

impl Vendor for Account {
    fn answer(&mut self, request: &Request) -> Answer {
        match (request.method.as_str(), request.url.host_str().unwrap(), request.url.path()) {
            ("POST", STORE, _) if !request.is_whole() => Answer::empty(500),
            ("POST", STORE, _) => {
                self.arrived.take(0, request.file("file").unwrap());
                Answer::empty(204)
            }
            ("GET", _, "/v5/user_account") => Answer::json(json!({"id": "2783136121146311751", "username": "bakery"})),
            ("POST", _, "/v5/media") => {
                let parameters = json!({"key": "uploads/1/7:video", "policy": "policy-of-the-upload"});
                Answer::json(json!({"media_id": "7", "media_type": "video", "upload_url": format!("https://{STORE}/"),
                    "upload_parameters": parameters}))
            }
            ("GET", _, "/v5/media/7") => {
                let status = if self.arrived.next() > 0 { "succeeded" } else { "registered" };
                Answer::json(json!({"media_id": "7", "media_type": "video", "status": status}))
            }
            ("POST", _, "/v5/pins") => Answer::json(json!({"id": "813744226420795884"})),
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

#[tokio::test]
async fn a_video_of_1_gib() {
    let on_a_board = PinterestOptions::new().with_board_id("549755885177");
    goes_up(
        Video { bytes: GIB, seconds: 60 },
        Account::default,
        |wire| Pinterest::new(wire.to(Pinterest::endpoint()), FixedToken::new("token")).unwrap(),
        |video| Post::new("Bread").with_placement(PIN).with_options(&on_a_board).unwrap().with_attachment(video),
    )
    .await;
}
