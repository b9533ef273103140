//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::Subject;

use super::*;
use crate::fake::Tried;

/// An article is shown once, however often its draft is published.
fn shown(vendor: &ScriptedVendor) -> usize {
    let all = vendor.received();
    let published =
        all.iter().filter(|request| request.method == Method::PUT && request.json()["article"]["published"] == true);
    published.map(|request| request.url.path().to_owned()).collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let connect = |scene: &Scene| {
        let endpoint = Forem::endpoint().transport(scene.transport.clone());
        let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
        let forem = Forem::new(endpoint, SecretString::from(SECRET))?;
        Ok(Arc::new(forem.with_host(Cdn::new("https://cdn.test"))) as Arc<dyn Publisher>)
    };
    let subject = Subject::<dyn Publisher>::new(|| Fake::new(Server::default()).vendor, connect).counting(shown);
    let subject = subject.with_images([jpeg(80, 60), jpeg(80, 61), jpeg(80, 62)]);
    let mut options = all_options();
    options.draft = false;
    let subject = subject.with_options(&options).unwrap();
    let subject = subject.with_options(&ForemOptions::new().with_draft()).unwrap();
    let subject = subject.except("attachments", "they stand in the Markdown, which `what_was_asked_is_sent` looks at");
    tried.with(&subject, &article()).await;
    tried.stands_in_the_table();
}
