//! ElevenLabs: voices that speak, with the times of their words, and music.
//!
//! **Environment:** `ELEVENLABS_API_KEY`; `ELEVENLABS_VOICE`, the id of the voice that speaks where
//! a request names none; `ELEVENLABS_BASE_URL` for the hosts of data residency.
//!
//! **Supported:** speech as a file, as a stream and with the times of its words, of which captions
//! are made; the list and search of voices; the list of models; music from a description.
//!
//! ```no_run
//! use media_adapters::elevenlabs::ElevenLabs;
//! use social_core::captions::CaptionRules;
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//! use social_core::speech::SpeechRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let labs = ElevenLabs::from_env()?;
//! let voice = labs.search_voices("calm").await?.swap_remove(0);
//! let request = SpeechRequest::new("Fresh ravioli, every morning.").with_voice(voice.id).with_timings();
//! let speech = labs.speech("eleven_flash_v2_5").make(&Run::ephemeral(), &request).await?;
//! println!("{:?}\n{}", speech.media, speech.captions(&CaptionRules::default()).to_srt());
//! # Ok(()) }
//! ```
//!
//! A lost answer is looked for in the account's history, where the audio can be fetched again
//! without being paid for again. An account without a history leaves the outcome unknown, and so
//! does music.
//!
//! **Known limits:** raw audio (`pcm`, `ulaw`, `alaw`) is streamed only. Voices are not cloned,
//! speech is not written down, dialogues and sound effects are not made. Whether `character-cost`
//! counts credits or characters is unconfirmed for the flash models: it is reported as units, and
//! as characters what was sent.
//!
//! **Sources:** elevenlabs/elevenlabs-docs@3557f0b1 (OpenAPI of 2025-08-25, error page), the SDK
//! elevenlabs 2.78.0 (music, formats; November 2026), elevenlabs.io/docs/overview/models.

pub(crate) mod entry;
mod error;
mod lost;
mod model;
mod music;
mod speech;
mod voices;
mod wire;

#[cfg(test)]
mod tests;

use http::HeaderName;
use secrecy::SecretString;
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::settings::{Environment, Reader, Setting, Settings};

pub use music::ElevenLabsMusic;
pub use speech::ElevenLabsSpeech;

/// The usual address; accounts with data residency have others.
pub const BASE_URL: &str = "https://api.elevenlabs.io";

const PAGE: &str = "https://elevenlabs.io/app/developers/api-keys";

const API_KEY: Setting = Setting::new("ELEVENLABS_API_KEY", "the API key", PAGE, "sk_0000").secret();
const VOICE: Setting = Setting::new(
    "ELEVENLABS_VOICE",
    "the id of the voice where a request names none",
    "https://elevenlabs.io/app/voice-library",
    "JBFqnCBsd6RMkjVDRZzb",
)
.optional();
const URL: Setting = Setting::base_url("ELEVENLABS_BASE_URL", BASE_URL);

/// A client of ElevenLabs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ElevenLabs {
    endpoint: Endpoint,
    voice: Option<String>,
}

impl ElevenLabs {
    /// The endpoint without a key; [`BASE_URL`] unless replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("elevenlabs", BASE_URL).timeouts(Timeouts::GENERATION).classify(error::classify)
    }

    /// How a key is sent.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        Auth::Header(HeaderName::from_static("xi-api-key"), key)
    }

    /// A client of this endpoint; start from [`ElevenLabs::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, voice: None })
    }

    /// Sets the voice that speaks where a request names none, by its id.
    #[must_use]
    pub fn with_voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = Some(voice.into());
        self
    }

    /// A client with the key in `ELEVENLABS_API_KEY`, the voice in `ELEVENLABS_VOICE` if there is
    /// one, at the address in `ELEVENLABS_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("elevenlabs", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL).auth(Self::auth(read.secret(&API_KEY)?));
        Ok(Self { voice: read.optional_text(&VOICE), ..Self::new(endpoint)? })
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A model that speaks, for instance `eleven_multilingual_v2` or `eleven_flash_v2_5`.
    #[must_use]
    pub fn speech(&self, model: impl Into<String>) -> ElevenLabsSpeech {
        ElevenLabsSpeech::new(self.endpoint.clone(), self.voice.clone(), model.into())
    }

    /// A model that makes music, for instance `music_v2`.
    #[must_use]
    pub fn music(&self, model: impl Into<String>) -> ElevenLabsMusic {
        ElevenLabsMusic::new(self.endpoint.clone(), model.into())
    }
}
