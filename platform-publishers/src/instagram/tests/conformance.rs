//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use http::Method;
use social_core::publish::Publisher;
use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::{SECRET, Subject};

use super::*;
use crate::fake::Tried;

/// A container makes one post, however often it is published.
fn posts(vendor: &ScriptedVendor) -> usize {
    let published = |request: &Received| request.is(&Method::POST, &format!("/v25.0/{USER}/media_publish"));
    let containers: BTreeSet<_> =
        vendor.received().iter().filter(|r| published(r)).map(|r| r.form("creation_id")).collect();
    containers.len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for post in [feed(), carousel(), reel(), story()] {
        let connect = |scene: &Scene| {
            let endpoint = Instagram::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            let host = Cdn::new("https://cdn.test");
            Ok(Arc::new(Instagram::new(endpoint, FixedToken::new(SECRET), USER)?.with_host(host)) as Arc<dyn Publisher>)
        };
        let subject = Subject::<dyn Publisher>::new(|| Fake::new(Graph::default()).vendor, connect).counting(posts);
        let subject = subject.with_images([jpeg(1080, 1080), jpeg(1080, 1079), jpeg(1080, 1078)]).with_video(mp4());
        let shared = InstagramOptions::new().with_collaborator("partner").with_location_id("106078429431815");
        let tagged = shared.clone().with_user_tag(UserTag::new("eva").at(0.5, 0.25));
        let rising = shared.with_user_tag(UserTag::new("eva")).with_share_to_feed(false).with_cover_offset_ms(1500);
        let subject = subject.with_options(&tagged).unwrap().with_options(&rising).unwrap();
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
