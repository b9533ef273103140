//! Publishes texts, links, photos, videos, reels and stories on Facebook Pages.
//!
//! **Environment:** `FACEBOOK_PAGE_ACCESS_TOKEN` and `FACEBOOK_PAGE_ID`; `FACEBOOK_APP_SECRET`
//! where the app requires proof, and `FACEBOOK_APP_ID` beside it so that the readiness says why a
//! token does not work and when it will not; `FACEBOOK_API_URL` and `FACEBOOK_API_VERSION` replace
//! what is usual.
//!
//! **Supported:** in the feed a text, a link card or up to 10 photos; a video; a reel; a story of a
//! photo or a video; Facebook's own publish time for all but stories; status and deletion
//! afterwards. What Facebook alone understands is in [`FacebookOptions`].
//!
//! ```no_run
//! use platform_publishers::facebook::Facebook;
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let facebook = Facebook::from_env()?;
//! let post = Post::new("Our autumn menu").with_link("https://41bistro.example/menu".parse().unwrap());
//! let ask = Ask::for_account(facebook.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", facebook.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! Photos and videos go up before anybody can see them; videos are streamed, and an upload that was
//! cut goes on where it broke. The one request that makes the post visible is sent once. When its
//! answer is lost, a video says itself what became of it; a post is looked for among the newest
//! ones of the page, or among the scheduled ones, by its text: photos without a text cannot be
//! recognised, and stay [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) for a person to
//! look at. The receipt of a reel or video says what Facebook made of it: published, scheduled, a
//! draft, still processing, or rejected afterwards.
//!
//! | what | limit |
//! |---|---|
//! | text | 63,206 UTF-16 units, 2,200 of a reel (not confirmed), none of a story |
//! | photos | 10 of a post (not confirmed), one of a story; JPEG, PNG, GIF; 10 MB |
//! | video | MP4 or QuickTime, 10 GiB, 1 second to 4 hours (not confirmed) |
//! | reel | upright, 3 to 90 seconds; 30 in 24 hours |
//! | story | a photo, or an upright video of 3 to 60 seconds |
//! | publish time | 10 minutes to 30 days ahead |
//!
//! **Known limits:** no media host is needed: photos are sent or fetched by Facebook, videos are
//! sent and must be on this machine. Groups and profiles of people have no API. Not offered: link
//! carousels, first comments, polls, quotes, tags of people, audiences, live videos, captions, the
//! page's events. Facebook does not say how many posts a page may make; it takes 30 reels in 24
//! hours. That a model made it can be said of videos, reels and video stories only. Scheduled posts
//! of several photos often fail on Facebook's side (since October 2025); post them at once. What a
//! placement accepts is in [`rules`].
//!
//! **Sources:** developers.facebook.com, Pages API and Video API (July to November 2026); the
//! official specification of the API's SDKs, v25.0; refusals quoted by those who met them.

mod afterwards;
mod feed;
mod options;
mod publish;
mod rules;
mod story;
mod video;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Result, Tenant};

use crate::graph::{Graph, UPLOADS, error};
use crate::sign_in::FACEBOOK;
pub use options::FacebookOptions;
pub use rules::{PLACEMENTS, rules};

/// The API.
pub const API: &str = "https://graph.facebook.com";
/// The version of the API that this module was written for. It ends on 2028-07-29.
pub const VERSION: &str = "v25.0";

const TOKEN_PAGE: &str =
    "https://developers.facebook.com/tools/explorer (GET /me/accounts names pages and their tokens)";

const ACCESS_TOKEN: Setting =
    Setting::new("FACEBOOK_PAGE_ACCESS_TOKEN", "the page's own access token", TOKEN_PAGE, "EAAG-0000").secret();
const PAGE_ID: Setting = Setting::new("FACEBOOK_PAGE_ID", "the page's id, a number", TOKEN_PAGE, "100000000000000");
const APP_SECRET: Setting = Setting::new(
    "FACEBOOK_APP_SECRET",
    "the app's secret, where the app requires proof of it",
    "https://developers.facebook.com/apps (your app > App settings > Basic)",
    "0123456789abcdef0123456789abcdef",
)
.secret()
.optional();
const APP_ID: Setting = Setting::new(
    "FACEBOOK_APP_ID",
    "the app's id, for the readiness of its tokens",
    "https://developers.facebook.com/apps (your app > App settings > Basic)",
    "100000000000001",
)
.optional();
const API_URL: Setting = Setting::base_url("FACEBOOK_API_URL", API);
const API_VERSION: Setting =
    Setting::new("FACEBOOK_API_VERSION", "another version of the API", "developers.facebook.com", VERSION).optional();

/// `facebook`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, PAGE_ID, APP_SECRET, APP_ID, API_URL, API_VERSION];
    PlatformEntry::new(options::PLATFORM, "Facebook Pages", settings, |settings, parts| {
        Ok(Facebook::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([FACEBOOK], |settings, _, access| {
        let read = Reader::new("facebook", settings, &[])?;
        let Account { key, label, .. } = access.account;
        let facebook = Facebook::of(&read, access.tokens, key.id)?;
        Ok(facebook.with_tenant(key.tenant).with_label(label))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("facebook", settings, &[])?.endpoint(Facebook::endpoint(), &API_URL).build())
}

/// One page. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Facebook {
    graph: Graph,
    uploads: Endpoint,
    poll: PollPolicy,
    /// By whom Meta is asked about tokens.
    app: Option<(String, SecretString)>,
}

impl Facebook {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("facebook", API).classify(error::classify)
    }

    /// A page by its id and its own tokens: a [`FixedToken`], or a source that renews them. A token
    /// of a person cannot publish.
    ///
    /// The scopes are `pages_show_list`, `pages_read_engagement` and `pages_manage_posts`, of a
    /// person who may create content on the page.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, page: impl Into<String>) -> Result<Self> {
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        // The upload host wants another word before the token.
        let uploads = api.clone().base_url(UPLOADS).auth(Auth::worded("OAuth", tokens.clone())).build()?;
        let account = Account::from(AccountKey::new(options::PLATFORM, page.into()));
        let graph = Graph::new(api, tokens, account, VERSION)?;
        let poll = PollPolicy {
            first: Duration::from_secs(2),
            growth: 1.6,
            longest: Duration::from_secs(60),
            jitter: 0.2,
            deadline: Duration::from_secs(20 * 60),
        };
        Ok(Self { graph, uploads, poll, app: None })
    }

    /// The page of `FACEBOOK_PAGE_ID` with the token in `FACEBOOK_PAGE_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `FACEBOOK_APP_SECRET`, `FACEBOOK_API_URL` (instead of [`API`]) and
    /// `FACEBOOK_API_VERSION` (instead of [`VERSION`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("facebook", settings, &[ACCESS_TOKEN, PAGE_ID])?;
        let advice = "set a new FACEBOOK_PAGE_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Self::of(&read, token, read.text(&PAGE_ID)?)
    }

    /// A page with what is set besides its id and its tokens.
    fn of(read: &Reader<'_>, tokens: impl TokenSource + 'static, page: impl Into<String>) -> Result<Self> {
        let mut facebook = Self::new(read.endpoint(Self::endpoint(), &API_URL), tokens, page)?;
        if let Some(secret) = read.optional_secret(&APP_SECRET) {
            if let Some(id) = read.optional_text(&APP_ID) {
                facebook = facebook.with_app(id, secret.clone());
            }
            facebook = facebook.with_app_secret(secret);
        }
        Ok(match read.optional_text(&API_VERSION) {
            Some(version) => facebook.with_version(version),
            None => facebook,
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
        self.graph = self.graph.with_app_secret(secret);
        self
    }

    /// Asks Meta, in the readiness, whether the page's token works and until when, and why it does
    /// not ([`meta_token`](crate::sign_in::meta_token)): with the id and the secret of the app that
    /// it was given to.
    #[must_use]
    pub fn with_app(mut self, id: impl Into<String>, secret: SecretString) -> Self {
        self.app = Some((id.into(), secret));
        self
    }

    /// Says for whom the page is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.graph.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the page by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.graph.account.label = label.into();
        self
    }

    /// Calls another version of the API, for instance `v27.0`.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.graph.version = version.into();
        self
    }

    /// Waits in another rhythm for videos to be processed. The deadline holds for each video.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }
}
