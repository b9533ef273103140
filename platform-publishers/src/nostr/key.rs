//! The account's key, and what it signs.

use std::fmt;

use k256::schnorr::SigningKey;
use secrecy::{ExposeSecret as _, SecretString};
use social_core::clock::{Random, Timestamp};
use social_core::{Error, Result};

use super::event::{Event, hex, unhex};
use super::names;

/// A secret key, which is never shown, and its public key.
pub(super) struct Key {
    pub(super) signing: SigningKey,
    /// The public key in 64 hexadecimal digits.
    pub(super) public: String,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.public).finish()
    }
}

impl Key {
    /// Reads `nsec1…` or 64 hexadecimal digits.
    pub(super) fn parse(secret: &SecretString) -> Result<Self> {
        let refuse = |message: &'static str| Error::config(message).with_vendor("nostr").with_field("NOSTR_SECRET_KEY");
        let text = secret.expose_secret().trim();
        if text.starts_with("npub1") {
            return Err(refuse("this is the public key; the secret one begins with nsec1"));
        }
        if text.starts_with("ncryptsec1") {
            return Err(refuse("the key is encrypted (NIP-49); export it as nsec1"));
        }
        let bytes = if text.starts_with("nsec1") { names::decode("nsec", text) } else { unhex(text) };
        let signing = bytes.and_then(|bytes| SigningKey::from_slice(&bytes).ok());
        let Some(signing) = signing else {
            return Err(refuse("the secret key is neither nsec1… nor 64 hexadecimal digits, or has a typing error"));
        };
        let public = hex(&signing.verifying_key().to_bytes());
        Ok(Self { signing, public })
    }

    /// The public key as people write it: `npub1…`.
    pub(super) fn npub(&self) -> String {
        names::npub(&self.public)
    }

    /// Signs an event (BIP-340 over its id).
    pub(super) fn sign(
        &self,
        kind: u32,
        tags: Vec<Vec<String>>,
        content: String,
        at: Timestamp,
        random: &dyn Random,
    ) -> Result<Event> {
        let (pubkey, created_at) = (self.public.clone(), at.as_second());
        let mut event = Event { id: String::new(), pubkey, created_at, kind, tags, content, sig: String::new() };
        let id = event.digest()?;
        let mut spice = [0; 32];
        random.fill(&mut spice);
        let failed = |_| Error::config("the key cannot sign").with_vendor("nostr");
        let signature = self.signing.sign_raw(&id, &spice).map_err(failed)?;
        (event.id, event.sig) = (hex(&id), hex(&signature.to_bytes()));
        Ok(event)
    }
}
