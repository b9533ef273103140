//! What every batch has in common: the chats as lines, the job, and the results by name.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use social_core::batch::{BatchOutcome, BatchRequest, BatchResult, BatchResults, TIER};
use social_core::chat::{self, ChatDecoder, ChatReply, ChatRequest};
use social_core::http::{Endpoint, Failure, Reply};
use social_core::job::{self, Job, JobState, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::run::Run;
use social_core::{Error, ErrorKind, ModelAddress, Result};

/// A batch may take a day.
pub(crate) const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(60),
    growth: 1.5,
    longest: Duration::from_secs(600),
    jitter: 0.2,
    deadline: Duration::from_secs(25 * 3600),
};

/// A vendor's list shows a batch that it took within this time.
pub(crate) const SETTLE: Duration = Duration::from_secs(300);

/// The largest file of results that is read, in bytes.
pub(crate) const LARGEST_ANSWER: usize = 1 << 30;

/// Under this name a batch's metadata say which run it is of.
pub(crate) const MARK: &str = "social_core_run";

/// The mark of a run's batch: the same in every process.
pub(crate) fn mark(run: &Run) -> String {
    run.key("submit")
}

/// The name of an item for the vendor: letters, digits and `-`, and unique among all batches.
pub(crate) fn name(mark: &str, number: usize) -> String {
    format!("{mark}-{number}")
}

/// The number of the item of this name.
fn number(mark: &str, name: &str) -> Option<usize> {
    name.strip_prefix(mark)?.strip_prefix('-')?.parse().ok()
}

/// The chat of this name.
pub(crate) fn chat_of<'a>(request: &'a BatchRequest, mark: &str, name: &str) -> Option<&'a ChatRequest> {
    Some(&request.items.get(number(mark, name)?)?.request)
}

/// What a vendor said of the item of this name.
pub(crate) type Line = (String, BatchOutcome);

/// What came of a batch that has ended.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Collected {
    pub(crate) lines: Vec<Line>,
    /// What became of the items of which the vendor says nothing; `None` when each must be there.
    pub(crate) rest: Option<BatchOutcome>,
}

/// Makes a batch: `submit` makes the job, `check` asks after it.
pub(crate) async fn durably<S, C>(
    maker: &(impl Maker<BatchRequest> + ?Sized),
    run: &Run,
    request: &BatchRequest,
    submit: impl FnOnce() -> S + Send,
    mut check: impl FnMut(Job) -> C + Send,
) -> Result<Made<BatchResults>>
where
    S: Future<Output = Result<Job>> + Send,
    C: Future<Output = Result<JobState<Collected>>> + Send,
{
    make::begin(maker, run, request).await?;
    let job = submit().await?;
    let collected = job::collect(run, &PATIENCE, &job, || check(job.clone())).await?;
    let results = arranged(request, &mark(run), collected);
    let mut made = Made::new(maker.address().clone(), results);
    made.usage = made.value.usage();
    Ok(made)
}

/// The results in the order of the items.
fn arranged(request: &BatchRequest, mark: &str, Collected { lines, rest }: Collected) -> BatchResults {
    let numbered = lines.into_iter().filter_map(|(name, outcome)| Some((number(mark, &name)?, outcome)));
    let mut found: HashMap<usize, BatchOutcome> = numbered.collect();
    let results = request.items.iter().enumerate().map(|(number, item)| {
        let silent = || BatchOutcome::of(Err(Error::new(ErrorKind::Protocol, "the batch has no result for this chat")));
        let outcome = found.remove(&number).or_else(|| rest.clone()).unwrap_or_else(silent);
        BatchResult::new(item.id.clone(), outcome)
    });
    BatchResults::new(results.collect())
}

/// The job that the run has submitted.
pub(crate) async fn submitted(run: &Run) -> Result<Option<Job>> {
    run.result("submit").await
}

/// The bodies of a batch's chats, as `body` writes each.
pub(crate) async fn bodies<'a, F: Future<Output = Result<Vec<u8>>> + Send>(
    request: &'a BatchRequest,
    body: impl Fn(&'a ChatRequest) -> F + Send + Sync,
) -> Result<Vec<Box<RawValue>>> {
    let mut bodies = Vec::with_capacity(request.items.len());
    for (number, item) in request.items.iter().enumerate() {
        bodies.push(body(&item.request).await.and_then(raw).map_err(|error| error.with_item(number))?);
    }
    Ok(bodies)
}

/// The body of a chat as a part of a larger one.
pub(crate) fn raw(body: Vec<u8>) -> Result<Box<RawValue>> {
    let unreadable = || Error::invalid("body", "the request cannot be written as JSON");
    let text = String::from_utf8(body).map_err(|cause| unreadable().with_source(cause))?;
    RawValue::from_string(text).map_err(|cause| unreadable().with_source(cause))
}

/// Refuses a batch that is larger than the vendor takes.
pub(crate) fn check_size(bytes: usize, limit: usize) -> Result<()> {
    if bytes > limit {
        let message = format!("the batch has {bytes} bytes, at most {limit} can be submitted; make several of it");
        return Err(Error::invalid("items", message));
    }
    Ok(())
}

/// An answer inside of a batch. Its usage says that it was made in one: prices depend on it.
pub(crate) fn answer(
    address: &ModelAddress,
    reply: &Reply,
    body: impl Into<Bytes>,
    decoder: &mut dyn ChatDecoder,
) -> BatchOutcome {
    let result: Result<ChatReply> = chat::read(address, &reply.inner(body), decoder);
    BatchOutcome::of(result.map(|mut reply| {
        reply.usage = reply.usage.map(|usage| usage.with_term(TIER.0, Some(TIER.1)));
        reply
    }))
}

/// A refusal inside of a batch.
pub(crate) fn refusal(endpoint: &Endpoint, status: u16, body: &[u8]) -> BatchOutcome {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    BatchOutcome::of(Err(endpoint.classify(&Failure { status, headers: &HeaderMap::new(), body })))
}

/// The lines of a file of results.
pub(crate) fn lines(reply: &Reply) -> impl Iterator<Item = &[u8]> {
    reply.body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}
