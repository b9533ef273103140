//! What Reddit alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("reddit");

/// The maximum of a caption in a gallery.
const MAX_CAPTION: usize = 180;

/// Options of a post on Reddit.
///
/// ```
/// use platform_publishers::reddit::RedditOptions;
/// use social_core::publish::Post;
///
/// let options = RedditOptions::new("Breadit").with_flair("0a1b2c3d").with_spoiler();
/// let post = Post::new("From seven.").with_title("Fresh bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Sources: PRAW 8.0.3, `Subreddit.submit` and `submit_gallery` (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RedditOptions {
    /// The community, without `r/`; `u_NAME` is the profile of an account.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subreddit: String,
    /// The flair, by its id. [`Reddit::flairs`](super::Reddit::flairs) lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flair_id: Option<String>,
    /// The text of a flair that can be edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flair_text: Option<String>,
    /// It is not for minors.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nsfw: bool,
    /// It gives something away.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spoiler: bool,
    /// A link may be posted again that was posted there before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repost: bool,
    /// Answers do not come into the account's inbox.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_inbox: bool,
    /// The video plays without sound and again and again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// Captions of a gallery's images, in order, which everybody sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<String>,
}

impl RedditOptions {
    /// A post in this community, without `r/`.
    #[must_use]
    pub fn new(subreddit: impl Into<String>) -> Self {
        Self { subreddit: subreddit.into(), ..Self::default() }
    }

    /// Gives it a flair, by its id.
    #[must_use]
    pub fn with_flair(mut self, id: impl Into<String>) -> Self {
        self.flair_id = Some(id.into());
        self
    }

    /// Writes the text of a flair that can be edited.
    #[must_use]
    pub fn with_flair_text(mut self, text: impl Into<String>) -> Self {
        self.flair_text = Some(text.into());
        self
    }

    /// Marks it as not for minors.
    #[must_use]
    pub const fn with_nsfw(mut self) -> Self {
        self.nsfw = true;
        self
    }

    /// Marks it as giving something away.
    #[must_use]
    pub const fn with_spoiler(mut self) -> Self {
        self.spoiler = true;
        self
    }

    /// Posts a link that was posted there before.
    #[must_use]
    pub const fn with_repost(mut self) -> Self {
        self.repost = true;
        self
    }

    /// Keeps answers out of the inbox.
    #[must_use]
    pub const fn without_inbox(mut self) -> Self {
        self.no_inbox = true;
        self
    }

    /// Plays the video without sound, again and again.
    #[must_use]
    pub const fn with_silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Adds the caption of the next image of a gallery.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        self.captions.push(caption.into());
        self
    }
}

impl PlatformOptions for RedditOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("subreddit", "the community, without `r/`; required")
        .with_option("flair_id", "the flair, by its id")
        .with_option("flair_text", "the text of a flair that can be edited")
        .with_option("nsfw", "it is not for minors")
        .with_option("spoiler", "it gives something away")
        .with_option("repost", "a link may be posted again")
        .with_option("no_inbox", "answers do not come into the inbox")
        .with_option("silent", "the video plays without sound, again and again")
        .with_option("captions", "captions of a gallery's images, in order")
}

/// What is wrong with the options of a post of so many images and videos.
pub(super) fn check(post: &Post, images: usize, videos: usize, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<RedditOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let field = |name: &str| format!("options.reddit.{name}");
    let name = options.subreddit.as_str();
    if name.is_empty() {
        let message = "the community is missing; name it without `r/`";
        findings.push(Finding::error(FindingCode::MISSING, field("subreddit"), message));
    } else if !(2..=24).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
    {
        let message = "this is no community: letters, digits and `_`, without `r/`";
        findings.push(Finding::error(FindingCode::INVALID, field("subreddit"), message).with_value(name));
    }
    let mut wrong = |code, name: &str, message: &str| findings.push(Finding::error(code, field(name), message));
    if options.flair_text.is_some() && options.flair_id.is_none() {
        wrong(FindingCode::MISSING, "flair_id", "a flair's text needs the flair's id");
    }
    if options.repost && (post.link.is_none() || images + videos > 0) {
        wrong(FindingCode::UNSUPPORTED, "repost", "only links can be posted again; take it out");
    }
    if options.silent && videos == 0 {
        wrong(FindingCode::UNSUPPORTED, "silent", "only a video can be silent; take it out");
    }
    if !options.captions.is_empty() && images < 2 {
        wrong(FindingCode::UNSUPPORTED, "captions", "only the images of a gallery have captions; take them out");
    }
    if options.captions.len() > images && images >= 2 {
        wrong(FindingCode::TOO_MANY, "captions", "there are more captions than images");
    }
    for (place, caption) in options.captions.iter().enumerate() {
        let used = caption.chars().count();
        if used > MAX_CAPTION {
            let finding = Finding::error(FindingCode::TOO_LONG, field(&format!("captions[{place}]")), "shorten it");
            let finding = finding.with_value(format!("{used} characters"));
            findings.push(finding.with_limit(format!("at most {MAX_CAPTION} characters")));
        }
    }
}
