//! Venice's image models: one request, one answer with images in base64.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use http::HeaderMap;
use social_core::error::Stage;
use social_core::http::Endpoint;
use social_core::image::{ImageBatch, ImageCapabilities, ImageRequest};
use social_core::make::{self, Condition, Made, Maker, Test};
use social_core::run::{Found, Run};
use social_core::{Error, ModelAddress, Result};

use super::wire::{Answer, Request};
use crate::body::WithExtra;
use crate::image_answer::{self, Drawn, Reader};
use crate::inline_base64::{Keys, lifting};

const DEADLINE: Duration = Duration::from_secs(300);

/// One of Venice's image models.
///
/// Sizes are `WIDTHxHEIGHT` in pixels, or `1K`, `2K` and `4K` of models that have named sizes.
/// At most 4 images come of a call. References and qualities are refused;
/// [`extra`](ImageRequest::extra) takes `steps`, `cfg_scale`, `style_preset`, `format`, `safe_mode`,
/// `hide_watermark` and others.
///
/// The call is billed, has no idempotency key and cannot be looked up later: when its answer is
/// lost, the result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). An image that
/// breaks Venice's rules is [`Rejected`](social_core::ErrorKind::Rejected); one that its safe mode
/// has blurred comes with a [warning](Made::warnings).
#[derive(Clone, Debug)]
pub struct VeniceImage {
    endpoint: Endpoint,
    address: ModelAddress,
}

/// What a request says about the size.
#[derive(Default)]
struct Size<'a> {
    pixels: Option<(u32, u32)>,
    named: Option<&'a str>,
}

impl<'a> Size<'a> {
    fn of(request: &'a ImageRequest) -> Result<Self> {
        let Some(size) = request.size.as_deref() else { return Ok(Self::default()) };
        let pixels = size.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match (pixels, size) {
            (Some(_), _) if request.aspect_ratio.is_some() => {
                Err(Error::unsupported("aspect_ratio", format!("beside `{size}`: a size in pixels is the shape, too")))
            }
            (Some(pixels), _) => Ok(Self { pixels: Some(pixels), named: None }),
            (None, "1K" | "2K" | "4K") => Ok(Self { pixels: None, named: Some(size) }),
            (None, _) => {
                Err(Error::unsupported("size", format!("`{size}`: a size is WIDTHxHEIGHT in pixels, 1K, 2K or 4K")))
            }
        }
    }
}

impl VeniceImage {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address }
    }

    async fn draw(&self, run: &Run, request: &ImageRequest) -> Result<(Drawn, bool)> {
        let Size { pixels, named } = Size::of(request)?;
        let body = Request {
            model: &self.address.model,
            prompt: &request.full_prompt(),
            negative_prompt: request.negative_prompt.as_deref(),
            width: pixels.map(|(width, _)| width),
            height: pixels.map(|(_, height)| height),
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            resolution: named,
            seed: request.seed,
            variants: (request.count > 1).then_some(request.count),
        };
        let call = self.endpoint.post("image/generate")?.operation("generate_image").model(&self.address.model);
        let call = call.deadline(DEADLINE).json(&WithExtra { body: &body, extra: &request.extra });
        let mut reply = call.stream().await?;
        let blurred = says(&reply.headers, "x-venice-is-blurred");
        let violates = says(&reply.headers, "x-venice-is-content-violation");
        let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
        let (rest, taken) = lifting(body, Keys { lifted: "images", dropped: "" }, self.endpoint.limits().body);
        let mut reader = Reader::new(run, &self.endpoint, &reply, taken);
        let read = async {
            if violates {
                return Err(Error::rejected(Stage::Output, None, "the image breaks Venice's rules for content"));
            }
            let json = image_answer::whole(rest).await?;
            let answer: Answer = serde_json::from_slice(&json)
                .map_err(|e| Error::protocol("the answer is not what was expected", &json).with_source(e))?;
            for number in &answer.images {
                reader.add(number).await?;
            }
            reader.finish(&json)
        };
        let read = read.await;
        let drawn = reader.drawn;
        read.map(|()| (drawn, blurred)).map_err(|error| reply.describe(error))
    }
}

#[async_trait]
impl Maker<ImageRequest> for VeniceImage {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    /// What the interface can carry, whatever the model.
    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::unknown()
            .with_max_count(4)
            .with_max_references(0)
            .with_condition(Condition::that("prompt", Test::Set).because("Venice needs words"))
            .with_condition(Condition::that("quality", Test::Unset))
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        Size::of(request).map(drop)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        make::begin(self, run, request).await?;
        let draw = || self.draw(run, request);
        let (drawn, blurred) = run.once("generate", draw, |_| async { Ok(Found::Unknown) }).await?;
        let made = image_answer::made(run, &self.endpoint, &self.address, drawn).await?;
        Ok(if blurred { made.with_warning("Venice's safe mode has blurred the image") } else { made })
    }
}

fn says(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| value == "true")
}
