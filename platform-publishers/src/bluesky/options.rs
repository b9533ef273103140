//! What Bluesky alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use social_core::text::Unit;

pub(super) const PLATFORM: Platform = Platform::new("bluesky");

/// What a post may carry in `labels`.
const MAX_LABELS: usize = 10;
const MAX_LABEL_BYTES: usize = 128;
/// What a post may carry in `tags`.
pub(crate) const MAX_TAGS: usize = 8;
const TAG: [(Unit, usize); 2] = [(Unit::Graphemes, 64), (Unit::Bytes, 640)];

/// Options of a post on Bluesky.
///
/// ```
/// use platform_publishers::bluesky::BlueskyOptions;
/// use social_core::publish::Post;
///
/// let options = BlueskyOptions::new().with_label("graphic-media").with_tag("bakery");
/// let post = Post::new("Behind the scenes").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: AT Protocol lexicons, `app.bsky.feed.post` and `com.atproto.label.defs` (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BlueskyOptions {
    /// Content warnings that the author gives: `sexual`, `nudity`, `porn`, `graphic-media`,
    /// `!no-unauthenticated`. At most 10 of 128 bytes each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Hashtags that are not in the text, without their sign. At most 8 of 64 graphemes each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

impl BlueskyOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a content warning.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.labels.push(label.into());
        self
    }

    /// Adds a hashtag that is not in the text.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }
}

impl PlatformOptions for BlueskyOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("labels", "content warnings that the author gives")
        .with_option("tags", "hashtags that are not in the text")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let BlueskyOptions { labels, tags } = match post.options.get::<BlueskyOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    for (name, count, maximum) in [("labels", labels.len(), MAX_LABELS), ("tags", tags.len(), MAX_TAGS)] {
        if count > maximum {
            let message = format!("there are too many {name}; take out {}", count - maximum);
            let finding = Finding::error(FindingCode::TOO_MANY, format!("options.bluesky.{name}"), message);
            findings
                .push(finding.with_value(format!("{count} {name}")).with_limit(format!("at most {maximum} {name}")));
        }
    }
    for (index, _) in tags.iter().enumerate().filter(|(_, tag)| tag.starts_with(['#', '＃'])) {
        let field = format!("options.bluesky.tags[{index}]");
        findings.push(Finding::error(
            FindingCode::INVALID,
            field,
            "a tag stands here without its sign; take out the `#`",
        ));
    }
    let labels = labels.iter().enumerate().map(|at| ("labels", at, &[(Unit::Bytes, MAX_LABEL_BYTES)][..]));
    let tags = tags.iter().enumerate().map(|at| ("tags", at, &TAG[..]));
    for (name, (index, text), limits) in labels.chain(tags) {
        for (unit, maximum) in limits.iter().filter(|(unit, maximum)| unit.count(text) > *maximum) {
            let field = format!("options.bluesky.{name}[{index}]");
            let finding = Finding::error(FindingCode::TOO_LONG, field, "it is too long; shorten it");
            let (used, noun) = (unit.count(text), unit.noun());
            findings.push(finding.with_value(format!("{used} {noun}")).with_limit(format!("at most {maximum} {noun}")));
        }
    }
}
