//! Publishes in communities of Lemmy, from an account on any instance.
//!
//! **Environment:** `LEMMY_URL`, `LEMMY_USERNAME`, `LEMMY_PASSWORD`, and `LEMMY_COMMUNITY`, in
//! which posts stand unless their options name another.
//!
//! **Supported:** posts of a title with a text, a link or an image; status, deletion and readiness.
//! What Lemmy alone understands (community, language, thumbnail, not safe for work) is in
//! [`LemmyOptions`].
//!
//! ```no_run
//! use platform_publishers::lemmy::{Lemmy, LemmyOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (lemmy, run) = (Lemmy::from_env()?, Run::ephemeral());
//! let options = LemmyOptions::new().with_community("baking@lemmy.example");
//! let post = Post::new("With **rye**, as always.").with_title("Our bread of the week").with_options(&options)?;
//! let ask = Ask::for_account(lemmy.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! println!("{:?}", lemmy.publish(&run, &answer.approved()?).await?.url());
//! # Ok(()) }
//! ```
//!
//! Lemmy stores a post and then, within the same request, fetches what its link leads to: a request
//! that fails may have made a post. Only refusals that are known to come before the post is stored
//! prove that there is none; after all others the community's newest posts are looked through for
//! one of this account with the same title, link and text. Lemmy takes tracking parameters out of
//! links, so links are compared without their parameters. A post of the same title whose text is
//! another is doubt, and a person decides. Each request carries an `Idempotency-Key` of 32 digits:
//! Lemmy 1.0 refuses a second request of it for some minutes, which again says only that one
//! arrived. Earlier ones do not know it.
//!
//! | what | limit |
//! |---|---|
//! | title | 3 to 200 characters, one line |
//! | text | 50,000 UTF-16 units of Markdown |
//! | link | 2,000 characters |
//! | image | one, instead of a link; JPEG, PNG, WebP, GIF; its size is the instance's matter |
//! | alt text | 1,500 UTF-16 units |
//! | requests | 6 posts in 10 minutes and 6 images in an hour for one address, unless the instance says otherwise |
//!
//! **Known limits:** there are no threads, polls, quotes and stories, and no further images: write
//! their addresses into the text as Markdown. Videos are not offered: publish the video elsewhere
//! and link it. Answers to posts are not offered, nor scheduling, which Lemmy 1.0 has: publish at
//! the time. Accounts with a second factor need their own token: see [`Lemmy::new`]. A deletion
//! may not reach all servers. Not known before publishing: an instance's filters of words, links
//! and languages.
//!
//! **Unconfirmed:** the codes of refusals are those of the source, not of recorded exchanges.
//!
//! **Sources:** LemmyNet/lemmy 0.19.20 and 1.0 beta (2026-08-12), whose third version of the API
//! both speak; lemmy-js-client 0.19.9 and 1.0.

mod afterwards;
mod error;
mod find;
mod login;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;

use secrecy::SecretString;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, TokenSource};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, Result, Tenant};
use tokio::sync::OnceCell;

use login::Login;
pub use options::LemmyOptions;
pub use rules::{PLACEMENTS, rules};

/// The largest instance; accounts elsewhere replace the base URL.
pub const INSTANCE: &str = "https://lemmy.world";

const URL: Setting =
    Setting::new("LEMMY_URL", "the address of the account's instance", "your browser's address bar", INSTANCE);
const USERNAME: Setting = Setting::new("LEMMY_USERNAME", "the account's name", "your instance, Settings", "baker");
const PASSWORD: Setting =
    Setting::new("LEMMY_PASSWORD", "the account's password", "your instance, Settings", "lemmy-0000").secret();
const COMMUNITY: Setting = Setting::new(
    "LEMMY_COMMUNITY",
    "the community in which posts stand, with its server where that is another one",
    "the community's page",
    "baking@lemmy.world",
);

/// `lemmy`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(
        options::PLATFORM,
        "Lemmy, any instance",
        [URL, USERNAME, PASSWORD, COMMUNITY],
        |settings, parts| Ok(Lemmy::from_settings(settings)?.with_tenant(parts.tenant)),
    )
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("lemmy", settings, &[])?.endpoint(Lemmy::endpoint(), &URL).build())
}

/// One account of one instance. Cheap to clone; clones share the login and what was read.
#[derive(Clone, Debug)]
pub struct Lemmy {
    endpoint: Endpoint,
    community: String,
    tenant: Tenant,
    account: Arc<OnceCell<Account>>,
}

impl Lemmy {
    /// The settings of an instance; [`INSTANCE`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("lemmy", INSTANCE).classify(error::classify)
    }

    /// The account that a token belongs to, and the community in which its posts stand: `baking`
    /// on the same instance, or `baking@lemmy.example`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(
        endpoint: EndpointBuilder,
        tokens: impl TokenSource + 'static,
        community: impl Into<String>,
    ) -> Result<Self> {
        let endpoint = endpoint.auth(Auth::source(tokens)).build()?;
        Ok(Self { endpoint, community: community.into(), tenant: Tenant::DEFAULT, account: Arc::default() })
    }

    /// The account of a name and a password. It logs in when a token is first needed, and again
    /// when the instance calls the token over.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_password(
        endpoint: EndpointBuilder,
        username: impl Into<String>,
        password: impl Into<SecretString>,
        community: impl Into<String>,
    ) -> Result<Self> {
        let password = password.into();
        let instance = endpoint.clone().secret(&password).build()?;
        Self::new(endpoint, Login::new(instance, username.into(), password), community)
    }

    /// The account of `LEMMY_USERNAME` on the instance in `LEMMY_URL`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("lemmy", settings, &[URL, USERNAME, PASSWORD, COMMUNITY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        Self::with_password(endpoint, read.text(&USERNAME)?, read.secret(&PASSWORD)?, read.text(&COMMUNITY)?)
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
}
