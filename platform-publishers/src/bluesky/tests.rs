//! The fake data server is invented after the lexicons and after what the real PDS of the lab answers (a second create
//! of a key is a bare 500, a missing record is 400 `RecordNotFound`, an expired token is 400 `ExpiredToken`).

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::publish::{Post, Publisher as _};
use social_core::run::MemoryJournal;
use social_core::{ErrorKind, Result};

use super::*;
use crate::fake::{Answer, Fake, Seen, Vendor, approved, fault_matrix};

const DID: &str = "did:plc:alice";

/// A data server with one account.
#[derive(Default)]
struct Pds {
    logins: u32,
    refreshes: u32,
    serial: u32,
    access: String,
    refresh: String,
    records: BTreeMap<String, Value>,
    creates: u32,
    blobs: u32,
    did_doc: Option<Value>,
}

impl Pds {
    fn session(&mut self) -> Answer {
        self.serial += 1;
        self.access = format!("access-token-{}", self.serial);
        self.refresh = format!("refresh-token-{}", self.serial);
        let mut answer =
            json!({"did": DID, "handle": "alice.test", "accessJwt": self.access, "refreshJwt": self.refresh});
        if let Some(doc) = &self.did_doc {
            answer["didDoc"] = doc.clone();
        }
        Answer::json(200, answer)
    }
}

fn refused(status: u16, error: &str) -> Answer {
    Answer::json(status, json!({"error": error, "message": format!("{error} it is")}))
}

impl Vendor for Pds {
    fn answer(&mut self, request: &Seen, _now: Timestamp) -> Answer {
        let bearer = request.header("authorization").trim_start_matches("Bearer ").to_owned();
        let method = request.path().trim_start_matches("/xrpc/").to_owned();
        match method.as_str() {
            "com.atproto.server.createSession" => {
                self.logins += 1;
                if request.json()["password"] != "app-password" {
                    return refused(401, "AuthenticationRequired");
                }
                return self.session();
            }
            "com.atproto.server.refreshSession" => {
                self.refreshes += 1;
                return if bearer == self.refresh { self.session() } else { refused(400, "ExpiredToken") };
            }
            _ => {}
        }
        if bearer != self.access {
            return refused(400, if bearer.is_empty() { "AuthMissing" } else { "ExpiredToken" });
        }
        match method.as_str() {
            "com.atproto.repo.createRecord" => {
                self.creates += 1;
                let body = request.json();
                let key = body["rkey"].as_str().unwrap().to_owned();
                if self.records.contains_key(&key) {
                    return refused(500, "InternalServerError");
                }
                let uri = format!("at://{DID}/app.bsky.feed.post/{key}");
                self.records.insert(key, body["record"].clone());
                Answer::json(200, json!({"uri": uri, "cid": "bafy", "validationStatus": "valid"}))
            }
            "com.atproto.repo.getRecord" => match self.records.get(&request.query("rkey")) {
                Some(value) => {
                    let uri = format!("at://{DID}/app.bsky.feed.post/{}", request.query("rkey"));
                    Answer::json(200, json!({"uri": uri, "cid": "bafy", "value": value}))
                }
                None => refused(400, "RecordNotFound"),
            },
            "com.atproto.repo.uploadBlob" => {
                self.blobs += 1;
                let blob = json!({"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": request.header("content-type"),
                    "size": request.body.len()});
                Answer::json(200, json!({ "blob": blob }))
            }
            "com.atproto.identity.resolveHandle" => match request.query("handle").as_str() {
                "bob.test" => Answer::json(200, json!({"did": "did:plc:bob"})),
                _ => refused(400, "HandleNotFound"),
            },
            _ => refused(501, "MethodNotImplemented"),
        }
    }
}

fn connect(fake: Arc<Fake<Pds>>) -> Bluesky {
    let clock = fake.clock.clone();
    let endpoint = Bluesky::endpoint().base_url("https://pds.test").transport(fake).clock(clock);
    Bluesky::new(endpoint, "alice.test", SecretString::from("app-password")).unwrap()
}

async fn publish(fake: &Arc<Fake<Pds>>, bluesky: &Bluesky, post: Post) -> Result<social_core::publish::Receipt> {
    let name = post.text.clone();
    let post = approved(bluesky, post).await;
    fake.publish(&MemoryJournal::new(), &name, bluesky, &post).await.unwrap()
}

#[tokio::test]
async fn a1_a8_no_fault_of_any_exchange_posts_twice_or_loses_the_post() {
    let post = approved(&connect(Fake::new(Pds::default())), Post::new("Hello")).await;
    fault_matrix(Pds::default, connect, &post, |pds| pds.records.len()).await;
}

#[tokio::test]
async fn one_login_serves_many_posts_and_the_receipt_is_the_public_page() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(fake.clone());
    for text in ["one", "two"] {
        let receipt = publish(&fake, &bluesky, Post::new(text).with_language("en")).await.unwrap();
        let key = receipt.id.rsplit('/').next().unwrap();
        assert_eq!(receipt.url.unwrap().as_str(), format!("https://bsky.app/profile/{DID}/post/{key}"));
        fake.clock.sleep(std::time::Duration::from_secs(1)).await;
    }
    let pds = fake.vendor.lock().unwrap();
    assert_eq!((pds.logins, pds.creates, pds.records.len()), (1, 2, 2));
    assert_eq!(
        pds.records.values().next().unwrap(),
        &json!({"$type": "app.bsky.feed.post", "text": "one", "createdAt": "2026-11-20T09:00:00.000Z", "langs": ["en"]})
    );
}

#[tokio::test]
async fn b2_calls_that_are_refused_together_refresh_once() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(fake.clone());
    publish(&fake, &bluesky, Post::new("first")).await.unwrap();
    fake.vendor.lock().unwrap().access = "changed at the server".to_owned();
    let posts: Vec<_> = (0..5).map(|n| publish(&fake, &bluesky, Post::new(format!("post {n}")))).collect();
    for result in futures_util::future::join_all(posts).await {
        result.unwrap();
    }
    let pds = fake.vendor.lock().unwrap();
    assert_eq!((pds.logins, pds.refreshes, pds.records.len()), (1, 1, 6));
}

#[tokio::test]
async fn a_spent_refresh_token_ends_in_one_new_login() {
    let fake = Fake::new(Pds::default());
    let bluesky = connect(fake.clone());
    publish(&fake, &bluesky, Post::new("first")).await.unwrap();
    {
        let mut pds = fake.vendor.lock().unwrap();
        pds.access = "changed at the server".to_owned();
        pds.refresh = "this too".to_owned();
    }
    publish(&fake, &bluesky, Post::new("second")).await.unwrap();
    let pds = fake.vendor.lock().unwrap();
    assert_eq!((pds.logins, pds.refreshes), (2, 1));
}

#[tokio::test]
async fn b6_a_refusal_that_is_not_an_expiry_refreshes_nothing() {
    struct Forbidding(Pds);
    impl Vendor for Forbidding {
        fn answer(&mut self, request: &Seen, now: Timestamp) -> Answer {
            match request.path() {
                "/xrpc/com.atproto.repo.createRecord" => refused(403, "AccountTakedown"),
                _ => self.0.answer(request, now),
            }
        }
    }
    let fake = Fake::new(Forbidding(Pds::default()));
    let endpoint = Bluesky::endpoint().base_url("https://pds.test").transport(fake.clone());
    let bluesky = Bluesky::new(endpoint, "alice.test", SecretString::from("app-password")).unwrap();
    let post = approved(&bluesky, Post::new("Hello")).await;
    let error = fake.publish(&MemoryJournal::new(), "test", &bluesky, &post).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("AccountTakedown")));
    assert_eq!(fake.vendor.lock().unwrap().0.refreshes, 0);
}

#[tokio::test]
async fn a_wrong_password_says_what_to_do_and_shows_no_secret() {
    let fake = Fake::new(Pds::default());
    let endpoint = Bluesky::endpoint().base_url("https://pds.test").transport(fake.clone());
    let bluesky = Bluesky::new(endpoint, "alice.test", SecretString::from("wrong-password")).unwrap();
    let error = publish(&fake, &bluesky, Post::new("Hello")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.to_string().contains("app password"), "{error}");
    assert!(!format!("{error:?} {bluesky:?}").contains("wrong-password"));
}

/// The data server of the answer gets tokens only over HTTPS; the password and the refresh token never go there.
#[tokio::test]
async fn g3_the_password_stays_with_the_service() {
    for (named, host) in [("https://shard.test", "shard.test"), ("http://shard.test", "pds.test")] {
        let service = json!([{"id": "#atproto_pds", "type": "X", "serviceEndpoint": named}]);
        let fake = Fake::new(Pds { did_doc: Some(json!({ "service": service })), ..Pds::default() });
        let bluesky = connect(fake.clone());
        publish(&fake, &bluesky, Post::new("first")).await.unwrap();
        fake.vendor.lock().unwrap().access = "changed at the server".to_owned();
        publish(&fake, &bluesky, Post::new("second")).await.unwrap();
        for request in fake.seen() {
            let session = request.path().contains("com.atproto.server.");
            assert_eq!(request.url.host_str(), Some(if session { "pds.test" } else { host }), "{}", request.path());
            assert!(session || !String::from_utf8_lossy(&request.body).contains("app-password"));
        }
    }
}
