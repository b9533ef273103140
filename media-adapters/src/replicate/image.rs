//! Image models of Replicate.

use std::time::Duration;

use async_trait::async_trait;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{Job, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use super::client::{IMAGE, Replicate, written};
use super::model;
use crate::{fetched, hosted_image};

/// Images are ready within seconds.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(1),
    growth: 1.3,
    longest: Duration::from_secs(5),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// An image model that Replicate hosts.
///
/// Shapes, sizes, the number of images and of reference images are those of the model; see
/// [`capabilities`](Maker::capabilities). Reference images are JPEG, PNG or WebP, at most 50 MiB
/// each; the role of one is told in words behind the prompt. There are no masks.
///
/// A prediction that fails is [`JobFailed`](social_core::ErrorKind::JobFailed), or
/// [`Rejected`](social_core::ErrorKind::Rejected) when the reason tells of a filter. When the
/// answer to the paid request is lost, it is looked for among the latest predictions; otherwise the
/// result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct ReplicateImage {
    client: Replicate,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Replicate {
    /// An image model: `OWNER/NAME`, `OWNER/NAME:VERSION` or a version's id.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> ReplicateImage {
        ReplicateImage::new(self.clone(), model.into())
    }
}

impl ReplicateImage {
    fn new(client: Replicate, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often Replicate is asked; by default every 1 to 5 seconds for 10
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
        let body = || async move {
            let references = hosted_image::open(&IMAGE, images, run.clock().now()).await?;
            let input = model::image(model).fields(request, references)?;
            written(&input, &request.extra)
        };
        self.client.submit(run, model, body).await
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        let job = match run.result("submit").await? {
            Some(job) => job,
            None => self.submit(run, request).await?,
        };
        let (endpoint, check) = (&self.client.endpoint, || self.client.check(run, &job));
        let (images, mut usage) = fetched::keep_images(run, endpoint, &self.patience, &job, check).await?;
        usage.images = Some(images.len() as u64);
        Ok(Made::new(self.address.clone(), ImageBatch::new(images)).with_usage(usage))
    }
}

#[async_trait]
impl Maker<ImageRequest> for ReplicateImage {
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
