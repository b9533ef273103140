//! What Ghost alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use url::Url;

pub(super) const PLATFORM: Platform = Platform::new("ghost");
/// The maximum of a slug, of a tag and of the feature image's alt text, in UTF-16 units.
pub(crate) const MAX_NAME: usize = 191;
/// The maximum of an excerpt, in UTF-16 units.
pub(crate) const MAX_EXCERPT: usize = 300;
/// The maximum of a canonical address, in characters.
pub(crate) const MAX_ADDRESS: usize = 2000;

/// Who may read an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Members.
    Members,
    /// Members who pay.
    Paid,
}

/// Options of an article on Ghost.
///
/// ```
/// use platform_publishers::ghost::GhostOptions;
/// use social_core::publish::Post;
///
/// let options = GhostOptions::new().with_tag("Bread").with_newsletter("weekly").with_email_segment("status:free");
/// let post = Post::new("First the flour").with_title("Bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: docs.ghost.org, Admin API, posts (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct GhostOptions {
    /// The last part of its address; made of the title when missing. A taken one gets a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What stands for it in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// Tags by name; those that are missing are made. The first one is shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Where it stood first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<Url>,
    /// Who may read it; what the site has set when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// It is one of those that the site shows first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub featured: bool,
    /// The slug of the newsletter by which it is mailed when it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newsletter: Option<String>,
    /// Whom of the newsletter's members it is mailed to, as a filter of Ghost; all when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_segment: Option<String>,
    /// It is mailed and stands on no page.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub email_only: bool,
    /// The text is HTML, and is kept as it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub html: bool,
    /// It becomes a draft that a person publishes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

impl GhostOptions {
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

    /// Says where it stood first.
    #[must_use]
    pub fn with_canonical_url(mut self, url: Url) -> Self {
        self.canonical_url = Some(url);
        self
    }

    /// Says who may read it.
    #[must_use]
    pub const fn with_visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = Some(visibility);
        self
    }

    /// Shows it first.
    #[must_use]
    pub const fn with_featured(mut self) -> Self {
        self.featured = true;
        self
    }

    /// Mails it by a newsletter. Mail cannot be taken back.
    #[must_use]
    pub fn with_newsletter(mut self, slug: impl Into<String>) -> Self {
        self.newsletter = Some(slug.into());
        self
    }

    /// Says whom of the newsletter's members it is mailed to.
    #[must_use]
    pub fn with_email_segment(mut self, filter: impl Into<String>) -> Self {
        self.email_segment = Some(filter.into());
        self
    }

    /// Mails it without a page.
    #[must_use]
    pub const fn with_email_only(mut self) -> Self {
        self.email_only = true;
        self
    }

    /// Says that the text is HTML.
    #[must_use]
    pub const fn with_html(mut self) -> Self {
        self.html = true;
        self
    }

    /// Makes it a draft.
    #[must_use]
    pub const fn with_draft(mut self) -> Self {
        self.draft = true;
        self
    }
}

impl PlatformOptions for GhostOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("slug", "the last part of its address")
        .with_option("excerpt", "what stands for it in lists")
        .with_option("tags", "tags by name")
        .with_option("canonical_url", "where it stood first")
        .with_option("visibility", "who may read it: public, members, paid")
        .with_option("featured", "the site shows it first")
        .with_option("newsletter", "the slug of the newsletter by which it is mailed")
        .with_option("email_segment", "whom of the newsletter's members it is mailed to")
        .with_option("email_only", "it is mailed and stands on no page")
        .with_option("html", "the text is HTML")
        .with_option("draft", "a person publishes it on the site")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<GhostOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let field = |name: &str| format!("options.ghost.{name}");
    let mut short = |field: String, text: &str, length: usize, maximum: usize| {
        let limit = format!("at most {maximum} characters");
        if length > maximum {
            let finding = Finding::error(FindingCode::TOO_LONG, field, "it is too long; shorten it");
            findings.push(finding.with_value(format!("{length} characters")).with_limit(limit));
        } else if text.trim().is_empty() {
            findings.push(Finding::error(FindingCode::EMPTY, field, "it is empty; take it out"));
        }
    };
    let units = |text: &str| text.encode_utf16().count();
    for (name, text, maximum) in [("slug", &options.slug, MAX_NAME), ("excerpt", &options.excerpt, MAX_EXCERPT)] {
        if let Some(text) = text {
            short(field(name), text, units(text), maximum);
        }
    }
    for (index, tag) in options.tags.iter().enumerate() {
        short(field(&format!("tags[{index}]")), tag, units(tag), MAX_NAME);
    }
    if let Some(url) = &options.canonical_url {
        short(field("canonical_url"), url.as_str(), url.as_str().chars().count(), MAX_ADDRESS);
    }
    let commas = options.tags.iter().enumerate().filter(|(_, tag)| tag.contains(','));
    findings.extend(commas.map(|(index, tag)| {
        let message = "a tag has no comma; make two tags of it";
        Finding::error(FindingCode::INVALID, field(&format!("tags[{index}]")), message).with_value(tag)
    }));
    let needs_newsletter = [("email_segment", options.email_segment.is_some()), ("email_only", options.email_only)];
    for (name, _) in needs_newsletter.into_iter().filter(|(_, asked)| *asked && options.newsletter.is_none()) {
        let message = "there is no newsletter by which it would be mailed; name one";
        findings.push(Finding::error(FindingCode::MISSING, field(name), message));
    }
    if options.draft && (post.publish_at.is_some() || options.newsletter.is_some()) {
        let message = "a draft has neither a publish time nor a newsletter; take one of them out";
        findings.push(Finding::error(FindingCode::MIXED, field("draft"), message));
    }
}
