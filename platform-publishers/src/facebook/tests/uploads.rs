//! Uploads that are cut at random places go on where they broke. Invented; the protocols are those
//! of the documents.

use social_core::testkit::FixedRandom;

use super::*;
use crate::fake::{long_mp4, roll};

fn long(bytes: usize) -> Attachment {
    Attachment::new(long_mp4(bytes))
}

#[tokio::test]
async fn what_arrived_is_never_sent_again() {
    let random = FixedRandom::new(7);
    for round in 0..40 {
        let size = roll(&random, 4000, 200_000);
        let cuts: Vec<_> = (0..round % 5).map(|_| roll(&random, 0, size / 3)).collect();
        for placement in [Placement::REEL, Placement::STORY] {
            let fake = Fake::new(Page { cuts: cuts.clone(), ..page() });
            let (facebook, journal) = (connect(&fake), MemoryJournal::new());
            let post = approved(&facebook, on(placement.clone(), long(size))).await;
            // A cut that lets nothing arrive ends the call; the next one goes on.
            let mut result = facebook.publish(&fake.run(&journal, "run").await, &post).await;
            for _ in &cuts {
                if result.is_err() {
                    result = facebook.publish(&fake.run(&journal, "run").await, &post).await;
                }
            }
            result.unwrap();
            let page = fake.state.lock().unwrap();
            assert_eq!((page.received, page.videos.len(), page.posts.len()), (size, 1, 1), "{cuts:?}");
            let Media::Bytes(sent) = &post.attachments[0].media else { panic!("not in memory") };
            assert!(page.videos.values().all(|video| video.bytes == *sent));
        }
    }
}

/// The pieces of a classic upload are those that Facebook asks for: each byte once, in order.
#[tokio::test]
async fn pieces_are_those_that_are_asked_for() {
    let random = FixedRandom::new(7);
    for _ in 0..40 {
        let size = roll(&random, 2000, 30_000);
        let piece = roll(&random, 100, 9000) as u64;
        let fake = Fake::new(Page { piece, ..page() });
        let video = long(size);
        fake.publish(&connect(&fake), "run", on(Placement::VIDEO, video.clone())).await.unwrap();
        let page = fake.state.lock().unwrap();
        let Media::Bytes(sent) = &video.media else { panic!("not in memory") };
        assert_eq!(page.received, size, "in pieces of {piece}");
        assert!(page.videos.values().all(|video| video.bytes == *sent && video.edge == "videos"));
        let pieces = fake.vendor.calls(&Method::POST, &format!("/v25.0/{PAGE}/videos")) - 2;
        assert_eq!(pieces, size.div_ceil(piece as usize));
    }
}

/// A file that is not in memory is read as it is sent, and only what is still missing.
#[tokio::test]
async fn a_file_is_streamed() {
    let Media::Bytes(bytes) = long(3 << 20).media else { panic!("not in memory") };
    let file = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let fake = Fake::new(Page { cuts: vec![700_000, 1 << 20], piece: 1 << 20, ..page() });
    for placement in [Placement::REEL, Placement::VIDEO] {
        let post = on(placement, Attachment::new(Media::file(file.path())));
        let run = post.placement.to_string();
        fake.publish(&connect(&fake), &run, post).await.unwrap();
    }
    let page = fake.state.lock().unwrap();
    assert!(page.videos.values().all(|video| video.bytes == bytes));
    assert_eq!(page.received, 2 * bytes.len());
}
