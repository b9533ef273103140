//! Many chats at once, at half the price: OpenAI's batches of a file, and Mistral's jobs.

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use social_core::batch::{BatchCapabilities, BatchOutcome, BatchRequest, BatchResults};
use social_core::chat::{ChatDecoder, ChatRequest};
use social_core::clock::Timestamp;
use social_core::http::{Endpoint, Multipart, Reply};
use social_core::job::{self, Job, JobState, Pending};
use social_core::make::{Condition, Made, Maker, Test};
use social_core::run::{Found, Lost, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::chat::CompatibleChat;
use super::client::Compatible;
use super::dialect::Batches;
use super::request;
use crate::shared::batch::{self, Collected, Line, MARK};

/// The largest file of requests, in bytes.
const LARGEST_FILE: usize = 200_000_000;

/// More pages of a list than anybody has of an hour.
const PAGES: usize = 20;

/// Batches of a chat model behind OpenAI's dialect: OpenAI's and Mistral's, which take at most a
/// day and cost half.
///
/// The batch is created once. Its metadata name the run, so that one whose answer was lost is found
/// in the vendor's list. Sources: OpenAI's and Mistral's openapi.yaml.
///
/// ```no_run
/// use llm_adapters::openai_chat::{Compatible, Dialect};
/// use social_core::batch::BatchRequest;
/// use social_core::chat::ChatRequest;
/// use social_core::make::Maker as _;
/// use social_core::run::{FileJournal, Run};
///
/// # async fn example() -> social_core::Result<()> {
/// let model = Compatible::from_env(Dialect::OPENAI)?.batches("gpt-5.4-mini");
/// let week = BatchRequest::new([]).with_item("monday", ChatRequest::new("A caption for Monday."));
/// let run = Run::open(&FileJournal::open("runs")?, "week-49").await?;
/// println!("{:?}", model.make(&run, &week).await?.results);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CompatibleBatches {
    chat: CompatibleChat,
}

impl Compatible {
    /// Batches of a chat model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn batches(&self, model: impl Into<String>) -> CompatibleBatches {
        CompatibleBatches { chat: self.chat(model) }
    }
}

/// One way of OpenAI's to make batches, for a dialect of its chats.
pub(crate) struct FileBatch<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) address: &'a ModelAddress,
    pub(crate) form: Batches,
    /// Where each request of the batch goes.
    pub(crate) url: &'static str,
}

/// A batch, in either vendor's words.
#[derive(Deserialize)]
struct Batch {
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default, alias = "output_file")]
    output_file_id: Option<String>,
    #[serde(default, alias = "error_file")]
    error_file_id: Option<String>,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    created_at: Option<i64>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Batch>,
    #[serde(default)]
    has_more: bool,
}

/// A line of a file of results.
#[derive(Deserialize)]
struct ResultLine<'a> {
    custom_id: String,
    #[serde(borrow, default)]
    response: Option<Response<'a>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(default)]
    status_code: Option<u16>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    custom_id: &'a str,
    method: &'static str,
    url: &'static str,
    body: &'a RawValue,
}

#[derive(Serialize)]
struct JobLine<'a> {
    custom_id: &'a str,
    body: &'a RawValue,
}

impl FileBatch<'_> {
    fn path(&self) -> &'static str {
        if self.form == Batches::Jobs { "batch/jobs" } else { "batches" }
    }

    /// Submits the chats that `bodies` writes, once.
    pub(crate) async fn submit<F>(&self, run: &Run, bodies: impl FnOnce() -> F + Send) -> Result<Job>
    where
        F: Future<Output = Result<Vec<Box<RawValue>>>> + Send,
    {
        let mark = &*batch::mark(run);
        let find = |lost| self.find(mark, lost);
        if self.form == Batches::Jobs {
            let create = || async {
                let bodies = bodies().await?;
                let names: Vec<String> = (0..bodies.len()).map(|number| batch::name(mark, number)).collect();
                let lines = names.iter().zip(&bodies);
                let requests: Vec<_> = lines.map(|(custom_id, body)| JobLine { custom_id, body }).collect();
                #[derive(Serialize)]
                struct Body<'a> {
                    requests: Vec<JobLine<'a>>,
                    endpoint: &'static str,
                    model: &'a str,
                    metadata: Value,
                    timeout_hours: u32,
                }
                let (endpoint, model, metadata) = (self.url, &*self.address.model, json!({ MARK: mark }));
                self.create(&Body { requests, endpoint, model, metadata, timeout_hours: 24 }).await
            };
            return job::submit(run, create, find).await;
        }
        let file: String = run.step("upload", || async { self.upload(mark, &bodies().await?).await }).await?;
        let body = json!({"input_file_id": file, "endpoint": self.url, "completion_window": "24h",
            "metadata": { MARK: mark }});
        job::submit(run, || self.create(&body), find).await
    }

    /// Puts the chats into a file at the vendor.
    async fn upload(&self, mark: &str, bodies: &[Box<RawValue>]) -> Result<String> {
        #[derive(Deserialize)]
        struct File {
            id: String,
        }
        let mut file = Vec::new();
        for (number, body) in bodies.iter().enumerate() {
            let custom_id = &*batch::name(mark, number);
            let line = FileLine { custom_id, method: "POST", url: self.url, body };
            serde_json::to_writer(&mut file, &line)
                .map_err(|cause| Error::invalid("body", "the request cannot be written as JSON").with_source(cause))?;
            file.push(b'\n');
        }
        batch::check_size(file.len(), LARGEST_FILE)?;
        let form = Multipart::new().text("purpose", "batch").file("file", "batch.jsonl", "application/jsonl", file);
        let call = self.endpoint.post("files")?.operation("upload_batch").model(&self.address.model);
        Ok(call.multipart(form).send().await?.json::<File>()?.id)
    }

    async fn create(&self, body: &(impl Serialize + Sync)) -> Result<Job> {
        let call = self.endpoint.post(self.path())?.operation("create_batch").model(&self.address.model);
        Ok(self.job(call.json(body).send().await?.json()?))
    }

    fn job(&self, batch: Batch) -> Job {
        let now = || self.endpoint.clock().now();
        let created = batch.created_at.and_then(|at| Timestamp::from_second(at).ok()).unwrap_or_else(now);
        Job::new(batch.id, created).with_kind("batch").with_model(self.address.model.clone())
    }

    /// Looks for the batch of this mark. Lists are sorted, the newest first.
    async fn find(&self, mark: &str, lost: Lost) -> Result<Found<Job>> {
        let oldest = lost.begun_at.as_second().saturating_sub(3600);
        let mut after = None;
        for page in 0..PAGES {
            let call = self.endpoint.get(self.path())?.operation("list_batches");
            let call = match (self.form, &after) {
                (Batches::Jobs, _) => {
                    call.query("page", page.to_string()).query("page_size", "100").query("created_by_me", "true")
                }
                (_, Some(after)) => call.query("limit", "100").query("after", after),
                (_, None) => call.query("limit", "100"),
            };
            let Page { data, has_more } = call.send().await?.json()?;
            let more = has_more || (self.form == Batches::Jobs && data.len() >= 100);
            let last = data.last().map(|batch| (batch.id.clone(), batch.created_at));
            let is_ours =
                |batch: &Batch| batch.metadata.as_ref().and_then(|metadata| metadata.get(MARK)?.as_str()) == Some(mark);
            if let Some(ours) = data.into_iter().find(is_ours) {
                return Ok(Found::Present(self.job(ours)));
            }
            match last.filter(|_| more) {
                Some((id, created)) if created.is_none_or(|created| created > oldest) => after = Some(id),
                _ => return Ok(Found::NotListed { settle: batch::SETTLE }),
            }
        }
        Ok(Found::Unknown)
    }

    /// Asks after the batch; reads its results when it has ended.
    pub(crate) async fn check<D: ChatDecoder>(
        &self,
        job: &Job,
        decoder: impl Fn(&str) -> D + Sync,
    ) -> Result<JobState<Collected>> {
        let call = self.endpoint.get(&format!("{}/{}", self.path(), job.id))?.operation("check_batch");
        let reply = call.model(&self.address.model).send().await?;
        let batch: Batch = reply.json()?;
        let rest = match batch.status.to_ascii_lowercase().as_str() {
            "completed" | "success" => None,
            "expired" | "timeout_exceeded" => Some(BatchOutcome::Expired),
            "cancelled" => Some(BatchOutcome::Cancelled),
            "failed" => {
                let error = Error::new(ErrorKind::JobFailed, format!("the batch failed: {}", reasons(&batch.errors)));
                return Err(reply.describe(error));
            }
            "validating" | "queued" => return Ok(Pending::queued(batch.status).into()),
            _ => return Ok(Pending::working(batch.status).into()),
        };
        let mut lines = Vec::new();
        for file in batch.output_file_id.iter().chain(&batch.error_file_id) {
            let call = self.endpoint.get(&format!("files/{file}/content"))?.operation("read_batch");
            let reply = call.model(&self.address.model).limit(batch::LARGEST_ANSWER).send().await?;
            for line in batch::lines(&reply) {
                lines.push(self.line(&reply, line, &decoder)?);
            }
        }
        Ok(JobState::Done(Collected { lines, rest }))
    }

    fn line<D: ChatDecoder>(&self, reply: &Reply, line: &[u8], decoder: impl Fn(&str) -> D) -> Result<Line> {
        let unreadable = |cause| Error::protocol(format!("a line of results cannot be read: {cause}"), line);
        let read: ResultLine<'_> = serde_json::from_slice(line).map_err(|cause| reply.describe(unreadable(cause)))?;
        let response = read.response.unwrap_or(Response { status_code: None, body: None });
        let status = response.status_code.unwrap_or(200);
        let error = read.error.filter(|error| error.get() != "null");
        let outcome = match (response.body, error) {
            (Some(body), None) if (200..300).contains(&status) => {
                let mut decoder = decoder(&read.custom_id);
                batch::answer(self.address, reply, body.get().as_bytes().to_vec(), &mut decoder)
            }
            (_, Some(error)) if error.get().contains("batch_expired") => BatchOutcome::Expired,
            (_, Some(error)) if error.get().contains("batch_cancelled") => BatchOutcome::Cancelled,
            (Some(body), None) => batch::refusal(self.endpoint, status, body.get().as_bytes()),
            (_, Some(error)) => batch::refusal(self.endpoint, status, format!("{{\"error\":{error}}}").as_bytes()),
            (None, None) => BatchOutcome::of(Err(Error::protocol("the chat has no answer", line))),
        };
        Ok((read.custom_id, outcome))
    }

    /// Cancels the batch. What was answered before can still be collected.
    pub(crate) async fn cancel(&self, run: &Run) -> Result<()> {
        let Some(job) = batch::submitted(run).await? else { return Ok(()) };
        let call = self.endpoint.post(&format!("{}/{}/cancel", self.path(), job.id))?.operation("cancel_batch");
        // Some servers insist on a body's type.
        call.header(CONTENT_TYPE, "application/json").send().await.map(drop)
    }
}

/// The vendor's words for a failure of the whole.
fn reasons(errors: &Value) -> String {
    let list = errors.get("data").unwrap_or(errors).as_array().map(Vec::as_slice).unwrap_or_default();
    let words: Vec<&str> = list.iter().filter_map(|error| error.get("message")?.as_str()).collect();
    if words.is_empty() { "no reason was given".to_owned() } else { words.join("; ") }
}

impl CompatibleBatches {
    fn batch(&self) -> FileBatch<'_> {
        let Compatible { dialect, endpoint, .. } = &self.chat.client;
        let (address, form) = (&self.chat.address, dialect.quirks.batches);
        FileBatch { endpoint, address, form, url: "/v1/chat/completions" }
    }
}

#[async_trait]
impl Maker<BatchRequest> for CompatibleBatches {
    fn address(&self) -> &ModelAddress {
        &self.chat.address
    }

    fn capabilities(&self) -> BatchCapabilities {
        let dialect = &self.chat.client.dialect;
        let can = BatchCapabilities::new().with_cancel(true).with_paid(dialect.service.paid);
        match dialect.quirks.batches {
            Batches::Files => can.with_max_items(50_000),
            Batches::Jobs => can.with_max_items(10_000),
            Batches::Unsupported => {
                can.with_condition(Condition::that("items", Test::Unset).because("this vendor has no batches"))
            }
        }
    }

    async fn make(&self, run: &Run, request: &BatchRequest) -> Result<Made<BatchResults>> {
        let (batch, dialect) = (self.batch(), &self.chat.client.dialect);
        let body = |chat| request::body(dialect, &self.chat.address, chat, false);
        let bodies = || batch::bodies(request, body);
        let (mark, none) = (&*batch::mark(run), &ChatRequest::default());
        let decoder = |name: &str| self.chat.decoder(batch::chat_of(request, mark, name).unwrap_or(none));
        let check = |job: Job| async move { self.batch().check(&job, decoder).await };
        batch::durably(self, run, request, || batch.submit(run, bodies), check).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.batch().cancel(run).await
    }
}
