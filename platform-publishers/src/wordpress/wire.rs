//! WordPress's JSON, as far as it is written and read.

use serde::{Deserialize, Serialize};
use social_core::publish::ReceiptState;
use url::Url;

/// An unpublished article.
#[derive(Serialize)]
pub(super) struct NewDraft<'a> {
    pub(super) title: &'a str,
    pub(super) content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) excerpt: Option<&'a str>,
    pub(super) status: &'static str,
    pub(super) slug: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) categories: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) featured_media: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment_status: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) sticky: bool,
}

/// What shows it. The date is UTC; without a zone, as WordPress writes it.
#[derive(Serialize)]
pub(super) struct Change<'a> {
    pub(super) status: &'static str,
    pub(super) slug: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_gmt: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Article {
    pub(super) id: u64,
    pub(super) status: String,
    pub(super) slug: String,
    pub(super) link: Option<Url>,
}

impl Article {
    pub(super) fn state(&self) -> ReceiptState {
        match self.status.as_str() {
            "publish" => ReceiptState::Published,
            "future" => ReceiptState::Scheduled,
            "trash" => ReceiptState::Deleted,
            // Drafts, what waits for a review, what only editors see.
            _ => ReceiptState::Draft,
        }
    }
}

/// A file of the site.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) id: u64,
    pub(super) source_url: Url,
}

#[derive(Deserialize)]
pub(super) struct Term {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) name: String,
}

#[derive(Serialize)]
pub(super) struct NewTerm<'a> {
    pub(super) name: &'a str,
}

/// The account of the credentials.
#[derive(Deserialize)]
pub(super) struct User {
    #[serde(rename = "id")]
    _id: u64,
    #[serde(default)]
    pub(super) capabilities: std::collections::BTreeMap<String, bool>,
}
