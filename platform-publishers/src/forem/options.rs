//! What a Forem alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use url::Url;

pub(super) const PLATFORM: Platform = Platform::new("forem");
/// The maximum number of tags.
pub(crate) const MAX_TAGS: usize = 4;
/// The maximum of one tag, in characters.
pub(crate) const MAX_TAG: usize = 30;
/// The maximum of all tags together, in characters, the commas between them included.
pub(crate) const MAX_TAGS_LENGTH: usize = 126;

/// Options of an article on dev.to or another Forem.
///
/// ```
/// use platform_publishers::forem::ForemOptions;
/// use social_core::publish::Post;
///
/// let options = ForemOptions::new().with_tag("rust").with_description("How we bake").with_draft();
/// let post = Post::new("First the *flour*").with_title("Bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: forem-docs, API v1, articles (March 2024).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ForemOptions {
    /// Up to four tags of letters and digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The name of the series to which it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Where it stood first. No other published article of the Forem may have the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<Url>,
    /// What stands for it in lists; made of the text when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The number of the organization for which it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<u64>,
    /// It becomes a draft that a person publishes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

impl ForemOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tag.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Puts it into a series.
    #[must_use]
    pub fn with_series(mut self, name: impl Into<String>) -> Self {
        self.series = Some(name.into());
        self
    }

    /// Says where it stood first.
    #[must_use]
    pub fn with_canonical_url(mut self, url: Url) -> Self {
        self.canonical_url = Some(url);
        self
    }

    /// Sets what stands for it in lists.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Publishes it for an organization.
    #[must_use]
    pub const fn with_organization_id(mut self, id: u64) -> Self {
        self.organization_id = Some(id);
        self
    }

    /// Makes it a draft.
    #[must_use]
    pub const fn with_draft(mut self) -> Self {
        self.draft = true;
        self
    }
}

impl PlatformOptions for ForemOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("tags", "up to four tags of letters and digits")
        .with_option("series", "the name of the series to which it belongs")
        .with_option("canonical_url", "where it stood first")
        .with_option("description", "what stands for it in lists")
        .with_option("organization_id", "the organization for which it is published")
        .with_option("draft", "a person publishes it on the Forem")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<ForemOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let field = |name: &str| format!("options.forem.{name}");
    let count = options.tags.len();
    if count > MAX_TAGS {
        let message = format!("there are too many tags; take out {}", count - MAX_TAGS);
        let finding = Finding::error(FindingCode::TOO_MANY, field("tags"), message);
        findings.push(finding.with_value(format!("{count} tags")).with_limit(format!("at most {MAX_TAGS} tags")));
    }
    let mut long = |field: String, length: usize, maximum: usize| {
        if length > maximum {
            let finding = Finding::error(FindingCode::TOO_LONG, field, "it is too long; shorten it");
            let limit = format!("at most {maximum} characters");
            findings.push(finding.with_value(format!("{length} characters")).with_limit(limit));
        }
    };
    let lengths = || options.tags.iter().map(|tag| tag.chars().count());
    for (index, length) in lengths().enumerate() {
        long(field(&format!("tags[{index}]")), length, MAX_TAG);
    }
    long(field("tags"), lengths().sum::<usize>() + count.saturating_sub(1), MAX_TAGS_LENGTH);
    for (index, tag) in options.tags.iter().enumerate() {
        if tag.is_empty() || !tag.chars().all(char::is_alphanumeric) {
            let message = "a tag consists of letters and digits";
            let finding = Finding::error(FindingCode::INVALID, field(&format!("tags[{index}]")), message);
            findings.push(finding.with_value(tag));
        }
    }
    if options.draft && post.publish_at.is_some() {
        let message = "a draft has no publish time; take out one of them";
        findings.push(Finding::error(FindingCode::MIXED, field("draft"), message));
    }
}
