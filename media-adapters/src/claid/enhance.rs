//! Claid's editor: one call, or a job that is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use social_core::clock::Timestamp;
use social_core::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage};
use social_core::http::{Call, Endpoint, Multipart};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Condition, Made, Maker, MediaFile, Test};
use social_core::media::{Media, MediaInfo, MediaKind, MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::run::{Found, Run};
use social_core::{Effect, Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::error;
use super::plan::{self, FORMATS, OPERATIONS, Plan};
use super::wire::{Edit, Edited, Envelope, Image, Task};
use crate::body::WithExtra;
use crate::fetched::{self, Finished, MAX_IMAGE};

/// The name of the editor that works in the background.
pub const ASYNC: &str = "edit-async";

/// An image is ready after seconds; questions count among 4 calls a second and 120 a minute.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(2),
    growth: 1.3,
    longest: Duration::from_secs(10),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// How long one call may take.
const DEADLINE: Duration = Duration::from_secs(300);

/// Claid keeps results for one day.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// One of Claid's editors.
///
/// An image of ours is uploaded with the call, without place, time and camera notes; one at an
/// address is fetched by Claid, and by us as well where its size or format has to be known. The
/// editor in the background takes addresses only. Crops are around the middle; a larger image comes
/// of `smart_enhance`.
///
/// Each call is billed and cannot be looked up: when its answer is lost, the result is
/// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown). A job that fails is
/// [`JobFailed`](ErrorKind::JobFailed) with Claid's reasons. A request whose
/// [`extra`](EnhanceRequest::extra) asks for `generative` operations or `outpaint` counts as made by
/// a generative model.
#[derive(Clone, Debug)]
pub struct ClaidEnhancer {
    endpoint: Endpoint,
    address: ModelAddress,
    patience: PollPolicy,
}

impl ClaidEnhancer {
    pub(super) fn new(endpoint: Endpoint, name: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), name);
        Self { endpoint, address, patience: PATIENCE }
    }

    /// Sets how long and how often Claid is asked about a job; by default every 2 to 10 seconds for
    /// 10 minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    fn in_background(&self) -> bool {
        self.address.model == ASYNC
    }

    /// What is known about the image, where it has to be known.
    async fn facts(&self, run: &Run, request: &EnhanceRequest) -> Result<Option<MediaInfo>> {
        let info = match &request.image {
            Media::Remote(_) if !plan::needs_facts(&request.operations) => return Ok(None),
            Media::Remote(remote) => remote.fetch(run, "source", &self.endpoint, MAX_IMAGE).await?.info().await,
            image => image.info().await,
        };
        let info = info.map_err(unsent)?;
        if info.media_type.kind() != MediaKind::Image || info.animated {
            let message = format!("{}: Claid takes still images", info.media_type.as_mime());
            return Err(unsent(Error::new(ErrorKind::MediaInvalid, message)));
        }
        Ok(Some(info))
    }

    fn call(&self, path: &str) -> Result<Call<'_>> {
        let call = self.endpoint.post(path)?.operation("enhance").model(&self.address.model);
        Ok(call.deadline(DEADLINE).response_timeout(DEADLINE))
    }

    /// Changes the image in one call.
    async fn edit(&self, run: &Run, request: &EnhanceRequest, plan: Plan, info: Option<MediaInfo>) -> Result<Finished> {
        let Plan { operations, output, .. } = plan;
        let mut edit = Edit { input: None, operations, output };
        let call = match (&request.image, info) {
            (Media::Remote(remote), _) => {
                edit.input = Some(&remote.url);
                self.call("image/edit")?.json(&WithExtra { body: &edit, extra: &request.extra })
            }
            (image, info) => {
                let data = serde_json::to_string(&WithExtra { body: &edit, extra: &request.extra })
                    .map_err(|e| Error::invalid("extra", "the request cannot be written as JSON").with_source(e))?;
                // Of an image of ours the facts are always known.
                let media_type = info.map_or(MediaType::Jpeg, |info| info.media_type);
                let name = format!("image.{}", media_type.extension());
                let body = image.without_notes().await.map_err(unsent)?.body();
                let form = Multipart::new().text("data", data).file("file", &name, media_type.as_mime(), body);
                self.call("image/edit/upload")?.multipart(form)
            }
        };
        let reply = call.send().await?;
        let edited: Envelope<Edited> = reply.json()?;
        finished(edited.data.output, run.clock().now()).map_err(|e| reply.describe(e))
    }

    /// Submits the image as a job.
    async fn submit(&self, run: &Run, input: &Url, request: &EnhanceRequest, plan: Plan) -> Result<Job> {
        let Plan { operations, output, .. } = plan;
        let edit = Edit { input: Some(input), operations, output };
        let call = self.call("image/edit/async")?.json(&WithExtra { body: &edit, extra: &request.extra });
        let reply = call.send().await?;
        let task: Envelope<Task> = reply.json()?;
        let id = match task.data.id {
            Value::Number(id) => id.to_string(),
            Value::String(id) if !id.is_empty() => id,
            _ => return Err(reply.unreadable("the answer names no job")),
        };
        Ok(Job::new(id, run.clock().now()).with_model(&self.address.model))
    }

    async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Finished>> {
        let call = self.endpoint.get(&format!("image/edit/async/{}", job.id))?.operation("check enhance");
        let reply = call.send().await?;
        let Envelope { data: task } = reply.json::<Envelope<Task>>()?;
        match (task.status.as_str(), task.result.output_object) {
            ("DONE", Some(image)) => {
                finished(image, run.clock().now()).map(JobState::Done).map_err(|e| reply.describe(e))
            }
            ("DONE" | "ERROR" | "CANCELLED", _) => Err(reply.describe(error::failed(&task.status, &task.errors))),
            ("ACCEPTED" | "WAITING" | "PAUSED", _) => Ok(Pending::queued(task.status).into()),
            _ => Ok(Pending::working(task.status).into()),
        }
    }
}

#[async_trait]
impl Maker<EnhanceRequest> for ClaidEnhancer {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        let can = EnhanceCapabilities::new()
            .with_operations(OPERATIONS)
            .with_formats(FORMATS)
            .with_extra(true)
            .with_generative(false);
        match self.in_background() {
            true => can.with_condition(Condition::that("image", Test::Remote)),
            false => can,
        }
    }

    async fn make(&self, run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        make::begin(self, run, request).await?;
        let info = self.facts(run, request).await?;
        let plan = Plan::new(&request.operations, info.as_ref())?;
        let (warning, media_type) = (plan.warning, plan.media_type);
        let (image, usage) = match &request.image {
            Media::Remote(remote) if self.in_background() => {
                let submit = || self.submit(run, &remote.url, request, plan);
                let job = job::submit(run, submit, |_| async { Ok(Found::Unknown) }).await?;
                let check = || self.check(run, &job);
                let (images, usage) = fetched::keep_images(run, &self.endpoint, &self.patience, &job, check).await?;
                (images.into_iter().next(), usage)
            }
            _ => {
                let edit = || self.edit(run, request, plan, info);
                let edited: Finished = run.once("edit", edit, |_| async { Ok(Found::Unknown) }).await?;
                let Finished { files, usage } = edited;
                let remote = files.into_iter().next().ok_or_else(no_image)?;
                let name = format!("enhanced.{}", media_type.extension());
                let media = remote.fetch(run, &name, &self.endpoint, MAX_IMAGE).await?;
                (Some(MediaFile::read(media, MediaKind::Image).await?), usage)
            }
        };
        let image = EnhancedImage::from(image.ok_or_else(no_image)?);
        let made = Made::new(self.address.clone(), image).with_usage(usage);
        let made = if is_generated(request) { made } else { made.without_model() };
        Ok(match warning {
            Some(warning) => made.with_warning(warning),
            None => made,
        })
    }
}

/// Whether the caller asked for content that was not in the image.
fn is_generated(request: &EnhanceRequest) -> bool {
    let Some(operations) = request.extra.get("operations") else { return false };
    let fit = operations.pointer("/resizing/fit").map(ToString::to_string).unwrap_or_default();
    operations.get("generative").is_some_and(|generative| !generative.is_null()) || fit.contains("outpaint")
}

fn finished(image: Image, now: Timestamp) -> Result<Finished> {
    let url = image.tmp_url.ok_or_else(no_image)?;
    let files = vec![RemoteMedia { url, expires_at: now.checked_add(KEPT).ok() }];
    Ok(Finished { files, usage: Usage::default().with_images(1) })
}

fn no_image() -> Error {
    Error::protocol("the answer names no image", [])
}

/// A file of ours that cannot be read or taken leaves no doubt.
fn unsent(error: Error) -> Error {
    error.with_field("image").with_effect(Effect::None)
}
