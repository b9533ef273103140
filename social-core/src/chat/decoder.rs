//! How a vendor's answer is read.

use std::collections::VecDeque;

use super::event::ChatEvent;
use crate::error::Result;
use crate::http::{Event, Reply};

/// Turns a vendor's answer, whole or in stream events, into [`ChatEvent`]s. One per answer; it
/// keeps what it needs between events. [`whole`](super::whole()) and [`streamed`](super::streamed)
/// feed it.
pub trait ChatDecoder: Send {
    /// Reads a whole answer.
    ///
    /// # Errors
    /// A failure that the vendor reports inside a success, or a body that cannot be read; what was
    /// pushed to `out` before it is kept in the error.
    fn whole(&mut self, reply: &Reply, out: &mut VecDeque<ChatEvent>) -> Result<()>;

    /// Reads one event.
    ///
    /// # Errors
    /// A failure that the vendor reports inside the stream, or data that cannot be read. The stream
    /// ends with it, after the events that were pushed to `out` before it.
    fn event(&mut self, event: Event<'_>, out: &mut VecDeque<ChatEvent>) -> Result<()>;

    /// The body has ended: hands out what is complete. A stream without the vendor's sign of
    /// completion must not emit [`ChatEvent::Finished`]; the stream then ends with
    /// [`Truncated`](crate::ErrorKind::Truncated).
    ///
    /// # Errors
    /// As [`event`](Self::event).
    fn end(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<()>;

    /// The vendor said that nothing more comes; what follows is not read.
    fn is_done(&self) -> bool {
        false
    }
}
