//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use social_core::publish::Publisher;
use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

fn created(vendor: &ScriptedVendor) -> Vec<Received> {
    let created = |request: &Received| request.method == Method::POST;
    vendor.received().into_iter().filter(created).collect()
}

/// A second create of a nonce makes no second message.
fn nonces(vendor: &ScriptedVendor) -> usize {
    let nonces: BTreeSet<_> = created(vendor).iter().map(|request| message(request)["nonce"].to_string()).collect();
    nonces.len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let options = DiscordOptions::new().with_ping(Ping::User("1000000000000000008".to_owned()));
    let options = options.silent().without_link_cards();
    // The suite hands in the options itself.
    let plain = shapes().into_iter().filter(|post| post.options.is_empty());
    for (as_bot, post) in plain.map(|post| (true, post)).chain([(false, text("Hello"))]) {
        let watch = Watch::default();
        let of_vendor = watch.clone();
        let connect = move |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = Discord::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            let endpoint = endpoint.random(scene.random.clone());
            let address = SecretString::from(format!("https://discord.com/api/webhooks/{HOOK}/{SECRET}"));
            let discord = if as_bot {
                Discord::bot(endpoint, SECRET.into(), CHANNEL)?
            } else {
                Discord::webhook(endpoint, &address)?
            };
            Ok(Arc::new(discord) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Server::new(&of_vendor)).vendor;
        let mut subject = Subject::<dyn Publisher>::new(fresh, connect);
        subject = if as_bot {
            subject.counting(nonces).with_options(&options.clone().with_thread(THREAD)).unwrap()
        } else {
            let options = options.clone().with_username("41 Bistro").with_thread_name("New");
            let options = options.with_tag("1000000000000000007").with_avatar("https://a.test/b.png".parse().unwrap());
            let subject = subject.with_options(&options).unwrap();
            let subject = subject.with_options(&DiscordOptions::new().with_thread(THREAD)).unwrap();
            let subject = subject.counting(|vendor| created(vendor).len());
            subject.except("url", "a webhook's address holds its token")
        };
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
