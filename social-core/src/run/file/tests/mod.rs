//! What the files promise: nothing that was acknowledged is lost, and nothing damaged is taken for
//! a fresh start.

mod power;

use std::path::{Path, PathBuf};

use serde_json::json;

use super::*;
use crate::clock::Timestamp;
use crate::run::{Run, RunState};

/// Of commit 68f2d96, the last one before journals had version 2: bound, with a step, a post, a
/// lost reply and a file.
const VERSION_1: &[u8] = include_bytes!("../fixtures/version-1.journal");

fn entries() -> Vec<Entry> {
    let at = Timestamp::from_second(1_800_000_000).unwrap();
    let intent = || Entry::Intent { step: "instagram/publish".into(), at };
    vec![
        Entry::Bound { scope: String::new(), digest: "ab".repeat(32) },
        Entry::Done {
            step: "container".into(),
            value: "1789\n\u{1f600}".into(),
            at,
            expires_at: Some(at),
            job: false,
            settled: None,
        },
        intent(),
        Entry::Absent { step: "instagram/publish".into(), at, because: "refused".into(), settled: None },
        intent(),
    ]
}

struct Bench {
    _home: tempfile::TempDir,
    journal: FileJournal,
    directory: PathBuf,
    bytes: Vec<u8>,
    /// Where the lines end, the header's first.
    ends: Vec<usize>,
}

impl Bench {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let journal = FileJournal::open(home.path()).unwrap();
        let log = journal.open(&"tonight".into()).await.unwrap().log;
        for entry in entries() {
            log.append(entry).await.unwrap();
        }
        let directory = journal.directory_of("tonight");
        let bytes = std::fs::read(directory.join(JOURNAL)).unwrap();
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
        Self { _home: home, journal, directory, bytes, ends }
    }

    /// The files as they are after a crash that left so much, of which so much was acknowledged.
    fn leave(&self, journal: &[u8], acknowledged: usize) {
        std::fs::write(self.directory.join(JOURNAL), journal).unwrap();
        std::fs::write(self.directory.join(ACKNOWLEDGED), format!("{acknowledged:020}")).unwrap();
    }

    /// The lock as it is before the journal has its first line.
    fn begin_anew_if(&self, anew: bool) {
        std::fs::write(self.directory.join(LOCK), if anew { "" } else { "begun\n" }).unwrap();
    }

    async fn refusal(&self) -> Error {
        let left = std::fs::read(self.directory.join(JOURNAL)).ok();
        let error = self.journal.open(&"tonight".into()).await.unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Storage, "{error}");
        assert!(error.message().contains("tonight"), "{error}");
        assert_eq!(std::fs::read(self.directory.join(JOURNAL)).ok(), left, "what cannot be read is left as it is");
        assert!(self.journal.peek(&"tonight".into()).await.is_err());
        error
    }
}

#[tokio::test]
async fn a_journal_that_a_crash_cut_holds_exactly_its_whole_entries() {
    let bench = Bench::new().await;
    let mut copied = 0;
    for cut in 0..=bench.bytes.len() {
        bench.begin_anew_if(cut < bench.ends[0]);
        let whole = bench.ends.iter().filter(|end| **end <= cut).count();
        let acknowledged = whole.checked_sub(1).map_or(0, |last| bench.ends[last]);
        let whole = whole.saturating_sub(1);
        bench.leave(&bench.bytes[..cut], acknowledged);
        assert_eq!(bench.journal.peek(&"tonight".into()).await.unwrap(), entries()[..whole], "cut at {cut}");
        let open = bench.journal.open(&"tonight".into()).await.unwrap();
        assert_eq!(open.entries, entries()[..whole], "cut at {cut}");
        open.log.append(entries()[0].clone()).await.unwrap();
        drop(open);
        let again = bench.journal.open(&"tonight".into()).await.unwrap().entries;
        assert_eq!((&again[..whole], &again[whole..]), (&entries()[..whole], &entries()[..1]), "cut at {cut}");
        let copies = std::fs::read(bench.directory.join(CUT)).unwrap_or_default();
        assert!(copies.ends_with(&bench.bytes[acknowledged..cut]), "a copy of all that is cut away");
        copied += cut - acknowledged;
        assert_eq!(copies.len(), copied, "and of what was cut away before");
    }
}

// `reliability.md`, fault 1.
#[tokio::test]
async fn a_journal_that_lost_acknowledged_lines_is_an_error_and_not_a_fresh_start() {
    let bench = Bench::new().await;
    for cut in 0..bench.bytes.len() {
        bench.leave(&bench.bytes[..cut], bench.bytes.len());
        assert!(bench.refusal().await.message().contains("has lost lines"), "cut at {cut}");
    }
    for damaged in [vec![0; 4051], b"not a journal at all".to_vec()] {
        bench.leave(&damaged, bench.bytes.len());
        bench.refusal().await;
        bench.leave(&damaged, 0);
        bench.refusal().await;
    }
    bench.leave(&bench.bytes, bench.bytes.len());
    std::fs::remove_file(bench.directory.join(JOURNAL)).unwrap();
    bench.refusal().await;
    std::fs::write(bench.directory.join(ACKNOWLEDGED), [0; 20]).unwrap();
    std::fs::write(bench.directory.join(FILES).join("video"), "paid for").unwrap();
    assert!(bench.refusal().await.message().contains("kept files"));
}

// `reliability.md`, fault 1: what is left of a journal beside its lock, its files or its count.
#[tokio::test]
async fn what_is_left_of_a_run_is_not_a_fresh_start() {
    let bench = Bench::new().await;
    let (whole, zeros) = (bench.bytes.clone(), vec![0; 4051]);
    let at = |end: usize| whole[..bench.ends[end]].to_vec();
    let behind = |tail: &[u8]| [&whole[..], tail].concat();
    let sum = "0123456789abcdef";
    for (journal, why) in [
        (Some(vec![]), "an empty journal"),
        (Some(whole[..30].to_vec()), "the first 30 bytes"),
        (Some(whole[..bench.ends[0] - 1].to_vec()), "a first line without its end"),
        (Some(zeros.clone()), "zeros"),
        (None, "no journal"),
        (Some(behind(&zeros)), "zeros behind it"),
        (Some(behind(b"\xff\xfe\x80")), "bytes behind it"),
        (Some(behind(b"ABCDEF0123456789 {")), "another spelling of a checksum"),
        (Some(behind(format!("{sum}\0").as_bytes())), "a checksum and a zero"),
        (Some(behind(format!("{sum} [").as_bytes())), "a line that is no object"),
        (Some(behind(format!("{sum} {{\"kind\": nonsense").as_bytes())), "an object that is none"),
        (Some(behind(format!("{sum} {{}}").as_bytes())), "a whole line with another checksum"),
        (Some(behind(format!("{sum} {{\"kind\":\"x\"}} more").as_bytes())), "a line and more"),
        (Some(at(0)), "the first line only"),
        (Some(at(3)), "without its last lines"),
        (Some([&at(1)[..], &whole[bench.ends[2]..]].concat()), "without a line in the middle"),
    ] {
        for count in ["as it was", "missing"] {
            bench.leave(journal.as_deref().unwrap_or_default(), bench.bytes.len());
            if count == "missing" {
                std::fs::remove_file(bench.directory.join(ACKNOWLEDGED)).unwrap();
            }
            if journal.is_none() {
                std::fs::remove_file(bench.directory.join(JOURNAL)).unwrap();
            }
            let error = bench.refusal().await;
            assert!(error.message().contains("the journal of run `tonight`"), "{why}, {count}: {error}");
        }
    }
    assert!(!bench.directory.join(CUT).exists(), "nothing was cut away");
    // What a power cut may do to the count, which is not on the disk with every line.
    for count in [&b""[..], &[0; 20], b"0000000000000000"] {
        bench.leave(&whole, 0);
        std::fs::write(bench.directory.join(ACKNOWLEDGED), count).unwrap();
        assert_eq!(bench.journal.open(&"tonight".into()).await.unwrap().entries, entries());
    }
}

#[tokio::test]
async fn a_damaged_journal_is_an_error_and_not_a_fresh_start() {
    let bench = Bench::new().await;
    for at in 0..bench.bytes.len() {
        let mut damaged = bench.bytes.clone();
        damaged[at] ^= 1;
        bench.leave(&damaged, bench.bytes.len());
        bench.refusal().await;
    }
    // A whole line in the middle was taken out.
    let without = [&bench.bytes[..bench.ends[1]], &bench.bytes[bench.ends[2]..]].concat();
    bench.leave(&without, 0);
    assert!(bench.refusal().await.message().contains("line before it is missing"));

    let (header, sum) = lines::header(&"tonight".into()).unwrap();
    let later = lines::line("", &json!({"version": 3, "run": {"tenant": "default", "name": "tonight"}})).unwrap().0;
    let unknown = lines::line(&sum, &json!({"kind": "new"})).unwrap().0;
    for (journal, says) in [(later, "is of version 3"), ([header, unknown].concat(), "line 2")] {
        bench.leave(&journal, 0);
        assert!(bench.refusal().await.message().contains(says));
    }
    let other = lines::header(&RunId::new("tomorrow")).unwrap().0;
    bench.leave(&other, 0);
    let error = bench.journal.open(&"tonight".into()).await.unwrap_err();
    assert!(error.message().contains("belongs to run `tomorrow`"), "{error}");
}

#[tokio::test]
async fn a_journal_of_the_version_before_is_refused_clearly_listed_and_removable() {
    let bench = Bench::new().await;
    bench.leave(VERSION_1, 0);
    let message = bench.refusal().await.message().to_owned();
    assert!(message.contains("is of version 1") && message.contains("finish the run with the program that began it"));
    let page = bench.journal.list(&RunQuery::new()).await.unwrap();
    let [run] = &*page.runs else { panic!("one run: {page:?}") };
    assert_eq!(run.state, RunState::Unreadable);
    assert!(run.problem.as_deref().unwrap().contains("is of version 1"));
    bench.journal.remove(&"tonight".into()).await.unwrap();
    assert!(!bench.directory.exists());
    Run::open(&bench.journal, "tonight").await.unwrap();
}

#[tokio::test]
async fn fields_that_a_later_version_added_are_left_alone() {
    let bench = Bench::new().await;
    let (header, sum) = lines::header(&"tonight".into()).unwrap();
    let at = "2026-11-20T12:00:00Z";
    let (done, _) = lines::line(
        &sum,
        &json!({"kind": "done", "step": "container", "value": "c-1", "at": at, "weather": {"wind": 3}, "job": false}),
    )
    .unwrap();
    bench.leave(&[header, done].concat(), 0);
    let run = Run::open(&bench.journal, "tonight").await.unwrap();
    assert_eq!(run.result::<String>("container").await.unwrap().as_deref(), Some("c-1"));
    run.step("next", || async { Ok(1) }).await.unwrap();
    drop(run);
    let text = std::fs::read_to_string(bench.directory.join(JOURNAL)).unwrap();
    assert!(text.contains("weather"), "{text}");
    assert_eq!(Run::open(&bench.journal, "tonight").await.unwrap().steps().len(), 2);
}

/// A removed run takes its lock along. Whoever waited for it does not share the run with whoever
/// begins it again.
#[tokio::test]
async fn a_run_that_is_removed_while_others_wait_for_it_has_one_holder_afterwards() {
    let home = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(home.path()).unwrap().waiting(std::time::Duration::from_secs(20));
    let holders = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..6 {
        let (journal, holders) = (journal.clone(), holders.clone());
        tasks.spawn(async move {
            for _ in 0..8 {
                let run = Run::open(&journal, "tonight").await.unwrap();
                assert_eq!(holders.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0, "two holders");
                run.step(&format!("step-{task}"), || async { Ok(1) }).await.unwrap();
                holders.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                drop(run);
                journal.remove(&"tonight".into()).await.unwrap();
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    assert!(journal.list(&RunQuery::new()).await.unwrap().runs.is_empty());
}

#[tokio::test]
async fn names_never_lead_out_of_the_directory() {
    let home = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(home.path().join("runs")).unwrap();
    for name in ["..", "../../etc", "/etc/passwd", "a\0b", "C:\\x"] {
        let ids = [RunId::new(name), RunId::new("x").of_tenant(name), RunId::new(name).of_tenant("acme")];
        for id in ids {
            let directory = journal.directory_of(&id);
            assert_eq!(directory.parent(), Some(&*home.path().join("runs")), "{id}");
            assert!(directory.file_name().is_some_and(|name| !Path::new(name).to_string_lossy().contains(['.', '\0'])));
        }
    }
    let names = [RunId::new("acme\0x"), RunId::new("x").of_tenant("acme"), RunId::new("acme/x")];
    let directories: std::collections::BTreeSet<_> = names.iter().map(|id| journal.directory_of(id)).collect();
    // The first two share a directory; the first line tells them apart.
    assert_eq!(directories.len(), 2);
}
