//! The suite of publishers, on the fake of these tests, with one relay and with two.

use std::collections::BTreeSet;
use std::sync::Arc;

use social_core::publish::Publisher;
use social_core::testkit::conformance::{SECRET, Subject};

use super::*;
use crate::fake::{Cdn, Tried};

/// Every note that a relay was given, once.
fn notes(vendor: &ScriptedVendor) -> usize {
    let received = vendor.received();
    let events = received.iter().map(|sent| sent.json()).filter(|message| message[0] == "EVENT");
    let notes = events.filter(|message| message[1]["kind"] == 1);
    notes.map(|message| message[1]["id"].to_string()).collect::<BTreeSet<_>>().len()
}

/// What was sent, with the lines of each note and the parts of its tags as texts of their own.
fn spelled_out(vendor: &ScriptedVendor) -> Vec<Received> {
    let spell = |mut sent: Received| {
        let mut message = sent.json();
        let event = &message[1];
        let lines = event["content"].as_str().unwrap_or_default().lines().map(str::to_owned);
        let tags = event["tags"].as_array().into_iter().flatten().flat_map(|tag| tag.as_array().into_iter().flatten());
        let values = tags.filter_map(|part| part.as_str()?.split_once(' ').map(|(_, value)| value.to_owned()));
        let texts: Vec<String> = lines.chain(values).collect();
        if let Some(parts) = message.as_array_mut() {
            parts.push(json!(texts));
            sent.body = message.to_string().into();
        }
        sent
    };
    vendor.received().into_iter().map(spell).collect()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let with_image = Post::new("Hello").with_attachment(Attachment::new(jpeg(40, 30)).with_alt_text("bread"));
    for (post, relays) in [(Post::new("Hello"), &RELAYS[..1]), (with_image, &RELAYS[..])] {
        let vendor = || Fake::new(Relays::default()).vendor;
        let connect = move |scene: &Scene| {
            let endpoint = Nostr::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone()).secret(&SECRET.into());
            let nostr = Nostr::new(endpoint, &KEY.into(), relays)?;
            Ok(Arc::new(nostr.with_host(Cdn::new("https://cdn.test"))) as Arc<dyn Publisher>)
        };
        let subject = Subject::<dyn Publisher>::new(vendor, connect).counting(notes);
        let subject = subject.with_options(&all_options()).unwrap();
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        let subject = subject.reading(spelled_out);
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
