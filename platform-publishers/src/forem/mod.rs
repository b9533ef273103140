//! Publishes articles on dev.to, or on another Forem.
//!
//! **Environment:** `FOREM_API_KEY`; `FOREM_URL` where it is another Forem than [`DEV_TO`].
//!
//! **Supported:** articles in Markdown with a title, images, a main image (the attachment with the
//! role `cover`), a publish time, tags, series, canonical address, description, an organization,
//! drafts; status and readiness, and deletion as far as a Forem lets an author: the article becomes
//! a draft again. What a Forem alone understands is in [`ForemOptions`].
//!
//! ```no_run
//! use platform_publishers::forem::{Forem, ForemOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let forem = Forem::from_env()?;
//! let options = ForemOptions::new().with_tag("rust").with_tag("baking").with_series("Sourdough");
//! let post = Post::new("## Flour\n\nFirst the *flour*.")
//!     .with_placement(Placement::ARTICLE)
//!     .with_title("Sourdough in Rust")
//!     .with_options(&options)?;
//! let ask = Ask::for_account(forem.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", forem.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! An article goes out in two steps, because a Forem takes no key by which a second request of the
//! same article could be recognised: first a draft, which is looked for among the account's
//! articles when its answer is lost; then one request that names the draft and publishes it, and
//! can be repeated. What the account had of the same title before is noted first and never taken
//! for ours. A refusal with 422 proves nothing, since it was seen to leave a draft behind: the
//! account's articles are looked at then.
//!
//! | what | limit |
//! |---|---|
//! | title | 128 characters |
//! | text, images included | 819,200 bytes of UTF-8 |
//! | mentions | 7 |
//! | tags | 4, each of 30 letters and digits, 126 characters together |
//! | rate | 10 articles in 30 seconds; one in 5 minutes for an account of up to 3 days |
//! | same title | once in 5 minutes |
//!
//! The text is Markdown and goes out as it is. It must not begin with `---`: front matter would win
//! over everything else, and publish a draft.
//!
//! **Known limits:** the one placement is `article`. A Forem fetches images and has no public way
//! to upload them: files of this machine need a [`MediaHost`]. Videos are not offered: link one of
//! YouTube, Mux or Twitch in the text. There is no alt text for a main image. Not offered:
//! comments, reactions, editing. A Forem has no route that deletes an article; a moderator can.
//!
//! **Unconfirmed:** the figures for tags, what a tag consists of, and that a list shows scheduled
//! articles as published.
//!
//! **Sources:** github.com/forem/forem, articles controller, article model, rack_attack and rate
//! limits; forem-docs, API v1 (March 2024); forem/forem#16664 for drafts behind a refusal.

mod afterwards;
mod error;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;

use http::HeaderName;
use http::header::ACCEPT;
use secrecy::SecretString;
use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, Result, Tenant};
use tokio::sync::OnceCell;

pub use options::ForemOptions;
#[cfg(test)]
pub(crate) use options::{MAX_TAG, MAX_TAGS, MAX_TAGS_LENGTH};
pub use rules::{PLACEMENTS, rules};

/// The best-known Forem.
pub const DEV_TO: &str = "https://dev.to";

const API_KEY_HEADER: HeaderName = HeaderName::from_static("api-key");
/// The version of the interface that this module was written for.
const VERSION_1: &str = "application/vnd.forem.api-v1+json";

const API_KEY: Setting = Setting::new(
    "FOREM_API_KEY",
    "an API key of the account, which may do all that the account may",
    "https://dev.to/settings/extensions",
    "abcd0000",
)
.secret();
const URL: Setting = Setting::base_url("FOREM_URL", DEV_TO);

/// `forem`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "dev.to, or another Forem", [API_KEY, URL], |settings, parts| {
        let forem = Forem::from_settings(settings)?.with_tenant(parts.tenant);
        Ok(match parts.host {
            Some(host) => forem.with_host(host),
            None => forem,
        })
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| Reader::new("forem", settings, &[])?.endpoint(Forem::endpoint(), &URL).build())
}

/// One account of one Forem. Cheap to clone; clones share what was read of the account.
#[derive(Clone, Debug)]
pub struct Forem {
    endpoint: Endpoint,
    tenant: Tenant,
    host: Option<Arc<MediaHost>>,
    account: Arc<OnceCell<Account>>,
}

impl Forem {
    /// The settings of a Forem; [`DEV_TO`] unless its base URL is replaced. Forems refuse requests
    /// without a `User-Agent`: the usual transport sends one.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("forem", DEV_TO).header(ACCEPT, VERSION_1).classify(error::classify)
    }

    /// The account of an API key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(endpoint: EndpointBuilder, key: SecretString) -> Result<Self> {
        let endpoint = endpoint.auth(Auth::Header(API_KEY_HEADER, key)).build()?;
        Ok(Self { endpoint, tenant: Tenant::DEFAULT, host: None, account: Arc::default() })
    }

    /// The account of `FOREM_API_KEY`; optionally with `FOREM_URL` (instead of [`DEV_TO`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("forem", settings, &[API_KEY])?;
        Self::new(read.endpoint(Self::endpoint(), &URL), read.secret(&API_KEY)?)
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

    /// Puts images where a Forem can fetch them.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }
}
