//! Waiting for work that a vendor does in the background.

use std::future::Future;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::run::Run;

use serde::{Deserialize, Serialize};

/// How to wait for a job: growing pauses with jitter until a deadline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollPolicy {
    /// Before the first question.
    pub first: Duration,
    /// Each pause is this many times the one before.
    pub growth: f64,
    /// The longest pause.
    pub longest: Duration,
    /// The part of each pause that is random, 0 to 1.
    pub jitter: f64,
    /// All together, counted from the job's creation.
    pub deadline: Duration,
}

/// The vendor's name for a running job: all that another process needs to collect its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The vendor's id.
    pub id: String,
    /// When it was submitted.
    pub submitted_at: Timestamp,
}

/// What a question after a job came back with.
#[derive(Clone, Debug, PartialEq)]
pub enum JobState<T> {
    /// Not finished.
    Pending {
        /// The vendor's word.
        status: String,
        /// From 0 to 1, where the vendor says.
        progress: Option<f32>,
        /// The vendor asks for this pause.
        wait: Option<Duration>,
    },
    /// Finished.
    Done(T),
}

/// Asks until the job is done. A question that fails on the way does not end the job; the vendor's verdict does.
///
/// # Errors
/// What `check` fails with when asking again cannot help; [`Timeout`](crate::ErrorKind::Timeout) after the deadline, with
/// the vendor's last word (the job lives on and can be collected later);
/// [`Cancelled`](crate::ErrorKind::Cancelled).
pub async fn wait<T, F>(run: &Run, policy: &PollPolicy, job: &Job, check: impl FnMut() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<JobState<T>>> + Send,
{
    let _ = (run, policy, job, check);
    todo!("run helper")
}
