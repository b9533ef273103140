use serde::{Deserialize, Serialize};
use url::Url;

use crate::Platform;
use crate::clock::Timestamp;

/// What became of a post that the platform took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceiptState {
    /// It is live.
    Published,
    /// The platform took it and still works on it.
    Processing,
    /// Somebody else's automation took it; whether it is live cannot be known from here.
    HandedOver,
    /// It waits for its time on the platform.
    Scheduled,
    /// It lies in the person's drafts or inbox there.
    Draft,
}

/// The proof of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Where it went.
    pub platform: Platform,
    /// The platform's id of the post.
    pub id: String,
    /// Its public page, when the platform told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
    /// What became of it.
    pub state: ReceiptState,
    /// When the platform took it.
    pub at: Timestamp,
    /// What is different from what one may expect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Receipt {
    /// A receipt.
    #[must_use]
    pub fn new(platform: Platform, id: impl Into<String>, state: ReceiptState, at: Timestamp) -> Self {
        Self { platform, id: id.into(), url: None, state, at, warnings: Vec::new() }
    }

    /// Adds the public page.
    #[must_use]
    pub fn with_url(mut self, url: Option<Url>) -> Self {
        self.url = url;
        self
    }

    /// Adds a warning.
    #[must_use]
    pub fn with_warning(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }
}
