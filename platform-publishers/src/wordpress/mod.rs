//! Publishes articles on WordPress, on a site of one's own or on WordPress.com.
//!
//! **Environment:** `WORDPRESS_URL`; with `WORDPRESS_USERNAME` and `WORDPRESS_APP_PASSWORD` for a
//! site of one's own, or with `WORDPRESS_ACCESS_TOKEN` for a site on WordPress.com (or one that
//! Jetpack connects to it). `WORDPRESS_API_URL` replaces the address of WordPress.com's interface.
//! A site on WordPress.com is also connected by signing in
//! ([`sign_in::WORDPRESS`](crate::sign_in::WORDPRESS)).
//!
//! **Supported:** articles with a title, images and videos in their order, a featured image (the
//! attachment with the role `cover`), WordPress's own publish time, tags and categories by name,
//! excerpt, slug, private articles and drafts; status, deletion and readiness. What WordPress alone
//! understands is in [`WordPressOptions`].
//!
//! ```no_run
//! use platform_publishers::wordpress::{WordPress, WordPressOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let wordpress = WordPress::from_env()?;
//! let options = WordPressOptions::new().with_tag("bread").with_category("Recipes");
//! let post = Post::new("First the flour.\n\nThen the water.")
//!     .with_placement(Placement::ARTICLE)
//!     .with_title("Our sourdough")
//!     .with_options(&options)?;
//! let ask = Ask::for_account(wordpress.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", wordpress.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! An article goes out in two steps, because WordPress takes no key by which a second request of
//! the same post could be recognised: first a draft whose slug is ours alone, by which it is found
//! when the answer is lost; then one request that names the draft's id and publishes it, and can be
//! repeated. A refusal of either proves nothing, since WordPress checks some things when the post
//! is stored already; the site is asked then. Files have names that are ours alone and are found by
//! them. A file that WordPress has stored although it answered with an error is taken over.
//!
//! | what | limit |
//! |---|---|
//! | title, text, slug | none in the interface; a slug has 200 characters in the database |
//! | publish time | at least 60 seconds ahead; what is nearer goes out at once |
//! | files | what the server takes: often 2 to 64 MiB; 1500 KiB by default in a network of sites |
//! | images | JPEG, PNG, GIF, WebP, AVIF, HEIC, as the site's list has them |
//! | videos | MP4, QuickTime, WebM, as the site's list has them |
//!
//! The text is plain text and goes out as HTML paragraphs; with the option `html` it is HTML
//! itself, of which WordPress leaves out what the account may not write. WordPress publishes at a
//! publish time when somebody visits the site, or when its server calls `wp-cron`: `status` tells.
//! Deleting puts the article into the trash.
//!
//! **Known limits:** the one placement is `article`. Not offered: pages and other kinds of posts,
//! custom fields, first comments, passwords, several authors; a site says nothing of rates. Where
//! the server drops the `Authorization` header every call is refused as not logged in: `readiness`
//! finds that. A site without readable addresses is called with
//! [`with_plain_permalinks`](WordPress::with_plain_permalinks).
//!
//! **Unconfirmed:** the slug that WordPress makes of an empty one when a draft is published; the
//! list of file formats; how long a token of WordPress.com lives; `term_exists` naming the term.
//!
//! **Sources:** developer.wordpress.org, REST API handbook (October 2026); the controllers of
//! WordPress's source; developer.wordpress.com.

mod afterwards;
mod error;
mod media;
mod options;
mod publish;
mod rules;
mod terms;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use http::header::AUTHORIZATION;
use secrecy::{ExposeSecret as _, SecretString};
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, TokenSource};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};
use url::Url;

use crate::sign_in::WORDPRESS;
#[cfg(test)]
pub(crate) use options::MAX_SLUG;
pub use options::WordPressOptions;
pub use rules::{PLACEMENTS, rules};

/// The interface of WordPress.com.
pub const WORDPRESS_COM: &str = "https://public-api.wordpress.com";

const PROFILE: &str = "the site's administration, Users > Profile > Application Passwords";

const URL: Setting =
    Setting::new("WORDPRESS_URL", "the address of the site", "your browser's address bar", "https://blog.example");
const USERNAME: Setting =
    Setting::new("WORDPRESS_USERNAME", "the user name, on a site of one's own", PROFILE, "editor").optional();
const APP_PASSWORD: Setting = Setting::new(
    "WORDPRESS_APP_PASSWORD",
    "an application password, on a site of one's own",
    PROFILE,
    "abcd efgh ijkl mnop qrst uvwx",
)
.secret()
.optional();
const ACCESS_TOKEN: Setting = Setting::new(
    "WORDPRESS_ACCESS_TOKEN",
    "an access token, for a site on WordPress.com",
    "https://developer.wordpress.com/apps",
    "wpcom-0000",
)
.secret()
.optional();
const API_URL: Setting = Setting::base_url("WORDPRESS_API_URL", WORDPRESS_COM);

/// `wordpress`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [URL, USERNAME, APP_PASSWORD, ACCESS_TOKEN, API_URL];
    PlatformEntry::new(options::PLATFORM, "WordPress, any site", settings, |settings, parts| {
        Ok(WordPress::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([WORDPRESS], |settings, _, access| {
        let read = Reader::new("wordpress", settings, &[])?;
        let Account { key, label, .. } = access.account;
        let endpoint = read.endpoint(WordPress::endpoint(WORDPRESS_COM), &API_URL);
        let wordpress = WordPress::on_wordpress_com(endpoint, key.id, access.tokens)?;
        Ok(wordpress.with_tenant(key.tenant).with_label(label))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| {
        let read = Reader::new("wordpress", settings, &[URL])?;
        read.endpoint(WordPress::endpoint(&read.text(&URL)?), None).build()
    })
}

/// One account of one site. Cheap to clone.
#[derive(Clone, Debug)]
pub struct WordPress {
    endpoint: Endpoint,
    /// The path of the interface; `None` where it is a parameter.
    path: Option<String>,
    account: Account,
}

impl WordPress {
    /// The settings of a site of this address.
    pub fn endpoint(site: &str) -> EndpointBuilder {
        Endpoint::builder("wordpress", site).classify(error::classify)
    }

    /// An account of a site of one's own, by its user name and an application password (24 letters;
    /// blanks do not matter). It is sent with every request: the site's address is one of HTTPS.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(endpoint: EndpointBuilder, user: &str, app_password: &SecretString) -> Result<Self> {
        let pair = SecretString::from(STANDARD.encode(format!("{user}:{}", app_password.expose_secret())));
        let basic = SecretString::from(format!("Basic {}", pair.expose_secret()));
        let endpoint = endpoint.auth(Auth::Header(AUTHORIZATION, basic)).secret(&pair).secret(app_password).build()?;
        let base = endpoint.base_url();
        let site = format!("{}{}", base.host_str().unwrap_or_default(), base.path().trim_end_matches('/'));
        let key = AccountKey::new(options::PLATFORM, format!("{user}@{site}"));
        Ok(Self { endpoint, path: Some("wp-json/wp/v2".to_owned()), account: Account::new(key, site) })
    }

    /// A site on WordPress.com, by its host or number, and the tokens that may publish on it.
    /// `endpoint` is at [`WORDPRESS_COM`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn on_wordpress_com(
        endpoint: EndpointBuilder,
        site: impl Into<String>,
        tokens: impl TokenSource + 'static,
    ) -> Result<Self> {
        let site = site.into();
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if site.is_empty() || !site.bytes().all(is_host) {
            let message = format!("`{site}` is not the host or number of a site, for instance `bakery.wordpress.com`");
            return Err(Error::config(message).with_field("site").with_vendor("wordpress"));
        }
        let endpoint = endpoint.auth(Auth::source(tokens)).build()?;
        let path = Some(format!("wp/v2/sites/{site}"));
        Ok(Self { endpoint, path, account: AccountKey::new(options::PLATFORM, site).into() })
    }

    /// The site of `WORDPRESS_URL`: with `WORDPRESS_ACCESS_TOKEN` on WordPress.com, otherwise with
    /// `WORDPRESS_USERNAME` and `WORDPRESS_APP_PASSWORD`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("wordpress", settings, &[URL])?;
        let site = read.text(&URL)?;
        if let Some(token) = read.optional_secret(&ACCESS_TOKEN) {
            let host = Url::parse(&site).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or(site);
            let token = social_core::http::FixedToken::new(token).with_advice("set a new WORDPRESS_ACCESS_TOKEN");
            return Self::on_wordpress_com(read.endpoint(Self::endpoint(WORDPRESS_COM), &API_URL), host, token);
        }
        match (read.optional_text(&USERNAME), read.optional_secret(&APP_PASSWORD)) {
            (Some(user), Some(password)) => Self::new(read.endpoint(Self::endpoint(&site), None), &user, &password),
            _ => Err(read.missing(&[&USERNAME, &APP_PASSWORD])),
        }
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

    /// Says what people know the account by; the site otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Calls a site that has no readable addresses (Settings > Permalinks > Plain).
    #[must_use]
    pub fn with_plain_permalinks(mut self) -> Self {
        self.path = None;
        self
    }

    /// A call of the interface. Reads may be repeated.
    fn call(&self, method: Method, path: &str) -> Result<Call<'_>> {
        let base = self.endpoint.base_url();
        let url = match &self.path {
            Some(before) => base.join(&format!("{before}/{path}")),
            None => Ok(base.clone()),
        };
        let url = url.map_err(|_| Error::invalid("path", "the path makes no address"))?;
        let repeat = if method == Method::GET { Repeat::Safe } else { Repeat::Never };
        let call = self.endpoint.follow(method, url).repeat(repeat);
        Ok(match &self.path {
            Some(_) => call,
            None => call.query("rest_route", format!("/wp/v2/{path}")),
        })
    }
}
