//! Changes of an image in Cloudinary's words.

use social_core::enhance::Enhancement;
use social_core::media::MediaType;
use social_core::{Error, Result};

use crate::size::Size;

/// The formats that a transformation makes.
pub(super) const FORMATS: [MediaType; 5] =
    [MediaType::Jpeg, MediaType::Png, MediaType::Webp, MediaType::Avif, MediaType::Gif];

/// The operations that have words.
pub(super) const OPERATIONS: [&str; 8] =
    ["crop", "crop_between", "shrink_to", "convert", "upright", "upscale", "remove_background", "polish"];

/// The operations on an image of this size as a transformation, its components in order; empty
/// where nothing changes.
///
/// Crops keep what Cloudinary takes for the subject. A background is removed into a format that has
/// transparency.
pub(super) fn of(operations: &[Enhancement], mut size: Size, format: Option<MediaType>) -> Result<String> {
    let mut components = Vec::new();
    for operation in operations {
        let before = size;
        size = size.after(operation)?;
        let Size { width, height } = size;
        components.extend(match operation {
            _ if size != before && !matches!(operation, Enhancement::Upscale(_)) => {
                let how = if matches!(operation, Enhancement::ShrinkTo { .. }) { "c_limit" } else { "c_fill,g_auto" };
                Some(format!("{how},h_{height},w_{width}"))
            }
            Enhancement::Upscale(_) => Some(format!("e_upscale/c_scale,h_{height},w_{width}")),
            Enhancement::Upright => Some("a_exif".to_owned()),
            Enhancement::RemoveBackground => Some("e_background_removal".to_owned()),
            Enhancement::Polish => Some("e_improve".to_owned()),
            Enhancement::Convert(MediaType::Jpeg) => Some("b_white,f_jpg".to_owned()),
            Enhancement::Convert(format) => Some(format!("f_{}", format.extension())),
            Enhancement::Crop(_) | Enhancement::CropBetween { .. } | Enhancement::ShrinkTo { .. } => None,
            other => return Err(Error::unsupported(other.name(), "Cloudinary has no transformation for it")),
        });
    }
    let is_converted = operations.iter().any(|operation| matches!(operation, Enhancement::Convert(_)));
    let is_opaque = format.is_none_or(|format| format == MediaType::Jpeg);
    if operations.contains(&Enhancement::RemoveBackground) && !is_converted && is_opaque {
        components.push("f_png".to_owned());
    }
    Ok(components.join("/"))
}
