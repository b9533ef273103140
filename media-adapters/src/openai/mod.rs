//! OpenAI's voices (`openai/MODEL`).
//!
//! **Environment:** `OPENAI_API_KEY`, as for OpenAI's language models; `OPENAI_BASE_URL` replaces
//! the address.
//!
//! **Supported:** speech as a file and as a stream, with directions.
//!
//! ```no_run
//! use media_adapters::openai::OpenAi;
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//! use social_core::speech::SpeechRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let voice = OpenAi::from_env()?.speech("gpt-4o-mini-tts");
//! let request = SpeechRequest::new("Fresh ravioli, every morning.").with_instructions("Warm, in no hurry.");
//! let speech = voice.make(&Run::ephemeral(), &request).await?;
//! println!("{:?}", speech.media);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** a call has no idempotency key and cannot be looked up, so the outcome of a
//! lost one stays unknown. AAC, FLAC and raw PCM are streamed only. What a call used is not
//! reported, but for the characters that were sent.
//!
//! **Sources:** openai-openapi f85dbe2 (August 2026), the SDK openai 3.51.0, recorded answers.

pub(crate) mod entry;
mod error;
mod speech;

#[cfg(test)]
mod speech_tests;

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::settings::{Environment, Reader, Setting, Settings};

pub use speech::OpenAiSpeech;

const BASE_URL: &str = "https://api.openai.com/v1";

const API_KEY: Setting =
    Setting::new("OPENAI_API_KEY", "the API key", "https://platform.openai.com/api-keys", "sk-0000").secret();
const URL: Setting = Setting::base_url("OPENAI_BASE_URL", BASE_URL);

/// A client of OpenAI. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OpenAi {
    endpoint: Endpoint,
}

impl OpenAi {
    /// The endpoint without a key, for another address, transport or clock. Keys are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("openai", BASE_URL).timeouts(Timeouts::GENERATION).classify(error::classify)
    }

    /// A client of this endpoint; start from [`OpenAi::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `OPENAI_API_KEY`, at the address in `OPENAI_BASE_URL` if there is
    /// one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the key when it is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("openai", settings, &[API_KEY])?;
        Self::new(read.endpoint(Self::endpoint(), &URL).auth(Auth::Bearer(read.secret(&API_KEY)?)))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A model that speaks, for instance `gpt-4o-mini-tts`.
    #[must_use]
    pub fn speech(&self, model: impl Into<String>) -> OpenAiSpeech {
        OpenAiSpeech::new(self.endpoint.clone(), model.into())
    }
}
