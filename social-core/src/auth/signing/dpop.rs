//! Tokens that are bound to a key (DPoP, RFC 9449).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::jwt;
use crate::auth::pkce::secret_word;
use crate::clock::{Random, Timestamp};
use crate::error::{Error, Result};
use crate::http::{RequestSigner, SigningRequest, TokenSource};

const DPOP: HeaderName = HeaderName::from_static("dpop");
const NONCE: &str = "dpop-nonce";
/// What a server says that wants its nonce in the proof.
const USE_NONCE: &str = "use_dpop_nonce";

/// A private key on the curve P-256, to which tokens are bound.
#[derive(Clone)]
pub struct ProofKey {
    pair: Arc<EcdsaKeyPair>,
    pkcs8: SecretString,
}

impl fmt::Debug for ProofKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofKey").field("thumbprint", &self.thumbprint()).finish_non_exhaustive()
    }
}

impl ProofKey {
    /// A new key.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) when the machine has no randomness.
    pub fn generate() -> Result<Self> {
        let failed = |_| Error::config("no key could be made");
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let pkcs8 = STANDARD.encode(pair.to_pkcs8v1().map_err(failed)?.as_ref()).into();
        Ok(Self { pair: Arc::new(pair), pkcs8 })
    }

    /// The key of [`to_secret`](Self::to_secret).
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a text that is no such key.
    pub fn from_secret(pkcs8: &SecretString) -> Result<Self> {
        let bytes = STANDARD.decode(pkcs8.expose_secret()).unwrap_or_default();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes);
        let pair = pair.map_err(|_| Error::config("this is not a private key on P-256 as PKCS#8 in base64"))?;
        Ok(Self { pair: Arc::new(pair), pkcs8: pkcs8.clone() })
    }

    /// The key as PKCS#8 in base64.
    #[must_use]
    pub fn to_secret(&self) -> SecretString {
        self.pkcs8.clone()
    }

    /// The public key as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        // One byte says that the point is not compressed; the coordinates have 32 bytes each.
        let point = self.pair.public_key().as_ref();
        let coordinate = |from: usize| URL_SAFE_NO_PAD.encode(point.get(from..from + 32).unwrap_or_default());
        json!({"crv": "P-256", "kty": "EC", "x": coordinate(1), "y": coordinate(33)})
    }

    /// The fingerprint by which servers name the key (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.public_jwk().to_string()))
    }

    /// A proof for one request, and for a token if there is one.
    pub(super) fn proof(&self, proof: &Proof<'_>) -> Result<String> {
        let mut htu = proof.url.clone();
        htu.set_query(None);
        htu.set_fragment(None);
        let mut claims = json!({
            "jti": proof.id.expose_secret(),
            "htm": proof.method.as_str(),
            "htu": htu.as_str(),
            "iat": proof.now.as_second(),
        });
        let hash = proof.token.map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose_secret())));
        let further = [("ath", hash), ("nonce", proof.nonce.map(str::to_owned))];
        if let Some(claims) = claims.as_object_mut() {
            claims.extend(further.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
        }
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public_jwk()});
        jwt::write(&header, &claims, |text| {
            let signature = self.pair.sign(&SystemRandom::new(), text);
            Ok(signature.map_err(|_| Error::config("the proof could not be signed"))?.as_ref().to_vec())
        })
    }
}

/// What a proof is for.
pub(super) struct Proof<'a> {
    pub(super) method: &'a Method,
    pub(super) url: &'a Url,
    pub(super) id: SecretString,
    pub(super) now: Timestamp,
    pub(super) token: Option<&'a SecretString>,
    pub(super) nonce: Option<&'a str>,
}

impl<'a> Proof<'a> {
    fn new(method: &'a Method, url: &'a Url, now: Timestamp, random: &dyn Random) -> Self {
        Self { method, url, id: secret_word(random), now, token: None, nonce: None }
    }
}

/// Proves with each request that the sender has the key; sends a token along that is bound to it.
///
/// Nonces are learnt from answers, one for each server. A request that was refused only for want
/// of one is sent again.
pub struct DpopSigner {
    key: ProofKey,
    tokens: Option<Arc<dyn TokenSource>>,
    nonces: Mutex<HashMap<String, String>>,
}

impl fmt::Debug for DpopSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopSigner").field("key", &self.key).finish_non_exhaustive()
    }
}

impl DpopSigner {
    /// Proofs without a token, as token endpoints want them.
    #[must_use]
    pub fn new(key: ProofKey) -> Self {
        Self { key, tokens: None, nonces: Mutex::default() }
    }

    /// Sends a token along.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Arc<dyn TokenSource>) -> Self {
        self.tokens = Some(tokens);
        self
    }
}

#[async_trait]
impl RequestSigner for DpopSigner {
    async fn sign(&self, request: &SigningRequest<'_>) -> Result<HeaderMap> {
        let token = match &self.tokens {
            Some(tokens) => Some(tokens.token().await?),
            None => None,
        };
        let origin = request.url.origin().ascii_serialization();
        let nonce = self.nonces.lock().unwrap_or_else(PoisonError::into_inner).get(&origin).cloned();
        let proof = Proof::new(request.method, request.url, request.now, request.random);
        let proof = self.key.proof(&Proof { token: token.as_ref(), nonce: nonce.as_deref(), ..proof })?;
        let value =
            |text: &str| HeaderValue::from_str(text).map_err(|_| Error::config("the token cannot be sent in a header"));
        let mut headers = HeaderMap::new();
        headers.insert(DPOP, value(&proof)?);
        if let Some(token) = &token {
            headers.insert(AUTHORIZATION, value(&format!("DPoP {}", token.expose_secret()))?);
        }
        Ok(headers)
    }

    fn answered(&self, url: &Url, headers: &HeaderMap) {
        if let Some(nonce) = headers.get(NONCE).and_then(|nonce| nonce.to_str().ok()) {
            let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
            nonces.insert(url.origin().ascii_serialization(), nonce.to_owned());
        }
    }

    async fn signs_again(&self, error: &Error, signed: &HeaderMap) -> Result<bool> {
        if error.code() == Some(USE_NONCE) {
            return Ok(true);
        }
        let refused = signed.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("DPoP "));
        match (&self.tokens, refused) {
            (Some(tokens), Some(refused)) if error.is_token_expired() => {
                tokens.renew(&SecretString::from(refused)).await.map(|_| true)
            }
            _ => Ok(false),
        }
    }

    fn secrets(&self) -> Vec<SecretString> {
        self.tokens.iter().flat_map(|tokens| tokens.secrets()).chain([self.key.to_secret()]).collect()
    }
}
