//! What a scripted vendor answers.

use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::http::Response;

/// What a scripted vendor answers.
#[derive(Clone, Debug)]
pub struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<Bytes>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Whole,
    Broken,
    Lost,
}

impl Answer {
    /// 200 with JSON.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // Callers write `json!` in the call.
    pub fn json(value: Value) -> Self {
        Self::bytes("application/json", value.to_string())
    }

    /// 200 with plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::bytes("text/plain", text.into())
    }

    /// 200 with bytes of a content type.
    #[must_use]
    pub fn bytes(content_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self::pieces(content_type, [bytes])
    }

    /// 200 with a body that arrives in these pieces.
    #[must_use]
    pub fn pieces(content_type: &'static str, pieces: impl IntoIterator<Item = impl Into<Bytes>>) -> Self {
        let body = pieces.into_iter().map(Into::into).collect();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status: StatusCode::OK, headers, body, end: End::Whole }
    }

    /// A status without a body.
    #[must_use]
    pub fn status(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Vec::new(), end: End::Whole }
    }

    /// The vendor does its work and the connection dies before a byte of the answer.
    #[must_use]
    pub fn lost() -> Self {
        Self { end: End::Lost, ..Self::status(StatusCode::OK) }
    }

    /// With another status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.append(name, HeaderValue::from_static(value));
        self
    }

    /// The connection dies behind the body.
    #[must_use]
    pub fn broken_off(mut self) -> Self {
        self.end = End::Broken;
        self
    }

    pub(super) fn into_response(self) -> Result<Response> {
        let cut = || Error::new(ErrorKind::Transport, "the connection was closed");
        let end = match self.end {
            End::Whole => None,
            End::Broken => Some(Err(cut())),
            End::Lost => return Err(cut()),
        };
        let body = Box::pin(stream::iter(self.body.into_iter().map(Ok).chain(end)));
        Ok(Response { status: self.status, headers: self.headers, body })
    }
}
