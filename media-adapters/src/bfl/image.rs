//! FLUX: a task is submitted once, asked after at its region and collected.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::error::Stage;
use social_core::http::Repeat;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{self, Job, JobState, Pending, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::media::RemoteMedia;
use social_core::money::Usage;
use social_core::run::{Found, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::client::Bfl;
use super::wire::{Submitted, Task};
use crate::body::WithExtra;
use crate::fetched::{self, Finished};
use crate::hosted::{self, Choice};
use crate::hosted_image::{self, HostedImage, References, Shape};
use crate::input::ImageRule;

/// Images are ready within seconds.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(1),
    growth: 1.3,
    longest: Duration::from_secs(5),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// Results go after about 10 minutes.
const KEPT: Duration = Duration::from_secs(600);

/// What is taken as an image (docs.bfl.ai, 2026).
const IMAGE: ImageRule =
    ImageRule { vendor: "BFL", formats: hosted::FORMATS, max_bytes: 20 << 20, min_side: 1, max_ratio: 100.0 };

/// What the requests of all models have in common; which of it a model takes is the vendor's to
/// say.
const MODEL: HostedImage = HostedImage {
    shape: Shape::Ratio(Choice::any("aspect_ratio")),
    references: References::Bare("input_image"),
    seed: Some("seed"),
    ..HostedImage::NONE
};

/// Under this name a job keeps its price in credits.
const CREDITS: &str = "credits";

/// A FLUX model.
///
/// One image comes of a call, from a text and at most one reference image (JPEG, PNG or WebP, at
/// most 20 MiB), which is sent as base64 or by its address. Any shape is passed on. There are no
/// sizes, counts or masks.
///
/// A prompt or a result that is moderated is [`Rejected`](ErrorKind::Rejected) at its stage; a task
/// that fails is [`JobFailed`](ErrorKind::JobFailed). When the answer to the paid request is lost,
/// the result is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown): the vendor cannot be asked.
#[derive(Clone, Debug)]
pub struct BflImage {
    client: Bfl,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Bfl {
    /// An image model, for instance `flux-kontext-max`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> BflImage {
        BflImage::new(self.clone(), model.into())
    }
}

impl BflImage {
    fn new(client: Bfl, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often the vendor is asked; by default every 1 to 5 seconds for 10
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// The paid request.
    async fn submit(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        let images: Vec<_> = request.references.iter().map(|reference| reference.media.clone()).collect();
        let references = hosted_image::open(&IMAGE, &images, run.clock().now()).await?;
        let (body, model) = (MODEL.fields(request, references)?, &self.address.model);
        let call = self.client.endpoint.post(model)?.operation("submit_task").model(model);
        let reply = call.json(&WithExtra { body: &body, extra: &request.extra }).send().await?;
        let task: Submitted = reply.json()?;
        if task.id.is_empty() {
            return Err(reply.unreadable("the answer names no task"));
        }
        let mut job = Job::new(task.id, run.clock().now()).with_model(model);
        job.poll_url = task.polling_url;
        Ok(match task.cost {
            Some(credits) => job.with_extra(CREDITS, credits),
            None => job,
        })
    }

    async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Finished>> {
        let (endpoint, url) = match &job.poll_url {
            Some(url) => (self.client.at(url)?, url.clone()),
            None => {
                let endpoint = self.client.endpoint.clone();
                let url = endpoint.base_url().join(&format!("get_result?id={}", job.id));
                (endpoint, url.map_err(|e| Error::protocol("the task's id makes no address", []).with_source(e))?)
            }
        };
        let call = endpoint.follow(Method::GET, url).operation("check_task").repeat(Repeat::Safe);
        let task: Task = call.send().await?.json()?;
        let details = task.details.as_str().unwrap_or(&task.status).to_owned();
        let rejected = |stage| {
            Err(Error::rejected(stage, Some(task.status.clone()), details.clone()).with_vendor(endpoint.vendor()))
        };
        match task.status.as_str() {
            "Ready" => {
                let expires_at = run.clock().now().checked_add(KEPT).ok();
                let file = task.result.and_then(|result| hosted::file(&result.sample?));
                let files = file.map(|file| RemoteMedia { expires_at, ..file }).into_iter().collect();
                let mut usage = Usage::default();
                usage.units = job.extra.get(CREDITS).and_then(serde_json::Value::as_f64);
                Ok(JobState::Done(Finished { files, usage }))
            }
            "Request Moderated" => rejected(Stage::Input),
            "Content Moderated" => rejected(Stage::Output),
            "Error" | "Failed" => Err(hosted::failed(&endpoint, Some(&details))),
            "Task not found" => Err(endpoint.error(ErrorKind::NotFound, details)),
            "Pending" => Ok(told(Pending::queued(task.status), task.progress).into()),
            _ => Ok(told(Pending::working(task.status), task.progress).into()),
        }
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let (endpoint, check) = (&self.client.endpoint, || self.check(run, &job));
        let (images, mut usage) = fetched::keep_images(run, endpoint, &self.patience, &job, check).await?;
        usage.images = Some(images.len() as u64);
        Ok(Made::new(self.address.clone(), ImageBatch::new(images)).with_usage(usage))
    }
}

fn told(pending: Pending, progress: Option<f32>) -> Pending {
    match progress {
        Some(fraction) => pending.with_fraction(fraction),
        None => pending,
    }
}

#[async_trait]
impl Maker<ImageRequest> for BflImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        MODEL.capabilities()
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }
}
