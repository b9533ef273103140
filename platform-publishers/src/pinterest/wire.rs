//! Pinterest's JSON, as far as it is used here.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use url::Url;

#[derive(Debug, Serialize)]
pub(super) struct NewPin {
    pub(super) board_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) board_section_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alt_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dominant_color: Option<String>,
    pub(super) media_source: MediaSource,
}

/// What a pin shows.
#[derive(Debug, Serialize)]
#[serde(tag = "source_type", rename_all = "snake_case")]
pub(super) enum MediaSource {
    ImageUrl(ImageUrl),
    ImageBase64(ImageData),
    MultipleImageUrls { items: Vec<ImageUrl> },
    MultipleImageBase64 { items: Vec<ImageData> },
    VideoId(VideoSource),
}

#[derive(Debug, Serialize)]
pub(super) struct ImageUrl {
    pub(super) url: Url,
}

#[derive(Serialize)]
pub(super) struct ImageData {
    pub(super) content_type: &'static str,
    /// Base64.
    pub(super) data: String,
}

impl std::fmt::Debug for ImageData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImageData({}, {} characters)", self.content_type, self.data.len())
    }
}

/// One of the covers is required.
#[derive(Debug, Serialize)]
pub(super) struct VideoSource {
    pub(super) media_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cover_image_url: Option<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cover_image_content_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cover_image_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cover_image_key_frame_time: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct NewBoard<'a> {
    pub(super) name: &'a str,
    pub(super) privacy: &'static str,
}

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Items<T> {
    pub(super) items: Vec<T>,
    /// What names the next page.
    pub(super) bookmark: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Board {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) privacy: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Pin {
    pub(super) id: String,
    #[serde(default)]
    pub(super) board_id: Option<String>,
    title: Option<String>,
    description: Option<String>,
    pub(super) link: Option<String>,
    created_at: Option<String>,
}

impl Pin {
    /// By which it is known.
    pub(super) fn words(&self) -> String {
        words(self.title.as_deref(), self.description.as_deref())
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        let text = self.created_at.as_deref()?;
        // An offset may be missing; times are in UTC.
        text.parse().or_else(|_| format!("{text}Z").parse()).ok()
    }
}

pub(super) fn words(title: Option<&str>, description: Option<&str>) -> String {
    format!("{} {}", title.unwrap_or_default(), description.unwrap_or_default())
}

/// Where a video is sent.
#[derive(Deserialize)]
pub(super) struct Registered {
    pub(super) media_id: String,
    pub(super) upload_url: Url,
    /// Signed: not to be kept.
    #[serde(default)]
    pub(super) upload_parameters: BTreeMap<String, Parameter>,
}

/// A field of the form that sends a video.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Parameter {
    Text(SecretString),
    /// What is not known here.
    Other(IgnoredAny),
}

#[derive(Deserialize)]
pub(super) struct MediaState {
    pub(super) status: String,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) username: Option<String>,
}
