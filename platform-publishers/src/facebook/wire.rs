//! The Pages API's JSON, as far as it is read.

use serde::{Deserialize, Serialize};
use url::Url;

/// The first answer of a video's upload. A classic upload has a session and offsets, a reel or
/// story an address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Started {
    pub(super) video_id: String,
    pub(super) upload_url: Option<Url>,
    pub(super) upload_session_id: Option<String>,
    #[serde(flatten)]
    pub(super) offsets: Option<Offsets>,
}

/// What of a classic upload is wanted next. Offsets are numbers written as texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offsets {
    pub(super) start_offset: String,
    pub(super) end_offset: String,
}

impl Offsets {
    /// The bytes that are wanted; `None` when all are there.
    pub(super) fn wanted(&self) -> Option<(u64, u64)> {
        let (start, end) = (self.start_offset.parse().ok()?, self.end_offset.parse().ok()?);
        (start < end).then_some((start, end))
    }
}

#[derive(Deserialize)]
pub(super) struct Finished {
    #[serde(default)]
    pub(super) success: bool,
    pub(super) post_id: Option<String>,
}

/// A post of the page.
#[derive(Deserialize)]
pub(super) struct PagePost {
    pub(super) id: String,
    pub(super) message: Option<String>,
    pub(super) created_time: Option<String>,
    pub(super) scheduled_publish_time: Option<i64>,
    pub(super) is_published: Option<bool>,
    pub(super) permalink_url: Option<Url>,
}

/// A story in the page's list.
#[derive(Deserialize)]
pub(super) struct Story {
    pub(super) post_id: Option<String>,
    pub(super) media_id: Option<String>,
    pub(super) url: Option<Url>,
}

#[derive(Deserialize)]
pub(super) struct Video {
    pub(super) status: Option<VideoStatus>,
    pub(super) published: Option<bool>,
    /// Without the host.
    pub(super) permalink_url: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct VideoStatus {
    #[serde(default)]
    pub(super) video_status: String,
    #[serde(default)]
    pub(super) uploading_phase: Phase,
    #[serde(default)]
    pub(super) processing_phase: Phase,
    #[serde(default)]
    pub(super) publishing_phase: Phase,
}

#[derive(Default, Deserialize)]
pub(super) struct Phase {
    #[serde(default)]
    status: String,
    #[serde(alias = "bytes_transferred")]
    pub(super) bytes_transfered: Option<u64>,
    error: Option<Trouble>,
    publish_status: Option<String>,
}

#[derive(Deserialize)]
struct Trouble {
    message: Option<String>,
}

impl Phase {
    pub(super) fn is_complete(&self) -> bool {
        self.status == "complete"
    }

    fn has_begun(&self) -> bool {
        !matches!(self.status.as_str(), "" | "not_started")
    }
}

/// What a video says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum VideoState {
    /// It is there, and its publishing was not requested.
    Waiting,
    /// It is being worked on.
    Working,
    Published,
    Scheduled,
    Draft,
    /// With what went wrong.
    Failed(String),
}

impl VideoStatus {
    pub(super) fn says_something(&self) -> bool {
        !self.video_status.is_empty() || !self.publishing_phase.status.is_empty()
    }

    pub(super) fn state(&self) -> VideoState {
        let phases = [&self.uploading_phase, &self.processing_phase, &self.publishing_phase];
        if let Some(phase) = phases.iter().find(|phase| phase.status == "error") {
            let message = phase.error.as_ref().and_then(|error| error.message.clone());
            return VideoState::Failed(message.unwrap_or_else(|| "it does not say why".to_owned()));
        }
        match (self.video_status.as_str(), self.publishing_phase.publish_status.as_deref()) {
            ("error" | "expired" | "upload_failed", _) => VideoState::Failed(self.video_status.clone()),
            (_, Some("scheduled")) => VideoState::Scheduled,
            (_, Some("draft")) => VideoState::Draft,
            _ if self.publishing_phase.is_complete() => VideoState::Published,
            _ if self.publishing_phase.has_begun() || self.processing_phase.has_begun() => VideoState::Working,
            // Older videos have no phases.
            ("ready", _) => VideoState::Published,
            ("processing", _) => VideoState::Working,
            _ => VideoState::Waiting,
        }
    }
}
