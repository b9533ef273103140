//! Jobs as steps of a run.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::wait::wait_in;
use super::{Job, JobState, PollPolicy};
use crate::error::{Error, ErrorKind, Result};
use crate::http::ByteStream;
use crate::media::Media;
use crate::run::{Found, Lost, Run};

/// The steps of a job.
const SUBMIT: &str = "submit";
const FINISHED: &str = "finished";

/// Submits a job once: the step `submit` of the run. Until it is over, it is one of the run's
/// [jobs](Run::jobs).
///
/// # Errors
/// As [`Run::once`].
pub async fn submit<F, G>(run: &Run, work: impl FnOnce() -> F + Send, find: impl FnMut(Lost) -> G + Send) -> Result<Job>
where
    F: Future<Output = Result<Job>> + Send,
    G: Future<Output = Result<Found<Job>>> + Send,
{
    run.once_of(SUBMIT, true, work, find).await
}

/// [Waits](super::wait) for the job that was [submitted](submit) on this run and keeps its result:
/// the step `finished` of the run.
///
/// # Errors
/// As [`wait`](super::wait) and [`Run::step`]. A [`JobFailed`](ErrorKind::JobFailed),
/// [`Rejected`](ErrorKind::Rejected) or [`NotFound`](ErrorKind::NotFound) is the vendor's verdict:
/// the job is over.
pub async fn collect<T, F>(run: &Run, policy: &PollPolicy, job: &Job, check: impl FnMut() -> F + Send) -> Result<T>
where
    T: Serialize + DeserializeOwned + Send,
    F: Future<Output = Result<JobState<T>>> + Send,
{
    let result = run.step(FINISHED, || wait_in(run, FINISHED, policy, job, check)).await;
    match &result {
        Ok(_) => run.end_job(&run.path(SUBMIT), None).await?,
        Err(error) if is_verdict(error) => end(run, error.message()).await?,
        Err(_) => {}
    }
    result
}

/// Notes that the job of this run is over without a result: it was cancelled, or the vendor's
/// verdict came.
///
/// # Errors
/// [`Storage`](ErrorKind::Storage).
pub async fn end(run: &Run, because: &str) -> Result<()> {
    run.end_job(&run.path(SUBMIT), Some(because)).await
}

/// [Collects](collect) a job and keeps a file of its result with the run.
///
/// Addresses of results end, some after minutes. `read` opens the file at the address that the
/// result names; when it says that the address is no good any more, the saved result is forgotten,
/// the vendor is asked after the job again for a fresh address, and that one is read. A file that
/// is kept is not asked for again.
///
/// # Errors
/// As [`collect`] and [`Run::keep_file`]; what `read` fails with at a fresh address.
pub async fn keep_file<T, F, G>(
    run: &Run,
    name: &str,
    policy: &PollPolicy,
    job: &Job,
    mut check: impl FnMut() -> F + Send,
    mut read: impl FnMut(T) -> G + Send,
) -> Result<(T, Media)>
where
    T: Clone + Serialize + DeserializeOwned + Send,
    F: Future<Output = Result<JobState<T>>> + Send,
    G: Future<Output = Result<ByteStream>> + Send,
{
    let mut finished: T = collect(run, policy, job, &mut check).await?;
    let latest = &mut finished;
    let content = move || async move {
        match read(latest.clone()).await {
            Err(error) if is_address_ended(&error) => {
                tracing::info!(run = %run.name(), job = job.id, %error, "an address has ended; asks for a fresh one");
                run.forget(FINISHED, error.message()).await?;
                *latest = collect(run, policy, job, check).await?;
                read(latest.clone()).await
            }
            content => content,
        }
    };
    let media = run.keep_file(name, content).await?;
    Ok((finished, media))
}

fn is_verdict(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::JobFailed | ErrorKind::Rejected | ErrorKind::NotFound)
}

/// Stores say it in many ways: gone, forbidden, a signature that has expired, a page in place of
/// the file.
fn is_address_ended(error: &Error) -> bool {
    use ErrorKind::{Auth, InvalidRequest, MediaInvalid, NotFound, Permission};
    matches!(error.kind(), Auth | InvalidRequest | MediaInvalid | NotFound | Permission)
}
