//! Gemini's image models: one request, one answer with images in base64.

use std::time::Duration;

use async_trait::async_trait;
use companies::google::GoogleApi;
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use social_core::error::Effect;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::make::{self, Made, Maker};
use social_core::media::{Media, MediaKind, MediaType};
use social_core::money::Usage;
use social_core::run::{Found, Run};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::model;
use super::refusal::refusal;
use super::wire::{
    Answer, AnswerPart, Content, GenerationConfig, ImageConfig, InlineData, Part, Request, UsageMetadata,
};
use crate::body::WithExtra;
use crate::ended;
use crate::inline_base64::{Keys, Lifted, lift};
use crate::kept::{self, Kept};

/// An image of 4K takes a minute and more.
const DEADLINE: Duration = Duration::from_secs(600);

/// The largest reference image that is sent, in bytes.
const MAX_REFERENCE: u64 = 20 << 20;

/// One of Gemini's image models, which draw and edit.
///
/// One image comes of a call. References (of listed models at most 14, each at most 20 MiB) are
/// sent in order before the prompt; the role of one is told in words before it, and there are no
/// masks. Sizes are `1K`, `2K` and `4K`; the 2.5 and lite models draw `1K` only. Seeds and negative
/// prompts are refused; [`extra`](ImageRequest::extra) is merged into the request, for instance
/// `generationConfig`. A model that is not listed is asked for whatever shape and size the request
/// names. Imagen, which was shut down on 2026-08-17, is [`NotFound`](ErrorKind::NotFound) and names
/// a successor, before anything is sent; so does an id that Google refuses because it has ended.
///
/// The call is billed, has no idempotency key and cannot be looked up later: when its answer is
/// lost, the result is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown). A refusal is
/// [`Rejected`](ErrorKind::Rejected) with Google's word as the category; an answer in words is
/// [`JobFailed`](ErrorKind::JobFailed) and keeps the words in [`Error::partial`]. Both keep the
/// usage.
#[derive(Clone, Debug)]
pub struct GeminiImage {
    endpoint: Endpoint,
    api: GoogleApi,
    address: ModelAddress,
}

/// What the journal keeps of an answer; the images are files of the run.
#[derive(Debug, Serialize, Deserialize)]
struct Drawn {
    images: Vec<Kept>,
    text: Option<String>,
    usage: Usage,
}

impl GeminiImage {
    pub(super) fn new(endpoint: Endpoint, api: GoogleApi, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, api, address }
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<Drawn> {
        let mut parts = Vec::new();
        for (index, given) in request.references.iter().enumerate() {
            parts.extend(purpose(given.role).map(Part::Text));
            let image = reference(&given.media).await.map_err(|e| e.with_item(index).with_effect(Effect::None))?;
            parts.push(Part::InlineData(image));
        }
        let prompt = request.full_prompt();
        let sends_size = model::find(&self.address.model).is_none_or(|model| model.sends_size);
        parts.push(Part::Text(&prompt));
        let image_config = ImageConfig {
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            image_size: request.size.as_deref().filter(|_| sends_size),
        };
        let body = Request {
            contents: [Content { role: "user", parts }],
            generation_config: GenerationConfig { response_modalities: ["IMAGE"], image_config },
        };
        let route = self.api.route(&self.endpoint, &self.address.model, "generateContent")?;
        let mut reply = self
            .endpoint
            .call(&route)
            .operation("generate_image")
            .model(&self.address.model)
            .deadline(DEADLINE)
            .json(&WithExtra { body: &body, extra: &request.extra })
            .stream()
            .await
            .map_err(|error| ended::explain(model::ENDED, &self.address.model, error))?;
        drop(body);
        let stream = std::mem::replace(&mut reply.body, stream::empty().boxed());
        let keys = Keys { lifted: "data", dropped: "thoughtSignature" };
        let made = match lift(stream, keys, self.endpoint.limits().body).await {
            Ok(lifted) => keep(run, lifted).await,
            Err(error) => Err(error),
        };
        made.map_err(|e| reply.describe(e))
    }
}

#[async_trait]
impl Maker<ImageRequest> for GeminiImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::capabilities(&self.address.model)
    }

    fn accept(&self, _: &ImageRequest) -> Result<()> {
        ended::refuse(model::IMAGEN, &self.address.model)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let drawn = run.once("generate", || self.draw(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let mut batch = ImageBatch::new(kept::reopen(run, drawn.images).await?);
        batch.text = drawn.text;
        let made = Made::new(self.address.clone(), batch);
        // An answer that counts no tokens is not one that cost nothing.
        Ok(if drawn.usage.output_tokens.is_some() { made.with_usage(drawn.usage) } else { made })
    }
}

/// Says what a reference image is for.
fn purpose(role: ReferenceRole) -> Option<&'static str> {
    match role {
        ReferenceRole::Source => Some("The next image is the one to edit."),
        ReferenceRole::Style => Some("The next image shows the style to follow."),
        ReferenceRole::Subject => Some("The next image shows the subject."),
        _ => None,
    }
}

async fn reference(image: &Media) -> Result<InlineData> {
    let data = image.read(MAX_REFERENCE).await.map_err(|e| e.with_field("references"))?;
    match MediaType::of(&data) {
        Some(media_type) if media_type.kind() == MediaKind::Image => {
            Ok(InlineData { mime_type: media_type.as_mime(), data })
        }
        _ => Err(Error::new(ErrorKind::MediaInvalid, "a reference is not an image").with_field("references")),
    }
}

/// Reads an answer and makes its images files of the run.
async fn keep(run: &Run, lifted: Lifted) -> Result<Drawn> {
    let Lifted { json, mut data } = lifted;
    let answer: Answer = serde_json::from_slice(&json)
        .map_err(|e| Error::protocol("the answer is not what was expected", &json).with_source(e))?;
    let mut usage = usage(answer.usage_metadata.as_ref());
    let parts = answer.candidates.iter().flat_map(|candidate| &candidate.content.parts);
    let parts: Vec<&AnswerPart> = parts.filter(|part| !part.thought).collect();
    let text: String = parts.iter().filter_map(|part| part.text.as_deref()).collect();
    let numbers: Vec<&str> = parts.iter().filter_map(|part| Some(part.inline_data.as_ref()?.data.as_str())).collect();
    if numbers.is_empty() {
        return Err(refusal(answer, "image", &text, &json).with_usage(usage));
    }
    let mut images = Vec::new();
    for number in numbers {
        let pieces = number.parse().ok().and_then(|number: usize| data.get_mut(number)).map(std::mem::take);
        images.push(kept::keep_image(run, images.len() + 1, pieces.unwrap_or_default()).await?);
    }
    usage.images = Some(images.len() as u64);
    let text = text.trim();
    Ok(Drawn { images, text: (!text.is_empty()).then(|| text.to_owned()), usage })
}

/// What Google counted.
pub(super) fn usage(reported: Option<&UsageMetadata>) -> Usage {
    let mut usage = Usage::default();
    if let Some(reported) = reported {
        usage.input_tokens = reported.prompt_token_count;
        usage.cache_read_tokens = reported.cached_content_token_count;
        usage.reasoning_tokens = reported.thoughts_token_count;
        // Thoughts are billed as output and counted apart.
        usage.output_tokens = match (reported.candidates_token_count, reported.thoughts_token_count) {
            (None, None) => None,
            (drawn, thought) => Some(drawn.unwrap_or(0) + thought.unwrap_or(0)),
        };
    }
    usage
}
