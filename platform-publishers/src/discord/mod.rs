//! Sends messages into a channel of Discord, by a webhook or as a bot.
//!
//! **Environment:** `DISCORD_WEBHOOK_URL`, with the `DISCORD_BOT_TOKEN` of a bot that looks for
//! messages whose answer was lost, if there is one; or `DISCORD_BOT_TOKEN` and `DISCORD_CHANNEL_ID`
//! for messages of the bot itself. `DISCORD_API_URL` for a proxy.
//!
//! **Supported:** texts, up to ten files with alt text, link cards, polls; a bot also answers
//! messages; status, deletion and readiness. What Discord alone understands (name and image of the
//! sender, threads, forum posts, who is pinged) is in [`DiscordOptions`].
//!
//! ```no_run
//! use platform_publishers::discord::{Discord, DiscordOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (discord, run) = (Discord::from_env()?, Run::ephemeral());
//! let options = DiscordOptions::new().with_username("41 Bistro").silent();
//! let post = Post::new("The new menu is here.").with_placement(Placement::MESSAGE).with_options(&options)?;
//! let ask = Ask::for_account(discord.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! println!("{:?}", discord.publish(&run, &answer.approved()?).await?.url());
//! # Ok(()) }
//! ```
//!
//! | | webhook | bot |
//! |---|---|---|
//! | the account is | the webhook, by its number | the channel, by its number |
//! | a lost answer | is looked up in the channel by a bot, where there is one beside the webhook ([`Discord::with_reader`]); stays unknown otherwise, and a person looks | is sent again with the same nonce within a minute, and looked up in the channel after that |
//! | answers | no | yes |
//! | name and image of the sender | per message | the bot's |
//!
//! A message pings only what [`DiscordOptions::with_ping`] names, also when its text has mentions.
//! `@everyone` cannot be pinged from here.
//!
//! | what | limit |
//! |---|---|
//! | text | 2000 characters (code points) |
//! | files | 10, of 10 MiB each ([`Discord::with_max_file_bytes`] for boosted servers), 25 MiB together or one of the largest |
//! | alt text | 1024 characters |
//! | title of a link card | 256 characters |
//! | poll | 10 answers of 55 characters, question 300, up to 32 days (not confirmed) |
//! | rate | 50 requests a second per bot; per webhook 5 in two seconds (not confirmed) |
//!
//! **Known limits:** a bot without the permission to read the channel's history gets an empty list
//! and no error, so an empty list leaves a lost message unknown. Messages are not scheduled and
//! there are no threads of several messages; a message can go into a thread of the channel. A
//! message in an announcement channel is not passed on to the channels that follow it: publish it
//! there by hand. A sign-in with the scope `webhook.incoming` makes a webhook whose address the
//! account does not keep: take it from the answer and set `DISCORD_WEBHOOK_URL`.
//!
//! **Sources:** discord/discord-api-docs (August 2026), discord/discord-api-spec (July 2026).

mod afterwards;
mod error;
mod find;
mod message;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use rules::MAX_REQUEST_BYTES;
#[cfg(test)]
pub(crate) use tests::all_options;

use http::Method;
use http::header::USER_AGENT;
use secrecy::{ExposeSecret as _, SecretString};
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, FixedToken, Route};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};
use url::Url;

use crate::sign_in::DISCORD;
pub use options::{DiscordOptions, Ping};
pub use rules::{PLACEMENTS, rules};

/// The interface, of the version that this module was written for.
pub const API: &str = "https://discord.com/api/v10";

/// Discord asks for this form, and blocks others.
const AGENT: &str = concat!("DiscordBot (https://docs.rs/platform-publishers, ", env!("CARGO_PKG_VERSION"), ")");

const WEBHOOK_URL: Setting = Setting::new(
    "DISCORD_WEBHOOK_URL",
    "the address of a webhook",
    "Discord (channel settings > Integrations > Webhooks > Copy URL)",
    "https://discord.com/api/webhooks/1000000000000000000/discord-0000",
)
.secret()
.optional();
const BOT_TOKEN: Setting =
    Setting::new("DISCORD_BOT_TOKEN", "a bot's token", "https://discord.com/developers/applications (Bot)", "bot-0000")
        .secret()
        .optional();
const CHANNEL_ID: Setting = Setting::new(
    "DISCORD_CHANNEL_ID",
    "the number of the channel",
    "Discord (developer mode, channel > Copy Channel ID)",
    "1000000000000000000",
)
.optional();
const API_URL: Setting = Setting::base_url("DISCORD_API_URL", API);

/// `discord`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [WEBHOOK_URL, BOT_TOKEN, CHANNEL_ID, API_URL];
    PlatformEntry::new(options::PLATFORM, "a channel of Discord, by a webhook or a bot", settings, |settings, parts| {
        Ok(Discord::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([DISCORD], |settings, _, access| {
        let read = Reader::new("discord", settings, &[])?;
        let Some(address) = access.detail("webhook.url").and_then(|address| address.as_str()) else {
            let message = "the account was connected without a webhook; connect it again for the purpose `publish`";
            return Err(Error::config(message).with_vendor("discord").with_field("account"));
        };
        let endpoint = read.endpoint(Discord::endpoint(), &API_URL);
        let webhook = Discord::webhook(endpoint.clone(), &SecretString::from(address))?;
        let webhook = Discord { account: access.account, ..webhook };
        match read.optional_secret(&BOT_TOKEN) {
            Some(token) => webhook.with_reader(endpoint, token),
            None => Ok(webhook),
        }
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("discord", settings, &[])?.endpoint(Discord::endpoint(), &API_URL).build())
}

/// As whom messages are sent.
#[derive(Clone, Debug)]
enum Sender {
    Webhook { id: String, token: SecretString },
    Bot { channel: String },
}

/// One channel, by a webhook or a bot. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Discord {
    endpoint: Endpoint,
    sender: Sender,
    /// Lists messages as a bot.
    reader: Option<Endpoint>,
    account: Account,
    max_file_bytes: u64,
}

impl Discord {
    /// The settings of the interface; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("discord", API).header(USER_AGENT, AGENT).classify(error::classify)
    }

    /// A webhook by its address, which is a secret.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an address that is not a webhook's; it is
    /// not shown.
    pub fn webhook(endpoint: EndpointBuilder, address: &SecretString) -> Result<Self> {
        let url = Url::parse(address.expose_secret()).ok();
        let parts = url.as_ref().and_then(|url| {
            let parts: Vec<_> = url.path_segments()?.skip_while(|part| *part != "webhooks").collect();
            match *parts.as_slice() {
                ["webhooks", id, token, ..] if is_id(id) && !token.is_empty() => Some((id.to_owned(), token.into())),
                _ => None,
            }
        });
        let Some((id, token)) = parts else {
            let message = "the webhook's address is not https://discord.com/api/webhooks/ID/TOKEN";
            return Err(Error::config(message).with_field("DISCORD_WEBHOOK_URL"));
        };
        let token: SecretString = token;
        let endpoint = endpoint.secret(&token).build()?;
        let account = Account::new(AccountKey::new(options::PLATFORM, &id), format!("webhook {id}"));
        Ok(Self::new(endpoint, Sender::Webhook { id, token }, account))
    }

    /// A channel by its number, and the token of a bot that may write there.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn bot(endpoint: EndpointBuilder, token: SecretString, channel: impl Into<String>) -> Result<Self> {
        let channel = channel.into();
        if !is_id(&channel) {
            let message = format!("`{channel}` is not the number of a channel");
            return Err(Error::config(message).with_field("DISCORD_CHANNEL_ID"));
        }
        let endpoint = as_bot(endpoint, token)?;
        let account = Account::new(AccountKey::new(options::PLATFORM, &channel), format!("channel {channel}"));
        let discord = Self::new(endpoint.clone(), Sender::Bot { channel }, account);
        Ok(Self { reader: Some(endpoint), ..discord })
    }

    fn new(endpoint: Endpoint, sender: Sender, account: Account) -> Self {
        Self { endpoint, sender, reader: None, account, max_file_bytes: rules::MAX_FILE_BYTES }
    }

    /// Lets a bot look for the webhook's messages whose answer was lost. The bot has to see the
    /// channel and its history; it sends nothing.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn with_reader(mut self, endpoint: EndpointBuilder, token: SecretString) -> Result<Self> {
        self.reader = Some(as_bot(endpoint, token)?);
        Ok(self)
    }

    /// The webhook of `DISCORD_WEBHOOK_URL`, with the bot of `DISCORD_BOT_TOKEN` as its
    /// [reader](Self::with_reader) if there is one; or the channel of `DISCORD_CHANNEL_ID` with the bot of
    /// `DISCORD_BOT_TOKEN`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("discord", settings, &[])?;
        let endpoint = read.endpoint(Self::endpoint(), &API_URL);
        if let Some(address) = read.optional_secret(&WEBHOOK_URL) {
            let webhook = Self::webhook(endpoint.clone(), &address)?;
            return match read.optional_secret(&BOT_TOKEN) {
                Some(token) => webhook.with_reader(endpoint, token),
                None => Ok(webhook),
            };
        }
        match (read.optional_secret(&BOT_TOKEN), read.optional_text(&CHANNEL_ID)) {
            (Some(token), Some(channel)) => Self::bot(endpoint, token, channel),
            (Some(_), None) => Err(read.missing(&[&CHANNEL_ID])),
            (None, Some(_)) => Err(read.missing(&[&BOT_TOKEN])),
            (None, None) => Err(read.missing(&[&WEBHOOK_URL])),
        }
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the channel is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the channel by; its number otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Takes larger files, up to so many bytes each, where the server is boosted.
    #[must_use]
    pub const fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// The path of the webhook or channel, or of one of its messages in `channel`.
    fn route(&self, method: Method, channel: Option<&str>, message: Option<&str>) -> Result<Route> {
        let mut path = match &self.sender {
            Sender::Webhook { id, token } => format!("webhooks/{id}/{}", token.expose_secret()),
            Sender::Bot { channel: own } => format!("channels/{}", channel.unwrap_or(own)),
        };
        if let Some(message) = message {
            path.push_str("/messages/");
            path.push_str(message);
        } else if matches!((&self.sender, &method), (Sender::Bot { .. }, &Method::POST)) {
            path.push_str("/messages");
        }
        self.endpoint.route(method, &path)
    }

    fn is_webhook(&self) -> bool {
        matches!(self.sender, Sender::Webhook { .. })
    }

    /// A webhook is told in which thread of its channel a message stands.
    fn in_thread<'c>(&self, call: Call<'c>, thread: Option<&str>) -> Call<'c> {
        match thread.filter(|_| self.is_webhook()) {
            Some(thread) => call.query("thread_id", thread),
            None => call,
        }
    }
}

fn as_bot(endpoint: EndpointBuilder, token: SecretString) -> Result<Endpoint> {
    let token = FixedToken::new(token).with_advice("set a new DISCORD_BOT_TOKEN");
    endpoint.auth(Auth::worded("Bot", token)).build()
}

/// Ids are numbers that do not fit into 53 bits.
fn is_id(text: &str) -> bool {
    (15..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
