//! Requests, answers and the transport that carries them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use secrecy::SecretString;
use url::Url;

use super::body::{Body, ByteStream};
use crate::error::Result;

/// Whether a request may be sent again after a failure whose effect is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// A read: repeating it changes nothing.
    Safe,
    /// The vendor honours the idempotency key that this request carries.
    Keyed,
    /// A post or a paid generation: sent again only when it provably had no effect.
    Never,
}

/// What happens when the answer is a redirect. Credentials never travel along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// The redirect is the answer (authenticated calls; 308 of resumable uploads).
    Stop,
    /// Follow up to this many hops, each checked like the first URL, without credentials and never
    /// down to plain HTTP.
    Follow(u8),
}

/// How long a call may take. Starts from [`Timeouts::default`] or [`Timeouts::GENERATION`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// From the start of a request until the head of its answer is here; 120 s. Starts again while
    /// a streamed body is being sent.
    pub response: Duration,
    /// Between two pieces of the answer's body; 60 s.
    pub idle: Duration,
    /// A whole call, from its first request until the last byte of the answer, with all repetitions
    /// and pauses; 15 min.
    pub total: Duration,
    /// The same for an answer that is handed out while it comes; 1 h. `None` is unlimited: then an
    /// answer that never ends is read for ever.
    pub stream_total: Option<Duration>,
}

const LONGEST_STREAM: Duration = Duration::from_secs(3600);

impl Timeouts {
    /// For calls in which a model thinks or is loaded before it answers: 10 min until the answer
    /// begins, 2 min between pieces, 1 h in all, streams included.
    pub const GENERATION: Self = Self {
        response: Duration::from_secs(600),
        idle: Duration::from_secs(120),
        total: Duration::from_secs(3600),
        stream_total: Some(LONGEST_STREAM),
    };

    /// Changes how long the head of an answer may take.
    #[must_use]
    pub const fn with_response(mut self, response: Duration) -> Self {
        self.response = response;
        self
    }

    /// Changes how long nothing may come.
    #[must_use]
    pub const fn with_idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// Changes how long a whole call may take.
    #[must_use]
    pub const fn with_total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// Changes how long an answer may take that is handed out while it comes.
    #[must_use]
    pub const fn with_stream_total(mut self, total: Duration) -> Self {
        self.stream_total = Some(total);
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            response: Duration::from_secs(120),
            idle: Duration::from_secs(60),
            total: Duration::from_secs(900),
            stream_total: Some(LONGEST_STREAM),
        }
    }
}

/// How many bytes an answer may have, by what it is.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A whole answer that is read into memory, and all events of a stream together; 64 MiB.
    pub body: usize,
    /// The answer to a refused request; 256 KiB.
    pub error: usize,
    /// One event of a stream; 32 MiB.
    pub event: usize,
    /// An answer that is handed out while it comes, such as a video; 4 GiB.
    pub stream: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 64 << 20, error: 256 << 10, event: 32 << 20, stream: 4 << 30 }
    }
}

/// One HTTP request.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to. Never holds a secret unless the vendor leaves no other way.
    pub url: Url,
    /// Secret values are marked sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// May it be sent again?
    pub repeat: Repeat,
    /// What to do about redirects.
    pub redirects: Redirects,
    /// How long its parts may take.
    pub timeouts: Timeouts,
    /// After this time it is over, the answer's body included, whatever its parts took.
    pub deadline: Option<Duration>,
    /// The URL came from outside: refuse addresses that are not public, on every hop.
    pub public_only: bool,
    /// What must not be seen besides the sensitive headers: a token in the path, for instance.
    pub secrets: Arc<[SecretString]>,
}

impl fmt::Debug for Request {
    // Path and query may hold secrets that only the endpoint knows; bodies hold prompts and posts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// A request without headers or body that is never repeated and follows no redirect.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            repeat: Repeat::Never,
            redirects: Redirects::Stop,
            timeouts: Timeouts::default(),
            deadline: None,
            public_only: false,
            secrets: Arc::default(),
        }
    }
}

/// The head of an answer, and its body as it comes.
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. An error in it ends it.
    pub body: ByteStream,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Carries one request to its vendor and the answer back, once.
///
/// # Contract
/// - An answer of any status is `Ok`; `Err` means that no head of an answer arrived.
/// - An error that proves that not one byte of the request was written has
///   [`Effect::None`](crate::Effect::None) (connection refused, name not found, TLS failed). Every
///   other error leaves the effect unknown.
/// - It never retries, and it obeys [`Request::redirects`], [`Request::timeouts`],
///   [`Request::deadline`] and [`Request::public_only`].
/// - Dropping the future or the body ends the exchange.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends the request.
    async fn send(&self, request: Request) -> Result<Response>;
}
