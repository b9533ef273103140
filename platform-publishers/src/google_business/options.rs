//! What Google Business Profile alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Placement, PlatformOptions, Rules};

pub(super) const PLATFORM: Platform = Platform::new("google_business");
/// An event with a beginning and an end.
pub const EVENT: Placement = Placement::new("event");
/// An offer with a beginning and an end.
pub const OFFER: Placement = Placement::new("offer");

/// What the button of a post does. All but [`Call`](Self::Call) lead to the post's link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Button {
    /// Books a table, a room, a time.
    Book,
    /// Orders something.
    Order,
    /// Buys something.
    Shop,
    /// Tells more.
    LearnMore,
    /// Signs up.
    SignUp,
    /// Calls the number of the profile. It has no link.
    Call,
}

/// Options of a post on a Google Business Profile.
///
/// ```
/// use platform_publishers::google_business::{GoogleBusinessOptions, OFFER};
/// use social_core::publish::Post;
///
/// let week = GoogleBusinessOptions::new().with_starts("2026-12-01").with_ends("2026-12-07");
/// let post = Post::new("Two for one").with_placement(OFFER).with_title("Soup week");
/// let post = post.with_options(&week.with_coupon("SOUP").with_terms("At lunch only"))?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | feed | event | offer |
/// |---|---|---|---|
/// | `button` | yes | yes | |
/// | `starts`, `ends` | | required | required |
/// | `coupon`, `terms` | | | yes |
///
/// Source: developers.google.com/my-business, LocalPost of v4 (2026-04).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct GoogleBusinessOptions {
    /// What the button does; it tells more where there is a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<Button>,
    /// When the event or offer begins, as the clocks of the location show it: `2026-12-24` or
    /// `2026-12-24T18:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends: Option<String>,
    /// The code that a customer shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// The conditions of the offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
}

impl GoogleBusinessOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what the button does.
    #[must_use]
    pub const fn with_button(mut self, button: Button) -> Self {
        self.button = Some(button);
        self
    }

    /// Says when the event or offer begins, by the clocks of the location.
    #[must_use]
    pub fn with_starts(mut self, time: impl Into<String>) -> Self {
        self.starts = Some(time.into());
        self
    }

    /// Says when it ends.
    #[must_use]
    pub fn with_ends(mut self, time: impl Into<String>) -> Self {
        self.ends = Some(time.into());
        self
    }

    /// Gives the offer a code.
    #[must_use]
    pub fn with_coupon(mut self, code: impl Into<String>) -> Self {
        self.coupon = Some(code.into());
        self
    }

    /// States the conditions of the offer.
    #[must_use]
    pub fn with_terms(mut self, text: impl Into<String>) -> Self {
        self.terms = Some(text.into());
        self
    }
}

impl PlatformOptions for GoogleBusinessOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options of a placement in its rules.
pub(super) fn list(rules: Rules) -> Rules {
    let button = |rules: Rules| {
        rules.with_option("button", "`book`, `order`, `shop`, `learn_more`, `sign_up` (each with a link) or `call`")
    };
    let times = |rules: Rules| {
        rules.with_option("ends", "when it ends, by the clocks there").with_option("starts", "when it begins")
    };
    match &rules.placement {
        placement if *placement == EVENT => times(button(rules)),
        placement if *placement == OFFER => {
            times(rules).with_option("coupon", "the code").with_option("terms", "the conditions")
        }
        _ => button(rules),
    }
}
