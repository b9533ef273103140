use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::ByteStream;
use crate::media::Media;

/// One line of a run's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// The input that the run is bound to, as a digest.
    Bound {
        /// The run or child, `""` for the run itself.
        scope: String,
        /// SHA-256 of the input, hex.
        digest: String,
    },
    /// The step is about to have its effect.
    Intent {
        /// The step, with its children's names in front, joined with `/`.
        step: String,
        /// When.
        at: Timestamp,
    },
    /// The step began and its outcome is not known. Nothing of it is sent from now on.
    Lost {
        /// The step.
        step: String,
        /// When.
        at: Timestamp,
    },
    /// The step's result.
    Done {
        /// The step.
        step: String,
        /// What it returned.
        value: Value,
        /// When.
        at: Timestamp,
        /// When the result stops being usable.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// Proven: the intended effect did not happen. The step may run again.
    Absent {
        /// The step.
        step: String,
        /// When.
        at: Timestamp,
        /// Who or what proved it.
        because: String,
    },
    /// A file is kept whole.
    File {
        /// The file; its name has the children's names in front, joined with `/`.
        file: StoredFile,
        /// When.
        at: Timestamp,
    },
}

/// A file of a run: a video, an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its name within the run.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// Where runs are kept.
#[async_trait]
pub trait Journal: Debug + Send + Sync {
    /// Opens a run for one holder. The lock ends when the log is dropped or the process dies.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when somebody holds the run already (the message says so), and for an entry
    /// that cannot be read: never a fresh start.
    async fn open(&self, run: &str) -> Result<OpenJournal>;
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
    /// Adds an entry. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage).
    async fn append(&self, entry: Entry) -> Result<()>;

    /// Keeps a file, whole or not at all; an older one of the name is replaced.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage), and what the stream fails with.
    async fn put_file(&self, name: &str, content: ByteStream) -> Result<(StoredFile, Media)>;

    /// A kept file, when it is still there with the size and hash that it was kept with.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it is there and cannot be read.
    async fn file(&self, file: &StoredFile) -> Result<Option<Media>>;
}
