//! Uploads that are cut at random places go on where they broke, and their pieces are those that
//! the protocol asks for. Invented; the protocol is that of the documents.

use social_core::clock::Random as _;
use social_core::testkit::FixedRandom;

use super::*;

/// A number from `first` to `last`, the same in every run of the tests.
fn roll(random: &FixedRandom, first: usize, last: usize) -> usize {
    first + (random.fraction() * (last - first) as f64) as usize
}

/// A video of this many bytes: the index of the usual one, and content behind it.
pub(super) fn long(bytes: usize) -> Attachment {
    let Media::Bytes(head) = mp4() else { panic!("not in memory") };
    let length = (bytes - head.len()) as u32;
    let rest = (0..length - 8).map(|place| b'a' + (place % 23) as u8);
    let parts = [head.to_vec(), length.to_be_bytes().to_vec(), b"mdat".to_vec(), rest.collect()];
    Attachment::new(Media::bytes(parts.concat()))
}

/// Trap 9: 308 is no redirect, a missing range is nothing, a finished upload answers again.
#[tokio::test]
async fn what_arrived_is_never_sent_again() {
    let random = FixedRandom::new(7);
    for round in 0..40 {
        let size = roll(&random, 4000, 900_000);
        let cuts: Vec<_> = (0..round % 5).map(|_| roll(&random, 0, size / 3)).collect();
        let fake = Fake::new(Channel { cuts: cuts.clone(), ..Channel::default() });
        let (youtube, journal) = (connect(&fake).with_piece(1), MemoryJournal::new());
        let post = approved(&youtube, of(video(), long(size))).await;
        // A cut that lets nothing arrive ends the call; the next one goes on.
        let mut result = youtube.publish(&fake.run(&journal, "run").await, &post).await;
        for _ in &cuts {
            if result.is_err() {
                result = youtube.publish(&fake.run(&journal, "run").await, &post).await;
            }
        }
        result.unwrap();
        let channel = fake.state.lock().unwrap();
        assert_eq!((channel.received, channel.uploads.len(), channel.videos.len()), (size, 1, 1), "{cuts:?}");
        let Media::Bytes(sent) = &post.attachments[0].media else { panic!("not in memory") };
        assert!(channel.uploads.values().all(|upload| upload.bytes == *sent));
    }
}

/// Every piece but the last is a multiple of 256 KiB and as large as the others; together they are
/// the file, each byte once.
#[test]
fn pieces_are_those_of_the_protocol() {
    let random = FixedRandom::new(7);
    for _ in 0..2000 {
        let length = roll(&random, 1, 3 << 40) as u64;
        let piece = upload::whole_units(roll(&random, 0, 1 << 33) as u64 + length / 300);
        assert!(piece > 0 && piece.is_multiple_of(262_144));
        let (mut start, mut pieces) = (0, 0);
        while start < length {
            let end = upload::piece_end(start, length, piece);
            assert!(end == length || end - start == piece);
            (start, pieces) = (end, pieces + 1);
        }
        assert_eq!((start, pieces), (length, length.div_ceil(piece)));
    }
    assert_eq!(upload::whole_units(1), 262_144);
    assert_eq!(upload::whole_units(262_145), 524_288);
    // A piece that begins anywhere is as long as the others.
    assert_eq!(upload::piece_end(1000, 10 << 20, 262_144), 263_144);
}

/// A file that is not in memory is read as it is sent, and only what is still missing.
#[tokio::test]
async fn a_file_is_streamed() {
    let Media::Bytes(bytes) = long(3 << 20).media else { panic!("not in memory") };
    let file = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let fake = Fake::new(Channel { cuts: vec![700_000, 1 << 20], ..Channel::default() });
    let post = of(video(), Attachment::new(Media::file(file.path())));
    fake.publish(&connect(&fake), "run", post).await.unwrap();
    let channel = fake.state.lock().unwrap();
    assert!(channel.uploads.values().all(|upload| upload.bytes == bytes));
    assert_eq!(channel.received, bytes.len());
}
