//! Replicate's JSON.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use social_core::clock::Timestamp;
use social_core::media::RemoteMedia;
use url::Url;

use crate::hosted;

/// A prediction.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Prediction {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) input: Map<String, Value>,
    /// A text, a list or an object, by model; it may be there before the status says so.
    pub(super) output: Value,
    pub(super) error: Value,
    pub(super) data_removed: bool,
    #[serde(deserialize_with = "moment")]
    pub(super) created_at: Option<Timestamp>,
}

impl Prediction {
    /// The files of the output, in order.
    pub(super) fn files(&self) -> Vec<RemoteMedia> {
        let mut files = Vec::new();
        gather(&self.output, &mut files);
        files
    }

    /// Why it failed, in words.
    pub(super) fn reason(&self) -> Option<&str> {
        self.error.as_str().or_else(|| self.error.get("detail")?.as_str())
    }
}

fn gather(output: &Value, files: &mut Vec<RemoteMedia>) {
    match output {
        Value::String(text) => files.extend(hosted::file(text)),
        Value::Array(items) => items.iter().for_each(|item| gather(item, files)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, files)),
        _ => {}
    }
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// A page of predictions, the latest first.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    pub(super) results: Vec<Prediction>,
}

/// A file that was uploaded.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) urls: Urls,
    #[serde(default, deserialize_with = "moment")]
    pub(super) expires_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Urls {
    pub(super) get: Url,
}

/// An error, as `application/problem+json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    pub(super) title: String,
    pub(super) detail: String,
}
