//! Work with files that blocks, and its errors.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Runs work that blocks on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::new(ErrorKind::Storage, "the file work was stopped with the program").with_source(e))?
}

pub(crate) fn failed(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("cannot {what} `{}`: {error}", path.display())).with_source(error)
}
