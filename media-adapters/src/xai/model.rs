//! What xAI's image models offer (docs.x.ai, xai_sdk 1.21.0; November 2026).

use social_core::image::{AspectRatio, ImageCapabilities, ReferenceRole};
use social_core::make::{Condition, Test};

use crate::ended::Ended;

/// By LiteLLM's collection 1.109.1.
pub(super) const ENDED: &[Ended] =
    &[Ended { prefix: "grok-imagine-image-pro", on: "2026-05-15", instead: "grok-imagine-image-2.0" }];

/// The shapes of all models; 9:19.5 and 19.5:9 have no whole numbers.
const ASPECT_RATIOS: [(u32, u32); 11] =
    [(1, 1), (3, 4), (4, 3), (9, 16), (16, 9), (2, 3), (3, 2), (9, 20), (20, 9), (1, 2), (2, 1)];

pub(super) fn capabilities(id: &str) -> ImageCapabilities {
    let can = ImageCapabilities::unknown()
        .with_aspect_ratios(ASPECT_RATIOS.map(AspectRatio::from))
        .with_sizes(["1k", "2k"])
        .with_max_count(10)
        .with_max_references(3)
        .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
        .with_seed(false)
        .with_negative_prompt(false)
        .with_condition(Condition::that("prompt", Test::Set).because("xAI needs words"));
    match id {
        id if id.starts_with("grok-imagine-image-2") => can.with_qualities(["low", "medium"]),
        id if id.starts_with("grok-imagine-image") => can.with_qualities([""; 0]),
        _ => can,
    }
}
