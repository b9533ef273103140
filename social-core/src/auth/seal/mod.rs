//! [`Seal`]: how what is stored is kept secret.

#[cfg(feature = "vault")]
mod keyring;

use std::fmt::Debug;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

#[cfg(feature = "vault")]
pub use keyring::{Keyring, VaultKey};

use crate::error::{Error, ErrorKind, Result};

/// Makes unreadable what is stored, and readable again.
///
/// # Contract
/// - What was sealed for one place cannot be opened for another: a row that was swapped is an
///   error.
/// - What was changed or cannot be opened is an error of kind [`Auth`](ErrorKind::Auth) with the
///   code `sealed`; see [`is_sealed`]. Nothing is ever guessed or given out unopened.
#[async_trait]
pub trait Seal: Debug + Send + Sync {
    /// Seals a text for a place, for instance `account:default/x/4711`.
    ///
    /// # Errors
    /// Those of whoever keeps the keys.
    async fn seal(&self, place: &str, text: &SecretString) -> Result<Vec<u8>>;

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Auth`](ErrorKind::Auth) with the code `sealed` for another key, another place and changed
    /// bytes; those of whoever keeps the keys.
    async fn open(&self, place: &str, sealed: &[u8]) -> Result<SecretString>;

    /// Whether these bytes were sealed with a key that is on its way out.
    fn is_outdated(&self, sealed: &[u8]) -> bool {
        let _ = sealed;
        false
    }
}

/// The code of errors about what cannot be opened.
const SEALED: &str = "sealed";

/// Whether an error says that what is stored cannot be opened with the keys at hand.
#[must_use]
pub fn is_sealed(error: &Error) -> bool {
    error.code() == Some(SEALED)
}

fn sealed(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Auth, message.into()).with_code(SEALED)
}

/// No seal at all, for tests and for stores in memory: what is stored is the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unsealed;

const PLAIN: &[u8] = b"plain\0";

#[async_trait]
impl Seal for Unsealed {
    async fn seal(&self, place: &str, text: &SecretString) -> Result<Vec<u8>> {
        Ok([PLAIN, place.as_bytes(), b"\0", text.expose_secret().as_bytes()].concat())
    }

    async fn open(&self, place: &str, stored: &[u8]) -> Result<SecretString> {
        let text = stored.strip_prefix(PLAIN).and_then(|rest| rest.strip_prefix(place.as_bytes())?.strip_prefix(b"\0"));
        let text = text.and_then(|text| std::str::from_utf8(text).ok());
        text.map(SecretString::from)
            .ok_or_else(|| sealed(format!("what is stored for `{place}` is sealed or of another place")))
    }
}
