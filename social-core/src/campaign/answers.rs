//! What a writer answers.

use serde::{Deserialize, Serialize};

use super::brief::Brief;

/// The idea that all posts of a campaign share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Concept {
    pub(super) headline: String,
    pub(super) subline: String,
    pub(super) call_to_action: String,
    pub(super) alt_text: String,
    pub(super) image_prompt: String,
    pub(super) video_prompt: String,
}

impl Concept {
    /// A stand-in for the idea while there is none: what requests made of it may use is about
    /// right.
    pub(super) fn draft(brief: &Brief) -> Self {
        let Brief { subject, call_to_action, .. } = brief;
        Self {
            headline: subject.clone(),
            subline: subject.clone(),
            call_to_action: call_to_action.clone().unwrap_or_default(),
            alt_text: subject.clone(),
            image_prompt: subject.clone(),
            video_prompt: subject.clone(),
        }
    }
}

/// The text for one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TargetText {
    pub(super) text: String,
    #[serde(default)]
    pub(super) hashtags: Vec<String>,
}
