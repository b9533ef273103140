//! Runs on this machine's disk.

mod disk;
mod held;
mod lines;
mod log;
#[cfg(test)]
mod power;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use self::disk::{create_directory, file_name, read_if_there, remove};
use self::held::{ACKNOWLEDGED, CUT, FILES, Held, JOURNAL, LOCK, Lock, Taken};
use self::log::{FileLog, remove_drafts};
use super::entry::Entry;
use super::id::RunId;
use super::journal::{Journal, OpenJournal};
use super::memory::held as is_held;
use super::query::{RunPage, RunQuery, RunSummary};
use super::view::RunView;
use crate::disk::{blocking, failed};
use crate::error::{Error, Result};
use crate::identity::Tenant;

const PAUSE: Duration = Duration::from_millis(25);

/// Keeps each run in a directory of its own, on this machine's disk.
///
/// The directory holds `journal` (one checksummed line of JSON per entry, on the disk before
/// [`JournalLog::append`](super::JournalLog::append) returns), `acknowledged` (how long it is),
/// `lock` (held while the run is open, let go by the system when the process dies), `files`, and
/// `cut` where a crash left half a line. It must lie on a file system that honours `fsync` and file
/// locks; network shares often do not. Several machines need a journal that all of them reach.
///
/// A journal that is damaged, shorter than it was, or missing beside its lock or files is an error
/// and never a fresh start. What no store can see is an older copy of the whole directory: a run
/// that goes on from a copy does again what was done since. Copy runs for reading only.
///
/// [`list`](Journal::list) reads the first line of every run, and whole journals until its page is
/// full.
#[derive(Clone, Debug)]
pub struct FileJournal {
    directory: PathBuf,
    patience: Duration,
}

impl FileJournal {
    /// A journal in this directory, which is created when it is missing.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be created.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
        let directory = directory.as_ref().to_owned();
        create_directory(&directory)?;
        Ok(Self { directory, patience: Duration::ZERO })
    }

    /// Waits up to this long for a run that somebody else holds, instead of refusing at once.
    #[must_use]
    pub const fn waiting(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where a run is kept.
    #[must_use]
    pub fn directory_of(&self, run: impl Into<RunId>) -> PathBuf {
        let RunId { tenant, name } = run.into();
        let name = if tenant == Tenant::DEFAULT { name } else { format!("{tenant}\0{name}") };
        self.directory.join(file_name(&name, ""))
    }

    /// Takes the lock of a run, as patiently as it was asked to be.
    async fn lock(&self, run: &RunId, directory: &Path) -> Result<Lock> {
        let mut waited = Duration::ZERO;
        loop {
            let directory = directory.to_owned();
            let lock = blocking(move || {
                create_directory(&directory)?;
                Lock::take(&directory.join(LOCK))
            });
            match lock.await? {
                Taken::Yes(lock) => return Ok(lock),
                Taken::Removed => {}
                Taken::Held if waited < self.patience => {
                    tokio::time::sleep(PAUSE).await;
                    waited += PAUSE;
                }
                Taken::Held => return Err(is_held(run)),
            }
        }
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn open(&self, run: &RunId) -> Result<OpenJournal> {
        let directory = self.directory_of(run);
        let lock = self.lock(run, &directory).await?;
        let files = directory.join(FILES);
        let (run, drafts) = (run.clone(), files.clone());
        let (entries, held) = blocking(move || {
            create_directory(&drafts)?;
            remove_drafts(&drafts);
            Held::open(&directory, &run, lock)
        })
        .await?;
        let log = FileLog { files, held: Arc::new(tokio::sync::Mutex::new(held)) };
        Ok(OpenJournal { entries, log: Box::new(log) })
    }

    async fn peek(&self, run: &RunId) -> Result<Vec<Entry>> {
        let (directory, name) = (self.directory_of(run), run.to_string());
        blocking(move || Ok(held::read(&directory, &name)?.entries)).await
    }

    async fn list(&self, query: &RunQuery) -> Result<RunPage> {
        let (directory, query) = (self.directory.clone(), query.clone());
        blocking(move || {
            let mut runs = Vec::new();
            for entry in std::fs::read_dir(&directory).map_err(|e| failed("read", &directory, e))? {
                let path = entry.map_err(|e| failed("read", &directory, e))?.path();
                runs.extend(found(path)?.filter(|run| query.matches_id(&run.id)));
            }
            runs.sort_by(|a, b| a.id.cmp(&b.id));
            Ok(RunPage::of(&query, runs.into_iter().filter_map(FoundRun::summary)))
        })
        .await
    }

    async fn remove(&self, run: &RunId) -> Result<()> {
        let directory = self.directory_of(run);
        if !directory.is_dir() {
            return Ok(());
        }
        let lock = self.lock(run, &directory).await?;
        blocking(move || {
            // A run without a journal has not begun.
            lock.end().map_err(|e| failed("write", &directory.join(LOCK), e))?;
            // The journal last: while it is there, the run is still to be removed.
            for part in [FILES, CUT, ACKNOWLEDGED, JOURNAL, LOCK] {
                remove(&directory.join(part))?;
            }
            // Whoever waited for this lock finds that it is gone, and may have begun again in the
            // directory already.
            let _ = std::fs::remove_dir(&directory);
            drop(lock);
            Ok(())
        })
        .await
    }
}

/// A run's directory.
struct FoundRun {
    directory: PathBuf,
    id: RunId,
    /// Why not even its first line can be read.
    problem: Option<Error>,
}

/// The run in a directory, if it is one.
fn found(directory: PathBuf) -> Result<Option<FoundRun>> {
    let journal = directory.join(JOURNAL);
    if !journal.is_file() {
        return Ok(None);
    }
    let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(match lines::id(&name, &read_if_there(&journal)?) {
        Ok(Some(id)) => Some(FoundRun { directory, id, problem: None }),
        Ok(None) => None,
        Err(problem) => Some(FoundRun { directory, id: RunId::new(name), problem: Some(problem) }),
    })
}

impl FoundRun {
    fn summary(self) -> Option<RunSummary> {
        let Self { directory, id, problem } = self;
        let lines = match problem {
            Some(problem) => Err(problem),
            None => held::read(&directory, &id.to_string()),
        };
        match lines {
            Ok(lines) if lines.entries.is_empty() => None,
            Ok(lines) => Some(RunView::new(id, lines.entries).summary()),
            Err(problem) => Some(RunSummary::unreadable(id, problem.message())),
        }
    }
}
