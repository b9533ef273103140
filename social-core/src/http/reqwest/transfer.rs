//! A body on its way, with its deadlines.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use tokio::time::{Instant, Sleep, sleep_until};

use super::failure::failed;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{BodySource, ByteStream};

/// The call took longer than it may.
pub(super) fn too_late() -> Error {
    Error::new(ErrorKind::Timeout, "the answer was not complete at the deadline of the call")
}

/// The body of an answer; it fails when nothing comes for `idle`, and when it waits until it is
/// `over`. That an answer which never waits ends is its [`Endpoint`](crate::http::Endpoint)'s
/// business.
pub(super) struct Download<S> {
    pieces: S,
    idle: Duration,
    over: Option<Instant>,
    /// Made at the first wait (most short answers never wait), and set again only when it rings too
    /// early.
    alarm: Option<Pin<Box<Sleep>>>,
    waiting_since: Option<Instant>,
    ended: bool,
}

impl<S> Download<S>
where
    S: Stream<Item = ::reqwest::Result<Bytes>> + Unpin,
{
    pub(super) fn new(pieces: S, idle: Duration, over: Option<Instant>) -> Self {
        Self { pieces, idle, over, alarm: None, waiting_since: None, ended: false }
    }

    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let idle = *self.waiting_since.get_or_insert_with(Instant::now) + self.idle;
        let deadline = self.over.map_or(idle, |over| idle.min(over));
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        while alarm.as_mut().poll(cx).is_ready() {
            if alarm.deadline() >= deadline {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(deadline);
        }
        Poll::Pending
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
                this.waiting_since = None;
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => this.end(failed(error, "the answer broke off")),
            Poll::Ready(None) => {
                this.ended = true;
                Poll::Ready(None)
            }
            Poll::Pending => {
                ready!(this.poll_idle(cx));
                if this.over.is_some_and(|over| over <= Instant::now()) {
                    return this.end(too_late());
                }
                let idle = this.idle;
                this.end(Error::new(ErrorKind::Timeout, format!("the answer stopped coming for {idle:?}")))
            }
        }
    }
}

/// How far a streamed request body is, and what went wrong with it, which the client below only
/// hands on as text.
#[derive(Default)]
pub(super) struct Progress {
    error: Mutex<Option<Error>>,
    pieces: AtomicU64,
}

impl Progress {
    pub(super) fn take_error(&self) -> Option<Error> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn pieces(&self) -> u64 {
        self.pieces.load(Ordering::Relaxed)
    }
}

/// The body of a request, held to its announced length.
pub(super) struct Upload {
    pieces: ByteStream,
    left: Option<u64>,
    progress: Arc<Progress>,
    ended: bool,
}

impl Upload {
    pub(super) fn open(source: &dyn BodySource, progress: Arc<Progress>) -> Self {
        Self { pieces: source.open(), left: source.length(), progress, ended: false }
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<Bytes, &'static str>>> {
        self.ended = true;
        *self.progress.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
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
        match ready!(this.pieces.as_mut().poll_next(cx)) {
            Some(Ok(piece)) => {
                this.progress.pieces.fetch_add(1, Ordering::Relaxed);
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
