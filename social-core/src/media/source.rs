use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;

use super::info::MediaInfo;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::http::{Body, ByteStream};

/// A file at a public address, usually for a limited time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteMedia {
    /// Where it is.
    pub url: Url,
    /// When the address stops working, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A picture, film, sound or document. Cheap to clone; its bytes are read only when they are needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Media {
    /// In memory. In JSON it is base64.
    #[serde(with = "base64_bytes")]
    Bytes(Bytes),
    /// A file of this machine.
    File(PathBuf),
    /// At a public address. Most receivers want it fetched first; see `Remote::fetch`.
    Remote(RemoteMedia),
}

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(de::Error::custom)
    }
}

impl Media {
    /// A file of this machine. It is opened only when it is needed.
    #[must_use]
    pub fn file(path: impl AsRef<Path>) -> Self {
        Self::File(path.as_ref().to_owned())
    }

    /// Bytes in memory.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// A public address whose end is not known.
    #[must_use]
    pub fn remote(url: Url) -> Self {
        Self::Remote(RemoteMedia { url, expires_at: None })
    }

    /// Reads the facts from the bytes, without loading a film whole.
    ///
    /// # Errors
    /// [`MediaInvalid`](crate::ErrorKind::MediaInvalid) for an empty, broken or unknown file, saying what is wrong;
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be opened;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a remote file, which is fetched first.
    pub async fn info(&self) -> Result<MediaInfo> {
        todo!("media helper")
    }

    /// The size in bytes.
    ///
    /// # Errors
    /// As [`info`](Self::info).
    pub async fn length(&self) -> Result<u64> {
        todo!("media helper")
    }

    /// The bytes from `start` up to `end` (exclusive), or fewer at the end of the file.
    ///
    /// # Errors
    /// As [`info`](Self::info).
    pub async fn read_range(&self, start: u64, end: u64) -> Result<Bytes> {
        let _ = (start, end);
        todo!("media helper")
    }

    /// All bytes, of a file of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`info`](Self::info); [`MediaInvalid`](crate::ErrorKind::MediaInvalid) when it is larger.
    pub async fn read(&self, limit: u64) -> Result<Bytes> {
        let _ = limit;
        todo!("media helper")
    }

    /// The bytes from `start` up to `end` (exclusive) in pieces of 256 KiB.
    ///
    /// # Errors
    /// As [`info`](Self::info), now or in the stream.
    pub async fn stream(&self, start: u64, end: u64) -> Result<ByteStream> {
        let _ = (start, end);
        todo!("media helper")
    }

    /// The file as the body of a request, streamed, with its length.
    ///
    /// # Errors
    /// As [`info`](Self::info).
    pub async fn body(&self) -> Result<Body> {
        todo!("media helper")
    }

    /// The SHA-256 of the bytes in lower-case hex; of a remote file, of its address.
    ///
    /// # Errors
    /// As [`info`](Self::info).
    pub async fn sha256(&self) -> Result<String> {
        todo!("media helper")
    }
}
