//! Compared with requests of Mastodon.py 2.3 and masto.js 7.12, and with exchanges recorded from a
//! 4.6.

use super::*;
use crate::fake::{shared, shared_folder};

/// What a library sends as a form, as the JSON that it stands for.
fn as_json(body: &Value) -> Value {
    if body["kind"] == "json" {
        let mut json = body["json"].clone();
        // A form's word that the library sends with every post.
        json.as_object_mut().unwrap().retain(|name, value| name != "sensitive" || value.is_boolean());
        return json;
    }
    let mut json = json!({});
    for pair in body["fields"].as_array().unwrap() {
        let (name, value) = (pair[0].as_str().unwrap(), &pair[1]);
        match name.strip_suffix("[]") {
            Some(name) if json[name].is_array() => json[name].as_array_mut().unwrap().push(value.clone()),
            Some(name) => json[name] = json!([value]),
            None if name == "sensitive" && *value == "0" => {}
            None if name == "sensitive" => json[name] = json!(true),
            None => json[name] = value.clone(),
        }
    }
    json
}

/// Runs of ours ask for the instance and the account once; what is compared is what writes, and
/// that the reads of the library are among ours.
#[tokio::test]
async fn requests_are_those_of_the_libraries() {
    let options = MastodonOptions::new().with_visibility(Visibility::Unlisted).with_content_warning("cw");
    let cup = || Attachment::new(jpeg(40, 30)).with_alt_text("cup");
    let focus = MastodonOptions::new().with_focal_point(FocalPoint::new(0.0, 0.5));
    let mut compared = 0;
    for (name, post, but) in [
        (
            "status_post_idempotent_spoiler",
            Post::new("Hello ☕")
                .with_language("en")
                .with_reply_to(PostRef::new("8"))
                .with_options(&options.clone().with_sensitive(true))
                .unwrap(),
            "",
        ),
        (
            "masto_js_media_and_status",
            Post::new("Hello ☕").with_attachment(cup()).with_options(&options).unwrap(),
            "media_ids",
        ),
        ("media_v2_then_status", Post::new("pic").with_attachment(cup()).with_options(&focus).unwrap(), "media_ids"),
        (
            "poll_and_verify",
            Post::new("?").with_poll(Poll::new(["a", "b"]).multiple().open_for(Duration::from_secs(3600))),
            "",
        ),
    ] {
        let Some(golden) = shared(&format!("golden/mastodon/{name}.json")) else { return };
        let fake = instance(|_| ());
        fake.publish(&connect(&fake), "run", post).await.unwrap();
        let writes =
            |method: &str, path: &str| method == "POST" && (path.ends_with("/statuses") || path.ends_with("/media"));
        let ours: Vec<_> =
            fake.vendor.received().into_iter().filter(|r| writes(r.method.as_str(), r.url.path())).collect();
        let theirs = golden["requests"].as_array().unwrap().iter();
        let theirs: Vec<_> =
            theirs.filter(|r| writes(r["method"].as_str().unwrap(), r["path"].as_str().unwrap())).collect();
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (ours, theirs) in ours.iter().zip(theirs) {
            assert_eq!(ours.url.path(), theirs["path"].as_str().unwrap());
            assert_eq!(ours.header("idempotency-key").is_some(), ours.url.path().ends_with("/statuses"));
            if theirs["body"]["kind"] == "multipart" {
                for part in theirs["body"]["parts"].as_array().unwrap() {
                    let field = format!("name=\"{}\"", part["name"].as_str().unwrap());
                    assert!(ours.text().contains(&field), "{name}: {field}");
                    if let Some(text) = part["text"].as_str() {
                        assert!(ours.text().contains(&format!("{field}\r\n\r\n{text}\r\n")), "{name}: {field}");
                    }
                }
                continue;
            }
            let (mut ours, mut theirs) = (ours.json(), as_json(&theirs["body"]));
            for body in [&mut ours, &mut theirs] {
                body.as_object_mut().unwrap().remove(but);
            }
            assert_eq!(ours, theirs, "{name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 4);
}

/// Every recorded exchange is read as what it is.
#[test]
fn recorded_answers_are_read() {
    let mut read = BTreeMap::new();
    for (name, cassette) in shared_folder("cassettes/platforms/mastodon") {
        let (request, response) = (&cassette["request"], &cassette["response"]);
        let status = response["status"].as_u64().unwrap() as u16;
        let body = response["body"].to_string();
        let path = request["path"].as_str().unwrap().split('?').next().unwrap().trim_matches('/').to_owned();
        let parts: Vec<&str> = path.trim_start_matches("api/").split('/').collect();
        let kind = match (status, parts.as_slice()) {
            (400.., _) => {
                let error = classify(status, &body);
                assert_eq!(error.effect(), Effect::None, "{name}");
                let expected = if status == 404 { ErrorKind::NotFound } else { ErrorKind::InvalidRequest };
                assert_eq!(error.kind(), expected, "{name}");
                assert!(!error.message().is_empty());
                "refusal"
            }
            (_, ["v2" | "v1", "media", ..]) => {
                let media: wire::MediaAttachment = serde_json::from_str(&body).unwrap();
                assert_eq!(media.url.is_none(), status == 202, "{name}");
                "media"
            }
            (_, ["v2", "instance"]) => {
                let instance: Instance = serde_json::from_str(&body).unwrap();
                let rules = instance.rules(&Placement::FEED).unwrap();
                let image = rules.image.unwrap();
                assert_eq!((image.max_bytes, image.max_pixels), (Some(16_777_216), Some(33_177_600)));
                assert_eq!(rules.alt_text.unwrap().limits(true)[0].1, 10_000);
                assert!(rules.quotes);
                "instance"
            }
            (_, ["v1", "accounts", "verify_credentials"]) => {
                assert_eq!(serde_json::from_str::<wire::Profile>(&body).unwrap().id, ACCOUNT);
                "account"
            }
            (_, ["v1", "apps", ..]) => {
                assert!(serde_json::from_str::<wire::Application>(&body).unwrap().scopes.contains(&"write".to_owned()));
                "application"
            }
            (_, ["v1", "scheduled_statuses", ..]) => {
                let waiting: wire::Status = serde_json::from_str(&body).unwrap();
                assert_eq!(waiting.params.text.as_deref(), Some("please ensure adequate headroom"));
                assert!(waiting.due().is_some());
                "scheduled"
            }
            (_, ["v1", "statuses", .., "favourited_by"] | ["v1", "notifications" | "instance"]) => "other",
            (_, ["v1", "statuses", ..]) => {
                let post: wire::Status = serde_json::from_str(&body).unwrap();
                assert!(post.at().is_some() && post.due().is_none(), "{name}");
                let remote = post.remote(social_core::publish::PostRole::MAIN);
                assert!(remote.url.is_some() && response["body"]["id"] == remote.id, "{name}");
                "post"
            }
            _ => panic!("{name} is not read"),
        };
        *read.entry(kind).or_insert(0) += 1;
    }
    if !read.is_empty() {
        let kinds: Vec<_> = read.keys().copied().collect();
        assert_eq!(kinds, ["account", "application", "instance", "media", "other", "post", "refusal", "scheduled"]);
    }
}
