//! Bodies of requests and answers.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

use crate::error::Result;

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// A body that is read in pieces and can be opened again for a second attempt.
pub trait BodySource: fmt::Debug + Send + Sync {
    /// Starts from the first byte.
    fn open(&self) -> ByteStream;

    /// The whole length in bytes, where it is known. Sent as `Content-Length`.
    fn length(&self) -> Option<u64>;
}

/// What a request carries.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// A stream, for media.
    Stream(Arc<dyn BodySource>),
}

impl fmt::Debug for Body {
    // What is sent may be long, and is private.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Stream(source) => write!(f, "Stream({:?})", source.length()),
        }
    }
}

impl Body {
    /// The length in bytes, where it is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream(source) => source.length(),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::Bytes(bytes.into())
    }
}
