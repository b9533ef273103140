//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// An upload makes one video, however often its end is sent.
fn videos(vendor: &ScriptedVendor) -> usize {
    let ended = |request: &Received| {
        let (part, total) = request.header("content-range")?.split_once('/')?;
        let (last, total): (u64, u64) = (part.rsplit_once('-')?.1.parse().ok()?, total.parse().ok()?);
        let is_video = request.url.path() == "/upload/youtube/v3/videos";
        (is_video && last + 1 == total).then(|| request.query("upload_id"))
    };
    vendor.received().iter().filter_map(ended).collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for post in [video(), short()] {
        let watch = Watch::default();
        let of_scene = watch.clone();
        let connect = move |scene: &Scene| {
            of_scene.set(&scene.clock);
            let endpoint = YouTube::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(YouTube::new(endpoint, FixedToken::new(SECRET), CHANNEL)?) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Channel { watch: watch.clone(), ..Channel::default() }).vendor;
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(videos).with_video(mp4());
        let subject = subject.with_options(&all_options()).unwrap();
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
