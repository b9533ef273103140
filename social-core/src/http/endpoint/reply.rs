//! Successful answers: whole and streamed.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;

use super::failure::request_id;
use super::{Endpoint, Failure};
use crate::error::{Error, Result};
use crate::http::{ByteStream, EventReader, Form, RateState, Response};

/// Which call an answer belongs to.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) endpoint: Endpoint,
    pub(super) operation: &'static str,
    pub(super) secrets: Vec<SecretString>,
    pub(super) attempts: u32,
}

impl Context {
    pub(super) fn describe(&self, error: Error, status: StatusCode, headers: &HeaderMap) -> Error {
        let inner = &*self.endpoint.0;
        let mut error = error
            .with_vendor(&inner.vendor)
            .with_operation(self.operation)
            .with_status(status.as_u16())
            .with_requests(self.attempts);
        if let Some(id) = request_id(headers) {
            error = error.with_request_id(id);
        }
        inner.redactor.error(error, &self.secrets)
    }

    fn rate(&self, headers: &HeaderMap) -> RateState {
        RateState::read(headers, self.endpoint.0.clock.now())
    }
}

/// A successful answer, read whole.
pub struct Reply {
    context: Context,
    /// The status: 2xx, or one that [`Call::also_accept`](super::Call::also_accept) named.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How many requests it took.
    pub attempts: u32,
}

impl fmt::Debug for Reply {
    // The body may be a prompt's answer or a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("operation", &self.context.operation)
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Reply {
    pub(super) fn new(context: Context, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let attempts = context.attempts;
        Self { context, status, headers, body, attempts }
    }

    /// Reads the body as JSON. A value that is not read need not be UTF-8.
    ///
    /// # Errors
    /// [`Protocol`](crate::ErrorKind::Protocol) with the raw text, shortened. The effect of the
    /// call is then unknown.
    pub fn json<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        // Text that was checked as a whole is read faster than bytes, whose every string is
        // checked.
        let read = match std::str::from_utf8(&self.body) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(&self.body),
        };
        read.map_err(|e| self.unreadable(format!("the answer is not what was expected: {e}")))
    }

    /// An answer that came inside of this one: a line of a file of results. It belongs to the same
    /// call.
    #[must_use]
    pub fn inner(&self, body: impl Into<Bytes>) -> Self {
        Self::new(self.context.clone(), self.status, self.headers.clone(), body.into())
    }

    /// The body as text that may be shown: invalid bytes replaced, and masked what was sent in
    /// secret.
    #[must_use]
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.body).into_owned();
        self.context.endpoint.0.redactor.text(&text, &self.context.secrets).unwrap_or(text)
    }

    /// An error about this answer, with its raw text.
    #[must_use]
    pub fn unreadable(&self, message: impl Into<Cow<'static, str>>) -> Error {
        self.describe(Error::protocol(message, &self.body))
    }

    /// Adds vendor, operation, status, request id and attempts to an error about this answer.
    #[must_use]
    pub fn describe(&self, error: Error) -> Error {
        self.context.describe(error, self.status, &self.headers)
    }

    /// How the body is framed, whatever was asked for.
    pub(crate) fn form(&self) -> Form {
        Form::of(&self.body, Form::Document, true).unwrap_or(Form::Document)
    }

    /// The body's events, for one that is not one piece of JSON.
    pub(crate) fn events(&self) -> EventReader {
        let body = Box::pin(futures_util::stream::iter([Ok(self.body.clone())]));
        match self.form() {
            Form::Ndjson => EventReader::ndjson(body, self.body.len()),
            _ => EventReader::sse(body, self.body.len()),
        }
    }

    /// What the rest of the exchange says beside the body.
    pub(crate) fn head(&self) -> ReplyHead {
        ReplyHead { context: self.context.clone(), status: self.status, headers: self.headers.clone() }
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
        self.context.rate(&self.headers)
    }
}

/// A successful answer without its body.
#[derive(Clone)]
pub(crate) struct ReplyHead {
    context: Context,
    status: StatusCode,
    headers: HeaderMap,
}

impl ReplyHead {
    /// What the vendor's error function makes of a part of the body.
    pub(crate) fn classify(&self, body: &[u8]) -> Error {
        self.context.endpoint.classify(&Failure { status: self.status, headers: &self.headers, body })
    }

    /// The answer, now that its body is here.
    pub(crate) fn with_body(&self, body: Bytes) -> Reply {
        Reply::new(self.context.clone(), self.status, self.headers.clone(), body)
    }
}

/// A successful answer whose body is still coming.
pub struct StreamReply {
    context: Context,
    /// The status: 2xx, or one that [`Call::also_accept`](super::Call::also_accept) named.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. Its errors say which call they belong to.
    pub body: ByteStream,
    /// How many requests it took.
    pub attempts: u32,
}

impl fmt::Debug for StreamReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReply")
            .field("operation", &self.context.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl StreamReply {
    pub(super) fn new(context: Context, response: Response) -> Self {
        let Response { status, headers, body } = response;
        let (caller, id) = (context.clone(), request_id(&headers).map(str::to_owned));
        let body = body.map(move |piece| {
            piece.map_err(|error| {
                let error = caller.describe(error, status, &HeaderMap::new());
                match &id {
                    Some(id) => error.with_request_id(id),
                    None => error,
                }
            })
        });
        Self { attempts: context.attempts, context, status, headers, body: Box::pin(body) }
    }

    /// The vendor's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// What the vendor says about its limits.
    #[must_use]
    pub fn rate(&self) -> RateState {
        self.context.rate(&self.headers)
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

    /// The body as server-sent events, or in the form in which it comes all the same: as lines of
    /// JSON, or as one event that is the whole body.
    #[must_use]
    pub fn events(self) -> EventReader {
        let limits = self.context.endpoint.0.limits;
        EventReader::sse(self.body, limits.event).detecting(limits.body)
    }

    /// The body as lines of JSON, or in the form in which it comes all the same: see
    /// [`events`](Self::events).
    #[must_use]
    pub fn lines(self) -> EventReader {
        let limits = self.context.endpoint.0.limits;
        EventReader::ndjson(self.body, limits.event).detecting(limits.body)
    }

    /// The answer without its body.
    pub(crate) fn head(&self) -> ReplyHead {
        ReplyHead { context: self.context.clone(), status: self.status, headers: self.headers.clone() }
    }

    /// [`describe`](Self::describe) for errors that come after the body was taken.
    pub fn describer(&self) -> impl Fn(Error) -> Error + Send + use<> {
        let (context, status, headers) = (self.context.clone(), self.status, self.headers.clone());
        move |error| context.describe(error, status, &headers)
    }

    /// Adds vendor, operation, status, request id and attempts to an error about this answer.
    #[must_use]
    pub fn describe(&self, error: Error) -> Error {
        self.context.describe(error, self.status, &self.headers)
    }
}
