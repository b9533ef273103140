//! What OpenAI's image models offer (openai-openapi f85dbe2, openai-python 3.57.0, deprecations
//! page; November 2026). Of a model that is not listed little is assumed: what the interface can
//! carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::make::{Condition, Test};
use social_core::{Error, Result};

use crate::ended::Ended;

/// What a family of models offers.
struct Model {
    /// How the ids of the family begin.
    prefix: &'static str,
    sizes: Sizes,
    qualities: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sizes {
    /// Three of them.
    Fixed,
    /// Any, with sides that are multiples of 16.
    Free,
}

const USUAL: &[&str] = &["auto", "low", "medium", "high"];

/// The longer prefix stands first.
const MODELS: &[Model] = &[
    Model { prefix: "chatgpt-image-latest", sizes: Sizes::Fixed, qualities: USUAL },
    Model { prefix: "gpt-image-1", sizes: Sizes::Fixed, qualities: USUAL },
    // `xhigh` and `max` are documented for the 2.5 family only.
    Model {
        prefix: "gpt-image-2.5",
        sizes: Sizes::Free,
        qualities: &["auto", "low", "medium", "high", "xhigh", "max"],
    },
    Model { prefix: "gpt-image-2", sizes: Sizes::Free, qualities: USUAL },
];

pub(super) const ENDED: &[Ended] = &[
    Ended { prefix: "dall-e-", on: "2026-05-12", instead: "gpt-image-2.6-flare" },
    Ended { prefix: "gpt-image-1-mini", on: "2026-12-01", instead: "gpt-image-2.6-flare" },
    Ended { prefix: "gpt-image-1.5", on: "2026-12-01", instead: "gpt-image-2.6-flare" },
    Ended { prefix: "chatgpt-image-latest", on: "2026-12-01", instead: "gpt-image-2.6-flare" },
    Ended { prefix: "gpt-image-1", on: "2026-10-23", instead: "gpt-image-2.6-flare" },
];

/// The sizes of all models, by their shapes.
const FIXED: [(AspectRatio, &str); 3] =
    [(AspectRatio::SQUARE, "1024x1024"), (AspectRatio::new(3, 2), "1536x1024"), (AspectRatio::new(2, 3), "1024x1536")];

/// Further sizes of models that take any: exact shapes of about the same area.
const FREE: [(AspectRatio, &str); 12] = [
    (AspectRatio::PORTRAIT, "1024x1280"),
    (AspectRatio::new(5, 4), "1280x1024"),
    (AspectRatio::new(3, 4), "1152x1536"),
    (AspectRatio::new(4, 3), "1536x1152"),
    (AspectRatio::VERTICAL, "864x1536"),
    (AspectRatio::WIDE, "1536x864"),
    (AspectRatio::new(1, 2), "768x1536"),
    (AspectRatio::new(2, 1), "1536x768"),
    (AspectRatio::new(9, 21), "864x2016"),
    (AspectRatio::new(21, 9), "2016x864"),
    (AspectRatio::new(1, 3), "512x1536"),
    (AspectRatio::new(3, 1), "1536x512"),
];

fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| id.starts_with(model.prefix))
}

/// The sizes that stand for shapes. An unknown model is taken for a later one.
fn shapes(id: &str) -> impl Iterator<Item = (AspectRatio, &'static str)> {
    let fixed = find(id).is_some_and(|model| model.sizes == Sizes::Fixed);
    FIXED.into_iter().chain(FREE.into_iter().filter(move |_| !fixed))
}

pub(super) fn capabilities(id: &str) -> ImageCapabilities {
    let can = ImageCapabilities::unknown()
        .with_aspect_ratios(shapes(id).map(|(ratio, _)| ratio))
        .with_max_count(10)
        .with_max_references(16)
        .with_max_prompt_chars(32_000)
        .with_reference_roles([
            ReferenceRole::Source,
            ReferenceRole::Mask,
            ReferenceRole::Style,
            ReferenceRole::Subject,
        ])
        .with_seed(false)
        .with_negative_prompt(false)
        .with_condition(Condition::that("prompt", Test::Set).because("OpenAI needs words"))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("size", Test::Set)
                .because("the size in pixels is the shape, too"),
        );
    let Some(model) = find(id) else { return can };
    let can = can.with_qualities(model.qualities.iter().copied());
    match model.sizes {
        Sizes::Fixed => can.with_sizes(FIXED.map(|(_, size)| size).into_iter().chain(["auto"])),
        Sizes::Free => can,
    }
}

/// The size that a request asks for, in pixels.
pub(super) fn size<'a>(id: &str, request: &'a ImageRequest) -> Option<&'a str> {
    let shape = request.aspect_ratio.and_then(|asked| shapes(id).find(|(ratio, _)| *ratio == asked));
    request.size.as_deref().or(shape.map(|(_, size)| size))
}

/// Refuses a size that no model of free sizes has. Of a model that is not listed nothing is known.
pub(super) fn accept(id: &str, request: &ImageRequest) -> Result<()> {
    let free = find(id).is_some_and(|model| model.sizes == Sizes::Free);
    let Some(size) = request.size.as_deref().filter(|size| free && *size != "auto") else { return Ok(()) };
    let refuse = |why: &str| Err(Error::unsupported("size", format!("`{size}`: {why}")));
    let sides = size.split_once('x').and_then(|(w, h)| Some((w.parse::<u32>().ok()?, h.parse::<u32>().ok()?)));
    match sides {
        None => refuse("a size is WIDTHxHEIGHT in pixels or `auto`"),
        Some((w, h)) if w == 0 || h == 0 || w % 16 != 0 || h % 16 != 0 => refuse("sides are multiples of 16"),
        Some((w, h)) if w.max(h) > 3 * w.min(h) => refuse("shapes are from 1:3 to 3:1"),
        Some((w, h)) if w.max(h) > 3840 || w.min(h) > 2160 => refuse("at most 3840x2160"),
        Some(_) => Ok(()),
    }
}
