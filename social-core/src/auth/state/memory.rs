//! [`MemoryStates`]: in this process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use secrecy::SecretString;

use super::StateStore;
use crate::clock::Timestamp;
use crate::error::Result;

type Kept = HashMap<String, (Timestamp, SecretString)>;

/// Keeps states in this process. Who is away when it ends has to start again.
#[derive(Default)]
pub struct MemoryStates(Mutex<Kept>);

impl MemoryStates {
    /// No states.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStates").field("kept", &self.kept().len()).finish()
    }
}

#[async_trait]
impl StateStore for MemoryStates {
    async fn put(&self, id: &str, expires_at: Timestamp, text: SecretString) -> Result<()> {
        self.kept().insert(id.to_owned(), (expires_at, text));
        Ok(())
    }

    async fn take(&self, id: &str) -> Result<Option<SecretString>> {
        Ok(self.kept().remove(id).map(|(_, text)| text))
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<usize> {
        let mut kept = self.kept();
        let before = kept.len();
        kept.retain(|_, (expires_at, _)| *expires_at > now);
        Ok(before - kept.len())
    }
}
