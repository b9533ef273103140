//! Speaking text.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::error::Result;
use crate::media::{Media, MediaInfo, MediaType};
use crate::money::{Cost, Usage};
use crate::run::Run;

/// What is to be spoken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpeechRequest {
    /// The words.
    pub text: String,
    /// The vendor's id of the voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// How to speak, where the model takes directions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// The format wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<MediaType>,
    /// Speed; 1 is normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<f32>,
}

impl SpeechRequest {
    /// These words.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Sets the voice.
    #[must_use]
    pub fn with_voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = Some(voice.into());
        self
    }
}

/// Audio that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GeneratedSpeech {
    /// Who made it.
    pub address: ModelAddress,
    /// The audio; a file of the run.
    pub media: Media,
    /// What its bytes say.
    pub info: MediaInfo,
    /// What was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

impl GeneratedSpeech {
    /// Audio.
    #[must_use]
    pub fn new(address: ModelAddress, media: Media, info: MediaInfo) -> Self {
        Self { address, media, info, usage: None, cost: None }
    }
}

/// Speaks text.
///
/// # Contract
/// As [`ImageGenerator`](crate::image::ImageGenerator).
#[async_trait]
pub trait SpeechSynthesizer: Debug + Send + Sync {
    /// The vendor and the model.
    fn address(&self) -> &ModelAddress;

    /// Speaks.
    ///
    /// # Errors
    /// As the contract says.
    async fn synthesize(&self, run: &Run, request: &SpeechRequest) -> Result<GeneratedSpeech>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: SpeechSynthesizer + ?Sized> SpeechSynthesizer for Arc<T> {
    fn address(&self) -> &ModelAddress {
        (**self).address()
    }

    async fn synthesize(&self, run: &Run, request: &SpeechRequest) -> Result<GeneratedSpeech> {
        (**self).synthesize(run, request).await
    }
}
