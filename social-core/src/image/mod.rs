//! Making and editing images.
//!
//! An [`ImageModel`] is a [`Maker`] of [`ImageRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`ImageCapabilities`], one call [`make`](Maker::make)
//! on a run, and an [`ImageBatch`] in a [`Made`](crate::make::Made) that says what it cost.

mod ratio;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use ratio::AspectRatio;

use crate::design::Design;
use crate::error::{Error, Result};
use crate::make::{MakeRequest, Maker, MediaFile, OptionValue, Scalar, capability_record};
use crate::media::Media;
use crate::money::Usage;

/// Makes images, one vendor's model or a wrapper around some.
pub type ImageModel = dyn Maker<ImageRequest>;

/// What a reference image is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReferenceRole {
    /// The prompt says it.
    #[default]
    Unspecified,
    /// The image to edit.
    Source,
    /// Which parts of the source may change: those that are transparent, or white where there is no
    /// transparency.
    Mask,
    /// How it should look.
    Style,
    /// Whom or what it should show.
    Subject,
}

impl ReferenceRole {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Source => "source",
            Self::Mask => "mask",
            Self::Style => "style",
            Self::Subject => "subject",
        }
    }
}

impl fmt::Display for ReferenceRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<ReferenceRole> for Scalar {
    fn from(role: ReferenceRole) -> Self {
        role.as_str().into()
    }
}

/// An image to go by or to edit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// The image.
    pub media: Media,
    /// What it is for.
    #[serde(default, skip_serializing_if = "is_unspecified")]
    pub role: ReferenceRole,
}

fn is_unspecified(role: &ReferenceRole) -> bool {
    *role == ReferenceRole::Unspecified
}

fn is_zero(count: &u32) -> bool {
    *count == 0
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
    /// The vendor's name for its quality, for instance `high`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// How many; 0 and 1 mean one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub count: u32,
    /// Images to go by or to edit, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// What must not be in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// A seed for sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Words and colours to be set on it. Local renderers typeset it; models read it as part of the
    /// prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<Design>,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
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

    /// Sets the vendor's quality.
    #[must_use]
    pub fn with_quality(mut self, quality: impl Into<String>) -> Self {
        self.quality = Some(quality.into());
        self
    }

    /// Sets how many.
    #[must_use]
    pub fn with_count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    /// Adds an image to go by; the prompt says what it is for.
    #[must_use]
    pub fn with_reference(self, image: Media) -> Self {
        self.with_reference_as(ReferenceRole::Unspecified, image)
    }

    /// Adds an image to go by or to edit.
    #[must_use]
    pub fn with_reference_as(mut self, role: ReferenceRole, image: Media) -> Self {
        self.references.push(Reference { media: image, role });
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

    /// Sends a field of the vendor's own.
    #[must_use]
    pub fn with_extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
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

capability_record! {
    /// What an image model can do, as data.
    pub struct ImageCapabilities {
        choices {
            /// The shapes.
            aspect_ratios: AspectRatio [AspectRatio] = "aspect_ratio", with_aspect_ratios, with_any_aspect_ratio;
            /// The sizes.
            sizes: String [impl Into<String>] = "size", with_sizes, with_any_size;
            /// The qualities.
            qualities: String [impl Into<String>] = "quality", with_qualities, with_any_quality;
            /// What a reference image may be for, beside what the prompt says.
            reference_roles: ReferenceRole [ReferenceRole] = "references.role", with_reference_roles, with_any_reference_role;
        }
        limits {
            /// Images per call.
            max_count = "count", with_max_count, Some(1);
            /// Reference images per call.
            max_references = "references", with_max_references, Some(0);
            /// Characters of the prompt, a design's words included.
            max_prompt_chars = "prompt", with_max_prompt_chars, None;
        }
        flags {
            /// Takes a seed.
            seed, with_seed;
            /// Takes a negative prompt.
            negative_prompt, with_negative_prompt;
            /// Takes fields of the vendor's own.
            extra, with_extra;
        }
        facts {}
    }
}

/// Images that were made: at least one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageBatch {
    /// The images.
    pub images: Vec<MediaFile>,
    /// What the model said beside them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Images of the request that were refused, in a batch of which others came.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refused: u32,
}

impl ImageBatch {
    /// These images.
    #[must_use]
    pub fn new(images: Vec<MediaFile>) -> Self {
        Self { images, text: None, refused: 0 }
    }
}

impl MakeRequest for ImageRequest {
    const NAME: &'static str = "image";
    type Output = ImageBatch;
    type Capabilities = ImageCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "prompt" if self.design.is_some() => OptionValue::Text(self.full_prompt().into()),
            "prompt" => OptionValue::text(Some(&self.prompt)),
            "aspect_ratio" => OptionValue::scalar(self.aspect_ratio),
            "size" => OptionValue::text(self.size.as_deref()),
            "quality" => OptionValue::text(self.quality.as_deref()),
            "count" => OptionValue::scalar(Some(self.count.max(1))),
            "references" => OptionValue::files(self.references.iter().map(|reference| &reference.media)),
            "references.role" => OptionValue::words(
                self.references.iter().map(|r| r.role).filter(|role| !is_unspecified(role)).map(ReferenceRole::as_str),
            ),
            "negative_prompt" => OptionValue::text(self.negative_prompt.as_deref()),
            "seed" => OptionValue::scalar(self.seed.map(|seed| seed as f64)),
            "design" => OptionValue::parts(usize::from(self.design.is_some())),
            "extra" => OptionValue::parts(self.extra.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, name: &str, value: Option<&Scalar>) -> bool {
        match name {
            "aspect_ratio" => Scalar::assign(value, &mut self.aspect_ratio),
            "size" => Scalar::assign(value, &mut self.size),
            "quality" => Scalar::assign(value, &mut self.quality),
            _ => false,
        }
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        let references = self.references.iter_mut().map(|reference| ("references", &mut reference.media));
        let design = self.design.iter_mut().flat_map(Design::files_mut).map(|media| ("design", media));
        references.chain(design).collect()
    }

    fn validate(&self) -> Result<()> {
        if self.prompt.trim().is_empty() && self.design.is_none() {
            return Err(Error::invalid("prompt", "the prompt is empty"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let count = u64::from(self.count.max(1));
        // Models that bill images as tokens: 4,000 are more than a 2K image counts.
        let usage = Usage { images: Some(count), output_tokens: Some(4_000 * count), ..Usage::default() };
        usage.with_term("size", self.size.as_deref()).with_term("quality", self.quality.as_deref())
    }
}
