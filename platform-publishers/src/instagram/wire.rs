//! The Graph API's JSON, as far as it is read.

use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: String,
    /// Where the bytes go, when the container waits for an upload.
    pub(super) uri: Option<Url>,
}

#[derive(Deserialize)]
pub(super) struct UploadStatus {
    video_status: Option<VideoStatus>,
}

#[derive(Deserialize)]
struct VideoStatus {
    uploading_phase: Option<UploadingPhase>,
}

#[derive(Deserialize)]
struct UploadingPhase {
    /// Seen in both spellings.
    #[serde(alias = "bytes_transfered")]
    bytes_transferred: Option<u64>,
}

impl UploadStatus {
    /// The bytes that are there.
    pub(super) fn arrived(&self) -> u64 {
        let phase = self.video_status.as_ref().and_then(|status| status.uploading_phase.as_ref());
        phase.and_then(|phase| phase.bytes_transferred).unwrap_or(0)
    }
}

#[derive(Deserialize)]
pub(super) struct ContainerStatus {
    #[serde(default)]
    status_code: String,
    #[serde(default)]
    status: String,
}

/// What a container says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ContainerState {
    InProgress,
    Finished,
    Published,
    Expired,
    /// With the text, which names a subcode.
    Failed(String),
    /// An undocumented word.
    Other(String),
}

impl ContainerStatus {
    pub(super) fn state(self) -> ContainerState {
        match self.status_code.as_str() {
            "IN_PROGRESS" => ContainerState::InProgress,
            "FINISHED" => ContainerState::Finished,
            "PUBLISHED" => ContainerState::Published,
            "EXPIRED" => ContainerState::Expired,
            "ERROR" => ContainerState::Failed(self.status),
            // Seen: the text without the code.
            "" if self.status.to_ascii_lowercase().starts_with("error") => ContainerState::Failed(self.status),
            _ => ContainerState::Other(self.status_code),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct Quota {
    pub(super) quota_usage: Option<u64>,
    pub(super) config: Option<QuotaConfig>,
}

#[derive(Deserialize)]
pub(super) struct QuotaConfig {
    pub(super) quota_total: Option<u64>,
    /// Seconds.
    pub(super) quota_duration: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct MediaItem {
    pub(super) id: String,
    pub(super) caption: Option<String>,
    pub(super) timestamp: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Permalink {
    pub(super) permalink: Option<Url>,
}

#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    pub(super) success: bool,
}
