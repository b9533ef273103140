//! Which accounts are due, for a job that runs once a day or more often.

use super::Accounts;
use super::renew::can_be_renewed;
use crate::auth::connection::Connection;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::{AccountKey, Tenant};

impl Accounts {
    /// The accounts whose tokens end soon; those that have ended already, and that something may
    /// still renew, among them.
    ///
    /// Soon is within [`due_within`](super::RenewalSettings::due_within), or within a quarter of the
    /// token's life if that is less: a token of two hours is not renewed all the time.
    ///
    /// # Errors
    /// Those of the store. What cannot be opened is not due: [`health`](Self::health) says so.
    pub async fn due_for_refresh(&self, tenant: Option<&Tenant>) -> Result<Vec<AccountKey>> {
        let now = self.now();
        let mut due = Vec::new();
        for key in self.0.vault.list(tenant).await? {
            match self.0.vault.load(&key).await {
                Ok(Some((connection, _))) if self.is_due(&connection, now) => due.push(key),
                Ok(_) => {}
                Err(error) if crate::auth::is_sealed(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(due)
    }

    fn is_due(&self, connection: &Connection, now: Timestamp) -> bool {
        let (Some(grant), None) = (&connection.grant, connection.lost) else { return false };
        if !self.application(connection).is_ok_and(|oauth| can_be_renewed(oauth, grant)) {
            return false;
        }
        let window = self.0.settings.due_within;
        let soon = grant.life().map_or(window, |life| window.min(life / 4));
        let refresh_ends_soon = now.saturating_add(window).is_ok_and(|then| grant.refresh_is_over(then));
        !grant.works_at(now, soon) || refresh_ends_soon
    }

    /// Renews what is due, one account after the other. What came of each is also an event.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh_due(&self, tenant: Option<&Tenant>) -> Result<Vec<(AccountKey, Result<()>)>> {
        let mut done = Vec::new();
        for key in self.due_for_refresh(tenant).await? {
            let result = self.refresh(&key).await;
            done.push((key, result));
        }
        Ok(done)
    }
}
