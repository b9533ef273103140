//! Chunks: the plan is that of the media transfer guide, and cuts at random places send nothing
//! again that had arrived. Invented, but for the example of the guide.

use social_core::clock::Random as _;
use social_core::testkit::FixedRandom;

use super::*;
use crate::tiktok::chunks::{MAX_BYTES, MAX_CHUNKS, MAX_LAST_BYTES, MIN_BYTES, Plan};

/// A number from `first` to `last`, the same in every run of the tests.
fn roll(random: &FixedRandom, first: u64, last: u64) -> u64 {
    first + (random.fraction() * (last - first) as f64) as u64
}

/// Museum D3, trap 13.
#[test]
fn d3_chunk_plans_keep_to_the_rules() {
    let plan = |length| Chunks::default().plan(length);
    // The example of the guide.
    assert_eq!(plan(50_000_123), Plan { length: 50_000_123, size: 10_000_000, count: 5 });
    assert_eq!(plan(50_000_123).last(), 40_000_000..50_000_123);
    let random = FixedRandom::new(7);
    let most: u64 = 4_294_967_296;
    let edges = [1, MIN_BYTES - 1, MIN_BYTES, 10_000_000, 19_999_999, 20_000_000, MAX_BYTES, MAX_BYTES + 1, most];
    for length in edges.into_iter().chain((0..2000).map(|_| roll(&random, 1, most))) {
        let plan = plan(length);
        let chunks: Vec<_> = plan.before_last().chain([plan.last()]).collect();
        assert_eq!(chunks.len() as u64, plan.count);
        assert_eq!(plan.count, length / plan.size, "the division is rounded down");
        assert!((1..=MAX_CHUNKS).contains(&plan.count));
        assert_eq!((chunks[0].start, chunks[chunks.len() - 1].end), (0, length));
        assert!(chunks.windows(2).all(|two| two[0].end == two[1].start));
        if plan.count == 1 {
            assert!(plan.size == length && length <= MAX_BYTES, "{length}");
            continue;
        }
        let (last, others) = chunks.split_last().unwrap();
        assert!(others.iter().all(|chunk| chunk.end - chunk.start == plan.size));
        assert!((MIN_BYTES..=MAX_BYTES).contains(&plan.size));
        assert!(last.end - last.start >= plan.size && last.end - last.start <= MAX_LAST_BYTES);
    }
}

/// A video of this many bytes: the index of the usual one, and content behind it.
fn long(bytes: u64) -> Vec<u8> {
    let Media::Bytes(head) = mp4() else { panic!("not in memory") };
    let length = (bytes - head.len() as u64) as u32;
    let rest = (0..length - 8).map(|place| b'a' + (place % 23) as u8);
    [head.to_vec(), length.to_be_bytes().to_vec(), b"mdat".to_vec(), rest.collect()].concat()
}

#[tokio::test]
async fn what_arrived_is_never_sent_again() {
    let random = FixedRandom::new(7);
    for round in 0..60 {
        let size = roll(&random, 2000, 40_000);
        let chunk = roll(&random, 300, size);
        let cuts: Vec<_> = (0..round % 5).map(|_| roll(&random, 1, 8) as usize).collect();
        let bytes = long(size);
        let file = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let fake = Fake::new(Server { cuts: cuts.clone(), ..server() });
        let (tiktok, journal) = (connect(&fake), MemoryJournal::new());
        let tiktok = TikTok { chunks: Chunks { size: chunk, most: 1000 }, ..tiktok };
        let post = of(Placement::VIDEO, TEXT, &public(), &[Attachment::new(Media::file(file.path()))]);
        let post = approved(&tiktok, post).await;
        let mut result = tiktok.publish(&fake.run(&journal, "run").await, &post).await;
        for _ in 0..=cuts.len() {
            if result.is_err() {
                result = tiktok.publish(&fake.run(&journal, "run").await, &post).await;
            }
        }
        let receipt = result.unwrap();
        assert_eq!(receipt.state, ReceiptState::Published, "{receipt:?}");
        let state = fake.state.lock().unwrap();
        assert_eq!((state.received as u64, state.made.len()), (size, 1), "{cuts:?} of {chunk}");
        assert!(state.made.values().all(|made| made.bytes == bytes));
    }
}

/// An address that ended before the last chunk is replaced; what is sent twice is no post twice.
#[tokio::test]
async fn an_upload_that_ended_begins_anew() {
    for post in [video(&public()), of(Placement::VIDEO, TEXT, &public(), &[Attachment::new(Media::bytes(long(4000)))])]
    {
        let fake = Fake::new(Server { ended: true, ..server() });
        let (tiktok, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&tiktok, post).await;
        let error = tiktok.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
        assert_eq!(error.effect(), Effect::None, "{error:?}");
        fake.state.lock().unwrap().ended = false;
        tiktok.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
        let state = fake.state.lock().unwrap();
        assert_eq!((state.posts(), state.made.len()), (1, 2));
    }
}

/// Museum A2: hours later, a last chunk whose answer was lost is asked about by its own id.
#[tokio::test]
async fn a_lost_last_chunk_is_asked_about_when_the_address_has_ended() {
    for arrives in [true, false] {
        let fake = Fake::new(Server::default());
        *fake.state.lock().unwrap() = server();
        let (tiktok, journal) = (connect(&fake), MemoryJournal::new());
        let post = approved(&tiktok, video(&public())).await;
        // The process dies with the last chunk under way.
        let exchanges = {
            let whole = Fake::new(server());
            whole.publish(&connect(&whole), "run", video(&public())).await.unwrap();
            whole.vendor.received().iter().position(|r| r.header("content-range").is_some_and(is_last)).unwrap()
        };
        let fault =
            if arrives { social_core::testkit::Fault::DiesAfter } else { social_core::testkit::Fault::DiesBefore };
        let dying = social_core::testkit::FaultTransport::at(fake.vendor.transport(), exchanges, fault);
        let first = account(TikTok::endpoint().transport(dying.clone()).clock(fake.clock.clone()), TOKEN);
        let run = fake.run(&journal, "run").await;
        tokio::select! {
            result = first.publish(&run, &post) => panic!("{result:?}"),
            () = dying.death() => {}
        }
        drop(run);
        fake.clock.advance(Duration::from_secs(5 * 3600));
        let mut result = tiktok.publish(&fake.run(&journal, "run").await, &post).await;
        if result.is_err() {
            result = tiktok.publish(&fake.run(&journal, "run").await, &post).await;
        }
        assert_eq!(result.unwrap().state, ReceiptState::Published);
        let state = fake.state.lock().unwrap();
        assert_eq!((state.posts(), state.made.len()), (1, if arrives { 1 } else { 2 }));
    }
}

fn is_last(range: &str) -> bool {
    let (last, total) = range.rsplit_once('-').unwrap().1.split_once('/').unwrap();
    last.parse::<u64>().unwrap() + 1 == total.parse::<u64>().unwrap()
}
