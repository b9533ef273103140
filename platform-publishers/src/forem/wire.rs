//! A Forem's JSON, as far as it is written and read.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::ReceiptState;
use url::Url;

/// Forgotten, the request is refused.
#[derive(Serialize)]
pub(super) struct Wrapped<T> {
    pub(super) article: T,
}

/// An unpublished article.
#[derive(Serialize)]
pub(super) struct NewDraft<'a> {
    pub(super) title: &'a str,
    pub(super) body_markdown: &'a str,
    pub(super) published: bool,
    /// A list: a text would be dropped in silence.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) series: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) canonical_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) organization_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) main_image: Option<&'a str>,
}

/// What shows it, or hides it.
#[derive(Serialize)]
pub(super) struct Change {
    pub(super) published: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) published_at: Option<Timestamp>,
}

/// What was made or changed.
#[derive(Deserialize)]
pub(super) struct Made {
    pub(super) id: u64,
    pub(super) url: Option<Url>,
    pub(super) published_at: Option<Timestamp>,
}

/// One of the account's articles.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) body_markdown: String,
    #[serde(default)]
    pub(super) published: bool,
    pub(super) published_at: Option<Timestamp>,
    pub(super) url: Option<Url>,
}

impl Listed {
    pub(super) fn state(&self, now: Timestamp) -> ReceiptState {
        if self.published { shown(self.published_at, now) } else { ReceiptState::Draft }
    }

    /// Whether it is an article of this title and text: a Forem replaces some signs in titles.
    pub(super) fn is(&self, title: &str, text: &str) -> bool {
        let letters = |text: &str| text.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>();
        letters(&self.title) == letters(title) && self.body_markdown.split_whitespace().eq(text.split_whitespace())
    }
}

/// The state of an article that is published, or will be at this time.
pub(super) fn shown(at: Option<Timestamp>, now: Timestamp) -> ReceiptState {
    if at.is_some_and(|at| at > now) { ReceiptState::Scheduled } else { ReceiptState::Published }
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) username: String,
}
