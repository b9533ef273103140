//! [`Pending`]: an authorization that has begun.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::auth::addresses::Addresses;
use crate::auth::app::OAuthApp;
use crate::auth::secret;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::{Platform, Tenant};

/// An authorization that has begun: what has to fit when the person comes back, and what the
/// exchange of the code needs.
#[derive(Serialize, Deserialize)]
pub(in crate::auth) struct Pending {
    pub(in crate::auth) tenant: Tenant,
    pub(in crate::auth) platform: Platform,
    pub(in crate::auth) redirect_uri: String,
    /// Where the application goes on afterwards.
    pub(in crate::auth) return_to: Option<String>,
    pub(in crate::auth) expires_at: Timestamp,
    pub(in crate::auth) scopes: Vec<String>,
    #[serde(with = "secret::optional")]
    pub(in crate::auth) verifier: Option<SecretString>,
    #[serde(with = "secret::optional_app")]
    pub(in crate::auth) app: Option<OAuthApp>,
    pub(in crate::auth) addresses: Option<Addresses>,
    #[serde(with = "secret::optional")]
    pub(in crate::auth) proof_key: Option<SecretString>,
    /// Whose account was asked for, where that was said.
    pub(in crate::auth) subject: Option<String>,
}

impl Pending {
    pub(in crate::auth) fn to_text(&self) -> Result<SecretString> {
        let text = serde_json::to_string(self).map_err(|_| Error::invalid("state", "the state cannot be written"))?;
        Ok(text.into())
    }

    pub(in crate::auth) fn of_text(text: &str) -> Result<Self> {
        // The cause would quote what is secret.
        serde_json::from_str(text)
            .map_err(|_| Error::new(ErrorKind::Storage, "the state cannot be read; start the connection again"))
    }
}
