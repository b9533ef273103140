//! Many messages at once, at half the price.

use async_trait::async_trait;
use http::HeaderName;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use social_core::batch::{BatchCapabilities, BatchOutcome, BatchRequest, BatchResults};
use social_core::clock::Timestamp;
use social_core::http::Reply;
use social_core::job::{self, Job, JobState, Pending};
use social_core::make::{Condition, Made, Maker, Test};
use social_core::run::{Found, Lost, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::chat::AnthropicChat;
use super::client::Anthropic;
use super::{files, request};
use crate::shared::batch::{self, Collected, Line};

/// The largest batch, in bytes.
const LARGEST: usize = 256_000_000;

/// More pages of a list than anybody has of an hour.
const PAGES: usize = 20;

/// Clocks differ by this much at most, in seconds.
const SKEW: i64 = 300;

/// Batches of a chat model behind Anthropic's dialect, which take at most a day and cost half.
///
/// The batch is created once. The vendor keeps no name of a batch, so one whose answer was lost is
/// found by the names of its chats, which the vendor shows when the batch has ended: until then the
/// outcome is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown), and the same run asks
/// again later. Source: Anthropic's OpenAPI document.
///
/// ```no_run
/// use llm_adapters::anthropic::{Anthropic, Dialect};
/// use social_core::batch::BatchRequest;
/// use social_core::chat::ChatRequest;
/// use social_core::make::Maker as _;
/// use social_core::run::{FileJournal, Run};
///
/// # async fn example() -> social_core::Result<()> {
/// let model = Anthropic::from_env(Dialect::ANTHROPIC)?.batches("claude-sonnet-5");
/// let week = BatchRequest::new([]).with_item("monday", ChatRequest::new("A caption for Monday."));
/// let run = Run::open(&FileJournal::open("runs")?, "week-49").await?;
/// println!("{:?}", model.make(&run, &week).await?.results);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AnthropicBatches {
    chat: AnthropicChat,
}

impl Anthropic {
    /// Batches of a chat model, by the vendor's own id.
    #[must_use]
    pub fn batches(&self, model: impl Into<String>) -> AnthropicBatches {
        AnthropicBatches { chat: self.chat(model) }
    }
}

#[derive(Deserialize)]
struct Batch {
    id: String,
    processing_status: String,
    created_at: Timestamp,
    #[serde(default)]
    request_counts: Counts,
    /// Since when there are no results any more.
    #[serde(default)]
    archived_at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Counts {
    processing: u64,
    succeeded: u64,
    errored: u64,
    canceled: u64,
    expired: u64,
}

impl Counts {
    fn done(&self) -> u64 {
        self.succeeded + self.errored + self.canceled + self.expired
    }

    fn all(&self) -> u64 {
        self.processing + self.done()
    }
}

impl Batch {
    fn has_ended(&self) -> bool {
        self.processing_status == "ended"
    }
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Batch>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    last_id: Option<String>,
}

#[derive(Deserialize)]
struct ResultLine<'a> {
    custom_id: String,
    #[serde(borrow)]
    result: ItemResult<'a>,
}

#[derive(Deserialize)]
struct ItemResult<'a> {
    r#type: String,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Body<'a> {
    requests: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    custom_id: &'a str,
    params: &'a RawValue,
}

impl AnthropicBatches {
    async fn create(&self, mark: &str, request: &BatchRequest) -> Result<Job> {
        let (client, address) = (&self.chat.client, &self.chat.address);
        let body = |chat| request::body(&client.dialect, client.dialect.hosting, address, chat, false);
        let bodies = batch::bodies(request, body).await?.into_iter().enumerate();
        let bodies: Vec<_> = bodies.map(|(number, body)| (batch::name(mark, number), body)).collect();
        batch::check_size(bodies.iter().map(|(name, body)| name.len() + body.get().len() + 32).sum(), LARGEST)?;
        let requests = bodies.iter().map(|(custom_id, params)| Item { custom_id, params }).collect();
        let mut call = client.endpoint.post("messages/batches")?.operation("create_batch").model(&address.model);
        if request.items.iter().any(|item| files::names_files(&item.request)) {
            call = call.header(HeaderName::from_static("anthropic-beta"), files::FILES_BETA);
        }
        let batch: Batch = call.json(&Body { requests }).send().await?.json()?;
        Ok(self.job(batch))
    }

    fn job(&self, batch: Batch) -> Job {
        Job::new(batch.id, batch.created_at).with_kind("batch").with_model(self.chat.address.model.clone())
    }

    /// Looks for a batch of as many chats, made at that time, whose results have our names. Lists
    /// are sorted, the newest first.
    async fn find(&self, mark: &str, items: usize, lost: Lost) -> Result<Found<Job>> {
        let (earliest, latest) = (lost.begun_at.as_second() - SKEW, lost.lost_at.as_second() + SKEW);
        let mut after: Option<String> = None;
        let mut doubtful = false;
        for _ in 0..PAGES {
            let mut call = self.chat.client.endpoint.get("messages/batches")?.operation("list_batches");
            call = call.query("limit", "100");
            if let Some(after) = &after {
                call = call.query("after_id", after);
            }
            let Page { data, has_more, last_id } = call.send().await?.json()?;
            let past = data.iter().any(|batch| batch.created_at.as_second() < earliest);
            let in_time = data.into_iter().filter(|batch| (earliest..=latest).contains(&batch.created_at.as_second()));
            for batch in in_time.filter(|batch| batch.request_counts.all() == items as u64) {
                if !batch.has_ended() {
                    doubtful = true;
                } else if self.is_ours(mark, &batch.id).await? {
                    return Ok(Found::Present(self.job(batch)));
                }
            }
            after = last_id.filter(|_| has_more && !past);
            if after.is_none() {
                let settle = batch::SETTLE;
                return Ok(if doubtful { Found::Unknown } else { Found::NotListed { settle } });
            }
        }
        Ok(Found::Unknown)
    }

    async fn is_ours(&self, mark: &str, id: &str) -> Result<bool> {
        let reply = self.results(id).await?;
        let first = batch::lines(&reply).next().unwrap_or_default();
        let line: ResultLine<'_> =
            serde_json::from_slice(first).map_err(|_| reply.unreadable("a line of results cannot be read"))?;
        Ok(line.custom_id.starts_with(mark))
    }

    async fn results(&self, id: &str) -> Result<Reply> {
        let call = self.chat.client.endpoint.get(&format!("messages/batches/{id}/results"))?;
        call.operation("read_batch").model(&self.chat.address.model).limit(batch::LARGEST_ANSWER).send().await
    }

    async fn check(&self, job: &Job) -> Result<JobState<Collected>> {
        let call = self.chat.client.endpoint.get(&format!("messages/batches/{}", job.id))?.operation("check_batch");
        let reply = call.model(&self.chat.address.model).send().await?;
        let batch: Batch = reply.json()?;
        if let Some(archived_at) = batch.archived_at {
            let message = format!("the vendor has kept the results until {archived_at}, and no longer");
            return Err(reply.describe(Error::new(ErrorKind::JobFailed, message)));
        }
        if !batch.has_ended() {
            let (done, all) = (batch.request_counts.done(), batch.request_counts.all());
            let pending = Pending::working(batch.processing_status);
            return Ok(if all > 0 { pending.with_fraction(done as f32 / all as f32) } else { pending }.into());
        }
        let reply = self.results(&job.id).await?;
        let lines = batch::lines(&reply).map(|line| self.line(&reply, line)).collect::<Result<_>>()?;
        Ok(JobState::Done(Collected { lines, rest: None }))
    }

    fn line(&self, reply: &Reply, line: &[u8]) -> Result<Line> {
        let unreadable = |cause| Error::protocol(format!("a line of results cannot be read: {cause}"), line);
        let read: ResultLine<'_> = serde_json::from_slice(line).map_err(|cause| reply.describe(unreadable(cause)))?;
        let ItemResult { r#type, message, error } = read.result;
        let outcome = match (r#type.as_str(), message, error) {
            ("succeeded", Some(message), _) => {
                let body = message.get().as_bytes().to_vec();
                batch::answer(&self.chat.address, reply, body, &mut self.chat.decoder())
            }
            ("expired", ..) => BatchOutcome::Expired,
            ("canceled", ..) => BatchOutcome::Cancelled,
            (_, _, Some(error)) => batch::refusal(&self.chat.client.endpoint, 200, error.get().as_bytes()),
            _ => BatchOutcome::of(Err(Error::protocol("the chat has no answer", line))),
        };
        Ok((read.custom_id, outcome))
    }
}

#[async_trait]
impl Maker<BatchRequest> for AnthropicBatches {
    fn address(&self) -> &ModelAddress {
        &self.chat.address
    }

    fn capabilities(&self) -> BatchCapabilities {
        let dialect = &self.chat.client.dialect;
        let can = BatchCapabilities::new().with_cancel(true).with_paid(dialect.service.paid);
        if dialect.quirks.batches {
            return can.with_max_items(100_000);
        }
        can.with_condition(Condition::that("items", Test::Unset).because("this vendor has no batches"))
    }

    async fn make(&self, run: &Run, request: &BatchRequest) -> Result<Made<BatchResults>> {
        let mark = &*batch::mark(run);
        let submit = || {
            let find = |lost| self.find(mark, request.items.len(), lost);
            job::submit(run, || self.create(mark, request), find)
        };
        let check = |job: Job| async move { self.check(&job).await };
        batch::durably(self, run, request, submit, check).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        let Some(job) = batch::submitted(run).await? else { return Ok(()) };
        let call = self.chat.client.endpoint.post(&format!("messages/batches/{}/cancel", job.id))?;
        call.operation("cancel_batch").send().await.map(drop)
    }
}
