//! The suite of publishers, on the fake of these tests.

use std::collections::BTreeSet;

use social_core::testkit::ScriptedVendor;
use social_core::testkit::conformance::{SECRET, Subject};

use super::*;
use crate::fake::Tried;

#[tokio::test]
async fn it_keeps_the_contract_of_publishers() {
    let mut tried = Tried::new(options::PLATFORM);
    let shapes = [video(&public()), video(&draft()), photos(&public()), photos(&draft()), fetched(&public())];
    for post in shapes {
        let watch = Watch::default();
        let of_scene = watch.clone();
        let connect = move |scene: &Scene| {
            of_scene.set(&scene.clock);
            let endpoint = TikTok::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
            Ok(Arc::new(account(endpoint.random(scene.random.clone()), SECRET)) as Arc<dyn Publisher>)
        };
        let fresh = move || Fake::new(Server { watch: watch.clone(), ..server() }).vendor;
        let subject = Subject::<dyn Publisher>::new(fresh, connect).counting(made);
        let subject = subject.with_images([jpeg(900, 900), jpeg(900, 901), jpeg(900, 902)]).with_video(mp4());
        let of_video = TikTokOptions { cover_image: None, music: false, draft: false, ..all_options() };
        let of_photo = TikTokOptions { duets: false, stitches: false, cover_ms: None, draft: false, ..all_options() };
        let of_placement = if post.placement == PHOTO { of_photo } else { of_video };
        let other = if post.options.get::<TikTokOptions>().unwrap().unwrap().draft { public() } else { draft() };
        let subject = subject.with_options(&of_placement).unwrap().with_options(&other).unwrap();
        let subject = match other.draft {
            true => subject,
            false => subject.except("options", "the other options and a draft exclude each other"),
        };
        tried.with(&subject, &post).await;
    }
    tried.stands_in_the_table();
}

/// Posts: uploads whose last chunk came, and what TikTok was asked to fetch.
fn made(vendor: &ScriptedVendor) -> usize {
    let (mut whole, mut fetched) = (BTreeSet::new(), 0);
    for request in vendor.received() {
        let range = request.header("content-range").and_then(|range| range.rsplit_once('-')?.1.split_once('/'));
        match range {
            Some((last, total)) if last.parse::<u64>().unwrap() + 1 == total.parse::<u64>().unwrap() => {
                whole.insert(request.query("upload_id"));
            }
            _ => fetched += usize::from(request.json()["source_info"]["source"] == "PULL_FROM_URL"),
        }
    }
    whole.len() + fetched
}
