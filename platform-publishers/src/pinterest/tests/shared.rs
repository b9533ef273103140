//! Compared with requests of Pinterest-Generated-Client 0.1.10, with the description of the API and
//! with the exchanges of the cassettes.

use social_core::http::Failure;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};
use crate::pinterest::error::classify;
use crate::pinterest::wire::{MediaState, Registered};

#[tokio::test]
async fn requests_are_those_of_the_library() {
    let remote = Attachment::new(Media::remote("https://cdn.example.test/a.jpg".parse().unwrap())).with_alt_text("alt");
    let image = Post::new("D").with_placement(PIN).with_title("T").with_link("https://example.test/".parse().unwrap());
    let image = image.with_attachment(remote).with_options(&PinterestOptions::new().with_board_id("1")).unwrap();
    for (name, post, path) in [
        ("pin_create_image_url", image, "/v5/pins"),
        ("media_register_for_video", shapes().remove(3), "/v5/media"),
        ("boards_list_and_pin_analytics", shapes().remove(0), "/v5/boards"),
    ] {
        let Some(mut golden) = shared(&format!("golden/pinterest/{name}.json")) else { return };
        golden["requests"].as_array_mut().unwrap().truncate(1);
        if path == "/v5/boards" {
            golden["requests"][0]["query"] = json!([["page_size", "250"]]);
        }
        let fake = Fake::new(Site { page: 250, ..site() });
        fake.state.lock().unwrap().boards[0]["id"] = json!("1");
        fake.publish(&connect(&fake), "run", post).await.unwrap();
        let ours: Vec<_> = fake.vendor.received().into_iter().filter(|request| request.url.path() == path).collect();
        assert_golden(&ours, &golden, &[]);
    }
}

/// A schema of the description, by its name.
fn schema<'a>(spec: &'a Value, name: &str) -> &'a Value {
    &spec["components"]["schemas"][name]
}

/// Fields that the description knows, those it requires among them, none longer than it allows.
fn fits(spec: &Value, name: &str, body: &Value) {
    let schema = schema(spec, name);
    for (field, value) in body.as_object().unwrap() {
        let known = &schema["properties"][field];
        assert!(known.is_object(), "{name} has no {field}");
        if let (Some(text), Some(maximum)) = (value.as_str(), known["maxLength"].as_u64()) {
            assert!(text.chars().count() as u64 <= maximum, "{name}: {field}");
        }
        if known["pattern"] == "^\\d+$" {
            assert!(value.as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()), "{name}: {field}");
        }
    }
    for field in schema["required"].as_array().into_iter().flatten() {
        assert!(body.get(field.as_str().unwrap()).is_some(), "{name} needs {field}");
    }
}

#[tokio::test]
async fn bodies_are_those_of_the_description() {
    let Some(spec) = shared("specs/platforms/pinterest/openapi.json") else { return };
    let mapping = &schema(&spec, "PinMediaSource")["discriminator"]["mapping"];
    let mut kinds = std::collections::BTreeSet::new();
    for post in shapes() {
        let fake = Fake::new(site());
        fake.publish(&connect(&fake), "run", post).await.unwrap();
        for request in fake.vendor.received().into_iter().filter(|request| request.method == Method::POST) {
            match request.url.path() {
                "/v5/boards" => fits(&spec, "BoardCreate", &request.json()),
                "/v5/pins" => {
                    let body = request.json();
                    fits(&spec, "PinCreate", &body);
                    let kind = body["media_source"]["source_type"].as_str().unwrap().to_owned();
                    let name = mapping[&kind].as_str().unwrap().rsplit('/').next().unwrap();
                    fits(&spec, name, &body["media_source"]);
                    kinds.insert(kind);
                }
                _ => {}
            }
        }
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["image_base64", "multiple_image_base64", "video_id"]);
}

#[test]
fn recorded_answers_are_read() {
    let mut read = BTreeMap::new();
    for (name, cassette) in shared_folder("cassettes/platforms/pinterest") {
        let response = &cassette["response"];
        let status = StatusCode::from_u16(response["status"].as_u64().unwrap() as u16).unwrap();
        let body = response["body"].to_string();
        let path = cassette["request"]["path"].as_str().unwrap().split('?').next().unwrap();
        let kind = match path {
            _ if status.is_client_error() => {
                let headers = http::HeaderMap::new();
                let error = classify(&Failure { status, headers: &headers, body: body.as_bytes() });
                let expected = match status.as_u16() {
                    400 => ErrorKind::InvalidRequest,
                    401 => ErrorKind::Auth,
                    403 => ErrorKind::Permission,
                    404 => ErrorKind::NotFound,
                    429 => ErrorKind::RateLimited,
                    _ => panic!("{name} is not read"),
                };
                assert_eq!((error.kind(), error.effect()), (expected, Effect::None), "{name}");
                assert_eq!(error.code().unwrap(), response["body"]["code"].to_string());
                "refusal"
            }
            "/v5/media" => {
                let registered: Registered = serde_json::from_str(&body).unwrap();
                assert_eq!((registered.media_id.as_str(), registered.upload_parameters.len()), ("12345", 8));
                "registered"
            }
            path if path.starts_with("/v5/media/") => {
                let state: MediaState = serde_json::from_str(&body).unwrap();
                assert!(name.contains(&state.status), "{name}");
                "state"
            }
            // Insights and the sign-in, which have tests of their own.
            path if path.ends_with("/analytics") || path == "/v5/oauth/token" => "other",
            _ => panic!("{name} is not read"),
        };
        *read.entry(kind).or_insert(0) += 1;
    }
    if !read.is_empty() {
        let kinds: Vec<_> = read.into_iter().collect();
        assert_eq!(kinds, [("other", 2), ("refusal", 5), ("registered", 1), ("state", 4)]);
    }
}

/// Trap 8: the rate of an answer is a structured list; the tightest window counts.
#[tokio::test]
async fn a_wait_is_read_from_the_rate_headers() {
    let name = |name| http::HeaderName::from_static(name);
    let refused = refused(429, 8, "You have exceeded your rate limit. Try again later.")
        .with_header(name("x-ratelimit-limit"), "100, 100;w=1;name=\"safety_net_app_id_user_id\", 1000;w=60")
        .with_header(name("x-ratelimit-remaining"), "0")
        .with_header(name("x-ratelimit-reset"), "30");
    let user = Answer::json(json!({"id": USER, "username": "bakery"}));
    let vendor = social_core::testkit::ScriptedVendor::new().on_each(Method::GET, "/v5/user_account", [refused, user]);
    let clock = Arc::new(social_core::testkit::FixedClock::default());
    let endpoint = Pinterest::endpoint().transport(vendor.transport()).clock(clock.clone());
    Pinterest::new(endpoint, FixedToken::new(TOKEN)).unwrap().account().await.unwrap();
    assert!(clock.sleeps().iter().sum::<Duration>() >= Duration::from_secs(30), "{:?}", clock.sleeps());
}
