//! Many chats at once, at half the price: in AI Studio.

use async_trait::async_trait;
use companies::google::GoogleApi;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use social_core::batch::{BatchCapabilities, BatchOutcome, BatchRequest, BatchResults};
use social_core::http::Reply;
use social_core::job::{self, Job, JobState, Pending};
use social_core::make::{Made, Maker};
use social_core::run::{Found, Lost, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::chat::GeminiChat;
use super::client::Gemini;
use super::request::{self, Form};
use crate::shared::batch::{self, Collected, Line};

/// The largest batch whose chats are in the request, in bytes.
/// <https://ai.google.dev/gemini-api/docs/batch-api>
const LARGEST: usize = 20_000_000;

/// More pages of a list than anybody has of a day.
const PAGES: usize = 20;

/// Batches of a Gemini model in AI Studio, which take at most a day and cost half. Vertex AI makes
/// its batches in a store of its own and is not offered.
///
/// The batch is created once. Its display name is that of the run, so that one whose answer was
/// lost is found in the vendor's list. All chats together have at most 20 MB. Source: the discovery
/// document of `generativelanguage` v1beta.
///
/// ```no_run
/// use llm_adapters::gemini::Gemini;
/// use social_core::batch::BatchRequest;
/// use social_core::chat::ChatRequest;
/// use social_core::make::Maker as _;
/// use social_core::run::{FileJournal, Run};
///
/// # async fn example() -> social_core::Result<()> {
/// let model = Gemini::from_env()?.batches("gemini-3.8-flash");
/// let week = BatchRequest::new([]).with_item("monday", ChatRequest::new("A caption for Monday."));
/// let run = Run::open(&FileJournal::open("runs")?, "week-49").await?;
/// println!("{:?}", model.make(&run, &week).await?.results);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct GeminiBatches {
    chat: GeminiChat,
}

impl Gemini {
    /// Batches of a chat model, by the vendor's own id.
    #[must_use]
    pub fn batches(&self, model: impl Into<String>) -> GeminiBatches {
        GeminiBatches { chat: self.chat(model) }
    }
}

/// The batch as a long operation.
#[derive(Deserialize)]
struct Operation<'a> {
    name: String,
    #[serde(default)]
    done: bool,
    #[serde(default)]
    metadata: Metadata<'a>,
    #[serde(borrow, default)]
    response: Option<Output<'a>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata<'a> {
    display_name: Option<String>,
    state: Option<String>,
    #[serde(borrow)]
    output: Option<Output<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    #[serde(borrow, default)]
    inlined_responses: Option<Inlined<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inlined<'a> {
    #[serde(borrow, default)]
    inlined_responses: Vec<Answer<'a>>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    response: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(default)]
    metadata: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    /// Left out where there are none.
    #[serde(borrow, default)]
    operations: Vec<Operation<'a>>,
    /// An error with status 200 is no empty list.
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Serialize)]
struct Item<'a> {
    request: &'a RawValue,
    metadata: Value,
}

impl GeminiBatches {
    async fn create(&self, mark: &str, request: &BatchRequest) -> Result<Job> {
        let address = &self.chat.address;
        let body = |chat| request::body(GoogleApi::AiStudio, &address.vendor, Form::Chat, chat);
        let bodies = batch::bodies(request, body).await?;
        batch::check_size(bodies.iter().map(|body| body.get().len() + 96).sum(), LARGEST)?;
        let item = |(number, body)| Item { request: body, metadata: json!({"key": batch::name(mark, number)}) };
        let items: Vec<Item<'_>> = bodies.iter().map(|body| &**body).enumerate().map(item).collect();
        #[derive(Serialize)]
        struct Body<'a> {
            batch: Batch<'a>,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Batch<'a> {
            display_name: &'a str,
            input_config: Input<'a>,
        }
        #[derive(Serialize)]
        struct Input<'a> {
            requests: Requests<'a>,
        }
        #[derive(Serialize)]
        struct Requests<'a> {
            requests: Vec<Item<'a>>,
        }
        let input_config = Input { requests: Requests { requests: items } };
        let body = Body { batch: Batch { display_name: mark, input_config } };
        let endpoint = &self.chat.client.endpoint;
        let route = GoogleApi::AiStudio.route(endpoint, &address.model, "batchGenerateContent")?;
        let call = endpoint.call(&route).operation("create_batch").model(&address.model);
        let reply = call.json(&body).send().await?;
        let operation: Operation<'_> = reply.json()?;
        Ok(self.job(operation.name))
    }

    fn job(&self, name: String) -> Job {
        let model = self.chat.address.model.clone();
        Job::new(name, self.chat.client.endpoint.clock().now()).with_kind("batch").with_model(model)
    }

    /// Looks for the batch of this name.
    async fn find(&self, mark: &str, _lost: Lost) -> Result<Found<Job>> {
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let mut call = self.chat.client.endpoint.get("batches")?.operation("list_batches").query("pageSize", "100");
            if let Some(token) = &token {
                call = call.query("pageToken", token);
            }
            let reply = call.limit(batch::LARGEST_ANSWER).send().await?;
            let Page { operations, error, next_page_token } = reply.json()?;
            if error.is_some() {
                return Err(reply.describe(self.chat.client.endpoint.classify(&reply.failure())));
            }
            let ours = |operation: &Operation<'_>| operation.metadata.display_name.as_deref() == Some(mark);
            if let Some(operation) = operations.into_iter().find(ours) {
                return Ok(Found::Present(self.job(operation.name)));
            }
            token = next_page_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(Found::NotListed { settle: batch::SETTLE });
            }
        }
        Ok(Found::Unknown)
    }

    async fn check(&self, mark: &str, job: &Job) -> Result<JobState<Collected>> {
        let endpoint = &self.chat.client.endpoint;
        let call = endpoint.get(&job.id)?.operation("check_batch").model(&self.chat.address.model);
        let reply = call.limit(batch::LARGEST_ANSWER).send().await?;
        let Operation { done, metadata, response, error, .. } = reply.json()?;
        let state = metadata.state.unwrap_or_default();
        // The names differ by their beginning: `BATCH_STATE_` and `JOB_STATE_`.
        let rest = match state.rsplit("STATE_").next().unwrap_or_default() {
            "EXPIRED" => Some(BatchOutcome::Expired),
            "CANCELLED" => Some(BatchOutcome::Cancelled),
            "FAILED" => {
                let words = error.map_or("no reason was given", RawValue::get);
                return Err(reply.describe(Error::new(ErrorKind::JobFailed, format!("the batch failed: {words}"))));
            }
            "SUCCEEDED" => None,
            _ if done => match error {
                Some(error) => {
                    let message = format!("the batch failed: {}", error.get());
                    return Err(reply.describe(Error::new(ErrorKind::JobFailed, message)));
                }
                None => None,
            },
            "PENDING" => return Ok(Pending::queued(state).into()),
            _ => return Ok(Pending::working(state).into()),
        };
        let output = response.or(metadata.output).and_then(|output| output.inlined_responses);
        let answers = output.map(|inlined| inlined.inlined_responses).unwrap_or_default();
        let lines = answers.into_iter().enumerate().map(|(number, answer)| self.line(&reply, mark, number, answer));
        Ok(JobState::Done(Collected { lines: lines.collect(), rest }))
    }

    /// Answers come in the order of the chats; where they have names, those count.
    fn line(&self, reply: &Reply, mark: &str, number: usize, answer: Answer<'_>) -> Line {
        let key = answer.metadata.as_ref().and_then(|metadata| metadata.get("key")?.as_str());
        let name = key.map_or_else(|| batch::name(mark, number), str::to_owned);
        let outcome = match (answer.response, answer.error) {
            (Some(body), _) => {
                let body = body.get().as_bytes().to_vec();
                batch::answer(&self.chat.address, reply, body, &mut self.chat.decoder())
            }
            (None, Some(error)) => {
                let code =
                    serde_json::from_str::<Value>(error.get()).ok().and_then(|error| error.get("code")?.as_u64());
                let body = format!("{{\"error\":{error}}}");
                let status = code.and_then(status_of).unwrap_or(200);
                batch::refusal(&self.chat.client.endpoint, status, body.as_bytes())
            }
            (None, None) => BatchOutcome::of(Err(Error::new(ErrorKind::Protocol, "the chat has no answer"))),
        };
        (name, outcome)
    }
}

/// The HTTP status of a code of `google.rpc.Code`; where it is a status already, that.
/// <https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto>
fn status_of(code: u64) -> Option<u16> {
    let status = match code {
        1 => 499,
        3 | 9 | 11 => 400,
        4 => 504,
        5 => 404,
        6 | 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        2 | 13 | 15 => 500,
        100..=599 => return u16::try_from(code).ok(),
        _ => return None,
    };
    Some(status)
}

#[async_trait]
impl Maker<BatchRequest> for GeminiBatches {
    fn address(&self) -> &ModelAddress {
        &self.chat.address
    }

    fn capabilities(&self) -> BatchCapabilities {
        BatchCapabilities::new().with_cancel(true)
    }

    async fn make(&self, run: &Run, request: &BatchRequest) -> Result<Made<BatchResults>> {
        let mark = &*batch::mark(run);
        let submit = || job::submit(run, || self.create(mark, request), |lost| self.find(mark, lost));
        let check = |job: Job| async move { self.check(mark, &job).await };
        batch::durably(self, run, request, submit, check).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        let Some(job) = batch::submitted(run).await? else { return Ok(()) };
        let call = self.chat.client.endpoint.post(&format!("{}:cancel", job.id))?;
        call.operation("cancel_batch").json(&json!({})).send().await.map(drop)
    }
}
