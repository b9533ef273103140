//! [`FileTokens`]: on this machine's disk.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;

use super::{RenewalLock, Saved, StoredTokens, TokenStore, page};
use crate::auth::disk::{create_directory, file_name, list, read, remove, replace};
use crate::auth::pkce::fingerprint;
use crate::clock::{Clock as _, SystemClock};
use crate::disk::{blocking, failed};
use crate::error::{Error, ErrorKind, Result};
use crate::{AccountKey, Tenant};

const ENDING: &str = "tokens";
const LOCKS: &str = "locks";
/// How long somebody else may renew: longer than a token endpoint is asked.
const PATIENCE: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(20);

/// Keeps the tokens of each account in a file of its own, on this machine's disk: `TENANT/ACCOUNT`.
///
/// A file is replaced as a whole and on the disk before a save returns. Locks are those of the
/// system, so that a process that dies lets go. The directory must lie on a file system that
/// honours `fsync` and file locks; network shares often do not. Only its owner may read it.
#[derive(Clone, Debug)]
pub struct FileTokens {
    directory: PathBuf,
}

#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // By word and not only by closing: a child process that is just being started holds the
        // same open file for a moment.
        let _ = self.0.unlock();
    }
}

impl RenewalLock for Lock {}

impl FileTokens {
    /// Tokens in this directory, which is created when it is missing.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when it cannot be created.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
        let directory = directory.as_ref().to_owned();
        create_directory(&directory.join(LOCKS))?;
        Ok(Self { directory })
    }

    fn tenant(&self, tenant: &Tenant) -> PathBuf {
        self.directory.join(format!("t-{}", file_name(tenant.as_str())))
    }

    fn file(&self, key: &AccountKey) -> PathBuf {
        let name = if key.rehearsal {
            format!("{}/{}/rehearsal", key.platform, key.id)
        } else {
            format!("{}/{}", key.platform, key.id)
        };
        self.tenant(&key.tenant).join(format!("{}.{ENDING}", file_name(&name)))
    }

    /// Held while a version is compared and changed. Few files serve all accounts.
    fn turn(&self, key: &AccountKey) -> Result<Lock> {
        let digits: String = fingerprint(&key.to_string()).chars().take(2).collect();
        let path = self.directory.join(LOCKS).join(format!("change-{digits}"));
        let file = open_lock(&path)?;
        file.lock().map_err(|e| failed("lock", &path, e))?;
        Ok(Lock(file))
    }
}

fn open_lock(path: &Path) -> Result<File> {
    File::options().create(true).truncate(false).write(true).open(path).map_err(|e| failed("open", path, e))
}

/// A file begins with its version and its key, a line each; behind them are the sealed bytes.
fn write(version: u64, key: &AccountKey, sealed: &[u8]) -> Vec<u8> {
    [format!("{version}\n{key}\n").as_bytes(), sealed].concat()
}

fn parse(path: &Path, content: &[u8]) -> Result<(AccountKey, StoredTokens)> {
    let mut parts = content.splitn(3, |byte| *byte == b'\n');
    let mut line = || std::str::from_utf8(parts.next()?).ok();
    let head = line().and_then(|version| version.parse().ok()).zip(line().and_then(|key| key.parse().ok()));
    match (head, parts.next()) {
        (Some((version, key)), Some(sealed)) => Ok((key, StoredTokens { version, sealed: sealed.to_vec() })),
        _ => Err(Error::new(ErrorKind::Storage, format!("`{}` is not a file of tokens", path.display()))),
    }
}

fn stored(path: &Path) -> Result<Option<StoredTokens>> {
    read(path)?.map(|content| Ok(parse(path, &content)?.1)).transpose()
}

#[async_trait]
impl TokenStore for FileTokens {
    fn persists(&self) -> bool {
        true
    }

    async fn load(&self, key: &AccountKey) -> Result<Option<StoredTokens>> {
        let file = self.file(key);
        blocking(move || stored(&file)).await
    }

    async fn save(&self, key: &AccountKey, over: Option<u64>, sealed: &[u8]) -> Result<Saved> {
        let (this, key, sealed) = (self.clone(), key.clone(), sealed.to_vec());
        blocking(move || {
            let file = this.file(&key);
            let _turn = this.turn(&key)?;
            if stored(&file)?.map(|stored| stored.version) != over {
                return Ok(Saved::Changed);
            }
            create_directory(&this.tenant(&key.tenant))?;
            let version = over.unwrap_or(0) + 1;
            replace(&file, &write(version, &key, &sealed))?;
            Ok(Saved::As(version))
        })
        .await
    }

    async fn remove(&self, key: &AccountKey, version: u64) -> Result<Saved> {
        let (this, key) = (self.clone(), key.clone());
        blocking(move || {
            let file = this.file(&key);
            let _turn = this.turn(&key)?;
            if stored(&file)?.map(|stored| stored.version) != Some(version) {
                return Ok(Saved::Changed);
            }
            remove(&file)?;
            Ok(Saved::As(version))
        })
        .await
    }

    async fn list(&self, tenant: Option<&Tenant>, after: Option<&AccountKey>, limit: usize) -> Result<Vec<AccountKey>> {
        let (directory, one) = (self.directory.clone(), tenant.map(|tenant| self.tenant(tenant)));
        let keys = blocking(move || {
            let mut keys = Vec::new();
            for tenant in one.map_or_else(|| tenants(&directory), |one| Ok(vec![one]))? {
                if !tenant.is_dir() {
                    continue;
                }
                for file in list(&tenant, ENDING)? {
                    // A file may be removed while the others are read.
                    if let Some(content) = read(&file)? {
                        keys.push(parse(&file, &content)?.0);
                    }
                }
            }
            Ok(keys)
        })
        .await?;
        Ok(page(keys, after, limit))
    }

    async fn lock(&self, key: &AccountKey) -> Result<Box<dyn RenewalLock>> {
        let path = self.directory.join(LOCKS).join(format!("renew-{}", file_name(&key.to_string())));
        let mut waited = Duration::ZERO;
        loop {
            let path = path.clone();
            let taken = blocking(move || {
                let file = open_lock(&path)?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(Lock(file))),
                    Err(TryLockError::WouldBlock) => Ok(None),
                    Err(TryLockError::Error(e)) => Err(failed("lock", &path, e)),
                }
            })
            .await?;
            if let Some(lock) = taken {
                return Ok(Box::new(lock));
            }
            if waited >= PATIENCE {
                return Err(Error::new(ErrorKind::Held, format!("somebody else has renewed `{key}` for {waited:?}")));
            }
            SystemClock.sleep(PAUSE).await;
            waited += PAUSE;
        }
    }
}

fn tenants(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory).map_err(|e| failed("read", directory, e))?;
    let all = entries.map(|entry| entry.map(|entry| entry.path()).map_err(|e| failed("read", directory, e)));
    let is_tenant =
        |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(|n| n.starts_with("t-"));
    all.filter(|path| path.as_ref().map_or(true, is_tenant)).collect()
}
