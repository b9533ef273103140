//! The turn in which one caller renews an account's tokens.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::Accounts;
use super::slot::{Slot, Unsaved, skew};
use crate::AccountKey;
use crate::auth::connection::{Connection, Lost, RefreshFailure};
use crate::auth::event::ConnectionChange;
use crate::auth::grant::Grant;
use crate::auth::issue::ConnectionIssue;
use crate::auth::oauth::OAuth;
use crate::auth::sign_in::Renewal;
use crate::auth::store::Saved;
use crate::clock::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result, Retry};

/// What a caller wants.
pub(super) enum Want {
    /// A token that works.
    Working,
    /// A token instead of this one, which the platform called expired.
    Instead(SecretString),
    /// New tokens.
    Newer,
}

impl Want {
    /// Whether a caller is content with these tokens.
    fn is_met(&self, grant: &Grant, now: Timestamp, spare: Duration) -> bool {
        match self {
            Self::Working => grant.works_at(now, spare),
            Self::Instead(refused) => {
                grant.access.expose_secret() != refused.expose_secret() && grant.works_at(now, Duration::ZERO)
            }
            Self::Newer => false,
        }
    }
}

/// An account in a turn.
struct Turn<'a> {
    accounts: &'a Accounts,
    key: &'a AccountKey,
    slot: &'a Slot,
    want: Want,
}

impl Accounts {
    pub(super) async fn take_turn(&self, key: &AccountKey, want: Want) -> Result<SecretString> {
        let slot = self.0.slots.of(key);
        let _turn = slot.turn.lock().await;
        if matches!(want, Want::Working)
            && let Some(access) = slot.cached(self.now())
        {
            return Ok(access);
        }
        Turn { accounts: self, key, slot: &slot, want }.take().await
    }
}

impl Turn<'_> {
    async fn take(&self) -> Result<SecretString> {
        let accounts = self.accounts;
        if let Some(unsaved) = self.slot.held() {
            self.save(unsaved).await?;
        }
        let (connection, _) = accounts.load(self.key).await?;
        let before = self.grant(&connection)?;
        if self.want.is_met(before, accounts.now(), skew(before, &accounts.0.settings)) {
            return Ok(self.give(before));
        }
        let oauth = accounts.application(&connection)?;
        if let Some(error) = self.too_early(oauth, &connection, before) {
            return self.make_do(before, error);
        }
        let lock = accounts.0.vault.lock(self.key).await?;
        // Somebody else may have renewed them while this caller waited.
        let (connection, _) = accounts.load(self.key).await?;
        let grant = self.grant(&connection)?;
        let renewed = !grant.is_same(before);
        if renewed && grant.works_at(accounts.now(), skew(grant, &accounts.0.settings)) {
            return Ok(self.give(grant));
        }
        let result = match self.too_early(oauth, &connection, grant) {
            Some(error) => self.make_do(grant, error),
            None => self.renew(oauth, &connection, grant).await,
        };
        drop(lock);
        result
    }

    /// A token that still works, where that is enough; the error otherwise.
    fn make_do(&self, grant: &Grant, error: Error) -> Result<SecretString> {
        let works = grant.works_at(self.accounts.now(), Duration::ZERO);
        if matches!(self.want, Want::Working) && works { Ok(grant.access.clone()) } else { Err(error) }
    }

    /// The grant, if there is one that may work.
    fn grant<'c>(&self, connection: &'c Connection) -> Result<&'c Grant> {
        match (&connection.grant, connection.lost) {
            (Some(grant), None) => Ok(grant),
            (_, lost) => Err(self.gone(lost.map_or(ConnectionIssue::Disconnected, |lost| lost.issue), None)),
        }
    }

    fn gone(&self, issue: ConnectionIssue, cause: Option<&Error>) -> Error {
        let message = format!("`{}` does not work any more ({issue}): {}", self.key, issue.advice());
        let error = Error::new(ErrorKind::Auth, message).with_vendor(self.key.platform.as_str().to_owned());
        match cause.and_then(Error::code) {
            Some(code) => error.with_code(code),
            None => error.with_code(issue.as_str()),
        }
    }

    fn give(&self, grant: &Grant) -> SecretString {
        self.slot.keep(grant, &self.accounts.0.settings, self.accounts.now());
        grant.access.clone()
    }

    async fn renew(&self, oauth: &OAuth, connection: &Connection, grant: &Grant) -> Result<SecretString> {
        let now = self.accounts.now();
        if !can_be_renewed(oauth, grant) {
            return match grant.works_at(now, Duration::ZERO) && matches!(self.want, Want::Working) {
                true => Ok(grant.access.clone()),
                false => Err(self.lose(grant, ConnectionIssue::Expired, None).await?),
            };
        }
        let unanswered = connection.renewing.is_some();
        if matches!(oauth.sign_in().renewal, Renewal::RefreshToken { rotates: true }) {
            self.note(grant, |connection| connection.renewing = Some(now)).await?;
        }
        match oauth.refresh(grant).await {
            Ok(new) => {
                self.accounts.0.pauses.answered(&self.key.platform);
                self.save(Unsaved { old: grant.clone(), new }).await
            }
            Err(error) => self.failed(oauth, connection, grant, unanswered, error).await,
        }
    }

    /// Changes the stored connection, as long as it still has these tokens; whether it had.
    async fn note(&self, grant: &Grant, change: impl Fn(&mut Connection)) -> Result<bool> {
        loop {
            let (mut connection, version) = self.accounts.load(self.key).await?;
            if connection.grant.as_ref().is_none_or(|stored| !stored.is_same(grant)) {
                return Ok(false);
            }
            change(&mut connection);
            if let Saved::As(_) = self.accounts.0.vault.save(&connection, Some(version)).await? {
                return Ok(true);
            }
        }
    }

    /// Why it is too early to ask the platform.
    fn too_early(&self, oauth: &OAuth, connection: &Connection, grant: &Grant) -> Option<Error> {
        let now = self.accounts.now();
        let paused = self.accounts.0.pauses.until(&self.key.platform, now);
        let next = connection.failure.as_ref().map(|failure| failure.next).filter(|next| now < *next);
        if let Some(until) = paused.max(next) {
            let wait: Duration = until.duration_since(now).try_into().unwrap_or_default();
            let message = format!("renewing the token failed before; it is tried again in {} s", wait.as_secs());
            let error = Error::new(ErrorKind::Unavailable, message).with_effect(Effect::None);
            return Some(error.with_retry(Retry::After(wait)).with_vendor(self.key.platform.as_str().to_owned()));
        }
        let Renewal::Swap(swap) = oauth.sign_in().renewal else { return None };
        let allowed = grant.issued_at.saturating_add(swap.earliest).unwrap_or(Timestamp::MAX);
        (now < allowed && grant.works_at(now, Duration::ZERO)).then(|| {
            let hours = swap.earliest.as_secs() / 3600;
            let message =
                format!("{} renews a token when it is {hours} h old, from {allowed} on", oauth.sign_in().title);
            Error::new(ErrorKind::Auth, message)
                .with_vendor(self.key.platform.as_str().to_owned())
                .with_code("too_young")
        })
    }

    /// Saves new tokens over the old ones, and gives them out only then.
    async fn save(&self, unsaved: Unsaved) -> Result<SecretString> {
        const TRIES: u32 = 4;
        let accounts = self.accounts;
        let mut tries = 0;
        loop {
            match self.try_save(&unsaved).await {
                Ok(true) => {
                    let Unsaved { old, new } = unsaved;
                    let rotated = new.previous.as_ref().map(|token| token.expose_secret())
                        == old.refresh.as_ref().map(|token| token.expose_secret())
                        && new.previous.is_some();
                    accounts.record(self.key, ConnectionChange::Refreshed { expires_at: new.expires_at, rotated });
                    return Ok(self.give(&new));
                }
                // Somebody connected the account again meanwhile: those tokens count.
                Ok(false) => {
                    let (connection, _) = accounts.load(self.key).await?;
                    return Ok(self.give(self.grant(&connection)?));
                }
                Err(error) => {
                    tries += 1;
                    if tries == TRIES {
                        self.slot.hold(Some(unsaved));
                        accounts.record(self.key, ConnectionChange::SaveFailed);
                        return Err(error);
                    }
                    accounts.0.clock.sleep(Duration::from_millis(50) * (1 << tries)).await;
                }
            }
        }
    }

    async fn try_save(&self, Unsaved { old, new }: &Unsaved) -> Result<bool> {
        let now = self.accounts.now();
        self.note(old, |connection| {
            connection.grant = Some(new.clone());
            connection.refreshed_at = Some(now);
            (connection.renewing, connection.failure) = (None, None);
        })
        .await
    }

    async fn failed(
        &self,
        oauth: &OAuth,
        connection: &Connection,
        grant: &Grant,
        unanswered: bool,
        error: Error,
    ) -> Result<SecretString> {
        let (accounts, now) = (self.accounts, self.accounts.now());
        let issue = oauth.sign_in().issue(&error);
        if let Some(issue) = issue.filter(|issue| issue.disconnects()) {
            accounts.0.pauses.answered(&self.key.platform);
            let (stored, _) = accounts.load(self.key).await?;
            let stored = self.grant(&stored)?;
            // Another program, without this lock, was first.
            if !stored.is_same(grant) {
                return Ok(self.give(stored));
            }
            let issue = match issue {
                ConnectionIssue::Revoked if unanswered => ConnectionIssue::AnswerLost,
                issue => issue,
            };
            return Err(self.lose(grant, issue, Some(&error)).await?);
        }
        let count = connection.failure.as_ref().map_or(0, |failure| failure.count) + 1;
        let pause = error.wait().unwrap_or_default().max(accounts.0.settings.pause(count));
        let next = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let failure =
            RefreshFailure { at: now, kind: error.kind(), code: error.code().map(str::to_owned), count, next };
        let answered = error.effect() == Effect::None && !unanswered;
        // What is not noted is only asked again sooner.
        let _ = self
            .note(grant, |connection| {
                connection.failure = Some(failure.clone());
                connection.renewing = connection.renewing.filter(|_| !answered);
            })
            .await;
        if issue.is_none() {
            accounts.0.pauses.failed(&self.key.platform, &accounts.0.settings, now);
        }
        let RefreshFailure { kind, code, .. } = failure;
        accounts.record(self.key, ConnectionChange::RefreshFailed { kind, code, count, issue });
        self.make_do(grant, error)
    }

    /// Notes that the account does not work any more; the error about it.
    async fn lose(&self, grant: &Grant, issue: ConnectionIssue, cause: Option<&Error>) -> Result<Error> {
        self.slot.forget();
        let lost = Lost { issue, at: self.accounts.now() };
        let noted = self.note(grant, |connection| {
            connection.lost = Some(lost);
            (connection.renewing, connection.failure) = (None, None);
        });
        if noted.await? {
            self.accounts.record(self.key, ConnectionChange::Disconnected { issue });
        }
        Ok(self.gone(issue, cause))
    }
}

/// Whether anything renews these tokens.
pub(super) fn can_be_renewed(oauth: &OAuth, grant: &Grant) -> bool {
    match oauth.sign_in().renewal {
        Renewal::None => false,
        Renewal::RefreshToken { .. } => grant.refresh.is_some(),
        Renewal::Swap(_) => true,
    }
}
