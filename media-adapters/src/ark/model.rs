//! What Seedream and Seedance offer (ModelArk's pages and SDK, November 2026). Of a model that is
//! not listed little is assumed: what the interface can carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ReferenceRole};
use social_core::make::{Condition, Test};
use social_core::video::VideoCapabilities;

/// Images that go in and come out of one call, together.
const MAX_IMAGES: u32 = 15;
const MAX_REFERENCES: u32 = 14;

/// Sizes of Seedream. Those of the 5.0 models are not confirmed and passed on.
const SIZES: &[(&str, &[&str])] = &[("seedream-4-0", &["1K", "2K", "4K"]), ("seedream-4-5", &["2K", "4K"])];

/// The shapes that a size in pixels is computed for.
const SHAPES: [(u32, u32); 10] = [(1, 1), (4, 3), (3, 4), (16, 9), (9, 16), (3, 2), (2, 3), (4, 5), (5, 4), (21, 9)];

/// The id without its publisher, which differs between China and the world.
fn bare(id: &str) -> &str {
    ["doubao-", "dola-", "dreamina-"].iter().find_map(|prefix| id.strip_prefix(prefix)).unwrap_or(id)
}

pub(super) fn image(id: &str) -> ImageCapabilities {
    let mut can = ImageCapabilities::unknown()
        .with_max_count(u64::from(MAX_IMAGES))
        .with_max_references(u64::from(MAX_REFERENCES))
        .with_negative_prompt(false)
        .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
        .with_condition(Condition::that("quality", Test::Unset));
    for references in 1..=MAX_REFERENCES {
        can = can.with_condition(
            Condition::that("count", Test::AtMost(f64::from(MAX_IMAGES - references)))
                .when("references", Test::AtLeast(f64::from(references)))
                .because("the images that go in and come out are at most 15 together"),
        );
    }
    let id = bare(id);
    if id.starts_with("seedream-4") || id.starts_with("seedream-5") {
        // Only 3.0 took a seed.
        can = can.with_aspect_ratios(SHAPES.map(AspectRatio::from)).with_seed(false);
    }
    match SIZES.iter().find(|(prefix, _)| id.starts_with(prefix)) {
        Some((_, sizes)) => can.with_sizes(sizes.iter().copied()),
        None => can,
    }
}

/// What a family of Seedance offers; the first that fits counts.
struct Family {
    /// How the ids of the family begin.
    prefix: &'static str,
    resolutions: &'static [&'static str],
    seconds: std::ops::RangeInclusive<u32>,
    audio: bool,
}

const FINE: &[&str] = &["480p", "720p", "1080p"];
const FINEST: &[&str] = &["480p", "720p", "1080p", "4k"];
const FAST: &[&str] = &["480p", "720p"];

const FAMILIES: &[Family] = &[
    Family { prefix: "seedance-1-0", resolutions: FINE, seconds: 2..=12, audio: false },
    Family { prefix: "seedance-1-5-pro", resolutions: FINE, seconds: 4..=12, audio: true },
    Family { prefix: "seedance-2-0-fast", resolutions: FAST, seconds: 4..=15, audio: true },
    Family { prefix: "seedance-2-0-mini", resolutions: FAST, seconds: 4..=15, audio: true },
    Family { prefix: "seedance-2-0", resolutions: FINEST, seconds: 4..=15, audio: true },
];

pub(super) fn video(id: &str) -> VideoCapabilities {
    let can = VideoCapabilities::unknown()
        .with_negative_prompt(false)
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(Condition::that("seed", Test::AtLeast(0.0)))
        .with_condition(Condition::that("seed", Test::AtMost(f64::from(u32::MAX))))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("first_frame", Test::Set)
                .because("a video that starts from an image has the image's shape"),
        )
        .with_condition(
            Condition::that("first_frame", Test::Set)
                .when("last_frame", Test::Set)
                .because("a video ends on an image only if it starts from one"),
        );
    let id = bare(id);
    match FAMILIES.iter().find(|family| id.starts_with(family.prefix)) {
        Some(family) => can
            .with_aspect_ratios([(16, 9), (4, 3), (1, 1), (3, 4), (9, 16), (21, 9)].map(AspectRatio::from))
            .with_resolutions(family.resolutions.iter().copied())
            .with_seconds(family.seconds.clone())
            .with_audio(family.audio),
        None => can,
    }
}
