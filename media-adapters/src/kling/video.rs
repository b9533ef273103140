//! Kling's video models: a task is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::http::{Endpoint, Reply};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{MediaType, RemoteMedia};
use social_core::money::{MicroDollars, Usage};
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::error;
use super::model::{self, Api};
use super::wire::{Content, Envelope, LegacyTask, Options, Output, Settings, Task, TaskState, Watermark};
use crate::body::WithExtra;
use crate::fetched::{self, Finished};
use crate::input::{ImageRule, Input};

/// Videos are ready after one to ten minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(10),
    growth: 1.2,
    longest: Duration::from_secs(20),
    jitter: 0.2,
    deadline: Duration::from_secs(900),
};

/// What Kling takes as an image (document-api, image to video).
const IMAGE: ImageRule = ImageRule {
    vendor: "Kling",
    formats: &[MediaType::Jpeg, MediaType::Png],
    max_bytes: 10 << 20,
    min_side: 300,
    max_ratio: 2.5,
};

/// Kling answers a submission within seconds, and does not say that it refuses an id that it knows.
const SETTLE: Duration = Duration::from_secs(30);

/// Kling deletes results after 30 days.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// One of Kling's video models.
///
/// Lengths are 5 and 10 seconds, of the 3.0 models 3 to 15; shapes are 16:9, 9:16 and 1:1. A video
/// that starts from an image (JPEG or PNG, at most 10 MiB, sides of at least 300 pixels, 1:2.5 to
/// 2.5:1) has the image's shape, so an aspect ratio beside it is refused. The models `kling-2.6`
/// and later take images by public address only. Videos come without a watermark.
///
/// The request carries an id that follows from the run. When its answer is lost, Kling is asked for
/// the task of that id. A refusal of the prompt is [`Rejected`](ErrorKind::Rejected); a task that
/// fails while it is rendered is [`JobFailed`](ErrorKind::JobFailed), or `Rejected` when the reason
/// tells of a filter.
#[derive(Clone, Debug)]
pub struct KlingVideo {
    endpoint: Endpoint,
    address: ModelAddress,
    patience: PollPolicy,
}

impl KlingVideo {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, patience: PATIENCE }
    }

    /// Sets how long and how often Kling is asked; by default every 10 to 20 seconds for 15
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    fn api(&self) -> Api {
        Api::of(&self.address.model)
    }

    /// The family of tasks of the older API.
    fn collection(request: &VideoRequest) -> &'static str {
        if request.first_frame.is_some() { "v1/videos/image2video" } else { "v1/videos/text2video" }
    }

    async fn submit(&self, run: &Run, request: &VideoRequest, prompt: &str, id: &str) -> Result<Job> {
        let seconds = request.duration.map(|duration| duration.as_secs());
        let aspect_ratio = request.aspect_ratio.map(|ratio| ratio.to_string());
        let watermark_info = Watermark { enabled: false };
        let for_audio = request.audio.filter(|audio| *audio).and(model::resolution_for_audio(&self.address.model));
        let resolution = request.resolution.as_deref().or(for_audio);
        let call = match self.api() {
            Api::Legacy => {
                let task = LegacyTask {
                    model_name: &self.address.model,
                    prompt,
                    negative_prompt: request.negative_prompt.as_deref(),
                    mode: resolution.map(mode),
                    sound: self.audio(request).map(|audio| if audio { "on" } else { "off" }),
                    aspect_ratio,
                    duration: seconds.map(|seconds| seconds.to_string()),
                    image: IMAGE.open_any(request.first_frame.as_ref(), "first_frame", run.clock().now()).await?,
                    image_tail: IMAGE.open_any(request.last_frame.as_ref(), "last_frame", run.clock().now()).await?,
                    watermark_info,
                    external_task_id: id,
                };
                self.endpoint.post(Self::collection(request))?.json(&WithExtra { body: &task, extra: &request.extra })
            }
            Api::Current => {
                let (path, prompt, contents) =
                    match IMAGE.open_any(request.first_frame.as_ref(), "first_frame", run.clock().now()).await? {
                        None => ("text-to-video", Some(prompt), Vec::new()),
                        Some(Input::Address(url)) => {
                            let contents = vec![Content::Prompt { text: prompt }, Content::FirstFrame { url }];
                            ("image-to-video", None, contents)
                        }
                        Some(Input::Bytes(..)) => {
                            let message = "this model takes images by public address; host the image first";
                            return Err(Error::unsupported("first_frame", message));
                        }
                    };
                let audio = self.audio(request).map(|audio| if audio { "native" } else { "off" });
                let settings = Settings { resolution, aspect_ratio, duration: seconds, audio };
                let options = Options { external_task_id: id, watermark_info };
                let task = Task { prompt, contents, settings, options };
                self.endpoint
                    .post(&format!("{path}/{}", self.address.model))?
                    .json(&WithExtra { body: &task, extra: &request.extra })
            }
        };
        let reply = call.operation("submit_video").model(&self.address.model).send().await?;
        let task: TaskState = self.open(&reply)?;
        if task.id.is_empty() {
            return Err(reply.unreadable("the answer names no task"));
        }
        Ok(Job::new(task.id, run.clock().now()).with_model(&self.address.model))
    }

    /// Whether the request says something about audio that the model understands.
    fn audio(&self, request: &VideoRequest) -> Option<bool> {
        request.audio.filter(|_| self.capabilities().audio)
    }

    /// Looks for a task by the id that we gave it.
    async fn find(&self, run: &Run, request: &VideoRequest, id: &str) -> Result<Found<Job>> {
        match self.state(request, id, true).await {
            Ok(Some(task)) if !task.id.is_empty() => {
                Ok(Found::Present(Job::new(task.id, run.clock().now()).with_model(&self.address.model)))
            }
            Ok(Some(_)) => Ok(Found::Unknown),
            Ok(None) => Ok(Found::NotListed { settle: SETTLE }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::NotListed { settle: SETTLE }),
            Err(error) => Err(error),
        }
    }

    /// Asks after a task, by its own id or by ours.
    async fn state(&self, request: &VideoRequest, id: &str, ours: bool) -> Result<Option<TaskState>> {
        let call = match self.api() {
            Api::Legacy => self.endpoint.get(&format!("{}/{id}", Self::collection(request)))?,
            Api::Current => self.endpoint.get("tasks")?.query(if ours { "external_task_ids" } else { "task_ids" }, id),
        };
        let reply = call.operation("check_video").send().await?;
        match self.api() {
            Api::Legacy => self.open(&reply).map(Some),
            Api::Current => self.open(&reply).map(|tasks: Vec<TaskState>| tasks.into_iter().next()),
        }
    }

    /// What is in an answer, which may be an error with status 200.
    fn open<T: serde::de::DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        let envelope: Envelope<T> = reply.json()?;
        match envelope {
            Envelope { code: 0, data: Some(data), .. } => Ok(data),
            Envelope { code: 0, .. } => Err(reply.unreadable("the answer holds nothing")),
            _ => Err(reply.describe(self.endpoint.classify(&reply.failure()))),
        }
    }

    async fn check_task(&self, run: &Run, request: &VideoRequest, job: &Job) -> Result<JobState<Finished>> {
        let Some(task) = self.state(request, &job.id, false).await? else {
            return Err(Error::new(ErrorKind::NotFound, format!("Kling does not know the task `{}`", job.id)));
        };
        match task.status.as_str() {
            // The two APIs spell success differently.
            "succeed" | "succeeded" => finished(task, run.clock().now()).map(JobState::Done),
            "failed" => Err(error::failed(task.message.as_deref())),
            "submitted" => Ok(Pending::queued(task.status).into()),
            _ => Ok(Pending::working(task.status).into()),
        }
    }
}

#[async_trait]
impl Maker<VideoRequest> for KlingVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::capabilities(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let (prompt, id) = (request.full_prompt(), run.key("submit"));
        let submit = || self.submit(run, request, &prompt, &id);
        let job = job::submit(run, submit, |_| self.find(run, request, &id)).await?;
        self.collect(run, request, &job).await.map_err(|e| e.with_vendor(self.endpoint.vendor()))
    }
}

impl KlingVideo {
    /// Waits for the job and fetches its video.
    async fn collect(&self, run: &Run, request: &VideoRequest, job: &Job) -> Result<Made<MediaFile>> {
        let check = || self.check_task(run, request, job);
        let (video, usage) = fetched::keep_video(run, &self.endpoint, &self.patience, job, check).await?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }
}

/// The older API's word for a resolution.
fn mode(resolution: &str) -> &'static str {
    match resolution {
        "4k" => "4k",
        "720p" => "std",
        _ => "pro",
    }
}

fn finished(task: TaskState, now: Timestamp) -> Result<Finished> {
    let outputs = task.outputs.into_iter().chain(task.task_result.into_iter().flat_map(|result| result.videos));
    let mut video = outputs.filter(|output| output.kind.as_deref().is_none_or(|kind| kind == "video"));
    let Some((url, duration)) = video.find_map(|Output { url, duration, .. }| Some((url?, duration))) else {
        return Err(Error::new(ErrorKind::JobFailed, "Kling says that the task succeeded and names no video"));
    };
    let mut usage = Usage::default();
    usage.seconds = duration;
    usage.units = task.final_unit_deduction;
    for bill in &task.billing {
        match (bill.charge_type.as_str(), bill.currency.as_deref(), bill.amount) {
            ("unit", _, Some(amount)) => *usage.units.get_or_insert(0.0) += amount,
            ("cash", Some("USD"), Some(amount)) => {
                *usage.reported_cost.get_or_insert_default() += MicroDollars::from_dollars(amount);
            }
            _ => {}
        }
    }
    Ok(Finished { files: vec![RemoteMedia { url, expires_at: now.checked_add(KEPT).ok() }], usage })
}
