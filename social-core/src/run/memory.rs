//! Runs in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};

use super::entry::{Entry, StoredFile};
use super::id::RunId;
use super::journal::{Journal, JournalLog, OpenJournal};
use super::query::{RunPage, RunQuery};
use super::view::RunView;
use crate::error::{Error, ErrorKind, Result};
use crate::http::ByteStream;
use crate::media::Media;

/// Keeps runs as long as the process lives, their files too: at most 512 MiB each. Clones keep the
/// same runs.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    runs: Arc<Mutex<BTreeMap<RunId, Arc<Mutex<Kept>>>>>,
}

#[derive(Debug, Default)]
struct Kept {
    held: bool,
    entries: Vec<Entry>,
    files: HashMap<String, Bytes>,
}

const LARGEST_FILE: usize = 512 << 20;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn held(run: &RunId) -> Error {
    Error::new(ErrorKind::Held, format!("run `{run}` is open already, in this or another process"))
}

impl MemoryJournal {
    /// An empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn open(&self, run: &RunId) -> Result<OpenJournal> {
        let mut runs = lock(&self.runs);
        let kept = runs.entry(run.clone()).or_default();
        if std::mem::replace(&mut lock(kept).held, true) {
            return Err(held(run));
        }
        let entries = lock(kept).entries.clone();
        Ok(OpenJournal { entries, log: Box::new(MemoryLog(kept.clone())) })
    }

    async fn peek(&self, run: &RunId) -> Result<Vec<Entry>> {
        Ok(lock(&self.runs).get(run).map(|kept| lock(kept).entries.clone()).unwrap_or_default())
    }

    async fn list(&self, query: &RunQuery) -> Result<RunPage> {
        let runs = lock(&self.runs);
        let wanted = runs.iter().filter(|(id, _)| query.matches_id(id));
        let begun =
            wanted.map(|(id, kept)| (id, lock(kept).entries.clone())).filter(|(_, entries)| !entries.is_empty());
        Ok(RunPage::of(query, begun.map(|(id, entries)| RunView::new(id.clone(), entries).summary())))
    }

    async fn remove(&self, run: &RunId) -> Result<()> {
        let mut runs = lock(&self.runs);
        if runs.get(run).is_some_and(|kept| lock(kept).held) {
            return Err(held(run));
        }
        runs.remove(run);
        Ok(())
    }
}

#[derive(Debug, Default)]
pub(super) struct MemoryLog(Arc<Mutex<Kept>>);

impl Drop for MemoryLog {
    fn drop(&mut self) {
        lock(&self.0).held = false;
    }
}

#[async_trait]
impl JournalLog for MemoryLog {
    async fn append(&self, entry: Entry) -> Result<()> {
        lock(&self.0).entries.push(entry);
        Ok(())
    }

    async fn put_file(&self, name: &str, mut content: ByteStream) -> Result<(StoredFile, Media)> {
        let mut bytes = BytesMut::new();
        while let Some(piece) = content.next().await {
            let piece = piece?;
            if bytes.len() + piece.len() > LARGEST_FILE {
                let message = format!(
                    "`{name}` is larger than the {LARGEST_FILE} bytes that a run in memory keeps; open the run with a journal on disk"
                );
                return Err(Error::new(ErrorKind::Storage, message));
            }
            bytes.extend_from_slice(&piece);
        }
        let bytes = bytes.freeze();
        lock(&self.0).files.insert(name.to_owned(), bytes.clone());
        Ok((describe(name, &bytes), Media::Bytes(bytes)))
    }

    async fn file(&self, file: &StoredFile) -> Result<Option<Media>> {
        let bytes = lock(&self.0).files.get(&file.name).cloned();
        Ok(bytes.filter(|bytes| describe(&file.name, bytes) == *file).map(Media::Bytes))
    }
}

fn describe(name: &str, bytes: &Bytes) -> StoredFile {
    StoredFile::new(name, bytes.len() as u64, super::hex(&Sha256::digest(bytes)))
}
