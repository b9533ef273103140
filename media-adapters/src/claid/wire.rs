//! Claid's JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// What is asked of an image. Unknown fields are refused by Claid.
#[derive(Debug, Serialize)]
pub(super) struct Edit<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<&'a Url>,
    pub(super) operations: Operations,
    pub(super) output: Output,
}

#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Operations {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) restorations: Option<Restorations>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) background: Option<Background>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resizing: Option<Resizing>,
}

#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Restorations {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) upscale: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) polish: Option<bool>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Background {
    pub(super) remove: bool,
    pub(super) color: &'static str,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Resizing {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) fit: &'static str,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Output {
    pub(super) format: Format,
}

/// A format by its name, or with its settings.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Format {
    Named(&'static str),
    Jpeg {
        #[serde(rename = "type")]
        kind: &'static str,
        quality: u8,
    },
}

/// Every success.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: T,
}

/// An image that was changed in one call.
#[derive(Debug, Deserialize)]
pub(super) struct Edited {
    pub(super) output: Image,
}

#[derive(Debug, Deserialize)]
pub(super) struct Image {
    #[serde(default)]
    pub(super) tmp_url: Option<Url>,
}

/// A job, when it is taken and when it is asked after.
#[derive(Debug, Deserialize)]
pub(super) struct Task {
    /// A number in all examples.
    pub(super) id: Value,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) errors: Vec<JobError>,
    #[serde(default)]
    pub(super) result: TaskResult,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct TaskResult {
    #[serde(default)]
    pub(super) output_object: Option<Image>,
}

#[derive(Debug, Deserialize)]
pub(super) struct JobError {
    #[serde(default)]
    pub(super) error: String,
}

/// The error shape, which may be nested.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) error_code: Value,
    #[serde(default)]
    pub(super) error_type: Option<String>,
    #[serde(default)]
    pub(super) error_message: Option<String>,
    #[serde(default)]
    pub(super) error_details: Option<Value>,
    #[serde(default)]
    detail: Option<Box<Refusal>>,
}

impl Refusal {
    pub(super) fn inner(self) -> Self {
        match self.detail {
            Some(inner) => *inner,
            None => self,
        }
    }
}
