//! The Graph API's JSON, as far as it is read.

use serde::Deserialize;
use social_core::clock::Timestamp;
use url::Url;

#[derive(Deserialize)]
pub(crate) struct Created {
    pub(crate) id: String,
    /// Where the bytes go, when the container waits for an upload.
    pub(crate) uri: Option<Url>,
}

#[derive(Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    pub(crate) success: bool,
}

#[derive(Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) data: Vec<T>,
}

#[derive(Deserialize)]
pub(crate) struct Quota {
    pub(crate) quota_usage: Option<u64>,
    pub(crate) config: Option<QuotaConfig>,
    pub(crate) reply_quota_usage: Option<u64>,
    pub(crate) reply_config: Option<QuotaConfig>,
}

#[derive(Clone, Copy, Deserialize)]
pub(crate) struct QuotaConfig {
    pub(crate) quota_total: Option<u64>,
    /// Seconds.
    pub(crate) quota_duration: Option<u64>,
}

/// A post in the account's list.
#[derive(Deserialize)]
pub(crate) struct Listed {
    pub(crate) id: String,
    #[serde(alias = "caption")]
    pub(crate) text: Option<String>,
    pub(crate) timestamp: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Permalink {
    pub(crate) permalink: Option<Url>,
}

#[derive(Deserialize)]
pub(crate) struct ContainerStatus {
    #[serde(default)]
    status_code: String,
    #[serde(default)]
    status: String,
    error_message: Option<String>,
}

#[cfg(feature = "instagram")]
#[derive(Deserialize)]
pub(crate) struct UploadStatus {
    video_status: Option<VideoStatus>,
}

#[cfg(feature = "instagram")]
#[derive(Deserialize)]
struct VideoStatus {
    uploading_phase: Option<UploadingPhase>,
}

#[cfg(feature = "instagram")]
#[derive(Deserialize)]
struct UploadingPhase {
    /// Seen in both spellings.
    #[serde(alias = "bytes_transfered")]
    bytes_transferred: Option<u64>,
}

#[cfg(feature = "instagram")]
impl UploadStatus {
    pub(super) fn arrived(&self) -> u64 {
        let phase = self.video_status.as_ref().and_then(|status| status.uploading_phase.as_ref());
        phase.and_then(|phase| phase.bytes_transferred).unwrap_or(0)
    }
}

/// What a container says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ContainerState {
    InProgress,
    Finished,
    Published,
    Expired,
    /// With the text, which may name a subcode.
    Failed(String),
    /// An undocumented word.
    Other(String),
}

impl ContainerStatus {
    /// Instagram has the word in `status_code` and a text in `status`, Threads the word in `status`
    /// and a text in `error_message`.
    pub(crate) fn state(self) -> ContainerState {
        let (word, text) = match self.status_code.as_str() {
            "" => (self.status.clone(), self.error_message.unwrap_or(self.status)),
            _ => (self.status_code, self.status),
        };
        match word.as_str() {
            "IN_PROGRESS" => ContainerState::InProgress,
            "FINISHED" => ContainerState::Finished,
            "PUBLISHED" => ContainerState::Published,
            "EXPIRED" => ContainerState::Expired,
            "ERROR" => ContainerState::Failed(text),
            // Seen on Instagram: the text without the word.
            _ if word.to_ascii_lowercase().starts_with("error") => ContainerState::Failed(word),
            _ => ContainerState::Other(word),
        }
    }
}

/// Graph times look like `2021-08-13T08:25:28+0000`.
pub(crate) fn parse_time(text: &str) -> Option<Timestamp> {
    let (time, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    format!("{time}:{minutes}").parse().ok()
}
