//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// An article is shown once, however often its draft is published.
fn shown(vendor: &ScriptedVendor) -> usize {
    let all = vendor.received();
    let published = all.iter().filter(|request| request.method == Method::PUT);
    published.map(|request| request.url.path().to_owned()).collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let connect = |scene: &Scene| {
        let endpoint = Ghost::endpoint(SITE).transport(scene.transport.clone());
        let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
        Ok(Arc::new(Ghost::with_tokens(endpoint, FixedToken::new(SECRET))?) as Arc<dyn Publisher>)
    };
    let subject = Subject::<dyn Publisher>::new(|| Fake::new(Site::default()).vendor, connect).counting(shown);
    let subject = subject.with_images([jpeg(800, 600), jpeg(800, 601), jpeg(800, 602)]);
    let mut options = all_options();
    options.draft = false;
    let subject = subject.with_options(&options).unwrap();
    let subject = subject.with_options(&GhostOptions::new().with_draft()).unwrap();
    let subject = subject.except("text", "it goes out as HTML, which `plain_text_is_html_that_shows_it` looks at");
    let subject = subject.except("attachments", "alt texts stand in the HTML, which `what_was_asked_is_sent` looks at");
    tried.with(&subject, &article()).await;
    tried.stands_in_the_table();
}
