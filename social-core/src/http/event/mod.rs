//! Events of a stream, read where they lie.

use std::fmt;
use std::ops::Range;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use memchr::{memchr, memchr2};

use super::ByteStream;
use crate::error::{Error, ErrorKind, Result};

pub(crate) use form::Form;

mod form;
#[cfg(test)]
mod tests;

/// One event of a stream: of server-sent events, or one line of newline-delimited JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The event's name; empty when it has none.
    pub name: &'a str,
    /// The data, several data lines joined with line feeds. Never empty.
    pub data: &'a str,
}

/// Reads events from a body as they come, and only when asked.
///
/// An event that lies in one piece of the body is read in place; only one that a piece's end cuts
/// is copied. No byte is looked at twice, so the work grows with the length of the body, however it
/// is cut.
///
/// Server-sent events follow the [HTML
/// standard](https://html.spec.whatwg.org/multipage/server-sent-events.html), with three differences
/// that vendors ask for: events without data are skipped even when they have a data field, an event
/// that the end of the body finishes instead of a blank line is delivered, and a line `error: DATA`
/// is the data of an event of that name. `id` and `retry` fields are ignored.
pub struct EventReader {
    body: ByteStream,
    format: Form,
    /// How large a body may be that turns out to be one piece of JSON; `None` where the format is
    /// certain.
    detect: Option<usize>,
    /// How many bytes may still come.
    left: u64,
    /// The body has ended, although not all of it has been read yet.
    exhausted: bool,
    limit: usize,
    chunk: Bytes,
    /// What of `chunk` has been read.
    read: usize,
    /// The data lines of an event that was cut, joined, and after them the start of a cut line.
    held: Vec<u8>,
    data: Data,
    name: Vec<u8>,
    /// The beginning of the first line that is no field.
    stray: Vec<u8>,
    first_line: bool,
    after_cr: bool,
    /// The current event was handed out, so the next line starts another.
    delivered: bool,
    ended: bool,
}

/// Where the data of the current event is.
#[derive(Clone)]
enum Data {
    None,
    InChunk(Range<usize>),
    Held(Range<usize>),
}

/// What a finished line means for the current event.
#[derive(PartialEq, Eq)]
enum Step {
    GoOn,
    Complete,
}

/// A long event's memory is given back when the next one starts.
const KEPT_CAPACITY: usize = 256 << 10;

/// Room for what stands around the data of a cut line: BOM, field name, blanks.
const AROUND: usize = 16;

/// How much is kept of a line that is no field.
const KEPT_STRAY: usize = 512;

const BOM: &[u8] = b"\xEF\xBB\xBF";

impl fmt::Debug for EventReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventReader").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl EventReader {
    /// Reads server-sent events. One event may have `limit` bytes.
    #[must_use]
    pub fn sse(body: ByteStream, limit: usize) -> Self {
        Self::new(body, Form::Sse, limit)
    }

    /// Reads lines of JSON; blank lines are skipped. One line may have `limit` bytes.
    #[must_use]
    pub fn ndjson(body: ByteStream, limit: usize) -> Self {
        Self::new(body, Form::Ndjson, limit)
    }

    /// Takes the format from the first bytes, whatever was asked for. A body of one piece of JSON,
    /// is then a single event. Any body may have at most so many bytes.
    pub(crate) fn detecting(mut self, limit: usize) -> Self {
        (self.detect, self.left) = (Some(limit), limit as u64);
        self
    }

    /// Whether the current event is the whole body.
    pub(crate) fn is_document(&self) -> bool {
        self.format == Form::Document
    }

    /// The beginning of the first line that is no field of an event.
    pub(crate) fn stray(&self) -> &[u8] {
        &self.stray
    }

    fn new(body: ByteStream, format: Form, limit: usize) -> Self {
        Self {
            body,
            format,
            detect: None,
            left: u64::MAX,
            exhausted: false,
            limit,
            chunk: Bytes::new(),
            read: 0,
            held: Vec::new(),
            data: Data::None,
            name: Vec::new(),
            stray: Vec::new(),
            first_line: true,
            after_cr: false,
            delivered: false,
            ended: false,
        }
    }

    /// Moves to the next event: `true` when there is one, `false` at the end of the body.
    ///
    /// # Errors
    /// What the body fails with; [`ErrorKind::Protocol`] for an event over the limit. After an
    /// error the stream has ended.
    pub fn poll_advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        if std::mem::take(&mut self.delivered) {
            self.forget();
        }
        let result = ready!(self.poll_found(cx));
        match result {
            Ok(found) => self.delivered = found,
            Err(_) => {
                (self.ended, self.detect) = (true, None);
                self.read = self.chunk.len();
                self.forget();
            }
        }
        Poll::Ready(result)
    }

    /// The current event, after [`poll_advance`](Self::poll_advance) said `true`.
    ///
    /// # Errors
    /// [`ErrorKind::Protocol`] when it is not UTF-8; [`ErrorKind::Truncated`] when the body ended
    /// inside a character.
    pub fn event(&self) -> Result<Event<'_>> {
        let data = match &self.data {
            Data::None => &[],
            Data::InChunk(range) => self.chunk.get(range.clone()).unwrap_or_default(),
            Data::Held(range) => self.held.get(range.clone()).unwrap_or_default(),
        };
        let name = if self.name.is_empty() { Ok("") } else { std::str::from_utf8(&self.name) };
        match (name, std::str::from_utf8(data)) {
            (Ok(name), Ok(data)) => Ok(Event { name, data }),
            (Ok(_), Err(cause)) if self.ended && cause.error_len().is_none() => {
                Err(Error::new(ErrorKind::Truncated, "the stream broke off inside a character"))
            }
            _ => Err(Error::protocol("an event of the stream is not UTF-8", data)),
        }
    }

    /// Moves to the next event and hands it out; `None` at the end of the body.
    ///
    /// # Errors
    /// As [`poll_advance`](Self::poll_advance) and [`event`](Self::event).
    pub async fn next(&mut self) -> Result<Option<Event<'_>>> {
        if std::future::poll_fn(|cx| self.poll_advance(cx)).await? { self.event().map(Some) } else { Ok(None) }
    }

    fn poll_found(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        if let Some(limit) = self.detect {
            ready!(self.poll_form(cx, limit))?;
        }
        loop {
            if self.format == Form::Document {
                // Its data was set with the form, once.
                self.ended = true;
                return Poll::Ready(Ok(self.has_data()));
            }
            if self.scan()? {
                return Poll::Ready(Ok(true));
            }
            if self.ended {
                return Poll::Ready(Ok(false));
            }
            if self.read > 0 {
                // Without this piece the transport can use its memory for the next.
                self.chunk = Bytes::new();
                self.read = 0;
            }
            match ready!(self.poll_chunk(cx))? {
                Some(chunk) => self.chunk = chunk,
                None => {
                    self.ended = true;
                    return Poll::Ready(self.finish());
                }
            }
        }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
        if self.exhausted {
            return Poll::Ready(Ok(None));
        }
        let chunk = ready!(self.body.as_mut().poll_next(cx)).transpose()?;
        let Some(piece) = &chunk else {
            self.exhausted = true;
            return Poll::Ready(Ok(None));
        };
        match self.left.checked_sub(piece.len() as u64) {
            Some(left) => self.left = left,
            None => {
                let message = "the answer is larger than the limit of the endpoint";
                return Poll::Ready(Err(Error::new(ErrorKind::Protocol, message)));
            }
        }
        Poll::Ready(Ok(chunk))
    }

    /// Reads until the format is certain; of one piece of JSON, all of it.
    fn poll_form(&mut self, cx: &mut Context<'_>, limit: usize) -> Poll<Result<()>> {
        loop {
            // Most bodies say so in their first piece, which is not copied.
            let start = if self.held.is_empty() { &*self.chunk } else { &*self.held };
            if start.len() > limit {
                let message = format!("the answer is larger than the limit of {limit} bytes");
                return Poll::Ready(Err(Error::new(ErrorKind::Protocol, message)));
            }
            match Form::of(start, self.format, self.exhausted) {
                Some(Form::Document) if !self.exhausted => {}
                Some(form) => {
                    self.format = form;
                    break;
                }
                None => {}
            }
            match ready!(self.poll_chunk(cx))? {
                Some(chunk) if self.chunk.is_empty() => self.chunk = chunk,
                Some(chunk) => {
                    if self.held.is_empty() {
                        self.held.extend_from_slice(&self.chunk);
                    }
                    self.held.extend_from_slice(&chunk);
                }
                None => {}
            }
        }
        if !self.held.is_empty() {
            self.chunk = std::mem::take(&mut self.held).into();
        }
        if self.format == Form::Document {
            let start = if self.chunk.starts_with(BOM) { BOM.len() } else { 0 };
            self.data = Data::InChunk(start..self.chunk.len());
            self.read = self.chunk.len();
        }
        self.detect = None;
        Poll::Ready(Ok(()))
    }

    /// Reads lines until an event is complete or the chunk is used up.
    fn scan(&mut self) -> Result<bool> {
        if self.after_cr && self.read < self.chunk.len() {
            self.after_cr = false;
            if self.chunk.get(self.read) == Some(&b'\n') {
                self.read += 1;
            }
        }
        loop {
            let rest = self.chunk.get(self.read..).unwrap_or_default();
            if rest.is_empty() && matches!(self.data, Data::None) {
                return Ok(false);
            }
            let end = match self.format {
                // Every other line is blank.
                _ if rest.first() == Some(&b'\n') => Some(0),
                Form::Sse => memchr2(b'\n', b'\r', rest),
                Form::Ndjson | Form::Document => memchr(b'\n', rest),
            };
            let Some(length) = end else {
                self.hold()?;
                return Ok(false);
            };
            let line = self.read..self.read + length;
            self.read = line.end + 1;
            if rest.get(length) == Some(&b'\r') {
                match rest.get(length + 1) {
                    Some(b'\n') => self.read += 1,
                    Some(_) => {}
                    None => self.after_cr = true,
                }
            }
            let step = if self.held_line().is_empty() {
                self.line_in_chunk(line)?
            } else {
                self.held.extend_from_slice(self.chunk.get(line).unwrap_or_default());
                self.line_held()?
            };
            if step == Step::Complete {
                return Ok(true);
            }
        }
    }

    /// Takes over what the end of the chunk cuts.
    fn hold(&mut self) -> Result<()> {
        self.hold_data();
        self.held.extend_from_slice(self.chunk.get(self.read..).unwrap_or_default());
        self.read = self.chunk.len();
        self.check(self.held.len().saturating_sub(AROUND))
    }

    /// The end of the body ends the line and the event.
    fn finish(&mut self) -> Result<bool> {
        let step = if self.held_line().is_empty() { Step::GoOn } else { self.line_held()? };
        Ok(step == Step::Complete || self.has_data())
    }

    /// Reads a line that lies whole in the chunk, its end not included.
    fn line_in_chunk(&mut self, mut range: Range<usize>) -> Result<Step> {
        let mut line = self.chunk.get(range.clone()).unwrap_or_default();
        if std::mem::take(&mut self.first_line)
            && let Some(rest) = line.strip_prefix(BOM)
        {
            line = rest;
            range.start += BOM.len();
        }
        match read_line(self.format, line) {
            Line::Blank => return self.blank(),
            Line::Ignored => {}
            Line::Stray => keep_stray(&mut self.stray, line),
            Line::Name(from) => set_name(&mut self.name, line.get(from..)),
            Line::Data(value) => {
                // Some servers write a failure as a field of its own.
                if line.starts_with(b"error") {
                    set_name(&mut self.name, Some(b"error"));
                }
                let value = range.start + value.start..range.start + value.end;
                let data = if matches!(self.data, Data::None) {
                    Data::InChunk(value)
                } else {
                    self.hold_data();
                    self.held.push(b'\n');
                    self.held.extend_from_slice(self.chunk.get(value).unwrap_or_default());
                    Data::Held(self.held_data_start()..self.held.len())
                };
                return self.set_data(data);
            }
        }
        Ok(Step::GoOn)
    }

    /// Reads the line that began in an earlier chunk and now is whole.
    fn line_held(&mut self) -> Result<Step> {
        let start = self.held_data_end();
        if std::mem::take(&mut self.first_line) && self.held_line().starts_with(BOM) {
            self.held.drain(..BOM.len());
        }
        let line = self.held.get(start..).unwrap_or_default();
        match read_line(self.format, line) {
            Line::Blank => {
                self.held.truncate(start);
                return self.blank();
            }
            Line::Ignored => {}
            Line::Stray => keep_stray(&mut self.stray, line),
            Line::Name(from) => set_name(&mut self.name, line.get(from..)),
            Line::Data(value) => {
                if line.starts_with(b"error") {
                    set_name(&mut self.name, Some(b"error"));
                }
                let value = start + value.start..start + value.end;
                let data = if matches!(self.data, Data::None) {
                    self.held.truncate(value.end);
                    Data::Held(value)
                } else {
                    // The name of the field leaves room for the line feed.
                    let end = start + 1 + value.len();
                    self.held.copy_within(value, start + 1);
                    self.held.truncate(end);
                    if let Some(byte) = self.held.get_mut(start) {
                        *byte = b'\n';
                    }
                    Data::Held(self.held_data_start()..end)
                };
                return self.set_data(data);
            }
        }
        self.held.truncate(start);
        Ok(Step::GoOn)
    }

    fn set_data(&mut self, data: Data) -> Result<Step> {
        if let Data::InChunk(range) | Data::Held(range) = &data {
            self.check(range.len())?;
        }
        self.data = data;
        Ok(if self.format == Form::Ndjson { Step::Complete } else { Step::GoOn })
    }

    fn blank(&mut self) -> Result<Step> {
        if self.has_data() {
            return Ok(Step::Complete);
        }
        self.forget();
        Ok(Step::GoOn)
    }

    fn forget(&mut self) {
        self.data = Data::None;
        self.name.clear();
        self.held.clear();
        self.held.shrink_to(KEPT_CAPACITY);
    }

    fn has_data(&self) -> bool {
        match &self.data {
            Data::None => false,
            Data::InChunk(range) | Data::Held(range) => !range.is_empty(),
        }
    }

    /// Moves data out of the chunk, so that the chunk can go or more data can follow.
    fn hold_data(&mut self) {
        if let Data::InChunk(range) = &self.data {
            self.held.extend_from_slice(self.chunk.get(range.clone()).unwrap_or_default());
            self.data = Data::Held(0..self.held.len());
        }
    }

    fn held_data_start(&self) -> usize {
        if let Data::Held(range) = &self.data { range.start } else { 0 }
    }

    fn held_data_end(&self) -> usize {
        if let Data::Held(range) = &self.data { range.end } else { 0 }
    }

    fn held_line(&self) -> &[u8] {
        self.held.get(self.held_data_end()..).unwrap_or_default()
    }

    fn check(&self, length: usize) -> Result<()> {
        if length <= self.limit {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Protocol, format!("an event of the stream is larger than {} bytes", self.limit)))
    }
}

fn set_name(name: &mut Vec<u8>, value: Option<&[u8]>) {
    name.clear();
    name.extend_from_slice(value.unwrap_or_default());
}

fn keep_stray(stray: &mut Vec<u8>, line: &[u8]) {
    // The end of the body may have cut a field's name.
    if stray.is_empty() && !form::FIELDS.iter().any(|field| field.starts_with(line)) {
        stray.extend_from_slice(line.get(..KEPT_STRAY).unwrap_or(line));
    }
}

enum Line {
    Blank,
    Ignored,
    /// No field at all.
    Stray,
    /// From here on.
    Name(usize),
    Data(Range<usize>),
}

fn read_line(format: Form, line: &[u8]) -> Line {
    if format == Form::Ndjson {
        let line = line.trim_ascii_end();
        return if line.is_empty() { Line::Ignored } else { Line::Data(0..line.len()) };
    }
    match line {
        [] => Line::Blank,
        [b'd', b'a', b't', b'a', b':', b' ', ..] => Line::Data(6..line.len()),
        [b'd', b'a', b't', b'a', b':', ..] => Line::Data(5..line.len()),
        b"data" => Line::Data(4..4),
        [b'e', b'v', b'e', b'n', b't', b':', b' ', ..] => Line::Name(7),
        [b'e', b'v', b'e', b'n', b't', b':', ..] => Line::Name(6),
        b"event" => Line::Name(5),
        [b'e', b'r', b'r', b'o', b'r', b':', rest @ ..] => {
            Line::Data(line.len() - rest.trim_ascii_start().len()..line.len())
        }
        [b':', ..] | [b'i', b'd', b':', ..] | [b'r', b'e', b't', b'r', b'y', b':', ..] | b"id" | b"retry" => {
            Line::Ignored
        }
        _ => Line::Stray,
    }
}
