//! Luma's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

/// An image.
#[derive(Debug, Default, Serialize)]
pub(super) struct NewImage<'a> {
    pub(super) prompt: &'a str,
    pub(super) model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) image_ref: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) style_ref: Vec<Reference>,
    /// One character, of several images.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) character_ref: BTreeMap<&'static str, Character>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) modify_image_ref: Option<Reference>,
}

#[derive(Debug, Serialize)]
pub(super) struct Reference {
    pub(super) url: Url,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Character {
    pub(super) images: Vec<Url>,
}

/// A video.
#[derive(Debug, Serialize)]
pub(super) struct NewVideo<'a> {
    pub(super) prompt: &'a str,
    pub(super) model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) keyframes: BTreeMap<&'static str, Keyframe>,
}

#[derive(Debug, Serialize)]
pub(super) struct Keyframe {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) url: Url,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Generation {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) failure_reason: Option<String>,
    pub(super) assets: Option<Assets>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Assets {
    pub(super) image: Option<String>,
    pub(super) video: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) detail: String,
}
