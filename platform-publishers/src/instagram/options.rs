//! What Instagram alone understands.

use serde::{Deserialize, Serialize};
use social_core::publish::{Finding, FindingCode, MediaRole, Placement, PlatformOptions, Post, Rules};
use social_core::text::typed_name;
use social_core::{Error, Platform, Result};

pub(crate) const MAX_COLLABORATORS: usize = 3;
/// Instagram's help, choosing a username (November 2026).
const LONGEST_USERNAME: usize = 30;
/// Subcode 2207040.
pub(crate) const MAX_USER_TAGS: usize = 20;

pub(super) const PLATFORM: Platform = Platform::new("instagram");

/// Options of a post on Instagram.
///
/// ```
/// use platform_publishers::instagram::{InstagramOptions, UserTag};
/// use social_core::publish::{Placement, Post};
///
/// let options = InstagramOptions::new().with_share_to_feed(false).with_user_tag(UserTag::new("baker_eva"));
/// let reel = Post::new("How it rises").with_placement(Placement::REEL).with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | feed | carousel | reel | story |
/// |---|---|---|---|---|
/// | `share_to_feed`, `cover_offset_ms` | | | yes | |
/// | `collaborators`, `location_id` | yes | | yes | |
/// | `user_tags` | yes | yes | yes | yes |
///
/// Sources: developers.facebook.com, ig-user/media, v25.0; facebook_business 26.0 (November 2026).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct InstagramOptions {
    /// Whether a reel also stands in the feed; Instagram takes it for true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_to_feed: Option<bool>,
    /// The frame that stands for a reel until it plays, in milliseconds from the start. Not beside
    /// a cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_offset_ms: Option<u64>,
    /// Usernames of accounts that are asked to share the post as theirs. At most 3. An `@` and
    /// invisible characters in front of a name are dropped, here as in [`UserTag::username`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collaborators: Vec<String>,
    /// The id of a place, as Facebook's page search knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// Accounts that can be seen. At most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_tags: Vec<UserTag>,
}

/// An account that can be seen in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UserTag {
    /// Its username.
    pub username: String,
    /// Where in an image, from 0 at the left to 1 at the right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f64>,
    /// Where in an image, from 0 at the top to 1 at the bottom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<f64>,
    /// In which of the post's attachments, counted from zero.
    #[serde(default, skip_serializing_if = "is_first")]
    pub attachment: usize,
}

fn is_first(attachment: &usize) -> bool {
    *attachment == 0
}

impl UserTag {
    /// An account that can be seen in a video.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), x: None, y: None, attachment: 0 }
    }

    /// Says where in an image, each from 0 to 1.
    #[must_use]
    pub const fn at(mut self, x: f64, y: f64) -> Self {
        (self.x, self.y) = (Some(x), Some(y));
        self
    }

    /// Says in which of the post's attachments.
    #[must_use]
    pub const fn in_attachment(mut self, index: usize) -> Self {
        self.attachment = index;
        self
    }
}

impl InstagramOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says whether a reel also stands in the feed.
    #[must_use]
    pub const fn with_share_to_feed(mut self, share: bool) -> Self {
        self.share_to_feed = Some(share);
        self
    }

    /// Chooses the frame that stands for a reel until it plays.
    #[must_use]
    pub const fn with_cover_offset_ms(mut self, offset: u64) -> Self {
        self.cover_offset_ms = Some(offset);
        self
    }

    /// Asks an account to share the post as its own.
    #[must_use]
    pub fn with_collaborator(mut self, username: impl Into<String>) -> Self {
        self.collaborators.push(username.into());
        self
    }

    /// Says where it is.
    #[must_use]
    pub fn with_location_id(mut self, id: impl Into<String>) -> Self {
        self.location_id = Some(id.into());
        self
    }

    /// Says who can be seen.
    #[must_use]
    pub fn with_user_tag(mut self, tag: UserTag) -> Self {
        self.user_tags.push(tag);
        self
    }

    /// The fields of the container that becomes the post.
    pub(super) fn fields(&self) -> Result<Vec<(&'static str, String)>> {
        let mut fields = Vec::new();
        fields.extend(self.share_to_feed.map(|share| ("share_to_feed", share.to_string())));
        fields.extend(self.cover_offset_ms.map(|offset| ("thumb_offset", offset.to_string())));
        if !self.collaborators.is_empty() {
            let names: Vec<_> = self.collaborators.iter().map(|name| typed_name(name)).collect();
            fields.push(("collaborators", json("collaborators", &names)?));
        }
        fields.extend(self.location_id.clone().map(|id| ("location_id", id)));
        Ok(fields)
    }

    /// The accounts that can be seen in a file, as its container takes them.
    pub(super) fn tags_of(&self, attachment: usize) -> Result<Option<(&'static str, String)>> {
        #[derive(Serialize)]
        struct Tag {
            username: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            x: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            y: Option<f64>,
        }
        let tags = self.user_tags.iter().filter(|tag| tag.attachment == attachment);
        let tags: Vec<_> = tags.map(|tag| Tag { username: typed_name(&tag.username), x: tag.x, y: tag.y }).collect();
        if tags.is_empty() { Ok(None) } else { Ok(Some(("user_tags", json("user_tags", &tags)?))) }
    }
}

fn is_username(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    (1..=LONGEST_USERNAME).contains(&name.len()) && name.chars().all(allowed)
}

fn json(option: &str, value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| Error::invalid(format!("options.instagram.{option}"), e.to_string()).with_source(e))
}

impl PlatformOptions for InstagramOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options of a placement in its rules.
pub(super) fn list(rules: Rules) -> Rules {
    let placement = rules.placement.clone();
    let mut rules = rules.with_option("user_tags", "accounts that can be seen");
    if placement == Placement::FEED || placement == Placement::REEL {
        rules = rules
            .with_option("collaborators", "accounts that are asked to share the post as theirs")
            .with_option("location_id", "where it is");
    }
    if placement == Placement::REEL {
        rules = rules
            .with_option("share_to_feed", "whether the reel also stands in the feed")
            .with_option("cover_offset_ms", "the frame that stands for the reel until it plays");
    }
    rules
}

/// What is wrong with the options of a post. `is_image` says it of each attachment.
pub(super) fn check(post: &Post, is_image: impl Fn(usize) -> bool, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<InstagramOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let mut error = |code, field: String, message: String| {
        findings.push(Finding::error(code, format!("options.instagram.{field}"), message));
    };
    for (name, count, maximum) in [
        ("collaborators", options.collaborators.len(), MAX_COLLABORATORS),
        ("user_tags", options.user_tags.len(), MAX_USER_TAGS),
    ] {
        if count > maximum {
            let message = format!("there are {count}, allowed are at most {maximum}; take out {}", count - maximum);
            error(FindingCode::TOO_MANY, name.to_owned(), message);
        }
    }
    if options.cover_offset_ms.is_some() && post.cover().is_some() {
        let message = "a cover and a frame exclude each other; keep one of them".to_owned();
        error(FindingCode::MIXED, "cover_offset_ms".to_owned(), message);
    }
    let collaborators =
        options.collaborators.iter().enumerate().map(|(index, name)| (format!("collaborators[{index}]"), name));
    let tagged = options.user_tags.iter().enumerate();
    let tagged = tagged.map(|(index, tag)| (format!("user_tags[{index}].username"), &tag.username));
    for (field, name) in collaborators.chain(tagged).filter(|(_, name)| !is_username(&typed_name(name))) {
        let message =
            format!("`{name}` is not a username: up to {LONGEST_USERNAME} letters, digits, dots and underscores");
        error(FindingCode::INVALID, field, message);
    }
    for (index, tag) in options.user_tags.iter().enumerate() {
        let field = format!("user_tags[{index}]");
        if !post.attachments.get(tag.attachment).is_some_and(|file| file.role == MediaRole::Content) {
            let message = format!("the post shows no attachment {}", tag.attachment);
            error(FindingCode::INVALID, format!("{field}.attachment"), message);
            continue;
        }
        let inside = |at: Option<f64>| at.is_some_and(|at| (0.0..=1.0).contains(&at));
        let placed = inside(tag.x) && inside(tag.y);
        let unplaced = tag.x.is_none() && tag.y.is_none();
        let message = match (is_image(tag.attachment), post.placement == Placement::STORY) {
            (true, false) if !placed => "an account in an image has a place: x and y, each from 0 to 1",
            (true, true) if !placed && !unplaced => "the place in an image is x and y, each from 0 to 1",
            (false, _) if !unplaced => "an account in a video has no place; leave out x and y",
            _ => continue,
        };
        error(FindingCode::INVALID, field, message.to_owned());
    }
}
