//! [`MemoryTokens`]: in this process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::OwnedMutexGuard;

use super::{RenewalLock, Saved, StoredTokens, TokenStore, page};
use crate::error::Result;
use crate::{AccountKey, Tenant};

#[derive(Default)]
struct Kept {
    tokens: HashMap<AccountKey, StoredTokens>,
    locks: HashMap<AccountKey, Arc<tokio::sync::Mutex<()>>>,
}

/// Keeps tokens in this process. It says that it does not [persist](TokenStore::persists).
#[derive(Default)]
pub struct MemoryTokens(Mutex<Kept>);

impl MemoryTokens {
    /// No tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTokens").field("accounts", &self.kept().tokens.len()).finish()
    }
}

#[derive(Debug)]
struct Lock {
    _guard: OwnedMutexGuard<()>,
}

impl RenewalLock for Lock {}

#[async_trait]
impl TokenStore for MemoryTokens {
    fn persists(&self) -> bool {
        false
    }

    async fn load(&self, key: &AccountKey) -> Result<Option<StoredTokens>> {
        Ok(self.kept().tokens.get(key).cloned())
    }

    async fn save(&self, key: &AccountKey, over: Option<u64>, sealed: &[u8]) -> Result<Saved> {
        let mut kept = self.kept();
        if kept.tokens.get(key).map(|stored| stored.version) != over {
            return Ok(Saved::Changed);
        }
        let version = over.unwrap_or(0) + 1;
        kept.tokens.insert(key.clone(), StoredTokens { version, sealed: sealed.to_vec() });
        Ok(Saved::As(version))
    }

    async fn remove(&self, key: &AccountKey, version: u64) -> Result<Saved> {
        let mut kept = self.kept();
        if kept.tokens.get(key).map(|stored| stored.version) != Some(version) {
            return Ok(Saved::Changed);
        }
        kept.tokens.remove(key);
        Ok(Saved::As(version))
    }

    async fn list(&self, tenant: Option<&Tenant>, after: Option<&AccountKey>, limit: usize) -> Result<Vec<AccountKey>> {
        let kept = self.kept();
        let keys = kept.tokens.keys().filter(|key| tenant.is_none_or(|tenant| key.tenant == *tenant));
        Ok(page(keys.cloned().collect(), after, limit))
    }

    async fn lock(&self, key: &AccountKey) -> Result<Box<dyn RenewalLock>> {
        let lock = Arc::clone(self.kept().locks.entry(key.clone()).or_default());
        Ok(Box::new(Lock { _guard: lock.lock_owned().await }))
    }
}
