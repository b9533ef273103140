use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::header::HeaderName;
use secrecy::SecretString;

use crate::error::Result;

/// Gives out access tokens that change: signed ones, sessions, OAuth.
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// A token that should work now.
    ///
    /// # Errors
    /// What stands in the way. The call fails with it at once: whoever asks for tokens repeats their own requests.
    async fn token(&self) -> Result<SecretString>;

    /// A token instead of `refused`, which the vendor called expired. Asked once per call.
    ///
    /// Several calls may ask at the same time with the same refused token; only one of them renews it.
    ///
    /// # Errors
    /// As [`token`](Self::token).
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
