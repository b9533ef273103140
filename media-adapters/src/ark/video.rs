//! Seedance: a task is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Endpoint;
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{Media, MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::run::{Found, Lost, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::wire::{Address, Created, Part, Task, VideoTask};
use super::{lost, model};
use crate::body::WithExtra;
use crate::fetched::{self, Finished};
use crate::input::ImageRule;

/// Videos are ready after one to ten minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(5),
    growth: 1.1,
    longest: Duration::from_secs(10),
    jitter: 0.2,
    deadline: Duration::from_secs(900),
};

/// What Seedance takes as an image (ModelArk, video generation).
const IMAGE: ImageRule = ImageRule {
    vendor: "Ark",
    formats: &[MediaType::Jpeg, MediaType::Png, MediaType::Webp],
    max_bytes: 30 << 20,
    min_side: 300,
    max_ratio: 2.5,
};

/// Addresses of videos end after 24 hours.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// One of the Seedance models.
///
/// Lengths are whole seconds, of the 2.0 models 4 to 15. A video that starts from an image (JPEG,
/// PNG or WebP, at most 30 MiB, sides of at least 300 pixels, 1:2.5 to 2.5:1) has the image's
/// shape, so an aspect ratio beside it is refused. Reference images, videos and audio, drafts and
/// the service tier are passed by [`extra`](VideoRequest::extra). Videos come without a watermark.
///
/// A request without a seed is given one that follows from the run: when the answer to the
/// submission is lost, the task is found by it in Ark's list, which tells of the last seven days.
/// With a seed of the caller's own such a task stays [`OutcomeUnknown`](ErrorKind::OutcomeUnknown),
/// unless the list has none with it.
///
/// A task that fails is [`JobFailed`](ErrorKind::JobFailed), or
/// [`Rejected`](ErrorKind::Rejected) when its code tells of sensitive content. A task in the queue
/// can be [cancelled](Maker::cancel); one that runs cannot. [`remove`](Maker::remove) deletes the
/// record of a task that is over.
#[derive(Clone, Debug)]
pub struct Seedance {
    endpoint: Endpoint,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Seedance {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, patience: PATIENCE }
    }

    /// Sets how long and how often Ark is asked; by default every 5 to 10 seconds for 15 minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    fn job(&self, run: &Run, id: String) -> Job {
        Job::new(id, run.clock().now()).with_model(&self.address.model)
    }

    async fn submit(&self, run: &Run, request: &VideoRequest, seed: i64) -> Result<Job> {
        let prompt = request.full_prompt();
        let mut content = Vec::new();
        if !prompt.trim().is_empty() {
            content.push(Part::Text { text: &prompt });
        }
        content.extend(frame(run, request.first_frame.as_ref(), "first_frame").await?);
        content.extend(frame(run, request.last_frame.as_ref(), "last_frame").await?);
        let task = VideoTask {
            model: &self.address.model,
            content,
            resolution: request.resolution.as_deref(),
            ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            duration: request.duration.map(|duration| duration.as_secs()),
            seed,
            generate_audio: request.audio.filter(|_| self.capabilities().audio),
            watermark: false,
        };
        let call = self.endpoint.post("contents/generations/tasks")?.operation("submit_video");
        let call = call.model(&self.address.model).json(&WithExtra { body: &task, extra: &request.extra });
        let reply = call.send().await?;
        match reply.json::<Created>()?.id {
            id if id.is_empty() => Err(reply.unreadable("the answer names no task")),
            id => Ok(self.job(run, id)),
        }
    }

    async fn find(&self, run: &Run, request: &VideoRequest, lost: Lost, seed: i64) -> Result<Found<Job>> {
        let is_unique = request.seed.is_none() && !request.extra.contains_key("seed");
        let found = lost::find(&self.endpoint, run, lost, seed, is_unique).await?;
        Ok(found.map(|id| self.job(run, id)))
    }

    async fn task(&self, id: &str) -> Result<Task> {
        let call = self.endpoint.get(&path(id))?.operation("check_video");
        call.send().await?.json()
    }

    async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Finished>> {
        let task = self.task(&job.id).await?;
        match task.status.as_str() {
            "succeeded" => finished(task, run.clock().now()).map(JobState::Done),
            "failed" => Err(task.error.unwrap_or_default().of_task()),
            "cancelled" | "canceled" => Err(Error::new(ErrorKind::JobFailed, "the task was cancelled")),
            "expired" => {
                Err(Error::new(ErrorKind::JobFailed, "the task was not finished in the time that Ark gives it"))
            }
            "queued" => Ok(Pending::queued(task.status).into()),
            _ => Ok(Pending::working(task.status).into()),
        }
    }

    /// Cancels a task in the queue, or deletes the record of one that is over.
    async fn delete(&self, id: &str, operation: &'static str) -> Result<()> {
        let route = self.endpoint.route(Method::DELETE, &path(id))?;
        match self.endpoint.call(&route).operation(operation).send().await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Maker<VideoRequest> for Seedance {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::video(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let seed = request.seed.unwrap_or_else(|| lost::seed(run));
        let submit = || self.submit(run, request, seed);
        let job = job::submit(run, submit, |lost| self.find(run, request, lost, seed)).await?;
        let check = || self.check(run, &job);
        let kept = fetched::keep_video(run, &self.endpoint, &self.patience, &job, check).await;
        let (video, usage) = kept.map_err(|e| e.with_vendor(self.endpoint.vendor()))?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        let Some(job) = run.result::<Job>("submit").await? else { return Ok(()) };
        let task = self.task(&job.id).await?;
        match task.status.as_str() {
            "queued" => {
                self.delete(&job.id, "cancel_video").await?;
                job::end(run, "the task was cancelled").await
            }
            // Deleting it would take away its result.
            "succeeded" | "failed" | "expired" | "cancelled" | "canceled" => Ok(()),
            status => {
                let message = format!("the task is `{status}`; Ark cancels only what is in its queue");
                Err(Error::unsupported("cancel", message).with_vendor(self.endpoint.vendor()))
            }
        }
    }

    async fn remove(&self, run: &Run, _made: &MediaFile) -> Result<()> {
        match run.result::<Job>("submit").await? {
            Some(job) => self.delete(&job.id, "remove_video").await,
            None => Ok(()),
        }
    }
}

fn path(id: &str) -> String {
    format!("contents/generations/tasks/{id}")
}

async fn frame(run: &Run, image: Option<&Media>, role: &'static str) -> Result<Option<Part<'static>>> {
    let Some(image) = image else { return Ok(None) };
    let url = IMAGE.open(image, role, run.clock().now()).await?;
    Ok(Some(Part::ImageUrl { image_url: Address { url }, role }))
}

fn finished(task: Task, now: Timestamp) -> Result<Finished> {
    let Some(url) = task.content.and_then(|content| content.video_url) else {
        return Err(Error::new(ErrorKind::JobFailed, "Ark says that the task succeeded and names no video"));
    };
    let mut usage = Usage::default().with_term("resolution", task.resolution.as_deref());
    let tokens = task.usage.and_then(|usage| usage.completion_tokens);
    usage.output_tokens = tokens.and_then(|count| u64::try_from(count).ok());
    usage.seconds = task.duration;
    Ok(Finished { files: vec![RemoteMedia { url, expires_at: now.checked_add(KEPT).ok() }], usage })
}
