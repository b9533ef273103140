//! Publishes on Bluesky, and on every other server of the AT Protocol that takes
//! `app.bsky.feed.post` records.
//!
//! **Environment:** `BLUESKY_HANDLE` and `BLUESKY_APP_PASSWORD`; `BLUESKY_SERVICE` for another
//! server. An account that was connected by OAuth ([`SIGN_IN`]) needs none.
//!
//! **Supported:** posts with images, a video, a link card, mentions and hashtags, as threads, as
//! answers and with a quoted post; status and deletion afterwards. What Bluesky alone understands
//! is in [`BlueskyOptions`].
//!
//! ```no_run
//! use platform_publishers::bluesky::Bluesky;
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let bluesky = Bluesky::from_env()?;
//! let run = Run::ephemeral();
//! let ask = Ask::for_account(bluesky.account().await?);
//! let answer = Approved::ask(&run, Post::new("Fresh bread #bakery"), &ask, &AutoApprove::because("demo")).await?;
//! let receipt = bluesky.publish(&run, &answer.approved()?).await?;
//! println!("{:?}", receipt.url());
//! # Ok(()) }
//! ```
//!
//! The record's key is chosen here and kept with the run before anything is sent, so a post whose
//! answer was lost is looked up by its key, and a second record of that key is refused by the
//! server. A post can be asked about and deleted afterwards. The account is named by its DID, and
//! shown by its handle.
//!
//! | what | limit |
//! |---|---|
//! | text | 300 graphemes and 3,000 bytes, in each part of a thread |
//! | images | 4 of 2,000,000 bytes |
//! | video | one, MP4, 50 MiB, 180 seconds (not confirmed); 20 WebVTT files of captions, 20,000 bytes each |
//! | link card | its image 1,000,000 bytes (not confirmed) |
//! | languages, tags, labels | 3, 8, 10 |
//!
//! **Known limits:** the one placement is the feed; what it accepts is in [`rules`]. Not offered:
//! galleries of more than four images and the video service, which takes larger videos; divide
//! images into a thread, and compress the video. Posts of others are quoted and answered where the
//! account's server reads them.
//!
//! **Sources:** AT Protocol lexicons (August 2026), docs.bsky.app; a PDS on loopback for what they
//! leave open.

mod afterwards;
mod check;
mod error;
mod facets;
mod handle;
mod oauth;
mod options;
mod publish;
mod rules;
mod session;
mod tid;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use options::MAX_TAGS;

use std::sync::Arc;

use secrecy::SecretString;
use social_core::auth::AccountAccess;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, Result, Tenant};

pub use oauth::{Directory, Found, SIGN_IN, loopback_app};
pub use options::BlueskyOptions;
pub use rules::{PLACEMENTS, rules};
use session::{Identity, Session};

/// Where accounts of Bluesky itself log in.
pub const SERVICE: &str = "https://bsky.social";

const HANDLE: Setting = Setting::new(
    "BLUESKY_HANDLE",
    "the handle, DID or e-mail address",
    "https://bsky.app (your profile)",
    "alice.bsky.social",
);
const APP_PASSWORD: Setting = Setting::new(
    "BLUESKY_APP_PASSWORD",
    "an app password",
    "https://bsky.app/settings/app-passwords",
    "abcd-efgh-0000",
)
.secret();
const URL: Setting = Setting::base_url("BLUESKY_SERVICE", SERVICE);

/// `bluesky`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "Bluesky", [HANDLE, APP_PASSWORD, URL], |settings, parts| {
        Ok(Bluesky::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([SIGN_IN], |settings, _, access| {
        let endpoint = Reader::new("bluesky", settings, &[])?.endpoint(Bluesky::endpoint(), None);
        Ok(Bluesky::of_account(endpoint, access))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("bluesky", settings, &[])?.endpoint(Bluesky::endpoint(), &URL).build())
}

/// One account. Cheap to clone; clones share the session.
#[derive(Clone, Debug)]
pub struct Bluesky {
    login: Login,
    service: EndpointBuilder,
    follow_data_server: bool,
    tenant: Tenant,
}

/// How an account proves itself.
#[derive(Clone, Debug)]
enum Login {
    /// By an app password.
    Password(Arc<Session>),
    /// By what its owner granted; the service is then the data server.
    Granted { did: String, handle: String, auth: Auth },
}

impl Bluesky {
    /// The settings of the service that the account logs in to; [`SERVICE`] unless its base URL is
    /// replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("bluesky", SERVICE).classify(error::classify)
    }

    /// An account by its handle (`alice.bsky.social`), DID or e-mail address, and an app password.
    /// An `@`, the address of the profile and invisible characters around the handle are dropped.
    ///
    /// Nothing is sent yet: the session is opened with the first post, kept for the life of this
    /// value and refreshed when the service calls it expired. Bluesky allows 30 logins in 5 minutes
    /// and 300 a day (November 2026).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used, a handle without
    /// its domain among them.
    pub fn new(service: EndpointBuilder, handle: impl Into<String>, app_password: SecretString) -> Result<Self> {
        let service = service.secret(&app_password);
        let handle = handle::identifier(&handle.into())?;
        let session = Session::new(service.clone().build()?, handle, app_password);
        Ok(Self { login: Login::Password(session), service, follow_data_server: true, tenant: Tenant::DEFAULT })
    }

    /// A connected account: its tokens are bound to a key and renew themselves.
    #[must_use]
    pub fn of_account(endpoint: EndpointBuilder, access: AccountAccess) -> Self {
        let service = access.endpoint(endpoint);
        let Account { key, label, .. } = access.account;
        let login = Login::Granted { did: key.id, handle: label, auth: access.auth };
        Self { login, service, follow_data_server: false, tenant: key.tenant }
    }

    /// The account of `BLUESKY_HANDLE` and `BLUESKY_APP_PASSWORD`, at the service in
    /// `BLUESKY_SERVICE` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("bluesky", settings, &[HANDLE, APP_PASSWORD])?;
        Self::new(read.endpoint(Self::endpoint(), &URL), read.text(&HANDLE)?, read.secret(&APP_PASSWORD)?)
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
        self
    }

    /// Keeps every call at the service instead of going on to the data server that the login names.
    #[must_use]
    pub fn staying_at_service(mut self) -> Self {
        self.follow_data_server = false;
        self
    }

    /// Whose account it is, after a login if need be.
    async fn identity(&self) -> Result<Identity> {
        match &self.login {
            Login::Password(session) => session.identity().await,
            Login::Granted { did, handle, .. } => {
                Ok(Identity { did: did.clone(), handle: handle.clone(), data_server: None })
            }
        }
    }

    /// Logs in if that has not happened yet.
    async fn log_in(&self) -> Result<LoggedIn> {
        let session = match &self.login {
            Login::Password(session) => session,
            Login::Granted { did, auth, .. } => {
                let endpoint = self.service.clone().auth(auth.clone()).build()?;
                return Ok(LoggedIn { did: did.clone(), endpoint });
            }
        };
        let Identity { did, data_server, .. } = session.identity().await?;
        let mut builder = self.service.clone().auth(Auth::source(session.clone()));
        // The address comes from an answer: tokens go there encrypted and to a public host, or not
        // at all.
        let followed = data_server.filter(|url| self.follow_data_server && url.scheme() == "https");
        if let Some(server) = &followed {
            builder = builder.base_url(server.as_str()).public_only();
        }
        Ok(LoggedIn { did, endpoint: builder.build()? })
    }
}

/// A logged-in account and where its data lives.
#[derive(Debug)]
struct LoggedIn {
    did: String,
    endpoint: Endpoint,
}

impl LoggedIn {
    fn query(&self, method: &str, operation: &'static str) -> Result<Call<'_>> {
        Ok(self.endpoint.get(&format!("xrpc/{method}"))?.operation(operation))
    }

    fn procedure(&self, method: &str, operation: &'static str) -> Result<Call<'_>> {
        Ok(self.endpoint.post(&format!("xrpc/{method}"))?.operation(operation))
    }
}
