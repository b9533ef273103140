//! Tries a store of runs.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::subject::{IMAGE, Violations};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::http::ByteStream;
use crate::media::Media;
use crate::run::{Entry, Journal, Mark, RunId, RunQuery, RunState, StoredFile};

/// Tries a journal by the contract of [`Journal`].
///
/// `connect` makes a connection to one and the same store, which is empty at first: the suite opens
/// several, as several processes do. What it cannot do is kill a process or damage what is stored;
/// a store tests these for itself.
///
/// # Errors
/// All that is wrong.
pub async fn journal<J, F>(connect: impl Fn() -> F) -> Result<(), Violations>
where
    J: Journal,
    F: Future<Output = Result<J>>,
{
    let mut violations = Violations::default();
    let tried = async {
        let (one, other) = (connect().await?, connect().await?);
        entries(&one, &other, &mut violations).await?;
        holders(&one, &other, &mut violations).await?;
        names(&one, &other, &mut violations).await?;
        files(&one, &other, &mut violations).await?;
        lists(&one, &other, &mut violations).await?;
        removal(&one, &other, &mut violations).await
    };
    if let Err(error) = tried.await {
        violations.add(format!("it fails: {error:?}"));
    }
    violations.verdict()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap_or_default()
}

fn done(step: &str, value: impl Into<serde_json::Value>) -> Entry {
    let (step, value) = (step.to_owned(), value.into());
    Entry::Done { step, value, at: at(0), expires_at: None, job: false, settled: None }
}

fn intent(step: &str) -> Entry {
    Entry::Intent { step: step.to_owned(), at: at(1) }
}

async fn begin(journal: &dyn Journal, run: &RunId, entries: Vec<Entry>) -> Result<()> {
    let log = journal.open(run).await?.log;
    for entry in entries {
        log.append(entry).await?;
    }
    Ok(())
}

async fn entries(one: &dyn Journal, other: &dyn Journal, violations: &mut Violations) -> Result<()> {
    let run = RunId::new("entries");
    let written = vec![
        Entry::Bound { scope: String::new(), digest: format!("1:{}", "ab".repeat(32)) },
        done("texts/hook", "line\nfeed, NUL \0, quote \" and \u{1f600}"),
        done("large", "x".repeat(1 << 20)),
        intent("instagram/publish"),
        Entry::Lost { step: "instagram/publish".into(), at: at(2) },
        intent("a/%2F/b"),
    ];
    let open = one.open(&run).await?;
    violations.check(open.entries.is_empty(), || "a run that was never begun has entries".to_owned());
    for (count, entry) in written.iter().enumerate() {
        open.log.append(entry.clone()).await?;
        let seen = other.peek(&run).await?;
        violations.check(Some(&*seen) == written.get(..=count), || {
            format!("after {} entries, peeking shows {} or others", count + 1, seen.len())
        });
    }
    // An append that nobody waits for any more is there whole or not at all, and nothing is lost
    // for it.
    {
        let mut dropped = pin!(open.log.append(done("dropped", 1)));
        if let Poll::Ready(Err(error)) = dropped.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Err(error);
        }
    }
    open.log.append(done("last", 2)).await?;
    drop(open);
    let found = other.open(&run).await?.entries;
    let whole = [&*written, &[done("dropped", 1), done("last", 2)]].concat();
    let without = [&*written, &[done("last", 2)]].concat();
    violations.check(found == whole || found == without, || {
        "opened again, a run has not the entries that were appended, in their order".to_owned()
    });
    violations.check(other.peek(&RunId::new("never begun")).await?.is_empty(), || {
        "peeking into a run that was never begun finds entries".to_owned()
    });
    Ok(())
}

fn is_held<T>(result: &Result<T>) -> bool {
    matches!(result, Err(error) if error.kind() == ErrorKind::Held)
}

async fn holders(one: &dyn Journal, other: &dyn Journal, violations: &mut Violations) -> Result<()> {
    let run = RunId::new("held");
    let open = one.open(&run).await?;
    for (who, journal) in [("the same", one), ("another", other)] {
        violations.check(is_held(&journal.open(&run).await), || {
            format!("a run that is held is not refused as held over {who} connection")
        });
        violations.check(is_held(&journal.remove(&run).await), || {
            format!("a run that is held is removed over {who} connection, or that is not refused as held")
        });
    }
    open.log.append(intent("publish")).await?;
    open.log.renew().await?;
    violations.check(open.log.lease().is_none_or(|lease| !lease.is_zero()), || "a lease of no length".to_owned());
    drop(open);
    let again = other.open(&run).await;
    violations.check(again.is_ok(), || "a run is not free when its log was dropped".to_owned());
    drop(again);
    let (first, second) = tokio::join!(one.open(&run), other.open(&run));
    violations.check(u8::from(first.is_ok()) + u8::from(second.is_ok()) == 1, || {
        format!("of two who open a run at a time, {} hold it", u8::from(first.is_ok()) + u8::from(second.is_ok()))
    });
    Ok(())
}

async fn names(one: &dyn Journal, other: &dyn Journal, violations: &mut Violations) -> Result<()> {
    let long = "x".repeat(300);
    let mut ids = Vec::new();
    for name in [
        "a", "A", "a/b", "a_b", "a b", "a%2Fb", "../a", ".", "..", "C:\\a", "nul", "\u{e9}", "e\u{301}", "\0", "'",
        &long,
    ] {
        ids.extend([RunId::new(name), RunId::new(name).of_tenant("acme"), RunId::new("a").of_tenant(name.to_owned())]);
    }
    ids.sort();
    ids.dedup();
    for id in &ids {
        begin(one, id, vec![done("id", format!("{id:?}"))]).await?;
    }
    for id in &ids {
        let found = other.open(id).await?.entries;
        violations.check(found == [done("id", format!("{id:?}"))], || {
            format!("run {id:?} has {} entries of its own and others", found.len())
        });
    }
    Ok(())
}

fn content(pieces: Vec<Result<Bytes>>) -> ByteStream {
    stream::iter(pieces).boxed()
}

fn whole(bytes: &'static [u8]) -> ByteStream {
    content(bytes.chunks(7).map(|piece| Ok(Bytes::from_static(piece))).collect())
}

async fn holds(media: Option<Media>, bytes: &[u8]) -> bool {
    match media {
        Some(media) => media.read(1 << 20).await.is_ok_and(|read| *read == *bytes),
        None => false,
    }
}

async fn files(one: &dyn Journal, other: &dyn Journal, violations: &mut Violations) -> Result<()> {
    let run = RunId::new("files");
    let names =
        ["image.png", "images/1/image.png", "images%2F1/image.png", "../../image.png", "/etc/image.png", "IMAGE.PNG"];
    let open = one.open(&run).await?;
    let mut kept: Vec<StoredFile> = Vec::new();
    for name in names {
        let (file, media) = open.log.put_file(name, whole(IMAGE)).await?;
        violations
            .check(file.name == name && file.bytes == IMAGE.len() as u64, || format!("`{name}` is kept as {file:?}"));
        violations.check(holds(Some(media), IMAGE).await, || format!("`{name}` is kept with other bytes"));
        open.log.append(Entry::File { file: file.clone(), at: at(0) }).await?;
        kept.push(file);
    }
    let cut = content(vec![
        Ok(Bytes::from_static(b"half of it")),
        Err(Error::new(ErrorKind::Transport, "the connection was closed")),
    ]);
    match open.log.put_file("image.png", cut).await {
        Err(error) if error.kind() == ErrorKind::Transport => {}
        result => violations.add(format!("a file that breaks off is kept, or fails as something else: {result:?}")),
    }
    drop(open);
    let open = other.open(&run).await?;
    for file in &kept {
        violations.check(holds(open.log.file(file).await?, IMAGE).await, || {
            format!("`{}` is not there when the run is opened again", file.name)
        });
    }
    let (replaced, media) = open.log.put_file("image.png", whole(b"RIFF, something else")).await?;
    violations.check(holds(Some(media), b"RIFF, something else").await, || "a file is not replaced".to_owned());
    if let Some(before) = kept.first() {
        violations.check(open.log.file(before).await?.is_none(), || {
            "a file that was replaced is handed out by its old hash".to_owned()
        });
    }
    violations.check(open.log.file(&replaced).await?.is_some(), || "a file that replaced one is gone".to_owned());
    let absent = StoredFile::new("never kept", 3, "00");
    violations.check(open.log.file(&absent).await?.is_none(), || "a file that was never kept is there".to_owned());
    Ok(())
}

async fn lists(one: &dyn Journal, other: &dyn Journal, violations: &mut Violations) -> Result<()> {
    let named = |name: &str| RunId::new(format!("list/{name}")).of_tenant("bakery");
    let finished = Entry::Marked { mark: Mark::Finished, at: at(9), note: None };
    let waiting = Entry::Marked { mark: Mark::Waiting, at: at(9), note: Some("approval".into()) };
    let runs = [
        (named("1-open"), vec![done("a", 1)], RunState::Open),
        (named("2-unsettled"), vec![done("a", 1), intent("publish")], RunState::Unsettled),
        (named("3-waiting"), vec![done("a", 1), waiting], RunState::Waiting),
        (named("4-finished"), vec![done("a", 1), finished.clone()], RunState::Finished),
        (named("5-goes on"), vec![finished, intent("publish"), done("publish", 1)], RunState::Open),
    ];
    for (id, entries, _) in &runs {
        begin(one, id, entries.clone()).await?;
    }
    drop(one.open(&named("6-without entries")).await?);
    begin(one, &RunId::new("list/1-open"), vec![done("a", 1)]).await?;
    let held = one.open(&runs[0].0).await?;
    let query = RunQuery::new().of_tenant("bakery").with_prefix("list/");
    let page = other.list(&query).await?;
    let found: Vec<_> = page.runs.iter().map(|run| (run.id.clone(), run.state)).collect();
    let expected: Vec<_> = runs.iter().map(|(id, _, state)| (id.clone(), *state)).collect();
    violations.check(found == expected, || format!("a list has {found:?}, expected {expected:?}"));
    violations.check(page.next.is_none(), || "a list that is complete names a next page".to_owned());
    violations.check(
        page.runs.get(1).is_some_and(|run| (run.begun_at, run.changed_at) == (Some(at(0)), Some(at(1)))),
        || "a list does not say when a run began and changed".to_owned(),
    );
    drop(held);
    let (mut paged, mut next) = (Vec::new(), None);
    for _ in 0..=runs.len() {
        let query = RunQuery { after: next, ..query.clone().at_most(2) };
        let page = other.list(&query).await?;
        violations.check(page.runs.len() <= 2, || format!("a page of at most 2 has {} runs", page.runs.len()));
        paged.extend(page.runs.into_iter().map(|run| run.id));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let all: Vec<_> = runs.iter().map(|(id, ..)| id.clone()).collect();
    violations.check(paged == all, || format!("page by page, a list has {paged:?}"));
    let query = query.in_state(RunState::Unsettled).in_state(RunState::Waiting);
    let found = other.list(&query).await?.runs.len();
    violations.check(found == 2, || format!("of 2 runs that are unsettled or waiting, {found} are listed"));
    let all = other.list(&RunQuery::new().with_prefix("list/").at_most(1000)).await?.runs;
    violations
        .check(all.len() == runs.len() + 1, || "a list of all tenants has not the runs of all tenants".to_owned());
    Ok(())
}

async fn removal(one: &dyn Journal, other: &dyn Journal, violations: &mut Violations) -> Result<()> {
    let (run, twin) = (RunId::new("removed"), RunId::new("removed").of_tenant("acme"));
    for id in [&run, &twin] {
        begin(one, id, vec![done("a", 1)]).await?;
    }
    let open = one.open(&run).await?;
    let file = open.log.put_file("image.png", whole(IMAGE)).await?.0;
    drop(open);
    other.remove(&run).await?;
    other.remove(&run).await?;
    violations.check(one.peek(&run).await?.is_empty(), || "a run that was removed is still there".to_owned());
    let listed = one.list(&RunQuery::new().with_prefix("removed")).await?.runs;
    violations.check(listed.iter().all(|listed| listed.id == twin) && listed.len() == 1, || {
        "after one tenant's run was removed, a list has not exactly the other's".to_owned()
    });
    let open = one.open(&run).await?;
    violations.check(open.entries.is_empty() && open.log.file(&file).await?.is_none(), || {
        "a run that begins under the name of a removed one has its entries or files".to_owned()
    });
    Ok(())
}
