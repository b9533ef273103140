//! OpenRouter's image models: one request, one answer with images in base64.

use std::time::Duration;

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::make::{self, Made, Maker};
use social_core::media::MediaType;
use social_core::run::{Found, Run};
use social_core::{ModelAddress, Result};

use super::wire::{Chat, Content, Image, ImageConfig, Message, Part, Request};
use super::{chat, model};
use crate::body::WithExtra;
use crate::image_answer::{self, Drawn};
use crate::input::ImageRule;
use crate::role_words;

const DEADLINE: Duration = Duration::from_secs(600);

/// OpenRouter names no limits of its own; those of the models are lower or higher.
const IMAGE: ImageRule = ImageRule {
    vendor: "OpenRouter",
    formats: &[MediaType::Png, MediaType::Jpeg, MediaType::Webp, MediaType::Gif],
    max_bytes: 20 << 20,
    min_side: 1,
    max_ratio: f64::INFINITY,
};

/// An image model behind OpenRouter.
///
/// References (at most 16; PNG, JPEG, WebP or GIF of at most 20 MiB, by address or as bytes) go
/// along in order; their roles are told in words behind the prompt, and there are no masks. Sizes
/// are `512`, `1K`, `2K`, `4K` or `WIDTHxHEIGHT`, which is the shape, too; qualities are `low`,
/// `medium` and `high`. At most 10 images come of a call, and fewer than asked for may come, which
/// is a [warning](Made::warnings). Negative prompts are refused; [`extra`](ImageRequest::extra)
/// takes `provider`, `background`, `output_format` and others. The answer says what it cost.
///
/// The call is billed, has no idempotency key and cannot be looked up later: when its answer is
/// lost, the result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). A refusal is
/// [`Rejected`](social_core::ErrorKind::Rejected) with OpenRouter's reasons.
#[derive(Clone, Debug)]
pub struct OpenRouterImage {
    endpoint: Endpoint,
    address: ModelAddress,
    by_chat: bool,
}

impl OpenRouterImage {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, by_chat: false }
    }

    /// Asks by a chat that answers with images, which also says something beside them. There are
    /// one image of a call, the sizes `1K`, `2K` and `4K`, and neither quality nor seed. A model
    /// that makes nothing but images wants `["image"]` as the extra field `modalities`; with
    /// `stream` the answer comes as events. An answer in words is
    /// [`JobFailed`](social_core::ErrorKind::JobFailed) and keeps them in
    /// [`Error::partial`](social_core::Error::partial).
    #[must_use]
    pub fn by_chat(mut self) -> Self {
        self.by_chat = true;
        self
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<Drawn> {
        let model = &self.address.model;
        let prompt = role_words::prompt_with_roles(request);
        let images = IMAGE.open_all(request, run.clock().now()).await?;
        let images = images.into_iter().map(|url| Part::ImageUrl { image_url: Image { url } });
        let aspect_ratio = request.aspect_ratio.map(|ratio| ratio.to_string());
        let size = request.size.as_deref();
        let call = if self.by_chat {
            let content = match request.references.is_empty() {
                true => Content::Text(&prompt),
                false => Content::Parts([Part::Text { text: &prompt }].into_iter().chain(images).collect()),
            };
            let body = Chat {
                model,
                messages: [Message { role: "user", content }],
                modalities: ["image", "text"],
                image_config: ImageConfig { aspect_ratio, image_size: size },
            };
            self.endpoint.post("chat/completions")?.json(&WithExtra { body: &body, extra: &request.extra })
        } else {
            let body = Request {
                model,
                prompt: &prompt,
                n: (request.count > 1).then_some(request.count),
                aspect_ratio,
                resolution: size.filter(|size| model::RESOLUTIONS.contains(size)),
                size: size.filter(|size| !model::RESOLUTIONS.contains(size)),
                quality: request.quality.as_deref(),
                seed: request.seed,
                input_references: images.collect(),
            };
            self.endpoint.post("images")?.json(&WithExtra { body: &body, extra: &request.extra })
        };
        let reply = call.operation("generate_image").model(model).deadline(DEADLINE).stream().await?;
        match self.by_chat {
            true => chat::read(run, &self.endpoint, reply).await,
            false => image_answer::read(run, &self.endpoint, reply, None).await,
        }
    }
}

#[async_trait]
impl Maker<ImageRequest> for OpenRouterImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::capabilities(self.by_chat)
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        model::accept(request)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let drawn = run.once("generate", || self.draw(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let made = image_answer::made(run, &self.endpoint, &self.address, drawn).await?;
        let (came, wanted) = (made.images.len(), request.count.max(1));
        Ok(if came < wanted as usize { made.with_warning(format!("{came} of {wanted} images came")) } else { made })
    }
}
