//! Where sealed tokens are kept.

mod file;
mod memory;

use std::fmt::Debug;

use async_trait::async_trait;

pub use file::FileTokens;
pub use memory::MemoryTokens;

use crate::error::Result;
use crate::{AccountKey, Tenant};

/// What a store has for an account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredTokens {
    /// Grows with each change.
    pub version: u64,
    /// What was saved; sealed by a [`Vault`](super::Vault).
    pub sealed: Vec<u8>,
}

impl StoredTokens {
    /// What was saved in this version.
    #[must_use]
    pub const fn new(version: u64, sealed: Vec<u8>) -> Self {
        Self { version, sealed }
    }
}

impl std::fmt::Debug for StoredTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredTokens").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What came of saving or removing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved as this version.
    As(u64),
    /// Somebody changed it meanwhile. Nothing was saved.
    Changed,
}

/// The right to renew an account's tokens, until it is dropped.
pub trait RenewalLock: Debug + Send + Sync {}

/// Keeps sealed tokens by account.
///
/// # Contract
/// - [`save`](Self::save) and [`remove`](Self::remove) compare the version and change in one step:
///   of two callers with the same version one succeeds. What is saved is on the disk before they
///   return, where the store [persists](Self::persists).
/// - [`lock`](Self::lock) keeps out every other process that reaches the store. A process that dies
///   lets go; a store without locks of its own uses leases with an end.
/// - Nothing is looked at: what is kept is sealed.
#[async_trait]
pub trait TokenStore: Debug + Send + Sync {
    /// Whether what is saved outlives the process.
    fn persists(&self) -> bool;

    /// What is kept for an account.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage).
    async fn load(&self, key: &AccountKey) -> Result<Option<StoredTokens>>;

    /// Saves over this version; `None`: where nothing is kept yet.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn save(&self, key: &AccountKey, over: Option<u64>, sealed: &[u8]) -> Result<Saved>;

    /// Removes this version.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn remove(&self, key: &AccountKey, version: u64) -> Result<Saved>;

    /// The keys after this one in the order of their texts, of one tenant or of all; at most
    /// `limit`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    async fn list(&self, tenant: Option<&Tenant>, after: Option<&AccountKey>, limit: usize) -> Result<Vec<AccountKey>>;

    /// Waits for the right to renew an account's tokens.
    ///
    /// # Errors
    /// As [`load`](Self::load); [`Held`](crate::ErrorKind::Held) when somebody else has it for too
    /// long.
    async fn lock(&self, key: &AccountKey) -> Result<Box<dyn RenewalLock>>;
}

/// Those of `keys` that a list shows.
fn page(mut keys: Vec<AccountKey>, after: Option<&AccountKey>, limit: usize) -> Vec<AccountKey> {
    keys.sort_by_cached_key(ToString::to_string);
    let after = after.map(ToString::to_string);
    keys.retain(|key| after.as_ref().is_none_or(|after| key.to_string() > *after));
    keys.truncate(limit);
    keys
}
