//! Events: what relays store.

use k256::schnorr::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use social_core::{Error, Result};

/// A signed event (NIP-01).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Event {
    /// The hash of what it says, in hexadecimal digits.
    pub(super) id: String,
    pub(super) pubkey: String,
    /// In seconds since 1970.
    pub(super) created_at: i64,
    pub(super) kind: u32,
    pub(super) tags: Vec<Vec<String>>,
    pub(super) content: String,
    pub(super) sig: String,
}

impl Event {
    /// The hash of the canonical form. serde_json writes it as NIP-01 asks: no blanks, no escapes
    /// beyond those of control characters, of which [`clean`] leaves only those with a short form.
    pub(super) fn digest(&self) -> Result<[u8; 32]> {
        let form = (0, &self.pubkey, self.created_at, self.kind, &self.tags, &self.content);
        let form = serde_json::to_vec(&form)
            .map_err(|error| Error::invalid("post", "the note cannot be written as JSON").with_source(error))?;
        Ok(Sha256::digest(form).into())
    }

    /// Whether id and signature are those of what it says.
    pub(super) fn is_genuine(&self) -> bool {
        let verify = || {
            let id = self.digest().ok().filter(|id| hex(id) == self.id)?;
            let key = VerifyingKey::from_slice(&unhex(&self.pubkey)?).ok()?;
            let signature = Signature::from_slice(&unhex(&self.sig)?).ok()?;
            key.verify_raw(&id, &signature).ok()
        };
        verify().is_some()
    }

    /// The values of a tag: what stands behind its name.
    pub(super) fn tagged<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [String]> {
        self.tags
            .iter()
            .filter_map(move |tag| tag.split_first().filter(|(first, _)| *first == name).map(|(_, rest)| rest))
    }
}

/// A text without the control characters that implementations hash in different ways.
pub(super) fn clean(text: &str) -> String {
    let hashes_alike = |c: char| u32::from(c) >= 0x20 || matches!(c, '\n' | '\r' | '\t' | '\u{8}' | '\u{c}');
    text.chars().filter(|c| hashes_alike(*c)).collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect()
}
