//! The key of an integration: it signs a token for each call.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use social_core::clock::{Clock, Timestamp};
use social_core::http::TokenSource;
use social_core::{Error, Result};

/// How long a token holds, in seconds; Ghost takes no more.
const LIFE: i64 = 300;

/// An Admin API key, `id:secret`, the secret in hexadecimal digits.
pub(super) struct AdminKey {
    key: SecretString,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminKey")
    }
}

impl AdminKey {
    pub(super) fn new(key: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self { key, clock }
    }

    /// The id, and the secret in its digits.
    fn parts(&self) -> Option<(&str, &str)> {
        self.key.expose_secret().split_once(':')
    }

    /// A JSON web token (HS256).
    fn sign(&self, now: Timestamp) -> Option<String> {
        let (id, secret) = self.parts()?;
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({"alg": "HS256", "kid": id, "typ": "JWT"}));
        let now = now.as_second();
        let claims = part(json!({"aud": "/admin/", "exp": now + LIFE, "iat": now}));
        let mut mac = Hmac::<Sha256>::new_from_slice(&bytes_of(secret)?).ok()?;
        mac.update(format!("{header}.{claims}").as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Some(format!("{header}.{claims}.{signature}"))
    }
}

/// The bytes of hexadecimal digits.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_whole = !digits.is_empty() && digits.len().is_multiple_of(2);
    if is_whole { pairs.map(byte).collect() } else { None }
}

#[async_trait]
impl TokenSource for AdminKey {
    async fn token(&self) -> Result<SecretString> {
        let token = self.sign(self.clock.now()).map(SecretString::from);
        token.ok_or_else(|| Error::config("the Admin API key is not `id:secret` with a secret of hexadecimal digits"))
    }

    /// The one before may have been too old by the site's clock.
    async fn renew(&self, _refused: &SecretString) -> Result<SecretString> {
        self.token().await
    }

    fn secrets(&self) -> Vec<SecretString> {
        let secret = self.parts().map(|(_, secret)| SecretString::from(secret));
        [Some(self.key.clone()), secret].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    //! The token was made with Python's `hmac` after Ghost's description.

    use social_core::testkit::FixedClock;

    use super::*;

    #[tokio::test]
    async fn a_token_is_signed_with_the_bytes_of_the_secret() {
        let key = AdminKey::new(SecretString::from("640f:00ff10"), Arc::new(FixedClock::default()));
        assert_eq!(
            key.token().await.unwrap().expose_secret(),
            "eyJhbGciOiJIUzI1NiIsImtpZCI6IjY0MGYiLCJ0eXAiOiJKV1QifQ.eyJhdWQiOiIvYWRtaW4vIiwiZXhwIjoxNzk1MTc2MzAwLCJpYXQiOjE3OTUxNzYwMDB9.hFhuHwzsOV5MV2WvASU-SaCyTXjAm6rLI4487m2fIeQ"
        );
        for wrong in ["640f", "640f:", "640f:0", "640f:xy"] {
            let key = AdminKey::new(SecretString::from(wrong), Arc::new(FixedClock::default()));
            let error = key.token().await.unwrap_err();
            assert!(!error.to_string().contains("640f"), "{error}");
        }
    }
}
