//! Images, videos and audio: where their bytes are, and what the bytes say about them.

mod base64_bytes;
mod facts;
mod fetch;
mod file;
mod info;
mod memo;
mod notes;
mod source;
#[cfg(test)]
mod tests;
mod written;

#[cfg(test)]
pub(crate) use facts::tests::samples::SampleVideo;
pub use fetch::download;
pub use info::{AudioInfo, MediaInfo, MediaKind, MediaType, VideoInfo};
pub(crate) use memo::Memo;
pub use memo::Readings;
pub use notes::{CleanMedia, strip_location};
pub use source::{Media, RemoteMedia};
pub(crate) use written::{NUMBER, numbered};
