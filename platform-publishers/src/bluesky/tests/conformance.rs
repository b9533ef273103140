//! The contract of publishers, the fault matrix and the search for secrets.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::Method;
use social_core::publish::Publisher;
use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::{SECRET, Subject};

use super::*;
use crate::fake::Tried;

/// A second create of a key makes no second post.
fn posts(vendor: &ScriptedVendor) -> usize {
    let created = |request: &Received| request.is(&Method::POST, "/xrpc/com.atproto.repo.createRecord");
    let keys: BTreeSet<_> =
        vendor.received().iter().filter(|r| created(r)).map(|r| r.json()["rkey"].to_string()).collect();
    keys.len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let connect = |scene: &Scene| {
        let endpoint = Bluesky::endpoint().base_url("https://pds.test").transport(scene.transport.clone());
        let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
        Ok(Arc::new(Bluesky::new(endpoint, "alice.test", SECRET.into())?) as Arc<dyn Publisher>)
    };
    let mut tried = Tried::new(options::PLATFORM);
    for post in [Post::new("Hello")] {
        let subject = Subject::<dyn Publisher>::new(|| Fake::new(Pds::default()).vendor, connect).counting(posts);
        let options = BlueskyOptions::new().with_label("graphic-media").with_tag("bakery");
        let subject = subject.with_options(&options).unwrap().with_video(mp4());
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
