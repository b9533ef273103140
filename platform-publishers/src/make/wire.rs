//! The JSON object that a scenario gets, and what it may answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use social_core::clock::Timestamp;
use social_core::publish::{MediaRole, Placement, Poll, PostOptions, PostRef};
use url::Url;

#[derive(Serialize)]
pub(super) struct Handover<'a> {
    pub(super) idempotency_key: &'a str,
    pub(super) timestamp: String,
    pub(super) placement: &'a Placement,
    pub(super) text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<&'a Url>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) languages: &'a [String],
    pub(super) ai_generated: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) media: Vec<File<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) thread: Vec<Part<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_comment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publish_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) poll: Option<&'a Poll>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quote: Option<&'a PostRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply_to: Option<&'a PostRef>,
    #[serde(skip_serializing_if = "PostOptions::is_empty")]
    pub(super) options: &'a PostOptions,
}

#[derive(Serialize)]
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) media: Vec<File<'a>>,
}

#[derive(Serialize)]
pub(super) struct File<'a> {
    pub(super) url: Url,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alt_text: Option<&'a str>,
    pub(super) role: MediaRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
}

/// What a scenario may answer with a success status.
#[derive(Deserialize)]
pub(super) struct Complaint {
    pub(super) error: Value,
}
