//! Luma's image models.

use std::time::Duration;

use async_trait::async_trait;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Condition, Made, Maker, Test};
use social_core::media::MediaKind;
use social_core::run::{Found, Run};
use social_core::{Error, ModelAddress, Result};

use super::client::{self, Luma};
use super::wire::{NewImage, Reference};
use crate::body::WithExtra;
use crate::fetched;

/// Images are ready within a minute.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(2),
    growth: 1.3,
    longest: Duration::from_secs(5),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

/// One of Luma's image models: `photon-1`, `photon-flash-1`.
///
/// One image comes of a call, in one of seven shapes. At most eight reference images, by public
/// address: one to edit ([`Source`](ReferenceRole::Source)), one for the
/// [`Style`](ReferenceRole::Style), at most four of a [`Subject`](ReferenceRole::Subject), the
/// others to go by. There are no sizes, seeds or masks.
///
/// A generation that fails is [`JobFailed`](social_core::ErrorKind::JobFailed), or
/// [`Rejected`](social_core::ErrorKind::Rejected) when the reason tells of a filter. When the
/// answer to the paid request is lost, the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown): Luma cannot be asked.
#[derive(Clone, Debug)]
pub struct LumaImage {
    client: Luma,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Luma {
    /// An image model, for instance `photon-1`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> LumaImage {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        LumaImage { client: self.clone(), address, patience: PATIENCE }
    }
}

impl LumaImage {
    /// Sets how long and how often Luma is asked; by default every 2 to 5 seconds for 10 minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// The paid request.
    async fn submit(&self, run: &Run, request: &ImageRequest) -> Result<Job> {
        let (prompt, model) = (request.full_prompt(), &self.address.model);
        let aspect_ratio = request.aspect_ratio.map(|ratio| ratio.to_string());
        let mut body = NewImage { prompt: &prompt, model, aspect_ratio, ..NewImage::default() };
        for (index, reference) in request.references.iter().enumerate() {
            let url = client::address(run, &reference.media, "references").await.map_err(|e| e.with_item(index))?;
            match reference.role {
                ReferenceRole::Source => body.modify_image_ref = Some(Reference { url }),
                ReferenceRole::Style => body.style_ref.push(Reference { url }),
                ReferenceRole::Subject => body.character_ref.entry("identity0").or_default().images.push(url),
                _ => body.image_ref.push(Reference { url }),
            }
        }
        let body = WithExtra { body: &body, extra: &request.extra };
        self.client.submit(run, "generations/image", model, &body).await
    }

    async fn work(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let (endpoint, check) = (&self.client.endpoint, || self.client.check(&job, MediaKind::Image));
        let (images, mut usage) = fetched::keep_images(run, endpoint, &self.patience, &job, check).await?;
        usage.images = Some(images.len() as u64);
        Ok(Made::new(self.address.clone(), ImageBatch::new(images)).with_usage(usage))
    }
}

#[async_trait]
impl Maker<ImageRequest> for LumaImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::new()
            .with_aspect_ratios(client::shapes())
            .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
            .with_max_references(8)
            .with_max_prompt_chars(client::PROMPT)
            .with_extra(true)
            .with_condition(Condition::that("references", Test::Remote))
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        for (role, maximum) in [(ReferenceRole::Source, 1), (ReferenceRole::Style, 1), (ReferenceRole::Subject, 4)] {
            let count = request.references.iter().filter(|reference| reference.role == role).count();
            if count > maximum {
                let message = format!("{count} images in the role `{role}`, at most {maximum}");
                return Err(Error::unsupported("references.role", message));
            }
        }
        Ok(())
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }
}
