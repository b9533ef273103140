//! Qwen-Image and Wan's images: at once, or by a task.

use std::time::Duration;

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::job::{self, PollPolicy};
use social_core::make::{self, Made, Maker};
use social_core::media::MediaType;
use social_core::run::{Found, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::client::DashScope;
use super::model::{self, Way};
use super::wire::{Answer, ImageInput, ImageParameters, Message, Part, Request};
use super::{size, task};
use crate::body::WithExtra;
use crate::drawn::Drawn;
use crate::fetched;
use crate::input::ImageRule;

/// Images are ready after some seconds, up to two minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(3),
    growth: 1.3,
    longest: Duration::from_secs(10),
    jitter: 0.2,
    deadline: Duration::from_secs(600),
};

const DEADLINE: Duration = Duration::from_secs(300);

/// What the models that edit take as an image (Model Studio, image editing).
const IMAGE: ImageRule = ImageRule {
    vendor: "DashScope",
    formats: &[MediaType::Jpeg, MediaType::Png, MediaType::Webp],
    max_bytes: 10 << 20,
    min_side: 240,
    max_ratio: 8.0,
};

/// One of the Qwen-Image or Wan models that make images.
///
/// A shape is asked for in pixels, which are chosen by the model's range; a `size` of one's own is
/// `WIDTH*HEIGHT`, with Wan 2.7 also `2K`. References (JPEG, PNG or WebP, at most 10 MiB, sides of
/// at least 240 pixels, 1:8 to 8:1) are taken by models that edit; what one is for is told in words
/// behind the prompt. Everything else is a field of the vendor's own, merged by
/// [`extra`](ImageRequest::extra): `{"parameters": {"prompt_extend": false}}`. Images come without
/// a watermark.
///
/// Wan works in a task, which another process collects within 24 hours; one that waits can be
/// [cancelled](Maker::cancel). Images of a task that failed are those that are missing, and
/// counted in [`ImageBatch::refused`]. Qwen-Image answers at once. A lost submission cannot be
/// asked for: the result is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown). A refusal is
/// [`Rejected`](ErrorKind::Rejected).
#[derive(Clone, Debug)]
pub struct DashScopeImage {
    endpoint: Endpoint,
    address: ModelAddress,
    patience: PollPolicy,
}

impl DashScope {
    /// An image model: `qwen-image-2.0-pro`, `wan2.6-t2i`, `wan2.7-image`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> DashScopeImage {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        DashScopeImage { endpoint: self.endpoint.clone(), address, patience: PATIENCE }
    }
}

impl DashScopeImage {
    /// Sets how long and how often DashScope is asked after a task; by default every 3 to 10
    /// seconds for 10 minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    fn way(&self) -> Way {
        Way::of(&self.address.model)
    }

    async fn references<'a>(&self, run: &Run, request: &ImageRequest) -> Result<Vec<Part<'a>>> {
        let mut parts = Vec::new();
        for (index, reference) in request.references.iter().enumerate() {
            let image = IMAGE.open(&reference.media, "references", run.clock().now()).await;
            parts.push(Part::Image(image.map_err(|e| e.with_item(index))?));
        }
        Ok(parts)
    }

    fn body<'a>(
        &'a self,
        request: &'a ImageRequest,
        prompt: &'a str,
        mut content: Vec<Part<'a>>,
    ) -> Request<'a, ImageInput<'a>, ImageParameters<'a>> {
        let negative_prompt = request.negative_prompt.as_deref();
        let by_prompt = self.way() == Way::Prompt;
        let input = if by_prompt {
            ImageInput::Prompt { prompt, negative_prompt }
        } else {
            content.push(Part::Text(prompt));
            ImageInput::Messages { messages: [Message { role: "user", content }] }
        };
        let parameters = ImageParameters {
            negative_prompt: negative_prompt.filter(|_| !by_prompt),
            size: size::of_image(request, model::sizes(&self.address.model)),
            // Some models make four unless told otherwise, and bill them.
            n: request.count.max(1),
            seed: request.seed,
            watermark: false,
        };
        Request { model: &self.address.model, input, parameters }
    }

    async fn at_once(&self, run: &Run, request: &ImageRequest, prompt: &str) -> Result<Drawn> {
        let content = self.references(run, request).await?;
        let body = self.body(request, prompt, content);
        let call = self.endpoint.post("services/aigc/multimodal-generation/generation")?.operation("generate_image");
        let call = call.model(&self.address.model).deadline(DEADLINE);
        let reply = call.json(&WithExtra { body: &body, extra: &request.extra }).send().await?;
        match reply.json()? {
            Answer { output: Some(output), usage, .. } if !output.choices.is_empty() || !output.results.is_empty() => {
                let finished = task::finished(output, usage, run.clock().now()).map_err(|e| reply.describe(e))?;
                Ok(Drawn { files: finished.files, usage: finished.usage, ..Drawn::default() })
            }
            Answer { refusal, .. } if refusal.code.is_some() => {
                Err(reply.describe(self.endpoint.classify(&reply.failure())))
            }
            _ => Err(reply.unreadable("the answer holds no image")),
        }
    }

    async fn by_task(&self, run: &Run, request: &ImageRequest, prompt: &str) -> Result<Made<ImageBatch>> {
        let path = match self.way() {
            Way::Prompt => "services/aigc/text2image/image-synthesis",
            _ => "services/aigc/image-generation/generation",
        };
        let submit = || async {
            let content = self.references(run, request).await?;
            let body = self.body(request, prompt, content);
            let body = WithExtra { body: &body, extra: &request.extra };
            task::submit(run, &self.endpoint, path, &self.address.model, &body).await
        };
        let job = job::submit(run, submit, |_| async { Ok(Found::Unknown) }).await?;
        let check = || task::check(&self.endpoint, run, &job);
        let kept = fetched::keep_images(run, &self.endpoint, &self.patience, &job, check).await;
        let (mut images, usage) = kept.map_err(|e| e.with_vendor(self.endpoint.vendor()))?;
        let wanted = request.count.max(1);
        images.truncate(wanted as usize);
        let mut batch = ImageBatch::new(images);
        batch.refused = wanted.saturating_sub(u32::try_from(batch.images.len()).unwrap_or(wanted));
        Ok(Made::new(self.address.clone(), batch).with_usage(usage))
    }
}

#[async_trait]
impl Maker<ImageRequest> for DashScopeImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::image(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let prompt = prompt(request);
        if self.way() != Way::AtOnce {
            return self.by_task(run, request, &prompt).await;
        }
        let draw = || self.at_once(run, request, &prompt);
        let drawn = run.once("generate", draw, |_| async { Ok(Found::Unknown) }).await?;
        drawn.open(run, &self.endpoint, &self.address, request.count).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        match self.way() {
            Way::AtOnce => {
                let message = "this model answers at once; there is nothing to cancel";
                Err(Error::new(ErrorKind::Unsupported, message)
                    .with_field("cancel")
                    .with_vendor(self.endpoint.vendor()))
            }
            _ => task::cancel(&self.endpoint, run).await,
        }
    }
}

/// The prompt, and behind it what the references are for.
fn prompt(request: &ImageRequest) -> String {
    let purposes = request.references.iter().enumerate().filter_map(|(index, reference)| {
        let purpose = match reference.role {
            ReferenceRole::Source => "is the one to edit",
            ReferenceRole::Style => "shows the style to follow",
            ReferenceRole::Subject => "shows the subject",
            _ => return None,
        };
        Some(format!("Image {} {purpose}.", index + 1))
    });
    let purposes: Vec<_> = purposes.collect();
    let prompt = request.full_prompt();
    if purposes.is_empty() { prompt } else { format!("{prompt}\n\n{}", purposes.join(" ")) }
}
