use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::Vendor;
use crate::error::{Effect, Error, ErrorKind, Result, Retry};

type Gate = Arc<tokio::sync::Mutex<Option<Failure>>>;

/// Lets one caller at a time through each step. Who waited learns how the one before fared.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<String, Gate>>);

/// What is told about a failure to those who waited for it.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    kind: ErrorKind,
    message: String,
    effect: Effect,
    retry: Retry,
    vendor: Option<Vendor>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            message: error.message().to_owned(),
            effect: error.effect(),
            retry: error.retry(),
            vendor: error.vendor().cloned(),
        }
    }
}

impl Failure {
    fn error(&self, step: &str) -> Error {
        let message = format!("step `{step}`, which was under way already, failed: {}", self.message);
        let error = Error::new(self.kind, message).with_effect(self.effect).with_retry(self.retry);
        match &self.vendor {
            Some(vendor) => error.with_vendor(vendor),
            None => error,
        }
    }
}

/// The right to run a step. Dropped without [`land`](Self::land), the next caller runs it.
#[derive(Debug)]
pub(super) struct Flight(OwnedMutexGuard<Option<Failure>>);

impl Flights {
    /// Waits until nobody else runs the step. Fails when the one that was waited for failed.
    pub(super) async fn enter(&self, step: &str) -> Result<Flight> {
        let gate = {
            let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            gates.entry(step.to_owned()).or_default().clone()
        };
        if let Ok(mut guard) = gate.clone().try_lock_owned() {
            *guard = None;
            return Ok(Flight(guard));
        }
        let guard = gate.lock_owned().await;
        match &*guard {
            Some(failure) => Err(failure.error(step)),
            None => Ok(Flight(guard)),
        }
    }
}

impl Flight {
    pub(super) fn land<T>(mut self, result: Result<T>) -> Result<T> {
        *self.0 = result.as_ref().err().map(Failure::from);
        result
    }
}
