//! Gemini's image models and voices and Veo's video models, in AI Studio (`gemini/MODEL`) and on
//! Vertex AI (`vertex/MODEL`).
//!
//! **Environment** of AI Studio: `GEMINI_API_KEY`, and `GEMINI_BASE_URL` for a proxy. Of Vertex AI:
//! `VERTEX_PROJECT`, `VERTEX_LOCATION` (without it `global`) and `VERTEX_ACCESS_TOKEN`.
//!
//! **Supported:** images from a text and reference images, in the shapes and sizes that the record
//! of the model lists; [videos](VeoVideo) from a text and a first and last frame; speech from a
//! text, with directions.
//!
//! ```no_run
//! use media_adapters::gemini::Gemini;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let painter = Gemini::from_env()?.image("gemini-3.1-flash-image");
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::PORTRAIT);
//! let batch = painter.make(&Run::ephemeral(), &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** one image comes of a call. Speech is not streamed. A lost call cannot be
//! asked for, so its outcome stays unknown. A token from the environment is not renewed. Veo on
//! Vertex AI wants a region as `VERTEX_LOCATION`, such as `us-central1`. The Omni models, which
//! Google recommends for videos now, have another interface and are not offered.
//!
//! **Sources:** ai.google.dev (generateContent, image generation, troubleshooting, billing FAQ,
//! video generation, changelog; November 2026), cloud.google.com (Veo on Vertex AI), the types of
//! google-genai 3.3.0 and 3.6.1, recorded answers.

pub(crate) mod entry;
mod image;
mod model;
mod refusal;
mod speech;
mod video;
mod video_error;
mod video_model;
mod video_wire;
mod wire;

#[cfg(test)]
mod speech_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_video;

use companies::google::{self, GoogleApi};
use secrecy::SecretString;
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Settings};

pub use image::GeminiImage;
pub use speech::GeminiSpeech;
pub use video::VeoVideo;

/// A client of Gemini in AI Studio. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gemini {
    endpoint: Endpoint,
}

impl Gemini {
    /// The endpoint without a key, for another address, transport or clock.
    pub fn endpoint() -> EndpointBuilder {
        google::studio_endpoint()
    }

    /// How a key is sent.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        google::studio_auth(key)
    }

    /// A client of this endpoint; start from [`Gemini::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `GEMINI_API_KEY`, at the address in `GEMINI_BASE_URL` if there is
    /// one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        Self::new(GoogleApi::AiStudio.endpoint_from_settings(settings)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// An image model, for instance `gemini-3.1-flash-image`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> GeminiImage {
        GeminiImage::new(self.endpoint.clone(), GoogleApi::AiStudio, model.into())
    }

    /// A video model, for instance `veo-3.1-generate-preview`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> VeoVideo {
        VeoVideo::new(self.endpoint.clone(), None, GoogleApi::AiStudio, model.into())
    }

    /// A model that speaks, for instance `gemini-2.5-flash-preview-tts`.
    #[must_use]
    pub fn speech(&self, model: impl Into<String>) -> GeminiSpeech {
        GeminiSpeech::new(self.endpoint.clone(), GoogleApi::AiStudio, model.into())
    }
}

/// A client of Gemini on Vertex AI: the same models and requests, with OAuth tokens of a project.
/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Vertex {
    endpoint: Endpoint,
    /// The buckets into which Vertex AI puts videos on request; they take the same tokens.
    storage: Endpoint,
}

/// The address of Google Cloud's buckets.
const STORAGE_URL: &str = "https://storage.googleapis.com";

impl Vertex {
    /// The endpoint of a project in a location (`europe-west4`, `global`), without a token. Tokens
    /// live for an hour: [`Auth::source`] takes what renews them.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is
    /// not a name.
    pub fn endpoint(project: &str, location: &str) -> Result<EndpointBuilder> {
        google::vertex_endpoint(project, location)
    }

    /// A client of this endpoint; start from [`Vertex::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        let storage = endpoint.clone().base_url(STORAGE_URL).build()?;
        Ok(Self { endpoint: endpoint.build()?, storage })
    }

    /// A client with `VERTEX_PROJECT`, `VERTEX_LOCATION` (without it `global`) and the token in
    /// `VERTEX_ACCESS_TOKEN`, which is not renewed: what runs for longer than an hour hands a token
    /// source to [`new`](Self::new).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        Self::new(GoogleApi::Vertex.endpoint_from_settings(settings)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// An image model, for instance `gemini-3.1-flash-image`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> GeminiImage {
        GeminiImage::new(self.endpoint.clone(), GoogleApi::Vertex, model.into())
    }

    /// A video model, for instance `veo-3.1-generate-001`. Veo is served in regions such as
    /// `us-central1`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> VeoVideo {
        VeoVideo::new(self.endpoint.clone(), Some(self.storage.clone()), GoogleApi::Vertex, model.into())
    }

    /// A model that speaks, for instance `gemini-2.5-flash-preview-tts`.
    #[must_use]
    pub fn speech(&self, model: impl Into<String>) -> GeminiSpeech {
        GeminiSpeech::new(self.endpoint.clone(), GoogleApi::Vertex, model.into())
    }
}
