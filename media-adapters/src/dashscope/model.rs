//! What Qwen-Image and Wan offer (Model Studio, October 2026). Of a model that is not listed little
//! is assumed: what its interface can carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ReferenceRole};
use social_core::make::{Condition, Test};
use social_core::video::VideoCapabilities;

/// The version in a name such as `wan2.7-i2v`; `wanx2.1-...` is older than all of them.
pub(super) fn version(id: &str) -> Option<(u32, u32)> {
    let number = id.strip_prefix("wan")?.split('-').next()?;
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The way to an image model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// `text2image`: a prompt, a task, a list of results. Wan 2.5 and before.
    Prompt,
    /// `image-generation`: messages, a task, choices. Wan 2.6 and later.
    Messages,
    /// `multimodal-generation`: messages, and the choices at once. Qwen-Image.
    AtOnce,
}

impl Way {
    pub(super) fn of(id: &str) -> Self {
        match version(id) {
            Some(version) if version >= (2, 6) => Self::Messages,
            Some(_) => Self::Prompt,
            None if id.starts_with("wanx") => Self::Prompt,
            None => Self::AtOnce,
        }
    }
}

/// The sizes of an image model.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sizes {
    /// These, by their shapes.
    Fixed(&'static [((u32, u32), &'static str)]),
    /// Any with at most as many pixels as a square of this side.
    Within(u32),
}

/// What a family of image models offers; the first that fits counts.
struct Family {
    /// How the ids of the family begin.
    prefix: &'static str,
    sizes: Sizes,
    max_count: u64,
    max_references: u64,
}

const QWEN: Sizes = Sizes::Fixed(&[
    ((16, 9), "1664*928"),
    ((4, 3), "1472*1104"),
    ((1, 1), "1328*1328"),
    ((3, 4), "1104*1472"),
    ((9, 16), "928*1664"),
]);

const FAMILIES: &[Family] = &[
    Family { prefix: "qwen-image-2.0", sizes: Sizes::Within(2048), max_count: 6, max_references: 3 },
    Family { prefix: "qwen-image-edit-plus", sizes: Sizes::Within(2048), max_count: 6, max_references: 3 },
    Family { prefix: "qwen-image-edit-max", sizes: Sizes::Within(2048), max_count: 6, max_references: 3 },
    Family { prefix: "qwen-image-edit", sizes: Sizes::Within(1440), max_count: 1, max_references: 3 },
    Family { prefix: "qwen-image", sizes: QWEN, max_count: 1, max_references: 0 },
    Family { prefix: "wan2.7-image", sizes: Sizes::Within(2048), max_count: 4, max_references: 9 },
    Family { prefix: "wan2.6-image", sizes: Sizes::Within(1440), max_count: 4, max_references: 4 },
    Family { prefix: "wan2.6-t2i", sizes: Sizes::Within(1440), max_count: 4, max_references: 0 },
    Family { prefix: "wan2.5-t2i", sizes: Sizes::Within(1440), max_count: 4, max_references: 0 },
    Family { prefix: "wan2.", sizes: Sizes::Within(1024), max_count: 4, max_references: 0 },
    Family { prefix: "wanx2.", sizes: Sizes::Within(1024), max_count: 4, max_references: 0 },
];

const SHAPES: [(u32, u32); 10] = [(1, 1), (4, 3), (3, 4), (16, 9), (9, 16), (3, 2), (2, 3), (4, 5), (5, 4), (21, 9)];

fn find(id: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| id.starts_with(family.prefix))
}

/// The sizes of a model; of one that is not known, what all models of today can.
pub(super) fn sizes(id: &str) -> Sizes {
    find(id).map_or(Sizes::Within(1024), |family| family.sizes)
}

pub(super) fn image(id: &str) -> ImageCapabilities {
    let can = ImageCapabilities::unknown()
        .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("seed", Test::AtLeast(0.0)))
        .with_condition(Condition::that("seed", Test::AtMost(f64::from(i32::MAX))))
        .with_condition(Condition::that("negative_prompt", Test::AtMost(500.0)))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset).when("size", Test::Set).because("a size has its own shape"),
        );
    let can = if Way::of(id) == Way::Prompt { can.with_max_references(0) } else { can };
    let Some(family) = find(id) else { return can };
    let can = can.with_max_count(family.max_count).with_max_references(family.max_references);
    match family.sizes {
        Sizes::Fixed(sizes) => can
            .with_aspect_ratios(sizes.iter().map(|(shape, _)| AspectRatio::from(*shape)))
            .with_sizes(sizes.iter().map(|(_, size)| *size)),
        Sizes::Within(_) => can.with_aspect_ratios(SHAPES.map(AspectRatio::from)),
    }
}

/// What a version of Wan's videos offers.
struct Wan {
    version: (u32, u32),
    resolutions: &'static [&'static str],
    seconds: &'static [u32],
    max_prompt: u64,
}

const FINE: &[&str] = &["720P", "1080P"];
const ALL: &[&str] = &["480P", "720P", "1080P"];
const UP_TO_15: &[u32] = &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

const WAN: &[Wan] = &[
    Wan { version: (2, 7), resolutions: FINE, seconds: UP_TO_15, max_prompt: 5000 },
    Wan { version: (2, 6), resolutions: FINE, seconds: &[5, 10, 15], max_prompt: 1500 },
    Wan { version: (2, 5), resolutions: ALL, seconds: &[5, 10], max_prompt: 1500 },
    Wan { version: (2, 2), resolutions: ALL, seconds: &[5], max_prompt: 800 },
];

/// Models that always make audio, and have no field for it.
pub(super) fn always_has_audio(id: &str) -> bool {
    version(id).is_some_and(|version| version >= (2, 7))
}

/// Whether frames are a list, and the shape is a field.
pub(super) fn is_newer(id: &str) -> bool {
    version(id).is_none_or(|version| version >= (2, 7)) && !id.starts_with("wanx")
}

pub(super) fn video(id: &str) -> VideoCapabilities {
    let can = VideoCapabilities::unknown()
        .with_last_frame(is_newer(id))
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(Condition::that("seed", Test::AtLeast(0.0)))
        .with_condition(Condition::that("seed", Test::AtMost(f64::from(i32::MAX))))
        .with_condition(Condition::that("negative_prompt", Test::AtMost(500.0)))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("first_frame", Test::Set)
                .because("a video that starts from an image has the image's shape"),
        );
    let paired = Condition::that("first_frame", Test::Set)
        .when("last_frame", Test::Set)
        .because("a video ends on an image only if it starts from one");
    let can = match () {
        () if id.contains("-i2v") => {
            can.with_condition(Condition::that("first_frame", Test::Set).because("this model starts from an image"))
        }
        () if id.contains("-t2v") => can.with_first_frame(false).with_last_frame(false),
        () => can.with_condition(paired),
    };
    let Some(wan) = WAN.iter().find(|wan| version(id) == Some(wan.version)) else { return can };
    can.with_aspect_ratios([(16, 9), (9, 16), (1, 1), (4, 3), (3, 4)].map(AspectRatio::from))
        .with_resolutions(wan.resolutions.iter().copied())
        .with_seconds(wan.seconds.iter().copied())
        .with_audio(wan.version >= (2, 5))
        .with_max_prompt_chars(wan.max_prompt)
}
