//! fal's JSON.

use serde::Deserialize;
use serde_json::{Map, Value};
use social_core::media::{MediaKind, RemoteMedia};
use url::Url;

use crate::hosted;

/// A request in the queue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Queued {
    pub(super) request_id: String,
    pub(super) status_url: Option<Url>,
    pub(super) response_url: Option<Url>,
    pub(super) cancel_url: Option<Url>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    pub(super) status: String,
}

/// What a model made, in the model's own form.
#[derive(Debug, Deserialize)]
pub(super) struct Made {
    #[serde(default)]
    pub(super) has_nsfw_concepts: Vec<bool>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Made {
    /// The files of this kind; `None` for a result that does not speak of any.
    pub(super) fn files(&self, kind: MediaKind) -> Option<Vec<RemoteMedia>> {
        let names = match kind {
            MediaKind::Video => ["video", "videos", "output"],
            _ => ["images", "image", "output"],
        };
        let value = names.iter().find_map(|name| self.rest.get(*name).filter(|value| !value.is_null()))?;
        Some(match value {
            Value::Array(items) => items.iter().filter_map(file).collect(),
            item => file(item).into_iter().collect(),
        })
    }
}

/// A file is an address or an object with one.
fn file(value: &Value) -> Option<RemoteMedia> {
    hosted::file(value.as_str().or_else(|| value.get("url")?.as_str())?)
}

/// An error: `{detail: "text"}` or `{detail: [{loc, msg, type}]}`.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) detail: Detail,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Detail {
    Text(String),
    List(Vec<Fault>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fault {
    pub(super) loc: Vec<Value>,
    pub(super) msg: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
}
