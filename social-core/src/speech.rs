//! Speaking text.
//!
//! A [`SpeechModel`] is a [`Maker`] of [`SpeechRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`SpeechCapabilities`], one call [`make`](Maker::make)
//! on a run, and [`Speech`] in a [`Made`](crate::make::Made) that says what it cost. Which voices
//! an account has is told by [`Voices`]; audio for listeners who do not want to wait comes from
//! [`SpeechStream`].

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::http::ByteStream;
use crate::make::{MakeRequest, Maker, OptionValue, Scalar, capability_record};
use crate::media::{Media, MediaInfo, MediaType};
use crate::money::Usage;

/// Speaks text, one vendor's model or a wrapper around some.
pub type SpeechModel = dyn Maker<SpeechRequest>;

/// What is to be spoken. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SpeechRequest {
    /// The words.
    pub text: String,
    /// The vendor's id of the voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// The language, as a BCP 47 tag, where the model does not hear it from the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// How to speak, where the model takes directions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// The format wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<MediaType>,
    /// Speed; 1 is normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<f32>,
    /// When each word is spoken, for captions: [`Speech::words`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timings: bool,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
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

    /// Sets the language, a BCP 47 tag.
    #[must_use]
    pub fn with_language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Says how to speak.
    #[must_use]
    pub fn with_instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Sets the format.
    #[must_use]
    pub fn with_format(mut self, format: MediaType) -> Self {
        self.format = Some(format);
        self
    }

    /// Sets the speed; 1 is normal.
    #[must_use]
    pub fn with_speed(mut self, speed: f32) -> Self {
        self.speed = Some(speed);
        self
    }

    /// Asks when each word is spoken.
    #[must_use]
    pub fn with_timings(mut self) -> Self {
        self.timings = true;
        self
    }

    /// Sends a field of the vendor's own.
    #[must_use]
    pub fn with_extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }
}

capability_record! {
    /// What a speech model can do, as data.
    pub struct SpeechCapabilities {
        choices {
            /// The ids of the voices. An account may have more: then it is not known here, see
            /// [`Voices`].
            voices: String [impl Into<String>] = "voice", with_voices, with_any_voice;
            /// The formats.
            formats: MediaType [MediaType] = "format", with_formats, with_any_format;
            /// The languages that can be named, as BCP 47 tags.
            languages: String [impl Into<String>] = "language", with_languages, with_any_language;
        }
        limits {
            /// Characters of the text.
            max_text_chars = "text", with_max_text_chars, None;
        }
        flags {
            /// Takes directions.
            instructions, with_instructions;
            /// Speaks faster and slower.
            speed, with_speed;
            /// Tells when each word is spoken.
            timings, with_timings;
            /// Takes fields of the vendor's own.
            extra, with_extra;
        }
        facts {
            /// Implements [`SpeechStream`].
            stream, with_stream;
        }
    }
}

/// Audio that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Speech {
    /// The audio; a file of the run.
    pub media: Media,
    /// What its bytes say.
    pub info: MediaInfo,
    /// When each word is spoken, in order, where that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<SpokenWord>,
}

impl Speech {
    /// Audio without timings.
    #[must_use]
    pub fn new(media: Media, info: MediaInfo) -> Self {
        Self { media, info, words: Vec::new() }
    }

    /// Adds when each word is spoken.
    #[must_use]
    pub fn with_words(mut self, words: Vec<SpokenWord>) -> Self {
        self.words = words;
        self
    }
}

/// A word, and when it is spoken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWord {
    /// The word as it stands in the text, punctuation included. A space at its end tells that one
    /// follows where the script has none between words.
    pub text: String,
    /// From the start of the audio to the start of the word.
    pub start: Duration,
    /// From the start of the audio to the end of the word.
    pub end: Duration,
}

impl MakeRequest for SpeechRequest {
    const NAME: &'static str = "speech";
    type Output = Speech;
    type Capabilities = SpeechCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "text" => OptionValue::text(Some(&self.text)),
            "voice" => OptionValue::text(self.voice.as_deref()),
            "language" => OptionValue::text(self.language.as_deref()),
            "instructions" => OptionValue::text(self.instructions.as_deref()),
            "format" => OptionValue::scalar(self.format),
            "speed" => OptionValue::scalar(self.speed.map(f64::from)),
            "timings" => OptionValue::scalar(self.timings.then_some(true)),
            "extra" => OptionValue::parts(self.extra.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, name: &str, value: Option<&Scalar>) -> bool {
        match name {
            "language" => Scalar::assign(value, &mut self.language),
            "speed" => Scalar::assign(value, &mut self.speed),
            _ => false,
        }
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        Vec::new()
    }

    fn validate(&self) -> Result<()> {
        if self.text.trim().is_empty() {
            return Err(Error::invalid("text", "the text is empty"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let characters = self.text.chars().count() as u64;
        // Fast speech has 15 characters a second, slow speech 10.
        let seconds = Some(characters as f64 / 10.0 / f64::from(self.speed.unwrap_or(1.0).max(0.1)));
        Usage { characters: Some(characters), seconds, ..Usage::default() }
    }
}

/// A voice that an account may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Voice {
    /// The vendor's id, for [`SpeechRequest::voice`].
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The languages that it speaks well, as BCP 47 tags; empty when not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
}

impl Voice {
    /// A voice.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), languages: Vec::new() }
    }
}

/// Lists the voices that an account may use, its own ones included.
#[async_trait]
pub trait Voices: Debug + Send + Sync {
    /// All of them.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    async fn voices(&self) -> Result<Vec<Voice>>;
}

/// Speaks piece by piece, for a listener who does not want to wait. Nothing is kept: for audio that
/// is to be used again there is [`make`](Maker::make).
#[async_trait]
pub trait SpeechStream: Maker<SpeechRequest> {
    /// Speaks. An error after the first piece comes out of the stream.
    ///
    /// # Errors
    /// As [`make`](Maker::make).
    async fn stream(&self, request: &SpeechRequest) -> Result<ByteStream>;
}
