//! What is remembered between sending a person away and their coming back.

mod file;
mod memory;
mod pending;

use std::fmt::Debug;

use async_trait::async_trait;
use secrecy::SecretString;

pub use file::FileStates;
pub use memory::MemoryStates;
pub(super) use pending::Pending;

use crate::clock::Timestamp;
use crate::error::Result;

/// Keeps what is remembered between sending a person away and their coming back.
///
/// # Contract
/// - [`take`](Self::take) gives a text out once, to one caller, also when several processes ask at
///   the same time.
/// - The id is a fingerprint of the state value that travels; who reads the store cannot forge a
///   callback.
/// - The text holds secrets. A store that outlives the process seals it.
#[async_trait]
pub trait StateStore: Debug + Send + Sync {
    /// Keeps a text until it is taken or expires.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage).
    async fn put(&self, id: &str, expires_at: Timestamp, text: SecretString) -> Result<()>;

    /// Gives a text out and forgets it; `None` when there is none of this id.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage), and those of the seal.
    async fn take(&self, id: &str) -> Result<Option<SecretString>>;

    /// Forgets what has expired, and says how much that was. To be called every hour or so.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage).
    async fn purge_expired(&self, now: Timestamp) -> Result<usize>;
}
