//! [`Keyring`]: AES-256-GCM with keys that can be changed.

use std::fmt;
use std::sync::Arc;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Seal, sealed};
use crate::clock::{Random, system_random};
use crate::error::{Error, Result};
use crate::settings::{Reader, Setting, Settings};

/// What sealed bytes begin with: the format and its version.
const MARK: &[u8] = b"SCV1";
const NONCE: usize = 12;
const KEY: usize = 32;

const CURRENT: Setting = Setting::new(
    "SOCIAL_VAULT_KEY",
    "the key that seals tokens, as ID:BASE64 with 32 bytes",
    "`openssl rand -base64 32`, kept in a secret manager",
    "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
)
.secret();
const FORMER: Setting = Setting::new(
    "SOCIAL_VAULT_FORMER_KEYS",
    "keys that sealed tokens before, separated by commas",
    "your secret manager",
    "k0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
)
.secret()
.optional();

/// A key and the id by which what it sealed names it.
#[derive(Clone)]
pub struct VaultKey {
    id: String,
    cipher: Arc<Aes256Gcm>,
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl VaultKey {
    /// A key from 32 bytes in base64.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a key that is not 32 bytes, and for an id that is
    /// empty, longer than 64 bytes or not of letters, digits, `-`, `_` and `.`.
    pub fn new(id: impl Into<String>, base64: &SecretString) -> Result<Self> {
        let id = id.into();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.is_empty() || id.len() > 64 || !id.chars().all(is_plain) {
            let message = "the id of a key has 1 to 64 letters, digits, `-`, `_` or `.`";
            return Err(Error::config(message).with_field("key id"));
        }
        let bytes = STANDARD.decode(base64.expose_secret().trim()).unwrap_or_default();
        // `bytes` has the key for a moment; the cipher wipes its own copy.
        match Aes256Gcm::new_from_slice(&bytes) {
            Ok(cipher) if bytes.len() == KEY => Ok(Self { id, cipher: Arc::new(cipher) }),
            _ => Err(Error::config(format!("key `{id}` is not {KEY} bytes in base64")).with_field("key")),
        }
    }

    /// A new key as text, as the setting of the current key wants it behind the id: 32 random bytes
    /// in base64.
    #[must_use]
    pub fn generate(random: &dyn Random) -> SecretString {
        let mut bytes = [0; KEY];
        random.fill(&mut bytes);
        STANDARD.encode(bytes).into()
    }

    /// A key written `ID:BASE64`.
    fn parse(text: &str) -> Result<Self> {
        let (id, key) = text
            .trim()
            .split_once(':')
            .ok_or_else(|| Error::config("a key is written ID:BASE64, for instance `k1:` and 44 characters"))?;
        Self::new(id, &SecretString::from(key))
    }
}

/// AES-256-GCM with a key that seals and any number of keys that still open.
///
/// What is sealed names its key, has a random nonce of 96 bits of its own, and is bound to its
/// place: as another account's row it does not open.
///
/// **Changing the key without down-time:** give every process the new key as a
/// [former](Self::with_former) one; then make it the current one everywhere and the old one a
/// former; then [`Vault::reseal`](super::super::Vault::reseal), and drop the old one.
#[derive(Clone, Debug)]
pub struct Keyring {
    current: VaultKey,
    former: Vec<VaultKey>,
    random: Arc<dyn Random>,
}

impl Keyring {
    /// A keyring of one key.
    #[must_use]
    pub fn new(current: VaultKey) -> Self {
        Self { current, former: Vec::new(), random: system_random() }
    }

    /// Adds a key that only opens.
    #[must_use]
    pub fn with_former(mut self, key: VaultKey) -> Self {
        self.former.push(key);
        self
    }

    /// Replaces the source of randomness, for tests.
    #[must_use]
    pub fn with_random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// The keys of `SOCIAL_VAULT_KEY`, and of `SOCIAL_VAULT_FORMER_KEYS` if there are any.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a key that is missing or malformed.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("vault", settings, &[CURRENT])?;
        let keyring = Self::new(VaultKey::parse(read.secret(&CURRENT)?.expose_secret())?);
        let former = read.optional_secret(&FORMER);
        let former =
            former.iter().flat_map(|keys| keys.expose_secret().split(',')).filter(|key| !key.trim().is_empty());
        former.map(VaultKey::parse).try_fold(keyring, |keyring, key| Ok(keyring.with_former(key?)))
    }

    /// The settings that [`from_settings`](Self::from_settings) reads.
    #[must_use]
    pub fn settings() -> [Setting; 2] {
        [CURRENT, FORMER]
    }
}

/// The head of sealed bytes: all that is not secret, and a part of what is authenticated.
fn head(key: &str) -> Vec<u8> {
    // An id has at most 64 bytes.
    let length = u8::try_from(key.len()).unwrap_or(u8::MAX);
    [MARK, &[length], key.as_bytes()].concat()
}

/// Key id, nonce and ciphertext of sealed bytes.
fn parts(bytes: &[u8]) -> Option<(&str, [u8; NONCE], &[u8])> {
    let (length, rest) = bytes.strip_prefix(MARK)?.split_first()?;
    let (id, rest) = rest.split_at_checked(usize::from(*length))?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>()?;
    Some((std::str::from_utf8(id).ok()?, *nonce, ciphertext))
}

fn associated(key: &str, place: &str) -> Vec<u8> {
    [&head(key), place.as_bytes()].concat()
}

#[async_trait]
impl Seal for Keyring {
    async fn seal(&self, place: &str, text: &SecretString) -> Result<Vec<u8>> {
        let VaultKey { id, cipher } = &self.current;
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce);
        let payload = Payload { msg: text.expose_secret().as_bytes(), aad: &associated(id, place) };
        let ciphertext = cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| Error::invalid("text", "the text is too long to be sealed"))?;
        Ok([head(id).as_slice(), &nonce, &ciphertext].concat())
    }

    async fn open(&self, place: &str, bytes: &[u8]) -> Result<SecretString> {
        let (id, nonce, ciphertext) =
            parts(bytes).ok_or_else(|| sealed(format!("what is stored for `{place}` was not sealed by a keyring")))?;
        let key = std::iter::once(&self.current).chain(&self.former).find(|key| key.id == id);
        let key = key.ok_or_else(|| {
            sealed(format!("what is stored for `{place}` was sealed with key `{id}`, which is not in the keyring"))
        })?;
        let payload = Payload { msg: ciphertext, aad: &associated(id, place) };
        let text = key.cipher.decrypt(&Nonce::from(nonce), payload).map_err(|_| {
            sealed(format!(
                "what is stored for `{place}` cannot be opened: wrong key `{id}`, another place, or changed"
            ))
        })?;
        String::from_utf8(text)
            .map(SecretString::from)
            .map_err(|_| sealed(format!("what is stored for `{place}` is no text")))
    }

    fn is_outdated(&self, bytes: &[u8]) -> bool {
        parts(bytes).is_none_or(|(id, ..)| id != self.current.id)
    }
}
