//! Digests of inputs, and keys that follow from names.

use sha2::{Digest as _, Sha256};

use super::id::RunId;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A UUID of version 8 (made from a hash) for a step of a run.
pub(super) fn uuid(run: &RunId, step: &str) -> String {
    let mut hash = Sha256::new();
    for part in [run.tenant.as_str(), &run.name] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(step);
    let mut hex: Vec<char> = hex(&hash.finalize()).chars().take(32).collect();
    if let Some(version) = hex.get_mut(12) {
        *version = '8';
    }
    if let Some(variant) = hex.get_mut(16) {
        *variant = match variant.to_digit(16).unwrap_or(0) & 3 {
            0 => '8',
            1 => '9',
            2 => 'a',
            _ => 'b',
        };
    }
    let mut uuid = String::with_capacity(36);
    for (at, digit) in hex.into_iter().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    uuid
}
