//! The suite of journals passes ours, and sees what is wrong with others.

use async_trait::async_trait;

use super::super::journal;
use crate::error::Result;
use crate::run::{Entry, FileJournal, Journal, MemoryJournal, OpenJournal, RunId, RunPage, RunQuery};

#[tokio::test]
async fn our_journals_conform() {
    let memory = MemoryJournal::new();
    journal(|| async { Ok(memory.clone()) }).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    journal(|| async { FileJournal::open(home.path()) }).await.unwrap();
    let shared: std::sync::Arc<dyn Journal> = std::sync::Arc::new(MemoryJournal::new());
    journal(|| async { Ok(shared.clone()) }).await.unwrap();
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    NoLock,
    ForgetsTenants,
    NoPrefix,
    NoPages,
    RemovesHeld,
    KeepsRemoved,
    Forgets,
}

#[derive(Debug)]
struct Broken(MemoryJournal, Fault);

impl Broken {
    fn id(&self, run: &RunId) -> RunId {
        if self.1 == Fault::ForgetsTenants { RunId::new(&run.name) } else { run.clone() }
    }
}

#[async_trait]
impl Journal for Broken {
    async fn open(&self, run: &RunId) -> Result<OpenJournal> {
        match self.0.open(&self.id(run)).await {
            Ok(mut open) => {
                if self.1 == Fault::Forgets {
                    open.entries.pop();
                }
                Ok(open)
            }
            Err(_) if self.1 == Fault::NoLock => self.0.open(&RunId::new("another")).await,
            Err(error) => Err(error),
        }
    }

    async fn peek(&self, run: &RunId) -> Result<Vec<Entry>> {
        self.0.peek(&self.id(run)).await
    }

    async fn list(&self, query: &RunQuery) -> Result<RunPage> {
        match self.1 {
            Fault::NoPrefix => self.0.list(&RunQuery { prefix: String::new(), ..query.clone() }).await,
            Fault::NoPages => self.0.list(&RunQuery { limit: usize::MAX, ..query.clone() }).await,
            _ => self.0.list(query).await,
        }
    }

    async fn remove(&self, run: &RunId) -> Result<()> {
        match (self.1, self.0.remove(&self.id(run)).await) {
            (Fault::RemovesHeld, Err(_)) => Ok(()),
            (Fault::KeepsRemoved, Ok(())) => {
                let log = self.0.open(run).await?.log;
                log.append(Entry::Bound { scope: String::new(), digest: String::new() }).await
            }
            (_, result) => result,
        }
    }
}

#[tokio::test]
async fn broken_journals_are_seen() {
    use Fault::*;
    for fault in [NoLock, ForgetsTenants, NoPrefix, NoPages, RemovesHeld, KeepsRemoved, Forgets] {
        let store = MemoryJournal::new();
        let tried = journal(|| async { Ok(Broken(store.clone(), fault)) }).await;
        assert!(tried.is_err(), "{fault:?} is not seen");
    }
}
