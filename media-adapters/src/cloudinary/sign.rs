//! Cloudinary's signatures: a plain hash over text and secret, not an HMAC.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use social_core::{Error, Result};

/// The hash that an account's signatures are made with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// What accounts have unless their owner changed it.
    #[default]
    Sha1,
    /// For accounts that are set to it.
    Sha256,
}

impl SignatureAlgorithm {
    pub(super) fn named(name: &str) -> Result<Self> {
        match name {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            _ => Err(Error::config(format!("`{name}` is no signature algorithm; there are sha1, sha256"))),
        }
    }

    fn digest(self, text: &str, secret: &SecretString) -> Vec<u8> {
        let text = [text, secret.expose_secret()].concat();
        match self {
            Self::Sha1 => Sha1::digest(text).to_vec(),
            Self::Sha256 => Sha256::digest(text).to_vec(),
        }
    }

    /// The signature of a request's parameters, in hexadecimal digits. Empty ones do not count, and
    /// `&` is written `%26`, so that no value can pretend to be another parameter.
    pub(super) fn of_parameters<'a>(
        self,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
        secret: &SecretString,
    ) -> String {
        let written = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<String> =
            written.map(|(name, value)| format!("{name}={value}").replace('&', "%26")).collect();
        pairs.sort_unstable();
        self.digest(&pairs.join("&"), secret).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The signature of an address: of `TRANSFORMATION/PUBLIC_ID.ENDING`, without the version.
    pub(super) fn of_address(self, path: &str, secret: &SecretString) -> String {
        URL_SAFE_NO_PAD.encode(self.digest(path, secret)).chars().take(8).collect()
    }
}
