//! What LinkedIn alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{PlatformOptions, Rules};

pub(super) const PLATFORM: Platform = Platform::new("linkedin");

/// Who sees a post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Visibility {
    /// Everybody, also without an account.
    #[default]
    Public,
    /// The author's connections.
    Connections,
    /// Everybody who is logged in.
    LoggedIn,
}

/// A member or an organization that a text mentions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LinkedInMention {
    /// The name exactly as LinkedIn has it; with another letter the mention is plain text there. A
    /// member may also be mentioned by first or last name alone.
    pub name: String,
    /// `urn:li:person:ID` or `urn:li:organization:NUMBER`.
    pub urn: String,
}

impl LinkedInMention {
    /// Who stands as `@name` in the text.
    #[must_use]
    pub fn new(name: impl Into<String>, urn: impl Into<String>) -> Self {
        Self { name: name.into(), urn: urn.into() }
    }
}

/// Options of a post on LinkedIn.
///
/// ```
/// use platform_publishers::linkedin::{LinkedInOptions, Visibility};
/// use social_core::publish::Post;
///
/// let options = LinkedInOptions::new().with_visibility(Visibility::Connections).with_reshares_off();
/// let post = Post::new("We are looking for a baker").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Sources: learn.microsoft.com, Posts API and little text format (2026-05).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LinkedInOptions {
    /// Who sees it; everybody otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// It cannot be shared.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reshares_off: bool,
    /// The sentence under the title of a link card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_description: Option<String>,
    /// Who is mentioned: each stands as `@name` in the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<LinkedInMention>,
}

impl LinkedInOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who sees it.
    #[must_use]
    pub const fn with_visibility(mut self, visibility: Visibility) -> Self {
        self.visibility = Some(visibility);
        self
    }

    /// Forbids sharing it.
    #[must_use]
    pub const fn with_reshares_off(mut self) -> Self {
        self.reshares_off = true;
        self
    }

    /// Describes the link of the card.
    #[must_use]
    pub fn with_card_description(mut self, text: impl Into<String>) -> Self {
        self.card_description = Some(text.into());
        self
    }

    /// Mentions whoever stands as `@name` in the text.
    #[must_use]
    pub fn with_mention(mut self, name: impl Into<String>, urn: impl Into<String>) -> Self {
        self.mentions.push(LinkedInMention::new(name, urn));
        self
    }
}

impl PlatformOptions for LinkedInOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("card_description", "the sentence under the title of a link card")
        .with_option("mentions", "who is mentioned, by name and URN")
        .with_option("reshares_off", "it cannot be shared")
        .with_option("visibility", "who sees it: `public`, `connections` or `logged_in`")
}
