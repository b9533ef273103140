//! The settings of an endpoint.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{Auth, Classify, Credentials, Endpoint, Failure, Inner};
use crate::Vendor;
use crate::clock::{Clock, Random, system_clock, system_random};
use crate::error::{Error, Result};
use crate::http::redact::Redactor;
use crate::http::{Limits, RetryPolicy, Timeouts, Transport};

/// Collects the settings of an [`Endpoint`].
#[derive(Clone)]
#[must_use]
pub struct EndpointBuilder {
    vendor: Vendor,
    provider: Option<&'static str>,
    base: String,
    auth: Auth,
    headers: Vec<(HeaderName, String, bool)>,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    classify: Classify,
    retry: RetryPolicy,
    limits: Limits,
    timeouts: Timeouts,
    secrets: Vec<SecretString>,
    public_only: bool,
}

impl fmt::Debug for EndpointBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointBuilder").field("vendor", &self.vendor).finish_non_exhaustive()
    }
}

impl EndpointBuilder {
    pub(super) fn new(vendor: Vendor, base: String) -> Self {
        Self {
            vendor,
            provider: None,
            base,
            auth: Auth::None,
            headers: Vec::new(),
            transport: None,
            clock: system_clock(),
            random: system_random(),
            classify: |failure| failure.by_status(),
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            secrets: Vec::new(),
            public_only: false,
        }
    }

    /// Replaces the base URL: another region, a proxy, a test server.
    pub fn base_url(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// The base URL came from outside: every call refuses addresses that are not public, on every
    /// hop.
    pub fn public_only(mut self) -> Self {
        self.public_only = true;
        self
    }

    /// Sets the vendor's name in telemetry, `gen_ai.provider.name` of OpenTelemetry's conventions,
    /// where it is another than in addresses: `gcp.gemini`.
    pub fn provider(mut self, name: &'static str) -> Self {
        self.provider = Some(name);
        self
    }

    /// Sets how requests are authenticated.
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Sends a header with every request.
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into(), false));
        self
    }

    /// Sends a secret header with every request, besides the authentication.
    pub fn secret_header(mut self, name: HeaderName, value: &SecretString) -> Self {
        self.headers.push((name, value.expose_secret().to_owned(), true));
        self.secret(value)
    }

    /// Takes this text out of every error and log of the endpoint.
    pub fn secret(mut self, secret: &SecretString) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    /// Replaces the transport. Without one, the application's shared reqwest client is used.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Replaces the clock, for tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The clock that is set now, for a token source that has to tell the time.
    #[must_use]
    pub fn clock_handle(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Replaces the source of randomness, for tests.
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Sets the function that turns the vendor's refusals into errors.
    pub fn classify(mut self, classify: fn(&Failure<'_>) -> Error) -> Self {
        self.classify = classify;
        self
    }

    /// Sets how often and how patiently requests are repeated.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets how large answers may be.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long answers may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a base URL that is not absolute HTTP(S), for a
    /// header value that cannot be sent, and when no transport is given and the crate is built
    /// without one.
    pub fn build(mut self) -> Result<Endpoint> {
        let mut headers = HeaderMap::new();
        let mut settings = std::mem::take(&mut self.headers);
        let credentials = match std::mem::take(&mut self.auth) {
            Auth::None => Credentials::Prepared,
            Auth::Bearer(key) => {
                settings.push((AUTHORIZATION, format!("Bearer {}", key.expose_secret()), true));
                self.secrets.push(key);
                Credentials::Prepared
            }
            Auth::Header(name, key) => {
                settings.push((name, key.expose_secret().to_owned(), true));
                self.secrets.push(key);
                Credentials::Prepared
            }
            Auth::Source { source, header, word } => {
                self.secrets.extend(source.secrets());
                Credentials::Tokens { source, header, word }
            }
            Auth::Signed(signer) => {
                self.secrets.extend(signer.secrets());
                Credentials::Signer(signer)
            }
        };
        let redactor = Redactor::new(self.secrets);
        let fail = |message: String| redactor.error(Error::config(message).with_vendor(&self.vendor), &[]);
        let base = base_url(&self.base).map_err(fail)?;
        for (name, value, secret) in settings {
            let mut value = HeaderValue::from_str(&value).map_err(|_| {
                fail(format!("the value of header `{name}` has characters that a header cannot carry (a line break?)"))
            })?;
            value.set_sensitive(secret);
            headers.insert(name, value);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => crate::http::shared_transport().map_err(|e| e.with_vendor(&self.vendor))?,
        };
        Ok(Endpoint(Arc::new(Inner {
            vendor: self.vendor,
            provider: self.provider,
            base,
            headers,
            credentials,
            transport,
            clock: self.clock,
            random: self.random,
            classify: self.classify,
            retry: self.retry,
            limits: self.limits,
            timeouts: self.timeouts,
            redactor,
            public_only: self.public_only,
        })))
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    let mut base = Url::parse(text).map_err(|e| format!("base URL `{text}` is not a URL: {e}"))?;
    if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
        return Err(format!("base URL `{text}` is not an http(s) address"));
    }
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    Ok(base)
}
