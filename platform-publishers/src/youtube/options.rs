//! What YouTube alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};

use super::is_of_id;

pub(super) const PLATFORM: Platform = Platform::new("youtube");
/// The maximum of all tags together, in characters.
pub(crate) const MAX_TAGS_LENGTH: usize = 500;

/// Who sees a video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Privacy {
    /// Everybody.
    #[default]
    Public,
    /// Everybody who has the link; it is in no list.
    Unlisted,
    /// The channel, and whom it invites.
    Private,
}

/// By which license a video may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum License {
    /// YouTube's standard license.
    #[serde(rename = "youtube")]
    YouTube,
    /// Creative Commons, attribution.
    #[serde(rename = "creativeCommon")]
    CreativeCommons,
}

/// Options of a video on YouTube.
///
/// ```
/// use platform_publishers::youtube::{Privacy, YouTubeOptions};
/// use social_core::publish::Post;
///
/// let options = YouTubeOptions::new().with_privacy(Privacy::Private).with_tag("sourdough").with_category("26");
/// let post = Post::new("How it rises").with_title("Bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: developers.google.com/youtube/v3/docs/videos (October 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct YouTubeOptions {
    /// Who sees it; everybody when missing. It is always sent, because channels have defaults of
    /// their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Keywords. Together they have at most 500 characters; each comma between them counts, and a
    /// tag with a blank counts two more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The id of a category, a number: `22` is People & Blogs, `26` Howto & Style.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether it is made for kids, which the law of some countries wants to be said. What the
    /// channel has set counts when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_for_kids: Option<bool>,
    /// By which license it may be used; YouTube's own when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<License>,
    /// Whether it can be shown on other pages; yes when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embeddable: Option<bool>,
    /// Whether subscribers are notified; yes when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_subscribers: Option<bool>,
    /// The id of a playlist of the channel to which it is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playlist: Option<String>,
}

impl YouTubeOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who sees it.
    #[must_use]
    pub const fn with_privacy(mut self, privacy: Privacy) -> Self {
        self.privacy = Some(privacy);
        self
    }

    /// Adds a keyword.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Puts it into a category.
    #[must_use]
    pub fn with_category(mut self, id: impl Into<String>) -> Self {
        self.category = Some(id.into());
        self
    }

    /// Says whether it is made for kids.
    #[must_use]
    pub const fn with_made_for_kids(mut self, made_for_kids: bool) -> Self {
        self.made_for_kids = Some(made_for_kids);
        self
    }

    /// Says by which license it may be used.
    #[must_use]
    pub const fn with_license(mut self, license: License) -> Self {
        self.license = Some(license);
        self
    }

    /// Says whether it can be shown on other pages.
    #[must_use]
    pub const fn with_embeddable(mut self, embeddable: bool) -> Self {
        self.embeddable = Some(embeddable);
        self
    }

    /// Says whether subscribers are notified.
    #[must_use]
    pub const fn with_notify_subscribers(mut self, notify: bool) -> Self {
        self.notify_subscribers = Some(notify);
        self
    }

    /// Adds it to a playlist.
    #[must_use]
    pub fn with_playlist(mut self, id: impl Into<String>) -> Self {
        self.playlist = Some(id.into());
        self
    }

    /// How long all tags are together, as YouTube counts.
    fn tags_length(&self) -> usize {
        let quotes = |tag: &String| if tag.contains(char::is_whitespace) { 2 } else { 0 };
        let tags: usize = self.tags.iter().map(|tag| tag.chars().count() + quotes(tag)).sum();
        tags + self.tags.len().saturating_sub(1)
    }
}

impl PlatformOptions for YouTubeOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("privacy", "who sees it: public, unlisted, private")
        .with_option("tags", "keywords")
        .with_option("category", "the id of a category, a number")
        .with_option("made_for_kids", "whether it is made for kids")
        .with_option("license", "by which license it may be used: youtube, creativeCommon")
        .with_option("embeddable", "whether it can be shown on other pages")
        .with_option("notify_subscribers", "whether subscribers are notified")
        .with_option("playlist", "the id of a playlist to which it is added")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<YouTubeOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let mut wrong = |code, field: &str, message: &str, value: &str| {
        let finding = Finding::error(code, format!("options.youtube.{field}"), message);
        findings.push(finding.with_value(value));
    };
    for (index, tag) in options.tags.iter().enumerate() {
        let field = format!("tags[{index}]");
        if tag.trim().is_empty() {
            wrong(FindingCode::EMPTY, &field, "the tag is empty; take it out", tag);
        } else if tag.contains(['<', '>', ',', '"']) {
            wrong(FindingCode::INVALID, &field, "a tag has no `<`, `>`, `,` and `\"`; take them out", tag);
        }
    }
    if let Some(category) = options.category.as_deref().filter(|id| id.parse::<u32>().is_err()) {
        wrong(FindingCode::INVALID, "category", "the id of a category is a number, for instance `22`", category);
    }
    if let Some(playlist) = options.playlist.as_deref().filter(|id| id.is_empty() || !id.bytes().all(is_of_id)) {
        wrong(FindingCode::INVALID, "playlist", "this is not the id of a playlist", playlist);
    }
    if post.publish_at.is_some()
        && let Some(privacy @ (Privacy::Unlisted | Privacy::Private)) = options.privacy
    {
        let message = "YouTube makes a video public at its publish time; take out one of them";
        wrong(FindingCode::MIXED, "privacy", message, if privacy == Privacy::Private { "private" } else { "unlisted" });
    }
    let length = options.tags_length();
    if length > MAX_TAGS_LENGTH {
        let message = "the tags are too long together; take some out";
        let finding = Finding::error(FindingCode::TOO_LONG, "options.youtube.tags", message);
        let limit = format!("at most {MAX_TAGS_LENGTH} characters");
        findings.push(finding.with_value(format!("{length} characters")).with_limit(limit));
    }
    if options.made_for_kids.is_none() {
        let message = "say whether it is made for kids; what the channel has set counts otherwise";
        findings.push(Finding::note(FindingCode::MISSING, "options.youtube.made_for_kids", message));
    }
}
