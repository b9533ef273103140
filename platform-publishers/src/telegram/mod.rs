//! Sends posts into a channel, group or chat of Telegram, as a bot.
//!
//! **Environment:** `TELEGRAM_BOT_TOKEN` and `TELEGRAM_CHAT_ID`; `TELEGRAM_API_URL` for a Bot API
//! server of your own.
//!
//! **Supported:** texts with a link preview, one image, moving image, video or document with a
//! caption, albums, polls, answers, buttons; deletion and readiness. What Telegram alone
//! understands (bold words, buttons, silence, topics) is in [`TelegramOptions`].
//!
//! ```no_run
//! use platform_publishers::telegram::{Button, Telegram, TelegramOptions, TextFormat};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (telegram, run) = (Telegram::from_env()?, Run::ephemeral());
//! let options = TelegramOptions::new()
//!     .with_format("Fresh bread", TextFormat::Bold)
//!     .with_buttons([Button::link("Order", "https://example.com/".parse().unwrap())]);
//! let post = Post::new("Fresh bread from seven.").with_placement(Placement::MESSAGE).with_options(&options)?;
//! let ask = Ask::for_account(telegram.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! println!("{:?}", telegram.publish(&run, &answer.approved()?).await?.url());
//! # Ok(()) }
//! ```
//!
//! The account is the chat: what was approved for one chat goes to no other. A text is sent as it
//! is: nothing in it is markup, so nothing needs to be escaped. Formats are sent beside it.
//!
//! | what | limit |
//! |---|---|
//! | text without files | 4096 UTF-16 units |
//! | caption | 1024 UTF-16 units |
//! | image | 10 MB, width and height 10,000 together, ratio up to 20; 5 MB by address |
//! | video, document | 50 MB; 20 MB by address; a server of your own takes 2 GB |
//! | album | 2 to 10 images and videos, or documents alone |
//! | poll | question 300, up to 12 answers of 100 UTF-16 units, open 5 seconds to a month |
//! | rate | about one message a second per chat, 20 a minute per group |
//!
//! **Known limits:** a bot cannot read what it has sent, and there is no idempotency key: a
//! message whose answer was lost stays unknown, and is not sent again until a person has looked
//! into the chat and [settled](social_core::run::Run::settle) the step. For the same reason there
//! is no status. Bots delete their own messages for 48 hours. Stories need a business account that
//! hands them to the bot and are not offered; there is no alt text, no scheduling, no thread.
//!
//! The token stands in the address of every request, as the Bot API demands. It is masked in
//! errors, spans and recordings; a proxy of your own sees it.
//!
//! **Sources:** core.telegram.org/bots/api 10.1 to 10.3 (August 2026); figures of rates from
//! core.telegram.org/bots/faq.

mod afterwards;
mod error;
mod message;
mod options;
mod publish;
mod rules;
mod sort;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;

use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Endpoint, EndpointBuilder, Repeat, Reply};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, Result, Tenant};
use tokio::sync::OnceCell;

pub use options::{Button, ButtonAction, Format, TelegramOptions, TextFormat};
pub use rules::{PLACEMENTS, rules};
use wire::{Answer, Chat};

/// The Bot API.
pub const API: &str = "https://api.telegram.org";

const BOT_TOKEN: Setting =
    Setting::new("TELEGRAM_BOT_TOKEN", "the bot's token", "https://t.me/BotFather (/newbot)", "123456:telegram-0000")
        .secret();
const CHAT_ID: Setting = Setting::new(
    "TELEGRAM_CHAT_ID",
    "the chat: @name of a public channel or group, or its number",
    "the channel's address, or https://t.me/getidsbot",
    "@bakery_news",
);
const API_URL: Setting = Setting::base_url("TELEGRAM_API_URL", API);

/// `telegram`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [BOT_TOKEN, CHAT_ID, API_URL];
    PlatformEntry::new(options::PLATFORM, "a chat of Telegram, by a bot", settings, |settings, parts| {
        Ok(Telegram::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("telegram", settings, &[])?.endpoint(Telegram::endpoint(), &API_URL).build())
}

/// One chat, as one bot. Cheap to clone; clones share what was read of the chat.
#[derive(Clone, Debug)]
pub struct Telegram {
    endpoint: Endpoint,
    token: SecretString,
    chat: String,
    tenant: Tenant,
    found: Arc<OnceCell<Chat>>,
}

impl Telegram {
    /// The settings of the Bot API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("telegram", API).classify(error::classify)
    }

    /// A chat by its number or the `@name` of a public one, and the token of a bot that may write
    /// there: an administrator of a channel, a member of a group.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used; the token is
    /// not shown.
    pub fn new(endpoint: EndpointBuilder, token: SecretString, chat: impl Into<String>) -> Result<Self> {
        let chat = chat.into();
        let numbered = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let named = chat.strip_prefix('@').is_some_and(|name| !name.is_empty());
        if !named && !numbered(chat.strip_prefix('-').unwrap_or(&chat)) {
            let message = format!("`{chat}` is neither the @name nor the number of a chat");
            return Err(Error::config(message).with_field("TELEGRAM_CHAT_ID"));
        }
        let shape = token.expose_secret().split_once(':');
        let letters =
            |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
        if !shape.is_some_and(|(bot, key)| numbered(bot) && letters(key)) {
            let message = "the bot's token is not a number, a colon and a key; copy it again from @BotFather";
            return Err(Error::config(message).with_field("TELEGRAM_BOT_TOKEN"));
        }
        // The key alone may turn up as well.
        let key = token.expose_secret().split_once(':').map_or("", |(_, key)| key);
        let endpoint = endpoint.secret(&token).secret(&key.into()).build()?;
        Ok(Self { endpoint, token, chat, tenant: Tenant::DEFAULT, found: Arc::default() })
    }

    /// The chat of `TELEGRAM_CHAT_ID`, by the bot of `TELEGRAM_BOT_TOKEN`, at the Bot API of
    /// `TELEGRAM_API_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("telegram", settings, &[BOT_TOKEN, CHAT_ID])?;
        Self::new(read.endpoint(Self::endpoint(), &API_URL), read.secret(&BOT_TOKEN)?, read.text(&CHAT_ID)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the chat is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self
    }

    /// The chat as Telegram names it, asked once.
    async fn found(&self) -> Result<&Chat> {
        let question = serde_json::json!({ "chat_id": self.chat });
        self.found.get_or_try_init(|| self.ask("getChat", "read chat", &question)).await
    }

    /// A question, or another call that may be repeated.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        operation: &'static str,
        body: &impl Serialize,
    ) -> Result<T> {
        let route = self.endpoint.route(Method::POST, &self.path(method))?;
        let call = self.endpoint.call(&route).operation(operation).repeat(Repeat::Safe);
        self.read(&call.json(body).send().await?)
    }

    /// The token is part of the path. A path that begins with `bot123:` would be read as a scheme.
    fn path(&self, method: &str) -> String {
        format!("./bot{}/{method}", self.token.expose_secret())
    }

    fn read<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        match reply.json::<Answer<T>>()? {
            Answer { ok: true, result: Some(result) } => Ok(result),
            Answer { ok: true, .. } => Err(reply.unreadable("the answer has no result")),
            Answer { ok: false, .. } => Err(self.endpoint.classify(&reply.failure())),
        }
    }
}
