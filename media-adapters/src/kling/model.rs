//! What Kling's models offer (kling.ai, document-api, 2026). Of a model that is not listed little
//! is assumed: what its interface can carry is passed on.

use social_core::image::AspectRatio;
use social_core::make::{Condition, Test};
use social_core::video::VideoCapabilities;

/// Which of the two APIs a model belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// `kling-v1` to `kling-v3`: the model stands in the body, success is `succeed`, lengths are
    /// text.
    Legacy,
    /// `kling-2.6`, `kling-3.0` and later: the model stands in the path, success is `succeeded`,
    /// lengths are numbers.
    Current,
}

impl Api {
    pub(super) fn of(model: &str) -> Self {
        if model.starts_with("kling-v") { Self::Legacy } else { Self::Current }
    }
}

/// What a model offers.
struct Model {
    id: &'static str,
    resolutions: &'static [&'static str],
    seconds: &'static [u32],
    audio: Audio,
}

/// With what a model makes audio.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audio {
    Never,
    /// At 1080p and more only.
    Finer,
    Always,
}

const TWO: &[&str] = &["720p", "1080p"];
const THREE: &[&str] = &["720p", "1080p", "4k"];
const FIVE_OR_TEN: &[u32] = &[5, 10];
const THREE_TO_FIFTEEN: &[u32] = &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

const MODELS: &[Model] = &[
    Model { id: "kling-v1", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v1-5", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v1-6", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v2-master", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v2-1", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v2-1-master", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v2-5-turbo", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Never },
    Model { id: "kling-v2-6", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Finer },
    Model { id: "kling-v3", resolutions: THREE, seconds: THREE_TO_FIFTEEN, audio: Audio::Finer },
    Model { id: "kling-2.6", resolutions: TWO, seconds: FIVE_OR_TEN, audio: Audio::Finer },
    Model { id: "kling-3.0", resolutions: THREE, seconds: THREE_TO_FIFTEEN, audio: Audio::Always },
    Model { id: "kling-3.0-turbo", resolutions: THREE, seconds: THREE_TO_FIFTEEN, audio: Audio::Always },
];

fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

pub(super) fn capabilities(id: &str) -> VideoCapabilities {
    let can = interface(Api::of(id));
    let Some(model) = find(id) else { return can };
    let can = can
        .with_aspect_ratios([AspectRatio::WIDE, AspectRatio::VERTICAL, AspectRatio::SQUARE])
        .with_resolutions(model.resolutions.iter().copied())
        .with_seconds(model.seconds.iter().copied())
        .with_audio(model.audio != Audio::Never)
        .with_max_prompt_chars(2500);
    match model.audio {
        Audio::Finer => can.with_condition(
            Condition::that("resolution", Test::one_of(["1080p", "4k"]))
                .when("audio", Test::is(true))
                .because("this model makes audio at 1080p and more only"),
        ),
        Audio::Never | Audio::Always => can,
    }
}

/// What requests of an API can carry, whatever the model.
fn interface(api: Api) -> VideoCapabilities {
    let legacy = api == Api::Legacy;
    let can = VideoCapabilities::unknown()
        .with_seed(false)
        .with_last_frame(legacy)
        .with_negative_prompt(legacy)
        .with_condition(Condition::that("prompt", Test::Set).because("Kling needs words"))
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("first_frame", Test::Set)
                .because("a video that starts from an image has the image's shape"),
        );
    match api {
        // Its `mode` has these three words.
        Api::Legacy => can.with_resolutions(THREE.iter().copied()).with_condition(
            Condition::that("first_frame", Test::Set)
                .when("last_frame", Test::Set)
                .because("a video ends on an image only if it starts from one"),
        ),
        Api::Current => can.with_condition(Condition::that("first_frame", Test::Remote)),
    }
}

/// The resolution that a request with audio needs where it names none.
pub(super) fn resolution_for_audio(id: &str) -> Option<&'static str> {
    find(id).filter(|model| model.audio == Audio::Finer).map(|_| "1080p")
}
