//! Runway's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::input::Input;

/// A video to make. The body is tagged by its model: each has its own fields.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VideoTask<'a> {
    pub(super) model: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) prompt_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt_image: Option<Frames>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audio: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Frames {
    First(Input),
    Both([Frame; 2]),
}

#[derive(Debug, Serialize)]
pub(super) struct Frame {
    pub(super) uri: Input,
    pub(super) position: &'static str,
}

/// An image to make.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImageTask<'a> {
    pub(super) model: &'a str,
    pub(super) prompt_text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reference_images: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Reference {
    pub(super) uri: Input,
}

#[derive(Debug, Serialize)]
pub(super) struct Announced<'a> {
    pub(super) filename: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

/// Where a file is uploaded, and its name afterwards.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Upload {
    pub(super) upload_url: Url,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    pub(super) runway_uri: Url,
}

/// A task, also one that was just submitted.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) status: String,
    /// From 0 to 1, while it runs.
    pub(super) progress: Option<f32>,
    pub(super) output: Vec<Url>,
    pub(super) failure: Option<String>,
    pub(super) failure_code: Option<String>,
    pub(super) cost: Option<Cost>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cost {
    pub(super) credits: f64,
}

/// A refused request.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) error: String,
    #[serde(default)]
    pub(super) issues: Vec<Issue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Issue {
    pub(super) code: String,
    /// Names and numbers.
    pub(super) path: Vec<Value>,
    pub(super) message: String,
}
