//! YouTube's JSON, as far as it is written and read.

use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::clock::Timestamp;
use social_core::publish::Post;

use super::options::{License, Privacy, YouTubeOptions};

/// A video to be made.
#[derive(Serialize)]
pub(super) struct NewVideo<'a> {
    snippet: NewSnippet<'a>,
    status: NewStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewSnippet<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_language: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewStatus {
    privacy_status: Privacy,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_declared_made_for_kids: Option<bool>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    contains_synthetic_media: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<License>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embeddable: Option<bool>,
}

impl<'a> NewVideo<'a> {
    pub(super) fn of(post: &'a Post) -> Result<Self> {
        let options = post.options.get::<YouTubeOptions>()?.unwrap_or_default();
        let snippet = NewSnippet {
            title: post.title.as_deref().unwrap_or_default(),
            description: &post.text,
            tags: options.tags,
            category_id: options.category,
            default_language: post.languages.first().map(String::as_str),
        };
        // A video that waits for its time is private until then.
        let privacy = if post.publish_at.is_some() { Privacy::Private } else { options.privacy.unwrap_or_default() };
        let status = NewStatus {
            privacy_status: privacy,
            publish_at: post.publish_at,
            self_declared_made_for_kids: options.made_for_kids,
            contains_synthetic_media: post.ai_generated,
            license: options.license,
            embeddable: options.embeddable,
        };
        Ok(Self { snippet, status })
    }

    pub(super) const fn privacy(&self) -> Privacy {
        self.status.privacy_status
    }
}

/// A list. YouTube leaves out the items of an empty one.
#[derive(Deserialize)]
pub(super) struct List<T> {
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(default = "Vec::new")]
    pub(super) items: Vec<T>,
    #[serde(rename = "nextPageToken")]
    pub(super) next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Video {
    pub(super) id: String,
    pub(super) snippet: Option<Snippet>,
    pub(super) status: Option<Status>,
    pub(super) processing_details: Option<Processing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snippet {
    pub(super) channel_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    pub(super) upload_status: Option<String>,
    pub(super) privacy_status: Option<String>,
    pub(super) publish_at: Option<String>,
    failure_reason: Option<String>,
    rejection_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Processing {
    processing_status: Option<String>,
    processing_failure_reason: Option<String>,
    processing_progress: Option<Progress>,
}

/// Numbers written as texts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Progress {
    parts_total: Option<String>,
    parts_processed: Option<String>,
}

/// What a video says about itself.
#[derive(Debug, PartialEq)]
pub(super) enum VideoState {
    /// It is being processed: this part of it is, where YouTube says.
    Processing(Option<f32>),
    Public,
    Unlisted,
    Private,
    /// It becomes public at its publish time.
    Scheduled,
    /// With YouTube's reason.
    Rejected(String),
    Deleted,
}

impl Video {
    pub(super) fn state(&self) -> VideoState {
        let Some(status) = &self.status else { return VideoState::Processing(None) };
        let details = self.processing_details.as_ref();
        let processing = details.and_then(|details| details.processing_status.as_deref());
        let why = |reason: Option<&String>| {
            VideoState::Rejected(reason.cloned().unwrap_or_else(|| "YouTube does not say why".to_owned()))
        };
        match (status.upload_status.as_deref(), processing) {
            (Some("deleted"), _) => VideoState::Deleted,
            (Some("failed"), _) => why(status.failure_reason.as_ref()),
            (Some("rejected"), _) => why(status.rejection_reason.as_ref()),
            (_, Some("failed")) => why(details.and_then(|details| details.processing_failure_reason.as_ref())),
            (_, Some("terminated")) => VideoState::Rejected("processing was terminated".to_owned()),
            (Some("processed"), _) | (_, Some("succeeded")) => match status.privacy_status.as_deref() {
                Some("private") if status.publish_at.is_some() => VideoState::Scheduled,
                Some("private") => VideoState::Private,
                Some("unlisted") => VideoState::Unlisted,
                Some("public") => VideoState::Public,
                // A word of tomorrow does not say that people see it.
                _ => VideoState::Processing(None),
            },
            _ => VideoState::Processing(details.and_then(Processing::fraction)),
        }
    }
}

impl Processing {
    fn fraction(&self) -> Option<f32> {
        let progress = self.processing_progress.as_ref()?;
        let number = |text: &Option<String>| text.as_ref()?.parse::<f32>().ok();
        let (total, done) = (number(&progress.parts_total)?, number(&progress.parts_processed)?);
        (total > 0.0).then(|| (done / total).clamp(0.0, 1.0))
    }
}

/// A channel of the token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) status: Option<ChannelStatus>,
    pub(super) content_details: Option<ChannelContent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelStatus {
    pub(super) is_linked: Option<bool>,
    pub(super) long_uploads_status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelContent {
    pub(super) related_playlists: RelatedPlaylists,
}

#[derive(Deserialize)]
pub(super) struct RelatedPlaylists {
    pub(super) uploads: String,
}

/// A video in a playlist.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlaylistItem {
    pub(super) snippet: Option<ItemSnippet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemSnippet {
    #[serde(default)]
    pub(super) channel_id: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) published_at: Option<Timestamp>,
    pub(super) resource_id: Option<ResourceId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceId {
    kind: String,
    pub(super) video_id: String,
}

impl ResourceId {
    pub(super) fn of_video(id: &str) -> Self {
        Self { kind: "youtube#video".to_owned(), video_id: id.to_owned() }
    }
}

#[derive(Serialize)]
pub(super) struct NewItem<'a> {
    pub(super) snippet: NewItemSnippet<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewItemSnippet<'a> {
    pub(super) playlist_id: &'a str,
    pub(super) resource_id: ResourceId,
}

#[derive(Serialize)]
pub(super) struct NewCaptions<'a> {
    pub(super) snippet: NewCaptionSnippet<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewCaptionSnippet<'a> {
    pub(super) video_id: &'a str,
    pub(super) language: &'a str,
    /// A video has one track of a language and name.
    pub(super) name: &'a str,
}

/// Something that was made.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: String,
}
