//! The suite of publishers, on the fake of these tests.

use social_core::testkit::conformance::{SECRET, Subject};

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
            let endpoint = Tumblr::endpoint(AGENT_OF_TESTS).transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(account(endpoint, SECRET)) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Site { watch: watch.clone(), ..Site::default() }).vendor;
        // A draft is shown by one request, however often that is sent: it names the draft.
        let is_shown = |request: &Received| match request.method.as_str() {
            "PUT" => Some(request.url.path().to_owned()),
            "POST" if request.url.path() == "/v2/blog/bakery/posts" && body(request).0["state"] != "draft" => {
                Some(request.text())
            }
            _ => None,
        };
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(move |vendor| {
            let shown: Vec<_> = vendor.received().iter().filter_map(is_shown).collect();
            let (puts, posts): (Vec<_>, Vec<_>) = shown.into_iter().partition(|shown| shown.starts_with("/v2/"));
            posts.len() + puts.into_iter().collect::<std::collections::BTreeSet<_>>().len()
        });
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        let marked = TumblrOptions { private: false, queue: false, draft: false, ..all_options() };
        let samples = [marked, none().with_private(), none().with_queue(), none().with_draft()];
        let subject = samples.iter().fold(subject, |subject, options| subject.with_options(options).unwrap());
        let is_queued = post.publish_at.is_some() || !post.options.is_empty();
        let states = if is_queued { ["private", "queue", "draft"].as_slice() } else { &[] };
        let subject =
            states.iter().fold(subject, |subject, state| subject.except(state, "the post has a state already"));
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
