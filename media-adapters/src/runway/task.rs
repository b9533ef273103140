//! Runway's tasks: submitted once, asked after, cancelled; and the images that they are given.

use std::time::Duration;

use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};
use social_core::http::{Endpoint, Multipart, Repeat};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::media::{Media, MediaType, RemoteMedia};
use social_core::run::{Found, Run};
use social_core::{Effect, Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::error::{self, used};
use super::wire::{Announced, Task, Upload};
use crate::body::WithExtra;
use crate::fetched::Finished;
use crate::input::{ImageRule, Input};

/// Runway wants to be asked every 5 seconds at most. A task that is throttled waits for others.
pub(super) const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(7),
    growth: 1.2,
    longest: Duration::from_secs(20),
    jitter: 0.25,
    deadline: Duration::from_secs(1800),
};

/// What Runway takes as an image (docs.dev.runwayml.com, inputs and uploads).
const IMAGE: ImageRule = ImageRule {
    vendor: "Runway",
    formats: &[MediaType::Jpeg, MediaType::Png, MediaType::Webp],
    max_bytes: 200 << 20,
    min_side: 1,
    max_ratio: 100.0,
};

/// A `data:` URL has less than 5 MiB; base64 is a third longer than its bytes.
const INLINE: usize = 3 << 20;

/// Uploads live for 24 hours; the last of them is left for the request.
const UPLOAD_KEPT: Duration = Duration::from_secs(23 * 3600);

/// Addresses of results work for 24 to 48 hours.
const RESULT_KEPT: Duration = Duration::from_secs(24 * 3600);

/// The tasks of one model.
#[derive(Clone, Debug)]
pub(super) struct Tasks {
    pub(super) endpoint: Endpoint,
    pub(super) address: ModelAddress,
    pub(super) patience: PollPolicy,
}

impl Tasks {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, patience: PATIENCE }
    }

    /// The task that this run has submitted.
    pub(super) async fn submitted(run: &Run) -> Result<Option<Job>> {
        run.result("submit").await
    }

    /// Runway has no idempotency key and no list of tasks.
    pub(super) async fn submit(
        &self,
        run: &Run,
        path: &str,
        body: &(impl Serialize + Sync),
        extra: &Map<String, Value>,
    ) -> Result<Job> {
        let work = || async {
            let call = self.endpoint.post(path)?.operation("submit_task").model(&self.address.model);
            let reply = call.json(&WithExtra { body, extra }).send().await?;
            let task: Task = reply.json()?;
            if task.id.is_empty() {
                return Err(reply.unreadable("the answer names no task"));
            }
            Ok(Job::new(task.id, run.clock().now()).with_model(&self.address.model))
        };
        job::submit(run, work, |_| async { Ok(Found::Unknown) }).await
    }

    pub(super) async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Finished>> {
        let reply = self.endpoint.get(&format!("v1/tasks/{}", job.id))?.operation("check_task").send().await?;
        let task: Task = reply.json()?;
        match task.status.as_str() {
            "SUCCEEDED" => {
                let expires_at = run.clock().now().checked_add(RESULT_KEPT).ok();
                let files = task.output.into_iter().map(|url| RemoteMedia { url, expires_at }).collect();
                let usage = task.cost.map(|cost| used(cost.credits)).unwrap_or_default();
                Ok(JobState::Done(Finished { files, usage }))
            }
            "FAILED" => Err(reply.describe(error::failed(task))),
            "CANCELLED" => {
                Err(reply.describe(Error::new(ErrorKind::JobFailed, "the task was cancelled").with_code("CANCELLED")))
            }
            // As many tasks as the tier allows are running.
            "PENDING" | "THROTTLED" => Ok(Pending::queued(task.status).into()),
            _ => {
                let pending = Pending::working(task.status);
                Ok(match task.progress {
                    Some(part) => pending.with_fraction(part),
                    None => pending,
                }
                .into())
            }
        }
    }

    /// Cancels a task that is running and removes one that is done: Runway has one request for
    /// both.
    pub(super) async fn delete(&self, run: &Run) -> Result<()> {
        let Some(job) = Self::submitted(run).await? else { return Ok(()) };
        let route = self.endpoint.route(Method::DELETE, &format!("v1/tasks/{}", job.id))?;
        let call = self.endpoint.call(&route).operation("delete_task").repeat(Repeat::Safe);
        match call.send().await {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            sent => sent.map(drop),
        }
    }

    /// An image as a request carries it; a large one is uploaded. `field` is the option that an
    /// error names, `step` the name of the upload in the run.
    pub(super) async fn image(&self, run: &Run, image: &Media, field: &'static str, step: &str) -> Result<Input> {
        match IMAGE.open(image, field, run.clock().now()).await? {
            Input::Address(url) if !matches!(url.scheme(), "https" | "runway") => {
                Err(Error::invalid(field, format!("Runway fetches images by https, not by {}", url.scheme())))
            }
            Input::Bytes(media_type, bytes) if bytes.len() > INLINE => {
                let upload = || async {
                    let uri = self.upload(media_type, &bytes).await?;
                    Ok((uri, run.clock().now().checked_add(UPLOAD_KEPT).ok()))
                };
                run.step_until(step, upload).await.map(Input::Address).map_err(|e| e.with_field(field))
            }
            input => Ok(input),
        }
        .map_err(|e| e.with_vendor(self.endpoint.vendor()).with_effect(Effect::None))
    }

    async fn upload(&self, media_type: MediaType, bytes: &bytes::Bytes) -> Result<Url> {
        let filename = format!("image.{}", media_type.extension());
        let announced = Announced { filename: &filename, kind: "ephemeral" };
        let call = self.endpoint.post("v1/uploads")?.operation("upload").repeat(Repeat::Safe);
        let reply = call.json(&announced).send().await?;
        let Upload { upload_url, fields, runway_uri } = reply.json()?;
        let form = fields.into_iter().fold(Multipart::new(), |form, (name, value)| form.text(&name, value));
        let form = form.file("file", &filename, media_type.as_mime(), bytes.clone());
        let call = self.endpoint.anonymous(Method::POST, upload_url).operation("upload").public_only();
        let reply = call.repeat(Repeat::Safe).multipart(form).send().await?;
        match reply.status {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(runway_uri),
            _ => Err(reply.unreadable("the upload was not taken")),
        }
    }
}
