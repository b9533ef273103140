//! Publishes articles on Ghost, by its Admin API.
//!
//! **Environment:** `GHOST_URL` and `GHOST_ADMIN_API_KEY`.
//!
//! **Supported:** articles with a title, images in their order, a feature image (the attachment
//! with the role `cover`), Ghost's own publish time, tags, excerpt, slug, canonical address,
//! visibility, drafts, and a newsletter that goes out with the article; status, deletion and
//! readiness. What Ghost alone understands is in [`GhostOptions`].
//!
//! ```no_run
//! use platform_publishers::ghost::{Ghost, GhostOptions, Visibility};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let ghost = Ghost::from_env()?;
//! let options = GhostOptions::new().with_tag("Bread").with_visibility(Visibility::Members);
//! let post = Post::new("First the flour.\n\nThen the water.")
//!     .with_placement(Placement::ARTICLE)
//!     .with_title("Our sourdough")
//!     .with_options(&options)?;
//! let ask = Ask::for_account(ghost.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", ghost.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! An article goes out in two steps: a draft whose slug is ours alone, by which it is found when
//! the answer is lost; then one request that names the draft, its `updated_at` and the state that
//! is wanted. Ghost refuses a second one of the same `updated_at`, so that a lost answer is found
//! out by reading the article. The newsletter hangs on that request only. An article that goes out
//! by mail is sent again only when it is still a draft two minutes later: mail cannot be taken
//! back.
//!
//! | what | limit |
//! |---|---|
//! | title | 255 UTF-16 units |
//! | text | 1,000,000,000 characters, which is not checked |
//! | slug, tag, alt text of the feature image | 191 UTF-16 units |
//! | excerpt | 300 UTF-16 units |
//! | canonical address | 2000 characters |
//! | publish time | at least 2 minutes ahead (older versions) |
//! | images | JPEG, PNG, GIF, WebP; what the server takes in bytes |
//!
//! The text is plain text and goes out as HTML paragraphs, which Ghost makes its own nodes of; with
//! the option `html` it is HTML that is kept as it is, as a card. The address is the one of the
//! administration, where it is another one than the site's: redirects are not followed.
//!
//! **Known limits:** the one placement is `article`. Videos, audio and other files are not offered,
//! since their uploads are not documented: link them in the text. Not offered: pages, authors other
//! than the integration's owner, first comments, several newsletters. Ghost publishes no rates. An
//! image whose answer was lost stays unused on the site, because images cannot be listed.
//!
//! **Unconfirmed:** the slug that Ghost makes of an empty one; how it counts characters; the
//! shortest publish time of today's versions.
//!
//! **Sources:** docs.ghost.org, Admin API (August 2026); Ghost's schema.js; TryGhost/Ghost#10691
//! for `updated_at`, #7099 for publish times.

mod afterwards;
mod error;
mod key;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use http::HeaderName;
use secrecy::SecretString;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, TokenSource};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};

use key::AdminKey;
pub use options::{GhostOptions, Visibility};
#[cfg(test)]
pub(crate) use options::{MAX_ADDRESS, MAX_EXCERPT, MAX_NAME};
pub use rules::{PLACEMENTS, rules};

/// The version of the interface that this module was written for; newer ones answer it, too.
pub const VERSION: &str = "v6.0";

const ACCEPT_VERSION: HeaderName = HeaderName::from_static("accept-version");

const INTEGRATIONS: &str = "Ghost's administration, Settings > Integrations > Add custom integration";
const URL: Setting = Setting::new("GHOST_URL", "the API URL of the integration", INTEGRATIONS, "https://blog.example");
const ADMIN_API_KEY: Setting = Setting::new(
    "GHOST_ADMIN_API_KEY",
    "the Admin API key of the integration",
    INTEGRATIONS,
    "640f0a0a0a0a0a0a0a0a0a0a:0123456789abcdef",
)
.secret();

/// `ghost`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "Ghost, any site", [URL, ADMIN_API_KEY], |settings, parts| {
        Ok(Ghost::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| {
        let read = Reader::new("ghost", settings, &[URL])?;
        read.endpoint(Ghost::endpoint(&read.text(&URL)?), None).build()
    })
}

/// One site. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ghost {
    endpoint: Endpoint,
    account: Account,
}

impl Ghost {
    /// The settings of a site whose administration is at this address.
    pub fn endpoint(site: &str) -> EndpointBuilder {
        Endpoint::builder("ghost", site).header(ACCEPT_VERSION, VERSION).classify(error::classify)
    }

    /// A site by the Admin API key of an integration, `id:secret`. A token that lives five minutes
    /// is signed with it for each call.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used. A key that is
    /// none is found with the first call.
    pub fn new(endpoint: EndpointBuilder, key: SecretString) -> Result<Self> {
        let clock = endpoint.clock_handle();
        Self::with_tokens(endpoint, AdminKey::new(key, clock))
    }

    /// A site by tokens that are signed elsewhere.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_tokens(endpoint: EndpointBuilder, tokens: impl TokenSource + 'static) -> Result<Self> {
        let endpoint = endpoint.auth(Auth::worded("Ghost", tokens)).build()?;
        let base = endpoint.base_url();
        let site = format!("{}{}", base.host_str().unwrap_or_default(), base.path().trim_end_matches('/'));
        let account = AccountKey::new(options::PLATFORM, site).into();
        Ok(Self { endpoint, account })
    }

    /// The site of `GHOST_URL` with the key in `GHOST_ADMIN_API_KEY`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("ghost", settings, &[URL, ADMIN_API_KEY])?;
        Self::new(read.endpoint(Self::endpoint(&read.text(&URL)?), None), read.secret(&ADMIN_API_KEY)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the site is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the site by; its address otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// A call of the interface. Reads may be repeated.
    fn call(&self, method: http::Method, path: &str) -> Result<Call<'_>> {
        let url = self.endpoint.base_url().join(&format!("ghost/api/admin/{path}"));
        let url = url.map_err(|_| Error::invalid("path", "the path makes no address"))?;
        let repeat = if method == http::Method::GET { Repeat::Safe } else { Repeat::Never };
        Ok(self.endpoint.follow(method, url).repeat(repeat))
    }
}
