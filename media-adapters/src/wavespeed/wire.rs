//! WaveSpeed's JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

/// What every answer is wrapped in; `code` repeats the HTTP status, or contradicts it.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    #[serde(default)]
    pub(super) code: u16,
    #[serde(default)]
    pub(super) message: String,
    pub(super) data: Option<T>,
}

/// A task.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Prediction {
    pub(super) id: String,
    pub(super) status: String,
    /// Addresses, or base64 without a prefix.
    pub(super) outputs: Vec<String>,
    pub(super) has_nsfw_contents: Vec<bool>,
    pub(super) error: Option<String>,
}

/// Asks for a place to upload to.
#[derive(Debug, Serialize)]
pub(super) struct NewUpload<'a> {
    pub(super) filename: &'a str,
    pub(super) size: usize,
    pub(super) content_type: &'a str,
}

#[derive(Debug, Deserialize)]
pub(super) struct Ticket {
    pub(super) upload: Upload,
    pub(super) download_url: Url,
}

/// How the file is uploaded.
#[derive(Debug, Deserialize)]
pub(super) struct Upload {
    #[serde(default)]
    pub(super) method: String,
    pub(super) url: Url,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}
