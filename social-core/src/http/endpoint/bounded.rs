//! Answers that end: after so many bytes, and at a time, whoever goes on sending.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, ErrorKind, Result};
use crate::http::ByteStream;

/// The body, with an error behind `limit` bytes and at the first piece that comes after its time.
pub(super) fn bounded(body: ByteStream, limit: Option<u64>, over: Option<(Timestamp, Arc<dyn Clock>)>) -> ByteStream {
    if limit.is_none() && over.is_none() {
        return body;
    }
    let pieces = stream::unfold(Some((body, 0_u64)), move |state| {
        let over = over.clone();
        async move {
            let (mut body, read) = state?;
            let piece = match body.next().await? {
                Ok(piece) => piece,
                Err(error) => return Some((Err(error), None)),
            };
            let read = read.saturating_add(piece.len() as u64);
            match checked(piece, read, limit, over.as_ref()) {
                Ok(piece) => Some((Ok(piece), Some((body, read)))),
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    Box::pin(pieces.fuse())
}

fn checked(piece: Bytes, read: u64, limit: Option<u64>, over: Option<&(Timestamp, Arc<dyn Clock>)>) -> Result<Bytes> {
    if let Some(limit) = limit.filter(|limit| read > *limit) {
        return Err(Error::new(ErrorKind::Protocol, format!("the answer is larger than the limit of {limit} bytes")));
    }
    if over.is_some_and(|(over, clock)| clock.now() >= *over) {
        return Err(Error::new(ErrorKind::Timeout, "the answer was not complete at the deadline of the call"));
    }
    Ok(piece)
}
