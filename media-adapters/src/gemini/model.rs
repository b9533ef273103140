//! What Gemini's image models offer (ai.google.dev, image generation and the models' pages,
//! November 2026; @tanstack/ai-gemini 0.36.0 for `gemini-nano-banana-2.1`). Of a model that is not
//! listed little is assumed: what the interface can carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ReferenceRole};
use social_core::make::{Condition, Test};

use crate::ended::Ended;

/// What a family of models offers.
pub(super) struct Model {
    /// How the ids of the family begin.
    prefix: &'static str,
    sizes: &'static [&'static str],
    /// A size can be asked for; otherwise there is one, which is not sent.
    pub(super) sends_size: bool,
    max_references: u64,
}

const MODELS: &[Model] = &[
    Model { prefix: "gemini-2.5-flash-image", sizes: &["1K"], sends_size: false, max_references: 14 },
    Model { prefix: "gemini-3-pro-image", sizes: &["1K", "2K", "4K"], sends_size: true, max_references: 14 },
    Model { prefix: "gemini-3.1-flash-image", sizes: &["1K", "2K", "4K"], sends_size: true, max_references: 14 },
    Model { prefix: "gemini-3.1-flash-lite-image", sizes: &["1K"], sends_size: true, max_references: 14 },
    Model { prefix: "gemini-nano-banana-2.1", sizes: &["1K", "2K", "4K"], sends_size: true, max_references: 14 },
];

/// Models whose ids Google says that it has switched off; the first of them, on that day at the
/// earliest.
pub(super) const ENDED: &[Ended] = &[
    Ended { prefix: "gemini-2.5-flash-image", on: "2026-10-02", instead: "gemini-3.1-flash-image" },
    Ended { prefix: "gemini-3-pro-image-preview", on: "2026-06-25", instead: "gemini-3-pro-image" },
    Ended { prefix: "gemini-3.1-flash-image-preview", on: "2026-06-25", instead: "gemini-3.1-flash-image" },
];

/// Imagen, which had an interface of its own.
pub(super) const IMAGEN: &[Ended] = &[Ended { prefix: "imagen-", on: "2026-08-17", instead: "gemini-3.1-flash-image" }];

/// The shapes of all listed models; 4:5 and 5:4 are in the vendor's guide only.
const ASPECT_RATIOS: [(u32, u32); 10] =
    [(1, 1), (2, 3), (3, 2), (3, 4), (4, 3), (4, 5), (5, 4), (9, 16), (16, 9), (21, 9)];

pub(super) fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| id.starts_with(model.prefix))
}

pub(super) fn capabilities(id: &str) -> ImageCapabilities {
    // What the interface has no field for is refused of every model.
    let can = ImageCapabilities::unknown()
        .with_max_count(1)
        .with_seed(false)
        .with_negative_prompt(false)
        .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
        .with_condition(Condition::that("quality", Test::Unset));
    match find(id) {
        Some(model) => can
            .with_aspect_ratios(ASPECT_RATIOS.map(AspectRatio::from))
            .with_sizes(model.sizes.iter().copied())
            .with_max_references(model.max_references),
        None => can,
    }
}
