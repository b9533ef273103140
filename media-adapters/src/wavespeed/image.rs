//! Image models of WaveSpeed.

use std::time::Duration;

use async_trait::async_trait;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::run::{Found, Run};
use social_core::{ModelAddress, Result};

use super::client::{IMAGE, Wavespeed};
use super::model;
use crate::body::WithExtra;
use crate::{fetched, hosted_image};

/// Images are ready within seconds.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(1),
    growth: 1.3,
    longest: Duration::from_secs(5),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// An image model that WaveSpeed hosts.
///
/// Shapes, sizes and the number of reference images are those of the model; see
/// [`capabilities`](Maker::capabilities). Seedream takes sizes as pixels: `2K` (the size of a
/// request that names none) and `4K`, whose longer side has 4,096. The `sequential` paths make up
/// to [`count`](ImageRequest::count) images, of which the model may leave some out; the others make
/// one. Reference images are JPEG, PNG or WebP, at most 50 MiB each; the role of one is told in
/// words behind the prompt. There are no masks.
///
/// A task that fails is [`JobFailed`](social_core::ErrorKind::JobFailed), or
/// [`Rejected`](social_core::ErrorKind::Rejected) when the reason tells of a filter or every result
/// is flagged; flagged images among others are left out and counted in
/// [`ImageBatch::refused`]. When the answer to the paid request is lost, the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown): WaveSpeed cannot be asked.
#[derive(Clone, Debug)]
pub struct WavespeedImage {
    client: Wavespeed,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Wavespeed {
    /// An image model by its path, for instance `bytedance/seedream-v4.5`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> WavespeedImage {
        WavespeedImage::new(self.clone(), model.into())
    }
}

impl WavespeedImage {
    fn new(client: Wavespeed, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often WaveSpeed is asked; by default every 1 to 5 seconds for 10
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        let mut images = Vec::new();
        for (index, reference) in request.references.iter().enumerate() {
            let step = format!("reference-{}", index + 1);
            let image = self.client.hosted(run, &step, &reference.media, "references").await;
            images.push(image.map_err(|error| error.with_item(index))?);
        }
        let (images, model) = (&images, &self.address.model);
        let submit = || async move {
            let references = hosted_image::open(&IMAGE, images, run.clock().now()).await?;
            let body = model::image(model).fields(request, references)?;
            self.client.submit(run, model, &WithExtra { body: &body, extra: &request.extra }).await
        };
        job::submit(run, submit, |_| async { Ok(Found::Unknown) }).await
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        let job = match run.result("submit").await? {
            Some(job) => job,
            None => self.submit(run, request).await?,
        };
        let (endpoint, check) = (&self.client.endpoint, || self.client.check(&job));
        let (images, filtered) = fetched::keep_batch(run, endpoint, &self.patience, &job, check).await?;
        Ok(hosted_image::made(&self.address, images, filtered))
    }
}

#[async_trait]
impl Maker<ImageRequest> for WavespeedImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::image(&self.address.model).capabilities()
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }
}
