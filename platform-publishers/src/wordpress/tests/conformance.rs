//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// An article is shown once, however often its draft is published.
fn shown(vendor: &ScriptedVendor) -> usize {
    let published = |request: &Received| request.is(&Method::POST, "/wp-json/wp/v2/posts/*");
    let all = vendor.received();
    all.iter()
        .filter(|request| published(request))
        .map(|request| request.url.path().to_owned())
        .collect::<BTreeSet<_>>()
        .len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let connect = |scene: &Scene| {
        let endpoint = WordPress::endpoint(SITE).transport(scene.transport.clone());
        let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
        Ok(Arc::new(WordPress::new(endpoint, "editor", &SecretString::from(SECRET))?) as Arc<dyn Publisher>)
    };
    let subject = Subject::<dyn Publisher>::new(|| Fake::new(site()).vendor, connect).counting(shown);
    let subject = subject.with_images([jpeg(800, 600), jpeg(800, 601), jpeg(800, 602)]).with_video(mp4());
    let options = WordPressOptions { private: false, draft: false, ..all_options() };
    let subject = subject.with_options(&options).unwrap();
    let subject = subject.with_options(&WordPressOptions::new().with_private()).unwrap();
    let subject = subject.with_options(&WordPressOptions::new().with_draft()).unwrap();
    let subject = subject.except("text", "it goes out as HTML, which `plain_text_is_html_that_shows_it` looks at");
    tried.with(&subject, &article()).await;
    tried.stands_in_the_table();
}
