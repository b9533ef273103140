//! Requests that are signed as OAuth 1.0a says (RFC 5849).

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::auth::pkce::hex;
use crate::error::{Error, Result};
use crate::http::{Body, RequestSigner, SigningRequest};

/// All but the characters that RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An application's key and an account's token, each with its secret. They do not expire.
#[derive(Clone)]
#[non_exhaustive]
pub struct OAuth1Tokens {
    /// The application's key.
    pub consumer_key: String,
    /// The application's secret.
    pub consumer_secret: SecretString,
    /// The account's token; none while it is being asked for.
    pub token: Option<SecretString>,
    /// The secret of the account's token.
    pub token_secret: SecretString,
}

impl fmt::Debug for OAuth1Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth1Tokens").field("consumer_key", &self.consumer_key).finish_non_exhaustive()
    }
}

impl OAuth1Tokens {
    /// An application without an account.
    #[must_use]
    pub fn new(consumer_key: impl Into<String>, consumer_secret: impl Into<SecretString>) -> Self {
        Self {
            consumer_key: consumer_key.into(),
            consumer_secret: consumer_secret.into(),
            token: None,
            token_secret: SecretString::default(),
        }
    }

    /// Adds an account.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<SecretString>, secret: impl Into<SecretString>) -> Self {
        (self.token, self.token_secret) = (Some(token.into()), secret.into());
        self
    }
}

/// Signs requests with HMAC-SHA1. Fields of a URL-encoded form are signed; JSON and multipart are
/// not.
#[derive(Clone, Debug)]
pub struct OAuth1 {
    tokens: OAuth1Tokens,
    /// `oauth_callback`, `oauth_verifier`.
    extra: Vec<(&'static str, String)>,
}

impl OAuth1 {
    /// Signs for an account.
    #[must_use]
    pub const fn new(tokens: OAuth1Tokens) -> Self {
        Self { tokens, extra: Vec::new() }
    }

    /// Adds a parameter of the protocol: `oauth_callback` for a first token, `oauth_verifier` for
    /// an account's.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.extra.push((name, value.into()));
        self
    }

    /// The value of `Authorization`.
    pub(super) fn header(&self, request: &Signed<'_>, timestamp: i64, nonce: &str) -> String {
        let mut protocol = vec![
            ("oauth_consumer_key", self.tokens.consumer_key.clone()),
            ("oauth_nonce", nonce.to_owned()),
            ("oauth_signature_method", "HMAC-SHA1".to_owned()),
            ("oauth_timestamp", timestamp.to_string()),
            ("oauth_version", "1.0".to_owned()),
        ];
        protocol.extend(self.tokens.token.iter().map(|token| ("oauth_token", token.expose_secret().to_owned())));
        protocol.extend(self.extra.iter().cloned());
        let signature = self.signature(&base_string(request, &protocol));
        protocol.push(("oauth_signature", signature));
        protocol.sort();
        let fields: Vec<_> = protocol.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
        format!("OAuth {}", fields.join(", "))
    }

    pub(super) fn signature(&self, base: &str) -> String {
        let [app, token] = [&self.tokens.consumer_secret, &self.tokens.token_secret].map(|s| escape(s.expose_secret()));
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, format!("{app}&{token}").as_bytes());
        STANDARD.encode(hmac::sign(&key, base.as_bytes()).as_ref())
    }
}

/// The parts of a request that are signed.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a Url,
    pub(super) form: &'a [u8],
}

pub(super) fn base_string(request: &Signed<'_>, protocol: &[(&'static str, String)]) -> String {
    let sent = request.url.query_pairs().chain(url::form_urlencoded::parse(request.form));
    let sent = sent.map(|(name, value)| (escape(&name), escape(&value)));
    let mut all: Vec<_> = protocol.iter().map(|(name, value)| (escape(name), escape(value))).chain(sent).collect();
    all.sort();
    let all: Vec<_> = all.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut url = request.url.clone();
    url.set_query(None);
    url.set_fragment(None);
    [request.method, url.as_str(), &all.join("&")].map(escape).join("&")
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[async_trait]
impl RequestSigner for OAuth1 {
    async fn sign(&self, request: &SigningRequest<'_>) -> Result<HeaderMap> {
        let is_form = request
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let form = match request.body {
            Body::Bytes(bytes) if is_form => bytes.as_ref(),
            _ => &[],
        };
        let mut nonce = [0; 16];
        request.random.fill(&mut nonce);
        let signed = Signed { method: request.method.as_str(), url: request.url, form };
        let header = self.header(&signed, request.now.as_second(), &hex(&nonce));
        let value = HeaderValue::from_str(&header).map_err(|_| Error::config("the key cannot be sent in a header"))?;
        Ok(HeaderMap::from_iter([(AUTHORIZATION, value)]))
    }

    fn secrets(&self) -> Vec<SecretString> {
        let OAuth1Tokens { consumer_secret, token, token_secret, .. } = &self.tokens;
        [Some(consumer_secret), token.as_ref(), Some(token_secret)].into_iter().flatten().cloned().collect()
    }
}
