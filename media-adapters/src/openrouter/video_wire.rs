//! OpenRouter's JSON of videos.

use serde::{Deserialize, Serialize};

use crate::input::Input;

#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) frame_images: Vec<Frame>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generate_audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Frame {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) image_url: ImageUrl,
    pub(super) frame_type: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct ImageUrl {
    pub(super) url: Input,
}

/// A job, also one that was just submitted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) status: String,
    /// Also without a host.
    pub(super) polling_url: Option<String>,
    pub(super) unsigned_urls: Option<Vec<String>>,
    pub(super) error: Option<String>,
    pub(super) usage: Option<Usage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Usage {
    /// US dollars.
    pub(super) cost: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Models {
    pub(super) data: Vec<Model>,
}

/// What a model takes; what is null is not known.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Model {
    pub(super) id: String,
    pub(super) canonical_slug: Option<String>,
    pub(super) generate_audio: Option<bool>,
    pub(super) seed: Option<bool>,
    pub(super) supported_aspect_ratios: Option<Vec<String>>,
    pub(super) supported_durations: Option<Vec<u32>>,
    pub(super) supported_frame_images: Option<Vec<String>>,
    pub(super) supported_resolutions: Option<Vec<String>>,
}
