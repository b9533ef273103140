//! What Veo's models offer (ai.google.dev and cloud.google.com, video generation; changelog of 15
//! June 2026; google-genai 3.6.1; November 2026). Of a model that is not listed little is assumed:
//! what the interface can carry is passed on.

use companies::google::GoogleApi;
use social_core::image::AspectRatio;
use social_core::make::{Condition, Test};
use social_core::video::VideoCapabilities;
use social_core::{Error, ErrorKind, Result};

/// What a family of models offers.
struct Model {
    /// How the ids of the family begin.
    prefix: &'static str,
    resolutions: &'static [&'static str],
}

/// `-preview` in AI Studio, `-001` on Vertex AI. The prices of the lite models name no 4k.
const MODELS: &[Model] = &[
    Model { prefix: "veo-3.1-generate", resolutions: &["720p", "1080p", "4k"] },
    Model { prefix: "veo-3.1-fast-generate", resolutions: &["720p", "1080p", "4k"] },
    Model { prefix: "veo-3.1-lite-generate", resolutions: &["720p", "1080p"] },
];

/// What AI Studio shut down on 30 June 2026.
const ENDED: [&str; 3] = ["veo-2.0-generate-001", "veo-3.0-generate-001", "veo-3.0-fast-generate-001"];

/// Refuses a model that has ended, before it is asked for.
pub(super) fn refuse_ended(api: GoogleApi, id: &str) -> Result<()> {
    if api == GoogleApi::AiStudio && ENDED.contains(&id) {
        let message = format!("`{id}` was shut down on 2026-06-30; use veo-3.1-generate-preview or a later one");
        return Err(Error::new(ErrorKind::NotFound, message).with_field("model"));
    }
    Ok(())
}

pub(super) fn capabilities(api: GoogleApi, id: &str) -> VideoCapabilities {
    let can = interface(api);
    let Some(model) = MODELS.iter().find(|model| id.starts_with(model.prefix)) else { return can };
    can.with_aspect_ratios([AspectRatio::WIDE, AspectRatio::VERTICAL])
        .with_resolutions(model.resolutions.iter().copied())
        .with_seconds([4, 6, 8])
        .with_condition(
            Condition::that("duration", Test::is(8.0))
                .when("resolution", Test::one_of(["1080p", "4k"]))
                .because("Veo makes 1080p and 4k in videos of 8 seconds only"),
        )
}

/// What requests can carry, whatever the model.
fn interface(api: GoogleApi) -> VideoCapabilities {
    VideoCapabilities::unknown()
        // Google's client refuses a seed in AI Studio.
        .with_seed(api == GoogleApi::Vertex)
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(
            Condition::that("first_frame", Test::Set)
                .when("last_frame", Test::Set)
                .because("a video ends on an image only if it starts from one"),
        )
}
