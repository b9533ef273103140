//! [`Connection`]: an account, its grant, and what has happened to them.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::addresses::Addresses;
use super::app::OAuthApp;
use super::authorize::Authorized;
use super::grant::Grant;
use super::issue::ConnectionIssue;
use super::secret;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Account;

/// An account, its grant, and what has happened to them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Connection {
    /// Whose account.
    pub account: Account,
    /// The tokens; none when it was disconnected here.
    pub grant: Option<Grant>,
    /// The scopes that were asked for.
    pub asked: Vec<String>,
    /// When a person connected it last.
    pub connected_at: Timestamp,
    /// When its tokens were last renewed.
    pub refreshed_at: Option<Timestamp>,
    /// Why it does not work any more, and since when.
    pub lost: Option<Lost>,
    /// A renewal of a token that works once has begun and its answer is not here: since when.
    pub renewing: Option<Timestamp>,
    /// The last failures to renew, until one succeeds.
    pub failure: Option<RefreshFailure>,
}

/// Why an account does not work any more, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lost {
    /// Why.
    pub issue: ConnectionIssue,
    /// Since when.
    pub at: Timestamp,
}

/// Failures to renew that leave the account alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefreshFailure {
    /// When it failed last.
    pub at: Timestamp,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The platform's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How often, one after the other.
    pub count: u32,
    /// Before this time it is not tried again.
    pub next: Timestamp,
}

impl Connection {
    /// An account with its tokens, connected now.
    #[must_use]
    pub const fn new(account: Account, grant: Grant, connected_at: Timestamp) -> Self {
        Self {
            account,
            grant: Some(grant),
            asked: Vec::new(),
            connected_at,
            refreshed_at: None,
            lost: None,
            renewing: None,
            failure: None,
        }
    }

    /// An account with what came of an authorization.
    #[must_use]
    pub fn of(account: Account, authorized: Authorized, connected_at: Timestamp) -> Self {
        Self { asked: authorized.asked, ..Self::new(account, authorized.grant, connected_at) }
    }

    pub(super) fn to_text(&self) -> Result<SecretString> {
        #[derive(Serialize)]
        struct Text<'a>(#[serde(with = "ConnectionText")] &'a Connection);

        let text = serde_json::to_string(&Text(self));
        text.map(SecretString::from).map_err(|_| Error::invalid("connection", "the connection cannot be written"))
    }

    pub(super) fn of_text(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Text(#[serde(with = "ConnectionText")] Connection);

        // The cause would quote what is secret.
        let text: Result<Text, _> = serde_json::from_str(text);
        text.map(|text| text.0).map_err(|_| Error::new(ErrorKind::Storage, "the stored connection cannot be read"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Connection")]
struct ConnectionText {
    account: Account,
    #[serde(with = "optional_grant", default)]
    grant: Option<Grant>,
    #[serde(default)]
    asked: Vec<String>,
    connected_at: Timestamp,
    #[serde(default)]
    refreshed_at: Option<Timestamp>,
    #[serde(default)]
    lost: Option<Lost>,
    #[serde(default)]
    renewing: Option<Timestamp>,
    #[serde(default)]
    failure: Option<RefreshFailure>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Grant")]
struct GrantText {
    #[serde(with = "secret")]
    access: SecretString,
    #[serde(with = "secret::optional", default)]
    refresh: Option<SecretString>,
    #[serde(with = "secret::optional", default)]
    previous: Option<SecretString>,
    issued_at: Timestamp,
    #[serde(default)]
    expires_at: Option<Timestamp>,
    #[serde(default)]
    refresh_expires_at: Option<Timestamp>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    details: BTreeMap<String, Value>,
    #[serde(default)]
    sign_in: Option<String>,
    #[serde(with = "secret::optional_app", default)]
    app: Option<OAuthApp>,
    #[serde(default)]
    addresses: Option<Addresses>,
    #[serde(with = "secret::optional", default)]
    proof_key: Option<SecretString>,
}

mod optional_grant {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Grant, GrantText};

    #[derive(Serialize)]
    struct Borrowed<'a>(#[serde(with = "GrantText")] &'a Grant);

    #[derive(Deserialize)]
    struct Owned(#[serde(with = "GrantText")] Grant);

    pub(super) fn serialize<S: Serializer>(grant: &Option<Grant>, serializer: S) -> Result<S::Ok, S::Error> {
        grant.as_ref().map(Borrowed).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Grant>, D::Error> {
        Ok(Option::<Owned>::deserialize(deserializer)?.map(|owned| owned.0))
    }
}
