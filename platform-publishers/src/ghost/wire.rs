//! Ghost's JSON, as far as it is written and read.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::ReceiptState;
use url::Url;

use super::options::Visibility;

/// Articles stand in a list, also one alone.
#[derive(Serialize)]
pub(super) struct One<T> {
    pub(super) posts: [T; 1],
}

/// An unpublished article.
#[derive(Serialize)]
pub(super) struct NewDraft<'a> {
    pub(super) title: &'a str,
    pub(super) html: String,
    pub(super) status: &'static str,
    pub(super) slug: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_excerpt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) canonical_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) visibility: Option<Visibility>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) featured: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) email_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) feature_image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) feature_image_alt: Option<&'a str>,
}

/// What shows it.
#[derive(Serialize)]
pub(super) struct Change<'a> {
    /// As it was read: Ghost refuses another one.
    pub(super) updated_at: &'a str,
    pub(super) status: &'static str,
    pub(super) slug: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) published_at: Option<Timestamp>,
}

#[derive(Deserialize)]
pub(super) struct Articles {
    pub(super) posts: Vec<Article>,
}

#[derive(Deserialize)]
pub(super) struct Article {
    pub(super) id: String,
    pub(super) slug: String,
    pub(super) status: String,
    pub(super) url: Option<Url>,
    pub(super) updated_at: String,
    pub(super) email: Option<Email>,
}

/// The newsletter that went out with it.
#[derive(Deserialize)]
pub(super) struct Email {
    #[serde(default)]
    pub(super) status: String,
}

impl Article {
    pub(super) fn state(&self) -> ReceiptState {
        match self.status.as_str() {
            // Mailed, without a page.
            "published" | "sent" => ReceiptState::Published,
            "scheduled" => ReceiptState::Scheduled,
            _ => ReceiptState::Draft,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Images {
    pub(super) images: Vec<Image>,
}

#[derive(Deserialize)]
pub(super) struct Image {
    pub(super) url: Url,
}
