//! What the journal on disk promises: nothing that was appended is lost, and nothing damaged is
//! taken for a fresh start.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;

use super::*;
use crate::error::Retry;
use crate::http::ByteStream;
use crate::media::Media;

#[tokio::test]
async fn every_run_has_a_directory_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(home.path().join("not/yet/there")).unwrap();
    let long = "x".repeat(300);
    let names = ["a", "A", "a/b", "a_b", "a b", "../a", ".", "..", "C:\\a", "nul", "\u{e9}", "e\u{301}", "\0", &long];
    let mut runs = Vec::new();
    for name in names {
        let run = Run::open(&journal, name).await.unwrap();
        run.step("name", || async { Ok(name.to_owned()) }).await.unwrap();
        runs.push(run);
    }
    drop(runs);
    for name in names {
        let run = Run::open(&journal, name).await.unwrap();
        assert_eq!(run.result::<String>("name").await.unwrap().unwrap(), name);
    }
    assert_eq!(std::fs::read_dir(home.path().join("not/yet/there")).unwrap().count(), names.len());
}

#[tokio::test]
async fn a_held_run_is_refused_or_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(home.path()).unwrap();
    let run = Run::open(&journal, "tonight").await.unwrap();
    let child = run.child("instagram");
    drop(run);
    let error = Run::open(&journal, "tonight").await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.retry()), (ErrorKind::Held, Effect::None, Retry::Backoff));
    assert!(error.message().contains("`tonight` is open already"));
    let patient = journal.clone().waiting(Duration::from_secs(10));
    let (opened, ()) = tokio::join!(Run::open(&patient, "tonight"), async { drop(child) });
    opened.unwrap();
}

/// Not a test of its own: the other process of the tests below.
#[tokio::test]
async fn the_other_process() {
    let (Ok(home), Ok(part)) = (std::env::var("RUN_TEST_HOME"), std::env::var("RUN_TEST_PART")) else { return };
    let journal = FileJournal::open(&home).unwrap();
    let run = Run::open(&journal, "tonight").await;
    if part == "refused" {
        assert!(run.unwrap_err().message().contains("`tonight` is open already"));
        return;
    }
    let post = || async {
        if part == "after" {
            std::fs::write(Path::new(&home).join("posted"), "1").unwrap();
        }
        std::process::abort()
    };
    run.unwrap().once::<u32, _, _>("publish", post, |_| async { Ok(Found::Unknown) }).await.unwrap();
}

fn other_process(home: &Path, part: &str) -> std::process::Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "run::tests::disk::the_other_process"]);
    command.env("RUN_TEST_HOME", home).env("RUN_TEST_PART", part).output().unwrap()
}

// Museum A10: two workers, one run.
#[tokio::test]
async fn a_second_process_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let _run = Run::open(&FileJournal::open(home.path()).unwrap(), "tonight").await.unwrap();
    let other = other_process(home.path(), "refused");
    assert!(other.status.success(), "{}", String::from_utf8_lossy(&other.stdout));
    assert!(String::from_utf8_lossy(&other.stdout).contains("1 passed"));
}

// Museum A8.
#[tokio::test]
async fn a8_a_killed_process_leaves_its_intent() {
    for (part, posts) in [("before", 0), ("after", 1)] {
        let home = tempfile::tempdir().unwrap();
        assert!(!other_process(home.path(), part).status.success());
        let run = Run::open(&FileJournal::open(home.path()).unwrap(), "tonight").await.unwrap();
        assert_eq!(run.unsettled(), ["publish"]);
        let vendor = Vendor::default();
        vendor.posts.store(u32::from(home.path().join("posted").exists()), Ordering::SeqCst);
        assert_eq!(vendor.posts(), posts);
        assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);
        assert_eq!(vendor.posts(), 1);
    }
}

/// Audio of 800 044 bytes, in pieces.
fn audio() -> ByteStream {
    let mut wav =
        b"RIFF\x24\x35\x0c\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\x35\x0c\0"
            .to_vec();
    wav.extend((0..800_000_u32).map(|at| at as u8));
    let pieces: Vec<_> = wav.chunks(100_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    Box::pin(stream::iter(pieces))
}

#[tokio::test]
async fn a_kept_file_is_read_once_unless_it_is_damaged() {
    let home = tempfile::tempdir().unwrap();
    let disk = FileJournal::open(home.path()).unwrap();
    let memory = MemoryJournal::new();
    for journal in [&disk as &dyn Journal, &memory] {
        let run = Run::open(journal, "tonight").await.unwrap().child("clip/1");
        let kept = run.keep_file("audio.wav", || async { Ok(audio()) }).await.unwrap();
        drop(run);
        let run = Run::open(journal, "tonight").await.unwrap().child("clip/1");
        assert_eq!(run.keep_file("audio.wav", || async { panic!("is saved already") }).await.unwrap(), kept);
        match kept {
            Media::Bytes(bytes) => assert_eq!(bytes.len(), 800_044),
            Media::File(path) => {
                assert_eq!(path.extension().unwrap(), "wav");
                let mut bytes = std::fs::read(&path).unwrap();
                bytes[799_999] ^= 1;
                std::fs::write(&path, &bytes).unwrap();
                run.keep_file("audio.wav", || async { Ok(audio()) }).await.unwrap();
                bytes[799_999] ^= 1;
                assert_eq!(std::fs::read(&path).unwrap(), bytes);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_or_is_something_else_is_not_kept() {
    let home = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(home.path()).unwrap();
    let run = Run::open(&journal, "tonight").await.unwrap();
    let cut: ByteStream =
        Box::pin(stream::iter([Ok(Bytes::from(vec![1; 300_000])), Err(Error::new(ErrorKind::Transport, "cut"))]));
    assert_eq!(run.keep_file("audio.wav", || async { Ok(cut) }).await.unwrap_err().kind(), ErrorKind::Transport);
    assert_eq!(std::fs::read_dir(journal.directory_of("tonight").join("files")).unwrap().count(), 0);
    let page: ByteStream = Box::pin(stream::iter([Ok(Bytes::from_static(b"{\"error\": \"expired\"}"))]));
    assert_eq!(run.keep_file("audio.wav", || async { Ok(page) }).await.unwrap_err().kind(), ErrorKind::MediaInvalid);
    run.keep_file("audio.wav", || async { Ok(audio()) }).await.unwrap();
}
