//! [`FileStates`]: on this machine's disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::StateStore;
use crate::auth::disk::{create_directory, list, read, remove, replace};
use crate::auth::pkce::fingerprint;
use crate::auth::seal::Seal;
use crate::clock::Timestamp;
use crate::disk::{blocking, failed};
use crate::error::Result;

const ENDING: &str = "state";

/// Keeps states in a directory, sealed, for programs of several processes on one machine.
///
/// The time of expiry is a part of the file's name, so nothing is opened to clean up.
#[derive(Clone, Debug)]
pub struct FileStates {
    directory: PathBuf,
    seal: Arc<dyn Seal>,
}

impl FileStates {
    /// States in this directory, which is created when it is missing.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be created.
    pub fn open(directory: impl AsRef<Path>, seal: impl Seal + 'static) -> Result<Self> {
        let directory = directory.as_ref().to_owned();
        create_directory(&directory)?;
        Ok(Self { directory, seal: Arc::new(seal) })
    }

    /// What the files of an id begin with; whatever the id is, it is a name.
    fn stem(id: &str) -> String {
        fingerprint(id).chars().take(40).collect()
    }
}

fn place(id: &str) -> String {
    format!("state:{id}")
}

/// When a file expires.
fn expiry(file: &Path) -> Option<i64> {
    file.file_stem()?.to_str()?.split_once('-')?.1.parse().ok()
}

#[async_trait]
impl StateStore for FileStates {
    async fn put(&self, id: &str, expires_at: Timestamp, text: SecretString) -> Result<()> {
        let sealed = self.seal.seal(&place(id), &text).await?;
        let file = self.directory.join(format!("{}-{}.{ENDING}", Self::stem(id), expires_at.as_second()));
        blocking(move || replace(&file, &sealed)).await
    }

    async fn take(&self, id: &str) -> Result<Option<SecretString>> {
        let (directory, stem) = (self.directory.clone(), Self::stem(id));
        let taken = blocking(move || {
            let of_id = |file: &PathBuf| {
                file.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(&stem))
            };
            let Some(file) = list(&directory, ENDING)?.into_iter().find(of_id) else { return Ok(None) };
            // Only one renaming of the same file succeeds.
            let mine = file.with_extension("taken");
            match std::fs::rename(&file, &mine) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                renamed => renamed.map_err(|e| failed("take", &file, e))?,
            }
            let sealed = read(&mine)?;
            remove(&mine)?;
            Ok(sealed)
        })
        .await?;
        match taken {
            Some(sealed) => self.seal.open(&place(id), &sealed).await.map(Some),
            None => Ok(None),
        }
    }

    async fn purge_expired(&self, now: Timestamp) -> Result<usize> {
        let (directory, now) = (self.directory.clone(), now.as_second());
        blocking(move || {
            let mut purged = 0;
            for file in list(&directory, ENDING)? {
                if expiry(&file).is_none_or(|end| end <= now) {
                    purged += usize::from(remove(&file)?);
                }
            }
            Ok(purged)
        })
        .await
    }
}
