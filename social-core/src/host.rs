//! Putting a file where a platform can fetch it.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::error::Result;
use crate::media::{Media, RemoteMedia};
use crate::run::Run;

/// Gives files a public address, for platforms that fetch media themselves.
///
/// # Contract
/// The address is absolute HTTPS and serves the exact bytes when this returns, for as long as it says. With the same run
/// and file, the same address is returned and nothing is uploaded again while it is valid.
#[async_trait]
pub trait MediaHost: Debug + Send + Sync {
    /// Uploads a file.
    ///
    /// # Errors
    /// The kinds of the HTTP path and of reading the file.
    async fn host(&self, run: &Run, media: &Media) -> Result<RemoteMedia>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: MediaHost + ?Sized> MediaHost for Arc<T> {
    async fn host(&self, run: &Run, media: &Media) -> Result<RemoteMedia> {
        (**self).host(run, media).await
    }
}
