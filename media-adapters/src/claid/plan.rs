//! Changes of an image in Claid's words.

use social_core::enhance::Enhancement;
use social_core::media::{MediaInfo, MediaType};
use social_core::{Error, Result};

use super::wire::{Background, Format, Operations, Output, Resizing};
use crate::size::Size;

/// The formats that Claid writes.
pub(super) const FORMATS: [MediaType; 4] = [MediaType::Jpeg, MediaType::Png, MediaType::Webp, MediaType::Avif];

/// The operations that have words.
pub(super) const OPERATIONS: [&str; 7] =
    ["crop", "crop_between", "shrink_to", "convert", "upscale", "remove_background", "polish"];

/// The quality of a JPEG, of 100.
const QUALITY: u8 = 90;

/// What a request asks for. Claid has an order of its own, in which the result is the same.
#[derive(Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) operations: Operations,
    pub(super) output: Output,
    pub(super) media_type: MediaType,
    /// What is not as it was asked for.
    pub(super) warning: Option<&'static str>,
}

/// Whether the size or the format of the image has to be known.
pub(super) fn needs_facts(operations: &[Enhancement]) -> bool {
    use Enhancement::{Convert, Crop, CropBetween, ShrinkTo, Upscale};
    let sizes =
        |operation: &Enhancement| matches!(operation, Crop(_) | CropBetween { .. } | ShrinkTo { .. } | Upscale(_));
    let is_format_known = operations.iter().any(|operation| matches!(operation, Convert(_)));
    !is_format_known || operations.iter().any(sizes)
}

impl Plan {
    pub(super) fn new(operations: &[Enhancement], info: Option<&MediaInfo>) -> Result<Self> {
        let mut plan = Operations::default();
        let mut converted = None;
        let before = info.map(Size::of).transpose()?;
        let mut size = before;
        for operation in operations {
            size = size.map(|size| size.after(operation)).transpose()?;
            match operation {
                Enhancement::Crop(_) | Enhancement::CropBetween { .. } | Enhancement::ShrinkTo { .. } => {}
                Enhancement::Upscale(_) => {
                    plan.restorations.get_or_insert_default().upscale = Some("smart_enhance");
                }
                Enhancement::Polish => plan.restorations.get_or_insert_default().polish = Some(true),
                Enhancement::RemoveBackground => {
                    plan.background = Some(Background { remove: true, color: "transparent" });
                }
                Enhancement::Convert(format) => converted = Some(*format),
                other => return Err(Error::unsupported(other.name(), "Claid has no operation for it")),
            }
        }
        if let Some(Size { width, height }) = size.filter(|_| size != before) {
            plan.resizing = Some(Resizing { width, height, fit: "crop" });
        }
        let media_type = match (converted, &plan.background, info.map(|info| info.media_type)) {
            (Some(format), ..) => format,
            (None, Some(_), _) => MediaType::Png,
            (None, None, Some(format)) if FORMATS.contains(&format) => format,
            (None, None, _) => MediaType::Jpeg,
        };
        let mut warning = None;
        if let Some(background) = plan.background.as_mut().filter(|_| media_type != MediaType::Png) {
            background.color = "#ffffff";
            warning = Some("the background is white: Claid makes transparent ones in PNG only")
                .filter(|_| media_type != MediaType::Jpeg);
        }
        let format = match media_type {
            MediaType::Jpeg => Format::Jpeg { kind: "jpeg", quality: QUALITY },
            other => Format::Named(other.extension()),
        };
        Ok(Self { operations: plan, output: Output { format }, media_type, warning })
    }
}
