//! The JSON of the interface, as far as it is used here.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::{PostRole, RemotePost};
use url::Url;

use super::options::{QuotePolicy, Visibility};

#[derive(Serialize)]
pub(super) struct NewStatus<'a> {
    pub(super) status: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) media_ids: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) poll: Option<NewPoll<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) in_reply_to_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quoted_status_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quote_approval_policy: Option<QuotePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sensitive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) spoiler_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) visibility: Option<Visibility>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scheduled_at: Option<Timestamp>,
}

#[derive(Serialize)]
pub(super) struct NewPoll<'a> {
    pub(super) options: &'a [String],
    /// Seconds.
    pub(super) expires_in: u64,
    pub(super) multiple: bool,
    pub(super) hide_totals: bool,
}

/// A post, or one that waits for its time: the two have the id in common.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    pub(super) in_reply_to_id: Option<String>,
    #[serde(default)]
    pub(super) media_attachments: Vec<MediaAttachment>,
    #[serde(default)]
    scheduled_at: Option<String>,
    #[serde(default)]
    pub(super) params: ScheduledParams,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ScheduledParams {
    pub(super) text: Option<String>,
}

impl Status {
    /// When it was made.
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.created_at.as_deref()?.parse().ok()
    }

    /// When it will be made.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.scheduled_at.as_deref()?.parse().ok()
    }

    pub(super) fn remote(&self, role: PostRole) -> RemotePost {
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        RemotePost::new(&self.id, role).with_url(url)
    }
}

/// The text as it was sent.
#[derive(Deserialize)]
pub(super) struct StatusSource {
    pub(super) text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MediaAttachment {
    pub(super) id: String,
    /// Missing while the file is being processed.
    #[serde(default)]
    pub(super) url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Profile {
    pub(super) id: String,
    pub(super) acct: String,
    #[serde(default)]
    pub(super) suspended: bool,
}

#[derive(Deserialize)]
pub(super) struct Application {
    #[serde(default)]
    pub(super) scopes: Vec<String>,
}
