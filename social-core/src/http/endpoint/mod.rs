//! A vendor's address, with everything that its requests have in common.

mod attempts;
mod auth;
mod bounded;
mod builder;
mod call;
mod failure;
mod reply;
mod signer;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, Method};
use url::Url;

pub use self::auth::{Auth, FixedToken, TokenSource};
pub use self::builder::EndpointBuilder;
pub use self::call::Call;
pub use self::failure::Failure;
pub(crate) use self::reply::ReplyHead;
pub use self::reply::{Reply, StreamReply};
pub use self::signer::{RequestSigner, SigningRequest};
use super::redact::Redactor;
use super::{Limits, Repeat, RetryPolicy, Timeouts, Transport};
use crate::Vendor;
use crate::clock::{Clock, Random};
use crate::error::{Error, ErrorKind, Result};

type Classify = fn(&Failure<'_>) -> Error;

/// What is done about authentication when a request is sent.
enum Credentials {
    /// Nothing: it stands in the endpoint's headers, or there is none.
    Prepared,
    Tokens {
        source: Arc<dyn TokenSource>,
        header: HeaderName,
        word: Option<Cow<'static, str>>,
    },
    Signer(Arc<dyn RequestSigner>),
}

struct Inner {
    vendor: Vendor,
    provider: Option<&'static str>,
    base: Url,
    headers: HeaderMap,
    credentials: Credentials,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    classify: Classify,
    retry: RetryPolicy,
    limits: Limits,
    timeouts: Timeouts,
    redactor: Redactor,
    public_only: bool,
}

/// A vendor's address, with everything that its requests have in common. Cheap to clone.
#[derive(Clone)]
pub struct Endpoint(Arc<Inner>);

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("vendor", &self.0.vendor)
            .field("base", &self.0.redactor.url(&self.0.base))
            .finish_non_exhaustive()
    }
}

/// A method and a full URL, prepared once for a path that is called often.
#[derive(Clone)]
pub struct Route {
    method: Method,
    url: Url,
}

impl fmt::Debug for Route {
    // The path may hold a secret that only the endpoint knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Starts an endpoint of `vendor` at `base_url`, without authentication.
    pub fn builder(vendor: impl Into<Vendor>, base_url: impl Into<String>) -> EndpointBuilder {
        EndpointBuilder::new(vendor.into(), base_url.into())
    }

    /// Whose endpoint this is.
    #[must_use]
    pub fn vendor(&self) -> &Vendor {
        &self.0.vendor
    }

    /// The vendor's name in telemetry: see [`EndpointBuilder::provider`].
    #[must_use]
    pub fn provider(&self) -> &str {
        self.0.provider.unwrap_or(self.0.vendor.as_str())
    }

    /// The base URL; its path ends with a slash.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.0.base
    }

    /// The endpoint's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The endpoint's source of randomness.
    #[must_use]
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.0.random
    }

    /// The size limits of its answers.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.limits
    }

    /// The transport that carries its requests.
    #[must_use]
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.0.transport
    }

    /// An error of this vendor.
    #[must_use]
    pub fn error(&self, kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(kind, message).with_vendor(&self.0.vendor)
    }

    /// Prepares a path under the base URL.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`] when the path does not make a URL under the base's origin.
    pub fn route(&self, method: Method, path: &str) -> Result<Route> {
        let base = &self.0.base;
        match base.join(path.trim_start_matches('/')) {
            Ok(url) if url.origin() == base.origin() => Ok(Route { method, url }),
            _ => {
                let error = Error::invalid("path", format!("`{path}` is not a path of this endpoint"));
                Err(self.redact(error.with_vendor(&self.0.vendor)))
            }
        }
    }

    /// Starts a call of a prepared route.
    pub fn call<'a>(&'a self, route: &'a Route) -> Call<'a> {
        Call::new(self, route.method.clone(), Cow::Borrowed(&route.url), true)
    }

    /// Starts a read, which may be repeated.
    ///
    /// # Errors
    /// As [`route`](Self::route).
    pub fn get(&self, path: &str) -> Result<Call<'_>> {
        Ok(self.start(self.route(Method::GET, path)?).repeat(Repeat::Safe))
    }

    /// Starts a write, which is never repeated blindly unless [`Call::repeat`] says otherwise.
    ///
    /// # Errors
    /// As [`route`](Self::route).
    pub fn post(&self, path: &str) -> Result<Call<'_>> {
        Ok(self.start(self.route(Method::POST, path)?))
    }

    fn start(&self, route: Route) -> Call<'_> {
        Call::new(self, route.method, Cow::Owned(route.url), true)
    }

    /// Starts a call of an absolute URL that is not under the base URL, without any credentials.
    pub fn anonymous(&self, method: Method, url: Url) -> Call<'_> {
        Call::new(self, method, Cow::Owned(url), false)
    }

    /// Starts a call of an absolute URL that the vendor's answer named, with credentials if it is
    /// on the base URL's origin and without them otherwise.
    pub fn follow(&self, method: Method, url: Url) -> Call<'_> {
        if url.origin() == self.0.base.origin() {
            Call::new(self, method, Cow::Owned(url), true)
        } else {
            self.anonymous(method, url)
        }
    }

    /// Turns a refused answer into this vendor's error, as if it had come with its status.
    ///
    /// For failures that vendors report inside a success.
    #[must_use]
    pub fn classify(&self, failure: &Failure<'_>) -> Error {
        let mut error = (self.0.classify)(failure);
        if error.vendor().is_none() {
            error = error.with_vendor(&self.0.vendor);
        }
        if error.status().is_none() {
            error = error.with_status(failure.status.as_u16());
        }
        if error.request_id().is_none()
            && let Some(id) = failure::request_id(failure.headers)
        {
            error = error.with_request_id(id);
        }
        if error.body().is_none() {
            error = error.with_body(failure.body);
        }
        self.redact(super::wait::apply(error, failure, self.0.clock.now()))
    }

    fn redact(&self, error: Error) -> Error {
        self.0.redactor.error(error, &[])
    }
}
