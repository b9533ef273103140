//! Changing images: crop, resize, convert, and what editing vendors offer.
//!
//! An [`Enhancer`] is a [`Maker`] of [`EnhanceRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`EnhanceCapabilities`], one call [`make`](Maker::make)
//! on a run, and an [`EnhancedImage`] in a [`Made`](crate::make::Made) that says what it cost.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ModelAddress;
use crate::error::{Effect, Error, Result, Stage};
use crate::image::AspectRatio;
use crate::make::{MakeRequest, Maker, MediaFile, OptionValue, Scalar, capability_record};
use crate::media::{Media, MediaInfo, MediaType};
use crate::moderate::Moderation;
use crate::money::{Cost, Usage};
#[cfg(feature = "publish")]
use crate::publish::{Finding, FindingCode};

/// Changes images, on this machine or at a vendor. The source is never changed.
pub type Enhancer = dyn Maker<EnhanceRequest>;

/// One change of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Enhancement {
    /// Cut to this shape around the middle.
    Crop(AspectRatio),
    /// Fit to a shape between these two without cutting more than needed.
    CropBetween {
        /// The minimum width divided by height.
        minimum: f64,
        /// The maximum.
        maximum: f64,
    },
    /// At most this many pixels wide and high; never enlarged.
    ShrinkTo {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Another format; transparency becomes white where the format has none.
    Convert(MediaType),
    /// At most this many bytes, by quality first and size second.
    MaxBytes(u64),
    /// Upright as its EXIF orientation says, without metadata.
    Upright,
    /// Larger by this factor.
    Upscale(f32),
    /// Without its background.
    RemoveBackground,
    /// Light and colour as the vendor sees fit.
    Polish,
}

impl Enhancement {
    /// The operation's name, as [`EnhanceCapabilities::operations`] lists it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Crop(_) => "crop",
            Self::CropBetween { .. } => "crop_between",
            Self::ShrinkTo { .. } => "shrink_to",
            Self::Convert(_) => "convert",
            Self::MaxBytes(_) => "max_bytes",
            Self::Upright => "upright",
            Self::Upscale(_) => "upscale",
            Self::RemoveBackground => "remove_background",
            Self::Polish => "polish",
        }
    }
}

/// An image and what is to be done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnhanceRequest {
    /// The image.
    pub image: Media,
    /// What is done, in this order.
    pub operations: Vec<Enhancement>,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl EnhanceRequest {
    /// These operations on this image.
    #[must_use]
    pub fn new(image: Media, operations: impl IntoIterator<Item = Enhancement>) -> Self {
        Self { image, operations: operations.into_iter().collect(), extra: Map::new() }
    }

    /// Sends a field of the vendor's own.
    #[must_use]
    pub fn with_extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }
}

capability_record! {
    /// What an enhancer can do, as data.
    pub struct EnhanceCapabilities {
        choices {
            /// The operations, by [`Enhancement::name`].
            operations: String [impl Into<String>] = "operations", with_operations, with_any_operation;
            /// The formats that [`Enhancement::Convert`] makes.
            formats: MediaType [MediaType] = "operations.convert", with_formats, with_any_format;
        }
        limits {}
        flags {
            /// Takes fields of the vendor's own.
            extra, with_extra;
        }
        facts {
            /// Judges the image: [`EnhancedImage::moderation`].
            moderation, with_moderation;
        }
    }
}

impl EnhanceCapabilities {
    /// Whether an operation is offered.
    #[must_use]
    pub fn offers(&self, operation: &Enhancement) -> bool {
        let known = |names: &Vec<String>| names.iter().any(|name| name == operation.name());
        let format = |formats: &Vec<MediaType>| match operation {
            Enhancement::Convert(format) => formats.contains(format),
            _ => true,
        };
        self.operations.as_ref().is_none_or(known) && self.formats.as_ref().is_none_or(format)
    }
}

/// An image that was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnhancedImage {
    /// The image; a file of the run.
    pub media: Media,
    /// What its bytes say.
    pub info: MediaInfo,
    /// What the vendor thinks of its content, where it was asked and said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Moderation>,
    /// Who did what and why, in order, where there was a choice: see
    /// [`LocalFirst`](crate::wrap::LocalFirst).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<EnhanceStep>,
}

/// What one of several enhancers did with an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnhanceStep {
    /// Who did it.
    pub maker: ModelAddress,
    /// What was done, in this order.
    pub operations: Vec<Enhancement>,
    /// Why this one was chosen, as a sentence.
    pub reason: String,
    /// What it cost, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

impl From<MediaFile> for EnhancedImage {
    fn from(MediaFile { media, info }: MediaFile) -> Self {
        Self { media, info, moderation: None, steps: Vec::new() }
    }
}

impl EnhancedImage {
    /// Refuses an image that a verdict flagged. Campaigns ask this of every image that they had
    /// changed.
    ///
    /// # Errors
    /// [`Rejected`](crate::ErrorKind::Rejected) with the verdict's categories.
    pub fn publishable(&self) -> Result<()> {
        let Some(verdict) = self.moderation.as_ref().filter(|verdict| verdict.flagged) else { return Ok(()) };
        let category = verdict.flags().next().map(|category| category.name.clone());
        let message = format!("the image is not published without a person's look at it: {verdict}");
        Err(Error::rejected(Stage::Output, category, message).with_field("image").with_effect(Effect::None))
    }

    /// The verdict as something that stops the post, where the image was flagged. `field` names the
    /// image in the post, for instance `attachments[0]`.
    #[cfg(feature = "publish")]
    #[must_use]
    pub fn finding(&self, field: &str) -> Option<Finding> {
        let verdict = self.moderation.as_ref().filter(|verdict| verdict.flagged)?;
        let message = "the image was judged unsafe; a person has to look at it, or it is replaced";
        Some(Finding::error(FindingCode::FLAGGED, field, message).with_value(verdict.to_string()))
    }
}

impl MakeRequest for EnhanceRequest {
    const NAME: &'static str = "enhance";
    type Output = EnhancedImage;
    type Capabilities = EnhanceCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "image" => OptionValue::files([&self.image]),
            "operations" => OptionValue::words(self.operations.iter().map(Enhancement::name)),
            "operations.convert" => {
                OptionValue::words(self.operations.iter().filter_map(|operation| match operation {
                    Enhancement::Convert(format) => Some(format.as_mime()),
                    _ => None,
                }))
            }
            "extra" => OptionValue::parts(self.extra.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, _name: &str, _value: Option<&Scalar>) -> bool {
        false
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        vec![("image", &mut self.image)]
    }

    fn validate(&self) -> Result<()> {
        if self.operations.is_empty() && self.extra.is_empty() {
            return Err(Error::invalid("operations", "there is nothing to do"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        Usage { images: Some(1), ..Usage::default() }
    }
}
