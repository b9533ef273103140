//! What TikTok alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::media::MediaInfo;
use social_core::publish::{Finding, FindingCode, Placement, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("tiktok");

/// Photos to swipe through, with a title and a text.
pub const PHOTO: Placement = Placement::new("photo");

/// Who may see a post. Which ones an account offers is read from it before each post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum PrivacyLevel {
    /// Everybody.
    PublicToEveryone,
    /// Friends: those who follow each other.
    MutualFollowFriends,
    /// Followers, of a private account.
    FollowerOfCreator,
    /// Only the account itself.
    SelfOnly,
}

impl PrivacyLevel {
    /// TikTok's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PublicToEveryone => "PUBLIC_TO_EVERYONE",
            Self::MutualFollowFriends => "MUTUAL_FOLLOW_FRIENDS",
            Self::FollowerOfCreator => "FOLLOWER_OF_CREATOR",
            Self::SelfOnly => "SELF_ONLY",
        }
    }
}

/// Options of a post on TikTok.
///
/// ```
/// use platform_publishers::tiktok::{PrivacyLevel, TikTokOptions};
/// use social_core::publish::Post;
///
/// let options = TikTokOptions::new().with_privacy(PrivacyLevel::SelfOnly).with_comments();
/// let post = Post::new("Fresh bread").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | video | photo | draft |
/// |---|---|---|---|
/// | `privacy` | required | required | |
/// | `comments` | yes | yes | |
/// | `duets`, `stitches`, `cover_ms` | yes | | |
/// | `cover_image`, `music` | | yes | |
/// | `own_brand`, `paid_partnership` | yes | yes | |
///
/// Source: developers.tiktok.com, Content Posting API, direct post, photo post and content sharing
/// guidelines (November 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TikTokOptions {
    /// Who may see the post. A person has to choose; nothing is assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<PrivacyLevel>,
    /// People may comment.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub comments: bool,
    /// People may make duets with the video.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub duets: bool,
    /// People may make stitches of the video.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stitches: bool,
    /// The frame that is the cover, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_ms: Option<u64>,
    /// The photo that is the cover, counted from zero; the first one otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_image: Option<usize>,
    /// TikTok adds music to photos.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub music: bool,
    /// It promotes the account's own business.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub own_brand: bool,
    /// It is a paid partnership that promotes another business.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paid_partnership: bool,
    /// It goes to the person's inbox, who finishes it in TikTok within the app's time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft: bool,
}

impl TikTokOptions {
    /// No options. A post that is no draft needs [`with_privacy`](Self::with_privacy).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who may see the post.
    #[must_use]
    pub const fn with_privacy(mut self, level: PrivacyLevel) -> Self {
        self.privacy = Some(level);
        self
    }

    /// Lets people comment.
    #[must_use]
    pub const fn with_comments(mut self) -> Self {
        self.comments = true;
        self
    }

    /// Lets people make duets with the video.
    #[must_use]
    pub const fn with_duets(mut self) -> Self {
        self.duets = true;
        self
    }

    /// Lets people make stitches of the video.
    #[must_use]
    pub const fn with_stitches(mut self) -> Self {
        self.stitches = true;
        self
    }

    /// Takes the frame at this time as the cover, in milliseconds.
    #[must_use]
    pub const fn with_cover_ms(mut self, milliseconds: u64) -> Self {
        self.cover_ms = Some(milliseconds);
        self
    }

    /// Takes this photo as the cover, counted from zero.
    #[must_use]
    pub const fn with_cover_image(mut self, index: usize) -> Self {
        self.cover_image = Some(index);
        self
    }

    /// Lets TikTok add music to photos.
    #[must_use]
    pub const fn with_music(mut self) -> Self {
        self.music = true;
        self
    }

    /// Discloses that it promotes the account's own business.
    #[must_use]
    pub const fn with_own_brand(mut self) -> Self {
        self.own_brand = true;
        self
    }

    /// Discloses a paid partnership.
    #[must_use]
    pub const fn with_paid_partnership(mut self) -> Self {
        self.paid_partnership = true;
        self
    }

    /// Makes it a draft in the person's inbox.
    #[must_use]
    pub const fn with_draft(mut self) -> Self {
        self.draft = true;
        self
    }
}

impl PlatformOptions for TikTokOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options of a placement in its rules.
pub(super) fn list(rules: Rules) -> Rules {
    let is_photo = rules.placement == PHOTO;
    let rules = rules
        .with_option("privacy", "who may see the post, as the account offers it; required unless it is a draft")
        .with_option("comments", "people may comment")
        .with_option("own_brand", "it promotes the account's own business")
        .with_option("paid_partnership", "it is a paid partnership")
        .with_option("draft", "it goes to the person's inbox, who finishes it in TikTok");
    if is_photo {
        return rules
            .with_option("cover_image", "the photo that is the cover, counted from zero")
            .with_option("music", "TikTok adds music");
    }
    rules
        .with_option("duets", "people may make duets")
        .with_option("stitches", "people may make stitches")
        .with_option("cover_ms", "the frame that is the cover, in milliseconds")
}

/// What is wrong with the options of a post. `unaudited`: the app may post for the author's eyes
/// only.
pub(super) fn check(post: &Post, facts: &[MediaInfo], unaudited: bool, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<TikTokOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let field = |name: &str| format!("options.tiktok.{name}");
    if options.draft {
        let TikTokOptions { privacy, comments, duets, stitches, cover_ms, cover_image, music, .. } = options;
        let TikTokOptions { own_brand, paid_partnership, .. } = options;
        for (name, is_set) in [
            ("privacy", privacy.is_some()),
            ("comments", comments),
            ("duets", duets),
            ("stitches", stitches),
            ("cover_ms", cover_ms.is_some()),
            ("cover_image", cover_image.is_some()),
            ("music", music),
            ("own_brand", own_brand),
            ("paid_partnership", paid_partnership),
        ] {
            if is_set {
                let message = "the person chooses this when they finish the draft in TikTok; take it out";
                findings.push(Finding::error(FindingCode::MIXED, field(name), message));
            }
        }
        return;
    }
    match options.privacy {
        None => {
            let message = "who may see the post is not chosen; choose one of the levels that the account offers";
            findings.push(Finding::error(FindingCode::MISSING, field("privacy"), message));
        }
        Some(level) if unaudited && level != PrivacyLevel::SelfOnly => {
            let message = "TikTok has not audited the app: posts are visible to the account only until it has";
            let finding = Finding::error(FindingCode::UNSUPPORTED, field("privacy"), message);
            findings.push(finding.with_value(level.as_str()).with_limit(PrivacyLevel::SelfOnly.as_str()));
        }
        Some(PrivacyLevel::SelfOnly) if options.paid_partnership => {
            let message = "a paid partnership has to be visible to others, by TikTok's guidelines";
            findings.push(Finding::warning(FindingCode::MIXED, field("paid_partnership"), message));
        }
        Some(_) => {}
    }
    let length = facts.first().and_then(|info| info.duration).map(|length| length.as_millis());
    if let (Some(at), Some(length)) = (options.cover_ms, length)
        && u128::from(at) > length
    {
        let finding = Finding::error(FindingCode::INVALID, field("cover_ms"), "the video is over by then");
        findings.push(finding.with_value(format!("{at} ms")).with_limit(format!("at most {length} ms")));
    }
    let photos = post.content().count();
    if let Some(index) = options.cover_image.filter(|index| *index >= photos) {
        let finding = Finding::error(FindingCode::INVALID, field("cover_image"), "there is no such photo");
        findings.push(finding.with_value(index.to_string()).with_limit(format!("below {photos}")));
    }
}
