//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for author in [MEMBER, PAGE] {
        // What is asked about files differs; the rest is the same for both.
        let shapes = shapes().into_iter().enumerate();
        let shapes = shapes.filter(|(number, _)| author == MEMBER || [0, 2, 4].contains(number));
        for mut post in shapes.map(|(_, post)| post) {
            // What is sent is not what was written where a character means something; the vectors
            // of the format are tried apart.
            post.text = "Fresh bread @Miller".to_owned();
            let watch = Watch::default();
            let of_scene = watch.clone();
            let connect = move |scene: &Scene| {
                of_scene.set(&scene.clock);
                let endpoint = LinkedIn::endpoint().transport(scene.transport.clone());
                let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
                Ok(Arc::new(LinkedIn::new(endpoint, FixedToken::new(SECRET), author)?) as Arc<dyn Publisher>)
            };
            let fresh = move || Fake::new(Site { watch: watch.clone(), ..site() }).vendor;
            let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(texts);
            let subject = subject.with_images([jpeg(80, 60), jpeg(80, 61), jpeg(80, 62)]).with_video(video());
            let subject = subject.except("text", "the little text format escapes it");
            let options = LinkedInOptions::new()
                .with_visibility(Visibility::LoggedIn)
                .with_reshares_off()
                .with_card_description("a sentence")
                .with_mention("Miller", "urn:li:organization:7");
            let subject = match post.link {
                Some(_) => subject.with_options(&options).unwrap(),
                None => subject.except("options", "one needs a link; they are tried with the link card"),
            };
            tried.with(&subject, &post).await;
        }
    }
    tried.stands_in_the_table();
}

/// A second request with the same text makes no second post.
fn texts(vendor: &ScriptedVendor) -> usize {
    let received = vendor.received();
    let published = received.iter().filter(|request| request.is(&Method::POST, "/rest/posts"));
    published.map(|request| request.json()["commentary"].to_string()).collect::<BTreeSet<_>>().len()
}
