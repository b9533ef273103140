//! The JSON of Black Forest Labs.

use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// A task that was taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Submitted {
    pub(super) id: String,
    pub(super) polling_url: Option<Url>,
    /// In credits.
    pub(super) cost: Option<f64>,
}

/// A task.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Task {
    pub(super) status: String,
    pub(super) result: Option<Sample>,
    pub(super) progress: Option<f32>,
    /// Words, or an object.
    pub(super) details: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sample {
    pub(super) sample: Option<String>,
}

/// An error: `{detail}`, a text or a list of faults.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) detail: Value,
}
