//! What Discord alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use url::Url;

use super::is_id;

pub(super) const PLATFORM: Platform = Platform::new("discord");

const MAX_NAME: usize = 80;
const MAX_THREAD_NAME: usize = 100;
const MAX_TAGS: usize = 5;

/// Whom a message pings. The text has to name them too: `<@ID>` a user, `<@&ID>` a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ping {
    /// A user by number.
    User(String),
    /// A role by number.
    Role(String),
}

/// Options of a message on Discord.
///
/// ```
/// use platform_publishers::discord::{DiscordOptions, Ping};
/// use social_core::publish::Post;
///
/// let options = DiscordOptions::new().with_ping(Ping::Role("1000000000000000002".to_owned()));
/// let post = Post::new("<@&1000000000000000002> The doors are open.").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: discord/discord-api-docs, resources/webhook and resources/message (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DiscordOptions {
    /// Under which name a webhook sends it; 1 to 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Under which image a webhook sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<Url>,
    /// The number of the thread that it goes into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The title of the forum post that a webhook makes of it; 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_name: Option<String>,
    /// Numbers of the tags of that forum post, at most 5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who is pinged; without it the message pings no person or role.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pings: Vec<Ping>,
    /// Members get no push notification.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// No cards of links in the text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_link_cards: bool,
}

impl DiscordOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends it under another name.
    #[must_use]
    pub fn with_username(mut self, name: impl Into<String>) -> Self {
        self.username = Some(name.into());
        self
    }

    /// Sends it under another image.
    #[must_use]
    pub fn with_avatar(mut self, image: Url) -> Self {
        self.avatar_url = Some(image);
        self
    }

    /// Sends it into a thread.
    #[must_use]
    pub fn with_thread(mut self, id: impl Into<String>) -> Self {
        self.thread = Some(id.into());
        self
    }

    /// Makes a forum post of it.
    #[must_use]
    pub fn with_thread_name(mut self, name: impl Into<String>) -> Self {
        self.thread_name = Some(name.into());
        self
    }

    /// Gives the forum post a tag.
    #[must_use]
    pub fn with_tag(mut self, id: impl Into<String>) -> Self {
        self.tags.push(id.into());
        self
    }

    /// Pings somebody.
    #[must_use]
    pub fn with_ping(mut self, whom: Ping) -> Self {
        self.pings.push(whom);
        self
    }

    /// Sends no push notification.
    #[must_use]
    pub const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Shows no cards of links in the text.
    #[must_use]
    pub const fn without_link_cards(mut self) -> Self {
        self.no_link_cards = true;
        self
    }
}

impl PlatformOptions for DiscordOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// The options that webhooks alone have.
pub(super) const OF_WEBHOOKS: [&str; 4] = ["username", "avatar_url", "thread_name", "tags"];

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("username", "the name under which a webhook sends it")
        .with_option("avatar_url", "the image under which a webhook sends it")
        .with_option("thread", "the number of the thread that it goes into")
        .with_option("thread_name", "the title of the forum post that a webhook makes of it")
        .with_option("tags", "numbers of the tags of the forum post")
        .with_option("pings", "who is pinged")
        .with_option("silent", "members get no push notification")
        .with_option("no_link_cards", "no cards of links in the text")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<DiscordOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let mut wrong = |code, field: &str, message: &str| {
        findings.push(Finding::error(code, format!("options.discord.{field}"), message));
    };
    for (field, name, maximum) in
        [("username", &options.username, MAX_NAME), ("thread_name", &options.thread_name, MAX_THREAD_NAME)]
    {
        let length = name.as_ref().map_or(1, |name| name.trim().chars().count());
        if !(1..=maximum).contains(&length) {
            wrong(FindingCode::TOO_LONG, field, &format!("it has 1 to {maximum} characters"));
        }
    }
    if options.thread.is_some() && options.thread_name.is_some() {
        wrong(FindingCode::INVALID, "thread", "a message goes into a thread or begins one; take out one of them");
    }
    if options.tags.len() > MAX_TAGS {
        wrong(FindingCode::TOO_MANY, "tags", "a forum post has at most 5 tags");
    }
    let ids = options.thread.iter().map(|id| ("thread", id)).chain(options.tags.iter().map(|id| ("tags", id)));
    let pings = options.pings.iter().map(|(Ping::User(id) | Ping::Role(id))| ("pings", id));
    for (field, _) in ids.chain(pings).filter(|(_, id)| !is_id(id)) {
        wrong(
            FindingCode::INVALID,
            field,
            "this is not a number of Discord's; copy it with developer mode switched on",
        );
    }
}
