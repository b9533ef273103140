//! Connecting and disconnecting.

use super::Accounts;
use crate::AccountKey;
use crate::auth::authorize::Authorized;
use crate::auth::connection::{Connection, Lost};
use crate::auth::event::ConnectionChange;
use crate::auth::issue::ConnectionIssue;
use crate::auth::store::Saved;
use crate::error::{ErrorKind, Result};
use crate::identity::Account;

/// What came of taking a grant back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The platform knows it, too. Where it offers no way, the person has to remove the application
    /// in the account's settings.
    pub at_platform: bool,
}

impl Accounts {
    /// Keeps an account with what came of its authorization, over what was kept for it before.
    ///
    /// # Errors
    /// Those of the store and its seal. Nothing is connected then.
    pub async fn connect(&self, account: Account, authorized: Authorized) -> Result<Connection> {
        let missing = authorized.missing.clone();
        let connection = Connection::of(account, authorized, self.now());
        let key = connection.account.key.clone();
        self.replace(&connection).await?;
        self.0.slots.of(&key).forget();
        let granted = connection.grant.as_ref().and_then(|grant| grant.scopes.clone());
        let persists = self.0.vault.persists();
        self.record(&key, ConnectionChange::Connected { granted, missing, persists });
        Ok(connection)
    }

    async fn replace(&self, connection: &Connection) -> Result<()> {
        let key = &connection.account.key;
        loop {
            // What cannot be opened any more may be replaced, too.
            let version = match self.0.vault.load(key).await {
                Err(error) if crate::auth::is_sealed(&error) => self.0.vault.remove(key).await.map(|_| None)?,
                found => found?.map(|(_, version)| version),
            };
            if let Saved::As(_) = self.0.vault.save(connection, version).await? {
                return Ok(());
            }
        }
    }

    /// Changes what people know an account by.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) for an account that was never connected; those of the
    /// store.
    pub async fn rename(&self, key: &AccountKey, label: &str) -> Result<()> {
        self.change(key, |connection| label.clone_into(&mut connection.account.label)).await
    }

    /// Forgets an account's tokens here, without asking the platform. What is known about it stays.
    ///
    /// # Errors
    /// As [`rename`](Self::rename).
    pub async fn disconnect(&self, key: &AccountKey) -> Result<()> {
        self.lose_here(key).await?;
        self.record(key, ConnectionChange::Disconnected { issue: ConnectionIssue::Disconnected });
        Ok(())
    }

    /// Takes a grant back at the platform, where that is offered, and forgets its tokens here.
    ///
    /// # Errors
    /// As [`rename`](Self::rename), and the kinds of the HTTP path: the tokens are kept then, so
    /// that it can be tried again.
    pub async fn revoke(&self, key: &AccountKey) -> Result<Taken> {
        let (connection, _) = self.load(key).await?;
        let at_platform = match &connection.grant {
            None => false,
            Some(grant) => match self.application(&connection)?.revoke(grant).await {
                Err(error) if error.kind() == ErrorKind::Unsupported => false,
                revoked => revoked.map(|()| true)?,
            },
        };
        self.lose_here(key).await?;
        self.record(key, ConnectionChange::Revoked { at_platform });
        Ok(Taken { at_platform })
    }

    async fn lose_here(&self, key: &AccountKey) -> Result<()> {
        let now = self.now();
        self.change(key, |connection| {
            connection.grant = None;
            connection.lost = Some(Lost { issue: ConnectionIssue::Disconnected, at: now });
            (connection.renewing, connection.failure) = (None, None);
        })
        .await?;
        self.0.slots.of(key).forget();
        Ok(())
    }

    async fn change(&self, key: &AccountKey, change: impl Fn(&mut Connection)) -> Result<()> {
        loop {
            let (mut connection, version) = self.load(key).await?;
            change(&mut connection);
            if let Saved::As(_) = self.0.vault.save(&connection, Some(version)).await? {
                return Ok(());
            }
        }
    }
}
