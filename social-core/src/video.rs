//! Making videos.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::design::Design;
use crate::error::{Error, Result};
use crate::image::AspectRatio;
use crate::media::{Media, MediaInfo};
use crate::money::{Attempt, Cost, Usage};
use crate::run::Run;

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

    /// Adds a slide.
    #[must_use]
    pub fn with_slide(mut self, slide: Design) -> Self {
        self.slides.push(slide);
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

/// What a model can do, as data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VideoCapabilities {
    /// The shapes it offers; empty means that nothing is known and none is refused.
    pub aspect_ratios: Vec<AspectRatio>,
    /// The resolutions it offers; empty means that nothing is known.
    pub resolutions: Vec<String>,
    /// The lengths it offers, in whole seconds; empty means that nothing is known.
    pub seconds: Vec<u32>,
    /// Starts from an image.
    pub first_frame: bool,
    /// Ends on an image.
    pub last_frame: bool,
    /// Makes audio.
    pub audio: bool,
    /// Takes a negative prompt.
    pub negative_prompt: bool,
    /// Takes a seed.
    pub seed: bool,
    /// Sets [`VideoRequest::slides`] itself; others read their words as part of the prompt.
    pub slides: bool,
    /// The longest prompt in characters, 0 when not known.
    pub max_prompt_chars: usize,
    /// A call is billed.
    pub paid: bool,
}

impl VideoCapabilities {
    /// Refuses what a request asks beyond these capabilities.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) naming the option, the value and what is offered.
    pub fn check(&self, request: &VideoRequest) -> Result<()> {
        let refuse = |option: &'static str, value: String, offered: Vec<String>| {
            Err(Error::unsupported(option, format!("{value} is not offered, only {}", offered.join(", "))))
        };
        if let Some(ratio) = request.aspect_ratio
            && !self.aspect_ratios.is_empty()
            && !self.aspect_ratios.contains(&ratio)
        {
            return refuse(
                "aspect_ratio",
                ratio.to_string(),
                self.aspect_ratios.iter().map(ToString::to_string).collect(),
            );
        }
        if let Some(resolution) = &request.resolution
            && !self.resolutions.is_empty()
            && !self.resolutions.contains(resolution)
        {
            return refuse("resolution", resolution.clone(), self.resolutions.clone());
        }
        if let Some(duration) = request.duration
            && !self.seconds.is_empty()
            && !self.seconds.iter().any(|s| Duration::from_secs(u64::from(*s)) == duration)
        {
            return refuse(
                "duration",
                format!("{duration:?}"),
                self.seconds.iter().map(|s| format!("{s} s")).collect(),
            );
        }
        for (option, asked, offered) in [
            ("first_frame", request.first_frame.is_some(), self.first_frame),
            ("last_frame", request.last_frame.is_some(), self.last_frame),
            ("audio", request.audio == Some(true), self.audio),
            ("negative_prompt", request.negative_prompt.is_some(), self.negative_prompt),
            ("seed", request.seed.is_some(), self.seed),
        ] {
            if asked && !offered {
                return Err(Error::unsupported(option, format!("this model does not take `{option}`")));
            }
        }
        let chars = request.prompt.chars().count();
        if self.max_prompt_chars > 0 && chars > self.max_prompt_chars {
            return Err(Error::invalid("prompt", format!("{chars} characters, at most {}", self.max_prompt_chars)));
        }
        Ok(())
    }
}

/// A video that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GeneratedVideo {
    /// Who made it.
    pub address: ModelAddress,
    /// The video; a file of the run.
    pub media: Media,
    /// What its bytes say.
    pub info: MediaInfo,
    /// What was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// Who was asked before without success, when there was a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
}

impl GeneratedVideo {
    /// A video.
    #[must_use]
    pub fn new(address: ModelAddress, media: Media, info: MediaInfo) -> Self {
        Self { address, media, info, usage: None, cost: None, attempts: Vec::new() }
    }
}

/// Makes videos.
///
/// # Contract
/// As [`ImageGenerator`](crate::image::ImageGenerator); the submitted job's handle is in the run before the wait begins,
/// so that another process collects a video that was paid for. The video is streamed into a file of the run.
#[async_trait]
pub trait VideoGenerator: Debug + Send + Sync {
    /// The vendor and the model.
    fn address(&self) -> &ModelAddress;

    /// What it can do, wrappers included.
    fn capabilities(&self) -> VideoCapabilities;

    /// Makes the video.
    ///
    /// # Errors
    /// As the contract says; [`JobFailed`](crate::ErrorKind::JobFailed) by the vendor's verdict;
    /// [`Timeout`](crate::ErrorKind::Timeout) after the poll policy's deadline, with the job kept in the run.
    async fn generate(&self, run: &Run, request: &VideoRequest) -> Result<GeneratedVideo>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: VideoGenerator + ?Sized> VideoGenerator for Arc<T> {
    fn address(&self) -> &ModelAddress {
        (**self).address()
    }

    fn capabilities(&self) -> VideoCapabilities {
        (**self).capabilities()
    }

    async fn generate(&self, run: &Run, request: &VideoRequest) -> Result<GeneratedVideo> {
        (**self).generate(run, request).await
    }
}
