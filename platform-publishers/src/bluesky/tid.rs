//! Record keys in AT Protocol's TID format: 13 characters that sort by time.

use social_core::clock::Timestamp;

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";

/// The key of a record made at `at` by the run whose idempotency key is `run_key`.
///
/// A TID is 53 bits of microseconds and 10 bits that tell clocks apart. The time is kept to the
/// millisecond; what is below it comes from the run, as the clock bits do, so that two runs of one
/// millisecond get different keys.
pub(super) fn tid(at: Timestamp, run_key: &str) -> String {
    let mark = run_key
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let micros = (millis * 1000 + (mark >> 32) % 1000) & ((1 << 53) - 1);
    let bits = (micros << 10) | (mark & 0x3ff);
    (0..13)
        .rev()
        .filter_map(|place| ALPHABET.get(usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0)))
        .map(|letter| char::from(*letter))
        .collect()
}
