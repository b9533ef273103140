//! The JSON of the interface, as far as it is used here.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;

/// An answer: data, errors, or both.
#[derive(Deserialize)]
pub(super) struct Answer<T> {
    #[serde(default = "none")]
    pub(super) data: Option<T>,
    #[serde(default)]
    pub(super) errors: Vec<Problem>,
    #[serde(default)]
    pub(super) meta: Meta,
}

fn none<T>() -> Option<T> {
    None
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    pub(super) result_count: Option<u64>,
    pub(super) next_token: Option<String>,
}

/// Something that is wrong, as a problem or in the older form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Problem {
    title: Option<String>,
    detail: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    resource_id: Option<String>,
    message: Option<String>,
    code: Option<u32>,
}

impl Problem {
    pub(super) fn text(&self) -> Option<&str> {
        self.detail.as_deref().or(self.message.as_deref()).or(self.title.as_deref()).filter(|text| !text.is_empty())
    }

    /// The last word of the problem's address, or the number of the older form.
    pub(super) fn code(&self) -> Option<String> {
        let word = self.kind.as_deref().and_then(|kind| kind.split_once("/problems/")).map(|(_, word)| word.to_owned());
        word.or_else(|| self.code.map(|code| code.to_string()))
    }

    pub(super) fn is_not_found(&self) -> bool {
        self.code().as_deref() == Some("resource-not-found")
    }

    pub(super) fn is_about(&self, id: &str) -> bool {
        self.resource_id.as_deref() == Some(id)
    }
}

#[derive(Serialize)]
pub(super) struct NewPost<'a> {
    /// Sent also when it is empty: without it X refuses the post.
    pub(super) text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media: Option<NewMedia<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) poll: Option<NewPoll<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<NewReply<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quote_tweet_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply_settings: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) community_id: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) made_with_ai: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) paid_partnership: bool,
}

#[derive(Serialize)]
pub(super) struct NewMedia<'a> {
    pub(super) media_ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) tagged_user_ids: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) preview_media_id: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct NewPoll<'a> {
    pub(super) options: &'a [String],
    pub(super) duration_minutes: u64,
}

#[derive(Serialize)]
pub(super) struct NewReply<'a> {
    pub(super) in_reply_to_tweet_id: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct Deleted {
    pub(super) deleted: bool,
}

/// A post in a list. The documents and the specification name some fields differently.
#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    pub(super) conversation_id: Option<String>,
    #[serde(default)]
    pub(super) entities: Entities,
    #[serde(default)]
    attachments: Attachments,
    #[serde(default, alias = "note_post")]
    pub(super) note_tweet: Option<Note>,
}

impl Listed {
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.created_at.as_deref()?.parse().ok()
    }

    pub(super) fn media_keys(&self) -> &[String] {
        self.attachments.media_keys.as_deref().unwrap_or_default()
    }
}

/// The whole of a text that is too long for the list.
#[derive(Deserialize)]
pub(super) struct Note {
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) entities: Entities,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entities {
    urls: Option<Vec<ShortLink>>,
}

impl Entities {
    pub(super) fn links(&self) -> &[ShortLink] {
        self.urls.as_deref().unwrap_or_default()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ShortLink {
    pub(super) url: Option<String>,
    pub(super) expanded_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attachments {
    media_keys: Option<Vec<String>>,
}

#[derive(Deserialize)]
pub(super) struct Profile {
    pub(super) id: String,
    pub(super) username: String,
    #[serde(default)]
    pub(super) protected: bool,
    #[serde(default)]
    pub(super) subscription_type: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Initialize {
    pub(super) media_type: &'static str,
    pub(super) total_bytes: u64,
    pub(super) media_category: &'static str,
}

/// A file on X, while it is uploaded and afterwards.
#[derive(Deserialize)]
pub(super) struct UploadState {
    pub(super) id: String,
    #[serde(default)]
    pub(super) media_key: Option<String>,
    #[serde(default)]
    pub(super) expires_after_secs: Option<u64>,
    /// Missing where the file is ready.
    #[serde(default)]
    pub(super) processing_info: Option<Processing>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Processing {
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) check_after_secs: Option<u64>,
    #[serde(default)]
    pub(super) progress_percent: Option<u32>,
    #[serde(default)]
    pub(super) error: Option<ProcessingError>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ProcessingError {
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
}

#[derive(Serialize)]
pub(super) struct NewMetadata<'a> {
    pub(super) id: &'a str,
    pub(super) metadata: Metadata<'a>,
}

#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) alt_text: Option<AltText<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sensitive_media_warning: Option<Warnings>,
}

#[derive(Serialize)]
pub(super) struct AltText<'a> {
    pub(super) text: &'a str,
}

#[derive(Serialize)]
pub(super) struct Warnings {
    pub(super) adult_content: bool,
    pub(super) graphic_violence: bool,
    pub(super) other: bool,
}

#[derive(Serialize)]
pub(super) struct NewCaptions<'a> {
    pub(super) id: &'a str,
    /// In capitals here, unlike everywhere else.
    pub(super) media_category: &'static str,
    pub(super) subtitles: Subtitles<'a>,
}

#[derive(Serialize)]
pub(super) struct Subtitles<'a> {
    pub(super) id: &'a str,
    pub(super) language_code: &'a str,
    pub(super) display_name: &'a str,
}
