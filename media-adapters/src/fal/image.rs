//! Image models of fal.

use std::time::Duration;

use async_trait::async_trait;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::media::MediaKind;
use social_core::run::{Found, Run};
use social_core::{ModelAddress, Result};

use super::client::{Fal, IMAGE};
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

/// An image model that fal hosts.
///
/// Shapes, sizes, the number of images and of reference images are those of the model; see
/// [`capabilities`](Maker::capabilities). Seedream takes sizes as pixels: `2K` (the size of a
/// request that names none) and `4K`, whose longer side has 4,096. Reference images are JPEG, PNG
/// or WebP, at most 10 MiB each; the role of one is told in words behind the prompt. There are no
/// masks.
///
/// A request that ends in an error is [`JobFailed`](social_core::ErrorKind::JobFailed) with fal's
/// type as the code, or [`Rejected`](social_core::ErrorKind::Rejected) when a checker refused it or
/// every result is flagged; flagged images among others are left out and counted in
/// [`ImageBatch::refused`]. When the answer to the paid request is lost, the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown): fal cannot be asked.
#[derive(Clone, Debug)]
pub struct FalImage {
    client: Fal,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Fal {
    /// An image model by its path, for instance `fal-ai/flux-pro/kontext/max`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> FalImage {
        FalImage::new(self.clone(), model.into())
    }
}

impl FalImage {
    fn new(client: Fal, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often fal is asked; by default every 1 to 5 seconds for 10 minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        let images: Vec<_> = request.references.iter().map(|reference| reference.media.clone()).collect();
        let references = hosted_image::open(&IMAGE, &images, run.clock().now()).await?;
        let model = &self.address.model;
        let body = model::image(model).fields(request, references)?;
        self.client.submit(run, model, &WithExtra { body: &body, extra: &request.extra }).await
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let (endpoint, check) = (&self.client.endpoint, || self.client.check(run, &job, MediaKind::Image));
        let (images, filtered) = fetched::keep_batch(run, endpoint, &self.patience, &job, check).await?;
        Ok(hosted_image::made(&self.address, images, filtered))
    }
}

#[async_trait]
impl Maker<ImageRequest> for FalImage {
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

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.client.cancel(run).await
    }
}
