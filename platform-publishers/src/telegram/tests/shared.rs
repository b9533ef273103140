//! Compared with requests of python-telegram-bot 22.8, and with the documented answers.

use super::*;
use crate::fake::{shared, shared_folder};

/// What the library sends as a form, with JSON in it, as one object. Its texts are HTML; ours are
/// plain, with the formats beside them.
fn as_json(body: &Value) -> Value {
    let pairs: Vec<(String, Value)> = match body["kind"].as_str().unwrap() {
        "form" => serde_json::from_value(body["fields"].clone()).unwrap(),
        _ => {
            let parts = body["parts"].as_array().unwrap().iter();
            let value = |part: &Value| match part["content_type"].as_str() {
                Some(content_type) => json!(format!("a file {content_type}")),
                None => part["text"].clone(),
            };
            parts.map(|part| (part["name"].as_str().unwrap().to_owned(), value(part))).collect()
        }
    };
    let parsed = |value: Value| match value.as_str() {
        Some(text) if !text.starts_with('-') => serde_json::from_str(text).unwrap_or(value),
        _ => value,
    };
    pairs.into_iter().map(|(name, value)| (name, parsed(value))).collect()
}

#[tokio::test]
async fn requests_are_those_of_the_library() {
    let options = TelegramOptions::new()
        .with_format("Hi", TextFormat::Bold)
        .silent()
        .with_buttons([Button::link("Open", "https://example.test".parse().unwrap())]);
    let mut compared = 0;
    for (name, post) in [
        ("send_message_markup", text("Hi ☕").with_options(&options).unwrap()),
        ("send_photo_by_url", text("c").with_attachment(at("https://cdn.example.test/a.jpg"))),
        ("send_photo_upload", text("c").with_attachment(image())),
        (
            "send_media_group_mixed",
            text("one").with_attachment(at("https://cdn.example.test/a.jpg")).with_attachment(Attachment::new(mp4())),
        ),
    ] {
        let Some(golden) = shared(&format!("golden/telegram/{name}.json")) else { return };
        let fake = Fake::new(Channel::default());
        fake.publish(&connect(&fake), "run", post).await.unwrap();
        let request = fake.vendor.received().pop().unwrap();
        let theirs = golden["requests"].as_array().unwrap().last().unwrap();
        let method = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        assert_eq!(method(request.url.path()), method(theirs["path"].as_str().unwrap()));
        assert_eq!(request.url.host_str(), theirs["host"].as_str());
        let (mut ours, mut theirs) = (fields(&request), as_json(&theirs["body"]));
        for body in [&mut ours, &mut theirs] {
            let body = body.as_object_mut().unwrap();
            body.remove("chat_id");
            // Names of parts, and the picture's own format, differ.
            body.retain(|name, value| {
                name == "media" || !value.as_str().is_some_and(|value| value.starts_with("a file"))
            });
            if let Some(video) = body.get_mut("media").and_then(|media| media.get_mut(1)) {
                *video = json!({"type": video["type"], "uploaded": video["media"].as_str().unwrap().starts_with("attach://")});
            }
        }
        if name == "send_message_markup" {
            assert_eq!(theirs["text"], "<b>Hi</b> ☕");
            assert_eq!(ours["entities"], json!([{"type": "bold", "offset": 0, "length": 2}]));
            ours["text"] = theirs["text"].clone();
            ours.as_object_mut().unwrap().remove("entities");
            theirs.as_object_mut().unwrap().remove("parse_mode");
            // The library writes the address as it was given.
            ours["reply_markup"]["inline_keyboard"][0][0]["url"] = json!("https://example.test");
        }
        assert_eq!(ours, theirs, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 4);
    // Deleting several at once skips what is gone; deleting one does not.
    let Some(golden) = shared("golden/telegram/edit_and_delete.json") else { return };
    let theirs = as_json(&golden["requests"][2]["body"]);
    let fake = Fake::new(Channel::default());
    let telegram = connect(&fake);
    let receipt = fake.publish(&telegram, "run", text("x")).await.unwrap();
    telegram.delete(&Run::ephemeral(), &receipt).await.unwrap();
    let ours = fake.state.lock().unwrap().deleted.remove(0);
    assert!(ours["chat_id"].is_string() && theirs["chat_id"].is_string());
    assert!(ours["message_ids"][0].is_i64() && theirs["message_id"].is_i64());
}

#[test]
fn documented_answers_are_read() {
    let mut read = 0;
    for (name, cassette) in shared_folder("cassettes/platforms/telegram") {
        let body = cassette["response"]["body"].to_string();
        match name.trim_end_matches(".json") {
            "send-photo" | "send-media-group" => {
                let answer: wire::Answer<wire::Sent> = serde_json::from_str(&body).unwrap();
                let messages = match answer.result.unwrap() {
                    wire::Sent::One(message) => vec![message],
                    wire::Sent::Several(messages) => messages,
                };
                let remote = messages[0].remote(social_core::publish::PostRole::MAIN);
                assert_eq!(remote.id, "-1001234567890/42");
                assert_eq!(remote.url.unwrap().as_str(), "https://t.me/c/1234567890/42");
                assert_eq!(messages.len(), if name.contains("group") { 2 } else { 1 });
            }
            other => {
                let error = classify(cassette["response"]["status"].as_u64().unwrap() as u16, &body);
                let kind = match other {
                    "error-400-chat-not-found" => ErrorKind::NotFound,
                    "error-400-url-fetch" => ErrorKind::MediaInvalid,
                    "error-400-parse-entities" | "error-400-migrated" => ErrorKind::InvalidRequest,
                    "error-401" | "error-404-bad-token" => ErrorKind::Auth,
                    _ => panic!("{name} is not read"),
                };
                assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{name}");
                let moved = super::super::error::new_number(&error);
                assert_eq!(moved, (other == "error-400-migrated").then_some("-1001234567891"));
            }
        }
        read += 1;
    }
    assert!(read == 0 || read == 8, "{read}");
}
