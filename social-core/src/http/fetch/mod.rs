//! Files from addresses that came from outside.

use std::collections::VecDeque;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, RANGE};
use http::{Method, StatusCode};
use url::Url;

use super::{ByteStream, Endpoint, Redirects, Repeat, RetryPolicy, StreamReply, Timeouts, Transport};
use crate::Vendor;
use crate::clock::{Clock, system_clock};
use crate::error::{Error, ErrorKind, Result};

#[cfg(test)]
#[cfg(feature = "reqwest")]
mod tests;

/// Fetches media from URLs that came from outside: from a vendor's answer, from a user.
///
/// Only public addresses are reached, with at most five redirects, each checked like the first URL; no credentials go
/// along. Web pages and JSON, which many hosts send instead of the file that is gone, are refused, and so is anything
/// larger than the limit: by its announced length, and while it is read.
#[derive(Clone, Debug)]
pub struct Download {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    limit: u64,
    retry: RetryPolicy,
    timeouts: Timeouts,
}

/// A file that is on its way.
pub struct Fetched {
    /// The whole length in bytes, where the host announces it.
    pub length: Option<u64>,
    /// What the host calls it, without parameters, in lower case. Believe the bytes rather than this.
    pub content_type: Option<String>,
    /// The bytes. A file that ends early is an error.
    pub body: ByteStream,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched")
            .field("length", &self.length)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

impl Download {
    /// Downloads of at most 1 GiB over `transport`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            clock: system_clock(),
            limit: 1 << 30,
            retry: RetryPolicy::default(),
            timeouts: Timeouts::default(),
        }
    }

    /// Changes how large a file may be, in bytes.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Changes how often and how patiently the request is repeated until the file begins to come.
    #[must_use]
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Changes how long the host may take.
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Replaces the clock that waits between attempts, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Fetches a whole file.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for a URL that does not lead to the public internet;
    /// [`MediaInvalid`](ErrorKind::MediaInvalid) for an empty or too large file and for a page or JSON instead of one;
    /// by status otherwise: [`NotFound`](ErrorKind::NotFound) or [`Permission`](ErrorKind::Permission) usually mean that
    /// the link has expired.
    pub async fn open(&self, url: &Url) -> Result<Fetched> {
        let reply = self.ask(url, None).await?;
        let length = announced(&reply.headers);
        self.read(reply, length).await
    }

    /// Fetches the bytes from `range.start` up to `range.end` (exclusive), and exactly these.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) when the host sends something else than what was asked for: fetch the
    /// whole file then. Otherwise as [`open`](Self::open), without a look at the bytes.
    pub async fn open_range(&self, url: &Url, range: Range<u64>) -> Result<Fetched> {
        let Some(last) = range.end.checked_sub(1).filter(|last| *last >= range.start) else {
            return Err(Error::invalid("range", format!("{}..{} holds no bytes", range.start, range.end)));
        };
        let reply = self.ask(url, Some(format!("bytes={}-{last}", range.start))).await?;
        let prefix = format!("bytes {}-{last}/", range.start);
        let is_range = reply.status == StatusCode::PARTIAL_CONTENT
            && text(&reply.headers, &CONTENT_RANGE).is_some_and(|value| value.starts_with(&prefix));
        if !is_range {
            return Err(
                reply.describe(Error::unsupported("range", "the host does not send the range that it was asked for"))
            );
        }
        let length = Some(range.end - range.start);
        let content_type = content_type(&reply.headers);
        let body = Box::pin(Counted::new(VecDeque::new(), reply.body, length, self.limit));
        Ok(Fetched { length, content_type, body })
    }

    async fn ask(&self, url: &Url, range: Option<String>) -> Result<StreamReply> {
        if !matches!(url.scheme(), "http" | "https") {
            let message = format!("`{}` is not a protocol that files are fetched with; use https", url.scheme());
            return Err(Error::invalid("url", message));
        }
        let endpoint = Endpoint::builder(Vendor::new("web"), url.origin().ascii_serialization())
            .transport(Arc::clone(&self.transport))
            .clock(Arc::clone(&self.clock))
            .retry(self.retry)
            .timeouts(self.timeouts)
            .build()?;
        let mut call = endpoint
            .anonymous(Method::GET, url.clone())
            .operation("fetch")
            .repeat(Repeat::Safe)
            .public_only()
            .redirects(Redirects::Follow(5))
            .header(ACCEPT_ENCODING, "identity");
        if let Some(range) = range {
            call = call.header(RANGE, &range);
        }
        let reply = call.stream().await?;
        match text(&reply.headers, &CONTENT_ENCODING) {
            None | Some("identity") => Ok(reply),
            Some(_) => {
                Err(reply.describe(Error::protocol("the host compresses files although it was told not to", "")))
            }
        }
    }

    async fn read(&self, mut reply: StreamReply, length: Option<u64>) -> Result<Fetched> {
        let invalid = |message: String| Error::new(ErrorKind::MediaInvalid, message);
        if let Some(length) = length.filter(|length| *length > self.limit) {
            let message = format!("the file has {length} bytes, more than the limit of {}", self.limit);
            return Err(reply.describe(invalid(message)));
        }
        let content_type = content_type(&reply.headers);
        let (start, first) = first_bytes(&mut reply.body).await?;
        if start.is_empty() {
            return Err(reply.describe(invalid("the file is empty".to_owned())));
        }
        if let Some(found) = not_media(content_type.as_deref(), &start) {
            let message = format!("the host sent {found} instead of a file; has the link expired?");
            return Err(reply.describe(invalid(message).with_body(start)));
        }
        let body = Box::pin(Counted::new(first, reply.body, length, self.limit));
        Ok(Fetched { length, content_type, body })
    }
}

/// Enough to tell a web page from a file.
const LOOK: usize = 512;

/// Reads until there is enough to look at; hands out what to look at and the pieces that it came in.
async fn first_bytes(body: &mut ByteStream) -> Result<(Vec<u8>, VecDeque<Bytes>)> {
    let (mut start, mut pieces) = (Vec::new(), VecDeque::new());
    while start.len() < LOOK
        && let Some(piece) = body.next().await.transpose()?
    {
        start.extend_from_slice(piece.get(..LOOK).unwrap_or(&piece));
        pieces.push_back(piece);
    }
    Ok((start, pieces))
}

/// What an answer is that is not media, if so.
fn not_media(content_type: Option<&str>, start: &[u8]) -> Option<&'static str> {
    match content_type {
        Some("text/html" | "application/xhtml+xml") => return Some("a web page"),
        Some("application/json" | "application/problem+json" | "text/json") => return Some("JSON"),
        _ => {}
    }
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    let begins = |with: &str| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    if begins("<!doctype html") || begins("<html") {
        Some("a web page")
    } else if begins("{") || begins("[") {
        Some("JSON")
    } else if begins("<error") || (begins("<?xml") && memchr::memmem::find(start, b"<Error>").is_some()) {
        Some("an error")
    } else {
        None
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    text(headers, &CONTENT_LENGTH)?.parse().ok()
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, &CONTENT_TYPE)?.split(';').next()?.trim();
    (!value.is_empty()).then(|| value.to_ascii_lowercase())
}

/// A body held to its length and the limit.
struct Counted {
    first: VecDeque<Bytes>,
    rest: ByteStream,
    length: Option<u64>,
    limit: u64,
    read: u64,
    ended: bool,
}

impl Counted {
    fn new(first: VecDeque<Bytes>, rest: ByteStream, length: Option<u64>, limit: u64) -> Self {
        Self { first, rest, length, limit, read: 0, ended: false }
    }

    fn check(&mut self, item: Option<Result<Bytes>>) -> Option<Result<Bytes>> {
        let error = match item {
            Some(Ok(piece)) => {
                self.read += piece.len() as u64;
                let maximum = self.length.unwrap_or(self.limit).min(self.limit);
                if self.read <= maximum {
                    return Some(Ok(piece));
                }
                Error::new(ErrorKind::MediaInvalid, format!("the file is larger than {maximum} bytes"))
            }
            Some(Err(error)) => error,
            None => match self.length.filter(|length| *length > self.read) {
                Some(length) => {
                    let message = format!("the file ended after {} of {length} bytes", self.read);
                    Error::new(ErrorKind::Transport, message)
                }
                None => {
                    self.ended = true;
                    return None;
                }
            },
        };
        self.ended = true;
        Some(Err(error))
    }
}

impl Stream for Counted {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        let item = match this.first.pop_front() {
            Some(piece) => Some(Ok(piece)),
            None => ready!(this.rest.as_mut().poll_next(cx)),
        };
        Poll::Ready(this.check(item))
    }
}
