use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{Error, Result};
use crate::media::Media;

/// Where on a platform a post stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Placement {
    /// The ordinary feed.
    #[default]
    Feed,
    /// Several images or videos to swipe through.
    Carousel,
    /// A vertical short video.
    Reel,
    /// A vertical image or video that disappears after a day.
    Story,
    /// A short video on a video platform.
    Short,
    /// A long video.
    Video,
    /// A long text.
    Article,
    /// A message to a list or channel.
    Message,
}

impl Placement {
    /// Every placement.
    pub const ALL: [Self; 8] =
        [Self::Feed, Self::Carousel, Self::Reel, Self::Story, Self::Short, Self::Video, Self::Article, Self::Message];

    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Carousel => "carousel",
            Self::Reel => "reel",
            Self::Story => "story",
            Self::Short => "short",
            Self::Video => "video",
            Self::Article => "article",
            Self::Message => "message",
        }
    }
}

impl std::str::FromStr for Placement {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|placement| placement.as_str() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|placement| placement.as_str()).collect();
            Error::invalid("placement", format!("`{name}` is no placement; there are {}", known.join(", ")))
        })
    }
}

impl std::fmt::Display for Placement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// A file of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attachment {
    /// The file.
    pub media: Media,
    /// What it shows, for people who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub role: MediaRole,
}

impl Attachment {
    /// A file that is shown.
    #[must_use]
    pub const fn new(media: Media) -> Self {
        Self { media, alt_text: None, role: MediaRole::Content }
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
}

/// One post as it goes to one placement. Not yet approved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Post {
    /// Where it stands.
    #[serde(default)]
    pub placement: Placement,
    /// The text, hashtags and links included.
    #[serde(default)]
    pub text: String,
    /// The title, where the platform has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A link that is shown as a card or button rather than in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// Images, videos, covers and captions, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The text's languages as BCP 47 tags, for instance `de-AT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// A model made its images, video or text; platforms that ask are told.
    #[serde(default)]
    pub ai_generated: bool,
}

impl Post {
    /// A post of this text in the feed.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Puts it elsewhere.
    #[must_use]
    pub fn with_placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// Gives it a title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Shows a link as a card.
    #[must_use]
    pub fn with_link(mut self, link: Url) -> Self {
        self.link = Some(link);
        self
    }

    /// Names a language of the text.
    #[must_use]
    pub fn with_language(mut self, language: impl Into<String>) -> Self {
        self.languages.push(language.into());
        self
    }

    /// The attachments that are shown, with their place in the list.
    pub fn content(&self) -> impl Iterator<Item = (usize, &Attachment)> {
        self.attachments.iter().enumerate().filter(|(_, a)| a.role == MediaRole::Content)
    }

    /// The cover of its video.
    #[must_use]
    pub fn cover(&self) -> Option<&Attachment> {
        self.attachments.iter().find(|a| a.role == MediaRole::Cover)
    }
}
