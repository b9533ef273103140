//! Posts into a channel of Slack, as a bot or by an incoming webhook.
//!
//! **Environment:** `SLACK_BOT_TOKEN` and `SLACK_CHANNEL_ID`, or `SLACK_WEBHOOK_URL`;
//! `SLACK_API_URL` for a proxy.
//!
//! **Supported:** texts; a bot also files of any kind with alt text, answers in threads, status,
//! deletion and readiness. What Slack alone understands is in [`SlackOptions`].
//!
//! ```no_run
//! use platform_publishers::slack::{Slack, SlackOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (slack, run) = (Slack::from_env()?, Run::ephemeral());
//! let options = SlackOptions::new().with_formatting();
//! let post = Post::new("*The menu* is out.").with_placement(Placement::MESSAGE).with_options(&options)?;
//! let ask = Ask::for_account(slack.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! println!("{:?}", slack.publish(&run, &answer.approved()?).await?.url());
//! # Ok(()) }
//! ```
//!
//! `&`, `<` and `>` are escaped, so that no text pings a channel or hides a link. A bot's message
//! carries a key of ours as metadata, which every app of the workspace can read; by it a message
//! whose answer was lost is found in the channel's history. Files are uploaded first, which nobody
//! sees, and shared with one request. Slack shares them a moment later: until then the receipt says
//! [`Processing`](social_core::publish::ReceiptState::Processing).
//!
//! | what | limit |
//! |---|---|
//! | text | 38,000 characters as sent: above 40,000 Slack cuts in silence, and its unit is not documented |
//! | files | 1 GiB each (not confirmed), at least one byte; workspaces restrict further |
//! | alt text | 1000 characters |
//! | rate | about one message a second per channel |
//!
//! A connected account ([`connect_account`](crate::connect_account())) is the bot of a workspace; the
//! channel is that of `SLACK_CHANNEL_ID`.
//!
//! **Known limits:** a webhook takes texts and cannot be asked, so a lost answer of it stays
//! unknown until a person has looked. So does a lost request to share files that Slack does not
//! show as shared. Apps outside of Slack's marketplace read the history once a minute. There are
//! no polls and no threads of several messages. Slack's own scheduling is not used: publish when
//! the time has come.
//!
//! **Sources:** docs.slack.dev (August 2026), slackapi/node-slack-sdk and python-slack-sdk (August
//! 2026).

mod afterwards;
mod error;
mod files;
mod find;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use rules::MAX_TEXT;
#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};
use url::Url;

pub use options::SlackOptions;
pub use rules::{PLACEMENTS, rules};
use wire::Verdict;

use crate::sign_in::SLACK;

/// The Web API.
pub const API: &str = "https://slack.com/api";

const BOT_TOKEN: Setting =
    Setting::new("SLACK_BOT_TOKEN", "a bot's token", "https://api.slack.com/apps (OAuth & Permissions)", "xoxb-0000")
        .secret()
        .optional();
const CHANNEL_ID: Setting =
    Setting::new("SLACK_CHANNEL_ID", "the channel's id", "Slack (channel > About > Channel ID)", "C0000000000")
        .optional();
const WEBHOOK_URL: Setting = Setting::new(
    "SLACK_WEBHOOK_URL",
    "the address of an incoming webhook",
    "https://api.slack.com/apps (Incoming Webhooks)",
    "https://hooks.slack.com/services/T0000/B0000/slack-0000",
)
.secret()
.optional();
const API_URL: Setting = Setting::base_url("SLACK_API_URL", API);

/// `slack`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [BOT_TOKEN, CHANNEL_ID, WEBHOOK_URL, API_URL];
    PlatformEntry::new(options::PLATFORM, "a channel of Slack, by a bot or a webhook", settings, |settings, parts| {
        Ok(Slack::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([SLACK], |settings, parts, access| {
        let read = Reader::new("slack", settings, &[])?;
        let Some(channel) = read.optional_text(&CHANNEL_ID) else { return Err(read.missing(&[&CHANNEL_ID])) };
        Ok(Slack::bot(read.endpoint(Slack::endpoint(), &API_URL), access.tokens, channel)?.with_tenant(parts.tenant))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("slack", settings, &[])?.endpoint(Slack::endpoint(), &API_URL).build())
}

/// As whom messages are sent.
#[derive(Clone, Debug)]
enum Sender {
    /// By the path of the webhook.
    Webhook(SecretString),
    /// Into a channel.
    Bot { channel: String, tokens: Arc<dyn TokenSource> },
}

/// One channel, by a bot or a webhook. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Slack {
    endpoint: Endpoint,
    sender: Sender,
    account: Account,
}

impl Slack {
    /// The settings of the Web API; [`API`] unless its base URL is replaced. The address of a
    /// webhook brings its own.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("slack", API).classify(error::classify)
    }

    /// A channel by its id, and the tokens of a bot in it with the scopes `chat:write`,
    /// `channels:history` (or `groups:history`), `files:write` and `files:read`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn bot(
        endpoint: EndpointBuilder,
        tokens: impl TokenSource + 'static,
        channel: impl Into<String>,
    ) -> Result<Self> {
        let channel = channel.into();
        let letters = |id: &str| id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !channel.starts_with(['C', 'G', 'D']) || channel.len() < 9 || !letters(&channel) {
            let message = format!("`{channel}` is not the id of a channel, such as C0123456789");
            return Err(Error::config(message).with_field("SLACK_CHANNEL_ID"));
        }
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        let endpoint = endpoint.auth(Auth::source(tokens.clone())).build()?;
        let account = Account::new(AccountKey::new(options::PLATFORM, &channel), format!("channel {channel}"));
        Ok(Self { endpoint, sender: Sender::Bot { channel, tokens }, account })
    }

    /// An incoming webhook by its address, which is a secret.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an address that is not a URL with a path; it
    /// is not shown.
    pub fn webhook(endpoint: EndpointBuilder, address: &SecretString) -> Result<Self> {
        let Some(url) = Url::parse(address.expose_secret()).ok().filter(|url| url.path().len() > 1) else {
            return Err(Error::config("the webhook's address is not a URL with a path").with_field("SLACK_WEBHOOK_URL"));
        };
        let path = SecretString::from(url.path().trim_start_matches('/'));
        let endpoint = endpoint.base_url(url.origin().ascii_serialization()).secret(&path);
        // The last part is what keeps strangers out.
        let key = SecretString::from(url.path().rsplit('/').next().unwrap_or_default());
        let endpoint = endpoint.secret(&key).build()?;
        let key = AccountKey::of_secret(Tenant::DEFAULT, options::PLATFORM, &SecretString::from(url.as_str()));
        Ok(Self { endpoint, sender: Sender::Webhook(path), account: key.into() })
    }

    /// The channel of `SLACK_CHANNEL_ID` with the bot of `SLACK_BOT_TOKEN`, or the webhook of
    /// `SLACK_WEBHOOK_URL`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("slack", settings, &[])?;
        let endpoint = read.endpoint(Self::endpoint(), &API_URL);
        match (read.optional_secret(&BOT_TOKEN), read.optional_text(&CHANNEL_ID), read.optional_secret(&WEBHOOK_URL)) {
            (Some(token), Some(channel), _) => {
                Self::bot(endpoint, FixedToken::new(token).with_advice("set a new SLACK_BOT_TOKEN"), channel)
            }
            (None, _, Some(address)) => Self::webhook(endpoint, &address),
            (Some(_), None, _) => Err(read.missing(&[&CHANNEL_ID])),
            (None, Some(_), None) => Err(read.missing(&[&BOT_TOKEN])),
            (None, None, None) => Err(read.missing(&[&BOT_TOKEN, &CHANNEL_ID])),
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

    /// Says what people know the channel by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// The channel of a bot.
    fn channel(&self) -> Option<&str> {
        match &self.sender {
            Sender::Bot { channel, .. } => Some(channel),
            Sender::Webhook(_) => None,
        }
    }

    /// Sends a call and reads its answer, which says with a success status whether it failed.
    async fn ask<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T> {
        let reply = call.send().await?;
        let Verdict { ok } = reply.json()?;
        if ok { reply.json() } else { Err(reply.describe(self.endpoint.classify(&reply.failure()))) }
    }
}
