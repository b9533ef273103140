//! Leonardo's image models.

use std::time::Duration;

use async_trait::async_trait;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::media::MediaKind;
use social_core::run::{Found, Run};
use social_core::{ModelAddress, Result};

use super::client::Leonardo;
use super::model::{self, Api};
use super::wire::{Guidance, Guidances, NewGeneration, NewGenerationOf, Parameters, Uploaded};
use crate::body::WithExtra;
use crate::{fetched, hosted_image};

/// Images are ready within a minute.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(3),
    growth: 1.2,
    longest: Duration::from_secs(5),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// One of Leonardo's image models.
///
/// Shapes are sent as pixels; a size is `WIDTHxHEIGHT` in pixels, in place of a shape, of the first
/// API 32 to 1,536 a side in steps of 8. Up to 8 images come of a call, of the first API at most 4
/// when a side has more than 768 pixels. Reference images (JPEG, PNG or WebP, at most 20 MiB; of
/// the first API one) are uploaded, also those at addresses; the role of one is told in words
/// behind the prompt. There are no masks. Negative prompts are of the first API, qualities of the
/// second.
///
/// A generation that fails is [`JobFailed`](social_core::ErrorKind::JobFailed); Leonardo says no
/// reason. Images that are flagged (`nsfw`) are left out and counted in [`ImageBatch::refused`];
/// when all are, it is [`Rejected`](social_core::ErrorKind::Rejected), with what was paid. When the
/// answer to the paid request is lost, the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown): Leonardo cannot be asked.
#[derive(Clone, Debug)]
pub struct LeonardoImage {
    client: Leonardo,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Leonardo {
    /// An image model: a UUID of Leonardo's own, or a name such as `gemini-image-2`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> LeonardoImage {
        LeonardoImage::new(self.clone(), model.into())
    }
}

impl LeonardoImage {
    fn new(client: Leonardo, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often Leonardo is asked; by default every 3 to 5 seconds for 10
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
            let id = self.client.uploaded(run, &step, &reference.media, "references").await;
            images.push(id.map_err(|error| error.with_item(index))?);
        }
        let submit = || self.send(run, request, images);
        job::submit(run, submit, |_| async { Ok(Found::Unknown) }).await
    }

    /// The paid request.
    async fn send(&self, run: &Run, request: &ImageRequest, images: Vec<String>) -> Result<Job> {
        let (model, extra) = (&self.address.model, &request.extra);
        let (api, prompt) = (Api::of_image(model), hosted_image::prompt(request));
        let pixels = model::pixels(api, request)?;
        match api {
            Api::First => {
                let body = NewGeneration {
                    prompt: &prompt,
                    model_id: model,
                    width: pixels.map(|(width, _)| width),
                    height: pixels.map(|(_, height)| height),
                    num_images: request.count.max(1),
                    negative_prompt: request.negative_prompt.as_deref(),
                    seed: request.seed,
                    init_image_id: images.into_iter().next(),
                    public: false,
                };
                self.client.submit(run, "v1/generations", model, &WithExtra { body: &body, extra }).await
            }
            Api::Second => {
                let guidance = |id| Guidance { image: Uploaded::new(id), strength: Some("MID") };
                let image_reference = images.into_iter().map(guidance).collect();
                let parameters = Parameters {
                    prompt: &prompt,
                    width: pixels.map(|(width, _)| width),
                    height: pixels.map(|(_, height)| height),
                    quantity: Some(request.count.max(1)),
                    quality: request.quality.as_deref(),
                    seed: request.seed,
                    guidances: Guidances { image_reference, ..Guidances::default() },
                    ..Parameters::default()
                };
                let body = NewGenerationOf { model, public: false, parameters };
                self.client.submit(run, "v2/generations", model, &WithExtra { body: &body, extra }).await
            }
        }
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        let job = match run.result("submit").await? {
            Some(job) => job,
            None => self.submit(run, request).await?,
        };
        let (endpoint, check) = (&self.client.endpoint, || self.client.check(&job, MediaKind::Image));
        let (images, filtered) = fetched::keep_batch(run, endpoint, &self.patience, &job, check).await?;
        Ok(hosted_image::made(&self.address, images, filtered))
    }
}

#[async_trait]
impl Maker<ImageRequest> for LeonardoImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::image_capabilities(&self.address.model)
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        model::pixels(Api::of_image(&self.address.model), request).map(drop)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }

    async fn remove(&self, run: &Run, _: &ImageBatch) -> Result<()> {
        self.client.remove(run).await
    }
}
