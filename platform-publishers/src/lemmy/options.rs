//! What Lemmy alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use url::Url;

pub(super) const PLATFORM: Platform = Platform::new("lemmy");

const SHORTEST_TITLE: usize = 3;

/// Options of a post on Lemmy.
///
/// ```
/// use platform_publishers::lemmy::LemmyOptions;
/// use social_core::publish::Post;
///
/// let options = LemmyOptions::new().with_community("baking@lemmy.example").with_language_id(37);
/// let post = Post::new("With **rye**.").with_title("Our bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: lemmy-js-client 0.19.9, CreatePost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LemmyOptions {
    /// The community, with its server where that is another one: `baking@lemmy.example`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<String>,
    /// The number that the instance gives the text's language (`GET /api/v3/site`,
    /// `all_languages`); undetermined when missing, which some communities refuse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_id: Option<u32>,
    /// The address of the image that stands beside a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Url>,
    /// It is not safe for work.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nsfw: bool,
}

impl LemmyOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Posts it in another community.
    #[must_use]
    pub fn with_community(mut self, community: impl Into<String>) -> Self {
        self.community = Some(community.into());
        self
    }

    /// Names the language by the instance's number.
    #[must_use]
    pub const fn with_language_id(mut self, id: u32) -> Self {
        self.language_id = Some(id);
        self
    }

    /// Shows this image beside a link.
    #[must_use]
    pub fn with_thumbnail(mut self, address: Url) -> Self {
        self.thumbnail = Some(address);
        self
    }

    /// Says that it is not safe for work.
    #[must_use]
    pub const fn with_nsfw(mut self) -> Self {
        self.nsfw = true;
        self
    }
}

impl PlatformOptions for LemmyOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("community", "the community in which it is posted")
        .with_option("language_id", "the instance's number of the language")
        .with_option("thumbnail", "the image beside a link")
        .with_option("nsfw", "it is not safe for work")
}

/// What rules as data cannot say.
pub(super) fn check(post: &Post) -> Vec<Finding> {
    let mut findings = Vec::new();
    let options = match post.options.get::<LemmyOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => {
            findings.push(Finding::of_error(FindingCode::INVALID, &error));
            return findings;
        }
    };
    let title = post.title.as_deref().unwrap_or_default().trim().chars().count();
    if (1..SHORTEST_TITLE).contains(&title) {
        let finding = Finding::error(FindingCode::TOO_SHORT, "title", "the title is too short; write more");
        let limit = format!("at least {SHORTEST_TITLE} characters");
        findings.push(finding.with_value(format!("{title} characters")).with_limit(limit));
    }
    if post.link.is_some() && post.content().next().is_some() {
        let message = "a post has a link or an image; write the link into the text or take out the image";
        findings.push(Finding::error(FindingCode::MIXED, "link", message));
    }
    if options.thumbnail.is_some() && post.link.is_none() {
        let message = "a thumbnail stands beside a link, and the post has none";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "options.lemmy.thumbnail", message));
    }
    let word = |word: &str| !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "/!?&#".contains(c));
    if let Some(community) = options.community.filter(|community| !word(community)) {
        let message = "a community is a name, or a name and its server: `baking@lemmy.example`";
        findings.push(Finding::error(FindingCode::INVALID, "options.lemmy.community", message).with_value(community));
    }
    findings
}
