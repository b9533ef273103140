//! The suite of publishers, on the fake of these tests.

use social_core::testkit::conformance::{SECRET, Subject};

use super::*;
use crate::fake::Tried;

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    for (chat, post) in shapes() {
        if post.text.is_empty() {
            continue;
        }
        let watch = Watch::default();
        let of_scene = watch.clone();
        let connect = move |scene: &Scene| {
            of_scene.set(&scene.clock);
            let endpoint = Whapi::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            Ok(Arc::new(account(endpoint.random(scene.random.clone()), SECRET, chat)) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Number { watch: watch.clone(), ..Number::default() }).vendor;
        let sent = |request: &Received| {
            let path = request.url.path();
            request.method == Method::POST && path != "/media"
        };
        let subject = Subject::<dyn Publisher>::new(fresh, connect)
            .counting(move |vendor| vendor.received().iter().filter(|request| sent(request)).count());
        let subject =
            subject.except("file_name", "it is for documents, of which the suite has none: see the other tests");
        let subject = subject.with_images([jpeg(40, 30), jpeg(40, 31), jpeg(40, 32)]).with_video(mp4());
        let all = all_options();
        let samples = match (post.placement == Placement::STORY, post.attachments.is_empty(), post.poll.is_some()) {
            (true, true, _) => vec![WhapiOptions::new().with_background_color("#aabbcc")],
            (false, true, false) => vec![
                WhapiOptions { file_name: None, background_color: None, wide_link_preview: false, ..all },
                WhapiOptions::new().with_wide_link_preview(),
            ],
            _ => vec![],
        };
        let subject = match samples.is_empty() {
            true => subject.except("options", "they are about texts, and tried there"),
            false => samples.iter().fold(subject, |subject, options| subject.with_options(options).unwrap()),
        };
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}
