//! Publishes images, carousels, reels and stories on Instagram's professional accounts.
//!
//! **Environment:** `INSTAGRAM_ACCESS_TOKEN` and `INSTAGRAM_USER_ID`; `INSTAGRAM_API_URL` and
//! `INSTAGRAM_API_VERSION` replace what is usual.
//!
//! **Supported:** feed, carousel, reel and story; status afterwards.
//!
//! ```no_run
//! use std::sync::Arc;
//! use platform_publishers::instagram::Instagram;
//! use social_core::host::MediaHost;
//! use social_core::publish::{Approved, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(host: Arc<MediaHost>, run: &Run, post: &Approved<Post>) -> social_core::Result<()> {
//! let instagram = Instagram::from_env()?.with_host(host);
//! let receipt = instagram.publish(run, post).await?;
//! println!("{:?}", receipt.url());
//! # Ok(()) }
//! ```
//!
//! A post is first a container that is not visible. A container makes one post however often it is
//! published, and it can be asked whether it was: that is how a lost answer is found out. Videos of
//! this machine are streamed to Instagram's upload host; after a cut only what is missing is sent,
//! where the container tells how much that is.
//!
//! **Known limits:** Instagram fetches images and covers itself, so they need a [`MediaHost`] whose
//! `robots.txt` lets Meta in. A post can be asked about afterwards; deleted it can be with a token
//! of Facebook Login only. Not offered: stickers, polls and links in stories, music of Instagram's
//! library, live videos, guides and IGTV (publish a reel), product tags, trial reels, and the
//! caption add-ons of September 2026. What Instagram alone understands is in [`InstagramOptions`].
//!
//! **Sources:** developers.facebook.com, Instagram Platform, v25.0 (November 2026), and answers
//! recorded there.

mod afterwards;
mod container;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use options::{MAX_COLLABORATORS, MAX_USER_TAGS};

use std::sync::Arc;
use std::time::Duration;

use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};

use crate::graph::error;
pub use options::{InstagramOptions, UserTag};
pub use rules::{PLACEMENTS, rules};

/// The API for tokens of Instagram Login. Tokens of Facebook Login belong to
/// `https://graph.facebook.com`.
pub const API: &str = "https://graph.instagram.com";
/// The version of the API that this module was written for.
pub const VERSION: &str = "v25.0";
/// Where videos are uploaded.
pub const UPLOADS: &str = "https://rupload.facebook.com";

const TOKEN_PAGE: &str = "https://developers.facebook.com/apps (your app > Instagram > API setup > Generate token)";

const ACCESS_TOKEN: Setting =
    Setting::new("INSTAGRAM_ACCESS_TOKEN", "an access token that may publish", TOKEN_PAGE, "IGAA-0000").secret();
const USER_ID: Setting =
    Setting::new("INSTAGRAM_USER_ID", "the id of the professional account, a number", TOKEN_PAGE, "17841400000000000");
const API_URL: Setting = Setting::base_url("INSTAGRAM_API_URL", API);
const API_VERSION: Setting =
    Setting::new("INSTAGRAM_API_VERSION", "another version of the API", "developers.facebook.com", VERSION).optional();

/// `instagram`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, USER_ID, API_URL, API_VERSION];
    PlatformEntry::new(options::PLATFORM, "Instagram, professional accounts", settings, |settings, parts| {
        let instagram = Instagram::from_settings(settings)?.with_tenant(parts.tenant);
        Ok(match parts.host {
            Some(host) => instagram.with_host(host),
            None => instagram,
        })
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| {
        Reader::new("instagram", settings, &[])?.endpoint(Instagram::endpoint(), &API_URL).build()
    })
}

/// One professional account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Instagram {
    api: Endpoint,
    uploads: Endpoint,
    version: String,
    account: Account,
    host: Option<Arc<MediaHost>>,
    poll: PollPolicy,
}

impl Instagram {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("instagram", API).classify(error::classify)
    }

    /// An account by its id and the tokens that may publish for it: a
    /// [`FixedToken`], or a source that renews them.
    ///
    /// The scopes are `instagram_business_basic` and `instagram_business_content_publish`; with
    /// Facebook Login `instagram_basic`, `instagram_content_publish`, `pages_read_engagement` and
    /// `pages_show_list`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, user: impl Into<String>) -> Result<Self> {
        let user = user.into();
        if user.is_empty() || !user.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::config(format!("`{user}` is not the id of an Instagram account, which is a number"))
                .with_field("user"));
        }
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        // The upload host wants another word before the token.
        let uploads = api.clone().base_url(UPLOADS).auth(Auth::worded("OAuth", tokens.clone())).build()?;
        let poll = PollPolicy {
            first: Duration::from_secs(2),
            growth: 1.6,
            longest: Duration::from_secs(60),
            jitter: 0.2,
            deadline: Duration::from_secs(20 * 60),
        };
        let api = api.auth(Auth::source(tokens)).build()?;
        let account = Account::from(AccountKey::new(options::PLATFORM, user));
        Ok(Self { api, uploads, version: VERSION.to_owned(), account, host: None, poll })
    }

    /// The account of `INSTAGRAM_USER_ID` with the token in `INSTAGRAM_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `INSTAGRAM_API_URL` (instead of [`API`]) and
    /// `INSTAGRAM_API_VERSION` (instead of [`VERSION`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("instagram", settings, &[ACCESS_TOKEN, USER_ID])?;
        let advice = "set a new INSTAGRAM_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        let instagram = Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&USER_ID)?)?;
        Ok(match read.optional_text(&API_VERSION) {
            Some(version) => instagram.with_version(version),
            None => instagram,
        })
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
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the account by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Puts images and covers where Instagram can fetch them.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }

    /// Calls another version of the API, for instance `v26.0`.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Waits in another rhythm for files to be processed. The deadline holds for each container.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }

    /// The path of a container or post.
    fn object(&self, id: &str) -> String {
        format!("{}/{id}", self.version)
    }

    /// The path of one of the account's edges.
    fn edge(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.version, self.account.key.id)
    }
}
