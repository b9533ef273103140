//! The suite of publishers, on the fake of these tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for post in shapes() {
        let watch = Watch::default();
        let of_scene = watch.clone();
        let connect = move |scene: &Scene| {
            of_scene.set(&scene.clock);
            let endpoint = Facebook::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(Facebook::new(endpoint, FixedToken::new(SECRET), PAGE)?) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Page { watch: watch.clone(), ..page() }).vendor;
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(shown);
        let subject = subject.with_images([jpeg(1080, 1080), jpeg(1080, 1079), jpeg(1080, 1078)]).with_video(mp4());
        let options = FacebookOptions::new().with_place("106078429431815");
        let subject = subject.with_options(&options).unwrap();
        let subject = subject.with_options(&FacebookOptions::new().with_draft()).unwrap();
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}

/// How often something was shown: requests that publish, a video once however often it is finished.
fn shown(vendor: &ScriptedVendor) -> usize {
    let count = AtomicUsize::new(0);
    let mut finished = std::collections::BTreeSet::new();
    for request in vendor.received() {
        let fields = fields(&request);
        if request.is(&Method::POST, &format!("/v25.0/{PAGE}/feed"))
            || request.is(&Method::POST, &format!("/v25.0/{PAGE}/photo_stories"))
        {
            count.fetch_add(1, Ordering::SeqCst);
        } else if fields.get("upload_phase").is_some_and(|phase| phase == "finish") {
            finished.insert(fields.get("video_id").or(fields.get("upload_session_id")).cloned());
        }
    }
    count.into_inner() + finished.len()
}
