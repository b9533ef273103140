//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use http::Method;
use social_core::publish::Publisher;
use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::{self, SECRET, Subject};

use super::*;

/// A container makes one post, however often it is published.
fn posts(vendor: &ScriptedVendor) -> usize {
    let published = |request: &Received| request.is(&Method::POST, &format!("/v25.0/{USER}/media_publish"));
    let containers: BTreeSet<_> =
        vendor.received().iter().filter(|r| published(r)).map(|r| r.form("creation_id")).collect();
    containers.len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    for post in [feed(), carousel(), reel(), story()] {
        let connect = |scene: &Scene| {
            let endpoint = Instagram::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            let host = Cdn::new("https://cdn.test");
            Ok(Arc::new(Instagram::new(endpoint, FixedToken::new(SECRET), USER)?.with_host(host)) as Arc<dyn Publisher>)
        };
        let subject = Subject::new(|| Fake::new(Graph::default()).vendor, connect).counting(posts);
        conformance::publisher(&subject, &post).await.unwrap();
    }
}
