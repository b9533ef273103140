//! What Slack alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("slack");

/// Options of a message on Slack.
///
/// ```
/// use platform_publishers::slack::SlackOptions;
/// use social_core::publish::Post;
///
/// let post = Post::new("*New:* the menu").with_options(&SlackOptions::new().with_formatting().without_link_cards())?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: docs.slack.dev, chat.postMessage (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SlackOptions {
    /// `*bold*`, `_italic_` and `~struck~` are formats, not letters. Beside files they always are.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub formatting: bool,
    /// No cards of links in the text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_link_cards: bool,
    /// An answer in a thread is shown in the channel, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub broadcast: bool,
}

impl SlackOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `*bold*`, `_italic_` and `~struck~` as formats.
    #[must_use]
    pub const fn with_formatting(mut self) -> Self {
        self.formatting = true;
        self
    }

    /// Shows no cards of links in the text.
    #[must_use]
    pub const fn without_link_cards(mut self) -> Self {
        self.no_link_cards = true;
        self
    }

    /// Shows an answer in the channel, too.
    #[must_use]
    pub const fn broadcast(mut self) -> Self {
        self.broadcast = true;
        self
    }
}

impl PlatformOptions for SlackOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("formatting", "*bold*, _italic_ and ~struck~ are formats")
        .with_option("no_link_cards", "no cards of links in the text")
        .with_option("broadcast", "an answer is shown in the channel, too")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    match post.options.get::<SlackOptions>() {
        Ok(options) => {
            if options.unwrap_or_default().broadcast && (post.reply_to.is_none() || post.content().next().is_some()) {
                let message = "only a text that answers another message can be shown in the channel, too; take it out";
                findings.push(Finding::error(FindingCode::INVALID, "options.slack.broadcast", message));
            }
        }
        Err(error) => findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    }
}
