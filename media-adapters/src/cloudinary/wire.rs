//! Cloudinary's answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// A file at Cloudinary, as an upload and `explicit` answer it and as the journal keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Asset {
    pub(super) public_id: String,
    #[serde(default)]
    pub(super) resource_type: Option<String>,
    #[serde(default)]
    pub(super) width: Option<u32>,
    #[serde(default)]
    pub(super) height: Option<u32>,
    #[serde(default)]
    pub(super) format: Option<String>,
    #[serde(default)]
    pub(super) secure_url: Option<Url>,
    #[serde(default)]
    pub(super) eager: Vec<Derived>,
    #[serde(default)]
    pub(super) moderation: Vec<Verdict>,
}

/// What a transformation made of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Derived {
    #[serde(default)]
    pub(super) secure_url: Option<Url>,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) reason: Option<String>,
}

/// What an add-on thinks of the content.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Verdict {
    #[serde(default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) response: Value,
}

/// The answer to a part of a file.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    pub(super) done: Option<bool>,
    #[serde(default)]
    pub(super) error: Option<serde::de::IgnoredAny>,
}

/// The answer to a deletion.
#[derive(Debug, Deserialize)]
pub(super) struct Destroyed {
    pub(super) result: String,
}

/// `{error: {message}}`.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) error: Message,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) message: String,
}
