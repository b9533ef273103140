//! A cache in this process.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use moka::future::Cache;

use super::{CacheStore, Cached};
use crate::canonical::Digest;
use crate::error::Result;

/// Keeps answers in this process: at most so many, each at most so long.
pub struct MemoryCache(Cache<Digest, Arc<[u8]>>);

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryCache({} answers)", self.0.entry_count())
    }
}

impl MemoryCache {
    /// An empty cache.
    #[must_use]
    pub fn new(maximum: u64, keep: Duration) -> Self {
        Self(Cache::builder().max_capacity(maximum).time_to_live(keep).build())
    }
}

#[async_trait]
impl CacheStore for MemoryCache {
    async fn get(&self, key: &Digest) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(key).await.map(|kept| kept.to_vec()))
    }

    async fn put(&self, key: &Digest, value: Vec<u8>) -> Result<()> {
        self.0.insert(key.clone(), value.into()).await;
        Ok(())
    }
}

impl<T: ?Sized> Cached<T> {
    /// Keeps at most so many answers in this process, each at most so long.
    #[must_use]
    pub fn in_memory(inner: Arc<T>, maximum: u64, keep: Duration) -> Self {
        Self::new(inner, Arc::new(MemoryCache::new(maximum, keep)))
    }
}
