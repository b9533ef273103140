//! [`PlatformEntry`]: a platform in a catalogue.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, RwLock};

use super::registry::{self, List, Registered};
use super::vendor::EndpointOpener;
use super::{Catalogue, unknown};
#[cfg(feature = "accounts")]
use crate::auth::{AccountAccess, SignIn};
use crate::error::Result;
use crate::host::{HostRequest, MediaHost};
use crate::http::Endpoint;
use crate::make::Maker;
use crate::publish::{Publisher, Rules};
use crate::settings::{Setting, Settings};
use crate::{Platform, Tenant};

/// What an application hands to a publisher, beside the settings.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Parts {
    /// For whom the account is.
    pub tenant: Tenant,
    /// Puts files where a platform can fetch them.
    pub host: Option<Arc<MediaHost>>,
}

impl Parts {
    /// Says for whom the account is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self
    }

    /// Hands in a media host.
    #[must_use]
    pub fn with_host(mut self, host: impl Maker<HostRequest> + 'static) -> Self {
        self.host = Some(Arc::new(host));
        self
    }
}

#[cfg(feature = "accounts")]
type OpenAccount = dyn Fn(&dyn Settings, Parts, AccountAccess) -> Result<Arc<dyn Publisher>> + Send + Sync;

type Open = dyn Fn(&dyn Settings, Parts) -> Result<Arc<dyn Publisher>> + Send + Sync;

/// A platform: its name, its settings, its rules, and how an account of it is opened.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlatformEntry {
    /// The name.
    pub name: Platform,
    /// Other names by which recordings of its exchanges know it.
    pub recorded_names: Vec<Cow<'static, str>>,
    /// What it is, for people.
    pub title: Cow<'static, str>,
    /// The settings that it reads.
    pub settings: Vec<Setting>,
    /// What it takes, one record for each placement that it offers.
    pub rules: Vec<Rules>,
    /// Whether the platform fetches files itself, so that posts with files of this machine need a
    /// media host.
    pub fetches_files: bool,
    /// Opens the endpoint, for single exchanges.
    pub endpoint: Option<EndpointOpener>,
    /// The ways in which people sign in to it, where it has one.
    #[cfg(feature = "accounts")]
    pub sign_ins: Vec<SignIn>,
    open: Arc<Open>,
    #[cfg(feature = "accounts")]
    open_account: Option<Arc<OpenAccount>>,
}

impl fmt::Debug for PlatformEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformEntry").field("name", &self.name).finish_non_exhaustive()
    }
}

impl PlatformEntry {
    /// A platform by its name in targets, a name for people, the settings that it reads, and how an
    /// account is opened.
    pub fn new<P: Publisher + 'static>(
        name: impl Into<Platform>,
        title: impl Into<Cow<'static, str>>,
        settings: impl IntoIterator<Item = Setting>,
        open: impl Fn(&dyn Settings, Parts) -> Result<P> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            recorded_names: Vec::new(),
            title: title.into(),
            settings: settings.into_iter().collect(),
            rules: Vec::new(),
            fetches_files: false,
            endpoint: None,
            #[cfg(feature = "accounts")]
            sign_ins: Vec::new(),
            #[cfg(feature = "accounts")]
            open_account: None,
            open: Arc::new(move |settings, parts| Ok(Arc::new(open(settings, parts)?))),
        }
    }

    /// Sets what it takes, one record for each placement.
    #[must_use]
    pub fn with_rules(mut self, rules: impl IntoIterator<Item = Rules>) -> Self {
        self.rules = rules.into_iter().collect();
        self
    }

    /// Says that the platform fetches files itself.
    #[must_use]
    pub fn fetching_files(mut self) -> Self {
        self.fetches_files = true;
        self
    }

    /// Opens the endpoint, for single exchanges.
    #[must_use]
    pub fn with_endpoint(mut self, open: impl Fn(&dyn Settings) -> Result<Endpoint> + Send + Sync + 'static) -> Self {
        self.endpoint = Some(EndpointOpener::new(open));
        self
    }

    /// Adds a name by which recordings know the platform.
    #[must_use]
    pub fn recorded_as(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.recorded_names.push(name.into());
        self
    }

    /// Opens an account. Nothing is sent.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for settings that are missing or cannot be used, naming
    /// each.
    pub fn open(&self, settings: &dyn Settings, parts: Parts) -> Result<Arc<dyn Publisher>> {
        (self.open)(settings, parts)
    }

    /// Whether targets or recordings call the platform by this name.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.recorded_names.iter().any(|other| other == name)
    }
}

#[cfg(feature = "accounts")]
impl PlatformEntry {
    /// Says how people sign in to it, and how an account is opened whose tokens renew themselves.
    #[must_use]
    pub fn with_oauth<P: Publisher + 'static>(
        mut self,
        sign_ins: impl IntoIterator<Item = SignIn>,
        open: impl Fn(&dyn Settings, Parts, AccountAccess) -> Result<P> + Send + Sync + 'static,
    ) -> Self {
        self.sign_ins = sign_ins.into_iter().collect();
        self.open_account = Some(Arc::new(move |settings, parts, access| Ok(Arc::new(open(settings, parts, access)?))));
        self
    }

    /// Opens a connected account. Nothing is sent.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where accounts of the platform are opened with
    /// settings only; [`Config`](crate::ErrorKind::Config) for settings that cannot be used.
    pub fn open_account(
        &self,
        settings: &dyn Settings,
        parts: Parts,
        access: AccountAccess,
    ) -> Result<Arc<dyn Publisher>> {
        match &self.open_account {
            Some(open) => open(settings, parts, access),
            None => {
                let message = format!("accounts of {} are opened with settings only", self.title);
                Err(crate::Error::unsupported("account", message).with_vendor(self.name.as_str().to_owned()))
            }
        }
    }
}

impl Registered for PlatformEntry {
    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn list() -> &'static List<Self> {
        static LIST: List<PlatformEntry> = RwLock::new(Vec::new());
        &LIST
    }
}

impl Catalogue<PlatformEntry> {
    /// The names of all platforms, in order.
    #[must_use]
    pub fn platforms(&self) -> Vec<Platform> {
        self.entries().iter().map(|entry| entry.name.clone()).collect()
    }

    /// The entry of a platform.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a name that is not known, listing those that are.
    pub fn find(&self, platform: &str) -> Result<Arc<PlatformEntry>> {
        let found = self.entries().into_iter().find(|entry| entry.name == platform);
        found.ok_or_else(|| {
            unknown(&format!("no platform is called `{platform}`"), &self.platforms()).with_field("platform")
        })
    }

    /// Opens an account of a platform.
    ///
    /// # Errors
    /// As [`find`](Self::find); [`Config`](crate::ErrorKind::Config) for settings that are missing,
    /// naming each.
    pub fn connect(&self, platform: &str, settings: &dyn Settings, parts: Parts) -> Result<Arc<dyn Publisher>> {
        self.find(platform)?.open(settings, parts)
    }
}

/// Adds a platform to all catalogues of this process, as [`register`](super::register) adds a vendor.
///
/// # Errors
/// As [`register`](super::register).
pub fn register_platform(entry: PlatformEntry) -> Result<()> {
    registry::add(entry)
}
