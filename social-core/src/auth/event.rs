//! [`ConnectionEvent`]: what happens to connections, for a log that people can read later.

use std::fmt::Debug;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::issue::ConnectionIssue;
use crate::AccountKey;
use crate::clock::Timestamp;
use crate::disk::failed;
use crate::error::{ErrorKind, Result};

/// Something that happened to a connection. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectionEvent {
    /// When.
    pub at: Timestamp,
    /// To which account.
    pub account: AccountKey,
    /// What.
    #[serde(flatten)]
    pub what: ConnectionChange,
}

/// What happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ConnectionChange {
    /// A person connected the account.
    Connected {
        /// The scopes that were granted; `None` where the platform does not say.
        granted: Option<Vec<String>>,
        /// The scopes that were asked for and not granted.
        missing: Vec<String>,
        /// The connection outlives the process.
        persists: bool,
    },
    /// The tokens were renewed.
    Refreshed {
        /// When the new access token ends.
        expires_at: Option<Timestamp>,
        /// There is a new refresh token.
        rotated: bool,
    },
    /// The tokens could not be renewed; the account is left alone, and it is tried again.
    RefreshFailed {
        /// What went wrong.
        kind: ErrorKind,
        /// The platform's code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// How often, one after the other.
        count: u32,
        /// What it means, where it means something for a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issue: Option<ConnectionIssue>,
    },
    /// New tokens could not be saved. They are held, and not used before they are.
    SaveFailed,
    /// The account does not work any more.
    Disconnected {
        /// Why.
        issue: ConnectionIssue,
    },
    /// Somebody took the grant back in this application.
    Revoked {
        /// The platform knows it, too.
        at_platform: bool,
    },
}

/// Where events go.
///
/// A log must not fail the work: what it cannot keep it says elsewhere.
pub trait ConnectionLog: Debug + Send + Sync {
    /// Keeps an event.
    fn record(&self, event: &ConnectionEvent);
}

impl<T: ConnectionLog + ?Sized> ConnectionLog for Arc<T> {
    fn record(&self, event: &ConnectionEvent) {
        (**self).record(event);
    }
}

/// Keeps events in this process.
#[derive(Debug, Default)]
pub struct MemoryEvents(Mutex<Vec<ConnectionEvent>>);

impl MemoryEvents {
    /// No events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All events so far.
    #[must_use]
    pub fn all(&self) -> Vec<ConnectionEvent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ConnectionLog for MemoryEvents {
    fn record(&self, event: &ConnectionEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
    }
}

/// Adds each event to a file, one line of JSON each.
#[derive(Debug)]
pub struct FileEvents {
    path: PathBuf,
    file: Mutex<std::fs::File>,
}

impl FileEvents {
    /// Adds to this file, which is created when it is missing.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let file = std::fs::File::options().create(true).append(true).open(&path);
        Ok(Self { file: Mutex::new(file.map_err(|e| failed("open", &path, e))?), path })
    }
}

impl ConnectionLog for FileEvents {
    fn record(&self, event: &ConnectionEvent) {
        let mut line = serde_json::to_vec(event).unwrap_or_default();
        line.push(b'\n');
        if let Err(error) = self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line) {
            tracing::warn!(path = %self.path.display(), %error, "an event of a connection is not in its log");
        }
    }
}
