//! Making videos.
//!
//! A [`VideoModel`] is a [`Maker`] of [`VideoRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`VideoCapabilities`], one call [`make`](Maker::make)
//! on a run, and a [`MediaFile`] in a [`Made`](crate::make::Made) that says what it cost.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::design::Design;
use crate::error::{Error, Result};
use crate::image::AspectRatio;
use crate::make::{MakeRequest, Maker, MediaFile, OptionValue, Scalar, capability_record};
use crate::media::Media;
use crate::money::Usage;

/// Makes videos, one vendor's model or a wrapper around some.
///
/// A video takes minutes: the handle of the submitted job is in the run before the wait begins, so
/// that another process collects a video that was paid for. The video is streamed into a file of
/// the run.
pub type VideoModel = dyn Maker<VideoRequest>;

/// What video is wanted. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VideoRequest {
    /// What happens in it.
    pub prompt: String,
    /// How long it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// Its shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// The vendor's name for its resolution, for instance `1080p`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// The vendor's name for its quality, for instance `pro`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// The image that it starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_frame: Option<Media>,
    /// The image that it ends on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_frame: Option<Media>,
    /// With audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// What must not be in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// A seed for sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Slides in order, for renderers; models read their words as part of the prompt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slides: Vec<Design>,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl VideoRequest {
    /// A video of this.
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

    /// Sets the shape.
    #[must_use]
    pub fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// Sets the vendor's resolution.
    #[must_use]
    pub fn with_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.resolution = Some(resolution.into());
        self
    }

    /// Sets the vendor's quality.
    #[must_use]
    pub fn with_quality(mut self, quality: impl Into<String>) -> Self {
        self.quality = Some(quality.into());
        self
    }

    /// Sets the image that it starts from.
    #[must_use]
    pub fn with_first_frame(mut self, image: Media) -> Self {
        self.first_frame = Some(image);
        self
    }

    /// Sets the image that it ends on.
    #[must_use]
    pub fn with_last_frame(mut self, image: Media) -> Self {
        self.last_frame = Some(image);
        self
    }

    /// With or without audio.
    #[must_use]
    pub fn with_audio(mut self, audio: bool) -> Self {
        self.audio = Some(audio);
        self
    }

    /// Says what must not be in it.
    #[must_use]
    pub fn with_negative_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.negative_prompt = Some(prompt.into());
        self
    }

    /// Sets a seed.
    #[must_use]
    pub fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds a slide.
    #[must_use]
    pub fn with_slide(mut self, slide: Design) -> Self {
        self.slides.push(slide);
        self
    }

    /// Sends a field of the vendor's own.
    #[must_use]
    pub fn with_extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }

    /// The prompt with the slides' words and colours, for models that take text only.
    #[must_use]
    pub fn full_prompt(&self) -> String {
        let slides = self.slides.iter().enumerate();
        let slides = slides.map(|(index, slide)| format!("\n\nScene {}: {}", index + 1, slide.to_prompt()));
        std::iter::once(self.prompt.clone()).chain(slides).collect()
    }
}

capability_record! {
    /// What a video model can do, as data.
    pub struct VideoCapabilities {
        choices {
            /// The shapes.
            aspect_ratios: AspectRatio [AspectRatio] = "aspect_ratio", with_aspect_ratios, with_any_aspect_ratio;
            /// The resolutions.
            resolutions: String [impl Into<String>] = "resolution", with_resolutions, with_any_resolution;
            /// The qualities.
            qualities: String [impl Into<String>] = "quality", with_qualities, with_any_quality;
            /// The lengths, in whole seconds.
            seconds: u32 [u32] = "duration", with_seconds, with_any_length;
        }
        limits {
            /// Characters of the prompt, the slides' words included.
            max_prompt_chars = "prompt", with_max_prompt_chars, None;
        }
        flags {
            /// Starts from an image.
            first_frame, with_first_frame;
            /// Ends on an image.
            last_frame, with_last_frame;
            /// Makes audio.
            audio, with_audio;
            /// Takes a negative prompt.
            negative_prompt, with_negative_prompt;
            /// Takes a seed.
            seed, with_seed;
            /// Takes fields of the vendor's own.
            extra, with_extra;
        }
        facts {
            /// Sets [`VideoRequest::slides`] itself; others read their words as part of the prompt.
            slides, with_slides;
        }
    }
}

/// The video that is assumed when the request names no length, in seconds.
const ASSUMED_SECONDS: f64 = 10.0;

impl MakeRequest for VideoRequest {
    const NAME: &'static str = "video";
    type Output = MediaFile;
    type Capabilities = VideoCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "prompt" if !self.slides.is_empty() => OptionValue::Text(self.full_prompt().into()),
            "prompt" => OptionValue::text(Some(&self.prompt)),
            "duration" => OptionValue::scalar(self.duration.map(|duration| duration.as_secs_f64())),
            "aspect_ratio" => OptionValue::scalar(self.aspect_ratio),
            "resolution" => OptionValue::text(self.resolution.as_deref()),
            "quality" => OptionValue::text(self.quality.as_deref()),
            "first_frame" => OptionValue::files(&self.first_frame),
            "last_frame" => OptionValue::files(&self.last_frame),
            // Without audio is what a model without audio does.
            "audio" => OptionValue::scalar(self.audio.filter(|audio| *audio)),
            "negative_prompt" => OptionValue::text(self.negative_prompt.as_deref()),
            "seed" => OptionValue::scalar(self.seed.map(|seed| seed as f64)),
            "slides" => OptionValue::parts(self.slides.len()),
            "extra" => OptionValue::parts(self.extra.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, name: &str, value: Option<&Scalar>) -> bool {
        match (name, value) {
            ("aspect_ratio", value) => Scalar::assign(value, &mut self.aspect_ratio),
            ("resolution", value) => Scalar::assign(value, &mut self.resolution),
            ("quality", value) => Scalar::assign(value, &mut self.quality),
            ("duration", Some(Scalar::Number(seconds))) => {
                self.duration = Duration::try_from_secs_f64(*seconds).ok();
                self.duration.is_some()
            }
            ("duration", None) => {
                self.duration = None;
                true
            }
            _ => false,
        }
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        let first = self.first_frame.iter_mut().map(|media| ("first_frame", media));
        let last = self.last_frame.iter_mut().map(|media| ("last_frame", media));
        let slides = self.slides.iter_mut().flat_map(Design::files_mut).map(|media| ("slides", media));
        first.chain(last).chain(slides).collect()
    }

    fn validate(&self) -> Result<()> {
        if self.prompt.trim().is_empty() && self.slides.is_empty() && self.first_frame.is_none() {
            return Err(Error::invalid("prompt", "the prompt is empty"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let seconds = self.duration.map_or(ASSUMED_SECONDS, |duration| duration.as_secs_f64());
        let usage = Usage { seconds: Some(seconds), ..Usage::default() };
        usage
            .with_term("resolution", self.resolution.as_deref())
            .with_term("quality", self.quality.as_deref())
            .with_term("audio", self.audio.map(|audio| if audio { "true" } else { "false" }))
    }
}
