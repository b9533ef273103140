use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use tokio::time::{Instant, Sleep, sleep};

use crate::error::{Error, ErrorKind, Result};
use crate::http::{BodySource, ByteStream};

/// The body of an answer; it fails when nothing comes for `idle`.
pub(super) struct Download<S> {
    pieces: S,
    idle: Duration,
    /// Made at the first wait: most short answers never wait.
    alarm: Option<Pin<Box<Sleep>>>,
    /// The next wait is a new one.
    fresh: bool,
    ended: bool,
}

impl<S> Download<S>
where
    S: Stream<Item = ::reqwest::Result<Bytes>> + Unpin,
{
    pub(super) fn new(pieces: S, idle: Duration) -> Self {
        Self { pieces, idle, alarm: None, fresh: true, ended: false }
    }

    fn end(&mut self, error: Error) -> Poll<Option<Result<Bytes>>> {
        self.ended = true;
        Poll::Ready(Some(Err(error)))
    }
}

impl<S> Stream for Download<S>
where
    S: Stream<Item = ::reqwest::Result<Bytes>> + Unpin,
{
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        match this.pieces.poll_next_unpin(cx) {
            Poll::Ready(Some(Ok(piece))) => {
                this.fresh = true;
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => this.end(super::failed(error, "the answer broke off")),
            Poll::Ready(None) => {
                this.ended = true;
                Poll::Ready(None)
            }
            Poll::Pending => {
                let idle = this.idle;
                let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep(idle)));
                if std::mem::take(&mut this.fresh) {
                    alarm.as_mut().reset(Instant::now() + idle);
                }
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                this.end(Error::new(ErrorKind::Timeout, format!("the answer stopped coming for {idle:?}")))
            }
        }
    }
}

/// Keeps what went wrong with a request's body, which the client below only hands on as text.
#[derive(Clone, Default)]
pub(super) struct UploadError(Arc<Mutex<Option<Error>>>);

impl UploadError {
    pub(super) fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The body of a request, held to its announced length.
pub(super) struct Upload {
    pieces: ByteStream,
    left: Option<u64>,
    error: UploadError,
    ended: bool,
}

impl Upload {
    pub(super) fn open(source: &dyn BodySource) -> (Self, UploadError) {
        let error = UploadError::default();
        (Self { pieces: source.open(), left: source.length(), error: error.clone(), ended: false }, error)
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Bytes, &'static str>>> {
        self.ended = true;
        *self.error.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        Poll::Ready(Some(Err("the request's body cannot be read")))
    }
}

impl Stream for Upload {
    type Item = Result<Bytes, &'static str>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(None);
        }
        match std::task::ready!(this.pieces.as_mut().poll_next(cx)) {
            Some(Ok(piece)) => {
                if let Some(left) = this.left {
                    match left.checked_sub(piece.len() as u64) {
                        Some(left) => this.left = Some(left),
                        None => {
                            return this.fail(Error::invalid("body", "the body is longer than its announced length"));
                        }
                    }
                }
                Poll::Ready(Some(Ok(piece)))
            }
            Some(Err(error)) => this.fail(error),
            None => match this.left {
                Some(left) if left > 0 => this.fail(Error::invalid(
                    "body",
                    format!("the body is {left} bytes shorter than its announced length"),
                )),
                _ => {
                    this.ended = true;
                    Poll::Ready(None)
                }
            },
        }
    }
}
