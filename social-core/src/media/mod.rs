//! Pictures, films and sounds: where their bytes are, and what the bytes say about them.

mod facts;
mod file;
mod info;
mod source;

pub use info::{AudioInfo, MediaInfo, MediaKind, MediaType, VideoInfo};
pub use source::{Media, RemoteMedia};
