//! Kling's JSON, of both of its APIs.

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use crate::input::{self, Input};

#[derive(Debug, Serialize)]
pub(super) struct Watermark {
    pub(super) enabled: bool,
}

/// A task of the older API, whose models stand in the body.
#[derive(Debug, Serialize)]
pub(super) struct LegacyTask<'a> {
    pub(super) model_name: &'a str,
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sound: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<String>,
    #[serde(serialize_with = "input::bare_or_none", skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<Input>,
    #[serde(serialize_with = "input::bare_or_none", skip_serializing_if = "Option::is_none")]
    pub(super) image_tail: Option<Input>,
    pub(super) watermark_info: Watermark,
    pub(super) external_task_id: &'a str,
}

/// A task of the newer API, whose models stand in the path.
#[derive(Debug, Serialize)]
pub(super) struct Task<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) contents: Vec<Content<'a>>,
    pub(super) settings: Settings<'a>,
    pub(super) options: Options<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Content<'a> {
    Prompt { text: &'a str },
    FirstFrame { url: Url },
}

#[derive(Debug, Serialize)]
pub(super) struct Settings<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audio: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Options<'a> {
    pub(super) external_task_id: &'a str,
    pub(super) watermark_info: Watermark,
}

/// What every answer is wrapped in. A failure may come with status 200 and a code that is not zero.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) code: i64,
    #[serde(default)]
    pub(super) message: String,
    pub(super) request_id: Option<String>,
    pub(super) data: Option<T>,
}

/// A task as either API tells of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskState {
    #[serde(alias = "task_id")]
    pub(super) id: String,
    #[serde(alias = "task_status")]
    pub(super) status: String,
    #[serde(alias = "task_status_msg")]
    pub(super) message: Option<String>,
    /// Older API.
    pub(super) task_result: Option<TaskResult>,
    /// Newer API.
    pub(super) outputs: Vec<Output>,
    /// Older API: units.
    #[serde(deserialize_with = "number_or_text")]
    pub(super) final_unit_deduction: Option<f64>,
    /// Newer API.
    pub(super) billing: Vec<Billing>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskResult {
    pub(super) videos: Vec<Output>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Output {
    /// Newer API; of the older one all are videos.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) url: Option<Url>,
    /// Seconds.
    #[serde(deserialize_with = "number_or_text")]
    pub(super) duration: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Billing {
    pub(super) charge_type: String,
    #[serde(deserialize_with = "number_or_text")]
    pub(super) amount: Option<f64>,
    pub(super) currency: Option<String>,
}

/// Numbers come as `5`, `"5"` and `"5.0"`.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(f64),
        Text(String),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => Some(number),
        Either::Text(text) => text.parse().ok(),
        Either::Other(_) => None,
    })
}
