//! Video models of many makers through OpenRouter (`openrouter/MAKER/MODEL`).
//!
//! ```no_run
//! use media_adapters::openrouter::OpenRouter;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let studio = OpenRouter::from_env()?.video("google/veo-3.1").look_up().await?;
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = VideoRequest::new("Steam rises").with_aspect_ratio(AspectRatio::VERTICAL);
//! let video = studio.make(&run, &request).await?;
//! println!("{:?} for {:?}", video.media, video.usage);
//! # Ok(()) }
//! ```
//!
//! **Environment:** `OPENROUTER_API_KEY`, as for OpenRouter's language models;
//! `OPENROUTER_BASE_URL` replaces the address.
//!
//! **Supported:** videos from a text, a first and a last frame; what a model takes is asked with
//! [`look_up`](OpenRouterVideo::look_up).
//!
//! **Known limits:** a submission has no idempotency key and cannot be looked up, so the outcome of
//! a lost one stays unknown; a job cannot be cancelled. How long results live is not documented;
//! they are fetched as soon as they are there. Whether addresses beside OpenRouter's own need the
//! key is not confirmed; it is not sent there.
//!
//! **Sources:** the specification in OpenRouterTeam/typescript-sdk cb9393a (videos; 2026).

pub(crate) mod entry;
mod error;
mod video;
mod video_model;
mod video_wire;

#[cfg(test)]
mod tests_video;

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};

pub use video::OpenRouterVideo;

/// OpenRouter's address.
pub const BASE_URL: &str = "https://openrouter.ai/api/v1";

const API_KEY: Setting =
    Setting::new("OPENROUTER_API_KEY", "the API key", "https://openrouter.ai/settings/keys", "sk-or-0000").secret();
const URL: Setting = Setting::base_url("OPENROUTER_BASE_URL", BASE_URL);

/// A client of OpenRouter. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OpenRouter {
    endpoint: Endpoint,
}

impl OpenRouter {
    /// The endpoint without a key, at [`BASE_URL`] unless replaced. Keys are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("openrouter", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`OpenRouter::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `OPENROUTER_API_KEY`, at the address in `OPENROUTER_BASE_URL` if
    /// there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the key when it is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("openrouter", settings, &[API_KEY])?;
        let endpoint = Self::endpoint().auth(Auth::Bearer(read.secret(&API_KEY)?));
        Self::new(read.endpoint(endpoint, &URL))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A video model, for instance `google/veo-3.1`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> OpenRouterVideo {
        OpenRouterVideo::new(self.endpoint.clone(), model.into())
    }
}
