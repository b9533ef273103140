//! Making images.

use std::fmt;
use std::fmt::Debug;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::design::Design;
use crate::error::{Error, Result};
use crate::media::{Media, MediaInfo};
use crate::money::{Attempt, Cost, Usage};
use crate::run::Run;

/// Width to height as two small numbers, for instance 4:5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AspectRatio {
    /// Of the width.
    pub width: u32,
    /// Of the height.
    pub height: u32,
}

impl AspectRatio {
    /// 1:1.
    pub const SQUARE: Self = Self { width: 1, height: 1 };
    /// 4:5, the tallest that most feeds show.
    pub const PORTRAIT: Self = Self { width: 4, height: 5 };
    /// 9:16, stories and reels.
    pub const VERTICAL: Self = Self { width: 9, height: 16 };
    /// 16:9.
    pub const WIDE: Self = Self { width: 16, height: 9 };

    /// Width divided by height.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.width) / f64::from(self.height.max(1))
    }
}

impl fmt::Display for AspectRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.width, self.height)
    }
}

impl FromStr for AspectRatio {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let ratio = text.split_once(':').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match ratio {
            Some((width, height)) if width > 0 && height > 0 => Ok(Self { width, height }),
            _ => Err(Error::invalid("aspect_ratio", format!("`{text}` is not WIDTH:HEIGHT, for instance 4:5"))),
        }
    }
}

impl TryFrom<String> for AspectRatio {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<AspectRatio> for String {
    fn from(ratio: AspectRatio) -> Self {
        ratio.to_string()
    }
}

/// What image is wanted. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageRequest {
    /// What it shows.
    pub prompt: String,
    /// Its shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// The vendor's name for its size, for instance `2K`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// How many; 0 and 1 mean one.
    #[serde(default)]
    pub count: u32,
    /// Images to go by or to edit, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Media>,
    /// What must not be in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// A seed for sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Words and colours to be set on it. Local renderers typeset it; models read it as part of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<Design>,
}

impl ImageRequest {
    /// An image of this.
    #[must_use]
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), ..Self::default() }
    }

    /// Sets the shape.
    #[must_use]
    pub fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// Sets the vendor's size.
    #[must_use]
    pub fn with_size(mut self, size: impl Into<String>) -> Self {
        self.size = Some(size.into());
        self
    }

    /// Sets how many.
    #[must_use]
    pub fn with_count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    /// Adds an image to go by.
    #[must_use]
    pub fn with_reference(mut self, image: Media) -> Self {
        self.references.push(image);
        self
    }

    /// Sets a seed.
    #[must_use]
    pub fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Says what must not be in it.
    #[must_use]
    pub fn with_negative_prompt(mut self, prompt: impl Into<String>) -> Self {
        self.negative_prompt = Some(prompt.into());
        self
    }

    /// Sets words and colours on it.
    #[must_use]
    pub fn with_design(mut self, design: Design) -> Self {
        self.design = Some(design);
        self
    }

    /// The prompt with the design's words and colours, for models that take text only.
    #[must_use]
    pub fn full_prompt(&self) -> String {
        match &self.design {
            None => self.prompt.clone(),
            Some(design) => format!("{}\n\n{}", self.prompt, design.to_prompt()),
        }
    }
}

/// What a model can do, as data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageCapabilities {
    /// The shapes it offers; empty means that nothing is known and none is refused.
    pub aspect_ratios: Vec<AspectRatio>,
    /// The sizes it offers; empty means that nothing is known.
    pub sizes: Vec<String>,
    /// Images per call.
    pub max_count: u32,
    /// Reference images per call.
    pub max_references: usize,
    /// Takes a seed.
    pub seed: bool,
    /// Takes a negative prompt.
    pub negative_prompt: bool,
    /// A call is billed.
    pub paid: bool,
}

impl ImageCapabilities {
    /// Refuses what a request asks beyond these capabilities.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) naming the option, the value and what is offered.
    pub fn check(&self, request: &ImageRequest) -> Result<()> {
        if request.prompt.trim().is_empty() && request.design.is_none() {
            return Err(Error::invalid("prompt", "the prompt is empty"));
        }
        if let Some(ratio) = request.aspect_ratio
            && !self.aspect_ratios.is_empty()
            && !self.aspect_ratios.contains(&ratio)
        {
            let offered: Vec<_> = self.aspect_ratios.iter().map(ToString::to_string).collect();
            return Err(Error::unsupported(
                "aspect_ratio",
                format!("{ratio} is not offered, only {}", offered.join(", ")),
            ));
        }
        if let Some(size) = &request.size
            && !self.sizes.is_empty()
            && !self.sizes.contains(size)
        {
            return Err(Error::unsupported("size", format!("`{size}` is not offered, only {}", self.sizes.join(", "))));
        }
        if request.count > self.max_count.max(1) {
            return Err(Error::unsupported(
                "count",
                format!("{} images, at most {} a call", request.count, self.max_count.max(1)),
            ));
        }
        if request.references.len() > self.max_references {
            return Err(Error::unsupported(
                "references",
                format!("{} reference images, at most {}", request.references.len(), self.max_references),
            ));
        }
        if request.seed.is_some() && !self.seed {
            return Err(Error::unsupported("seed", "this model takes no seed"));
        }
        if request.negative_prompt.is_some() && !self.negative_prompt {
            return Err(Error::unsupported("negative_prompt", "this model takes no negative prompt"));
        }
        Ok(())
    }
}

/// An image that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeneratedImage {
    /// The image; a file of the run.
    pub media: Media,
    /// What its bytes say.
    pub info: MediaInfo,
}

/// What came of a request: at least one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageBatch {
    /// Who made them.
    pub address: ModelAddress,
    /// The images.
    pub images: Vec<GeneratedImage>,
    /// What the model said beside them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Images of the request that were refused, in a batch of which others came.
    #[serde(default)]
    pub refused: u32,
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

impl ImageBatch {
    /// A batch of these images.
    #[must_use]
    pub fn new(address: ModelAddress, images: Vec<GeneratedImage>) -> Self {
        Self { address, images, text: None, refused: 0, usage: None, cost: None, attempts: Vec::new() }
    }
}

/// Makes images.
///
/// # Contract
/// - Success is at least one image whose bytes have been looked at; a refusal is
///   [`Rejected`](crate::ErrorKind::Rejected), an answer in words is an error that keeps the words.
/// - The call is durable: with the same run, an image that was paid for is not made again. The adapter makes the paid
///   request a [`Run::once`] and keeps the images with [`Run::keep_file`].
/// - An option that the model cannot honour is [`Unsupported`](crate::ErrorKind::Unsupported).
#[async_trait]
pub trait ImageGenerator: Debug + Send + Sync {
    /// The vendor and the model.
    fn address(&self) -> &ModelAddress;

    /// What it can do, wrappers included.
    fn capabilities(&self) -> ImageCapabilities;

    /// Makes the images.
    ///
    /// # Errors
    /// As the contract says, and the kinds of the HTTP path.
    async fn generate(&self, run: &Run, request: &ImageRequest) -> Result<ImageBatch>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ImageGenerator + ?Sized> ImageGenerator for Arc<T> {
    fn address(&self) -> &ModelAddress {
        (**self).address()
    }

    fn capabilities(&self) -> ImageCapabilities {
        (**self).capabilities()
    }

    async fn generate(&self, run: &Run, request: &ImageRequest) -> Result<ImageBatch> {
        (**self).generate(run, request).await
    }
}
