//! Remote media on their way to memory or to a file.

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH};
use http::{Method, StatusCode};

use super::facts::{Reader, sniff};
use super::source::{Media, RemoteMedia};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{ByteStream, Call, Endpoint, Redirects, Repeat};
use crate::run::Run;

/// How many redirects a download follows. Stores answer with one or two.
const HOPS: u8 = 5;

/// How many bytes decide what a file is.
const HEAD: usize = 4096;

/// Downloads what a call asks for, as a stream that can be trusted to be a whole media file of at
/// most `limit` bytes.
///
/// A page or JSON error that came instead is refused with its message before the first byte is
/// handed out; so is a partial answer. The stream ends with an error when it is longer than
/// `limit`, or shorter than it was announced to be.
///
/// # Errors
/// [`MediaInvalid`](ErrorKind::MediaInvalid) for what is no media file or too large, here or in the
/// stream; [`Truncated`](ErrorKind::Truncated) in the stream; the kinds of the HTTP path.
pub async fn download(call: Call<'_>, limit: u64) -> Result<ByteStream> {
    // A body that is compressed on the way has another length than the file.
    let mut reply = call.repeat(Repeat::Safe).header(ACCEPT_ENCODING, "identity").stream().await?;
    if reply.status != StatusCode::OK {
        let message = format!("the file was asked for whole and came with status {}", reply.status);
        return Err(reply.describe(Error::protocol(message, [])));
    }
    let declared = reply.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let Some(declared) = declared.filter(|&declared| declared > limit) {
        return Err(reply.describe(too_large(declared, limit)));
    }
    let mut body = std::mem::replace(&mut reply.body, stream::empty().boxed());
    let (mut first, mut head) = (Vec::new(), Vec::new());
    while head.len() < HEAD
        && let Some(piece) = body.next().await
    {
        let piece = piece?;
        head.extend(piece.iter().take(HEAD - head.len()));
        first.push(Ok(piece));
    }
    let head = Bytes::from(head);
    let sniffed = sniff::media_type(&mut Reader::of_bytes(head.clone()));
    sniffed.map_err(|e| reply.describe(sniff::with_answer(e, &head)))?;
    let guard = Guard {
        rest: stream::iter(first).chain(body).boxed(),
        received: 0,
        declared,
        limit,
        describe: Box::new(reply.describer()),
    };
    Ok(stream::try_unfold(guard, Guard::next).boxed())
}

/// Counts a body.
struct Guard {
    rest: ByteStream,
    received: u64,
    declared: Option<u64>,
    limit: u64,
    describe: Box<dyn Fn(Error) -> Error + Send>,
}

impl Guard {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let Some(piece) = self.rest.next().await else {
            return match self.declared {
                Some(declared) if declared != self.received => {
                    let message = format!("{declared} bytes were announced, {} came", self.received);
                    Err((self.describe)(Error::new(ErrorKind::Truncated, message)))
                }
                _ => Ok(None),
            };
        };
        let piece = piece?;
        self.received += piece.len() as u64;
        if self.received > self.limit {
            return Err((self.describe)(too_large(self.received, self.limit)));
        }
        Ok(Some((piece, self)))
    }
}

fn too_large(bytes: u64, limit: u64) -> Error {
    let message = format!("the file has {bytes} bytes or more, at most {limit} are fetched");
    Error::new(ErrorKind::MediaInvalid, message)
}

impl RemoteMedia {
    /// Fetches the file into the run under this name, once: next time the kept file is returned.
    ///
    /// Nothing secret is sent along, only public addresses are visited, and up to five redirects
    /// are followed, never down to plain HTTP. Use it as soon as the address is known: most vendors
    /// delete their results within days or hours. An address that needs the vendor's key is fetched
    /// with [`download`] and [`Endpoint::follow`].
    ///
    /// # Errors
    /// As [`download`]; [`NotFound`](ErrorKind::NotFound) when the address has expired;
    /// [`Storage`](ErrorKind::Storage) when the file cannot be kept.
    pub async fn fetch(&self, run: &Run, name: &str, endpoint: &Endpoint, limit: u64) -> Result<Media> {
        run.keep_file(name, || self.open(endpoint, limit, run.clock().now())).await
    }

    /// Opens the file at this time, as [`fetch`](Self::fetch) does, for whoever reads it in another
    /// way.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn open(&self, endpoint: &Endpoint, limit: u64, now: Timestamp) -> Result<ByteStream> {
        if let Some(end) = self.expires_at.filter(|_| !self.is_usable_at(now)) {
            return Err(endpoint.error(ErrorKind::NotFound, format!("the address of the file expired at {end}")));
        }
        let call = endpoint.anonymous(Method::GET, self.url.clone()).operation("download").public_only();
        download(call.redirects(Redirects::Follow(HOPS)), limit).await
    }
}
