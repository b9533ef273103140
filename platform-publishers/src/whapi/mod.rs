//! Sends messages to a chat, group or channel of WhatsApp, and posts stories, through Whapi.
//!
//! **Environment:** `WHAPI_TOKEN` and `WHAPI_CHAT_ID`; `WHAPI_API_URL` replaces the base URL.
//!
//! **Supported:** texts, one image, video or document with a caption, polls and answers in chats of
//! people, groups (`…@g.us`) and channels (`…@newsletter`); stories of a text, an image or a video;
//! status, deletion of messages, readiness and webhooks. What Whapi alone understands is in
//! [`WhapiOptions`].
//!
//! ```no_run
//! use platform_publishers::whapi::{Whapi, WhapiOptions};
//! use social_core::media::Media;
//! use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let whapi = Whapi::from_env()?;
//! let post = Post::new("Fresh bread from seven.")
//!     .with_placement(Placement::MESSAGE)
//!     .with_attachment(Attachment::new(Media::file("bread.jpg")))
//!     .with_options(&WhapiOptions::new().with_mention("14155550100"))?;
//! let ask = Ask::for_account(whapi.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{}", whapi.publish(run, &approved).await?.state);
//! # Ok(()) }
//! ```
//!
//! The account is the chat: what was approved for one chat goes to no other. `stories` instead of a
//! chat is the status of the number itself, and its account is that number. Several numbers are
//! several tokens.
//!
//! Files of this machine go up first, unseen and streamed; those at a public address are fetched by
//! Whapi. The one request that sends the message is sent once. When its answer is lost, the message
//! is looked for among the newest ones of the chat that the number sent, by its text. A file
//! without a caption cannot be recognised where others were sent, and stays
//! [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) then.
//!
//! `sent` of Whapi means that the message waits to be sent. The receipt says what became of it
//! within a minute: published when WhatsApp has it, still processing, or rejected.
//!
//! | what | limit |
//! |---|---|
//! | text without files | 4096 characters |
//! | caption | 1024 characters |
//! | image | JPEG, PNG, 16 MB |
//! | video, document | 100 MB |
//! | poll | 2 to 12 answers |
//!
//! **Known limits:** Whapi drives WhatsApp Web, unofficially: numbers that send fast or to people
//! who did not ask for it are barred by WhatsApp, so pace messages (`Limited` of the core). A trial
//! takes few messages; Whapi says 402 then. Stories end after 24 hours and cannot be taken down by
//! this interface. Not offered: albums, scheduling, alt texts, edits, catalogues, buttons. Whapi
//! does not sign its webhooks, which [`Event`] reads: set a header of your own in the channel's
//! settings and check it.
//! Unconfirmed: all sizes and text limits, which are WhatsApp's own where it states any; how long
//! an uploaded file is kept; whether a channel lists a message at once. What a placement accepts is
//! in [`rules`].
//!
//! **Sources:** Whapi's OpenAPI 1.8.7 (October 2025); WhatsApp Cloud API for sizes (June 2026).

mod afterwards;
mod error;
mod event;
mod find;
mod message;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};
use tokio::sync::OnceCell;

pub use event::{ChatMessage, Event, MessageStatus};
pub use options::WhapiOptions;
pub use rules::{PLACEMENTS, rules};
use wire::Health;

/// The API.
pub const API: &str = "https://gate.whapi.cloud";

const TOKEN: Setting = Setting::new(
    "WHAPI_TOKEN",
    "the token of the channel, which is one number",
    "https://panel.whapi.cloud (your channel > API token)",
    "whapi-0000000000000000",
)
.secret();
const CHAT_ID: Setting = Setting::new(
    "WHAPI_CHAT_ID",
    "the chat: a number, a group (…@g.us), a channel (…@newsletter), or `stories`",
    "GET /groups and GET /newsletters list their ids",
    "120363000000000000@newsletter",
);
const API_URL: Setting = Setting::base_url("WHAPI_API_URL", API);

/// `whapi`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [TOKEN, CHAT_ID, API_URL];
    PlatformEntry::new(options::PLATFORM, "WhatsApp, through Whapi", settings, |settings, parts| {
        Ok(Whapi::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("whapi", settings, &[])?.endpoint(Whapi::endpoint(), &API_URL).build())
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Chat {
    /// A chat by its whole id.
    Chat(String),
    /// The status of the number.
    Stories,
}

/// One chat, or the stories, of one number. Cheap to clone; clones share what was read.
#[derive(Clone, Debug)]
pub struct Whapi {
    api: Endpoint,
    chat: Chat,
    tenant: Tenant,
    label: Option<String>,
    poll: PollPolicy,
    number: Arc<OnceCell<String>>,
}

impl Whapi {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("whapi", API).classify(error::classify)
    }

    /// A chat by its id, and the token of the number's channel. A chat is the number of a person,
    /// digits only, a group `…@g.us`, a channel `…@newsletter`, or `stories`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, token: SecretString, chat: impl Into<String>) -> Result<Self> {
        let chat = chat_of(&chat.into())?;
        let poll = PollPolicy {
            first: Duration::from_secs(2),
            growth: 1.5,
            longest: Duration::from_secs(15),
            jitter: 0.2,
            deadline: Duration::from_secs(60),
        };
        let api = api.auth(Auth::Bearer(token)).build()?;
        Ok(Self { api, chat, tenant: Tenant::DEFAULT, label: None, poll, number: Arc::default() })
    }

    /// The chat of `WHAPI_CHAT_ID`, by the channel of `WHAPI_TOKEN`, at `WHAPI_API_URL` if it is
    /// set.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("whapi", settings, &[TOKEN, CHAT_ID])?;
        Self::new(read.endpoint(Self::endpoint(), &API_URL), read.secret(&TOKEN)?, read.text(&CHAT_ID)?)
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

    /// Says what people know the chat by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Waits in another rhythm for WhatsApp to take a message.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }

    /// The chat; of stories, the number, which is asked for once.
    async fn known(&self) -> Result<Account> {
        let id = match &self.chat {
            Chat::Chat(id) => id.clone(),
            Chat::Stories => {
                let ask = || async {
                    let health: Health = self.get("health", "read number").await?;
                    let number = health.user.and_then(|user| user.id).filter(|id| !id.is_empty());
                    number.ok_or_else(|| {
                        let message = "the channel has no number: link a phone to it in Whapi's panel";
                        Error::new(social_core::ErrorKind::Auth, message).with_vendor(self.api.vendor())
                    })
                };
                format!("stories/{}", self.number.get_or_try_init(ask).await?)
            }
        };
        let key = AccountKey::new(options::PLATFORM, id).with_tenant(&self.tenant);
        Ok(match &self.label {
            Some(label) => Account::new(key, label.clone()),
            None => key.into(),
        })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, operation: &'static str) -> Result<T> {
        self.api.get(path)?.operation(operation).send().await?.json()
    }

    /// A call whose path ends in an id.
    fn of_message(&self, method: http::Method, id: &str) -> Result<Call<'_>> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
            return Err(Error::invalid("receipt", format!("`{id}` is not the id of a message of WhatsApp")));
        }
        let url = self.api.base_url().join(&format!("messages/{id}"));
        let url = url.map_err(|_| Error::invalid("receipt", "the id makes no address"))?;
        Ok(self.api.follow(method, url).repeat(social_core::http::Repeat::Safe))
    }
}

/// A chat as Whapi writes it.
fn chat_of(chat: &str) -> Result<Chat> {
    if chat == "stories" {
        return Ok(Chat::Stories);
    }
    let (number, kind) = chat.split_once('@').unwrap_or((chat, "s.whatsapp.net"));
    let digits = (9..=31).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if digits && matches!(kind, "s.whatsapp.net" | "g.us" | "newsletter" | "lid") {
        return Ok(Chat::Chat(format!("{number}@{kind}")));
    }
    let message = format!(
        "`{chat}` is no chat of WhatsApp: the digits of a number, a group (…@g.us), a channel (…@newsletter), or `stories`"
    );
    Err(Error::config(message).with_field("WHAPI_CHAT_ID"))
}
