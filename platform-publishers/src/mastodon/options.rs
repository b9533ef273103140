//! What Mastodon alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use social_core::text::Unit;

pub(super) const PLATFORM: Platform = Platform::new("mastodon");

/// Who sees a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Visibility {
    /// Everybody, and it is listed.
    Public,
    /// Everybody who knows where; it is in no public list.
    Unlisted,
    /// Followers.
    Private,
    /// Who is mentioned in it.
    Direct,
}

/// Who may quote a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum QuotePolicy {
    /// Everybody.
    Public,
    /// Followers.
    Followers,
    /// The author alone.
    Nobody,
}

/// The point of an image that stays visible where it is cropped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FocalPoint {
    /// The place of the image in the post's attachments.
    #[serde(default)]
    pub attachment: usize,
    /// From -1, the left edge, to 1, the right edge.
    pub x: f32,
    /// From -1, the bottom, to 1, the top.
    pub y: f32,
}

impl FocalPoint {
    /// A point of the first attachment.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { attachment: 0, x, y }
    }

    /// The same point of another attachment.
    #[must_use]
    pub const fn in_attachment(mut self, index: usize) -> Self {
        self.attachment = index;
        self
    }
}

/// Options of a post on Mastodon. They hold for every part of a thread, focal points for the first.
///
/// ```
/// use platform_publishers::mastodon::{MastodonOptions, Visibility};
/// use social_core::publish::Post;
///
/// let options = MastodonOptions::new().with_visibility(Visibility::Private).with_content_warning("spoilers");
/// let post = Post::new("How it ends").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: docs.joinmastodon.org, methods/statuses and methods/media (July 2026).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MastodonOptions {
    /// Who sees it; what the account has set as usual when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Stands in front of the text, which is hidden behind it. It counts as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_warning: Option<String>,
    /// Hides the files until they are asked for; what the account has set as usual when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
    /// Who may quote it (instances from 4.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_policy: Option<QuotePolicy>,
    /// Hides a poll's counts until it is over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hide_poll_totals: bool,
    /// What stays visible of cropped images.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub focal_points: Vec<FocalPoint>,
}

impl MastodonOptions {
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

    /// Hides the text behind a warning.
    #[must_use]
    pub fn with_content_warning(mut self, warning: impl Into<String>) -> Self {
        self.content_warning = Some(warning.into());
        self
    }

    /// Hides the files, or does not.
    #[must_use]
    pub const fn with_sensitive(mut self, sensitive: bool) -> Self {
        self.sensitive = Some(sensitive);
        self
    }

    /// Says who may quote it.
    #[must_use]
    pub const fn with_quote_policy(mut self, policy: QuotePolicy) -> Self {
        self.quote_policy = Some(policy);
        self
    }

    /// Hides a poll's counts until it is over.
    #[must_use]
    pub const fn with_hidden_poll_totals(mut self) -> Self {
        self.hide_poll_totals = true;
        self
    }

    /// Says what stays visible of a cropped image.
    #[must_use]
    pub fn with_focal_point(mut self, point: FocalPoint) -> Self {
        self.focal_points.push(point);
        self
    }

    /// The focal point of an attachment as the interface wants it.
    pub(super) fn focus(&self, attachment: usize) -> Option<String> {
        let point = self.focal_points.iter().find(|point| point.attachment == attachment)?;
        Some(format!("{:?},{:?}", point.x, point.y))
    }
}

impl PlatformOptions for MastodonOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("visibility", "who sees it: public, unlisted, private, direct")
        .with_option("content_warning", "stands in front of the hidden text")
        .with_option("sensitive", "hides the files until they are asked for")
        .with_option(QUOTE_POLICY, "who may quote it: public, followers, nobody")
        .with_option("hide_poll_totals", "hides a poll's counts until it is over")
        .with_option("focal_points", "what stays visible of cropped images")
}

/// The option that instances before 4.5 do not know.
pub(super) const QUOTE_POLICY: &str = "quote_policy";

/// What is wrong with the options of a post.
pub(super) fn check(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<MastodonOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    if let Some(warning) = &options.content_warning {
        let beside = Unit::Graphemes.count(warning);
        let texts = std::iter::once(&post.text).chain(post.thread.iter().map(|part| &part.text));
        for (index, text) in texts.enumerate() {
            for (unit, maximum) in rules.text.limits(false) {
                let (used, noun) = (unit.count(text) + beside, unit.noun());
                if used > maximum && unit.count(text) <= maximum {
                    let part = index.checked_sub(1).map(|index| format!(" of thread[{index}]")).unwrap_or_default();
                    let message = format!("the warning and the text{part} are too long together; shorten one of them");
                    let finding = Finding::error(FindingCode::TOO_LONG, "options.mastodon.content_warning", message);
                    findings.push(
                        finding.with_value(format!("{used} {noun}")).with_limit(format!("at most {maximum} {noun}")),
                    );
                }
            }
        }
    }
    if options.hide_poll_totals && post.poll.is_none() {
        let message = "there is no poll whose counts could be hidden; take it out";
        findings.push(Finding::error(FindingCode::INVALID, "options.mastodon.hide_poll_totals", message));
    }
    for (index, point) in options.focal_points.iter().enumerate() {
        let field = format!("options.mastodon.focal_points[{index}]");
        if point.attachment >= post.attachments.len() {
            let finding = Finding::error(FindingCode::INVALID, field, "there is no such attachment");
            findings.push(finding.with_value(point.attachment.to_string()));
        } else if ![point.x, point.y].iter().all(|at| (-1.0..=1.0).contains(at)) {
            let finding = Finding::error(FindingCode::INVALID, field, "a focal point lies between -1 and 1");
            findings.push(finding.with_value(format!("{}, {}", point.x, point.y)).with_limit("-1 to 1"));
        }
    }
}
