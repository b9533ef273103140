//! What a decoder is fed with, and what is said of an answer that it could not use.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::decoder::ChatDecoder;
use super::event::ChatEvent;
use super::reply::broken_off;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::{Event, Reply, ReplyHead};

/// How many bytes of an answer that could not be read are kept, and how many an error shows.
const KEPT: usize = 2048;
const SHOWN: usize = 200;

/// Members by which servers say that something failed, whatever else they say.
const FAILURES: [&str; 6] = ["error", "errors", "message", "detail", "msg", "code"];

/// Hands events to a decoder and remembers the first that it could not use.
#[derive(Default)]
pub(super) struct Feed {
    head: Option<ReplyHead>,
    /// The decoder made something of what came.
    understood: bool,
    unusable: Option<String>,
}

impl Feed {
    /// For the answer that this belongs to.
    pub(super) fn of(head: Option<ReplyHead>) -> Self {
        Self { head, ..Self::default() }
    }

    pub(super) fn event(
        &mut self,
        decoder: &mut dyn ChatDecoder,
        event: Event<'_>,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<()> {
        let (before, data) = (out.len(), event.data.trim());
        // `[DONE]` looks like a list, too.
        let plain = !data.starts_with(['{', '[']);
        let failure = event.name == "error" || plain;
        let read = decoder.event(event, out);
        self.understood |= out.len() > before;
        if self.unusable.is_none() && (failure || !self.understood && data != "[DONE]") {
            self.unusable = Some(data.chars().take(KEPT).collect());
        }
        match read {
            // The words are the vendor's own, the fault is only that they are no JSON.
            Err(error) if error.kind() == ErrorKind::Protocol && self.has_words() => Err(self.unfinished(&[])),
            read => read,
        }
    }

    /// The whole body at once, as an event.
    pub(super) fn document(
        &mut self,
        decoder: &mut dyn ChatDecoder,
        data: &str,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<()> {
        match &self.head {
            Some(head) => document(decoder, &head.with_body(Bytes::copy_from_slice(data.as_bytes())), out),
            None => self.event(decoder, Event { name: "", data }, out),
        }
    }

    fn has_words(&self) -> bool {
        self.unusable.as_ref().is_some_and(|data| !data.starts_with(['{', '[']))
    }

    /// The error of an answer that ended without its end; `stray` is a line that was no event.
    pub(super) fn unfinished(&self, stray: &[u8]) -> Error {
        let stray = (!stray.is_empty()).then(|| String::from_utf8_lossy(stray).trim().to_owned());
        let Some(data) = self.unusable.clone().or(stray) else { return broken_off() };
        let shown = shown(&data);
        match serde_json::from_str::<Value>(&data) {
            Ok(value) => match failure(value) {
                Some(body) => self.classified(&body).unwrap_or_else(broken_off).with_body(&data),
                None => {
                    let message = format!("the answer broke off, and nothing of it was usable; it began with {shown}");
                    Error::new(ErrorKind::Truncated, message).with_body(&data)
                }
            },
            Err(_) if data.starts_with(['{', '[']) => broken_off().with_body(&data),
            Err(_) => {
                let words = json!({"error": {"message": data}});
                let known = self.classified(&words).filter(|error| error.kind() != ErrorKind::Unavailable);
                let message = format!("the answer broke off with words that are no event of it: {shown}");
                known.unwrap_or_else(|| Error::new(ErrorKind::Protocol, message)).with_body(&data)
            }
        }
    }

    fn classified(&self, body: &Value) -> Option<Error> {
        let error = self.head.as_ref()?.classify(body.to_string().as_bytes());
        // The vendor made something before it failed, and may bill it.
        Some(if self.understood { error.with_effect(Effect::Unknown) } else { error })
    }
}

/// A body that is one piece of JSON: an answer, or a list of the pieces of one.
pub(super) fn document(decoder: &mut dyn ChatDecoder, reply: &Reply, out: &mut VecDeque<ChatEvent>) -> Result<()> {
    let list = reply.body.trim_ascii_start().starts_with(b"[");
    let Some(list) = list.then(|| serde_json::from_slice::<Vec<&RawValue>>(&reply.body)) else {
        return decoder.whole(reply, out);
    };
    let pieces = list.map_err(|cause| reply.unreadable(format!("the answer is not what was expected: {cause}")))?;
    for piece in pieces {
        decoder.event(Event { name: "", data: piece.get() }, out)?;
    }
    decoder.end(out)
}

/// A failure in the shape that most vendors give it; `None` when the value tells of none.
fn failure(value: Value) -> Option<Value> {
    let members = value.as_object()?;
    let says = |member: &str| members.get(member).is_some_and(|kind| kind == "error");
    let failed = says("object") || says("type") || FAILURES.iter().any(|member| members.contains_key(*member));
    failed.then(|| if members.contains_key("error") { value.clone() } else { json!({"error": value}) })
}

/// The beginning in quotes, with everything escaped that is no plain text.
fn shown(data: &str) -> String {
    let start: String = data.chars().take(SHOWN).collect();
    let more = if start.len() < data.len() { "..." } else { "" };
    format!("{start:?}{more}")
}
