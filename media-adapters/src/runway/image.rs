//! Runway's image models.

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::job::{Job, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use super::model;
use super::task::Tasks;
use super::wire::{ImageTask, Reference};
use crate::fetched;

/// An image model of Runway's: `gen4_image`, `gen4_image_turbo`, or one of another maker.
///
/// The Gen-4 models make 720p and 1080p, from up to three reference images, of which the turbo
/// model needs one. A model that is not listed is sent the shape as it is, for instance
/// `1344:768`; [`extra`](ImageRequest::extra) is merged into the request. What images are given,
/// refusals and lost answers are as with [videos](super::RunwayVideo).
#[derive(Clone, Debug)]
pub struct RunwayImage {
    tasks: Tasks,
}

impl RunwayImage {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        Self { tasks: Tasks::new(endpoint, model) }
    }

    /// Sets how long and how often Runway is asked; by default every 5 to 20 seconds for 30
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.tasks.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        if let Some(job) = Tasks::submitted(run).await? {
            return Ok(job);
        }
        let mut reference_images = Vec::new();
        for (index, given) in request.references.iter().enumerate() {
            let image = self.tasks.image(run, &given.media, "references", &format!("upload-reference-{index}")).await;
            reference_images.push(Reference { uri: image.map_err(|e| e.with_item(index))? });
        }
        let (id, prompt) = (&self.tasks.address.model, request.full_prompt());
        let task = ImageTask {
            model: id,
            prompt_text: &prompt,
            ratio: model::image_pixels(id, request),
            quality: request.quality.as_deref(),
            reference_images,
            seed: request.seed,
        };
        self.tasks.submit(run, "v1/text_to_image", &task, &request.extra).await
    }
}

#[async_trait]
impl Maker<ImageRequest> for RunwayImage {
    fn address(&self) -> &ModelAddress {
        &self.tasks.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::image(&self.tasks.address.model)
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        model::refuse_long(self.capabilities().max_prompt_chars, &request.full_prompt())
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let job = self.submit(run, request).await?;
        let Tasks { endpoint, patience, address } = &self.tasks;
        let check = || self.tasks.check(run, &job);
        let kept = fetched::keep_images(run, endpoint, patience, &job, check).await;
        let (images, usage) = kept.map_err(|e| e.with_vendor(endpoint.vendor()))?;
        let usage = usage.with_images(images.len() as u64);
        Ok(Made::new(address.clone(), ImageBatch::new(images)).with_usage(usage))
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.tasks.delete(run).await
    }

    async fn remove(&self, run: &Run, _: &ImageBatch) -> Result<()> {
        self.tasks.delete(run).await
    }
}
