//! Compared with the specification: every exchange of the cassettes is read, and what we send is
//! what they send.

use http::HeaderMap;
use social_core::http::Failure;

use super::*;
use crate::fake::shared_folder;
use crate::whapi::wire::{Done, Sent};

#[tokio::test]
async fn documented_exchanges_are_ours() {
    let mut read = 0;
    for (name, cassette) in shared_folder("cassettes/platforms/whapi") {
        let name = name.trim_end_matches(".json");
        let body = cassette["response"]["body"].to_string();
        read += 1;
        match name {
            "send-text" => {
                let sent: Sent = serde_json::from_str(&body).unwrap();
                let message = sent.message.unwrap();
                assert!(sent.sent && message.state() == ReceiptState::Processing);
                assert_eq!((message.id.as_str(), message.words().as_str()), ("x", "Hello"));
                let fake = Fake::new(Number::default());
                fake.publish(&connect(&fake, "14155550100"), "run", on(&Placement::MESSAGE, "Hello")).await.unwrap();
                let ours = &fake.vendor.received()[0];
                let theirs = &cassette["request"];
                assert_eq!(ours.url.path(), theirs["path"].as_str().unwrap());
                assert_eq!(ours.url.host_str(), theirs["host"].as_str());
                // We name the chat by its whole id, which is the same chat.
                let mut ours = ours.json();
                let to = ours["to"].as_str().unwrap().split('@').next().unwrap().to_owned();
                ours["to"] = json!(to);
                assert_eq!(ours, theirs["body"]);
            }
            "delete-message" => assert!(serde_json::from_str::<Done>(&body).unwrap().success),
            name => {
                let status = cassette["response"]["status"].as_u64().unwrap() as u16;
                let (code, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::new());
                let error = error::classify(&Failure { status: code, headers: &headers, body: body.as_bytes() });
                let kind = match name {
                    "error-400" => ErrorKind::InvalidRequest,
                    "error-401" => ErrorKind::Auth,
                    "error-402" => ErrorKind::QuotaExhausted,
                    "error-403" => ErrorKind::Permission,
                    "error-404" => ErrorKind::NotFound,
                    "error-429" => ErrorKind::RateLimited,
                    other => panic!("{other} is not looked at"),
                };
                assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{name}");
                assert_eq!(error.code(), Some(status.to_string().as_str()));
            }
        }
    }
    assert!(read == 0 || read == 8, "{read}");
}

/// What we send has the fields of the specification, and no others.
#[test]
fn bodies_are_those_of_the_specification() {
    let path = format!("{}/../../shared/specs/platforms/whapi/openapi-1.8.7.yaml", env!("CARGO_MANIFEST_DIR"));
    let Ok(spec) = std::fs::read_to_string(path) else {
        return social_core::testkit::did_not_run("../shared");
    };
    for field in
        ["quoted", "mentions", "no_link_preview", "wide_link_preview", "view_once", "filename", "background_color"]
    {
        assert!(spec.contains(&format!("        {field}:")), "{field}");
    }
    for path in
        ["/messages/poll:", "/stories/send/text:", "/stories/send/media:", "/newsletters/{NewsletterID}/messages:"]
    {
        assert!(spec.contains(path), "{path}");
    }
}

/// Stands on the schemas `WebhookPayload`, `Status` and `Message` of the specification.
#[test]
fn webhooks_are_read() {
    let body = json!({
        "statuses": [
            {"id": "a-bbbb", "code": 3, "status": "delivered", "recipient_id": GROUP, "timestamp": "1712995245"},
            {"id": "c-dddd", "code": 0, "status": "failed", "timestamp": "1", "errors": [{"code": 4, "message": "no"}]},
        ],
        "messages": [{"id": "e-ffff", "type": "text", "chat_id": GROUP, "from": "14155550100", "from_me": false,
            "timestamp": 1_712_995_245, "text": {"body": "yes"}, "source": "mobile"}],
        "messages_removed": ["g-hhhh"], "event": {"type": "statuses", "event": "post"}, "channel_id": "MANTIS-M72HC"
    });
    let event = Event::read(body.to_string().as_bytes()).unwrap();
    let states: Vec<_> = event.statuses.iter().map(|status| (status.state, status.reason.as_deref())).collect();
    assert_eq!(states, [(ReceiptState::Published, None), (ReceiptState::Rejected, Some("no"))]);
    let message = &event.messages[0];
    assert_eq!((message.chat.as_str(), message.text.as_str(), message.from_me), (GROUP, "yes", false));
    assert_eq!(message.at.unwrap().as_second(), 1_712_995_245);
    assert_eq!(event.removed, ["g-hhhh"]);
    assert_eq!(Event::read(b"{}").unwrap(), Event::default());
    assert_eq!(Event::read(b"<html>").unwrap_err().kind(), ErrorKind::Protocol);
}
