//! Keys and events as people write them: `npub1…`, `note1…`, `nevent1…` (NIP-19).

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use url::Url;

use super::event::{hex, unhex};

/// Bytes in an id or a key.
const BYTES: usize = 32;
/// What the parts of an `nevent` and an `nprofile` are.
const SPECIAL: u8 = 0;
const RELAY: u8 = 1;
const AUTHOR: u8 = 2;
const KIND: u8 = 3;

/// The bytes behind a prefix; `None` for another prefix and for a typing error.
pub(super) fn decode(prefix: &str, text: &str) -> Option<Vec<u8>> {
    let read = CheckedHrpstring::new::<Bech32>(text).ok()?;
    (read.hrp().as_str() == prefix).then(|| read.byte_iter().collect())
}

fn encode(prefix: &str, bytes: &[u8]) -> Option<String> {
    bech32::encode::<Bech32>(Hrp::parse(prefix).ok()?, bytes).ok()
}

/// A public key, given in hexadecimal digits.
pub(super) fn npub(public: &str) -> String {
    unhex(public).and_then(|bytes| encode("npub", &bytes)).unwrap_or_default()
}

/// A note by its id alone, as a text names it.
pub(super) fn note(id: &str) -> String {
    unhex(id).and_then(|bytes| encode("note", &bytes)).map(|name| format!("nostr:{name}")).unwrap_or_default()
}

/// The address of a note in clients (NIP-21).
pub(super) fn address(id: &str, author: &str, kind: u32, relay: &Url) -> Option<Url> {
    let relay = relay.as_str().trim_end_matches('/').as_bytes();
    let relay = u8::try_from(relay.len()).map_or(&[][..], |_| relay);
    let (id, author, kind) = (unhex(id)?, unhex(author)?, kind.to_be_bytes());
    let mut bytes = Vec::new();
    for (what, value) in [(SPECIAL, id.as_slice()), (RELAY, relay), (AUTHOR, &author), (KIND, &kind)] {
        if !value.is_empty() {
            bytes.extend([what, u8::try_from(value.len()).ok()?]);
            bytes.extend(value);
        }
    }
    Url::parse(&format!("nostr:{}", encode("nevent", &bytes)?)).ok()
}

/// The id of an event that is written in any way, in hexadecimal digits.
pub(super) fn event_id(text: &str) -> Option<String> {
    read(text, "note", "nevent")
}

/// The public key of an account that is written in any way, in hexadecimal digits.
pub(super) fn public_key(text: &str) -> Option<String> {
    read(text, "npub", "nprofile")
}

fn read(text: &str, plain: &str, with_parts: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("nostr:");
    let bytes = unhex(text)
        .or_else(|| decode(plain, text))
        .or_else(|| decode(with_parts, text).and_then(|bytes| special(&bytes).map(<[u8]>::to_vec)));
    bytes.filter(|bytes| bytes.len() == BYTES).map(|bytes| hex(&bytes))
}

/// The id or key among the parts: type, length, value.
fn special(mut bytes: &[u8]) -> Option<&[u8]> {
    while let [what, length, rest @ ..] = bytes {
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        if *what == SPECIAL {
            return Some(value);
        }
        bytes = rest;
    }
    None
}
