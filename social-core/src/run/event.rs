//! What a run tells its observer.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::gate::Closed;
use super::id::RunId;
use crate::clock::Timestamp;
use crate::error::ErrorReport;
use crate::job::JobProgress;

/// Something that happened to a step of a run. As JSON, the fields of `what` stand beside the
/// others, and `event` says which it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunEvent {
    /// The run.
    pub run: RunId,
    /// The step, with its children's names in front, joined with `/`.
    pub step: String,
    /// When, by the run's clock.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: StepEvent,
}

/// What happened to a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepEvent {
    /// Its work began.
    Started,
    /// It has its result.
    Done {
        /// The result was saved earlier; nothing was done.
        replayed: bool,
    },
    /// It failed, and provably had no effect or may be repeated.
    Failed {
        /// Why.
        error: ErrorReport,
    },
    /// Whether it had its effect is not known.
    Unknown {
        /// Why, and when asking again will tell.
        error: ErrorReport,
    },
    /// It waits until the vendor's list tells what became of a lost answer.
    Settling {
        /// Until then at most.
        until: Timestamp,
    },
    /// A gate is closed. Nothing was done.
    Refused {
        /// Why, and until when.
        closed: Closed,
    },
    /// A vendor said how far a job is.
    Job {
        /// What it said.
        #[serde(flatten)]
        progress: JobProgress,
    },
}

/// Is told what happens to a run. It must return at once.
pub type Observer = Arc<dyn Fn(RunEvent) + Send + Sync>;
