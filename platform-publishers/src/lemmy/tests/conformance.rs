//! The suite of publishers, on the fake of these tests.

use std::sync::Arc;

use social_core::publish::Publisher;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// Every request that makes a post visible.
fn posts(vendor: &ScriptedVendor) -> usize {
    vendor.calls(&Method::POST, "/api/v3/post")
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for post in [Post::new("Hello").with_title("Our bread"), with_image()] {
        let watch = Watch::default();
        let of_vendor = watch.clone();
        let vendor = move || Fake::new(Server::new(&of_vendor)).vendor;
        let connect = move |scene: &Scene| {
            watch.set(&scene.clock);
            let endpoint = Lemmy::endpoint().base_url("https://lemmy.test").transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(Lemmy::new(endpoint, FixedToken::new(SECRET), "baking")?) as Arc<dyn Publisher>)
        };
        let subject = Subject::<dyn Publisher>::new(vendor, connect).counting(posts);
        let subject = subject.with_options(&all_options()).unwrap();
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
