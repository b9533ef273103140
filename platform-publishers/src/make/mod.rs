//! Hands posts to a scenario of Make through its custom webhook.
//!
//! **Environment:** `MAKE_WEBHOOK_URL`, and `MAKE_API_KEY` where the webhook has a key.
//!
//! **Supported:** every placement; what a scenario makes of it is its own affair.
//!
//! ```no_run
//! use platform_publishers::make::Make;
//! use social_core::publish::{Approved, Post, Publisher, ReceiptState};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run, post: &Approved<Post>) -> social_core::Result<()> {
//! let receipt = Make::from_env()?.publish(run, post).await?;
//! assert_eq!(receipt.state, ReceiptState::HandedOver);
//! # Ok(()) }
//! ```
//!
//! The webhook gets one JSON object:
//!
//! | field | what it is |
//! |---|---|
//! | `idempotency_key` | the same for every attempt at this post, in every process |
//! | `timestamp` | when it was first sent, RFC 3339 |
//! | `placement`, `text`, `title`, `link`, `languages`, `ai_generated` | the post |
//! | `media` | a list of `url`, `alt_text`, `role` and `language`; files of this machine go through the media host |
//! | `thread`, `first_comment`, `publish_at`, `poll`, `quote`, `reply_to`, `options` | where the post has them |
//!
//! | what | limit |
//! |---|---|
//! | body | 5 MiB (not confirmed): media goes by its address |
//! | rate | 300 requests in 10 seconds |
//! | texts, files | those of the platform behind the scenario, which is not known here |
//!
//! **Known limits:** an answer of 200 says that the scenario took the post, not that anything was
//! published. The webhook cannot be asked afterwards: a lost answer stays unknown, unless the
//! scenario drops keys that it has seen ([`Make::with_deduplicating_scenario`]).
//!
//! The account is named by a fingerprint of the webhook's address: what was approved for one
//! webhook is not published on another.
//!
//! **Sources:** help.make.com/webhooks (April 2026).

mod error;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use rules::MAX_BODY_BYTES;

use std::sync::Arc;

use http::HeaderName;
use secrecy::{ExposeSecret as _, SecretString};
use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};
use url::Url;

pub use rules::{PLACEMENTS, rules};

const WEBHOOK_URL: Setting = Setting::new(
    "MAKE_WEBHOOK_URL",
    "the address of the webhook",
    "https://www.make.com (scenario > Webhooks > Custom webhook > Copy address)",
    "https://hook.eu1.make.com/abcdefghijkl",
)
.secret();
const API_KEY: Setting =
    Setting::new("MAKE_API_KEY", "the key of the webhook", "https://www.make.com (webhook > API key)", "make-0000")
        .secret()
        .optional();

/// `make`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(
        rules::PLATFORM,
        "a scenario of Make, by its webhook",
        [WEBHOOK_URL, API_KEY],
        |settings, parts| {
            let make = Make::from_settings(settings)?.with_tenant(parts.tenant);
            Ok(match parts.host {
                Some(host) => make.with_host(host),
                None => make,
            })
        },
    )
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| Reader::new("make", settings, &[])?.endpoint(Make::endpoint(), None).build())
    .recorded_as("make_webhook")
}

/// One webhook. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Make {
    endpoint: Endpoint,
    /// The path is what keeps strangers out.
    path: SecretString,
    account: Account,
    host: Option<Arc<MediaHost>>,
    deduplicates: bool,
}

impl Make {
    /// The settings of the webhook's server. Its base URL comes with the webhook.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("make", "https://hook.eu1.make.com").classify(error::classify)
    }

    /// How the key of a webhook that wants one is sent: in the header `x-make-apikey`.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        Auth::Header(HeaderName::from_static("x-make-apikey"), key)
    }

    /// A webhook by its address, which is a secret. Where the webhook wants a key too, the endpoint
    /// has it.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an address that is not a URL with a path; it
    /// is not shown.
    pub fn new(endpoint: EndpointBuilder, webhook: &SecretString) -> Result<Self> {
        let address = Url::parse(webhook.expose_secret()).ok().filter(|url| url.path().len() > 1);
        let Some(address) = address else {
            return Err(Error::config("the webhook's address is not a URL with a path").with_field("MAKE_WEBHOOK_URL"));
        };
        let path = address.path().trim_start_matches('/');
        let path = SecretString::from(match address.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        });
        let origin = address.origin().ascii_serialization();
        let endpoint = endpoint.base_url(origin).secret(&path).build()?;
        // The whole address: two webhooks of one server differ in nothing else.
        let whole = SecretString::from(address.as_str());
        let account = Account::from(AccountKey::of_secret(Tenant::DEFAULT, rules::PLATFORM, &whole));
        Ok(Self { endpoint, path, account, host: None, deduplicates: false })
    }

    /// The webhook of `MAKE_WEBHOOK_URL`, with the key in `MAKE_API_KEY` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("make", settings, &[WEBHOOK_URL])?;
        let endpoint = match read.optional_secret(&API_KEY) {
            Some(key) => Self::endpoint().auth(Self::auth(key)),
            None => Self::endpoint(),
        };
        Self::new(read.endpoint(endpoint, None), &read.secret(&WEBHOOK_URL)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the webhook is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the webhook by; its fingerprint otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Puts files of this machine where the scenario can fetch them.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }

    /// Says that the scenario ignores an `idempotency_key` that it has seen before, so that a post
    /// whose answer was lost may be sent again.
    #[must_use]
    pub const fn with_deduplicating_scenario(mut self) -> Self {
        self.deduplicates = true;
        self
    }
}
