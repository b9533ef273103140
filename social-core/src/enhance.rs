//! Changing images: crop, resize, convert, and what editing vendors offer.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::image::{AspectRatio, GeneratedImage};
use crate::media::{Media, MediaType};
use crate::run::Run;

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

/// Changes images.
///
/// # Contract
/// An operation that is not offered is [`Unsupported`](crate::ErrorKind::Unsupported), named. The source is never changed.
#[async_trait]
pub trait Enhancer: Debug + Send + Sync {
    /// Whether it offers an operation.
    fn offers(&self, operation: &Enhancement) -> bool;

    /// Applies the operations in order and keeps the result with the run.
    ///
    /// # Errors
    /// [`MediaInvalid`](crate::ErrorKind::MediaInvalid) for an image that cannot be read.
    async fn enhance(&self, run: &Run, image: &Media, operations: &[Enhancement]) -> Result<GeneratedImage>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Enhancer + ?Sized> Enhancer for Arc<T> {
    fn offers(&self, operation: &Enhancement) -> bool {
        (**self).offers(operation)
    }

    async fn enhance(&self, run: &Run, image: &Media, operations: &[Enhancement]) -> Result<GeneratedImage> {
        (**self).enhance(run, image, operations).await
    }
}
