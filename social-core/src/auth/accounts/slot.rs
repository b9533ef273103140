//! What this process knows about an account and about a platform between two calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use super::settings::RenewalSettings;
use crate::auth::grant::Grant;
use crate::clock::Timestamp;
use crate::{AccountKey, Platform};

/// An account that was asked for in this process.
#[derive(Default)]
pub(super) struct Slot {
    cached: Mutex<Option<Cached>>,
    /// New tokens that could not be saved. They are not used before they are.
    unsaved: Mutex<Option<Unsaved>>,
    /// One renewal at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
}

struct Cached {
    access: SecretString,
    /// Until when it is given out without asking the store.
    until: Timestamp,
}

/// New tokens, and those over which they are saved.
pub(super) struct Unsaved {
    pub(super) old: Grant,
    pub(super) new: Grant,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    pub(super) fn cached(&self, now: Timestamp) -> Option<SecretString> {
        lock(&self.cached).as_ref().filter(|cached| now < cached.until).map(|cached| cached.access.clone())
    }

    /// Keeps an access token for a while, but not until its last moment.
    pub(super) fn keep(&self, grant: &Grant, settings: &RenewalSettings, now: Timestamp) {
        let until = now.saturating_add(settings.cache).unwrap_or(Timestamp::MAX);
        let end = grant.expires_at.and_then(|end| end.saturating_sub(skew(grant, settings)).ok());
        let until = end.map_or(until, |end| end.min(until));
        *lock(&self.cached) = Some(Cached { access: grant.access.clone(), until });
    }

    pub(super) fn forget(&self) {
        *lock(&self.cached) = None;
    }

    pub(super) fn hold(&self, unsaved: Option<Unsaved>) {
        *lock(&self.unsaved) = unsaved;
    }

    pub(super) fn held(&self) -> Option<Unsaved> {
        lock(&self.unsaved).take()
    }
}

/// How long before its end a token is renewed.
pub(super) fn skew(grant: &Grant, settings: &RenewalSettings) -> Duration {
    grant.life().map_or(settings.skew, |life| settings.skew.min(life / 10))
}

#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<AccountKey, Arc<Slot>>>);

impl Slots {
    pub(super) fn of(&self, key: &AccountKey) -> Arc<Slot> {
        let mut slots = lock(&self.0);
        match slots.get(key) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(key.clone()).or_default()),
        }
    }
}

/// Platforms that failed, whatever the account.
#[derive(Default)]
pub(super) struct Pauses(Mutex<HashMap<Platform, Pause>>);

struct Pause {
    failures: u32,
    until: Timestamp,
}

impl Pauses {
    /// Until when a platform is left alone.
    pub(super) fn until(&self, platform: &Platform, now: Timestamp) -> Option<Timestamp> {
        lock(&self.0).get(platform).map(|pause| pause.until).filter(|until| now < *until)
    }

    pub(super) fn failed(&self, platform: &Platform, settings: &RenewalSettings, now: Timestamp) {
        let mut pauses = lock(&self.0);
        let pause = pauses.entry(platform.clone()).or_insert(Pause { failures: 0, until: now });
        pause.failures += 1;
        let over = (pause.failures + 1).saturating_sub(settings.platform_failures);
        if over > 0 {
            pause.until = now.saturating_add(settings.pause(over)).unwrap_or(Timestamp::MAX);
        }
    }

    pub(super) fn answered(&self, platform: &Platform) {
        lock(&self.0).remove(platform);
    }
}
