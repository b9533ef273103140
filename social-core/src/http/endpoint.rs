use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::body::{Body, ByteStream};
use super::rate::RateState;
use super::redact::Redactor;
use super::request::{Limits, Redirects, Repeat, Request, Response, Timeouts, Transport};
use super::retry::RetryPolicy;
use crate::Vendor;
use crate::clock::{Clock, Random, system_clock, system_random};
use crate::error::{Error, ErrorKind, Result};

/// Gives out access tokens that change: signed ones, sessions, OAuth.
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// A token that should work now.
    async fn token(&self) -> Result<SecretString>;

    /// A token instead of `refused`, which the vendor called expired. Asked once per call.
    ///
    /// Several calls may ask at the same time with the same refused token; only one of them renews it.
    async fn renew(&self, refused: &SecretString) -> Result<SecretString>;
}

/// How requests prove who sends them. Secrets travel in headers, never in URLs.
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// `Authorization: Bearer ...`.
    Bearer(SecretString),
    /// The key as the value of a header of its own, for instance `x-api-key`.
    Header(HeaderName, SecretString),
    /// `Authorization: Bearer ...` with a token that changes.
    Source(Arc<dyn TokenSource>),
}

/// An answer that is not a success, before it is an error.
#[derive(Debug)]
pub struct Failure<'a> {
    /// The status, usually not 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, cut to [`Limits::error`] bytes.
    pub body: &'a [u8],
}

impl Failure<'_> {
    /// Reads the body as JSON of the vendor's error shape; `None` when it is something else.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body).ok()
    }

    /// The body as text, invalid bytes replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.body)
    }

    /// An error by status alone, for bodies that say nothing more.
    #[must_use]
    pub fn by_status(&self) -> Error {
        let kind = match self.status.as_u16() {
            400 | 405 | 411 | 413 | 415 | 422 => ErrorKind::InvalidRequest,
            401 => ErrorKind::Auth,
            402 => ErrorKind::QuotaExhausted,
            403 => ErrorKind::Permission,
            404 | 410 => ErrorKind::NotFound,
            408 | 504 => ErrorKind::Timeout,
            409 => ErrorKind::Duplicate,
            425 | 429 => ErrorKind::RateLimited,
            500..=599 => ErrorKind::Unavailable,
            _ => ErrorKind::Protocol,
        };
        let reason = self.status.canonical_reason().unwrap_or("unexpected status");
        Error::new(kind, reason).with_status(self.status.as_u16()).with_body(self.body)
    }
}

type Classify = fn(&Failure<'_>) -> Error;

struct Inner {
    vendor: Vendor,
    base: Url,
    headers: HeaderMap,
    tokens: Option<Arc<dyn TokenSource>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    classify: Classify,
    retry: RetryPolicy,
    limits: Limits,
    timeouts: Timeouts,
    redactor: Redactor,
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

/// Collects the settings of an [`Endpoint`].
#[derive(Clone)]
#[must_use]
pub struct EndpointBuilder {
    vendor: Vendor,
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
}

impl fmt::Debug for EndpointBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointBuilder").field("vendor", &self.vendor).finish_non_exhaustive()
    }
}

impl EndpointBuilder {
    /// Replaces the base URL: another region, a proxy, a test server.
    pub fn base_url(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
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
    /// [`ErrorKind::Config`] for a base URL that is not absolute HTTP(S), for a header value that cannot be sent, and
    /// when no transport is given and the crate is built without one.
    pub fn build(self) -> Result<Endpoint> {
        let vendor = self.vendor;
        let fail = |message: String| Error::config(message).with_vendor(&vendor);
        let mut base =
            Url::parse(&self.base).map_err(|e| fail(format!("base URL `{}` is not a URL: {e}", self.base)))?;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(fail(format!("base URL `{}` is not an http(s) address", self.base)));
        }
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let mut headers = HeaderMap::new();
        let mut secrets = self.secrets;
        let mut insert = |name: HeaderName, value: &str, secret: bool| -> Result<()> {
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                fail(format!("the value of header `{name}` has characters that a header cannot carry (a line break?)"))
            })?;
            value.set_sensitive(secret);
            headers.insert(name, value);
            Ok(())
        };
        for (name, value, secret) in self.headers {
            insert(name, &value, secret)?;
        }
        let tokens = match self.auth {
            Auth::None => None,
            Auth::Bearer(key) => {
                insert(AUTHORIZATION, &format!("Bearer {}", key.expose_secret()), true)?;
                secrets.push(key);
                None
            }
            Auth::Header(name, key) => {
                insert(name, key.expose_secret(), true)?;
                secrets.push(key);
                None
            }
            Auth::Source(source) => Some(source),
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => super::shared_transport().map_err(|e| e.with_vendor(&vendor))?,
        };
        Ok(Endpoint(Arc::new(Inner {
            vendor,
            base,
            headers,
            tokens,
            transport,
            clock: self.clock,
            random: self.random,
            classify: self.classify,
            retry: self.retry,
            limits: self.limits,
            timeouts: self.timeouts,
            redactor: Redactor::new(secrets),
        })))
    }
}

/// A method and a full URL, prepared once for a path that is called often.
#[derive(Clone, Debug)]
pub struct Route {
    method: Method,
    url: Url,
}

impl Endpoint {
    /// Starts an endpoint of `vendor` at `base_url`, without authentication.
    pub fn builder(vendor: impl Into<Vendor>, base_url: impl Into<String>) -> EndpointBuilder {
        EndpointBuilder {
            vendor: vendor.into(),
            base: base_url.into(),
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
        }
    }

    /// Whose endpoint this is.
    #[must_use]
    pub fn vendor(&self) -> &Vendor {
        &self.0.vendor
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
    pub fn error(&self, kind: ErrorKind, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::new(kind, message).with_vendor(&self.0.vendor)
    }

    /// Prepares a path under the base URL.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`] when the path does not make a URL under the base's origin.
    pub fn route(&self, method: Method, path: &str) -> Result<Route> {
        let url =
            self.0.base.join(path.trim_start_matches('/')).ok().filter(|url| url.origin() == self.0.base.origin());
        match url {
            Some(url) => Ok(Route { method, url }),
            None => {
                Err(Error::invalid("path", format!("`{path}` is not a path of this endpoint"))
                    .with_vendor(&self.0.vendor))
            }
        }
    }

    /// Starts a call of a prepared route.
    #[must_use]
    pub fn call(&self, route: &Route) -> Call<'_> {
        self.start(route.method.clone(), route.url.clone(), self.0.headers.clone(), true)
    }

    /// Starts a read, which may be repeated.
    ///
    /// # Errors
    /// As [`route`](Self::route).
    pub fn get(&self, path: &str) -> Result<Call<'_>> {
        Ok(self.call(&self.route(Method::GET, path)?).repeat(Repeat::Safe))
    }

    /// Starts a write, which is never repeated blindly unless [`Call::repeat`] says otherwise.
    ///
    /// # Errors
    /// As [`route`](Self::route).
    pub fn post(&self, path: &str) -> Result<Call<'_>> {
        Ok(self.call(&self.route(Method::POST, path)?))
    }

    /// Starts a call of an absolute URL that is not under the base URL, without any credentials.
    #[must_use]
    pub fn anonymous(&self, method: Method, url: Url) -> Call<'_> {
        self.start(method, url, HeaderMap::new(), false)
    }

    /// Starts a call of an absolute URL that the vendor's answer named, with credentials if it is on the base URL's
    /// origin and without them otherwise.
    #[must_use]
    pub fn follow(&self, method: Method, url: Url) -> Call<'_> {
        if url.origin() == self.0.base.origin() {
            self.start(method, url, self.0.headers.clone(), true)
        } else {
            self.anonymous(method, url)
        }
    }

    fn start(&self, method: Method, url: Url, headers: HeaderMap, authenticated: bool) -> Call<'_> {
        Call {
            endpoint: self,
            operation: "call",
            authenticated,
            limit: self.0.limits.body,
            request: Request { headers, timeouts: self.0.timeouts, ..Request::new(method, url) },
            failed: None,
        }
    }

    /// Turns a refused answer into this vendor's error, as if it had come with its status.
    ///
    /// For failures that vendors report inside a success.
    #[must_use]
    pub fn classify(&self, failure: &Failure<'_>) -> Error {
        self.finish_error((self.0.classify)(failure), failure)
    }

    fn finish_error(&self, mut error: Error, failure: &Failure<'_>) -> Error {
        if error.vendor().is_none() {
            error = error.with_vendor(&self.0.vendor);
        }
        if error.status().is_none() {
            error = error.with_status(failure.status.as_u16());
        }
        if error.request_id().is_none()
            && let Some(id) = request_id(failure.headers)
        {
            error = error.with_request_id(id);
        }
        if error.body().is_none() {
            error = error.with_body(failure.body);
        }
        super::wait::apply(error, failure, self.0.clock.now())
    }

    fn redact(&self, error: Error) -> Error {
        self.0.redactor.error(error)
    }
}

fn request_id(headers: &HeaderMap) -> Option<&str> {
    const NAMES: [&str; 7] = [
        "x-request-id",
        "request-id",
        "x-ds-trace-id",
        "x-fb-trace-id",
        "x-goog-request-id",
        "apim-request-id",
        "cf-ray",
    ];
    NAMES.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}

/// One request in the making.
#[derive(Debug)]
#[must_use]
pub struct Call<'a> {
    endpoint: &'a Endpoint,
    operation: &'static str,
    authenticated: bool,
    limit: usize,
    request: Request,
    failed: Option<Error>,
}

impl Call<'_> {
    /// Names the operation for errors and spans.
    pub fn operation(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }

    /// Says whether the request may be sent again.
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.request.repeat = repeat;
        self
    }

    /// Adds a parameter to the query. Never a secret.
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.request.url.query_pairs_mut().append_pair(name, value.as_ref());
        self
    }

    /// Sets a header of this request.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.request.headers.insert(name, value);
            }
            Err(_) => self.failed = Some(Error::invalid(name.to_string(), "the value cannot be sent in a header")),
        }
        self
    }

    /// Sets a secret header of this request.
    pub fn secret_header(mut self, name: HeaderName, value: &SecretString) -> Self {
        match HeaderValue::from_str(value.expose_secret()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.request.headers.insert(name, value);
            }
            Err(_) => self.failed = Some(Error::invalid(name.to_string(), "the value cannot be sent in a header")),
        }
        self
    }

    /// Sends a JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => {
                self.request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                self.request.body = Body::Bytes(json.into());
            }
            Err(e) => {
                self.failed = Some(Error::invalid("body", "the request cannot be written as JSON").with_source(e))
            }
        }
        self
    }

    /// Sends a form of the kind `application/x-www-form-urlencoded`.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(mut self, fields: impl IntoIterator<Item = (K, V)>) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.request.body = Body::Bytes(form.into());
        self
    }

    /// Sends these bytes or this stream; set a content type with [`header`](Self::header).
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.request.body = body.into();
        self
    }

    /// Says what to do about redirects; by default they are not followed.
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.request.redirects = redirects;
        self
    }

    /// Changes how long the answer may take.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.request.timeouts.response = timeout;
        self
    }

    /// Changes how large the answer may be, in bytes.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// The URL came from outside: refuses addresses that are not public, on every hop.
    pub fn public_only(mut self) -> Self {
        self.request.public_only = true;
        self
    }

    /// Sends the request and reads a successful answer whole.
    ///
    /// # Errors
    /// What the vendor's error function makes of an answer that is not 2xx; [`ErrorKind::Transport`] and
    /// [`ErrorKind::Timeout`] when no answer came; [`ErrorKind::Protocol`] when it is larger than the limit.
    /// Each carries vendor, operation, status, request id and the number of attempts.
    pub async fn send(self) -> Result<Reply> {
        let (endpoint, operation, limit) = (self.endpoint, self.operation, self.limit);
        let repeat = self.request.repeat;
        let mut attempts = Attempts::new(self);
        loop {
            let outcome = match attempts.head().await {
                Ok(response) => read_all(response, limit).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok((status, headers, body)) => {
                    return Ok(Reply {
                        endpoint: endpoint.clone(),
                        operation,
                        status,
                        headers,
                        body,
                        attempts: attempts.sent,
                    });
                }
                Err(error) => attempts.pause_or_fail(error, repeat).await?,
            }
        }
    }

    /// Sends the request and hands out a successful answer as it comes. Retries end with the head of the answer.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn stream(self) -> Result<StreamReply> {
        let (endpoint, operation) = (self.endpoint, self.operation);
        let repeat = self.request.repeat;
        let mut attempts = Attempts::new(self);
        loop {
            match attempts.head().await {
                Ok(response) => {
                    return Ok(StreamReply {
                        endpoint: endpoint.clone(),
                        operation,
                        status: response.status,
                        headers: response.headers,
                        body: response.body,
                        attempts: attempts.sent,
                    });
                }
                Err(error) => attempts.pause_or_fail(error, repeat).await?,
            }
        }
    }
}

/// The attempts of one call: the only place in the family that sends a request twice.
struct Attempts<'a> {
    call: Option<Call<'a>>,
    endpoint: &'a Endpoint,
    operation: &'static str,
    sent: u32,
    waited: Duration,
    renewed: bool,
    token: Option<SecretString>,
}

impl<'a> Attempts<'a> {
    fn new(call: Call<'a>) -> Self {
        Self {
            endpoint: call.endpoint,
            operation: call.operation,
            call: Some(call),
            sent: 0,
            waited: Duration::ZERO,
            renewed: false,
            token: None,
        }
    }

    /// One attempt, up to the head of a successful answer.
    async fn head(&mut self) -> Result<Response> {
        let inner = &*self.endpoint.0;
        let Some(call) = &mut self.call else {
            return Err(Error::new(ErrorKind::Protocol, "the call has ended"));
        };
        if let Some(error) = call.failed.take() {
            return Err(error);
        }
        if call.authenticated
            && let Some(source) = &inner.tokens
        {
            let token = match self.token.take() {
                Some(token) => token,
                None => source.token().await?,
            };
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
                .map_err(|_| Error::config("the access token cannot be sent in a header"))?;
            value.set_sensitive(true);
            call.request.headers.insert(AUTHORIZATION, value);
            self.token = Some(token);
        }
        // A request that cannot be repeated after its first attempt is moved, not copied.
        let request = call.request.clone();
        self.sent += 1;
        let response = inner.transport.send(request).await?;
        if response.status.is_success() {
            return Ok(response);
        }
        let status = response.status;
        let (body, headers) = read_failure(response, inner.limits.error).await;
        let failure = Failure { status, headers: &headers, body: &body };
        Err(self.endpoint.classify(&failure))
    }

    /// Waits for the next attempt, or fails with `error`.
    async fn pause_or_fail(&mut self, error: Error, repeat: Repeat) -> Result<()> {
        let inner = &*self.endpoint.0;
        if error.is_token_expired()
            && !self.renewed
            && let (Some(source), Some(token)) = (&inner.tokens, self.token.take())
        {
            self.renewed = true;
            self.token = Some(source.renew(&token).await.map_err(|e| self.dress(e))?);
            return Ok(());
        }
        match inner.retry.next(&error, repeat, self.sent, self.waited, &*inner.random) {
            Some(wait) => {
                tracing::debug!(vendor = %inner.vendor, operation = self.operation, attempt = self.sent, ?wait, %error, "will ask again");
                self.waited += wait;
                inner.clock.sleep(wait).await;
                Ok(())
            }
            None => Err(self.dress(error)),
        }
    }

    fn dress(&self, mut error: Error) -> Error {
        if error.vendor().is_none() {
            error = error.with_vendor(&self.endpoint.0.vendor);
        }
        if error.operation().is_none() {
            error = error.with_operation(self.operation);
        }
        let error = error.with_attempts(self.sent);
        match &self.token {
            Some(token) => Redactor::new(vec![token.clone()]).error(self.endpoint.redact(error)),
            None => self.endpoint.redact(error),
        }
    }
}

async fn read_all(mut response: Response, limit: usize) -> Result<(StatusCode, HeaderMap, Bytes)> {
    let too_large = || {
        Error::new(ErrorKind::Protocol, format!("the answer is larger than the limit of {limit} bytes"))
            .with_status(response.status.as_u16())
    };
    let mut first: Option<Bytes> = None;
    let mut all = BytesMut::new();
    while let Some(piece) = response.body.next().await {
        let piece = piece?;
        if all.len() + first.as_ref().map_or(0, Bytes::len) + piece.len() > limit {
            return Err(too_large());
        }
        match (&first, all.is_empty()) {
            (None, true) => first = Some(piece),
            (Some(_), _) => {
                if let Some(first) = first.take() {
                    all.extend_from_slice(&first);
                }
                all.extend_from_slice(&piece);
            }
            (None, false) => all.extend_from_slice(&piece),
        }
    }
    let body = first.unwrap_or_else(|| all.freeze());
    Ok((response.status, response.headers, body))
}

/// Reads what it can of a refusal; a broken body still leaves the status.
async fn read_failure(mut response: Response, limit: usize) -> (Vec<u8>, HeaderMap) {
    let mut body = Vec::new();
    while body.len() < limit
        && let Some(Ok(piece)) = response.body.next().await
    {
        let room = limit - body.len();
        body.extend_from_slice(piece.get(..room).unwrap_or(&piece));
    }
    (body, response.headers)
}

/// A successful answer, read whole.
#[derive(Debug)]
pub struct Reply {
    endpoint: Endpoint,
    operation: &'static str,
    /// The status, 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How many requests it took.
    pub attempts: u32,
}

impl Reply {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] with the raw text, shortened. The effect of the call is then unknown.
    pub fn json<'de, T: serde::Deserialize<'de>>(&'de self) -> Result<T> {
        serde_json::from_slice(&self.body)
            .map_err(|e| self.unreadable(format!("the answer is not what was expected: {e}")))
    }

    /// An error about this answer, with its raw text.
    #[must_use]
    pub fn unreadable(&self, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        self.endpoint.redact(self.describe(Error::protocol(message, &self.body)))
    }

    /// Adds vendor, operation, status, request id and attempts to an error about this answer.
    #[must_use]
    pub fn describe(&self, error: Error) -> Error {
        let mut error = error
            .with_vendor(&self.endpoint.0.vendor)
            .with_operation(self.operation)
            .with_status(self.status.as_u16())
            .with_attempts(self.attempts);
        if let Some(id) = self.request_id() {
            error = error.with_request_id(id);
        }
        error
    }

    /// Reads the answer as a failure that came with a success status.
    #[must_use]
    pub fn failure(&self) -> Failure<'_> {
        Failure { status: self.status, headers: &self.headers, body: &self.body }
    }

    /// The vendor's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// What the vendor says about its limits.
    #[must_use]
    pub fn rate(&self) -> RateState {
        RateState::read(&self.headers)
    }
}

/// A successful answer whose body is still coming.
pub struct StreamReply {
    endpoint: Endpoint,
    operation: &'static str,
    /// The status, 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: ByteStream,
    /// How many requests it took.
    pub attempts: u32,
}

impl fmt::Debug for StreamReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReply")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl StreamReply {
    /// The vendor's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// What the vendor says about its limits.
    #[must_use]
    pub fn rate(&self) -> RateState {
        RateState::read(&self.headers)
    }

    /// Whether the vendor labelled the body as this content type, parameters aside.
    #[must_use]
    pub fn is(&self, content_type: &str) -> bool {
        self.headers
            .get(CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split(';').next())
            .is_some_and(|v| v.trim().eq_ignore_ascii_case(content_type))
    }

    /// The body as server-sent events.
    #[must_use]
    pub fn events(self) -> super::EventReader {
        super::EventReader::sse(self.body, self.endpoint.0.limits.event)
    }

    /// The body as lines of JSON.
    #[must_use]
    pub fn lines(self) -> super::EventReader {
        super::EventReader::ndjson(self.body, self.endpoint.0.limits.event)
    }

    /// Adds vendor, operation, status, request id and attempts to an error about this answer.
    #[must_use]
    pub fn describe(&self, error: Error) -> Error {
        let mut error = error
            .with_vendor(&self.endpoint.0.vendor)
            .with_operation(self.operation)
            .with_status(self.status.as_u16())
            .with_attempts(self.attempts);
        if let Some(id) = self.request_id() {
            error = error.with_request_id(id);
        }
        error
    }
}
