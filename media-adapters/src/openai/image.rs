//! OpenAI's image models: one request, one answer with images in base64, or events of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use social_core::clock::Timestamp;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest, Reference, ReferenceRole};
use social_core::make::{self, Made, Maker};
use social_core::media::MediaType;
use social_core::run::{Found, Run};
use social_core::{Error, ModelAddress, Result};

use super::model;
use super::wire::{Image, Request};
use crate::body::WithExtra;
use crate::image_answer::{self, Drawn};
use crate::input::ImageRule;
use crate::{ended, role_words};

/// An image of high quality takes two minutes.
const DEADLINE: Duration = Duration::from_secs(600);

/// What OpenAI takes as an image to edit (openai-openapi, createImageEdit).
const IMAGE: ImageRule = ImageRule {
    vendor: "OpenAI",
    formats: &[MediaType::Png, MediaType::Jpeg, MediaType::Webp],
    max_bytes: 50_000_000 - 1,
    min_side: 1,
    max_ratio: f64::INFINITY,
};

const MASK: ImageRule = ImageRule { formats: &[MediaType::Png], max_bytes: 4_000_000 - 1, ..IMAGE };

/// A draft that OpenAI shows while it makes an image.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PartialImage {
    /// Its number, from 0.
    pub index: u32,
    /// Its bytes, in the format of the image.
    pub bytes: Bytes,
}

/// One of OpenAI's image models, which draw and edit.
///
/// With references (at most 16 with the mask; PNG, JPEG or WebP below 50 MB, by address or as
/// bytes) a request is an edit; their roles are told in words behind the prompt. A mask is a PNG
/// below 4 MB of the size of the first image; what is transparent in it is edited. Sizes are
/// `WIDTHxHEIGHT` or `auto`: of `gpt-image-2` and later any multiples of 16 from 1:3 to 3:1 up to
/// 3840x2160, of older models three; a shape stands for a size of about one megapixel. Qualities
/// are `low`, `medium` and `high`, of the 2.5 models also `xhigh` and `max`. At most 10 images come
/// of a call. Seeds and negative prompts are refused; [`extra`](ImageRequest::extra) takes
/// `background`, `output_format`, `output_compression`, `moderation`, `input_fidelity` and others.
///
/// The call is billed, has no idempotency key and cannot be looked up later: when its answer is
/// lost, the result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). A refusal is
/// [`Rejected`](social_core::ErrorKind::Rejected) with OpenAI's stage and categories; a model that
/// was shut down is [`NotFound`](social_core::ErrorKind::NotFound) and names a successor.
#[derive(Clone)]
pub struct OpenAiImage {
    endpoint: Endpoint,
    address: ModelAddress,
    partial: Option<Partial>,
}

#[derive(Clone)]
struct Partial {
    count: u8,
    show: Arc<dyn Fn(PartialImage) + Send + Sync>,
}

impl fmt::Debug for OpenAiImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let partial = self.partial.as_ref().map(|partial| partial.count);
        f.debug_struct("OpenAiImage").field("address", &self.address).field("partial", &partial).finish_non_exhaustive()
    }
}

impl OpenAiImage {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, partial: None }
    }

    /// Asks for up to `count` drafts, 0 to 3, and shows each as it comes. Each costs 100 output
    /// tokens; fewer may come. A call then makes one image.
    #[must_use]
    pub fn with_partial_images(mut self, count: u8, show: impl Fn(PartialImage) + Send + Sync + 'static) -> Self {
        self.partial = Some(Partial { count: count.min(3), show: Arc::new(show) });
        self
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<Drawn> {
        let model = &self.address.model;
        let (images, mask) = references(request, run.clock().now()).await?;
        let prompt = role_words::prompt_with_roles(request);
        let body = Request {
            model,
            prompt: &prompt,
            n: (request.count > 1).then_some(request.count),
            size: model::size(model, request),
            quality: request.quality.as_deref(),
            mask,
            stream: self.partial.as_ref().map(|_| true),
            partial_images: self.partial.as_ref().map(|partial| partial.count),
            images,
        };
        let path = if body.images.is_empty() { "images/generations" } else { "images/edits" };
        let call = self.endpoint.post(path)?.operation("generate_image").model(model).deadline(DEADLINE);
        let sent = call.json(&WithExtra { body: &body, extra: &request.extra });
        drop(body);
        let reply = sent.stream().await.map_err(|error| ended::explain(model::ENDED, model, error))?;
        let show = |index, bytes| {
            if let Some(partial) = &self.partial {
                (partial.show)(PartialImage { index, bytes });
            }
        };
        image_answer::read(run, &self.endpoint, reply, Some(&show)).await
    }
}

#[async_trait]
impl Maker<ImageRequest> for OpenAiImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        let can = model::capabilities(&self.address.model);
        // Events do not say to which image a draft belongs.
        if self.partial.is_some() { can.with_max_count(1) } else { can }
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        model::accept(&self.address.model, request)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let drawn = run.once("generate", || self.draw(run, request), |_| async { Ok(Found::Unknown) }).await?;
        image_answer::made(run, &self.endpoint, &self.address, drawn).await
    }
}

/// The images to edit or to go by, and the mask, which belongs to the first of them.
async fn references(request: &ImageRequest, now: Timestamp) -> Result<(Vec<Image>, Option<Image>)> {
    let (mut images, mut mask) = (Vec::new(), None);
    for (index, Reference { media, role, .. }) in request.references.iter().enumerate() {
        let rule = if *role == ReferenceRole::Mask { &MASK } else { &IMAGE };
        let image = rule.open(media, "references", now).await.map_err(|error| error.with_item(index))?;
        let image = Image { image_url: image };
        match role {
            ReferenceRole::Mask if mask.is_some() => {
                return Err(Error::unsupported("references", "2 masks, at most 1").with_item(index));
            }
            ReferenceRole::Mask => mask = Some(image),
            _ => images.push(image),
        }
    }
    let first = role_words::images(request).next();
    match (first.map(|first| first.role), &mask) {
        (None, Some(_)) => Err(Error::invalid("references", "a mask without an image to edit")),
        (Some(ReferenceRole::Style | ReferenceRole::Subject), Some(_)) => {
            Err(Error::invalid("references", "the mask belongs to the first image: put the image to edit there"))
        }
        _ => Ok((images, mask)),
    }
}
