//! What Threads alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("threads");

/// Characters of a topic tag.
const MAX_TOPIC: usize = 50;

/// Who may answer a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReplyControl {
    /// Everybody: what Threads takes it for.
    Everyone,
    /// The accounts that the author follows.
    AccountsYouFollow,
    /// The accounts that the text mentions.
    MentionedOnly,
    /// The author of the post that is answered.
    ParentPostAuthorOnly,
    /// The author's followers.
    FollowersOnly,
}

impl ReplyControl {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::AccountsYouFollow => "accounts_you_follow",
            Self::MentionedOnly => "mentioned_only",
            Self::ParentPostAuthorOnly => "parent_post_author_only",
            Self::FollowersOnly => "followers_only",
        }
    }
}

/// Options of a post on Threads. They hold for the post itself, not for further parts of a thread.
///
/// ```
/// use platform_publishers::threads::{ReplyControl, ThreadsOptions};
/// use social_core::publish::Post;
///
/// let options = ThreadsOptions::new().with_topic_tag("Bakery").with_reply_control(ReplyControl::MentionedOnly);
/// let post = Post::new("Fresh bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | feed | carousel |
/// |---|---|---|
/// | `reply_control`, `topic_tag`, `location_id` | yes | yes |
/// | `spoiler` | with a file | yes |
///
/// Sources: developers.facebook.com, Threads API: posts, changelog of 2025-07-07 (`reply_control`),
/// spoilers of 2026-07-02.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ThreadsOptions {
    /// Who may answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_control: Option<ReplyControl>,
    /// The topic above the post: 1 to 50 characters without `.` and `&`. It stands in for a hashtag
    /// in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_tag: Option<String>,
    /// The id of a place, as Threads' location search knows it. Needs the scope
    /// `threads_location_tagging`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// The files are hidden until somebody wants to see them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spoiler: bool,
}

impl ThreadsOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who may answer.
    #[must_use]
    pub const fn with_reply_control(mut self, who: ReplyControl) -> Self {
        self.reply_control = Some(who);
        self
    }

    /// Sets the topic above the post.
    #[must_use]
    pub fn with_topic_tag(mut self, topic: impl Into<String>) -> Self {
        self.topic_tag = Some(topic.into());
        self
    }

    /// Says where it is.
    #[must_use]
    pub fn with_location_id(mut self, id: impl Into<String>) -> Self {
        self.location_id = Some(id.into());
        self
    }

    /// Hides the files until somebody wants to see them.
    #[must_use]
    pub const fn with_spoiler(mut self) -> Self {
        self.spoiler = true;
        self
    }

    /// The fields of the container that becomes the post.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        fields.extend(self.reply_control.map(|who| ("reply_control", who.as_str().to_owned())));
        fields.extend(self.topic_tag.clone().map(|topic| ("topic_tag", topic)));
        fields.extend(self.location_id.clone().map(|id| ("location_id", id)));
        fields.extend(self.spoiler.then(|| ("is_spoiler_media", "true".to_owned())));
        fields
    }
}

impl PlatformOptions for ThreadsOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules of a placement.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("reply_control", "who may answer")
        .with_option("topic_tag", "the topic above the post")
        .with_option("location_id", "where it is")
        .with_option("spoiler", "the files are hidden until somebody wants to see them")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<ThreadsOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    if let Some(topic) = &options.topic_tag {
        let length = topic.chars().count();
        if topic.trim().is_empty() || length > MAX_TOPIC || topic.contains(['.', '&']) {
            let message = "a topic has 1 to 50 characters, none of them `.` or `&`";
            let finding = Finding::error(FindingCode::INVALID, "options.threads.topic_tag", message);
            findings.push(finding.with_value(format!("{length} characters")).with_limit("1 to 50 characters"));
        }
    }
    if options.spoiler && post.content().next().is_none() {
        let message = "only files can be hidden, and the post shows none";
        findings.push(Finding::error(FindingCode::INVALID, "options.threads.spoiler", message));
    }
}
