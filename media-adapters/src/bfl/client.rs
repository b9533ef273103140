//! The client, and the regional hosts at which tasks are asked after.

use http::HeaderName;
use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{ErrorKind, Result};
use url::Url;

use super::{BASE_URL, error};

pub(super) const API_KEY: Setting =
    Setting::new("BFL_API_KEY", "the API key", "https://dashboard.bfl.ai", "bfl-0000").secret();
pub(super) const URL: Setting = Setting::base_url("BFL_BASE_URL", BASE_URL);

/// The domain whose hosts get the key.
const DOMAIN: &str = ".bfl.ai";

/// A client of Black Forest Labs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bfl {
    pub(super) endpoint: Endpoint,
    /// For the hosts of regions.
    builder: EndpointBuilder,
}

impl Bfl {
    /// The endpoint without a key; [`BASE_URL`] unless replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("bfl", BASE_URL).classify(error::classify)
    }

    /// How a key is sent: in the header `x-key`.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        Auth::Header(HeaderName::from_static("x-key"), key)
    }

    /// A client of this endpoint; start from [`Bfl::endpoint`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.clone().build()?, builder: endpoint })
    }

    /// A client with the key in `BFL_API_KEY`, at the address in `BFL_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("bfl", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        Self::new(endpoint.auth(Self::auth(read.secret(&API_KEY)?)))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// The endpoint of an address that an answer named. Tasks are asked after at the host of their
    /// region, which gets the key only if it is the vendor's.
    pub(super) fn at(&self, url: &Url) -> Result<Endpoint> {
        if url.origin() == self.endpoint.base_url().origin() {
            return Ok(self.endpoint.clone());
        }
        let theirs = url.scheme() == "https" && url.host_str().is_some_and(|host| host.ends_with(DOMAIN));
        if !theirs {
            let message = "the task is to be asked after at a host that is not the vendor's";
            return Err(self.endpoint.error(ErrorKind::Protocol, message));
        }
        self.builder.clone().base_url(url.origin().ascii_serialization()).build()
    }
}
