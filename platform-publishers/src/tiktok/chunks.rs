//! How a video is cut into chunks.

use std::ops::Range;

/// What TikTok says of chunks: all are of one size, but for the last one, which carries the rest as
/// well and may be larger. Source: developers.tiktok.com, media transfer guide (November 2026).
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunks {
    /// Bytes of a chunk, if there are several.
    pub(super) size: u64,
    /// The maximum number of chunks.
    pub(super) most: u64,
}

/// The minimum of a chunk among several; a smaller file is one chunk.
#[cfg(test)]
pub(super) const MIN_BYTES: u64 = 5_242_880;
/// The maximum of a chunk.
#[cfg(test)]
pub(super) const MAX_BYTES: u64 = 64_000_000;
/// The maximum of the last one of several.
#[cfg(test)]
pub(super) const MAX_LAST_BYTES: u64 = 128_000_000;
/// The maximum number of chunks.
pub(super) const MAX_CHUNKS: u64 = 1000;

impl Default for Chunks {
    /// 10 MB, as in TikTok's own example: little is lost by a cut.
    fn default() -> Self {
        Self { size: 10_000_000, most: MAX_CHUNKS }
    }
}

/// The chunks of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) length: u64,
    pub(super) size: u64,
    pub(super) count: u64,
}

impl Chunks {
    pub(super) fn plan(self, length: u64) -> Plan {
        let size = self.size.max(length.div_ceil(self.most.max(1)));
        match length.checked_div(size) {
            Some(count) if count > 1 => Plan { length, size, count },
            // A single chunk is as large as the file.
            _ => Plan { length, size: length, count: 1 },
        }
    }
}

impl Plan {
    /// The chunks that stand before the last one.
    pub(super) fn before_last(self) -> impl Iterator<Item = Range<u64>> {
        (1..self.count).map(move |number| (number - 1) * self.size..number * self.size)
    }

    /// The last chunk.
    pub(super) const fn last(self) -> Range<u64> {
        (self.count - 1) * self.size..self.length
    }
}
