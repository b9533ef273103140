//! Uploads that are cut at random places go on where they broke. Invented; the protocol is that of
//! the specification.

use social_core::testkit::FixedRandom;

use super::super::media::{MOST_CHUNKS, SMALLEST_CHUNK};
use super::*;
use crate::fake::{long_mp4, roll};
use crate::upload::{chunk_size, chunks};

/// Museum D12: every plan keeps to X's rules and leaves no byte out, up to the 16 GiB that can be
/// announced.
#[test]
fn chunks_are_as_x_wants_them() {
    let random = FixedRandom::new(7);
    let lengths = (0..2000).map(|_| roll(&random, 1, 17_179_869_184) as u64);
    let edges =
        [1, SMALLEST_CHUNK - 1, SMALLEST_CHUNK, SMALLEST_CHUNK + 1, 1000 * SMALLEST_CHUNK, 1000 * SMALLEST_CHUNK + 1];
    for length in lengths.chain(edges).chain([17_179_869_184]) {
        let size = chunk_size(length, SMALLEST_CHUNK, MOST_CHUNKS);
        let mut at = 0;
        for (number, chunk) in (0..).zip(chunks(length, size)) {
            assert_eq!((chunk.index, chunk.start), (number, at));
            assert!(chunk.end > chunk.start && (chunk.end - chunk.start == size || chunk.end == length));
            assert!(chunk.index <= 999, "{length}");
            at = chunk.end;
        }
        assert_eq!(at, length);
    }
    assert_eq!(chunks(0, SMALLEST_CHUNK).count(), 0);
}

/// A chunk whose answer was lost is sent once more, all others once.
#[tokio::test]
async fn what_was_acknowledged_is_never_sent_again() {
    let random = FixedRandom::new(7);
    for round in 0..12 {
        let size = roll(&random, 3 << 20, 11 << 20);
        let count = size.div_ceil(SMALLEST_CHUNK as usize);
        let mut cuts: Vec<_> = (0..round % 4).map(|_| roll(&random, 1, count)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let lost = cuts.len();
        let fake = server(|server| server.cuts = cuts.clone());
        let (x, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&x, Post::new("Rising").with_attachment(Attachment::new(long_mp4(size)))).await;
        while x.publish(&fake.run(&journal, "run").await, &post).await.is_err() {}
        let state = fake.state.lock().unwrap();
        let Media::Bytes(sent) = &post.attachments[0].media else { panic!("not in memory") };
        assert_eq!((state.posts.len(), state.media.len(), state.appended), (1, 1, count + lost), "{cuts:?}");
        assert!(state.media["11"].bytes() == *sent);
    }
}

/// The process dies between two chunks: the next one goes on behind what was acknowledged.
#[tokio::test]
async fn another_process_goes_on_behind_the_last_chunk() {
    let fake = server(|_| ());
    let journal = MemoryJournal::new();
    let post = approved(&connect(&fake), Post::new("x").with_attachment(Attachment::new(long_mp4(7 << 20)))).await;
    let state = fake.state.clone();
    let broken = ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        move |request| {
            let mut state = state.lock().unwrap();
            if request.url.path().ends_with("/append") && state.appended == 2 {
                return fake::json(403, json!({"title": "Forbidden", "detail": "no scope media.write"}));
            }
            state.answer(request)
        },
    );
    let x = account(X::endpoint().transport(broken.transport()).clock(fake.clock.clone()));
    let error = x.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.item()), (ErrorKind::Permission, Some(0)));
    connect(&fake).publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().appended, 4);
}

/// A file that is not in memory is read as it is sent.
#[tokio::test]
async fn a_file_is_streamed() {
    let Media::Bytes(bytes) = long_mp4(5 << 20).clone() else { panic!("not in memory") };
    let file = tempfile::Builder::new().prefix("private name").suffix(".mp4").tempfile().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let fake = server(|_| ());
    let post = Post::new("x").with_attachment(Attachment::new(Media::file(file.path())));
    fake.publish(&connect(&fake), "run", post).await.unwrap();
    assert!(fake.state.lock().unwrap().media["11"].bytes() == bytes);
    assert!(fake.vendor.received().iter().all(|request| !request.text().contains("private name")));
}

/// The day on which X forgets a file is over: it is uploaded again.
#[tokio::test]
async fn a_file_that_x_forgot_is_uploaded_again() {
    let fake = server(|_| ());
    let journal = MemoryJournal::new();
    let post = approved(&connect(&fake), Post::new("x").with_attachment(image())).await;
    let state = fake.state.clone();
    let broken = ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        move |request| {
            if request.is(&Method::POST, "/2/tweets") {
                return fake::json(403, json!({"title": "Forbidden", "detail": "You are not permitted"}));
            }
            state.lock().unwrap().answer(request)
        },
    );
    let x = account(X::endpoint().transport(broken.transport()).clock(fake.clock.clone()));
    x.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    fake.clock.advance(Duration::from_secs(24 * 3600));
    connect(&fake).publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let state = fake.state.lock().unwrap();
    assert_eq!(state.posts[0]["sent"]["media"]["media_ids"], json!(["12"]));
    assert_eq!(state.media["12"].metadata, json!({"alt_text": {"text": "bread"}}));
}
