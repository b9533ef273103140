//! The files of a post.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::media::{Media, MediaInfo, Memo, Readings};

/// What an attachment is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaRole {
    /// It is shown.
    #[default]
    Content,
    /// It stands for a video until it plays.
    Cover,
    /// Captions of a video.
    Captions,
}

impl MediaRole {
    fn is_content(&self) -> bool {
        *self == Self::Content
    }
}

/// A file of a post.
///
/// What is read from the file is read once: its clones share what they know of it, for as long as
/// the file is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attachment {
    /// The file.
    pub media: Media,
    /// What it shows, for people who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "MediaRole::is_content")]
    pub role: MediaRole,
    /// The language of captions as a BCP 47 tag; the post's first language when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip)]
    memo: Memo,
}

impl Attachment {
    /// A file that is shown.
    #[must_use]
    pub fn new(media: Media) -> Self {
        Self { media, alt_text: None, role: MediaRole::Content, language: None, memo: Memo::default() }
    }

    /// Describes what it shows.
    #[must_use]
    pub fn with_alt_text(mut self, text: impl Into<String>) -> Self {
        self.alt_text = Some(text.into());
        self
    }

    /// Says what it is for.
    #[must_use]
    pub const fn with_role(mut self, role: MediaRole) -> Self {
        self.role = role;
        self
    }

    /// Names the language of captions.
    #[must_use]
    pub fn with_language(mut self, tag: impl Into<String>) -> Self {
        self.language = Some(tag.into());
        self
    }

    /// What the bytes say, read once.
    ///
    /// # Errors
    /// As [`Media::info`].
    pub async fn info(&self) -> Result<MediaInfo> {
        self.memo.info(&self.media).await
    }

    /// The SHA-256 of the bytes, read once.
    ///
    /// # Errors
    /// As [`Media::sha256`].
    pub async fn sha256(&self) -> Result<String> {
        self.memo.sha256(&self.media).await
    }

    /// How often the file was read for its facts and for its digest.
    pub async fn readings(&self) -> Readings {
        self.memo.readings().await
    }
}
