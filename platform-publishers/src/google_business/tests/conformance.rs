//! The suite of publishers, on the fake of these tests.

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
            let endpoint = GoogleBusiness::endpoint().transport(scene.transport.clone());
            let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
            let google = GoogleBusiness::new(endpoint, FixedToken::new(SECRET), PLACE)?;
            Ok(Arc::new(google.with_host(Cdn::new("https://cdn.test"))) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Site { watch: watch.clone(), ..site() }).vendor;
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(posts);
        let subject = subject.with_images([photo(600), photo(601), photo(602)]);
        let button = match post.link {
            Some(_) => Button::Book,
            None => Button::Call,
        };
        let subject = subject.with_options(&GoogleBusinessOptions::new().with_button(button)).unwrap();
        let subject = match post.placement == Placement::FEED {
            true => subject,
            false => subject.except("options", "an event needs its beginning and its end together"),
        };
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}

fn posts(vendor: &ScriptedVendor) -> usize {
    vendor.calls(&Method::POST, &format!("/v4/{PLACE}/localPosts"))
}
