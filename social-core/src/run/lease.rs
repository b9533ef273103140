//! How old the lease of a run is.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Timestamp;

/// When the lease of a run was renewed last.
#[derive(Debug)]
pub(super) struct Renewed(Mutex<Timestamp>);

impl Renewed {
    pub(super) fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    pub(super) fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    pub(super) fn age(&self, now: Timestamp) -> Duration {
        let at = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::try_from(now.duration_since(at)).unwrap_or_default()
    }
}
