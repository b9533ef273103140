//! The suite of publishers, on the fake of these tests.

use social_core::testkit::conformance::{self, SECRET, Subject};

use super::*;

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
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
        if let Err(violations) = conformance::publisher(&subject, &post).await {
            // These are about links, videos and galleries, and tried with those.
            let of_others = |line: &&String| {
                let (link, files) = (post.link.is_some(), post.content().count());
                let has_cover = post.cover().is_some();
                (line.contains("`repost`") && !link)
                    || (line.contains("`silent`") && !has_cover)
                    || (line.contains("`captions`") && files < 2)
            };
            let lines: Vec<_> =
                violations.lines().iter().filter(|line| !(of_others(line) && line.contains("not tried"))).collect();
            assert!(lines.is_empty(), "{post:?}: {lines:#?}");
        }
    }
}
