//! What Nostr alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::clock::Timestamp;
use social_core::media::Media;
use social_core::publish::{Finding, FindingCode, MediaRole, PlatformOptions, Post, Rules};

use super::names;

pub(super) const PLATFORM: Platform = Platform::new("nostr");

/// Options of a note.
///
/// ```
/// use platform_publishers::nostr::NostrOptions;
/// use social_core::publish::Post;
///
/// let options = NostrOptions::new().with_content_warning("raw dough");
/// let post = Post::new("Look at this.").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: NIP-36, NIP-40.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct NostrOptions {
    /// Why clients should hide it until they are asked to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_warning: Option<String>,
    /// From when on relays should drop it. Relays that do not know this keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl NostrOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hides it behind this reason.
    #[must_use]
    pub fn with_content_warning(mut self, reason: impl Into<String>) -> Self {
        self.content_warning = Some(reason.into());
        self
    }

    /// Asks relays to drop it at this time.
    #[must_use]
    pub const fn with_expires_at(mut self, time: Timestamp) -> Self {
        self.expires_at = Some(time);
        self
    }
}

impl PlatformOptions for NostrOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("content_warning", "why clients should hide it until they are asked to show it")
        .with_option("expires_at", "from when on relays should drop it")
}

/// What rules as data cannot say.
pub(super) fn check(post: &Post, has_host: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = post.options.get::<NostrOptions>() {
        findings.push(Finding::of_error(FindingCode::INVALID, &error));
    }
    for (index, file) in post.files().enumerate().filter(|(_, file)| file.role == MediaRole::Content) {
        if !has_host && !matches!(file.media, Media::Remote(_)) {
            let message = "relays store no files: give it a media host (`Nostr::with_host`)";
            findings.push(Finding::error(FindingCode::NEEDS_HOST, format!("attachments[{index}]"), message));
        }
    }
    for (field, other) in [("reply_to", &post.reply_to), ("quote", &post.quote)] {
        if let Some(other) = other.as_ref().filter(|other| names::event_id(&other.id).is_none()) {
            let message = "a note is named by note1…, nevent1… or 64 hexadecimal digits";
            findings.push(Finding::error(FindingCode::INVALID, field, message).with_value(&other.id));
        }
    }
    findings
}
