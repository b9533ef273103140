//! Publishes images, carousels, reels and stories on Instagram's professional accounts.
//!
//! **Environment:** `INSTAGRAM_ACCESS_TOKEN` and `INSTAGRAM_USER_ID`; `INSTAGRAM_APP_SECRET` where
//! the app requires proof; `INSTAGRAM_API_URL` and `INSTAGRAM_API_VERSION` replace what is usual.
//! Tokens of Instagram Login belong to [`API`], those of Facebook Login to [`FACEBOOK_LOGIN`].
//!
//! **Supported:** feed, carousel, reel and story; the day's quota, and status afterwards.
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
//! | what | limit |
//! |---|---|
//! | text | 2,200 UTF-16 units, 30 hashtags, 20 mentions; none of a story |
//! | alt text | 1,000 UTF-16 units |
//! | image | JPEG, 8 MB, 4:5 to 1.91:1 in the feed |
//! | carousel | 2 to 10 images and videos |
//! | reel | MP4 or QuickTime, 300 MB, 3 seconds to 15 minutes |
//! | video of a carousel or a story | 100 MB, 3 to 60 seconds |
//!
//! **Known limits:** Instagram fetches images and covers itself, so they need a [`MediaHost`] whose
//! `robots.txt` lets Meta in. A post can be asked about afterwards; deleted it can be with a token
//! of Facebook Login only. Not offered: stickers, polls and links in stories, music of Instagram's
//! library, live videos, guides and IGTV (publish a reel), product tags, trial reels, and the
//! caption add-ons of September 2026. What Instagram alone understands is in [`InstagramOptions`].
//!
//! **Sources:** developers.facebook.com, Instagram Platform, v25.0 (November 2026), and answers
//! recorded there.

mod container;
mod options;
mod publish;
mod rules;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use options::{MAX_COLLABORATORS, MAX_USER_TAGS};

use std::sync::Arc;

use secrecy::SecretString;
use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Result, Tenant};

use crate::graph::{Containers, Graph, Names, UPLOADS, error};
use crate::sign_in::{INSTAGRAM, INSTAGRAM_FACEBOOK};

pub use options::{InstagramOptions, UserTag};
pub use rules::{PLACEMENTS, rules};

/// The API for tokens of Instagram Login.
pub const API: &str = "https://graph.instagram.com";
/// The API for tokens of Facebook Login, whose account is linked to a page. It deletes posts, too.
pub const FACEBOOK_LOGIN: &str = "https://graph.facebook.com";
/// The version of the API that this module was written for. It ends on 2028-07-29.
pub const VERSION: &str = "v25.0";

const TOKEN_PAGE: &str = "https://developers.facebook.com/apps (your app > Instagram > API setup > Generate token)";

const ACCESS_TOKEN: Setting =
    Setting::new("INSTAGRAM_ACCESS_TOKEN", "an access token that may publish", TOKEN_PAGE, "IGAA-0000").secret();
const USER_ID: Setting =
    Setting::new("INSTAGRAM_USER_ID", "the id of the professional account, a number", TOKEN_PAGE, "17841400000000000");
const APP_SECRET: Setting = Setting::new(
    "INSTAGRAM_APP_SECRET",
    "the app's secret, where the app requires proof of it",
    "https://developers.facebook.com/apps (your app > App settings > Basic)",
    "0123456789abcdef0123456789abcdef",
)
.secret()
.optional();
const API_URL: Setting = Setting::base_url("INSTAGRAM_API_URL", API);
const API_VERSION: Setting =
    Setting::new("INSTAGRAM_API_VERSION", "another version of the API", "developers.facebook.com", VERSION).optional();

const NAMES: Names = Names {
    platform: "Instagram",
    create: "media",
    publish: "media_publish",
    list: "media",
    text: "caption",
    state: "status_code,status",
    quota: "content_publishing_limit",
    quota_fields: "config,quota_usage",
};

/// `instagram`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, USER_ID, APP_SECRET, API_URL, API_VERSION];
    PlatformEntry::new(options::PLATFORM, "Instagram, professional accounts", settings, |settings, parts| {
        let instagram = Instagram::from_settings(settings)?.with_tenant(parts.tenant);
        Ok(match parts.host {
            Some(host) => instagram.with_host(host),
            None => instagram,
        })
    })
    .with_oauth([INSTAGRAM, INSTAGRAM_FACEBOOK], |settings, parts, access| {
        let read = Reader::new("instagram", settings, &[])?;
        let by_facebook = access.sign_in.as_deref() == Some(INSTAGRAM_FACEBOOK.name);
        let api = if by_facebook { Instagram::endpoint().base_url(FACEBOOK_LOGIN) } else { Instagram::endpoint() };
        let Account { key, label, .. } = access.account;
        let instagram = Instagram::new(read.endpoint(api, &API_URL), access.tokens, key.id)?;
        let instagram = instagram.with_tenant(key.tenant).with_label(label);
        let instagram = match read.optional_text(&API_VERSION) {
            Some(version) => instagram.with_version(version),
            None => instagram,
        };
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
    containers: Containers,
    uploads: Endpoint,
    host: Option<Arc<MediaHost>>,
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
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        // The upload host wants another word before the token.
        let uploads = api.clone().base_url(UPLOADS).auth(Auth::worded("OAuth", tokens.clone())).build()?;
        let account = Account::from(AccountKey::new(options::PLATFORM, user.into()));
        let graph = Graph::new(api, tokens, account, VERSION)?;
        Ok(Self { containers: Containers::new(graph, &NAMES), uploads, host: None })
    }

    /// The account of `INSTAGRAM_USER_ID` with the token in `INSTAGRAM_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `INSTAGRAM_APP_SECRET`, `INSTAGRAM_API_URL` ([`FACEBOOK_LOGIN`]
    /// instead of [`API`]) and `INSTAGRAM_API_VERSION` (instead of [`VERSION`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("instagram", settings, &[ACCESS_TOKEN, USER_ID])?;
        let advice = "set a new INSTAGRAM_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        let mut instagram = Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&USER_ID)?)?;
        if let Some(secret) = read.optional_secret(&APP_SECRET) {
            instagram = instagram.with_app_secret(secret);
        }
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

    /// Proves with every request that the app itself sends it (`appsecret_proof`).
    #[must_use]
    pub fn with_app_secret(mut self, secret: SecretString) -> Self {
        self.containers.graph = self.containers.graph.with_app_secret(secret);
        self
    }

    /// Says for whom the account is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.containers.graph.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the account by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.containers.graph.account.label = label.into();
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
        self.containers.graph.version = version.into();
        self
    }

    /// Waits in another rhythm for files to be processed. The deadline holds for each container.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.containers.poll = poll;
        self
    }
}
