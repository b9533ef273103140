//! The suite of publishers, on the fake of these tests.

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for mut post in shapes() {
        let watch = Watch::default();
        let of_scene = watch.clone();
        let connect = move |scene: &Scene| {
            of_scene.set(&scene.clock);
            let endpoint = Pinterest::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            Ok(Arc::new(Pinterest::new(endpoint, FixedToken::new(SECRET))?.with_board("Autumn")) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Site { watch: watch.clone(), ..site() }).vendor;
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(pins);
        let subject = subject.with_images([jpeg(80, 120), jpeg(80, 121), jpeg(80, 122)]).with_video(mp4());
        let board = PinterestOptions::new().with_board("Coffee");
        let secret = PinterestOptions::new().with_board("Secrets").with_secret_board();
        let id = PinterestOptions::new().with_board_id("549755885176").with_section_id("9");
        let color = PinterestOptions::new().with_dominant_color("#6e7874");
        let second = PinterestOptions::new().with_cover_second(2);
        let subject = [board, secret, id, color, second]
            .iter()
            .fold(subject, |subject, options| subject.with_options(options).unwrap());
        let subject = match post.placement == Placement::CAROUSEL {
            true => subject.except("attachments", "a carousel has one alt text, that of its first image"),
            false => subject,
        };
        // Options belong to the post itself in these shapes, and are tried without them.
        post.options = social_core::publish::PostOptions::default();
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}

/// How often a pin was asked for, words and all.
fn pins(vendor: &ScriptedVendor) -> usize {
    vendor.calls(&Method::POST, "/v5/pins")
}
