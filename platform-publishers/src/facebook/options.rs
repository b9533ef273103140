//! What Facebook alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, Placement, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("facebook");

/// Options of a post on a Facebook Page.
///
/// ```
/// use platform_publishers::facebook::FacebookOptions;
/// use social_core::publish::Post;
///
/// let post = Post::new("See you there").with_options(&FacebookOptions::new().with_place("106078429431815"))?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | feed | video | reel | story |
/// |---|---|---|---|---|
/// | `place` | yes | | yes | |
/// | `draft` | | | yes | |
///
/// Sources: the official specification of the API's SDKs (Page: feed, video_reels), v25.0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FacebookOptions {
    /// The id of the page of a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The reel becomes a draft that a person publishes on Facebook.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

impl FacebookOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says where it is.
    #[must_use]
    pub fn with_place(mut self, id: impl Into<String>) -> Self {
        self.place = Some(id.into());
        self
    }

    /// Makes it a draft.
    #[must_use]
    pub const fn with_draft(mut self) -> Self {
        self.draft = true;
        self
    }
}

impl PlatformOptions for FacebookOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options of a placement in its rules.
pub(super) fn list(rules: Rules) -> Rules {
    match &rules.placement {
        placement if *placement == Placement::FEED => rules.with_option("place", "where it is"),
        placement if *placement == Placement::REEL => {
            rules.with_option("place", "where it is").with_option("draft", "a person publishes the reel on Facebook")
        }
        _ => rules,
    }
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    match post.options.get::<FacebookOptions>() {
        Ok(Some(options)) if options.draft && post.publish_at.is_some() => {
            let message = "a draft has no publish time; take out one of them";
            findings.push(Finding::error(FindingCode::MIXED, "options.facebook.draft", message));
        }
        Ok(_) => {}
        Err(error) => findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    }
}
