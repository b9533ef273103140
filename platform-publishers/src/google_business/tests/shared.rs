//! Compared with requests of google-api-python-client 2.202.0, and with the exchanges of the
//! cassettes.

use social_core::http::Failure;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};
use crate::google_business::error::classify;
use crate::google_business::wire::LocalPost;

/// The library asks for JSON in so many words.
#[tokio::test]
async fn locations_are_asked_for_as_the_library_asks() {
    let Some(mut golden) = shared("golden/google_business/accounts_and_locations_list.json") else { return };
    for request in golden["requests"].as_array_mut().unwrap() {
        request["query"].as_array_mut().unwrap().retain(|pair| pair[0] != "alt");
        let path = request["path"].as_str().unwrap().replace("accounts/1/", "accounts/123/");
        request["path"] = json!(path);
    }
    let fake = Fake::new(site());
    GoogleBusiness::locations(endpoint(&fake), FixedToken::new(TOKEN)).await.unwrap();
    assert_golden(&fake.vendor.received()[..2], &golden, &[]);
}

#[tokio::test]
async fn recorded_exchanges_are_those_that_are_made() {
    let mut read = Vec::new();
    for (name, cassette) in shared_folder("cassettes/platforms/google_business") {
        let (request, response) = (&cassette["request"], &cassette["response"]);
        let body = response["body"].to_string();
        let status = StatusCode::from_u16(response["status"].as_u64().unwrap() as u16).unwrap();
        let asked = &request["body"];
        let kind = match (name.as_str(), request["method"].as_str().unwrap()) {
            _ if status.is_client_error() => {
                let headers = http::HeaderMap::new();
                let error = classify(&Failure { status, headers: &headers, body: body.as_bytes() });
                let expected = if status == 401 { ErrorKind::Auth } else { ErrorKind::RateLimited };
                assert_eq!((error.kind(), error.effect()), (expected, Effect::None), "{name}");
                "refusal"
            }
            (_, "DELETE") => {
                assert_eq!(body, "{}");
                "deleted"
            }
            // What is out is not changed here.
            (_, "PATCH") => "edit",
            (name, method) => {
                let post: LocalPost = serde_json::from_str(&body).unwrap();
                let state = post.receipt_state().unwrap();
                let expected = match response["body"]["state"].as_str().unwrap() {
                    "LIVE" => ReceiptState::Published,
                    "PROCESSING" => ReceiptState::Processing,
                    "SCHEDULED" => ReceiptState::Scheduled,
                    "REJECTED" => ReceiptState::Rejected,
                    other => panic!("{other}"),
                };
                assert_eq!(state, expected, "{name}");
                if name == "event-post.json" {
                    assert_eq!(post.at().unwrap().to_string(), "2026-10-01T00:00:00Z");
                    compared(asked).await;
                }
                if method == "POST" { "post" } else { "state" }
            }
        };
        read.push(kind);
    }
    read.sort_unstable();
    if !read.is_empty() {
        assert_eq!(read, ["deleted", "edit", "post", "post", "post", "refusal", "refusal", "state"]);
    }
}

/// The documented event is what is sent for the same post. What is zero may be missing.
async fn compared(asked: &Value) {
    let options = GoogleBusinessOptions::new().with_starts("2017-10-31T09:00").with_ends("2017-10-31T17:00");
    let photo = Attachment::new(Media::remote("https://www.google.com/real-image.jpg".parse().unwrap()));
    let post = Post::new(asked["summary"].as_str().unwrap()).with_placement(EVENT).with_language("en-US");
    let post = post.with_title(asked["event"]["title"].as_str().unwrap()).with_attachment(photo);
    let fake = Fake::new(site());
    let google = GoogleBusiness::new(endpoint(&fake), FixedToken::new(TOKEN), PLACE).unwrap();
    fake.publish(&google, "run", post.with_options(&options).unwrap()).await.unwrap();
    let mut asked = asked.clone();
    for time in ["startTime", "endTime"] {
        let time = asked["event"]["schedule"][time].as_object_mut().unwrap();
        time.retain(|name, _| name == "hours" || name == "minutes");
    }
    assert_eq!(fake.vendor.received()[0].json(), asked);
}
