//! Compared with the vendor's own: requests of facebook_business 26.0, recorded answers, and
//! refusals quoted by those who met them.

use http::{HeaderMap, StatusCode};
use serde_json::Value;
use social_core::http::Failure;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};
use crate::graph::wire::Done;
use crate::graph::{Created, Page as Pages, error};

/// The page of the golden requests. It takes everything.
struct Account(usize);

impl Vendor for Account {
    fn answer(&mut self, request: &Received) -> Answer {
        let phase = fields(request).get("upload_phase").cloned().unwrap_or_default();
        match (request.method.as_str(), request.url.path(), phase.as_str()) {
            ("POST", "/v26.0/111/photos", _) => {
                self.0 += 1;
                Answer::json(json!({"id": self.0.to_string()}))
            }
            ("POST", "/v26.0/111/photo_stories", _) => Answer::json(json!({"success": true, "post_id": "1"})),
            ("POST", "/v26.0/111/video_stories", "start") => {
                let url = "https://rupload.facebook.com/video-upload/v26.0/9";
                Answer::json(json!({"video_id": "9", "upload_url": url}))
            }
            ("POST", "/v26.0/111/video_stories", _) => Answer::json(json!({"success": true, "post_id": "1"})),
            ("POST", "/v26.0/111/feed", _) => Answer::json(json!({"id": "111_1"})),
            ("POST", _, _) => Answer::json(json!({"success": true})),
            _ => Answer::json(json!({"status": {"uploading_phase": {"status": "complete"}}})),
        }
    }
}

async fn writes(post: Post, photos: usize) -> Vec<Received> {
    let fake = Fake::new(Account(photos));
    let endpoint = Facebook::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone());
    let facebook = Facebook::new(endpoint, FixedToken::new(TOKEN), "111").unwrap().with_version("v26.0");
    fake.publish(&facebook, "run", post).await.unwrap();
    let graph = |request: &Received| request.url.host_str() == Some("graph.facebook.com");
    fake.vendor.received().into_iter().filter(|request| request.method == Method::POST && graph(request)).collect()
}

fn at(address: &str) -> Attachment {
    Attachment::new(Media::remote(address.parse().unwrap()))
}

/// Our token is in a header; scheduling says what it is, as the reference wants it.
const BUT: [&str; 2] = ["access_token", "unpublished_content_type"];

#[tokio::test]
async fn requests_are_those_of_the_sdk() {
    let Some(photo) = shared("golden/meta_facebook/page_photo_by_url.json") else { return };
    let golden = |name: &str| shared(&format!("golden/meta_facebook/{name}.json")).unwrap();
    // Its caption stands in the post here.
    let image = at("https://cdn.example.test/a.jpg").with_alt_text("cup");
    let sent = writes(Post::new("Hi").with_attachment(image.clone()), 0).await;
    let but: Vec<_> = BUT.into_iter().chain(["caption"]).collect();
    assert_golden(&sent[..1], &photo, &but);

    let two = Post::new("Two photos").with_attachment(image.clone()).with_attachment(image.clone());
    let sent = writes(two, 0).await;
    assert_golden(&sent[2..], &golden("page_feed_attached_media"), &BUT);

    // The day of the golden request is over for the clock of the tests, so that it is not compared.
    let link = Post::new("Hello ☕").with_link("https://example.test/x".parse().unwrap()).with_publish_at(later());
    let mut scheduled = golden("page_feed_link_scheduled");
    let time = &mut scheduled["requests"][0]["body"]["fields"][3];
    assert_eq!(time[0], "scheduled_publish_time");
    time[1] = json!(later().as_second().to_string());
    assert_golden(&writes(link, 0).await, &scheduled, &BUT);

    let sent = writes(on(Placement::STORY, image), 332).await;
    assert_golden(&sent[1..], &golden("page_photo_story"), &BUT);
    assert_golden(&writes(on(Placement::STORY, video()), 0).await, &golden("page_video_story"), &BUT);
}

/// Sign-in, insights, comments: not what a publisher does.
const OTHER: [&str; 5] =
    ["comments-page1", "debug-token", "error-100-invalid-insights-metric", "long-lived-token", "user-accounts"];

#[test]
fn recorded_and_quoted_answers_are_read() {
    for (name, cassette) in shared_folder("cassettes/platforms/facebook") {
        let name = name.trim_end_matches(".json");
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let body = cassette["response"]["body"].clone();
        let refusal = |body: &Value| {
            let (headers, body) = (HeaderMap::new(), body.to_string());
            error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
        };
        match name {
            "feed-multi-photo" | "feed-scheduled" | "photo-unpublished" => {
                assert!(!serde_json::from_value::<Created>(body).unwrap().id.is_empty());
            }
            "photo-story" | "video-story-finish" => {
                let finished: wire::Finished = serde_json::from_value(body).unwrap();
                assert!(finished.success && finished.post_id.is_some());
            }
            "delete-post" => assert!(serde_json::from_value::<Done>(body).unwrap().success),
            "page-feed-page1" => {
                let posts: Pages<wire::PagePost> = serde_json::from_value(body).unwrap();
                assert!(posts.data.iter().all(|post| post.id.starts_with("19292868552_")));
            }
            "single-post" => {
                let post: wire::PagePost = serde_json::from_value(body).unwrap();
                let at = crate::graph::parse_time(post.created_time.as_deref().unwrap()).unwrap();
                assert_eq!(at.to_string(), "2019-08-12T03:45:11Z");
                assert!(post.permalink_url.unwrap().path().starts_with("/175154750010052/posts/"));
            }
            "photo-info" => drop(serde_json::from_value::<Created>(body).unwrap()),
            // It has no status: nothing says that it is out.
            "video-info" => assert!(serde_json::from_value::<wire::Video>(body).unwrap().status.is_none()),
            "reel-upload-missing-offset" => {
                let error = refusal(&body);
                assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidRequest, Some("ParameterValidationError")));
            }
            name if name.starts_with("error-") && !OTHER.contains(&name) => {
                let expected = match name {
                    "error-100-public-content-access" => ErrorKind::InvalidRequest,
                    "error-190-463-session-expired" => ErrorKind::Auth,
                    "error-200-unpublished-must-be-page" => ErrorKind::Permission,
                    "error-368-1390008-temporary-block" | "error-4-app-rate-limit" => ErrorKind::RateLimited,
                    other => panic!("{other} is not looked at"),
                };
                assert_eq!(refusal(&body).kind(), expected, "{name}");
            }
            other => assert!(OTHER.contains(&other), "{other} is not looked at"),
        }
    }
}

/// Stands on the Video API's pages: what each phase says.
#[test]
fn states_of_videos_are_read() {
    use wire::VideoState;
    let state = |status: Value| serde_json::from_value::<wire::VideoStatus>(status).unwrap().state();
    let phases = |processing: &str, publishing: &str| {
        json!({"video_status": "processing", "uploading_phase": {"status": "complete", "bytes_transfered": 50_002},
            "processing_phase": {"status": processing}, "publishing_phase": {"status": publishing}})
    };
    assert_eq!(state(json!({})), VideoState::Waiting);
    assert_eq!(state(json!({"video_status": "ready"})), VideoState::Published);
    assert_eq!(state(json!({"video_status": "expired"})), VideoState::Failed("expired".into()));
    assert_eq!(state(phases("in_progress", "not_started")), VideoState::Working);
    assert_eq!(state(phases("complete", "complete")), VideoState::Published);
    let error = json!({"processing_phase": {"status": "error", "error": {"message": "Resolution too low"}}});
    assert_eq!(state(error), VideoState::Failed("Resolution too low".into()));
    let scheduled = json!({"publishing_phase": {"status": "complete", "publish_status": "scheduled"}});
    assert_eq!(state(scheduled), VideoState::Scheduled);
}
