//! Compared with the documents: every exchange of the cassettes is read.

use http::{HeaderMap, StatusCode};
use social_core::http::Failure;

use super::*;
use crate::fake::shared_folder;
use crate::tiktok::wire::{Begun, CreatorInfo, Data, Envelope, PostState, Status};

#[test]
fn documented_answers_are_read() {
    let mut read = 0;
    for (name, cassette) in shared_folder("cassettes/platforms/tiktok") {
        let name = name.trim_end_matches(".json");
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let body = cassette["response"]["body"].to_string();
        let is_ok = || serde_json::from_str::<Envelope>(&body).unwrap().error.unwrap().is_ok();
        read += 1;
        match name {
            "creator-info" => {
                let creator: Data<CreatorInfo> = serde_json::from_str(&body).unwrap();
                assert_eq!(creator.data.privacy_level_options.len(), 3);
                assert_eq!(creator.data.max_video_post_duration_sec, Some(300));
                assert!(creator.data.stitch_disabled && is_ok());
            }
            "video-init-file-upload" => {
                let begun: Data<Begun> = serde_json::from_str(&body).unwrap();
                assert_eq!(begun.data.publish_id, "v_pub_file~v2-1.123456789");
                assert_eq!(begun.data.upload_url.unwrap().host_str(), Some("open-upload.tiktokapis.com"));
                let source = &cassette["request"]["body"]["source_info"];
                let plan = Chunks::default().plan(source["video_size"].as_u64().unwrap());
                assert_eq!(json!([plan.size, plan.count]), json!([source["chunk_size"], source["total_chunk_count"]]));
            }
            "cancel" => assert!(is_ok()),
            "chunk-put-partial" => assert_eq!(status, 206),
            "chunk-put-single" => assert_eq!(status, 201),
            // Signing in has a record of its own, with its tests.
            "oauth-token" => assert!(body.contains("refresh_token")),
            name if name.starts_with("status-") => {
                assert!(is_ok());
                let status: Data<Status> = serde_json::from_str(&body).unwrap();
                let state = match name {
                    "status-processing-upload" => PostState::Uploading,
                    "status-processing-download" => PostState::Downloading,
                    "status-send-to-user-inbox" => PostState::Inbox,
                    "status-publish-complete-public" => {
                        assert_eq!(status.data.publicaly_available_post_id, ["7215394578123456789"]);
                        PostState::Complete
                    }
                    "status-failed-picture-size" => PostState::Failed("picture_size_check_failed".to_owned()),
                    other => panic!("{other} is not looked at"),
                };
                assert_eq!(status.data.state(), state);
            }
            name => {
                let error = classify(status.as_u16(), &body);
                let (kind, effect) = match name.strip_prefix("error-").unwrap() {
                    "access-token-invalid" => (ErrorKind::Auth, Effect::None),
                    "internal-error" => (ErrorKind::Unavailable, Effect::Unknown),
                    "privacy-level-option-mismatch" => (ErrorKind::InvalidRequest, Effect::None),
                    "rate-limit-exceeded" => (ErrorKind::RateLimited, Effect::None),
                    "reached-active-user-cap" => (ErrorKind::QuotaExhausted, Effect::None),
                    "scope-not-authorized" | "spam-risk-user-banned-from-posting" => {
                        (ErrorKind::Permission, Effect::None)
                    }
                    "url-ownership-unverified" => (ErrorKind::MediaInvalid, Effect::None),
                    other => panic!("{other} is not looked at"),
                };
                assert_eq!((error.kind(), error.effect()), (kind, effect), "{name}");
                assert_eq!(error.code().unwrap().replace('_', "-"), name["error-".len()..]);
                assert_eq!(error.request_id(), Some("202210112248442CB9319E1FB30C1073F3"));
                assert_eq!(error.is_token_expired(), name == "error-access-token-invalid");
            }
        }
    }
    assert!(read == 0 || read == 19, "{read}");
}

/// Ids come as numbers, texts, lists and alone (products met each).
#[test]
fn public_ids_are_texts_whatever_they_were() {
    for (ids, expected) in [
        (json!([7_215_394_578_123_456_789_u64]), vec!["7215394578123456789"]),
        (json!(7_215_394_578_123_456_789_u64), vec!["7215394578123456789"]),
        (json!("72"), vec!["72"]),
        (json!([]), vec![]),
        (json!(null), vec![]),
    ] {
        let status: Status =
            serde_json::from_value(json!({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": ids})).unwrap();
        assert_eq!(status.publicaly_available_post_id, expected);
    }
}

/// A success that holds an unknown code, and a refusal that holds nothing.
#[test]
fn what_is_not_known_proves_nothing() {
    let error = classify(200, r#"{"error": {"code": "something_new", "message": "hm"}}"#);
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Protocol, Effect::Unknown));
    let error = classify(502, "<html>");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown));
}

fn classify(status: u16, body: &str) -> Error {
    let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}
