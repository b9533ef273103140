//! What X alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Finding, FindingCode, MediaRole, PlatformOptions, Post, Rules, ThreadPart};
use social_core::text;

pub(super) const PLATFORM: Platform = Platform::new("x");

/// X charges more for a post with a link.
const LINK_PRICE: FindingCode = FindingCode::new("x.link_price");
/// X may refuse it to an app that pays by use.
const SUMMONED: FindingCode = FindingCode::new("x.summoned_only");
/// A post names so many accounts that its files show.
const MAX_TAGGED: usize = 10;
/// The documents name 1280 x 1024 for a video.
const NAMED_PIXELS: u64 = 1280 * 1024;

/// Who may answer a post. Whom it mentions may always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReplySettings {
    /// The accounts that the author follows.
    Following,
    /// The accounts that the text mentions.
    MentionedUsers,
    /// The author's subscribers.
    Subscribers,
    /// Verified accounts.
    Verified,
}

impl ReplySettings {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Following => "following",
            Self::MentionedUsers => "mentionedUsers",
            Self::Subscribers => "subscribers",
            Self::Verified => "verified",
        }
    }
}

/// Why people are warned before they see a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SensitiveMedia {
    /// It is for adults.
    AdultContent,
    /// It shows violence.
    GraphicViolence,
    /// Another reason.
    Other,
}

/// Options of a post on X.
///
/// ```
/// use platform_publishers::x::{ReplySettings, XOptions};
/// use social_core::publish::Post;
///
/// let options = XOptions::new().with_reply_settings(ReplySettings::MentionedUsers).with_paid_partnership();
/// let post = Post::new("Fresh bread, with @millersdaughter").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | holds for |
/// |---|---|
/// | `reply_settings`, `community_id`, `tagged_user_ids` | the post itself |
/// | `sensitive_media` | every file |
/// | `paid_partnership` | every part of a thread |
///
/// Source: X's OpenAPI 2.167, createPosts and createMediaMetadata (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct XOptions {
    /// Who may answer; everybody when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_settings: Option<ReplySettings>,
    /// The id of the community in which it is posted, a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<String>,
    /// It is part of a paid partnership.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paid_partnership: bool,
    /// People are warned before they see its files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sensitive_media: Vec<SensitiveMedia>,
    /// The ids of the accounts that its files show, at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tagged_user_ids: Vec<String>,
}

impl XOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who may answer.
    #[must_use]
    pub const fn with_reply_settings(mut self, who: ReplySettings) -> Self {
        self.reply_settings = Some(who);
        self
    }

    /// Posts it in a community.
    #[must_use]
    pub fn with_community_id(mut self, id: impl Into<String>) -> Self {
        self.community_id = Some(id.into());
        self
    }

    /// Says that it is part of a paid partnership.
    #[must_use]
    pub const fn with_paid_partnership(mut self) -> Self {
        self.paid_partnership = true;
        self
    }

    /// Warns people before they see its files.
    #[must_use]
    pub fn with_sensitive_media(mut self, why: SensitiveMedia) -> Self {
        self.sensitive_media.push(why);
        self
    }

    /// Names an account that its files show.
    #[must_use]
    pub fn with_tagged_user_id(mut self, id: impl Into<String>) -> Self {
        self.tagged_user_ids.push(id.into());
        self
    }
}

impl PlatformOptions for XOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("reply_settings", "who may answer: following, mentioned_users, subscribers, verified")
        .with_option("community_id", "the community in which it is posted")
        .with_option("paid_partnership", "it is part of a paid partnership")
        .with_option("sensitive_media", "people are warned: adult_content, graphic_violence, other")
        .with_option("tagged_user_ids", "the accounts that its files show")
}

/// What rules as data cannot say.
pub(super) fn check(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    match post.options.get::<XOptions>() {
        Ok(options) => check_options(&options.unwrap_or_default(), post, &mut findings),
        Err(error) => findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    }
    for (field, other) in [("reply_to", &post.reply_to), ("quote", &post.quote)] {
        let Some(other) = other else { continue };
        id(&other.id, &format!("{field}.id"), &mut findings);
        let message = "an app that pays by use may do so only when that account mentioned or quoted this one before";
        findings.push(Finding::warning(SUMMONED, field, message));
    }
    let texts = std::iter::once(&post.text).chain(post.thread.iter().map(|part| &part.text));
    for (index, _) in texts.enumerate().filter(|(_, words)| !text::links(words).is_empty()) {
        let field = index.checked_sub(1).map_or_else(|| "text".to_owned(), |part| format!("thread[{part}].text"));
        let message = "X charges 0.20 USD for a post with a link and 0.015 USD for one without";
        findings.push(Finding::note(LINK_PRICE, field, message));
    }
    files(post, facts, &mut findings);
    findings
}

fn check_options(options: &XOptions, post: &Post, findings: &mut Vec<Finding>) {
    if let Some(community) = &options.community_id {
        id(community, "options.x.community_id", findings);
    }
    for (index, user) in options.tagged_user_ids.iter().enumerate() {
        id(user, &format!("options.x.tagged_user_ids[{index}]"), findings);
    }
    let tagged = options.tagged_user_ids.len();
    if tagged > MAX_TAGGED {
        let message = "too many accounts are named; leave some out";
        let finding = Finding::error(FindingCode::TOO_MANY, "options.x.tagged_user_ids", message);
        findings.push(
            finding.with_value(format!("{tagged} accounts")).with_limit(format!("at most {MAX_TAGGED} accounts")),
        );
    }
    if tagged > 0 && post.content().next().is_none() {
        let message = "only files can show accounts, and the post has none";
        findings.push(Finding::error(FindingCode::INVALID, "options.x.tagged_user_ids", message));
    }
    if !options.sensitive_media.is_empty() && post.files().all(|file| file.role != MediaRole::Content) {
        let message = "only files can be sensitive, and the post has none";
        findings.push(Finding::error(FindingCode::INVALID, "options.x.sensitive_media", message));
    }
}

fn id(id: &str, field: &str, findings: &mut Vec<Finding>) {
    if !(1..=19).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        let finding = Finding::error(FindingCode::INVALID, field, "an id of X is a number of at most 19 digits");
        findings.push(finding.with_value(id));
    }
}

fn files(post: &Post, facts: &[MediaInfo], findings: &mut Vec<Finding>) {
    let of_parts = post.thread.iter().enumerate().flat_map(|(part, ThreadPart { attachments, .. })| {
        (0..attachments.len()).map(move |index| format!("thread[{part}].attachments[{index}]"))
    });
    let fields = (0..post.attachments.len()).map(|index| format!("attachments[{index}]")).chain(of_parts);
    for ((file, info), field) in post.files().zip(facts).zip(fields) {
        if file.role == MediaRole::Captions && language(post, file.language.as_deref()).is_none() {
            let message = "X wants the language of captions in two letters; name it, for instance `en`";
            findings.push(Finding::error(FindingCode::MISSING, format!("{field}.language"), message));
        }
        if file.role != MediaRole::Content || info.media_type.kind() != MediaKind::Video {
            continue;
        }
        if file.alt_text.is_some() {
            let message = "X shows alt texts of images and GIFs only; attach captions";
            findings.push(Finding::warning(FindingCode::NOT_SHOWN, format!("{field}.alt_text"), message));
        }
        let pixels = info.width.zip(info.height).map(|(width, height)| u64::from(width) * u64::from(height));
        if pixels.is_some_and(|pixels| pixels > NAMED_PIXELS) {
            let message = "X's documents name 1280 x 1024 pixels; a larger video is shown smaller";
            findings.push(Finding::note(FindingCode::TOO_LARGE, format!("{field}.width"), message));
        }
    }
}

/// The language of captions in the two capital letters that X wants.
pub(super) fn language(post: &Post, of_file: Option<&str>) -> Option<String> {
    let tag = of_file.or(post.languages.first().map(String::as_str))?;
    let language = tag.split('-').next().filter(|language| language.len() == 2)?;
    Some(language.to_ascii_uppercase())
}
