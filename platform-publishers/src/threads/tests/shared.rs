//! Every exchange that was collected of Threads: examples of the official request collection, and
//! refusals quoted by those who met them.

use http::{HeaderMap, StatusCode};
use serde_json::Value;
use social_core::http::Failure;

use super::*;
use crate::fake::shared_folder;
use crate::graph::wire::{self, Created, Done, Page};

/// Sign-in, insights, search: not what a publisher does.
const OTHER: [&str; 9] = [
    "exchange-the-code-for-a-token",
    "get-account-insights",
    "get-app-access-token",
    "get-app-scoped-user-s-profile-information",
    "get-long-lived-access-token",
    "get-mentioned-threads-posts",
    "search-for-threads-posts",
    "token-long-lived",
    "token-short-lived",
];

#[test]
fn collected_answers_are_read() {
    let mut read = 0;
    for (name, cassette) in shared_folder("cassettes/platforms/threads") {
        let name = name.trim_end_matches(".json");
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let body = cassette["response"]["body"].clone();
        let state = |body: &Value| serde_json::from_value::<wire::ContainerStatus>(body.clone()).unwrap().state();
        match name {
            "1-1-create-text-container"
            | "1-2-create-a-video-item-container"
            | "1-2-create-image-container"
            | "1-create-media-container"
            | "2-publish-threads-quote-post"
            | "3-publish-a-carousel-container"
            | "respond-to-replies" => assert!(!serde_json::from_value::<Created>(body).unwrap().id.is_empty()),
            "check-container-s-publishing-status" => assert_eq!(state(&body), wire::ContainerState::Finished),
            "container-status-expired" => assert_eq!(state(&body), wire::ContainerState::Expired),
            "container-status-in_progress" => assert_eq!(state(&body), wire::ContainerState::InProgress),
            "hide-replies" => assert!(serde_json::from_value::<Done>(body).unwrap().success),
            "get-a-list-of-all-a-user-s-replies" => {
                let page: Page<wire::Listed> = serde_json::from_value(body).unwrap();
                let at = crate::graph::parse_time(page.data[0].timestamp.as_deref().unwrap()).unwrap();
                assert_eq!(
                    (page.data[0].text.as_deref(), at.to_string().as_str()),
                    (Some("REPLY"), "2024-09-12T23:11:55Z")
                );
            }
            "get-threads-replies" => drop(serde_json::from_value::<Page<wire::Listed>>(body).unwrap()),
            "get-threads-post-details" => {
                let post: wire::Listed = serde_json::from_value(body.clone()).unwrap();
                assert_eq!(post.text.as_deref(), Some("This is a test post"));
                assert_eq!(body["poll_attachment"]["option_a"], "first", "as it is sent");
            }
            "retrieve-publishing-quota-limit" => {
                let page: Page<wire::Quota> = serde_json::from_value(body).unwrap();
                assert_eq!(page.data[0].config.unwrap().quota_total, Some(250));
                assert_eq!(page.data[0].reply_config.unwrap().quota_total, Some(1000));
            }
            "error-24-4279009-media-not-found-after-finished" | "error-link-limit" => {
                let (headers, body) = (HeaderMap::new(), body.to_string());
                let error = error::classify(&Failure { status, headers: &headers, body: body.as_bytes() });
                let expected = match name {
                    "error-link-limit" => (ErrorKind::InvalidRequest, Some("THREADS_API__LINK_LIMIT_EXCEEDED")),
                    _ => (ErrorKind::NotFound, Some("24/4279009")),
                };
                assert_eq!((error.kind(), error.code()), expected);
            }
            other => {
                assert!(OTHER.contains(&other), "{other} is not looked at");
                continue;
            }
        }
        read += 1;
    }
    println!("{read} exchanges of Threads were read");
}
