//! Asking until a job is done.

use std::future::Future;
use std::time::Duration;

use super::bell::Listener;
use super::{Job, JobProgress, JobState, Pending, PollPolicy};
use crate::error::{Error, ErrorKind, Result, Retry};
use crate::run::{Run, StepEvent};

/// So many questions in a row may fail before the last failure is handed on.
const FAILURES: u32 = 10;

/// Between two questions, whatever the policy says.
const SHORTEST: Duration = Duration::from_millis(100);

/// Between two questions, however often the bell is rung.
const RUNG: Duration = Duration::from_secs(1);

/// Asks until the job is done. A question that fails on the way does not end the job; the vendor's
/// verdict does.
///
/// The first question comes at once when the job is older than the policy's first pause, and is
/// asked even when the deadline has passed: a job that another process left may long be finished. A
/// wait that the vendor names is used instead of the policy's pause; the run's
/// [bell](crate::run::OpenOptions::bell) ends a pause early. Each answer is told to the run's
/// observer.
///
/// # Errors
/// What `check` fails with when asking again cannot help, or when ten questions in a row failed;
/// [`Timeout`](ErrorKind::Timeout) after the deadline, with the vendor's last word (the job lives
/// on and can be collected later); [`Cancelled`](ErrorKind::Cancelled), which does not cancel the
/// job; [`Held`](ErrorKind::Held) when the run was lost to another holder.
pub async fn wait<T, F>(run: &Run, policy: &PollPolicy, job: &Job, check: impl FnMut() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<JobState<T>>> + Send,
{
    wait_in(run, &job.id, policy, job, check).await
}

/// As [`wait`], in this step.
pub(super) async fn wait_in<T, F>(
    run: &Run,
    step: &str,
    policy: &PollPolicy,
    job: &Job,
    check: impl FnMut() -> F + Send,
) -> Result<T>
where
    F: Future<Output = Result<JobState<T>>> + Send,
{
    let during = || format!("while waiting for job `{}`, which lives on", job.id);
    let path = run.path(step);
    let work = poll(run, &path, policy, job, check);
    run.guarded(work).await.unwrap_or_else(|left| Err(left.error(&during())))
}

async fn poll<T, F>(
    run: &Run,
    step: &str,
    policy: &PollPolicy,
    job: &Job,
    mut check: impl FnMut() -> F + Send,
) -> Result<T>
where
    F: Future<Output = Result<JobState<T>>> + Send,
{
    let (clock, random) = (run.clock(), run.random());
    let mut bell = run.bell().listen(&job.id);
    let age = || Duration::try_from(clock.now().duration_since(job.submitted_at)).unwrap_or_default();
    let part = |pause: Duration| times(pause, policy.jitter.clamp(0.0, 1.0) * random.fraction());
    let mut pause = policy.first.min(policy.longest).max(SHORTEST);
    let mut last_word = None;
    let mut failures = 0;
    rest(run, &mut bell, pause.saturating_sub(part(pause)).saturating_sub(age())).await;
    loop {
        let (hint, failure) = match check().await {
            Ok(JobState::Done(result)) => return Ok(result),
            Ok(JobState::Pending(Pending { phase, word, fraction, wait })) => {
                failures = 0;
                let progress = JobProgress { job: job.id.clone(), phase, word: word.clone(), fraction };
                run.tell(step, || StepEvent::Job { progress });
                last_word = Some(word);
                (wait, None)
            }
            Err(error) if failures + 1 < FAILURES && may_pass(&error) => {
                failures += 1;
                tracing::debug!(run = %run.name(), job = job.id, failures, %error, "a question after a job failed");
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
        rest(run, &mut bell, next.min(left)).await;
        pause = times(pause, policy.growth.max(1.0)).min(policy.longest);
    }
}

/// Waits this long, or until the bell is rung.
async fn rest(run: &Run, bell: &mut Listener, pause: Duration) {
    let ring = async {
        bell.rung().await;
        run.clock().sleep(RUNG).await;
    };
    tokio::select! {
        biased;
        () = run.clock().sleep(pause) => {}
        () = ring => {}
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
