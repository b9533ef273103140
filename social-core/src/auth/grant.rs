//! [`Grant`]: the tokens that somebody granted, and what is known about them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::addresses::Addresses;
use super::app::OAuthApp;
use crate::clock::Timestamp;

/// The tokens that somebody granted to an application, and what is known about them.
///
/// It is shown nowhere: neither its `Debug` nor an error has a token in it, and it does not
/// serialise. A [`Vault`](super::Vault) keeps it, sealed.
#[derive(Clone)]
#[non_exhaustive]
pub struct Grant {
    /// The access token.
    pub access: SecretString,
    /// The refresh token.
    pub refresh: Option<SecretString>,
    /// The refresh token before the present one, until the present one has worked.
    pub previous: Option<SecretString>,
    /// When the access token was issued.
    pub issued_at: Timestamp,
    /// When the access token ends; `None`: when it is revoked.
    pub expires_at: Option<Timestamp>,
    /// When the refresh token ends, where the platform says.
    pub refresh_expires_at: Option<Timestamp>,
    /// The scopes that were granted; `None` where the platform does not say.
    pub scopes: Option<Vec<String>>,
    /// The platform's id of the account, where the answer names it.
    pub subject: Option<String>,
    /// What else the answer said: a workspace, a webhook.
    pub details: BTreeMap<String, Value>,
    /// The [name](super::SignIn::name) of the record by which the person signed in, where a platform
    /// has several.
    pub sign_in: Option<String>,
    /// The application that it was granted to, where it is not the one of the settings: registered
    /// for one server, or a customer's own.
    pub app: Option<OAuthApp>,
    /// Where it is renewed, where that is not what the record says.
    pub addresses: Option<Addresses>,
    /// The private key that the tokens are bound to (RFC 9449), as PKCS#8 in base64.
    pub proof_key: Option<SecretString>,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .field("refreshable", &self.refresh.is_some())
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl Grant {
    /// An access token of which nothing else is known.
    #[must_use]
    pub fn new(access: impl Into<SecretString>, issued_at: Timestamp) -> Self {
        Self {
            access: access.into(),
            refresh: None,
            previous: None,
            issued_at,
            expires_at: None,
            refresh_expires_at: None,
            scopes: None,
            subject: None,
            details: BTreeMap::new(),
            sign_in: None,
            app: None,
            addresses: None,
            proof_key: None,
        }
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn with_refresh(mut self, refresh: impl Into<SecretString>) -> Self {
        self.refresh = Some(refresh.into());
        self
    }

    /// Says when the access token ends.
    #[must_use]
    pub const fn with_expires_at(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// Says which scopes were granted.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// How long the access token lives in all; `None`: until it is revoked.
    #[must_use]
    pub fn life(&self) -> Option<Duration> {
        self.expires_at.map(|end| end.duration_since(self.issued_at).try_into().unwrap_or_default())
    }

    /// Whether the access token still works at a time, and for `spare` after it.
    #[must_use]
    pub fn works_at(&self, at: Timestamp, spare: Duration) -> bool {
        self.expires_at.is_none_or(|end| at.saturating_add(spare).is_ok_and(|at| at < end))
    }

    /// Whether the refresh token has ended at a time.
    #[must_use]
    pub fn refresh_is_over(&self, at: Timestamp) -> bool {
        self.refresh_expires_at.is_some_and(|end| end <= at)
    }

    /// The same account's newer answer over this one: what the answer leaves out is kept.
    #[must_use]
    pub fn renewed_by(&self, newer: Self) -> Self {
        let rotated = newer.refresh.is_some() && !same_secret(newer.refresh.as_ref(), self.refresh.as_ref());
        let mut details = self.details.clone();
        details.extend(newer.details);
        Self {
            access: newer.access,
            previous: if rotated { self.refresh.clone() } else { self.previous.clone() },
            refresh_expires_at: newer.refresh_expires_at.or(if rotated { None } else { self.refresh_expires_at }),
            refresh: newer.refresh.or_else(|| self.refresh.clone()),
            issued_at: newer.issued_at,
            expires_at: newer.expires_at,
            scopes: newer.scopes.or_else(|| self.scopes.clone()),
            subject: newer.subject.or_else(|| self.subject.clone()),
            details,
            sign_in: newer.sign_in.or_else(|| self.sign_in.clone()),
            app: newer.app.or_else(|| self.app.clone()),
            addresses: newer.addresses.or_else(|| self.addresses.clone()),
            proof_key: newer.proof_key.or_else(|| self.proof_key.clone()),
        }
    }

    /// Whether it holds the same tokens.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.access.expose_secret() == other.access.expose_secret()
            && same_secret(self.refresh.as_ref(), other.refresh.as_ref())
    }

    /// Everything in it that must be masked in errors and logs.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretString> {
        let app = self.app.as_ref().and_then(|app| app.client_secret.as_ref());
        let secrets = [Some(&self.access), self.refresh.as_ref(), self.previous.as_ref(), self.proof_key.as_ref(), app];
        secrets.into_iter().flatten().cloned().collect()
    }

    /// What else the answer said, by fields joined with dots.
    #[must_use]
    pub fn detail(&self, path: &str) -> Option<&Value> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let mut value = self.details.get(first)?;
        for part in rest.iter().flat_map(|rest| rest.split('.')) {
            value = value.get(part)?;
        }
        Some(value)
    }
}

fn same_secret(a: Option<&SecretString>, b: Option<&SecretString>) -> bool {
    a.map(|secret| secret.expose_secret()) == b.map(|secret| secret.expose_secret())
}
