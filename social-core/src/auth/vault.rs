//! [`Vault`]: connections in a store, sealed.

use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::connection::Connection;
use super::seal::Seal;
use super::store::{RenewalLock, Saved, TokenStore};
use crate::error::Result;
use crate::{AccountKey, Tenant};

/// Connections in a store, sealed. Cheap to clone.
///
/// Everything is written by comparing versions: two changes at the same time cannot undo each
/// other.
#[derive(Clone, Debug)]
pub struct Vault {
    store: Arc<dyn TokenStore>,
    seal: Arc<dyn Seal>,
}

/// How many keys are listed at once.
const PAGE: usize = 500;

fn place(key: &AccountKey) -> String {
    format!("account:{key}")
}

impl Vault {
    /// A store, and how what is in it is kept secret.
    #[must_use]
    pub fn new(store: impl TokenStore + 'static, seal: impl Seal + 'static) -> Self {
        Self { store: Arc::new(store), seal: Arc::new(seal) }
    }

    /// Whether what is saved outlives the process.
    #[must_use]
    pub fn persists(&self) -> bool {
        self.store.persists()
    }

    /// A connection and its version.
    ///
    /// # Errors
    /// [`Auth`](crate::ErrorKind::Auth) with the code `sealed` for what cannot be opened;
    /// [`Storage`](crate::ErrorKind::Storage).
    pub async fn load(&self, key: &AccountKey) -> Result<Option<(Connection, u64)>> {
        let Some(stored) = self.store.load(key).await? else { return Ok(None) };
        let text = self.seal.open(&place(key), &stored.sealed).await?;
        Ok(Some((Connection::of_text(text.expose_secret())?, stored.version)))
    }

    /// Saves a connection over this version; `None`: where there is none yet.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage), and those of the seal.
    pub async fn save(&self, connection: &Connection, over: Option<u64>) -> Result<Saved> {
        let key = &connection.account.key;
        let sealed = self.seal.seal(&place(key), &connection.to_text()?).await?;
        self.store.save(key, over, &sealed).await
    }

    /// Forgets an account, whatever its version; whether there was one.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage).
    pub async fn remove(&self, key: &AccountKey) -> Result<bool> {
        loop {
            let Some(stored) = self.store.load(key).await? else { return Ok(false) };
            if let Saved::As(_) = self.store.remove(key, stored.version).await? {
                return Ok(true);
            }
        }
    }

    /// The keys of all accounts, or of one tenant's, in the order of their texts.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage).
    pub async fn list(&self, tenant: Option<&Tenant>) -> Result<Vec<AccountKey>> {
        let mut all: Vec<AccountKey> = Vec::new();
        loop {
            let page = self.store.list(tenant, all.last(), PAGE).await?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Waits for the right to renew an account's tokens.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage), [`Held`](crate::ErrorKind::Held).
    pub async fn lock(&self, key: &AccountKey) -> Result<Box<dyn RenewalLock>> {
        self.store.lock(key).await
    }

    /// Seals again what was sealed with a key that is on its way out; how much that was. It may run
    /// beside everything else, and again.
    ///
    /// # Errors
    /// [`Auth`](crate::ErrorKind::Auth) with the code `sealed` for what cannot be opened;
    /// [`Storage`](crate::ErrorKind::Storage).
    pub async fn reseal(&self) -> Result<usize> {
        let mut resealed = 0;
        for key in self.list(None).await? {
            while let Some(stored) = self.store.load(&key).await? {
                if !self.seal.is_outdated(&stored.sealed) {
                    break;
                }
                let text = self.seal.open(&place(&key), &stored.sealed).await?;
                let sealed = self.seal.seal(&place(&key), &text).await?;
                if let Saved::As(_) = self.store.save(&key, Some(stored.version), &sealed).await? {
                    resealed += 1;
                    break;
                }
            }
        }
        Ok(resealed)
    }
}
