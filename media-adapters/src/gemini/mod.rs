//! Gemini's image models, at Google AI Studio or on Vertex AI.
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
//! Sources: ai.google.dev (generateContent, image generation, troubleshooting, billing FAQ; November 2026), the types of
//! google-genai 3.3.0, recorded answers.

mod error;
mod image;
mod model;
mod wire;

#[cfg(test)]
mod tests;

use http::HeaderName;
use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::{Result, env};

pub use image::GeminiImage;

/// Google AI Studio's address.
pub const BASE_URL: &str = "https://generativelanguage.googleapis.com/v1beta";

/// A connection to Gemini. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gemini {
    endpoint: Endpoint,
}

impl Gemini {
    /// The settings of Google AI Studio with this key; [`BASE_URL`] unless replaced.
    pub fn endpoint(key: SecretString) -> EndpointBuilder {
        Endpoint::builder("gemini", BASE_URL)
            .auth(Auth::Header(HeaderName::from_static("x-goog-api-key"), key))
            .classify(error::classify)
    }

    /// The settings of Vertex AI for a project: `location` is `global` or a region such as `europe-west4`. The models and
    /// requests are the same; the tokens are OAuth tokens, for instance of a service account.
    pub fn vertex(project: &str, location: &str, tokens: Auth) -> EndpointBuilder {
        let host = match location {
            "global" => "aiplatform.googleapis.com".to_owned(),
            region => format!("{region}-aiplatform.googleapis.com"),
        };
        let base = format!("https://{host}/v1/projects/{project}/locations/{location}/publishers/google");
        Endpoint::builder("vertex", base).auth(tokens).classify(error::classify)
    }

    /// Gemini behind this endpoint.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// Google AI Studio with the key in `GEMINI_API_KEY`, at the address in `GEMINI_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the variable that is missing and where to get its value.
    pub fn from_env() -> Result<Self> {
        let key = env::secret("GEMINI_API_KEY", "https://aistudio.google.com/apikey")?;
        let mut endpoint = Self::endpoint(key);
        if let Some(base) = env::optional("GEMINI_BASE_URL") {
            endpoint = endpoint.base_url(base);
        }
        Ok(Self::new(endpoint.build()?))
    }

    /// An image model, for instance `gemini-3.1-flash-image`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> GeminiImage {
        GeminiImage::new(self.endpoint.clone(), model.into())
    }
}
