//! Signatures: tokens bound to a key (RFC 9449), OAuth 1.0a, service accounts.
//!
//! Without the feature `signing` there are none, and what needs one is refused.

#[cfg(feature = "signing")]
mod dpop;
#[cfg(feature = "signing")]
mod jwt;
#[cfg(feature = "signing")]
mod oauth1;
#[cfg(feature = "signing")]
mod service_account;
#[cfg(test)]
#[cfg(feature = "signing")]
mod tests;

use std::sync::Arc;

use secrecy::SecretString;

#[cfg(feature = "signing")]
pub use self::{
    dpop::{DpopSigner, ProofKey},
    oauth1::{OAuth1, OAuth1Tokens},
    service_account::ServiceAccount,
};
use crate::error::Result;
use crate::http::{Auth, EndpointBuilder, TokenSource};

/// A new private key, to which tokens are bound.
#[cfg(feature = "signing")]
pub(super) fn new_proof_key() -> Result<SecretString> {
    ProofKey::generate().map(|key| key.to_secret())
}

/// An endpoint whose requests prove that the sender has the key.
#[cfg(feature = "signing")]
pub(super) fn proving(endpoint: EndpointBuilder, key: &SecretString) -> Result<EndpointBuilder> {
    Ok(endpoint.auth(Auth::signed(DpopSigner::new(ProofKey::from_secret(key)?))))
}

/// Tokens that are bound to a key.
#[cfg(feature = "signing")]
pub(super) fn bound(key: &SecretString, tokens: Arc<dyn TokenSource>) -> Result<Auth> {
    Ok(Auth::signed(DpopSigner::new(ProofKey::from_secret(key)?).with_tokens(tokens)))
}

#[cfg(not(feature = "signing"))]
fn missing<T>() -> Result<T> {
    Err(crate::Error::config("tokens that are bound to a key need the feature `signing` of social-core"))
}

#[cfg(not(feature = "signing"))]
pub(super) fn new_proof_key() -> Result<SecretString> {
    missing()
}

#[cfg(not(feature = "signing"))]
pub(super) fn proving(_: EndpointBuilder, _: &SecretString) -> Result<EndpointBuilder> {
    missing()
}

#[cfg(not(feature = "signing"))]
pub(super) fn bound(_: &SecretString, _: Arc<dyn TokenSource>) -> Result<Auth> {
    missing()
}
