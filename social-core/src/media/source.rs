//! Where media are: in memory, in a file, at an address.

use std::fmt::Write as _;
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::facts::{self, Reader};
use super::file::{self, FileBody};
use super::info::MediaInfo;
use crate::clock::Timestamp;
use crate::disk::blocking;
use crate::error::{Error, ErrorKind, Result};
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

impl RemoteMedia {
    /// Whether the address still works at that time, as far as is known.
    ///
    /// A platform that fetches a post's media at its slot gets a dead link otherwise.
    #[must_use]
    pub fn is_usable_at(&self, time: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| time < end)
    }
}

/// An image, a video, an audio file or a document. Cheap to clone; its bytes are read only when
/// they are needed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Media {
    /// In memory. In JSON it is base64.
    #[serde(with = "super::base64_bytes")]
    Bytes(Bytes),
    /// A file of this machine.
    File(PathBuf),
    /// At a public address. Most receivers want it fetched first; see [`RemoteMedia::fetch`].
    Remote(RemoteMedia),
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

    /// Reads the facts from the bytes, without loading a video whole.
    ///
    /// Of an image that would be too large to decode the facts are read all the same: nothing is
    /// decoded here.
    ///
    /// # Errors
    /// [`MediaInvalid`](crate::ErrorKind::MediaInvalid) for an empty, broken or unknown file,
    /// saying what is wrong; [`Storage`](crate::ErrorKind::Storage) when it cannot be opened;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a remote file, which is fetched first.
    pub async fn info(&self) -> Result<MediaInfo> {
        let open = self.local()?;
        blocking(move || facts::read(&mut open.reader()?)).await
    }

    /// The size in bytes.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be opened;
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a remote file, which is fetched first.
    pub async fn length(&self) -> Result<u64> {
        match self.local()? {
            Local::Bytes(bytes) => Ok(bytes.len() as u64),
            Local::File(path) => blocking(move || Ok(file::open(&path)?.1)).await,
        }
    }

    /// The bytes from `start` up to `end` (exclusive), or fewer at the end of the file. They are
    /// held in memory: take [`stream`](Self::stream) for more than a few MiB.
    ///
    /// # Errors
    /// As [`length`](Self::length).
    pub async fn read_range(&self, start: u64, end: u64) -> Result<Bytes> {
        match self.local()? {
            Local::Bytes(bytes) => Ok(cut(&bytes, start, end)),
            Local::File(path) => {
                let work = move || {
                    let (mut file, length) = file::open(&path)?;
                    let count = usize::try_from(end.min(length).saturating_sub(start)).unwrap_or(usize::MAX);
                    if count == 0 {
                        return Ok(Bytes::new());
                    }
                    file.seek(SeekFrom::Start(start)).map_err(|e| file::failed(&path, "cannot be read", e))?;
                    file::read_exactly(&mut file, &path, count).map(Bytes::from)
                };
                blocking(work).await
            }
        }
    }

    /// All bytes, of a file of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`length`](Self::length); [`MediaInvalid`](crate::ErrorKind::MediaInvalid) when it is
    /// larger.
    pub async fn read(&self, limit: u64) -> Result<Bytes> {
        let length = self.length().await?;
        if length > limit {
            let message = format!("the file has {length} bytes, at most {limit} can be taken here");
            return Err(Error::new(ErrorKind::MediaInvalid, message));
        }
        self.read_range(0, length).await
    }

    /// The bytes from `start` up to `end` (exclusive) in pieces of 256 KiB, or fewer bytes at the
    /// end of the file.
    ///
    /// A file is opened now and again when the stream is first asked. One that becomes shorter in
    /// between or while it is read ends the stream with [`Storage`](crate::ErrorKind::Storage).
    ///
    /// # Errors
    /// As [`length`](Self::length), now or in the stream.
    pub async fn stream(&self, start: u64, end: u64) -> Result<ByteStream> {
        match self.local()? {
            Local::Bytes(bytes) => Ok(pieces(cut(&bytes, start, end))),
            Local::File(path) => {
                let length = self.length().await?;
                Ok(file::read_stream(path, start, end, Some(length)))
            }
        }
    }

    /// The file as the body of a request, streamed, with its length.
    ///
    /// The body can be sent several times. A file whose length has changed by then fails with
    /// [`Storage`](crate::ErrorKind::Storage) instead of being sent in part.
    ///
    /// # Errors
    /// As [`length`](Self::length).
    pub async fn body(&self) -> Result<Body> {
        match self.local()? {
            Local::Bytes(bytes) => Ok(Body::Bytes(bytes)),
            Local::File(path) => {
                let length = self.length().await?;
                Ok(Body::Stream(Arc::new(FileBody { path, length })))
            }
        }
    }

    /// The SHA-256 of the bytes in lower-case hex; of a remote file, of its address.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it cannot be read.
    pub async fn sha256(&self) -> Result<String> {
        let path = match self {
            Self::Remote(remote) => return Ok(hex(&Sha256::digest(remote.url.as_str()))),
            Self::Bytes(bytes) => {
                let bytes = bytes.clone();
                return blocking(move || Ok(hex(&Sha256::digest(&bytes)))).await;
            }
            Self::File(path) => path.clone(),
        };
        blocking(move || {
            let (mut file, mut left) = file::open(&path)?;
            let mut hash = Sha256::new();
            let mut piece = vec![0; left.min(file::PIECE as u64) as usize];
            while left > 0 {
                piece.truncate(left.min(file::PIECE as u64) as usize);
                file::fill(&mut file, &path, &mut piece)?;
                hash.update(&piece);
                left -= piece.len() as u64;
            }
            Ok(hex(&hash.finalize()))
        })
        .await
    }

    pub(super) fn local(&self) -> Result<Local> {
        match self {
            Self::Bytes(bytes) => Ok(Local::Bytes(bytes.clone())),
            Self::File(path) => Ok(Local::File(path.clone())),
            Self::Remote(_) => Err(Error::unsupported(
                "media",
                "the file is at a public address; fetch it first, then its bytes can be read",
            )),
        }
    }
}

/// Media whose bytes are on this machine.
#[derive(Clone, Debug)]
pub(super) enum Local {
    Bytes(Bytes),
    File(PathBuf),
}

impl Local {
    /// The bytes from `start` on in pieces. A file whose length is no longer this one is refused.
    #[cfg(feature = "notes")]
    pub(super) fn stream(&self, start: u64, length: u64) -> ByteStream {
        match self {
            Self::Bytes(bytes) => pieces(cut(bytes, start, length)),
            Self::File(path) => file::read_stream(path.clone(), start, length, Some(length)),
        }
    }

    pub(super) fn reader(self) -> Result<Reader> {
        match self {
            Self::Bytes(bytes) => Ok(Reader::of_bytes(bytes)),
            Self::File(path) => Reader::of_file(path),
        }
    }
}

fn cut(bytes: &Bytes, start: u64, end: u64) -> Bytes {
    let length = bytes.len() as u64;
    let (start, end) = (start.min(length), end.min(length));
    if start < end { bytes.slice(start as usize..end as usize) } else { Bytes::new() }
}

fn pieces(mut bytes: Bytes) -> ByteStream {
    let next = move || (!bytes.is_empty()).then(|| Ok(bytes.split_to(bytes.len().min(file::PIECE))));
    stream::iter(std::iter::from_fn(next)).boxed()
}

pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
