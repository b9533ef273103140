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
            let endpoint = Reddit::endpoint(AGENT_OF_TESTS).transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(account(endpoint, SECRET)) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Site { watch: watch.clone(), ..Site::default() }).vendor;
        let submitted = |request: &Received| request.url.path().starts_with("/api/submit");
        let subject = Subject::<dyn Publisher>::new(fresh, connect)
            .counting(move |vendor| vendor.received().iter().filter(|request| submitted(request)).count());
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        let other = || RedditOptions::new("Rye_bread");
        let samples = [
            other().with_flair("0a1b"),
            other().with_flair("0a1b").with_flair_text("Rye").with_nsfw().with_spoiler().without_inbox(),
            other().with_repost(),
            other().with_silent(),
            other().with_caption("The first"),
        ];
        let subject = samples.iter().fold(subject, |subject, options| subject.with_options(options).unwrap());
        let elsewhere = "it says something about other posts, and is tried with those";
        let about = [
            ("repost", post.link.is_some()),
            ("silent", post.cover().is_some()),
            ("captions", post.content().count() > 1),
        ];
        let others = about.into_iter().filter(|(_, ours)| !ours);
        let subject = others.fold(subject, |subject, (option, _)| subject.except(option, elsewhere));
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
