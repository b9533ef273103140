//! The transport that applications normally use.

mod address;
mod failure;
#[cfg(test)]
mod tests;
mod transfer;
#[cfg(feature = "websocket")]
mod websocket;

use std::fmt;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::reqwest::{Certificate, Client, ClientBuilder, Proxy};
use async_trait::async_trait;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, IF_RANGE, LOCATION,
    RANGE, UPGRADE, USER_AGENT,
};
use http::{Method, StatusCode};
use tokio::time::Instant;
use url::{Host, Url};

use self::address::{CheckedResolver, Permitted, is_public};
use self::failure::{failed, not_public, root_cause};
use self::transfer::{Download, Progress, Upload};
use super::{Body, Redirects, Request, Response, Transport};
use crate::error::{Effect, Error, ErrorKind, Result};

/// Carries requests with reqwest. One instance holds one pool of connections: share it, within one
/// tokio runtime.
///
/// It retries nothing by itself, keeps no cookies and decompresses nothing. Redirects of `GET` and
/// `HEAD` requests are followed as [`Request::redirects`] says, every hop without credentials;
/// those of other methods are the answer.
///
/// Requests with [`Request::public_only`] go through a second pool, made when it is first needed,
/// that connects directly and only to addresses that were checked.
///
/// A request that asks for a [WebSocket](super::Call::websocket) needs the feature `websocket`. One
/// message of it may have 4 MiB.
pub struct ReqwestTransport {
    client: Client,
    public_client: OnceLock<Client>,
    /// WebSockets begin in HTTP/1.1: for any address, and for public ones only.
    #[cfg(feature = "websocket")]
    sockets: [OnceLock<Client>; 2],
    settings: ReqwestTransportBuilder,
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
    }
}

/// Collects the settings of a [`ReqwestTransport`].
#[derive(Clone)]
#[must_use]
pub struct ReqwestTransportBuilder {
    proxy: Option<String>,
    roots: Vec<Vec<u8>>,
    connect_timeout: Duration,
    user_agent: String,
    permitted: Permitted,
}

impl fmt::Debug for ReqwestTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

impl ReqwestTransportBuilder {
    /// Sends everything through this proxy, instead of the one that the environment names
    /// (`HTTPS_PROXY`, `NO_PROXY`). Public-only requests never use a proxy, because a proxy would
    /// look their host up by itself.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Trusts these certificates (PEM, one or several) besides those of the machine.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Changes how long connecting may take, TLS included; 10 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Changes the `User-Agent`; the crate's name and version by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Lets public-only requests reach any address. For tests, and for applications that check URLs
    /// by themselves.
    pub fn allow_private_addresses(mut self) -> Self {
        self.permitted = |_| true;
        self
    }

    /// Makes the transport.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a proxy URL, certificate or user agent that cannot be used, and
    /// when the machine has no root certificates.
    pub fn build(self) -> Result<ReqwestTransport> {
        Ok(ReqwestTransport {
            client: built(self.proxied(self.client()?)?)?,
            public_client: OnceLock::new(),
            #[cfg(feature = "websocket")]
            sockets: Default::default(),
            settings: self,
        })
    }

    fn proxied(&self, client: ClientBuilder) -> Result<ClientBuilder> {
        let Some(url) = &self.proxy else { return Ok(client) };
        let proxy = Proxy::all(url).map_err(|_| Error::config("the proxy is not a URL").with_field("proxy"))?;
        Ok(client.proxy(proxy))
    }

    fn checked(&self, client: ClientBuilder) -> ClientBuilder {
        client.no_proxy().dns_resolver(CheckedResolver(self.permitted))
    }

    fn client(&self) -> Result<ClientBuilder> {
        let mut client = Client::builder()
            .redirect(::reqwest::redirect::Policy::none())
            .retry(::reqwest::retry::never())
            .referer(false)
            // An application that turns these on in reqwest must not change the bytes that we count
            // and check.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            // A connection that the vendor closes in the moment of a post leaves its effect
            // unknown: few are kept long.
            .pool_idle_timeout(Duration::from_secs(30))
            .connect_timeout(self.connect_timeout)
            .user_agent(&self.user_agent);
        for pem in &self.roots {
            let roots = Certificate::from_pem_bundle(pem)
                .map_err(|e| Error::config("the root certificates are not PEM").with_source(e.without_url()))?;
            client = client.tls_certs_merge(roots);
        }
        Ok(client)
    }
}

fn built(client: ClientBuilder) -> Result<Client> {
    client.build().map_err(|e| {
        let e = e.without_url();
        let message = format!("the HTTP client cannot be made (are root certificates installed?): {}", root_cause(&e));
        Error::config(message).with_source(e)
    })
}

impl ReqwestTransport {
    /// A transport with default settings.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the machine has no root certificates.
    pub fn new() -> Result<Self> {
        Self::builder().build()
    }

    /// Starts with the default settings.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder {
            proxy: None,
            roots: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            permitted: is_public,
        }
    }

    /// Refuses an address in numbers that is not public where only those are permitted. Names are
    /// looked at when they are looked up.
    fn refuse_literal(&self, request: &Request) -> Result<()> {
        let literal = match request.url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => None,
        };
        if request.public_only && literal.is_some_and(|address| !(self.settings.permitted)(address)) {
            return Err(not_public());
        }
        Ok(())
    }

    fn client_for(&self, request: &Request) -> Result<&Client> {
        self.refuse_literal(request)?;
        if !request.public_only {
            return Ok(&self.client);
        }
        if let Some(client) = self.public_client.get() {
            return Ok(client);
        }
        let client = built(self.settings.checked(self.settings.client()?))?;
        Ok(self.public_client.get_or_init(|| client))
    }

    async fn exchange(
        &self,
        mut request: Request,
        over: Option<Instant>,
        progress: Option<&Arc<Progress>>,
    ) -> Result<Response> {
        let mut hops = match request.redirects {
            Redirects::Follow(hops) if matches!(request.method, Method::GET | Method::HEAD) => hops,
            _ => return self.hop(request, over, progress).await,
        };
        loop {
            let (method, url) = (request.method.clone(), request.url.clone());
            let (timeouts, deadline, public_only) = (request.timeouts, request.deadline, request.public_only);
            let headers = harmless(&request.headers);
            let response = self.hop(request, over, progress).await?;
            let Some(next) = next_hop(&url, &response)? else { return Ok(response) };
            hops = hops.checked_sub(1).ok_or_else(|| redirect_refused("there are too many redirects"))?;
            request = Request { headers, timeouts, deadline, public_only, ..Request::new(method, next) };
        }
    }

    async fn hop(&self, request: Request, over: Option<Instant>, progress: Option<&Arc<Progress>>) -> Result<Response> {
        if request.headers.contains_key(UPGRADE) {
            return self.converse(request, over).await;
        }
        let client = self.client_for(&request)?;
        let idle = request.timeouts.idle;
        let mut message = ::reqwest::Request::new(request.method, request.url);
        *message.headers_mut() = request.headers;
        *message.body_mut() = match request.body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(bytes.into()),
            Body::Stream(source) => {
                if let Some(length) = source.length() {
                    message.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
                }
                let progress = progress.map(Arc::clone).unwrap_or_default();
                Some(::reqwest::Body::wrap_stream(Upload::open(&*source, progress)))
            }
        };
        let mut response = match client.execute(message).await {
            Ok(response) => response,
            Err(error) => {
                return Err(progress
                    .and_then(|progress| progress.take_error())
                    // Part of the request is with the vendor.
                    .map(|error| error.with_effect(Effect::Unknown))
                    .unwrap_or_else(|| failed(error, "no answer came")));
            }
        };
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        Ok(Response { status, headers, body: Box::pin(Download::new(response.bytes_stream(), idle, over)) })
    }
}

#[cfg(not(feature = "websocket"))]
impl ReqwestTransport {
    #[expect(clippy::unused_self, reason = "with the feature it has clients")]
    async fn converse(&self, _: Request, _: Option<Instant>) -> Result<Response> {
        Err(Error::config("social-core is built without its `websocket` feature"))
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        let (limit, deadline) = (request.timeouts.response, request.deadline);
        // A deadline that no clock reaches counts as unlimited.
        let over = deadline.and_then(|deadline| Instant::now().checked_add(deadline));
        let progress = matches!(request.body, Body::Stream(_)).then(Arc::<Progress>::default);
        let mut exchange = pin!(self.exchange(request, over, progress.as_ref()));
        let mut seen = 0;
        loop {
            let left = over.map_or(limit, |over| limit.min(over.saturating_duration_since(Instant::now())));
            if let Ok(result) = tokio::time::timeout(left, &mut exchange).await {
                return result;
            }
            if over.is_some_and(|over| over <= Instant::now()) {
                return Err(transfer::too_late());
            }
            // A video takes as long as it takes to send, while it goes on.
            match progress.as_ref().map_or(0, |progress| progress.pieces()) {
                pieces if pieces > seen => seen = pieces,
                _ => return Err(Error::new(ErrorKind::Timeout, format!("no answer came within {limit:?}"))),
            }
        }
    }
}

/// What may travel to another address: nothing that could be a credential.
fn harmless(headers: &HeaderMap) -> HeaderMap {
    const NAMES: [HeaderName; 6] = [ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, IF_RANGE, RANGE, USER_AGENT];
    NAMES
        .into_iter()
        .filter_map(|name| headers.get(&name).cloned().map(|value| (name, value)))
        .filter(|(_, value)| !value.is_sensitive())
        .collect()
}

/// Where a redirect leads; `None` when the answer is not one.
fn next_hop(from: &Url, response: &Response) -> Result<Option<Url>> {
    let (StatusCode::MOVED_PERMANENTLY
    | StatusCode::FOUND
    | StatusCode::SEE_OTHER
    | StatusCode::TEMPORARY_REDIRECT
    | StatusCode::PERMANENT_REDIRECT) = response.status
    else {
        return Ok(None);
    };
    let Some(location) = response.headers.get(LOCATION) else { return Ok(None) };
    let Some(mut next) = location.to_str().ok().and_then(|location| from.join(location).ok()) else {
        return Err(redirect_refused("the redirect does not lead to a URL"));
    };
    match (from.scheme(), next.scheme()) {
        (_, "https") | ("http", "http") => {}
        ("https", "http") => return Err(redirect_refused("the redirect leads from HTTPS down to plain HTTP")),
        _ => return Err(redirect_refused("the redirect leads to another protocol than HTTP")),
    }
    // A name and password in a redirect are not ours to send. HTTP URLs always can lose them.
    let _ = next.set_username("");
    let _ = next.set_password(None);
    Ok(Some(next))
}

fn redirect_refused(reason: &'static str) -> Error {
    Error::new(ErrorKind::Protocol, reason)
}
