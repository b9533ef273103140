//! What WordPress alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("wordpress");
/// The maximum of a slug, in characters: a column of the database.
pub(crate) const MAX_SLUG: usize = 200;

/// Options of an article on WordPress.
///
/// ```
/// use platform_publishers::wordpress::WordPressOptions;
/// use social_core::publish::Post;
///
/// let options = WordPressOptions::new().with_tag("bread").with_excerpt("How we bake").with_comments(false);
/// let post = Post::new("First the flour").with_title("Bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: developer.wordpress.org, REST API reference, posts (October 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WordPressOptions {
    /// The last part of its address; made of the title when missing. A taken one gets a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What stands for it in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// Tags by name; those that are missing are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Categories by name; those that are missing are made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Whether it can be commented; what the site has set when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<bool>,
    /// It stays at the top of the site.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sticky: bool,
    /// The text is HTML.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub html: bool,
    /// Only editors see it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// It becomes a draft that a person publishes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

impl WordPressOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the last part of its address.
    #[must_use]
    pub fn with_slug(mut self, slug: impl Into<String>) -> Self {
        self.slug = Some(slug.into());
        self
    }

    /// Sets what stands for it in lists.
    #[must_use]
    pub fn with_excerpt(mut self, excerpt: impl Into<String>) -> Self {
        self.excerpt = Some(excerpt.into());
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn with_tag(mut self, name: impl Into<String>) -> Self {
        self.tags.push(name.into());
        self
    }

    /// Adds a category.
    #[must_use]
    pub fn with_category(mut self, name: impl Into<String>) -> Self {
        self.categories.push(name.into());
        self
    }

    /// Says whether it can be commented.
    #[must_use]
    pub const fn with_comments(mut self, comments: bool) -> Self {
        self.comments = Some(comments);
        self
    }

    /// Keeps it at the top of the site.
    #[must_use]
    pub const fn with_sticky(mut self) -> Self {
        self.sticky = true;
        self
    }

    /// Says that the text is HTML.
    #[must_use]
    pub const fn with_html(mut self) -> Self {
        self.html = true;
        self
    }

    /// Shows it to editors only.
    #[must_use]
    pub const fn with_private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Makes it a draft.
    #[must_use]
    pub const fn with_draft(mut self) -> Self {
        self.draft = true;
        self
    }
}

impl PlatformOptions for WordPressOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("slug", "the last part of its address")
        .with_option("excerpt", "what stands for it in lists")
        .with_option("tags", "tags by name")
        .with_option("categories", "categories by name")
        .with_option("comments", "whether it can be commented")
        .with_option("sticky", "it stays at the top of the site")
        .with_option("html", "the text is HTML")
        .with_option("private", "only editors see it")
        .with_option("draft", "a person publishes it on the site")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<WordPressOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let field = |name: &str| format!("options.wordpress.{name}");
    for (kind, names) in [("tags", &options.tags), ("categories", &options.categories)] {
        for (index, name) in names.iter().enumerate().filter(|(_, name)| name.trim().is_empty()) {
            let message = "the name is empty; take it out";
            findings
                .push(Finding::error(FindingCode::EMPTY, field(&format!("{kind}[{index}]")), message).with_value(name));
        }
    }
    if let Some(slug) = &options.slug {
        let length = slug.chars().count();
        if length > MAX_SLUG {
            let finding = Finding::error(FindingCode::TOO_LONG, field("slug"), "the slug is too long; shorten it");
            let limit = format!("at most {MAX_SLUG} characters");
            findings.push(finding.with_value(format!("{length} characters")).with_limit(limit));
        }
    }
    let mixed = [options.draft, options.private, post.publish_at.is_some()].into_iter().filter(|asked| *asked).count();
    if mixed > 1 {
        let message = "a draft, a private article and a publish time exclude each other; keep one of them";
        let name = if options.draft { "draft" } else { "private" };
        findings.push(Finding::error(FindingCode::MIXED, field(name), message));
    }
}
