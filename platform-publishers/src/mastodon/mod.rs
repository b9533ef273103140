//! Publishes on Mastodon, on any instance, by that instance's own limits.
//!
//! **Environment:** `MASTODON_URL` and `MASTODON_ACCESS_TOKEN`.
//!
//! **Supported:** posts with images, a video, a poll or a quote, threads, answers, the instance's
//! own scheduling; status, deletion, limits and readiness. What Mastodon alone understands
//! (visibility, content warning, quote policy) is in [`MastodonOptions`].
//!
//! ```no_run
//! use platform_publishers::mastodon::{Mastodon, MastodonOptions, Visibility};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (mastodon, run) = (Mastodon::from_env()?, Run::ephemeral());
//! let options = MastodonOptions::new().with_visibility(Visibility::Unlisted).with_content_warning("cake");
//! let post = Post::new("Fresh bread #bakery").with_language("en").with_options(&options)?;
//! let ask = Ask::for_account(mastodon.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! let receipt = mastodon.publish(&run, &answer.approved()?).await?;
//! println!("{:?}", receipt.url());
//! # Ok(()) }
//! ```
//!
//! Every post carries an `Idempotency-Key` that is the same in every process: for an hour the
//! instance answers a second request of it with the first post. A lost answer is looked up in the
//! account's list by its source text, and what is not there after half a minute is sent again with
//! the same key. A request is not repeated at once: the instance notes the key only when the post
//! is made.
//!
//! | what | limit where the instance says nothing else |
//! |---|---|
//! | text and content warning together | 500 characters, a link counts 23 |
//! | files | 4 images, or 1 video or moving image |
//! | image | 16 MiB, 33.2 megapixels |
//! | video | 99 MiB, 8.3 megapixels, 120 frames per second |
//! | poll | 2 to 4 answers of 50 characters, 5 minutes to a month, no files beside it |
//! | scheduling | at least 5 minutes ahead |
//!
//! The instance's own limits are read once, with the first call that asks the instance, and are
//! then what [`rules`](social_core::publish::Publisher::rules) answers;
//! [`limits`](social_core::publish::Publisher::limits) reads them again.
//!
//! **Known limits:** the one placement is the feed. There are no stories and no reels: publish
//! the video as a post. Audio files are not offered here. A receipt of a scheduled post names what
//! waits, which has another id than the post that it becomes. Instances before 4.5 know no quotes.
//!
//! **Sources:** docs.joinmastodon.org (July 2026), exchanges recorded from 4.6; Mastodon's source
//! for when a key is noted.

mod afterwards;
mod error;
mod find;
mod instance;
mod media;
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

use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, Result, Tenant};
use tokio::sync::OnceCell;

use crate::sign_in::MASTODON;
use instance::Instance;
pub use options::{FocalPoint, MastodonOptions, QuotePolicy, Visibility};
pub use rules::{PLACEMENTS, rules};

/// The instance of the Mastodon project itself; accounts elsewhere replace the base URL.
pub const INSTANCE: &str = "https://mastodon.social";

const TOKEN_PAGE: &str = "your instance, Preferences > Development > New application";
const URL: Setting =
    Setting::new("MASTODON_URL", "the address of the account's instance", "your browser's address bar", INSTANCE);
const ACCESS_TOKEN: Setting = Setting::new(
    "MASTODON_ACCESS_TOKEN",
    "an access token with the scopes read, write:statuses and write:media",
    TOKEN_PAGE,
    "mastodon-0000",
)
.secret();

/// `mastodon`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "Mastodon, any instance", [URL, ACCESS_TOKEN], |settings, parts| {
        Ok(Mastodon::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([MASTODON], |settings, _, access| {
        let endpoint = Reader::new("mastodon", settings, &[])?.endpoint(Mastodon::endpoint(), None);
        let mastodon = Mastodon::new(access.endpoint(endpoint), access.tokens)?;
        Ok(mastodon.with_tenant(access.account.key.tenant))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("mastodon", settings, &[])?.endpoint(Mastodon::endpoint(), &URL).build())
}

/// One account of one instance. Cheap to clone; clones share what was read of the instance.
#[derive(Clone, Debug)]
pub struct Mastodon {
    endpoint: Endpoint,
    tenant: Tenant,
    poll: PollPolicy,
    instance: Arc<OnceCell<Instance>>,
    account: Arc<OnceCell<Account>>,
}

impl Mastodon {
    /// The settings of an instance; [`INSTANCE`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("mastodon", INSTANCE).classify(error::classify)
    }

    /// The account that a token belongs to: a [`FixedToken`], or a source that renews it. Tokens of
    /// Mastodon do not expire unless the instance's administrator has them expire.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(endpoint: EndpointBuilder, tokens: impl TokenSource + 'static) -> Result<Self> {
        let poll = PollPolicy {
            first: Duration::from_secs(1),
            growth: 1.6,
            longest: Duration::from_secs(20),
            jitter: 0.2,
            deadline: Duration::from_secs(20 * 60),
        };
        let endpoint = endpoint.auth(Auth::source(tokens)).build()?;
        Ok(Self { endpoint, tenant: Tenant::DEFAULT, poll, instance: Arc::default(), account: Arc::default() })
    }

    /// The account of `MASTODON_ACCESS_TOKEN` on the instance in `MASTODON_URL`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("mastodon", settings, &[URL, ACCESS_TOKEN])?;
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice("set a new MASTODON_ACCESS_TOKEN");
        Self::new(read.endpoint(Self::endpoint(), &URL), token)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the account is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self.account = Arc::default();
        self
    }

    /// Waits in another rhythm for files to be processed. The deadline holds for each file.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }
}
