//! xAI's image models: one request, one answer with images in base64.

use std::time::Duration;

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::make::{self, Made, Maker};
use social_core::media::MediaType;
use social_core::run::{Found, Run};
use social_core::{ModelAddress, Result};

use super::model;
use super::wire::{Image, Request};
use crate::body::WithExtra;
use crate::image_answer::{self, Drawn};
use crate::input::ImageRule;
use crate::{ended, role_words};

const DEADLINE: Duration = Duration::from_secs(300);

/// What xAI takes as an image to edit; docs.x.ai names no limit of its size.
const IMAGE: ImageRule = ImageRule {
    vendor: "xAI",
    formats: &[MediaType::Png, MediaType::Jpeg, MediaType::Webp],
    max_bytes: 20 << 20,
    min_side: 1,
    max_ratio: f64::INFINITY,
};

/// One of xAI's image models, which draw and edit.
///
/// With references (at most 3; PNG, JPEG or WebP of at most 20 MiB, by address or as bytes) a
/// request is an edit; their roles are told in words behind the prompt. Sizes are `1k` and `2k`,
/// qualities `low` and `medium` of `grok-imagine-image-2.0` only. At most 10 images come of a call.
/// Seeds, negative prompts and masks are refused; [`extra`](ImageRequest::extra) is merged into the
/// request. The answer says what it cost.
///
/// The call is billed, has no idempotency key and cannot be looked up later: when its answer is
/// lost, the result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). Images that do
/// not pass xAI's moderation come as a success without images and are
/// [`Rejected`](social_core::ErrorKind::Rejected); of a batch of which others came they are counted
/// in [`refused`](ImageBatch::refused).
#[derive(Clone, Debug)]
pub struct XaiImage {
    endpoint: Endpoint,
    address: ModelAddress,
}

impl XaiImage {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address }
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<Drawn> {
        let mut images = Vec::new();
        for url in IMAGE.open_all(request, run.clock().now()).await? {
            images.push(Image { r#type: "image_url", url });
        }
        let prompt = role_words::prompt_with_roles(request);
        let path = if images.is_empty() { "images/generations" } else { "images/edits" };
        let body = Request {
            model: &self.address.model,
            prompt: &prompt,
            n: (request.count > 1).then_some(request.count),
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            resolution: request.size.as_deref(),
            quality: request.quality.as_deref(),
            images,
            // Addresses would end within hours.
            response_format: "b64_json",
        };
        let call = self.endpoint.post(path)?.operation("generate_image").model(&self.address.model).deadline(DEADLINE);
        let sent = call.json(&WithExtra { body: &body, extra: &request.extra });
        drop(body);
        let reply = sent.stream().await;
        let reply = reply.map_err(|error| ended::explain(model::ENDED, &self.address.model, error))?;
        image_answer::read(run, &self.endpoint, reply, None).await
    }
}

#[async_trait]
impl Maker<ImageRequest> for XaiImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::capabilities(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let drawn = run.once("generate", || self.draw(run, request), |_| async { Ok(Found::Unknown) }).await?;
        image_answer::made(run, &self.endpoint, &self.address, drawn).await
    }
}
