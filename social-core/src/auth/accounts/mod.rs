//! [`Accounts`]: connections whose tokens renew themselves.

mod due;
mod lifecycle;
mod renew;
mod settings;
mod slot;
mod source;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

pub use lifecycle::Taken;
pub use settings::RenewalSettings;
pub use source::{AccountAccess, AccountTokens};

use self::slot::{Pauses, Slots};
use super::connection::Connection;
use super::event::{ConnectionChange, ConnectionEvent, ConnectionLog, MemoryEvents};
use super::oauth::OAuth;
use super::vault::Vault;
use crate::AccountKey;
use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::{Error, ErrorKind, Result};

/// Accounts of any number of tenants, whose tokens renew themselves. Cheap to clone; clones share
/// what they know.
///
/// - A token is renewed shortly before it ends. Callers that ask at the same time wait for one
///   renewal; other processes that reach the store are kept out meanwhile, and their renewals are
///   noticed.
/// - New tokens are saved before they are used. A caller that gives up does not stop a renewal that
///   has begun.
/// - Only a definite answer ends a connection, after the store was read again. A platform that is
///   down is asked less and less often, and a token that still works is used meanwhile.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    vault: Vault,
    /// By the names of their records.
    platforms: HashMap<&'static str, OAuth>,
    settings: RenewalSettings,
    clock: Arc<dyn Clock>,
    log: Arc<dyn ConnectionLog>,
    slots: Slots,
    pauses: Pauses,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts").field("vault", &self.0.vault).finish_non_exhaustive()
    }
}

/// Collects what [`Accounts`] are made of.
#[derive(Debug)]
#[must_use]
pub struct AccountsBuilder {
    vault: Vault,
    platforms: HashMap<&'static str, OAuth>,
    settings: RenewalSettings,
    clock: Arc<dyn Clock>,
    log: Arc<dyn ConnectionLog>,
}

impl AccountsBuilder {
    /// Adds the application at a platform; one for each way to sign in, where there are several.
    pub fn platform(mut self, oauth: OAuth) -> Self {
        self.platforms.insert(oauth.sign_in().name, oauth);
        self
    }

    /// Sets when tokens are renewed.
    pub const fn settings(mut self, settings: RenewalSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Replaces the clock, for tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where events go.
    pub fn log(mut self, log: impl ConnectionLog + 'static) -> Self {
        self.log = Arc::new(log);
        self
    }

    /// The accounts.
    #[must_use]
    pub fn build(self) -> Accounts {
        let Self { vault, platforms, settings, clock, log } = self;
        let (slots, pauses) = (Slots::default(), Pauses::default());
        Accounts(Arc::new(Inner { vault, platforms, settings, clock, log, slots, pauses }))
    }
}

impl Accounts {
    /// Starts with where connections are kept.
    pub fn builder(vault: Vault) -> AccountsBuilder {
        AccountsBuilder {
            vault,
            platforms: HashMap::new(),
            settings: RenewalSettings::default(),
            clock: system_clock(),
            log: Arc::new(MemoryEvents::new()),
        }
    }

    /// Where connections are kept.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// The application by which an account was connected.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) where there is none, listing those that there are.
    pub fn application(&self, connection: &Connection) -> Result<&OAuth> {
        let platform = &connection.account.key.platform;
        let name = connection.grant.as_ref().and_then(|grant| grant.sign_in.as_deref()).unwrap_or(platform.as_str());
        // A disconnected account no longer says by which of several.
        let found = self.0.platforms.get(name).or_else(|| {
            let mut all = self.0.platforms.values().filter(|oauth| *platform == oauth.sign_in().platform);
            all.next().filter(|_| connection.grant.is_none())
        });
        found.ok_or_else(|| {
            let mut known: Vec<_> = self.0.platforms.keys().copied().collect();
            known.sort_unstable();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Error::config(format!("there is no application at `{name}`; there are {known}")).with_field("platform")
        })
    }

    /// An access token that works now, renewed if need be.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) for an account that was never connected;
    /// [`Auth`](ErrorKind::Auth) for one that does not work any more, with why and what a person
    /// must do; the kinds of the HTTP path and of the store.
    pub async fn access(&self, key: &AccountKey) -> Result<SecretString> {
        let slot = self.0.slots.of(key);
        match slot.cached(self.now()) {
            Some(access) => Ok(access),
            None => self.detached(key, renew::Want::Working).await,
        }
    }

    /// Renews an account's tokens now, whatever their age.
    ///
    /// # Errors
    /// As [`access`](Self::access).
    pub async fn refresh(&self, key: &AccountKey) -> Result<()> {
        self.detached(key, renew::Want::Newer).await.map(|_| ())
    }

    /// What is known about an account.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) for an account that was never connected; those of the
    /// store.
    pub async fn connection(&self, key: &AccountKey) -> Result<Connection> {
        Ok(self.load(key).await?.0)
    }

    /// Lets a renewal that has begun end, whoever stops waiting for it.
    async fn detached(&self, key: &AccountKey, want: renew::Want) -> Result<SecretString> {
        let (this, key) = (self.clone(), key.clone());
        let work = tokio::spawn(async move { this.take_turn(&key, want).await });
        work.await.map_err(|e| Error::new(ErrorKind::Cancelled, "the program ends").with_source(e))?
    }

    async fn load(&self, key: &AccountKey) -> Result<(Connection, u64)> {
        let found = self.0.vault.load(key).await?;
        found.ok_or_else(|| {
            let message = format!("`{key}` is not connected");
            Error::new(ErrorKind::NotFound, message).with_vendor(key.platform.as_str().to_owned()).with_field("account")
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    fn record(&self, key: &AccountKey, what: ConnectionChange) {
        tracing::debug!(account = %key, ?what, "connection");
        self.0.log.record(&ConnectionEvent { at: self.now(), account: key.clone(), what });
    }
}
