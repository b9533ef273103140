//! [`Callback`]: what a person comes back with.

use std::fmt;

use secrecy::SecretString;
use url::Url;

use crate::error::{Error, Result};

/// What a person comes back with from the platform.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Callback {
    /// The code that is exchanged for tokens.
    pub code: Option<SecretString>,
    /// The value that was sent along.
    pub state: Option<SecretString>,
    /// Why there is no code.
    pub error: Option<String>,
    /// What the platform says about it.
    pub description: Option<String>,
    /// Who signed the person in (RFC 9207).
    pub issuer: Option<String>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("error", &self.error).finish_non_exhaustive()
    }
}

impl Callback {
    /// Reads the address that the person came back to, or only its query.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a text with neither a code nor an
    /// error.
    pub fn parse(address: &str) -> Result<Self> {
        let address = address.trim();
        let whole = Url::parse(address).ok().map(|url| url.query().unwrap_or_default().to_owned());
        // Instagram adds `#_`, which a pasted query keeps.
        let query = whole.unwrap_or_else(|| address.split('#').next().unwrap_or_default().to_owned());
        let mut callback = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "code" => callback.code = Some(value.trim_end_matches("#_").into()),
                "state" => callback.state = Some(value.into()),
                "error" => callback.error = Some(value),
                "error_description" => callback.description = Some(value),
                "iss" => callback.issuer = Some(value),
                _ => {}
            }
        }
        if callback.code.is_none() && callback.error.is_none() {
            let message = "the address has neither a code nor an error: copy it whole from the browser";
            return Err(Error::invalid("callback", message));
        }
        Ok(callback)
    }
}
