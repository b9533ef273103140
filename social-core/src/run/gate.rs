//! Who is asked before anything that cannot be taken back: kill switch, pause, quota, quiet hours.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::id::RunId;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::identity::AccountKey;

/// What is about to be done that cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GateRequest {
    /// The run.
    pub run: RunId,
    /// The step, with its children's names in front, joined with `/`.
    pub step: String,
    /// On which account something is about to be published; without one, something is generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountKey>,
    /// When, by the run's clock.
    pub at: Timestamp,
}

/// What a gate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Admission {
    /// Go on.
    Open,
    /// Not now.
    Closed(Closed),
}

/// Why a gate is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Closed {
    /// In words for people: `quiet hours`, `paused by Anna: wrong price list`.
    pub reason: String,
    /// When it opens again, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
}

impl Closed {
    /// Closed for this reason, until somebody opens it.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), opens_at: None }
    }

    /// Opens again at this time.
    #[must_use]
    pub fn until(mut self, opens_at: Timestamp) -> Self {
        self.opens_at = Some(opens_at);
        self
    }
}

/// Is asked before each [`once`](super::Run::once) starts its work, on every run that was
/// [opened with it](super::OpenOptions::with_gate). What a lost answer became is asked without it.
///
/// A gate of a closed kind makes the step fail with [`Paused`](crate::ErrorKind::Paused), without effect;
/// [`Error::wait`](crate::Error::wait) says when it opens again. So does a gate that fails: what cannot be asked is
/// closed. A gate that counts counts admissions, not posts: admitted work may still fail.
#[async_trait]
pub trait Gate: Debug + Send + Sync {
    /// Whether this may be done now.
    ///
    /// # Errors
    /// What asking fails with; the step is then refused with that error.
    async fn admit(&self, request: &GateRequest) -> Result<Admission>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Gate + ?Sized> Gate for Arc<T> {
    async fn admit(&self, request: &GateRequest) -> Result<Admission> {
        (**self).admit(request).await
    }
}

/// A gate that people and programs close and open: an emergency stop, a pause. Clones are the same
/// switch.
///
/// It holds for the process that has it. Where several processes publish, write a [`Gate`] over
/// what they share.
#[derive(Clone, Debug, Default)]
pub struct KillSwitch(Arc<Mutex<Option<Closed>>>);

impl KillSwitch {
    /// A switch that lets everything pass.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops everything that cannot be taken back and has not begun, until it is
    /// [released](Self::release).
    pub fn stop(&self, reason: impl Into<String>) {
        self.set(Some(Closed::new(reason)));
    }

    /// As [`stop`](Self::stop), and opens again by itself at this time of the run's clock.
    pub fn pause_until(&self, opens_at: Timestamp, reason: impl Into<String>) {
        self.set(Some(Closed::new(reason).until(opens_at)));
    }

    /// Lets everything pass again.
    pub fn release(&self) {
        self.set(None);
    }

    /// Why it is closed, if it is.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, closed: Option<Closed>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = closed;
    }
}

#[async_trait]
impl Gate for KillSwitch {
    async fn admit(&self, request: &GateRequest) -> Result<Admission> {
        let closed = self.closed().filter(|closed| closed.opens_at.is_none_or(|opens_at| request.at < opens_at));
        Ok(closed.map_or(Admission::Open, Admission::Closed))
    }
}
