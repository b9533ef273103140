//! Reads files of this machine off the async threads.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::BytesMut;
use futures_util::{StreamExt as _, stream};

use crate::disk::blocking;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{BodySource, ByteStream};

/// How much is read, and held, at a time.
pub(super) const PIECE: usize = 256 << 10;

/// The largest file that is read, in bytes. No platform takes a larger one, and a sparse file of
/// any length costs nobody anything but whoever hashes it.
pub(super) const MAX_BYTES: u64 = 8 << 30;

/// Opens a file and says how long it is.
///
/// What is no regular file is refused before it is opened: opening a pipe waits for its writer.
pub(super) fn open(path: &Path) -> Result<(File, u64)> {
    let regular = |meta: std::io::Result<std::fs::Metadata>| {
        let meta = meta.map_err(|e| failed(path, "cannot be opened", e))?;
        let refuse = |kind, what: String| Err(Error::new(kind, format!("`{}` {what}", path.display())));
        match meta.len() {
            _ if !meta.is_file() => refuse(ErrorKind::Storage, "is not a file".to_owned()),
            length if length > MAX_BYTES => {
                refuse(ErrorKind::MediaInvalid, format!("has {length} bytes, at most {MAX_BYTES} are read"))
            }
            length => Ok(length),
        }
    };
    regular(std::fs::metadata(path))?;
    let file = File::open(path).map_err(|e| failed(path, "cannot be opened", e))?;
    let length = regular(file.metadata())?;
    Ok((file, length))
}

pub(super) fn failed(path: &Path, what: &str, e: std::io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("`{}` {what}: {e}", path.display())).with_source(e)
}

/// Fills `buffer` from where the file stands.
pub(super) fn fill(file: &mut File, path: &Path, buffer: &mut [u8]) -> Result<()> {
    file.read_exact(buffer).map_err(|e| match e.kind() {
        std::io::ErrorKind::UnexpectedEof => failed(path, "became shorter while it was read", e),
        _ => failed(path, "cannot be read", e),
    })
}

/// Reads exactly `count` bytes from where the file stands.
pub(super) fn read_exactly(file: &mut File, path: &Path, count: usize) -> Result<Vec<u8>> {
    let mut piece = vec![0; count];
    fill(file, path, &mut piece)?;
    Ok(piece)
}

struct Reading {
    file: File,
    path: PathBuf,
    left: u64,
    /// Its memory is used again once the receiver has dropped the piece before.
    buffer: BytesMut,
}

impl Reading {
    fn start(path: PathBuf, start: u64, end: u64, expected: Option<u64>) -> Result<Self> {
        let (mut file, length) = open(&path)?;
        if expected.is_some_and(|expected| expected != length) {
            let message = format!("`{}` changed its length before it was sent", path.display());
            return Err(Error::new(ErrorKind::Storage, message));
        }
        file.seek(SeekFrom::Start(start)).map_err(|e| failed(&path, "cannot be read", e))?;
        Ok(Self { file, path, left: end.min(length).saturating_sub(start), buffer: BytesMut::new() })
    }
}

/// The bytes from `start` up to `end` of a file that is opened when the stream is first asked. With
/// `expected`, a file that no longer has this length is refused.
pub(super) fn read_stream(path: PathBuf, start: u64, end: u64, expected: Option<u64>) -> ByteStream {
    enum State {
        Closed(PathBuf),
        Open(Reading),
    }
    let next = move |state: State| async move {
        let mut reading = match state {
            State::Open(reading) => reading,
            State::Closed(path) => blocking(move || Reading::start(path, start, end, expected)).await?,
        };
        let count = usize::try_from(reading.left).map_or(PIECE, |left| left.min(PIECE));
        if count == 0 {
            return Ok(None);
        }
        // Not where it blocks: each of those threads would keep memory of its own.
        reading.buffer.resize(count, 0);
        let work = move || {
            fill(&mut reading.file, &reading.path, &mut reading.buffer)?;
            reading.left -= count as u64;
            Ok(Some((reading.buffer.split().freeze(), State::Open(reading))))
        };
        blocking(work).await
    };
    stream::try_unfold(State::Closed(path), next).boxed()
}

/// A file as a body: opened again for every attempt, and of the length that was announced.
#[derive(Debug)]
pub(super) struct FileBody {
    pub(super) path: PathBuf,
    pub(super) length: u64,
}

impl BodySource for FileBody {
    fn open(&self) -> ByteStream {
        read_stream(self.path.clone(), 0, self.length, Some(self.length))
    }

    fn length(&self) -> Option<u64> {
        Some(self.length)
    }
}
