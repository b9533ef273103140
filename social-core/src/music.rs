//! Making music.
//!
//! A [`MusicModel`] is a [`Maker`] of [`MusicRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`MusicCapabilities`], one call [`make`](Maker::make)
//! on a run, and a [`MediaFile`] in a [`Made`](crate::make::Made) that says what it cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::make::{MakeRequest, Maker, MediaFile, OptionValue, Scalar, capability_record};
use crate::media::{Media, MediaType};
use crate::money::Usage;

/// Makes music, one vendor's model or a wrapper around some.
pub type MusicModel = dyn Maker<MusicRequest>;

/// What music is wanted. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MusicRequest {
    /// How it sounds, and what is sung.
    pub prompt: String,
    /// How long it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// Without singing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrumental: Option<bool>,
    /// The format wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<MediaType>,
    /// A seed for sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl MusicRequest {
    /// Music of this description.
    #[must_use]
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), ..Self::default() }
    }

    /// Sets how long it plays.
    #[must_use]
    pub fn with_duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// With or without singing.
    #[must_use]
    pub fn with_instrumental(mut self, instrumental: bool) -> Self {
        self.instrumental = Some(instrumental);
        self
    }

    /// Sets the format.
    #[must_use]
    pub fn with_format(mut self, format: MediaType) -> Self {
        self.format = Some(format);
        self
    }

    /// Sets a seed.
    #[must_use]
    pub fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
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
    /// What a music model can do, as data. The lengths that it makes are
    /// [conditions](crate::make::Condition) on `duration`.
    pub struct MusicCapabilities {
        choices {
            /// The formats.
            formats: MediaType [MediaType] = "format", with_formats, with_any_format;
        }
        limits {
            /// Characters of the prompt.
            max_prompt_chars = "prompt", with_max_prompt_chars, None;
        }
        flags {
            /// Makes music of a length that is asked for.
            duration, with_duration;
            /// Makes music without singing.
            instrumental, with_instrumental;
            /// Takes a seed.
            seed, with_seed;
            /// Takes fields of the vendor's own.
            extra, with_extra;
        }
        facts {}
    }
}

/// The music that is assumed when the request names no length, in seconds.
const ASSUMED_SECONDS: f64 = 60.0;

impl MakeRequest for MusicRequest {
    const NAME: &'static str = "music";
    type Output = MediaFile;
    type Capabilities = MusicCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "prompt" => OptionValue::text(Some(&self.prompt)),
            "duration" => OptionValue::scalar(self.duration.map(|duration| duration.as_secs_f64())),
            // With singing is what the prompt may say.
            "instrumental" => OptionValue::scalar(self.instrumental.filter(|instrumental| *instrumental)),
            "format" => OptionValue::scalar(self.format),
            "seed" => OptionValue::scalar(self.seed.map(|seed| seed as f64)),
            "extra" => OptionValue::parts(self.extra.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, name: &str, value: Option<&Scalar>) -> bool {
        match (name, value) {
            ("duration", Some(Scalar::Number(seconds))) => {
                let nearest = Duration::try_from_secs_f64(*seconds).ok();
                self.duration = nearest.or(self.duration);
                nearest.is_some()
            }
            ("duration", None) => {
                self.duration = None;
                true
            }
            _ => false,
        }
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        Vec::new()
    }

    fn validate(&self) -> Result<()> {
        if self.prompt.trim().is_empty() {
            return Err(Error::invalid("prompt", "the prompt is empty"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let seconds = self.duration.map_or(ASSUMED_SECONDS, |duration| duration.as_secs_f64());
        Usage { seconds: Some(seconds), ..Usage::default() }
    }
}
