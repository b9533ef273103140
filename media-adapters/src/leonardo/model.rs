//! What Leonardo's models offer (docs.leonardo.ai, 2026). Of a model that is not listed little is
//! assumed: what its interface can carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ImageRequest, ReferenceRole};
use social_core::make::{Condition, Test};
use social_core::video::VideoCapabilities;
use social_core::{Error, Result};

/// Which of the two APIs a model belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    First,
    Second,
}

impl Api {
    /// Image models of the first API are named by UUIDs.
    pub(super) fn of_image(model: &str) -> Self {
        let groups = model.split('-').map(str::len);
        let uuid = groups.eq([8, 4, 4, 4, 12]) && model.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if uuid { Self::First } else { Self::Second }
    }

    pub(super) fn of_video(model: &str) -> Self {
        if video(model).is_some() { Self::First } else { Self::Second }
    }
}

type Pixels = ((u32, u32), u32, u32);

/// Of the first API: 32 to 1,536 a side, in steps of 8.
const FIRST: &[Pixels] = &[
    ((1, 1), 1024, 1024),
    ((4, 3), 1152, 864),
    ((3, 4), 864, 1152),
    ((4, 5), 1024, 1280),
    ((5, 4), 1280, 1024),
    ((3, 2), 1248, 832),
    ((2, 3), 832, 1248),
    ((16, 9), 1536, 864),
    ((9, 16), 864, 1536),
    ((21, 9), 1344, 576),
];

/// Of the second API: those of Google's models at 1K. Each model has a list of its own, which is
/// UNCONFIRMED.
const SECOND: &[Pixels] = &[
    ((1, 1), 1024, 1024),
    ((2, 3), 848, 1264),
    ((3, 2), 1264, 848),
    ((3, 4), 896, 1200),
    ((4, 3), 1200, 896),
    ((4, 5), 928, 1152),
    ((5, 4), 1152, 928),
    ((9, 16), 768, 1376),
    ((16, 9), 1376, 768),
    ((21, 9), 1584, 672),
];

fn table(api: Api) -> &'static [Pixels] {
    match api {
        Api::First => FIRST,
        Api::Second => SECOND,
    }
}

pub(super) fn image_capabilities(model: &str) -> ImageCapabilities {
    let api = Api::of_image(model);
    let can = ImageCapabilities::unknown()
        .with_aspect_ratios(table(api).iter().map(|(ratio, ..)| AspectRatio::from(*ratio)))
        .with_max_count(8)
        .with_reference_roles([ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject])
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset).when("size", Test::Set).because("the size has a shape"),
        );
    match api {
        Api::First => can
            .with_qualities(Vec::<String>::new())
            .with_max_references(1)
            // All shapes are sent with a side of more than 768 pixels.
            .with_condition(Condition::that("count", Test::AtMost(4.0)).when("aspect_ratio", Test::Set)),
        Api::Second => can.with_negative_prompt(false),
    }
}

/// The pixels that a request asks for, by its shape or as `1024x768`.
pub(super) fn pixels(api: Api, request: &ImageRequest) -> Result<Option<(u32, u32)>> {
    if let Some(size) = &request.size {
        let sides = size.split_once('x').and_then(|(w, h)| Some((w.parse::<u32>().ok()?, h.parse::<u32>().ok()?)));
        let Some((width, height)) = sides else {
            return Err(Error::unsupported("size", format!("`{size}` is not WIDTHxHEIGHT, for instance 1024x768")));
        };
        let fits = |side: u32| (32..=1536).contains(&side) && side.is_multiple_of(8);
        if api == Api::First && !(fits(width) && fits(height)) {
            let message = format!("`{size}`: sides have 32 to 1536 pixels, in steps of 8");
            return Err(Error::unsupported("size", message));
        }
        if api == Api::First && width.max(height) > 768 && request.count > 4 {
            return Err(Error::unsupported("count", format!("{} images of `{size}`, at most 4", request.count)));
        }
        return Ok(Some((width, height)));
    }
    let Some(ratio) = request.aspect_ratio else { return Ok(None) };
    let found = table(api).iter().find(|(offered, ..)| AspectRatio::from(*offered) == ratio);
    Ok(found.map(|(_, width, height)| (*width, *height)))
}

/// A video model of the first API.
struct Video {
    id: &'static str,
    seconds: &'static [u32],
    end_frame: bool,
}

const VIDEOS: &[Video] = &[
    Video { id: "MOTION2", seconds: &[], end_frame: false },
    Video { id: "MOTION2FAST", seconds: &[], end_frame: false },
    Video { id: "VEO3", seconds: &[4, 6, 8], end_frame: false },
    Video { id: "VEO3FAST", seconds: &[4, 6, 8], end_frame: false },
    Video { id: "KLING2_1", seconds: &[], end_frame: true },
    Video { id: "KLING2_5", seconds: &[5, 10], end_frame: false },
];

fn video(id: &str) -> Option<&'static Video> {
    VIDEOS.iter().find(|model| model.id == id)
}

pub(super) fn video_capabilities(id: &str) -> VideoCapabilities {
    let first_frame = || Condition::that("first_frame", Test::Set);
    let can = VideoCapabilities::unknown()
        .with_aspect_ratios([AspectRatio::WIDE, AspectRatio::VERTICAL])
        .with_resolutions(["480p", "720p", "1080p"])
        .with_qualities(Vec::<String>::new())
        .with_audio(false)
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("first_frame", Test::Set)
                .because("a video that starts from an image has the image's shape"),
        )
        .with_condition(
            first_frame().when("last_frame", Test::Set).because("a video ends on an image only if it starts from one"),
        );
    match video(id) {
        Some(model) => can.with_seconds(model.seconds.iter().copied()).with_last_frame(model.end_frame),
        None => can.with_negative_prompt(false),
    }
}

/// Leonardo's word for a resolution: `RESOLUTION_720`.
pub(super) fn resolution(name: &str) -> String {
    format!("RESOLUTION_{}", name.trim_end_matches('p'))
}

/// The pixels of a video; which a model takes is UNCONFIRMED.
pub(super) fn video_pixels(resolution: Option<&str>, ratio: Option<AspectRatio>) -> Option<(u32, u32)> {
    let (long, short) = match resolution {
        Some("480p") => (832, 480),
        Some("1080p") => (1920, 1080),
        _ => (1280, 720),
    };
    Some(if ratio? == AspectRatio::VERTICAL { (short, long) } else { (long, short) })
}
