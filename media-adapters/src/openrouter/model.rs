//! What OpenRouter's two routes can carry, whatever the model (typescript-sdk cb9393a, November
//! 2026). What each model takes is OpenRouter's to know.

use social_core::image::{AspectRatio, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::make::{Condition, Test};
use social_core::{Error, Result};

/// The shapes; 9:19.5 and 19.5:9 have no whole numbers.
const ASPECT_RATIOS: [(u32, u32); 19] = [
    (1, 1),
    (1, 2),
    (1, 4),
    (1, 8),
    (2, 1),
    (2, 3),
    (3, 2),
    (3, 4),
    (4, 1),
    (4, 3),
    (4, 5),
    (5, 4),
    (8, 1),
    (9, 16),
    (16, 9),
    (9, 20),
    (20, 9),
    (9, 21),
    (21, 9),
];

/// The named sizes; others are pixels.
pub(super) const RESOLUTIONS: [&str; 4] = ["512", "1K", "2K", "4K"];

pub(super) fn capabilities(by_chat: bool) -> ImageCapabilities {
    let can = ImageCapabilities::unknown()
        .with_aspect_ratios(ASPECT_RATIOS.map(AspectRatio::from))
        .with_max_references(16)
        .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
        .with_negative_prompt(false)
        .with_condition(Condition::that("prompt", Test::Set).because("OpenRouter needs words"));
    if by_chat {
        let can = can.with_max_count(1).with_sizes(["1K", "2K", "4K"]).with_seed(false);
        return can.with_condition(Condition::that("quality", Test::Unset));
    }
    can.with_max_count(10).with_qualities(["auto", "low", "medium", "high"])
}

/// Refuses pixels beside a shape.
pub(super) fn accept(request: &ImageRequest) -> Result<()> {
    match (&request.size, request.aspect_ratio) {
        (Some(size), Some(ratio)) if !RESOLUTIONS.contains(&size.as_str()) => {
            let message = format!("{ratio} beside the size `{size}`: a size in pixels is the shape, too");
            Err(Error::unsupported("aspect_ratio", message))
        }
        _ => Ok(()),
    }
}
