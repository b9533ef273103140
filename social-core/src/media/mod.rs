//! Images, videos and audio: where their bytes are, and what the bytes say about them.

mod base64_bytes;
// Where things stand in a file is read by `notes` alone.
#[cfg_attr(not(feature = "notes"), allow(dead_code))]
mod facts;
mod fetch;
mod file;
mod info;
#[cfg(feature = "publish")]
mod memo;
#[cfg(feature = "notes")]
mod notes;
mod source;
#[cfg(test)]
mod tests;
mod written;

#[cfg(test)]
pub(crate) use facts::tests::samples::SampleVideo;
pub use fetch::download;
pub use info::{AudioInfo, MediaInfo, MediaKind, MediaType, VideoInfo};
#[cfg(feature = "publish")]
pub(crate) use memo::Memo;
#[cfg(feature = "publish")]
pub use memo::Readings;
#[cfg(feature = "notes")]
pub use notes::{CleanMedia, strip_location};
pub use source::{Media, RemoteMedia};
pub(crate) use written::{NUMBER, numbered};
