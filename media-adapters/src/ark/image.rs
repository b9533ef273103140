//! Seedream: images at addresses or in the answer, one or a group.

use std::fmt::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use http::HeaderName;
use social_core::clock::Timestamp;
use social_core::http::{Endpoint, StreamReply};
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::make::{self, Made, Maker};
use social_core::media::{MediaType, RemoteMedia};
use social_core::run::{Found, Run};
use social_core::{Effect, Error, ErrorKind, ModelAddress, Result};

use super::error::Refusal;
use super::wire::{Group, ImageTask, ImageUsage, Images, Item};
use super::{model, size};
use crate::body::WithExtra;
use crate::drawn::Drawn;
use crate::inline_base64::{Keys, lift};
use crate::input::ImageRule;

/// A group of 4K images takes minutes.
const DEADLINE: Duration = Duration::from_secs(600);

/// The largest answer with images in it, in bytes: fifteen of 4K.
const MAX_ANSWER: usize = 512 << 20;

/// Addresses of images end after 24 hours.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// What Seedream takes as an image (ModelArk, image generation).
const IMAGE: ImageRule = ImageRule {
    vendor: "Ark",
    formats: &[MediaType::Jpeg, MediaType::Png],
    max_bytes: 10 << 20,
    min_side: 15,
    max_ratio: 16.0,
};

/// The vendor finds a request by it; it protects from nothing.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-client-request-id");

/// One of the Seedream models, which draw and edit.
///
/// References (at most 14; JPEG or PNG, at most 10 MiB, sides of more than 14 pixels, 1:16 to 16:1)
/// are sent in order; what one is for is told in words behind the prompt, and there are no masks. A
/// size is `1K`, `2K` or `4K` (4.5 has no `1K`); with a shape it becomes pixels. Other pixels are
/// passed by [`extra`](ImageRequest::extra), as `size`. Images come without a watermark.
///
/// A group (a `count` above 1) is asked for in words, too, and the model decides how many come:
/// fewer than asked for are a warning. Images of a group that are refused are counted in
/// [`ImageBatch::refused`]; when none is left, the first refusal is the error, and nothing is
/// billed.
///
/// Images come at addresses that end after 24 hours and are fetched at once;
/// [`inline`](Self::inline) asks for them in the answer. The call has no idempotency key and cannot
/// be looked up later: when its answer is lost, the result is
/// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct Seedream {
    endpoint: Endpoint,
    address: ModelAddress,
    inline: bool,
}

/// An answer while it is read.
#[derive(Debug, Default)]
struct Reading {
    drawn: Drawn,
    refusal: Option<Refusal>,
}

impl Seedream {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, inline: false }
    }

    /// Asks for images in the answer, as base64, instead of at addresses. A connection that breaks
    /// then costs all of them.
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.inline = true;
        self
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<Drawn> {
        let mut image = Vec::new();
        for (index, reference) in request.references.iter().enumerate() {
            let opened = IMAGE.open(&reference.media, "references", run.clock().now()).await;
            image.push(opened.map_err(|e| e.with_item(index))?);
        }
        let group = (request.count > 1).then_some(Group { max_images: request.count });
        // The images of a group come one by one, over minutes in which a silent connection is cut.
        let stream = group.is_some() && !self.inline;
        let task = ImageTask {
            model: &self.address.model,
            prompt: &prompt(request),
            image,
            size: size::of(request),
            seed: request.seed,
            sequential_image_generation: if group.is_some() { "auto" } else { "disabled" },
            sequential_image_generation_options: group,
            response_format: if self.inline { "b64_json" } else { "url" },
            watermark: false,
            stream,
        };
        let call = self.endpoint.post("images/generations")?.operation("generate_image").model(&self.address.model);
        let call = call.header(REQUEST_ID, &run.key("generate")).deadline(DEADLINE);
        let reply = call.json(&WithExtra { body: &task, extra: &request.extra }).stream().await?;
        drop(task);
        let describe = reply.describer();
        let now = run.clock().now();
        let read = match reply.is("text/event-stream") {
            true => read_events(reply, now).await,
            false => read_whole(run, reply, now).await,
        };
        read.and_then(Reading::finish).map_err(describe)
    }
}

async fn read_whole(run: &Run, mut reply: StreamReply, now: Timestamp) -> Result<Reading> {
    let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
    let lifted = lift(body, Keys { lifted: "b64_json", dropped: "" }, MAX_ANSWER).await?;
    let (mut data, mut reading) = (lifted.data, Reading::default());
    for item in reading.take(read(&lifted.json)?, now) {
        reading.drawn.keep(run, &mut data, item.b64_json.as_deref().unwrap_or_default()).await?;
    }
    Ok(reading)
}

/// Reads the events of a group. They end with one that tells the usage.
async fn read_events(reply: StreamReply, now: Timestamp) -> Result<Reading> {
    let (mut reading, mut events) = (Reading::default(), reply.events());
    let mut ended = false;
    while let Some(event) = events.next().await? {
        if event.data == "[DONE]" {
            break;
        }
        let event: Images = read(event.data.as_bytes())?;
        // An error ends the call, as opposed to that of one image.
        ended |= matches!(event.kind.as_str(), "image_generation.completed" | "error" | "");
        reading.take(event, now);
    }
    if !ended {
        return Err(Error::new(ErrorKind::Truncated, "the stream of images ended before it was complete"));
    }
    Ok(reading)
}

fn read(json: &[u8]) -> Result<Images> {
    serde_json::from_slice(json)
        .map_err(|e| Error::protocol("the answer is not what was expected", json).with_source(e))
}

impl Reading {
    /// Takes what an answer or event says, and returns the images that it holds itself.
    fn take(&mut self, images: Images, now: Timestamp) -> Vec<Item> {
        let mut held = Vec::new();
        for item in images.data.into_iter().chain([images.item]) {
            match item {
                Item { url: Some(url), .. } => {
                    self.drawn.files.push(RemoteMedia { url, expires_at: now.checked_add(KEPT).ok() });
                }
                Item { b64_json: Some(_), .. } => held.push(item),
                Item { error: Some(refusal), .. } => {
                    self.drawn.refused += 1;
                    self.refusal.get_or_insert(refusal);
                }
                Item { .. } => {}
            }
        }
        if let Some(ImageUsage { generated_images, output_tokens }) = images.usage {
            self.drawn.usage.images = generated_images.and_then(|count| u64::try_from(count).ok());
            self.drawn.usage.output_tokens = output_tokens.and_then(|count| u64::try_from(count).ok());
        }
        held
    }

    fn finish(self) -> Result<Drawn> {
        let Self { drawn, refusal } = self;
        match refusal {
            _ if !drawn.is_empty() => Ok(drawn),
            Some(refusal) => {
                let error = refusal.error(ErrorKind::JobFailed);
                // What is billed is what was made.
                let unbilled = drawn.usage.images == Some(0);
                let error = if unbilled { error.with_effect(Effect::None) } else { error };
                Err(error.with_usage(drawn.usage))
            }
            None => Err(Error::protocol("the answer holds no image", []).with_usage(drawn.usage)),
        }
    }
}

#[async_trait]
impl Maker<ImageRequest> for Seedream {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        model::image(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let drawn = run.once("generate", || self.draw(run, request), |_| async { Ok(Found::Unknown) }).await?;
        drawn.open(run, &self.endpoint, &self.address, request.count).await
    }
}

/// The prompt, and behind it what has no field: what the references are for, and how many images
/// are wanted.
fn prompt(request: &ImageRequest) -> String {
    let mut prompt = request.full_prompt();
    let mut words = String::new();
    for (index, reference) in request.references.iter().enumerate() {
        let purpose = match reference.role {
            ReferenceRole::Source => "is the one to edit",
            ReferenceRole::Style => "shows the style to follow",
            ReferenceRole::Subject => "shows the subject",
            _ => continue,
        };
        // Writing to a string does not fail.
        let _ = write!(words, " Image {} {purpose}.", index + 1);
    }
    if request.count > 1 {
        let _ = write!(words, " Make a group of {} images.", request.count);
    }
    if !words.is_empty() {
        prompt.push_str("\n\n");
        prompt.push_str(words.trim_start());
    }
    prompt
}
