//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use social_core::publish::Publisher;
use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// Files that are shared again make no second message, files without bytes none, and a message has
/// its key.
fn messages(vendor: &ScriptedVendor) -> usize {
    let received = vendor.received();
    let has_bytes = |file: &Value| {
        let path = format!("/upload/v1/{}", file["id"].as_str().unwrap());
        received.iter().any(|request| request.url.path() == path)
    };
    let made = received.iter().filter_map(|request| match request.url.path() {
        "/api/chat.postMessage" => Some(request.json()["metadata"]["event_payload"]["key"].to_string()),
        "/api/files.completeUploadExternal" => {
            let files = request.json()["files"].clone();
            files.as_array().unwrap().iter().all(has_bytes).then(|| files.to_string())
        }
        path if path.starts_with("/services/") => Some(request.json().to_string()),
        _ => None,
    });
    made.collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let answer = text("Yes").with_reply_to(PostRef::new(format!("{CHANNEL}/1765000000.000001")));
    for (as_bot, post, options) in [
        (true, text("Hello"), SlackOptions::new()),
        (true, answer, all_options()),
        (true, text("Look").with_attachment(image()), SlackOptions::new()),
        (false, text("Hello"), SlackOptions::new().with_formatting().without_link_cards()),
    ] {
        let connect = move |scene: &Scene| {
            let address = HOOK.replace("key-of-the-webhook", SECRET);
            let endpoint = of_scene(scene).random(scene.random.clone());
            let slack = if as_bot {
                Slack::bot(endpoint, FixedToken::new(SECRET), CHANNEL)?
            } else {
                Slack::webhook(endpoint, &address.into())?
            };
            Ok(Arc::new(slack) as Arc<dyn Publisher>)
        };
        let subject = Subject::<dyn Publisher>::new(|| Fake::new(Server::default()).vendor, connect);
        let subject = subject.counting(messages).with_options(&options).unwrap();
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        let subject = subject.except("text", "Slack wants three letters escaped");
        let subject = if as_bot { subject } else { subject.except("url", "a webhook's address is its secret") };
        let shown = options.broadcast || !as_bot;
        let subject = if shown { subject } else { subject.except("options", "they are tried on the answer") };
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
