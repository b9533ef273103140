//! X: numbered chunks in forms, kept only when they are whole.

use platform_publishers::x::{Subscription, X};
use serde_json::json;
use social_core::http::FixedToken;
use social_core::publish::Post;

use super::arrived::Arrived;
use super::server::{Answer, Request, Vendor};
use super::{GIB, Video, goes_up};

#[derive(Default)]
struct Account {
    arrived: Arrived,
    total: u64,
    /// Bytes of every chunk but the last one.
    size: u64,
}

impl Account {
    fn append(&mut self, request: &Request) -> Answer {
        if !request.is_whole() {
            return Answer::empty(500);
        }
        let index: u64 = request.field("segment_index").unwrap().parse().unwrap();
        let length = request.file("media").unwrap();
        if index == 0 {
            self.size = length;
        }
        assert!(index < 1000 && length <= 5_000_000 && (length == self.size || index == self.total / self.size));
        self.arrived.take(index * self.size, index * self.size + length);
        Answer::json(json!({"data": {"expires_at": 1_795_262_400}}))
    }
}

impl Vendor for Account {
    fn answer(&mut self, request: &Request) -> Answer {
        let file = || json!({"id": "11", "media_key": "13_11", "expires_after_secs": 86400});
        match (request.method.as_str(), request.url.path()) {
            ("GET", "/2/users/me") => {
                Answer::json(json!({"data": {"id": "1072250532645998596", "username": "bakery"}}))
            }
            ("POST", "/2/media/upload/initialize") => {
                self.total = request.json()["total_bytes"].as_u64().unwrap();
                Answer::json(json!({ "data": file() }))
            }
            ("POST", "/2/media/upload/11/append") => self.append(request),
            ("POST", "/2/media/upload/11/finalize") => {
                assert_eq!(self.arrived.next(), self.total, "every chunk is there");
                Answer::json(json!({ "data": file() }))
            }
            ("POST", "/2/tweets") => Answer::json(json!({"data": {"id": "1456012973835780000", "text": ""}})),
            other => panic!("{other:?}"),
        }
    }

    fn arrived(&self) -> &Arrived {
        &self.arrived
    }
}

#[tokio::test]
async fn a_video_of_1_gib() {
    goes_up(
        Video { bytes: GIB, seconds: 60 },
        Account::default,
        |wire| {
            let x = X::new(wire.to(X::endpoint()), FixedToken::new("token")).unwrap();
            x.with_subscription(Subscription::Premium)
        },
        |video| Post::new("Bread").with_attachment(video),
    )
    .await;
}
