//! A store whose locks are leases with fencing, and runs that are overtaken.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::clock::{Clock as _, Timestamp};
use crate::http::ByteStream;
use crate::media::Media;
use crate::testkit::FixedClock;

const LEASE: Duration = Duration::from_secs(30);

/// One run in a database, as far as leases go.
#[derive(Debug, Default)]
struct Table {
    entries: Vec<Entry>,
    token: u64,
    leased_until: Option<Timestamp>,
    renewals: u32,
}

#[derive(Clone, Debug)]
struct Database {
    table: Arc<Mutex<Table>>,
    clock: Arc<FixedClock>,
}

#[derive(Debug)]
struct Leased {
    database: Database,
    token: u64,
}

fn held() -> Error {
    Error::new(ErrorKind::Held, "another process holds the run")
}

#[async_trait]
impl Journal for Database {
    async fn open(&self, _run: &RunId) -> Result<OpenJournal> {
        let mut table = self.table.lock().unwrap();
        if table.leased_until.is_some_and(|until| until > self.clock.now()) {
            return Err(held());
        }
        table.token += 1;
        table.leased_until = Some(self.clock.now() + LEASE);
        let log = Leased { database: self.clone(), token: table.token };
        Ok(OpenJournal { entries: table.entries.clone(), log: Box::new(log) })
    }

    async fn peek(&self, _run: &RunId) -> Result<Vec<Entry>> {
        Ok(self.table.lock().unwrap().entries.clone())
    }

    async fn list(&self, _query: &RunQuery) -> Result<RunPage> {
        Ok(RunPage::default())
    }

    async fn remove(&self, _run: &RunId) -> Result<()> {
        Ok(())
    }
}

impl Leased {
    /// What every statement does in its transaction.
    fn fenced<T>(&self, work: impl FnOnce(&mut Table) -> T) -> Result<T> {
        let mut table = self.database.table.lock().unwrap();
        if table.token != self.token {
            return Err(held());
        }
        table.leased_until = Some(self.database.clock.now() + LEASE);
        Ok(work(&mut table))
    }
}

#[async_trait]
impl JournalLog for Leased {
    async fn append(&self, entry: Entry) -> Result<()> {
        self.fenced(|table| table.entries.push(entry))
    }

    async fn put_file(&self, _name: &str, _content: ByteStream) -> Result<(StoredFile, Media)> {
        Err(held())
    }

    async fn file(&self, _file: &StoredFile) -> Result<Option<Media>> {
        Ok(None)
    }

    fn lease(&self) -> Option<Duration> {
        Some(LEASE)
    }

    async fn renew(&self) -> Result<()> {
        self.fenced(|table| table.renewals += 1)
    }
}

impl Database {
    fn new() -> Self {
        Self { table: Arc::default(), clock: Arc::default() }
    }

    async fn run(&self) -> Result<Run> {
        Run::open_with(self, "tonight", OpenOptions::new().with_clock(self.clock.clone())).await
    }

    /// Work that lasts this long, in steps of a second.
    async fn work(&self, seconds: u32) {
        let until = self.clock.now() + Duration::from_secs(u64::from(seconds));
        while self.clock.now() < until {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_lease_is_renewed_while_a_step_works() {
    let database = Database::new();
    let run = database.run().await.unwrap();
    let slow = || async {
        database.work(300).await;
        Ok(1)
    };
    assert_eq!(run.once("publish", slow, |_| async { Ok(Found::Unknown) }).await.unwrap(), 1);
    assert!((29..=31).contains(&database.table.lock().unwrap().renewals), "{:?}", database.table);
}

#[tokio::test]
async fn a_run_that_was_overtaken_leaves_its_step_and_writes_nothing() {
    let database = Database::new();
    let run = database.run().await.unwrap();
    let vendor = Vendor::default();
    let overtaken = || async {
        vendor.post().await?;
        // The process is held up for longer than its lease, and another one goes on.
        database.clock.advance(LEASE + Duration::from_secs(1));
        let other = database.run().await?;
        assert_eq!(other.unsettled(), ["publish"]);
        other.once("publish", || vendor.post(), |_| vendor.find()).await?;
        std::future::pending::<Result<u32>>().await
    };
    let error = run.once("publish", overtaken, |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.posts()), (ErrorKind::OutcomeUnknown, 1));
    let written = database.table.lock().unwrap().entries.len();
    let error = run.step("next", || async { Ok(1) }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Held);
    let error = run.once("reply", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), vendor.posts()), (ErrorKind::Held, Effect::None, 1));
    assert_eq!(database.table.lock().unwrap().entries.len(), written);
    assert_eq!(database.run().await.unwrap_err().kind(), ErrorKind::Held);
}
