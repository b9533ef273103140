//! Runway's videos and images: Gen-4 and the models of others that Runway serves.
//!
//! ```no_run
//! use media_adapters::runway::Runway;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let studio = Runway::from_env()?.video("gen4_turbo");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = VideoRequest::new("Steam rises from the loaf")
//!     .with_first_frame(Media::file("loaf.jpg"))
//!     .with_aspect_ratio(AspectRatio::VERTICAL);
//! let video = studio.make(&run, &request).await?;
//! println!("{:?}, {:?}", video.media, video.info.duration);
//! # Ok(()) }
//! ```
//!
//! **Environment:** `RUNWAYML_API_SECRET`; `RUNWAYML_BASE_URL` replaces the address and
//! `RUNWAYML_API_VERSION` the version that every request names.
//!
//! **Supported:** videos from a text, a first and a last frame; images from a text and reference
//! images; tasks are cancelled and removed. What each model takes is in its record. Images up to 3
//! MiB go along in the request, larger ones are uploaded first.
//!
//! **Known limits:** a lost submission cannot be looked up, so its outcome stays unknown. Uploads
//! live for 24 hours, results for 24 to 48; they are fetched as soon as they are there. Upscaling,
//! speech and editing of videos are not offered. What a refused prompt costs is confirmed by the
//! task's own figure only.
//!
//! **Sources:** the types of runwayml 5.24.0; docs.dev.runwayml.com (inputs, uploads, errors, task
//! failures; 2026).

pub(crate) mod entry;
mod error;
mod image;
mod model;
mod pixels;
mod task;
mod video;
mod wire;

#[cfg(test)]
mod tests;

use http::HeaderName;
use secrecy::SecretString;
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};

pub use image::RunwayImage;
pub use video::RunwayVideo;

/// Runway's address. There is no other, despite its name.
pub const BASE_URL: &str = "https://api.dev.runwayml.com";

/// The version of the interface that is asked for.
pub const VERSION: &str = "2024-11-06";

const PAGE: &str = "https://dev.runwayml.com";

const API_SECRET: Setting = Setting::new("RUNWAYML_API_SECRET", "the API key", PAGE, "key_0000").secret();
const API_VERSION: Setting =
    Setting::new("RUNWAYML_API_VERSION", "another version of the interface", PAGE, VERSION).optional();
const URL: Setting = Setting::base_url("RUNWAYML_BASE_URL", BASE_URL);

/// A client of Runway. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runway {
    endpoint: Endpoint,
}

impl Runway {
    /// The endpoint without a key, at [`BASE_URL`] and for [`VERSION`] unless replaced.
    pub fn endpoint() -> EndpointBuilder {
        Self::endpoint_of(VERSION)
    }

    fn endpoint_of(version: impl Into<String>) -> EndpointBuilder {
        Endpoint::builder("runway", BASE_URL)
            .header(HeaderName::from_static("x-runway-version"), version)
            .classify(error::classify)
    }

    /// How a key is sent.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        Auth::Bearer(key)
    }

    /// A client of this endpoint; start from [`Runway::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `RUNWAYML_API_SECRET`, at the address in `RUNWAYML_BASE_URL` and
    /// for the version in `RUNWAYML_API_VERSION` if there are any.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("runway", settings, &[API_SECRET])?;
        let version = read.optional_text(&API_VERSION).unwrap_or_else(|| VERSION.to_owned());
        let endpoint = Self::endpoint_of(version).auth(Self::auth(read.secret(&API_SECRET)?));
        Self::new(read.endpoint(endpoint, &URL))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A video model, for instance `gen4.5`, `gen4_turbo` or `veo3.1`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> RunwayVideo {
        RunwayVideo::new(self.endpoint.clone(), model.into())
    }

    /// An image model, for instance `gen4_image` or `gen4_image_turbo`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> RunwayImage {
        RunwayImage::new(self.endpoint.clone(), model.into())
    }
}
