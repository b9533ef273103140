//! Compared with the vendor's own: requests of facebook_business 26.0, recorded answers and the
//! documented table of errors.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};
use crate::graph::{parse_time, wire};

/// The account of the golden requests. Its containers are ready at once.
struct Account(usize);

impl Vendor for Account {
    fn answer(&mut self, request: &Received) -> Answer {
        match (request.method.as_str(), request.url.path()) {
            ("POST", "/v26.0/178/media") if request.form("media_type").as_deref() == Some("CAROUSEL") => {
                Answer::json(json!({"id": "p1"}))
            }
            ("POST", "/v26.0/178/media") => {
                self.0 += 1;
                Answer::json(json!({"id": format!("c{}", self.0)}))
            }
            ("POST", "/v26.0/178/media_publish") => Answer::json(json!({"id": "m1"})),
            ("GET", "/v26.0/178/content_publishing_limit") => Answer::json(json!({"data": []})),
            _ => Answer::json(json!({"status_code": "FINISHED"})),
        }
    }
}

async fn writes(post: Post) -> Vec<Received> {
    let fake = Fake::new(Account(0));
    let endpoint = Instagram::endpoint().base_url("https://graph.facebook.com").transport(fake.vendor.transport());
    let instagram = Instagram::new(endpoint.clock(fake.clock.clone()), FixedToken::new(TOKEN), "178").unwrap();
    fake.publish(&instagram.with_version("v26.0"), "run", post).await.unwrap();
    fake.vendor.received().into_iter().filter(|request| request.method == Method::POST).collect()
}

fn at(address: &str) -> Attachment {
    Attachment::new(Media::remote(address.parse().unwrap()))
}

/// Our token is in a header; the children are named in another way.
const BUT: [&str; 2] = ["access_token", "children"];

#[tokio::test]
async fn requests_are_those_of_the_sdk() {
    let image = Post::new("Hi #cafe").with_attachment(at("https://cdn.example.test/a.jpg").with_alt_text("cup"));
    let reel = Post::new("Reel").with_placement(Placement::REEL).with_attachment(at("https://cdn.example.test/v.mp4"));
    let carousel = Post::new("Two")
        .with_placement(Placement::CAROUSEL)
        .with_attachment(at("https://cdn.example.test/a.jpg"))
        .with_attachment(at("https://cdn.example.test/v.mp4"));
    let tagged = InstagramOptions::new().with_user_tag(UserTag::new("x").at(0.5, 0.5));
    let shared_with =
        InstagramOptions::new().with_share_to_feed(true).with_cover_offset_ms(1000).with_collaborator("partner");
    for (name, post) in [
        ("image_create_and_publish", image.with_options(&tagged).unwrap()),
        ("reel_create_status_publish", reel.with_options(&shared_with).unwrap()),
        ("carousel_children_parent_publish", carousel),
    ] {
        let Some(mut golden) = shared(&format!("golden/meta_instagram/{name}.json")) else { return };
        golden["requests"].as_array_mut().unwrap().retain(|request| request["method"] == "POST");
        assert_golden(&writes(post).await, &golden, &BUT);
    }
}

/// Sign-in, insights, comments, children, stories: not what a publisher reads.
const OTHER: [&str; 7] = [
    "media-children",
    "media-comments-page2",
    "media-insights",
    "media-insights-new",
    "refresh-token",
    "user-insights-new",
    "user-stories",
];

#[test]
fn recorded_and_documented_answers_are_read() {
    for (name, cassette) in shared_folder("cassettes/platforms/instagram") {
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let body = &cassette["response"]["body"];
        let read = |body: &Value| serde_json::from_value::<ContainerStatus>(body.clone()).unwrap().state();
        match name.trim_end_matches(".json") {
            "create-photo-container" | "media-publish" | "carousel-container" => {
                assert!(!serde_json::from_value::<wire::Created>(body.clone()).unwrap().id.is_empty());
            }
            "container-status-published" => assert_eq!(read(body), ContainerState::Published),
            "container-status-expired" => assert_eq!(read(body), ContainerState::Expired),
            "containers-status-batch" => {
                assert!(body.as_object().unwrap().values().all(|one| read(one) == ContainerState::Finished));
            }
            "content-publishing-limit-user" => {
                let page: wire::Page<wire::Quota> = serde_json::from_value(body.clone()).unwrap();
                assert_eq!(page.data[0].config.as_ref().unwrap().quota_total, Some(25));
            }
            "user-medias-page1" => {
                let page: wire::Page<wire::Listed> = serde_json::from_value(body.clone()).unwrap();
                let time = parse_time(page.data[0].timestamp.as_deref().unwrap()).unwrap();
                assert_eq!(time.to_string(), "2021-08-13T08:25:28Z");
            }
            "resumable-upload-binary" => {
                assert!(serde_json::from_value::<wire::Done>(body.clone()).unwrap().success);
            }
            name if name.starts_with("error-") => {
                let headers = HeaderMap::new();
                let body = body.to_string();
                let error = error::classify(&Failure { status, headers: &headers, body: body.as_bytes() });
                assert_eq!(error.kind(), kind_of(cassette["note"].as_str().unwrap_or_default(), &error), "{name}");
            }
            "container-status-in_progress" => assert_eq!(read(body), ContainerState::InProgress),
            other => assert!(OTHER.contains(&other), "{other} is not looked at"),
        }
    }
}

/// The kinds that fit the action that the documents advise, where they advise one.
fn kind_of(note: &str, error: &Error) -> ErrorKind {
    let advised = note.rsplit("advised action: ").next().unwrap_or_default();
    let fitting: &[ErrorKind] = match advised {
        "retry" => &[ErrorKind::Unavailable],
        "retry-then-recreate" | "recreate" | "new-container" => &[ErrorKind::NotFound, ErrorKind::Unavailable],
        "wait-24h" => &[ErrorKind::QuotaExhausted],
        "fix" => &[ErrorKind::InvalidRequest, ErrorKind::MediaInvalid],
        "fix-or-retry" => &[ErrorKind::MediaInvalid],
        "stop" => &[ErrorKind::Permission],
        _ => return error.kind(),
    };
    fitting.iter().copied().find(|kind| *kind == error.kind()).unwrap_or(ErrorKind::Config)
}
