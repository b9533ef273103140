//! Where runs are kept: the contract of a store.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::entry::{Entry, StoredFile};
use super::id::RunId;
use super::query::{RunPage, RunQuery};
use crate::error::Result;
use crate::http::ByteStream;
use crate::media::Media;

/// Where runs are kept.
///
/// A store keeps for each run a list of [entries](Entry) and some files, and sees to it that a run
/// has one holder at a time. It looks into neither. `testkit::conformance::journal` tries a store
/// by these rules:
///
/// - **Appended is kept.** What [`append`](JournalLog::append) returned for is there when the run
///   is opened again, in order and unchanged, whatever died in between. What it did not return for
///   is there whole or not at all.
/// - **Damage is an error**, never a fresh start: an entry that cannot be read, or that is missing,
///   fails the opening with [`Storage`](crate::ErrorKind::Storage).
/// - **One holder.** A run that is open is refused to others with [`Held`](crate::ErrorKind::Held),
///   or waited for. A lock of the operating system ends with its process. A lock in a database is a
///   *lease*: it ends after [`JournalLog::lease`] unless it is [renewed](JournalLog::renew), and
///   each opening draws a *fencing token* that is larger than all before it. Every append, renewal
///   and kept file compares the token in the same transaction: a holder that was overtaken gets
///   [`Held`](crate::ErrorKind::Held), and nothing of it is written.
/// - **Tenants are apart.** Runs of one name that belong to two tenants have nothing in common.
/// - **A run without entries does not exist**: it is not listed, and peeking into it finds nothing.
///
/// What fencing cannot do is to hold back a request: a process that slept between its intent and
/// its request for longer than its lease sends it although another process goes on with the run.
/// Choose a lease that is longer than processes are ever held up, and let
/// [`once`](super::Run::once) have settle times.
#[async_trait]
pub trait Journal: Debug + Send + Sync {
    /// Opens a run for one holder. It is free again when the log is dropped, and when the process
    /// dies.
    ///
    /// # Errors
    /// [`Held`](crate::ErrorKind::Held) when somebody holds the run;
    /// [`Storage`](crate::ErrorKind::Storage) for an entry that cannot be read or was written by a
    /// later version.
    async fn open(&self, run: &RunId) -> Result<OpenJournal>;

    /// The entries of a run, oldest first, without holding it; none when there is no such run. What
    /// its holder is writing just now is in it or not.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) as [`open`](Self::open).
    async fn peek(&self, run: &RunId) -> Result<Vec<Entry>>;

    /// The runs that a query asks for, in the order of their ids, without holding them. A run that
    /// cannot be read is listed as [`Unreadable`](super::RunState::Unreadable).
    /// [`RunView::summary`](super::RunView::summary) makes a summary of entries.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when the store cannot be read at all.
    async fn list(&self, query: &RunQuery) -> Result<RunPage>;

    /// Removes a run, its files too. A run that does not exist is removed already.
    ///
    /// # Errors
    /// [`Held`](crate::ErrorKind::Held) when somebody holds the run;
    /// [`Storage`](crate::ErrorKind::Storage).
    async fn remove(&self, run: &RunId) -> Result<()>;
}

/// The journal of one run, as it was found.
#[derive(Debug)]
pub struct OpenJournal {
    /// All entries so far, oldest first.
    pub entries: Vec<Entry>,
    /// Where the next ones go. Holds the run.
    pub log: Box<dyn JournalLog>,
}

/// The open journal of one run.
#[async_trait]
pub trait JournalLog: Debug + Send + Sync {
    /// Adds an entry. It is kept for good when this returns.
    ///
    /// # Errors
    /// [`Held`](crate::ErrorKind::Held) when the run was lost to another holder;
    /// [`Storage`](crate::ErrorKind::Storage). After any other error nothing may be added until the
    /// run is opened again.
    async fn append(&self, entry: Entry) -> Result<()>;

    /// Keeps a file, whole or not at all; an older one of the name is replaced. The name is any
    /// text: it is not a path.
    ///
    /// # Errors
    /// As [`append`](Self::append), and what the stream fails with.
    async fn put_file(&self, name: &str, content: ByteStream) -> Result<(StoredFile, Media)>;

    /// A kept file, when it is still there with the size and hash that it was kept with.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it is there and cannot be read.
    async fn file(&self, file: &StoredFile) -> Result<Option<Media>>;

    /// After how long without an append or a [renewal](Self::renew) another holder may take the
    /// run. `None` for a lock that lasts as long as the log.
    fn lease(&self) -> Option<Duration> {
        None
    }

    /// Renews the lease. The run calls it while a step works or waits, whenever a third
    /// of the lease is over; appending renews it as well.
    ///
    /// # Errors
    /// [`Held`](crate::ErrorKind::Held) when the run was lost to another holder: its step is then
    /// left; [`Storage`](crate::ErrorKind::Storage): it is tried again until the lease is over.
    async fn renew(&self) -> Result<()> {
        Ok(())
    }
}

macro_rules! forward_journal {
    ($($pointer:ident),*) => {$(
        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl<T: Journal + ?Sized> Journal for $pointer<T> {
            async fn open(&self, run: &RunId) -> Result<OpenJournal> {
                (**self).open(run).await
            }

            async fn peek(&self, run: &RunId) -> Result<Vec<Entry>> {
                (**self).peek(run).await
            }

            async fn list(&self, query: &RunQuery) -> Result<RunPage> {
                (**self).list(query).await
            }

            async fn remove(&self, run: &RunId) -> Result<()> {
                (**self).remove(run).await
            }
        }
    )*};
}

forward_journal!(Arc, Box);
