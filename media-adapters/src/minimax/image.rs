//! MiniMax's images: one request, images at addresses or in the answer.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use social_core::clock::Timestamp;
use social_core::error::{Effect, Stage};
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::make::{self, Made, Maker};
use social_core::media::{MediaType, RemoteMedia};
use social_core::run::{Found, Run};
use social_core::{Error, ModelAddress, Result};

use super::client::MiniMax;
use super::model;
use super::wire::{ImageTask, Images, Subject};
use crate::body::WithExtra;
use crate::drawn::Drawn;
use crate::inline_base64::{Keys, Lifted, lift};
use crate::input::ImageRule;

const DEADLINE: Duration = Duration::from_secs(300);

/// The largest answer with images in it, in bytes.
const MAX_ANSWER: usize = 256 << 20;

/// Addresses of images end after 24 hours.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// What MiniMax takes as a character (platform.minimax.io, image to image). Shapes are not limited
/// there.
const IMAGE: ImageRule = ImageRule {
    vendor: "MiniMax",
    formats: &[MediaType::Jpeg, MediaType::Png],
    max_bytes: 10 << 20,
    min_side: 1,
    max_ratio: f64::MAX,
};

/// One of MiniMax's image models.
///
/// Up to nine images come of a call; the prompt has at most 1500 characters. A reference (one; JPEG
/// or PNG, at most 10 MiB) is a character that the images show, whatever its role says. Sizes and
/// the prompt optimizer are fields of the vendor's own, for [`extra`](ImageRequest::extra): `width`
/// and `height`, `prompt_optimizer`.
///
/// Images come at addresses that end after 24 hours and are fetched at once;
/// [`inline`](Self::inline) asks for them in the answer. Images that the filter keeps back are
/// counted in [`ImageBatch::refused`]; when none is left, that is
/// [`Rejected`](social_core::ErrorKind::Rejected). A lost answer cannot be asked for: the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct MiniMaxImage {
    client: MiniMax,
    address: ModelAddress,
    inline: bool,
}

impl MiniMax {
    /// An image model: `image-01`, in China also `image-01-live`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> MiniMaxImage {
        MiniMaxImage::new(self.clone(), model.into())
    }
}

impl MiniMaxImage {
    fn new(client: MiniMax, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, inline: false }
    }

    /// Asks for images in the answer, as base64, instead of at addresses. A connection that breaks
    /// then costs all of them.
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.inline = true;
        self
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<Drawn> {
        let mut subject_reference = Vec::new();
        for reference in &request.references {
            let image_file = IMAGE.open(&reference.media, "references", run.clock().now()).await?;
            subject_reference.push(Subject { kind: "character", image_file });
        }
        let task = ImageTask {
            model: &self.address.model,
            prompt: &request.full_prompt(),
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            n: request.count.max(1),
            response_format: if self.inline { "base64" } else { "url" },
            seed: request.seed,
            subject_reference,
        };
        let call = self.client.post("image_generation")?.operation("generate_image").model(&self.address.model);
        let call = call.deadline(DEADLINE).json(&WithExtra { body: &task, extra: &request.extra });
        let mut reply = call.stream().await?;
        drop(task);
        let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
        let keys = Keys { lifted: "image_base64", dropped: "" };
        let drawn = match lift(body, keys, MAX_ANSWER).await {
            Ok(lifted) => match read(&lifted.json) {
                Ok(images) if images.base_resp.status_code == 0 => drawn(run, images, lifted).await,
                Ok(_) => Err(self.client.refusal(&lifted.json)),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        drawn.map_err(|e| reply.describe(e))
    }
}

fn read(json: &[u8]) -> Result<Images> {
    serde_json::from_slice(json)
        .map_err(|e| Error::protocol("the answer is not what was expected", json).with_source(e))
}

async fn drawn(run: &Run, images: Images, lifted: Lifted) -> Result<Drawn> {
    let (mut drawn, mut data) = (Drawn::default(), lifted.data);
    let expires_at: Option<Timestamp> = run.clock().now().checked_add(KEPT).ok();
    let held = images.data.unwrap_or_default();
    drawn.files.extend(held.image_urls.into_iter().map(|url| RemoteMedia { url, expires_at }));
    for number in &held.image_base64 {
        drawn.keep(run, &mut data, number).await?;
    }
    drawn.refused = u32::try_from(images.metadata.failed_count).unwrap_or_default();
    drawn.usage.images = u64::try_from(images.metadata.success_count).ok().filter(|count| *count > 0);
    match drawn.is_empty() {
        false => Ok(drawn),
        true if drawn.refused > 0 => {
            let message = format!("all images were kept back by MiniMax's filter ({})", drawn.refused);
            Err(Error::rejected(Stage::Output, None, message).with_effect(Effect::None).with_usage(drawn.usage))
        }
        true => Err(Error::protocol("the answer holds no image", &lifted.json)),
    }
}

#[async_trait]
impl Maker<ImageRequest> for MiniMaxImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::image(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let drawn = run.once("generate", || self.draw(run, request), |_| async { Ok(Found::Unknown) }).await?;
        drawn.open(run, &self.client.endpoint, &self.address, request.count).await
    }
}
