//! What Tumblr alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use url::Url;

pub(super) const PLATFORM: Platform = Platform::new("tumblr");

/// Options of a post on Tumblr.
///
/// ```
/// use platform_publishers::tumblr::TumblrOptions;
/// use social_core::publish::Post;
///
/// let options = TumblrOptions::new().with_tag("bakery").with_queue();
/// let post = Post::new("Fresh bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: tumblr/docs, creating a post (October 2024).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TumblrOptions {
    /// Tags, without `#`. Spaces are allowed, commas are not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The last part of the post's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Where the content comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<Url>,
    /// It cannot be reblogged.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_reblogs: bool,
    /// Only members of the blog see it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// It goes to the end of the blog's queue.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub queue: bool,
    /// It stays a draft that a person publishes on Tumblr.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

impl TumblrOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tag, without `#`.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Sets the last part of the post's address.
    #[must_use]
    pub fn with_slug(mut self, slug: impl Into<String>) -> Self {
        self.slug = Some(slug.into());
        self
    }

    /// Says where the content comes from.
    #[must_use]
    pub fn with_source_url(mut self, url: Url) -> Self {
        self.source_url = Some(url);
        self
    }

    /// Forbids reblogging it.
    #[must_use]
    pub const fn without_reblogs(mut self) -> Self {
        self.no_reblogs = true;
        self
    }

    /// Shows it to members of the blog only.
    #[must_use]
    pub const fn with_private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Puts it at the end of the blog's queue.
    #[must_use]
    pub const fn with_queue(mut self) -> Self {
        self.queue = true;
        self
    }

    /// Leaves it a draft.
    #[must_use]
    pub const fn with_draft(mut self) -> Self {
        self.draft = true;
        self
    }

    /// Tumblr's word for where the post ends up. Without one it would be out at once.
    pub(super) const fn state(&self, is_scheduled: bool) -> &'static str {
        match (self.draft, self.private, self.queue || is_scheduled) {
            (true, ..) => "draft",
            (_, true, _) => "private",
            (_, _, true) => "queue",
            _ => "published",
        }
    }
}

impl PlatformOptions for TumblrOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("tags", "tags, without `#`")
        .with_option("slug", "the last part of the post's address")
        .with_option("source_url", "where the content comes from")
        .with_option("no_reblogs", "it cannot be reblogged")
        .with_option("private", "only members of the blog see it")
        .with_option("queue", "it goes to the end of the blog's queue")
        .with_option("draft", "it stays a draft")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<TumblrOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let mut wrong = |code, name: &str, message: &str| {
        findings.push(Finding::error(code, format!("options.tumblr.{name}"), message));
    };
    for (place, tag) in options.tags.iter().enumerate() {
        if tag.trim().is_empty() || tag.contains([',', '#', '\n']) {
            wrong(FindingCode::INVALID, &format!("tags[{place}]"), "a tag has words, and neither `#` nor a comma");
        }
    }
    let states = [options.private, options.queue, options.draft, post.publish_at.is_some()];
    if states.iter().filter(|state| **state).count() > 1 {
        let name = if options.private {
            "private"
        } else if options.draft {
            "draft"
        } else {
            "queue"
        };
        let message = "a post is either private, a draft, in the queue, or has a publish time; take out the others";
        wrong(FindingCode::MIXED, name, message);
    }
}
