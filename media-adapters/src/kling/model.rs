//! What Kling's models offer, by their names (kling.ai, document-api, 2026). A model that is not listed here is passed on
//! with what all have in common.

use social_core::image::AspectRatio;
use social_core::video::VideoCapabilities;

/// Which of the two APIs a model belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// `kling-v1` to `kling-v3`: the model stands in the body, success is `succeed`, lengths are text.
    Legacy,
    /// `kling-2.6`, `kling-3.0` and later: the model stands in the path, success is `succeeded`, lengths are numbers.
    Current,
}

impl Api {
    pub(super) fn of(model: &str) -> Self {
        if model.starts_with("kling-v") { Self::Legacy } else { Self::Current }
    }
}

pub(super) fn capabilities(model: &str) -> VideoCapabilities {
    let api = Api::of(model);
    let newest = model.starts_with("kling-v3") || model.starts_with("kling-3");
    let with_audio = newest || model.starts_with("kling-v2-6") || model.starts_with("kling-2.6");
    let mut capabilities = VideoCapabilities::default();
    capabilities.aspect_ratios = vec![AspectRatio::WIDE, AspectRatio::VERTICAL, AspectRatio::SQUARE];
    let resolutions: &[&str] = if newest { &["720p", "1080p", "4k"] } else { &["720p", "1080p"] };
    capabilities.resolutions = resolutions.iter().map(|&name| name.to_owned()).collect();
    capabilities.seconds = if newest { (3..=15).collect() } else { vec![5, 10] };
    capabilities.first_frame = true;
    capabilities.last_frame = api == Api::Legacy;
    capabilities.audio = with_audio;
    capabilities.negative_prompt = api == Api::Legacy;
    capabilities.max_prompt_chars = 2500;
    capabilities.paid = true;
    capabilities
}

/// Audio comes with the finer resolution only.
pub(super) fn audio_needs_1080p(model: &str) -> bool {
    Api::of(model) == Api::Legacy || model.starts_with("kling-2.6")
}
