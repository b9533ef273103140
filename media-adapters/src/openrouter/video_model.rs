//! What OpenRouter's route for videos can carry, and what it says of a model
//! (OpenRouterTeam/typescript-sdk cb9393a, 2026).

use social_core::image::AspectRatio;
use social_core::make::{Condition, Test};
use social_core::video::VideoCapabilities;

use super::video_wire::Model;

const ASPECT_RATIOS: [(u32, u32); 9] = [(16, 9), (9, 16), (1, 1), (4, 3), (3, 4), (3, 2), (2, 3), (21, 9), (9, 21)];

const RESOLUTIONS: [&str; 7] = ["480p", "720p", "768p", "1080p", "1K", "2K", "4K"];

/// What requests can carry, whatever the model.
pub(super) fn interface() -> VideoCapabilities {
    VideoCapabilities::unknown()
        .with_aspect_ratios(ASPECT_RATIOS.map(AspectRatio::from))
        .with_resolutions(RESOLUTIONS)
        .with_negative_prompt(false)
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(Condition::that("duration", Test::AtLeast(1.0)))
}

/// What OpenRouter says of a model.
pub(super) fn listed(model: Model) -> VideoCapabilities {
    let mut can = interface();
    if let Some(ratios) = model.supported_aspect_ratios {
        can = can.with_aspect_ratios(ratios.iter().filter_map(|ratio| ratio.parse().ok()));
    }
    if let Some(resolutions) = model.supported_resolutions {
        can = can.with_resolutions(resolutions);
    }
    if let Some(seconds) = model.supported_durations {
        can = can.with_seconds(seconds);
    }
    if let Some(frames) = model.supported_frame_images {
        let takes = |frame: &str| frames.iter().any(|taken| taken == frame);
        can = can.with_first_frame(takes("first_frame")).with_last_frame(takes("last_frame"));
    }
    can.with_audio(model.generate_audio.unwrap_or(true)).with_seed(model.seed.unwrap_or(true))
}
