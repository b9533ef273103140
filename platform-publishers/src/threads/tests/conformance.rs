//! The suite of publishers, on the fake of these tests.

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// A container makes one post, however often it is published.
fn posts(vendor: &ScriptedVendor) -> usize {
    let published = |request: &Received| request.is(&Method::POST, &format!("/v1.0/{USER}/threads_publish"));
    let containers: BTreeSet<_> =
        vendor.received().iter().filter(|r| published(r)).map(|r| r.form("creation_id")).collect();
    containers.len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for post in shapes() {
        let watch = Watch::default();
        let of_scene = watch.clone();
        let connect = move |scene: &Scene| {
            of_scene.set(&scene.clock);
            let endpoint = Threads::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            let host = Cdn::new("https://cdn.test");
            Ok(Arc::new(Threads::new(endpoint, FixedToken::new(SECRET), USER)?.with_host(host)) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Api { watch: watch.clone(), ..Api::default() }).vendor;
        let options = ThreadsOptions::new().with_topic_tag("Bakery").with_location_id("106078429431815");
        let control = Some(ReplyControl::MentionedOnly);
        let options = ThreadsOptions { spoiler: true, reply_control: control, ..options };
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(posts).with_options(&options).unwrap();
        let subject = subject.with_images([jpeg(1080, 1080), jpeg(1080, 1079), jpeg(1080, 1078)]).with_video(mp4());
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
