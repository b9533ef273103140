//! How requests prove who sends them: keys, tokens that change, signatures.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::header::{AUTHORIZATION, HeaderName};
use secrecy::SecretString;

use super::signer::RequestSigner;
use crate::error::{Error, ErrorKind, Result};

/// Gives out access tokens that change: signed ones, sessions, OAuth.
#[async_trait]
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// A token that should work now.
    ///
    /// # Errors
    /// What stands in the way. The call fails with it at once: whoever asks for tokens repeats
    /// their own requests.
    async fn token(&self) -> Result<SecretString>;

    /// A token instead of `refused`, which the vendor called expired. Asked once per call.
    ///
    /// Several calls may ask at the same time with the same refused token; only one of them renews
    /// it.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    async fn renew(&self, refused: &SecretString) -> Result<SecretString>;

    /// What else must be masked in errors and logs: refresh tokens, signing keys. The tokens
    /// themselves are.
    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: TokenSource + ?Sized> TokenSource for Arc<T> {
    async fn token(&self) -> Result<SecretString> {
        (**self).token().await
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        (**self).renew(refused).await
    }

    fn secrets(&self) -> Vec<SecretString> {
        (**self).secrets()
    }
}

/// A token that cannot be renewed, for instance one from a setting.
#[derive(Clone)]
pub struct FixedToken {
    token: SecretString,
    advice: Cow<'static, str>,
}

impl FixedToken {
    /// This token, until the vendor calls it expired.
    #[must_use]
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self { token: token.into(), advice: Cow::Borrowed("get a new one, or hand in a TokenSource that renews it") }
    }

    /// Sets what the error about an expired token advises to do.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.advice = advice.into();
        self
    }
}

impl fmt::Debug for FixedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FixedToken")
    }
}

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self) -> Result<SecretString> {
        Ok(self.token.clone())
    }

    async fn renew(&self, _: &SecretString) -> Result<SecretString> {
        Err(Error::new(ErrorKind::Auth, format!("the access token has expired; {}", self.advice)))
    }
}

/// How requests prove who sends them. Secrets travel in headers, never in URLs.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// `Authorization: Bearer ...`.
    Bearer(SecretString),
    /// The key as the value of a header of its own, for instance `x-api-key`.
    Header(HeaderName, SecretString),
    /// A token that changes, in any header, after any word; see [`Auth::source`].
    Source {
        /// Gives out the tokens.
        source: Arc<dyn TokenSource>,
        /// The header that carries the token.
        header: HeaderName,
        /// The word before the token, if there is one: `Bearer`, `OAuth`, `Key`.
        word: Option<Cow<'static, str>>,
    },
    /// A signature over each request.
    Signed(Arc<dyn RequestSigner>),
}

impl Auth {
    /// `Authorization: Bearer ...` with a token that changes.
    #[must_use]
    pub fn source(source: impl TokenSource + 'static) -> Self {
        Self::worded("Bearer", source)
    }

    /// `Authorization: WORD ...` with a token that changes.
    #[must_use]
    pub fn worded(word: impl Into<Cow<'static, str>>, source: impl TokenSource + 'static) -> Self {
        Self::Source { source: Arc::new(source), header: AUTHORIZATION, word: Some(word.into()) }
    }

    /// A signature over each request.
    #[must_use]
    pub fn signed(signer: impl RequestSigner + 'static) -> Self {
        Self::Signed(Arc::new(signer))
    }
}
