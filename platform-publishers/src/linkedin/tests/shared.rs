//! Compared with requests of linkedin-api-client 0.3.0, and with the exchanges of the cassettes.

use social_core::http::Failure;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};
use crate::linkedin::error::{classify, original};
use crate::linkedin::wire::{FileState, FileUpload, Value as Answered, VideoUpload};

/// The restli words of the library stand in ours, too.
#[tokio::test]
async fn requests_are_those_of_the_library() {
    let one = || Post::new("Hello").with_attachment(image());
    let mut compared = 0;
    for (name, post, path, but) in [
        ("post_create", Post::new("Hello"), "/rest/posts", vec![]),
        (
            "post_multi_image",
            one().with_attachment(Attachment::new(jpeg(80, 61))),
            "/rest/posts",
            vec![
                "/content/multiImage/images/0/id",
                "/content/multiImage/images/0/altText",
                "/content/multiImage/images/1/id",
            ],
        ),
        ("image_initialize_upload", one(), "/rest/images", vec![]),
        ("post_get_update_delete_urn_keys", Post::new("Hello"), "", vec![]),
    ] {
        let Some(mut golden) = shared(&format!("golden/linkedin/{name}.json")) else { return };
        let fake = Fake::new(site());
        let linkedin = connect(&fake, "urn:li:organization:1");
        let receipt = fake.publish(&linkedin, "run", post).await.unwrap();
        if path.is_empty() {
            let mut receipt = receipt;
            receipt.posts[0].id = "urn:li:share:1".to_owned();
            linkedin.status(&receipt).await.unwrap();
            linkedin.delete(&Run::ephemeral(), &receipt).await.unwrap();
            golden["requests"].as_array_mut().unwrap().remove(1);
        }
        let received = fake.vendor.received();
        let ours: Vec<_> = received
            .into_iter()
            .filter(|request| match path {
                "" => request.url.path().starts_with("/rest/posts/"),
                path => request.url.path() == path,
            })
            .collect();
        assert_golden(&ours, &golden, &but);
        for (ours, theirs) in ours.iter().zip(golden["requests"].as_array().unwrap()) {
            for header in ["x-restli-method", "x-restli-protocol-version"] {
                assert_eq!(ours.header(header), theirs["headers"][header].as_str(), "{name}: {header}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
}

#[test]
fn recorded_answers_are_read() {
    let mut read = BTreeMap::new();
    for (name, cassette) in shared_folder("cassettes/platforms/linkedin") {
        let response = &cassette["response"];
        let status = response["status"].as_u64().unwrap() as u16;
        let body = response["body"].to_string();
        let path = cassette["request"]["path"].as_str().unwrap();
        let kind = match (status, path) {
            (400.., _) => {
                let headers = http::HeaderMap::new();
                let status = http::StatusCode::from_u16(status).unwrap();
                let error = classify(&Failure { status, headers: &headers, body: body.as_bytes() });
                assert_eq!(error.effect(), Effect::None, "{name}");
                let expected = match name.as_str() {
                    "error-400-version-missing.json" | "error-426-nonexistent-version.json" => ErrorKind::Config,
                    "error-401-65600-invalid.json" | "error-401-65602-expired.json" => ErrorKind::Auth,
                    "error-422-duplicate.json" => ErrorKind::Duplicate,
                    "error-429.json" => ErrorKind::QuotaExhausted,
                    _ => panic!("{name} is not read"),
                };
                assert_eq!(error.kind(), expected, "{name}");
                assert_eq!(error.is_token_expired(), name.contains("expired"));
                let named = (expected == ErrorKind::Duplicate).then_some("urn:li:share:6844785523593134080");
                assert_eq!(original(&error), named);
                "refusal"
            }
            (_, "/rest/images?action=initializeUpload") => {
                let upload: Answered<FileUpload> = serde_json::from_str(&body).unwrap();
                assert_eq!(upload.value.urn, "urn:li:image:C4E10AQFoyyAjHPMQuQ");
                "file"
            }
            (_, "/rest/videos?action=initializeUpload") => {
                let upload = serde_json::from_str::<Answered<VideoUpload>>(&body).unwrap().value;
                assert!(crate::linkedin::video::covers(&upload.upload_instructions, 5_255_744));
                assert_eq!(upload.upload_urls_expire_at, Some(1_633_234_269_185));
                "video"
            }
            (_, path) if path.starts_with("/rest/videos/urn") => {
                let state: FileState = serde_json::from_str(&body).unwrap();
                assert!(["PROCESSING_FAILED", "WAITING_UPLOAD"].contains(&state.status.as_str()));
                "state"
            }
            (201, "/rest/posts") => {
                let id = response["headers"]["x-restli-id"].as_str().unwrap();
                assert!(super::request::object("posts", id).is_ok(), "{name}");
                "post"
            }
            // Answers without anything to read; the sign-in has a test of its own.
            (200..=204, _) => "empty",
            _ => panic!("{name} is not read"),
        };
        *read.entry(kind).or_insert(0) += 1;
    }
    if !read.is_empty() {
        let kinds: Vec<_> = read.into_iter().collect();
        assert_eq!(kinds, [("empty", 4), ("file", 1), ("post", 2), ("refusal", 6), ("state", 2), ("video", 1)]);
    }
}

/// `../shared` may not be there: what the table says holds without it.
#[test]
fn refusals_that_others_met_are_told_apart() {
    let headers = http::HeaderMap::new();
    for (status, body, kind, effect) in [
        (409, r#"{"message":"conflict"}"#, ErrorKind::Unavailable, Effect::Unknown),
        (409, "", ErrorKind::Unavailable, Effect::Unknown),
        (500, r#"{"message":"Internal Server Error","status":500}"#, ErrorKind::Unavailable, Effect::Unknown),
        (504, "", ErrorKind::Timeout, Effect::Unknown),
        (429, r#"{"message":"slow down"}"#, ErrorKind::RateLimited, Effect::None),
        (400, "<html>", ErrorKind::InvalidRequest, Effect::None),
        (
            400,
            r#"{"message":"com.linkedin.content.Bad: Content is a duplicate of urn:li:ugcPost:69, errorcode"}"#,
            ErrorKind::Duplicate,
            Effect::None,
        ),
    ] {
        let status = http::StatusCode::from_u16(status).unwrap();
        let error = classify(&Failure { status, headers: &headers, body: body.as_bytes() });
        assert_eq!((error.kind(), error.effect()), (kind, effect), "{status}: {body}");
    }
}
