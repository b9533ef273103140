//! Power cuts, on the [file system](super::super::power) that loses all that was not synced.

use futures_util::StreamExt as _;

use super::*;
use crate::http::ByteStream;
use crate::media::Media;
use crate::run::file::power::after_a_power_cut;
use crate::testkit::conformance::IMAGE;

fn image() -> ByteStream {
    futures_util::stream::iter([Ok(bytes::Bytes::from_static(IMAGE))]).boxed()
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_power_cut() {
    let home = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(home.path().join("new")).unwrap();
    let log = journal.open(&"tonight".into()).await.unwrap().log;
    let mut kept = Vec::new();
    let mut files = 0;
    for entry in entries() {
        log.append(entry.clone()).await.unwrap();
        kept.push(entry);
        let (file, _) = log.put_file(&format!("image-{}.png", files % 2), image()).await.unwrap();
        let entry = Entry::File { file: file.clone(), at: Timestamp::UNIX_EPOCH };
        log.append(entry.clone()).await.unwrap();
        kept.push(entry);
        files += 1;

        let other = tempfile::tempdir().unwrap();
        after_a_power_cut(home.path(), other.path());
        let survivor = FileJournal::open(other.path().join("new")).unwrap();
        let open = survivor.open(&"tonight".into()).await.unwrap();
        assert_eq!(open.entries, kept, "all that was acknowledged, and nothing else");
        let Some(Media::File(path)) = open.log.file(&file).await.unwrap() else { panic!("the file is kept, too") };
        assert_eq!(std::fs::read(path).unwrap(), IMAGE);
    }
    assert_eq!(files, 5);
}

#[tokio::test]
async fn what_a_power_cut_took_before_the_first_line_is_a_fresh_start() {
    for left in [None, Some(""), Some("0123456789abcdef {\"version\":2,\"run\":{\"ten")] {
        let home = tempfile::tempdir().unwrap();
        let directory = FileJournal::open(home.path()).unwrap().directory_of("tonight");
        // The directory and its lock are there, and nothing else is whole.
        std::fs::create_dir_all(directory.join(FILES)).unwrap();
        std::fs::write(directory.join(LOCK), "").unwrap();
        if let Some(left) = left {
            std::fs::write(directory.join(JOURNAL), left).unwrap();
        }
        let journal = FileJournal::open(home.path()).unwrap();
        assert!(journal.open(&"tonight".into()).await.unwrap().entries.is_empty());
    }
}
