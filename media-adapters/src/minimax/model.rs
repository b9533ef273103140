//! What MiniMax's models offer (platform.minimax.io, November 2026). Of a model that is not listed
//! little is assumed: what its interface can carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ReferenceRole};
use social_core::make::{Condition, Test};
use social_core::media::MediaType;
use social_core::speech::SpeechCapabilities;
use social_core::video::VideoCapabilities;

/// Which of the two interfaces a video model belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interface {
    /// `MiniMax-Hailuo-...` and before: failures inside of HTTP 200, files by their id.
    Older,
    /// `MiniMax-H3` and later.
    Newer,
}

impl Interface {
    pub(super) fn of(model: &str) -> Self {
        const OLDER: [&str; 5] = ["MiniMax-Hailuo", "T2V-", "I2V-", "S2V-", "video-01"];
        if OLDER.iter().any(|prefix| model.starts_with(prefix)) { Self::Older } else { Self::Newer }
    }
}

const IMAGE_SHAPES: [(u32, u32); 8] = [(1, 1), (16, 9), (4, 3), (3, 2), (2, 3), (3, 4), (9, 16), (21, 9)];

pub(super) fn image(id: &str) -> ImageCapabilities {
    let can = ImageCapabilities::unknown()
        .with_negative_prompt(false)
        .with_reference_roles([ReferenceRole::Subject])
        // A width and a height are fields of the vendor's own, which lose against a shape.
        .with_condition(Condition::that("size", Test::Unset))
        .with_condition(Condition::that("quality", Test::Unset));
    match id {
        "image-01" | "image-01-live" => can
            .with_aspect_ratios(IMAGE_SHAPES.map(AspectRatio::from))
            .with_max_count(9)
            .with_max_references(1)
            .with_max_prompt_chars(1500),
        _ => can,
    }
}

/// What an older video model offers.
struct Hailuo {
    id: &'static str,
    resolutions: &'static [&'static str],
    /// The resolution that is offered with a first frame only.
    from_image: Option<&'static str>,
    seconds: &'static [u32],
    first_frame: Frame,
    last_frame: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Never,
    May,
    Must,
}

const SIX: &[u32] = &[6];
const SIX_OR_TEN: &[u32] = &[6, 10];
const TWO: &[&str] = &["768P", "1080P"];
const THREE: &[&str] = &["512P", "768P", "1080P"];
const ONE: &[&str] = &["720P"];

const fn first(id: &'static str, first_frame: Frame) -> Hailuo {
    Hailuo { id, resolutions: ONE, from_image: None, seconds: SIX, first_frame, last_frame: false }
}

const HAILUO: &[Hailuo] = &[
    Hailuo {
        id: "MiniMax-Hailuo-2.3",
        resolutions: TWO,
        from_image: None,
        seconds: SIX_OR_TEN,
        first_frame: Frame::May,
        last_frame: false,
    },
    Hailuo {
        id: "MiniMax-Hailuo-2.3-Fast",
        resolutions: TWO,
        from_image: None,
        seconds: SIX_OR_TEN,
        first_frame: Frame::Must,
        last_frame: false,
    },
    Hailuo {
        id: "MiniMax-Hailuo-02",
        resolutions: THREE,
        from_image: Some("512P"),
        seconds: SIX_OR_TEN,
        first_frame: Frame::May,
        last_frame: true,
    },
    first("T2V-01", Frame::Never),
    first("T2V-01-Director", Frame::Never),
    first("I2V-01", Frame::Must),
    first("I2V-01-Director", Frame::Must),
    first("I2V-01-live", Frame::Must),
];

pub(super) fn video(id: &str) -> VideoCapabilities {
    let can = VideoCapabilities::unknown()
        .with_negative_prompt(false)
        .with_seed(false)
        // Neither interface has a field for it.
        .with_audio(false)
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("first_frame", Test::Set)
                .because("a video that starts from an image has the image's shape"),
        );
    match Interface::of(id) {
        Interface::Older => older(id, can),
        Interface::Newer => newer(id, can),
    }
}

fn paired() -> Condition {
    Condition::that("first_frame", Test::Set)
        .when("last_frame", Test::Set)
        .because("a video ends on an image only if it starts from one")
}

fn older(id: &str, can: VideoCapabilities) -> VideoCapabilities {
    // There is no field for a shape: without a first frame it is this one.
    let can = can.with_aspect_ratios([AspectRatio::WIDE]).with_max_prompt_chars(2000).with_condition(
        Condition::that("duration", Test::is(6.0))
            .when("resolution", Test::is("1080P"))
            .because("10 seconds are not offered at 1080P"),
    );
    let Some(model) = HAILUO.iter().find(|model| model.id == id) else { return can.with_condition(paired()) };
    let can = can
        .with_resolutions(model.resolutions.iter().copied())
        .with_seconds(model.seconds.iter().copied())
        .with_first_frame(model.first_frame != Frame::Never)
        .with_last_frame(model.last_frame);
    let can = if model.last_frame { can.with_condition(paired()) } else { can };
    let can = match model.from_image {
        Some(resolution) => can.with_condition(
            Condition::that("first_frame", Test::Set)
                .when("resolution", Test::is(resolution))
                .because("this resolution is offered for videos from an image only"),
        ),
        None => can,
    };
    match model.first_frame {
        Frame::Must => {
            can.with_condition(Condition::that("first_frame", Test::Set).because("this model starts from an image"))
        }
        Frame::May | Frame::Never => can.with_condition(
            Condition::that("prompt", Test::Set).when("first_frame", Test::Unset).because("it needs words"),
        ),
    }
}

fn newer(id: &str, can: VideoCapabilities) -> VideoCapabilities {
    let can = can.with_condition(paired());
    if id != "MiniMax-H3" {
        return can;
    }
    can.with_aspect_ratios([(21, 9), (16, 9), (4, 3), (1, 1), (3, 4), (9, 16)].map(AspectRatio::from))
        .with_resolutions(["768P", "2K"])
        .with_seconds(5..=15)
}

pub(super) fn speech(_id: &str) -> SpeechCapabilities {
    // Voices are an account's own as well, and languages are told by their first part.
    SpeechCapabilities::unknown()
        .with_formats([MediaType::Mp3, MediaType::Wav])
        .with_instructions(false)
        .with_timings(false)
        .with_stream(true)
        .with_max_text_chars(9_999)
        .with_condition(Condition::that("speed", Test::AtLeast(0.5)))
        .with_condition(Condition::that("speed", Test::AtMost(2.0)))
}
