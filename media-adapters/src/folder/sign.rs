//! Addresses that are good for one file until a time: an HMAC-SHA256 over both.
//!
//! Nothing here reads a clock, a file or a setting, so that whatever serves the files can check an
//! address with it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// Keys that sign addresses, by their ids.
///
/// New addresses are signed with the current key. Those that were signed with a former one stay
/// good until their end: a key is changed by making the old one a former one, and dropped when the
/// last of its addresses has ended.
#[derive(Clone, Debug)]
pub struct AddressKeys {
    current: (String, SecretString),
    former: Vec<(String, SecretString)>,
}

/// Why an address is refused. Servers answer all reasons alike, so that an answer does not tell
/// which files exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressRefusal {
    /// The query is not one that [`AddressKeys::sign`] makes.
    Malformed,
    /// It was signed with a key that is not known, or not any more.
    UnknownKey,
    /// The signature is not that of the file and the time.
    WrongSignature,
    /// Its time is over.
    Expired,
}

impl fmt::Display for AddressRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the address is not one of a signed file",
            Self::UnknownKey => "the key that signed the address is unknown",
            Self::WrongSignature => "the signature of the address is wrong",
            Self::Expired => "the address has ended",
        })
    }
}

impl std::error::Error for AddressRefusal {}

impl AddressKeys {
    /// Signs with this key. A secret has at least 32 random bytes; an id is letters, digits, `-`
    /// and `_`.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: SecretString) -> Self {
        Self { current: (id.into(), secret), former: Vec::new() }
    }

    /// Also takes addresses that were signed with this key.
    #[must_use]
    pub fn with_former(mut self, id: impl Into<String>, secret: SecretString) -> Self {
        self.former.push((id.into(), secret));
        self
    }

    /// The query of an address of the file of this name that is good until a time in seconds since
    /// 1970: `until=1795179600&key=2026&signature=..`.
    #[must_use]
    pub fn sign(&self, name: &str, until: i64) -> String {
        let (id, secret) = &self.current;
        let signature = mac(secret, id, name, until).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
        format!("until={until}&key={id}&signature={}", signature.unwrap_or_default())
    }

    /// Checks the query of an address of the file of this name at a time in seconds since 1970, and
    /// returns when the address ends. Signatures are compared in constant time.
    ///
    /// # Errors
    /// Why the address is not good.
    pub fn check(&self, name: &str, query: &str, now: i64) -> Result<i64, AddressRefusal> {
        let (mut until, mut key, mut signature) = (None, None, None);
        for (parameter, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*parameter {
                "until" => &mut until,
                "key" => &mut key,
                "signature" => &mut signature,
                _ => return Err(AddressRefusal::Malformed),
            };
            if place.replace(value).is_some() {
                return Err(AddressRefusal::Malformed);
            }
        }
        let (Some(until), Some(key), Some(signature)) = (until, key, signature) else {
            return Err(AddressRefusal::Malformed);
        };
        let signature = URL_SAFE_NO_PAD.decode(&*signature).map_err(|_| AddressRefusal::Malformed)?;
        let until = until.parse::<i64>().ok().filter(|number| number.to_string() == until);
        let until = until.ok_or(AddressRefusal::Malformed)?;
        let mut keys = std::iter::once(&self.current).chain(&self.former);
        let (id, secret) = keys.find(|(id, _)| *id == key).ok_or(AddressRefusal::UnknownKey)?;
        let mac = mac(secret, id, name, until).ok_or(AddressRefusal::WrongSignature)?;
        mac.verify_slice(&signature).map_err(|_| AddressRefusal::WrongSignature)?;
        // Only now the time is known to be ours.
        if now < until { Ok(until) } else { Err(AddressRefusal::Expired) }
    }
}

/// Over all that an address says. The name stands last, so that no part can pass for another.
fn mac(secret: &SecretString, id: &str, name: &str, until: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(format!("media-address-1\n{id}\n{until}\n{name}").as_bytes());
    Some(mac)
}
