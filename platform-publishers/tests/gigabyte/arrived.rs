//! Which bytes of a video arrived.

use std::collections::BTreeMap;

/// The bytes that a vendor keeps.
#[derive(Default)]
pub(crate) struct Arrived {
    /// Where each part begins, and where it ends.
    parts: BTreeMap<u64, u64>,
    again: u64,
}

impl Arrived {
    /// Keeps the bytes from `start` up to `end`.
    pub(crate) fn take(&mut self, start: u64, end: u64) {
        for (from, to) in &self.parts {
            self.again += end.min(*to).saturating_sub(start.max(*from));
        }
        if end > start {
            self.parts.insert(start, end);
        }
    }

    /// So many bytes are there without a gap.
    pub(crate) fn next(&self) -> u64 {
        self.parts.iter().fold(0, |next, (from, to)| if *from <= next { next.max(*to) } else { next })
    }

    /// So many bytes came although they were there.
    pub(crate) fn again(&self) -> u64 {
        self.again
    }
}
