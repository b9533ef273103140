//! What files are sent as, and how they are cut into chunks.

use social_core::media::MediaInfo;

/// A name that says nothing but the format: names of files on this machine are not sent.
pub(crate) fn file_name(info: &MediaInfo) -> String {
    format!("file.{}", info.media_type.extension())
}

/// A part of a file: its bytes from `start` up to `end` (exclusive).
#[cfg(feature = "x")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) index: u64,
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// A file of `length` bytes in chunks of `size`, of which the last one may be shorter.
#[cfg(feature = "x")]
pub(crate) fn chunks(length: u64, size: u64) -> impl Iterator<Item = Chunk> {
    let size = size.max(1);
    (0..length.div_ceil(size)).map(move |index| Chunk {
        index,
        start: index * size,
        end: index.saturating_add(1).saturating_mul(size).min(length),
    })
}

/// The size of chunks that are not smaller than `smallest`, and of which there are at most `most`.
#[cfg(feature = "x")]
pub(crate) fn chunk_size(length: u64, smallest: u64, most: u64) -> u64 {
    length.div_ceil(most.max(1)).max(smallest)
}
