//! An answer that is not a success, before it is an error.

use std::borrow::Cow;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};

/// An answer that is not a success, before it is an error.
#[derive(Debug)]
pub struct Failure<'a> {
    /// The status, usually not 2xx.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, cut to [`Limits::error`](crate::http::Limits::error) bytes.
    pub body: &'a [u8],
}

impl Failure<'_> {
    /// Reads the body as JSON of the vendor's error shape, also when it is framed as an event;
    /// `None` when it is something else.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        let text = self.text();
        // As text, like answers: bytes would be another reader to compile for each type.
        serde_json::from_str(&text).ok().or_else(|| {
            text.split(['\n', '\r']).find_map(|line| {
                let data = line.strip_prefix("data:").or_else(|| line.strip_prefix("error:"))?;
                serde_json::from_str(data).ok()
            })
        })
    }

    /// The body as text, invalid bytes replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
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

/// The id under which a vendor's support finds the request.
pub(super) fn request_id(headers: &HeaderMap) -> Option<&str> {
    const NAMES: [&str; 9] = [
        "x-request-id",
        "request-id",
        "x-generation-id",
        "x-ds-trace-id",
        "trace-id",
        "x-fb-trace-id",
        "x-goog-request-id",
        "apim-request-id",
        "cf-ray",
    ];
    NAMES.iter().find_map(|name| headers.get(*name)?.to_str().ok())
}
