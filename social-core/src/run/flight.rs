//! One caller at a time through each step.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::error::{Error, ErrorReport, Result};

type Turn = Arc<tokio::sync::Mutex<Option<ErrorReport>>>;

/// Lets one caller at a time through each step. Who waited learns how the one before fared.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<String, Turn>>);

/// What is told about a failure to those who waited for it.
fn retold(report: &ErrorReport, step: &str) -> Error {
    let message = format!("step `{step}`, which was under way already, failed: {}", report.message);
    Error::from(ErrorReport { message, ..report.clone() })
}

/// The right to run a step. Dropped without [`land`](Self::land), the next caller runs it.
#[derive(Debug)]
pub(super) struct Flight(OwnedMutexGuard<Option<ErrorReport>>);

impl Flights {
    /// Waits until the step is no longer run elsewhere. Fails when the one that was waited for
    /// failed.
    pub(super) async fn enter(&self, step: &str) -> Result<Flight> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.entry(step.to_owned()).or_default().clone()
        };
        if let Ok(mut guard) = turn.clone().try_lock_owned() {
            *guard = None;
            return Ok(Flight(guard));
        }
        let guard = turn.lock_owned().await;
        match &*guard {
            Some(report) => Err(retold(report, step)),
            None => Ok(Flight(guard)),
        }
    }
}

impl Flight {
    pub(super) fn land<T>(mut self, result: Result<T>) -> Result<T> {
        *self.0 = result.as_ref().err().map(ErrorReport::from);
        result
    }
}
