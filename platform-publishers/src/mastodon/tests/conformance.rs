//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use social_core::publish::Publisher;
use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// A second request of a key makes no second post.
fn posts(vendor: &ScriptedVendor) -> usize {
    let published = |request: &Received| request.is(&Method::POST, "/api/v1/statuses");
    let keys: BTreeSet<_> = vendor
        .received()
        .iter()
        .filter(|r| published(r))
        .map(|r| r.header("idempotency-key").map(str::to_owned))
        .collect();
    keys.len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let shapes = [Post::new("Hello"), Post::new("Look").with_attachment(image())];
    let mut tried = Tried::new(options::PLATFORM);
    for post in shapes {
        let clock = ItsClock::default();
        let of_vendor = clock.clone();
        let vendor = move || Fake::new(Server::new(&of_vendor)).vendor;
        let connect = move |scene: &Scene| {
            *clock.lock().unwrap() = Some(scene.clock.clone());
            let endpoint = Mastodon::endpoint().base_url("https://fake.test").transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(Mastodon::new(endpoint, FixedToken::new(SECRET))?) as Arc<dyn Publisher>)
        };
        let options = MastodonOptions::new()
            .with_visibility(Visibility::Unlisted)
            .with_content_warning("bread")
            .with_sensitive(true)
            .with_quote_policy(QuotePolicy::Nobody)
            .with_hidden_poll_totals()
            .with_focal_point(FocalPoint::new(0.5, -0.5));
        let subject = Subject::<dyn Publisher>::new(vendor, connect).counting(posts).with_options(&options).unwrap();
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
