//! The client: generations are submitted and asked after.

use serde::Serialize;
use social_core::Result;
use social_core::error::Error;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Failure};
use social_core::image::AspectRatio;
use social_core::job::{Job, JobState, Pending};
use social_core::media::{Media, MediaKind};
use social_core::money::Usage;
use social_core::run::Run;
use social_core::settings::{Environment, Reader, Setting, Settings};
use url::Url;

use super::BASE_URL;
use super::wire::{Generation, Refusal};
use crate::fetched::Finished;
use crate::hosted;
use crate::input::{ImageRule, Input};

pub(super) const API_KEY: Setting =
    Setting::new("LUMA_API_KEY", "the API key", "https://lumalabs.ai/api/keys", "luma-0000").secret();
pub(super) const URL: Setting = Setting::base_url("LUMA_BASE_URL", BASE_URL);

/// The shapes of all models.
pub(super) const SHAPES: [(u32, u32); 7] = [(1, 1), (16, 9), (9, 16), (4, 3), (3, 4), (21, 9), (9, 21)];

/// The longest prompt, in characters.
pub(super) const PROMPT: u64 = 5000;

/// Images are Luma's to fetch and to look at.
const IMAGE: ImageRule =
    ImageRule { vendor: "Luma", formats: hosted::FORMATS, max_bytes: 0, min_side: 1, max_ratio: 100.0 };

/// A client of Luma. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Luma {
    pub(super) endpoint: Endpoint,
}

impl Luma {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. Keys are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("luma", BASE_URL).classify(classify)
    }

    /// A client of this endpoint; start from [`Luma::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `LUMA_API_KEY`, at the address in `LUMA_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("luma", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        Self::new(endpoint.auth(Auth::Bearer(read.secret(&API_KEY)?)))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// The paid request.
    pub(super) async fn submit(&self, run: &Run, path: &str, model: &str, body: &impl Serialize) -> Result<Job> {
        let reply = self.endpoint.post(path)?.operation("submit_generation").model(model).json(body).send().await?;
        let generation: Generation = reply.json()?;
        if generation.id.is_empty() {
            return Err(reply.unreadable("the answer names no generation"));
        }
        Ok(Job::new(generation.id, run.clock().now()).with_model(model))
    }

    pub(super) async fn check(&self, job: &Job, kind: MediaKind) -> Result<JobState<Finished>> {
        let call = self.endpoint.get(&format!("generations/{}", job.id))?.operation("check_generation");
        let generation: Generation = call.send().await?.json()?;
        match generation.state.as_str() {
            "completed" => {
                let assets = generation.assets.unwrap_or_default();
                let address = if kind == MediaKind::Video { assets.video } else { assets.image };
                let files = address.and_then(|address| hosted::file(&address)).into_iter().collect();
                Ok(JobState::Done(Finished { files, usage: Usage::default() }))
            }
            "failed" => Err(hosted::failed(&self.endpoint, generation.failure_reason.as_deref())),
            "queued" => Ok(Pending::queued(generation.state).into()),
            _ => Ok(Pending::working(generation.state).into()),
        }
    }
}

/// `{detail}`, by the status; UNCONFIRMED.
fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    match failure.json::<Refusal>() {
        Some(Refusal { detail }) if !detail.is_empty() => Error::new(by_status.kind(), detail),
        _ => by_status,
    }
}

/// The address of an image, which lives long enough.
pub(super) async fn address(run: &Run, image: &Media, field: &'static str) -> Result<Url> {
    match image {
        Media::Remote(_) => match IMAGE.open(image, field, run.clock().now()).await? {
            Input::Address(url) => Ok(url),
            Input::Bytes(..) => Err(by_address_only(field)),
        },
        _ => Err(by_address_only(field)),
    }
}

fn by_address_only(field: &'static str) -> Error {
    Error::unsupported(field, "images are taken by public address only; host the image first")
}

pub(super) fn shapes() -> impl Iterator<Item = AspectRatio> {
    SHAPES.into_iter().map(AspectRatio::from)
}
