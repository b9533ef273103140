//! LinkedIn's JSON, as far as it is used here.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use url::Url;

use super::little::LittleText;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPost {
    pub(super) author: String,
    pub(super) commentary: LittleText,
    pub(super) visibility: &'static str,
    pub(super) distribution: Distribution,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Content>,
    pub(super) lifecycle_state: &'static str,
    pub(super) is_reshare_disabled_by_author: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Distribution {
    feed_distribution: &'static str,
    target_entities: [(); 0],
    third_party_distribution_channels: [(); 0],
}

impl Distribution {
    pub(super) const FEED: Self =
        Self { feed_distribution: "MAIN_FEED", target_entities: [], third_party_distribution_channels: [] };
}

/// One kind of content stands in a post.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum Content {
    Media(MediaContent),
    MultiImage {
        images: Vec<MediaContent>,
    },
    Article {
        source: Url,
        title: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        thumbnail: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        thumbnail_alt_text: Option<String>,
    },
    Poll {
        question: String,
        options: Vec<PollOption>,
        settings: PollSettings,
    },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MediaContent {
    /// The URN of an image, a video or a document.
    pub(super) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alt_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct PollOption {
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PollSettings {
    pub(super) duration: &'static str,
}

#[derive(Serialize)]
pub(super) struct NewComment<'a> {
    pub(super) actor: &'a str,
    pub(super) object: &'a str,
    pub(super) message: CommentText,
}

/// Plain: a backslash would be shown.
#[derive(Serialize, Deserialize)]
pub(super) struct CommentText {
    pub(super) text: String,
}

/// What an action answers.
#[derive(Deserialize)]
pub(super) struct Value<T> {
    pub(super) value: T,
}

/// Where an image or a document is sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileUpload {
    pub(super) upload_url: Url,
    #[serde(alias = "image", alias = "document")]
    pub(super) urn: String,
}

/// Where the parts of a video are sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VideoUpload {
    pub(super) video: String,
    /// Often empty, and wanted back all the same.
    #[serde(default)]
    pub(super) upload_token: String,
    pub(super) upload_instructions: Vec<Part>,
    /// Milliseconds.
    pub(super) upload_urls_expire_at: Option<i64>,
}

/// A part of a video. Its last byte is inclusive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    pub(super) upload_url: Url,
    pub(super) first_byte: u64,
    pub(super) last_byte: u64,
}

/// What a file says about itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileState {
    #[serde(default)]
    pub(super) status: String,
    pub(super) processing_failure_reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Elements<T> {
    pub(super) elements: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedPost {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) author: String,
    #[serde(default)]
    pub(super) commentary: String,
    #[serde(default)]
    pub(super) lifecycle_state: String,
    published_at: Option<i64>,
    created_at: Option<i64>,
}

impl ListedPost {
    pub(super) fn at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.published_at.or(self.created_at)?).ok()
    }
}

#[derive(Deserialize)]
pub(super) struct Comment {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) actor: String,
    pub(super) message: Option<CommentText>,
    pub(super) created: Option<Moment>,
}

#[derive(Deserialize)]
pub(super) struct Moment {
    time: i64,
}

impl Moment {
    pub(super) fn at(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.time).ok()
    }
}

/// What a person may do for an organization.
#[derive(Deserialize)]
pub(super) struct Role {
    /// A row may name no organization.
    #[serde(alias = "organizationalTarget", alias = "organizationTarget")]
    pub(super) organization: Option<String>,
    #[serde(default)]
    pub(super) role: String,
    #[serde(default)]
    pub(super) state: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrganizationName {
    pub(super) localized_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct UserInfo {
    pub(super) sub: String,
}
