//! Waiting for work that a vendor does in the background.

use std::future::Future;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result, Retry};
use crate::run::{Progress, Run};

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

/// So many questions in a row may fail before the last failure is handed on.
const FAILURES: u32 = 10;

/// Between two questions, whatever the policy says.
const SHORTEST: Duration = Duration::from_millis(100);

/// Asks until the job is done. A question that fails on the way does not end the job; the vendor's verdict does.
///
/// The first question comes at once when the job is older than the policy's first pause, and is asked even when the
/// deadline has passed: a job that another process left may long be finished. A wait that the vendor names is used
/// instead of the policy's pause. Words that the adapter does not know count as pending. Each answer is reported to the
/// run's observer.
///
/// # Errors
/// What `check` fails with when asking again cannot help, or when ten questions in a row failed;
/// [`Timeout`](ErrorKind::Timeout) after the deadline, with the vendor's last word (the job lives on and can be collected
/// later); [`Cancelled`](ErrorKind::Cancelled).
pub async fn wait<T, F>(run: &Run, policy: &PollPolicy, job: &Job, check: impl FnMut() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<JobState<T>>> + Send,
{
    tokio::select! {
        biased;
        result = poll(run, policy, job, check) => result,
        () = run.cancellation().cancelled() => {
            Err(Error::new(ErrorKind::Cancelled, format!("cancelled while waiting for job `{}`, which lives on", job.id)))
        }
    }
}

async fn poll<T, F>(run: &Run, policy: &PollPolicy, job: &Job, mut check: impl FnMut() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<JobState<T>>> + Send,
{
    let (clock, random) = (run.clock(), run.random());
    let age = || Duration::try_from(clock.now().duration_since(job.submitted_at)).unwrap_or_default();
    let part = |pause: Duration| times(pause, policy.jitter.clamp(0.0, 1.0) * random.fraction());
    let mut pause = policy.first.min(policy.longest).max(SHORTEST);
    let mut last_word = None;
    let mut failures = 0;
    clock.sleep(pause.saturating_sub(part(pause)).saturating_sub(age())).await;
    loop {
        let (hint, failure) = match check().await {
            Ok(JobState::Done(result)) => return Ok(result),
            Ok(JobState::Pending { status, progress, wait }) => {
                failures = 0;
                run.report(Progress { step: job.id.clone(), status: status.clone(), fraction: progress });
                last_word = Some(status);
                (wait, None)
            }
            Err(error) if failures + 1 < FAILURES && may_pass(&error) => {
                failures += 1;
                tracing::debug!(run = run.name(), job = job.id, failures, %error, "a question after a job failed");
                (error.wait(), Some(error))
            }
            Err(error) => return Err(error),
        };
        let left = policy.deadline.saturating_sub(age());
        if left.is_zero() {
            return Err(too_late(policy, job, last_word, failure));
        }
        // A vendor's wait is a lower bound, so that jitter only adds to it.
        let next = match hint.filter(|hint| !hint.is_zero()) {
            Some(hint) => hint.saturating_add(part(hint)),
            None => pause.saturating_sub(part(pause)).max(SHORTEST),
        };
        clock.sleep(next.min(left)).await;
        pause = times(pause, policy.growth.max(1.0)).min(policy.longest);
    }
}

fn times(pause: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(pause.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// Whether a failed question says nothing about the job.
fn may_pass(error: &Error) -> bool {
    error.retry() != Retry::Never
        || (!error.has_retry_advice()
            && matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Truncated | ErrorKind::OutcomeUnknown))
}

fn too_late(policy: &PollPolicy, job: &Job, last_word: Option<String>, failure: Option<Error>) -> Error {
    let word = match &last_word {
        Some(word) => format!("the vendor's last word was `{word}`"),
        None => "the vendor has not said anything about it".to_owned(),
    };
    let message = format!(
        "job `{}` was not finished {:?} after it was submitted, {word}; it lives on and can be collected with the same run",
        job.id, policy.deadline
    );
    let error = Error::new(ErrorKind::Timeout, message).with_retry(Retry::Never);
    match failure {
        Some(failure) => error.with_source(failure),
        None => error,
    }
}

#[cfg(test)]
mod tests;
