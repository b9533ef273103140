//! Videos in parts: plans of LinkedIn's making, cuts anywhere.

use super::*;
use crate::linkedin::video::covers;
use crate::linkedin::wire::Part;

fn plan(length: u64, size: u64) -> Vec<Part> {
    let url: url::Url = "https://www.linkedin.com/dms-uploads/x".parse().unwrap();
    let part =
        |first: u64| Part { upload_url: url.clone(), first_byte: first, last_byte: (first + size).min(length) - 1 };
    (0..length).step_by(size as usize).map(part).collect()
}

#[test]
fn a_plan_is_the_whole_file_in_order() {
    for length in [1, 75_000, 4_194_303, 4_194_304, 4_194_305, 5_255_744, 500_000_000] {
        for size in [4_194_304, 1_000_003] {
            let parts = plan(length, size);
            assert!(covers(&parts, length));
            assert!(!covers(&parts, length + 1));
            assert!(!covers(&parts, length - 1));
            if parts.len() > 1 {
                assert!(!covers(&parts[1..], length));
                assert!(!covers(&parts.iter().rev().cloned().collect::<Vec<_>>(), length));
                let twice: Vec<_> = parts.iter().chain(&parts[..1]).cloned().collect();
                assert!(!covers(&twice, length));
            }
        }
    }
    assert!(!covers(&[], 0));
}

/// Parts that arrived are not sent again, wherever the upload is cut.
#[tokio::test]
async fn a_cut_upload_goes_on_behind_the_parts_that_arrived() {
    for case in 0..20_u64 {
        let cuts = (0..3).map(|at| 1 + (case * 7 + at * 3) as usize % 4).collect();
        let part = 5_000 + case * 7919 % 40_000;
        let fake = Fake::new(Site { cuts, part, ..site() });
        let (linkedin, journal) = (connect(&fake, MEMBER), MemoryJournal::new());
        let post = text().with_attachment(Attachment::new(video()));
        let length = video().length().await.unwrap();
        let post = approved(&linkedin, post).await;
        let mut calls = 0;
        while linkedin.publish(&fake.run(&journal, "run").await, &post).await.is_err() {
            calls += 1;
            assert!(calls < 8);
        }
        let site = fake.state.lock().unwrap();
        assert_eq!((site.received, site.files.len(), site.posts.len()), (length, 1, 1));
        let sent: Vec<u8> = site.files.values().flat_map(|file| file.parts.values().flatten().copied()).collect();
        assert_eq!(Media::bytes(sent), video());
    }
}

/// A plan that is not the file's is not followed, and nothing is published.
#[tokio::test]
async fn parts_that_are_not_the_file_are_refused() {
    let vendor = social_core::testkit::ScriptedVendor::new().on(
        Method::POST,
        "/rest/videos",
        Answer::json(json!({"value": {"video": "urn:li:video:1", "uploadToken": "", "uploadInstructions": [
            {"uploadUrl": "https://www.linkedin.com/x", "firstByte": 0, "lastByte": 9}]}})),
    );
    let linkedin = LinkedIn::endpoint().transport(vendor.transport());
    let linkedin = LinkedIn::new(linkedin, FixedToken::new(TOKEN), MEMBER).unwrap();
    let post = approved(&linkedin, text().with_attachment(Attachment::new(video()))).await;
    let error = linkedin.publish(&Run::ephemeral(), &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}
