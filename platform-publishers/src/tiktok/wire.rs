//! The Content Posting API's JSON, as far as it is used.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use url::Url;

/// What every answer says of itself. Only `ok` is a success, whatever the status.
#[derive(Deserialize)]
pub(super) struct Envelope {
    pub(super) error: Option<Verdict>,
}

#[derive(Deserialize)]
pub(super) struct Verdict {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: String,
    pub(super) log_id: Option<String>,
}

impl Verdict {
    pub(super) fn is_ok(&self) -> bool {
        self.code == "ok"
    }
}

#[derive(Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
}

/// What the account allows at the moment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct CreatorInfo {
    pub(super) creator_username: Option<String>,
    pub(super) privacy_level_options: Vec<String>,
    pub(super) comment_disabled: bool,
    pub(super) duet_disabled: bool,
    pub(super) stitch_disabled: bool,
    pub(super) max_video_post_duration_sec: Option<u64>,
}

/// The answer to `init`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Begun {
    pub(super) publish_id: String,
    /// Where the bytes go, unless TikTok fetches them.
    pub(super) upload_url: Option<Url>,
}

/// What TikTok says of a `publish_id`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Status {
    #[serde(default)]
    pub(super) status: String,
    pub(super) fail_reason: Option<String>,
    #[serde(default)]
    pub(super) uploaded_bytes: u64,
    /// Of public posts, when moderation has ended. The word is spelt like this.
    #[serde(default, alias = "publicly_available_post_id", deserialize_with = "ids")]
    pub(super) publicaly_available_post_id: Vec<String>,
}

/// Ids are numbers beyond 2^53, one alone or a list of them.
fn ids<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let id = |value: &Value| match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    Ok(match Value::deserialize(from)? {
        Value::Array(values) => values.iter().filter_map(id).collect(),
        value => id(&value).into_iter().collect(),
    })
}

/// How far a post is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PostState {
    /// Bytes are missing, or the file is being worked on.
    Uploading,
    /// TikTok fetches the files.
    Downloading,
    /// A draft was delivered.
    Inbox,
    Complete,
    /// With TikTok's reason.
    Failed(String),
    /// An undocumented word.
    Other,
}

impl Status {
    pub(super) fn state(&self) -> PostState {
        match self.status.as_str() {
            "PROCESSING_UPLOAD" => PostState::Uploading,
            "PROCESSING_DOWNLOAD" => PostState::Downloading,
            "SEND_TO_USER_INBOX" => PostState::Inbox,
            "PUBLISH_COMPLETE" => PostState::Complete,
            "FAILED" => PostState::Failed(self.fail_reason.clone().unwrap_or_else(|| "it does not say why".to_owned())),
            _ => PostState::Other,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Videos {
    pub(super) videos: Vec<Video>,
    #[serde(default)]
    pub(super) has_more: bool,
}

/// A post in the account's list.
#[derive(Deserialize)]
pub(super) struct Video {
    pub(super) id: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) video_description: String,
    /// Unix seconds.
    pub(super) create_time: Option<i64>,
    pub(super) share_url: Option<Url>,
}
