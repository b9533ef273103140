//! Answers that end: after so many bytes, and at a time, whoever goes on sending.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, ErrorKind, Result};
use crate::http::ByteStream;

/// The body, with an error behind `limit` bytes and at the first piece that comes after its time.
pub(super) fn bounded(body: ByteStream, limit: Option<u64>, over: Option<(Timestamp, Arc<dyn Clock>)>) -> ByteStream {
    if limit.is_none() && over.is_none() {
        return body;
    }
    Box::pin(Bounded { body: Some(body), read: 0, limit, over })
}

struct Bounded {
    /// Until its end or its first error.
    body: Option<ByteStream>,
    read: u64,
    limit: Option<u64>,
    over: Option<(Timestamp, Arc<dyn Clock>)>,
}

impl Bounded {
    fn check(&mut self, piece: Bytes) -> Result<Bytes> {
        self.read = self.read.saturating_add(piece.len() as u64);
        if let Some(limit) = self.limit.filter(|limit| self.read > *limit) {
            let message = format!("the answer is larger than the limit of {limit} bytes");
            return Err(Error::new(ErrorKind::Protocol, message));
        }
        if self.over.as_ref().is_some_and(|(over, clock)| clock.now() >= *over) {
            return Err(Error::new(ErrorKind::Timeout, "the answer was not complete at the deadline of the call"));
        }
        Ok(piece)
    }
}

impl Stream for Bounded {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let piece = ready!(body.as_mut().poll_next(cx));
        let piece = piece.map(|piece| piece.and_then(|piece| this.check(piece)));
        if !matches!(piece, Some(Ok(_))) {
            this.body = None;
        }
        Poll::Ready(piece)
    }
}
