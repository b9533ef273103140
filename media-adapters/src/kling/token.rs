//! Kling's signed tokens.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::Sha256;
use social_core::clock::Clock;
use social_core::http::TokenSource;
use social_core::{Error, Result};

/// How long a token is good for, in seconds.
const LIFE: i64 = 1800;

/// A token is replaced this long before its end, so that none ends under way.
const EARLY: i64 = 300;

/// How far a token reaches into the past, for clocks that are ahead of the vendor's.
const MARGIN: i64 = 5;

/// Signs the tokens of the older API from an access key and a secret key: HS256 over issuer, end
/// and begin.
pub(super) struct SignedTokens {
    access_key: String,
    secret_key: SecretString,
    clock: Arc<dyn Clock>,
    current: Mutex<Option<(SecretString, i64)>>,
}

impl fmt::Debug for SignedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedTokens").finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    exp: i64,
    nbf: i64,
}

impl SignedTokens {
    pub(super) fn new(access_key: String, secret_key: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { access_key, secret_key, clock, current: Mutex::new(None) }
    }

    fn sign(&self, now: i64) -> Result<SecretString> {
        let failed = |_| Error::config("the Kling token cannot be written");
        let header = serde_json::to_vec(&Header { alg: "HS256", typ: "JWT" }).map_err(failed)?;
        let claims = Claims { iss: &self.access_key, exp: now + LIFE, nbf: now - MARGIN };
        let claims = serde_json::to_vec(&claims).map_err(failed)?;
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        // The secret is used as it is written, not decoded.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret_key.expose_secret().as_bytes())
            .map_err(|_| Error::config("the Kling secret key cannot be used"))?;
        mac.update(text.as_bytes());
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).into())
    }

    /// The token that is good for a while, unless it is `refused`.
    fn current(&self, refused: Option<&SecretString>) -> Result<SecretString> {
        let now = self.clock.now().as_second();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, end)) = &*current
            && now + EARLY < *end
            && refused.is_none_or(|refused| refused.expose_secret() != token.expose_secret())
        {
            return Ok(token.clone());
        }
        let token = self.sign(now)?;
        *current = Some((token.clone(), now + LIFE));
        Ok(token)
    }
}

#[async_trait]
impl TokenSource for SignedTokens {
    async fn token(&self) -> Result<SecretString> {
        self.current(None)
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        self.current(Some(refused))
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.secret_key.clone()]
    }
}
