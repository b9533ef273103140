//! Signatures over requests: AWS SigV4, OAuth 1.0a, tokens that are signed for one request.

use std::fmt;

use async_trait::async_trait;
use http::{HeaderMap, Method};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::clock::{Random, Timestamp};
use crate::error::{Error, Result};
use crate::http::Body;

/// A request that is about to be sent, as a [`RequestSigner`] sees it.
#[derive(Debug)]
#[non_exhaustive]
pub struct SigningRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The whole URL, with its query.
    pub url: &'a Url,
    /// The headers that the request has so far, the content type among them. `Host` and
    /// `Content-Length` follow from URL and body.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a Body,
    /// The time on the endpoint's clock.
    pub now: Timestamp,
    /// The endpoint's source of randomness, for nonces.
    pub random: &'a dyn Random,
}

impl SigningRequest<'_> {
    /// The SHA-256 of the body in hexadecimal digits; `None` for a body that is streamed and not
    /// known beforehand.
    #[must_use]
    pub fn body_sha256(&self) -> Option<String> {
        let bytes: &[u8] = match self.body {
            Body::Empty => &[],
            Body::Bytes(bytes) => bytes,
            Body::Stream(_) => return None,
        };
        Some(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Signs requests, each attempt separately.
///
/// # Contract
/// - It adds headers and changes nothing else. Its headers replace those of the same name.
/// - Everything that it adds is treated as a secret: it is marked sensitive, leaves with no
///   redirect to another host, and is masked in errors and logs.
#[async_trait]
pub trait RequestSigner: fmt::Debug + Send + Sync {
    /// The headers to add.
    ///
    /// # Errors
    /// What stands in the way; nothing is sent then.
    async fn sign(&self, request: &SigningRequest<'_>) -> Result<HeaderMap>;

    /// Looks at the headers of every answer, for instance for a nonce that the next one needs.
    fn answered(&self, url: &Url, headers: &HeaderMap) {
        let _ = (url, headers);
    }

    /// Whether another signature may succeed where this one was refused without any effect: with a
    /// nonce that the answer brought, with a token that was renewed. `signed` are the headers that
    /// were added. Asked at most twice per call.
    ///
    /// # Errors
    /// What stands in the way. The call fails with it.
    async fn signs_again(&self, error: &Error, signed: &HeaderMap) -> Result<bool> {
        let _ = (error, signed);
        Ok(false)
    }

    /// Keys and tokens whose parts may turn up in a vendor's answer, to be masked there; besides
    /// the added headers.
    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}
