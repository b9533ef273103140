//! The bytes of a clip's file, read and sought where they are needed.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use bytes::Bytes;
use social_core::error::{Error, ErrorKind, Result};
use social_core::media::Media;

/// An open file of a timeline. A file of this machine is never in memory as a whole.
#[derive(Debug)]
pub(super) enum Source {
    Bytes(Cursor<Bytes>),
    File(BufReader<File>),
}

impl Source {
    pub(super) fn open(media: &Media) -> Result<Self> {
        match media {
            Media::Bytes(bytes) => Ok(Self::Bytes(Cursor::new(bytes.clone()))),
            Media::File(path) => match File::open(path) {
                Ok(file) => Ok(Self::File(BufReader::new(file))),
                Err(e) => {
                    let message = format!("`{}` cannot be opened: {e}", path.display());
                    Err(Error::new(ErrorKind::Storage, message).with_source(e))
                }
            },
            _ => Err(Error::unsupported("timeline", "a file at a public address is fetched first")),
        }
    }

    pub(super) fn length(&mut self) -> Result<u64> {
        self.seek(SeekFrom::End(0)).map_err(unread)
    }

    /// Reads `size` bytes from `offset` into a buffer.
    pub(super) fn fill(&mut self, offset: u64, size: usize, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.resize(size, 0);
        self.seek(SeekFrom::Start(offset)).and_then(|_| self.read_exact(buffer)).map_err(unread)
    }
}

pub(super) fn unread(cause: io::Error) -> Error {
    Error::new(ErrorKind::MediaInvalid, "the file ends too early or cannot be read").with_source(cause)
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bytes(bytes) => bytes.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => bytes.seek(to),
            Self::File(file) => file.seek(to),
        }
    }
}
