//! Images, videos and audio: where their bytes are, and what the bytes say about them.

mod facts;
mod fetch;
#[cfg(test)]
mod fetch_tests;
mod file;
mod info;
mod numbered;
mod source;
mod strip;
#[cfg(test)]
mod tests;

pub use fetch::download;
pub use info::{AudioInfo, MediaInfo, MediaKind, MediaType, VideoInfo};
pub(crate) use numbered::{NUMBER, numbered};
pub use source::{Media, RemoteMedia};
pub use strip::strip_location;
