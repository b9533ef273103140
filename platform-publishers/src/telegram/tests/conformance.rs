//! The suite of publishers, on the fake of these tests.

use social_core::publish::Publisher;
use social_core::testkit::conformance::{SECRET, Subject};

use super::*;
use crate::fake::Tried;

/// The suite's secret as the key of a bot.
fn token() -> &'static str {
    Box::leak(format!("123:{SECRET}").into_boxed_str())
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for post in [text("Hello"), text("Look").with_attachment(image())] {
        let token = token();
        let connect = move |scene: &Scene| {
            let endpoint = Telegram::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            let telegram = Telegram::new(endpoint.random(scene.random.clone()), token.into(), "@bakery")?;
            Ok(Arc::new(telegram) as Arc<dyn Publisher>)
        };
        let vendor = move || Fake::new(Channel { token, ..Channel::default() }).vendor;
        // Every request that arrives is a message.
        let sent = |request: &Received| request.url.path().contains("/send");
        let subject = Subject::<dyn Publisher>::new(vendor, connect)
            .counting(move |vendor| vendor.received().iter().filter(|r| sent(r)).count());
        let subject = subject.except("url", "the Bot API wants the token in the path");
        let options = TelegramOptions::new()
            .with_format(post.text.clone(), TextFormat::Bold)
            .with_buttons([Button::callback("Seen", "seen")])
            .silent()
            .protected()
            .with_spoiler()
            .with_caption_above()
            .without_link_preview()
            .with_topic(7);
        let subject = subject.with_options(&options).unwrap();
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
