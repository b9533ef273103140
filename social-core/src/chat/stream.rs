use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reply::{ChatReply, FinishReason, ReplyBuilder, WebSource};
use super::request::{Part, ToolCall};
use crate::ModelAddress;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Event, EventReader};
use crate::money::{Attempt, Usage, UsageOrigin};

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChatEvent {
    /// The answer begins.
    Started {
        /// The vendor's id of the answer.
        id: Option<String>,
        /// The model that the vendor says it uses.
        model: Option<String>,
    },
    /// Text of the answer.
    Text(String),
    /// Text of the model's thinking.
    Reasoning(String),
    /// State of the thinking that travels back unchanged: a signature, encrypted thinking.
    ReasoningState(Value),
    /// Words of a refusal.
    Refusal(String),
    /// A fragment of a tool call's arguments, for display only.
    ToolCallDelta {
        /// Which call of the answer, counted from zero.
        index: usize,
        /// The tool's name, with the first fragment.
        name: Option<String>,
        /// The fragment.
        arguments: String,
    },
    /// A complete tool call.
    ToolCall(ToolCall),
    /// A page that the answer cites.
    Source(WebSource),
    /// What was used so far; a later report replaces an earlier one.
    Usage(Usage),
    /// Why the answer ended.
    Finished(FinishReason),
}

/// Turns a vendor's stream events into [`ChatEvent`]s. One per stream; it keeps what it needs between events.
pub trait ChatDecoder: Send {
    /// Reads one event.
    ///
    /// # Errors
    /// A failure that the vendor reports inside the stream, or data that cannot be read. The stream ends with it.
    fn event(&mut self, event: Event<'_>, out: &mut VecDeque<ChatEvent>) -> Result<()>;

    /// The body has ended: hands out what is complete. A stream without the vendor's sign of completion must not emit
    /// [`ChatEvent::Finished`]; the stream then ends with [`Truncated`](ErrorKind::Truncated).
    ///
    /// # Errors
    /// As [`event`](Self::event).
    fn end(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<()>;

    /// The vendor said that nothing more comes; what follows is not read.
    fn is_done(&self) -> bool {
        false
    }
}

enum Source {
    Events { reader: EventReader, decoder: Box<dyn ChatDecoder> },
    Other(Pin<Box<dyn Stream<Item = Result<ChatEvent>> + Send>>),
    Ended,
}

/// An answer as it comes: a [`Stream`] of [`ChatEvent`]s.
///
/// A stream that breaks off ends with [`Truncated`](ErrorKind::Truncated) and the text so far, never as if it were
/// complete. Dropping it ends the exchange; [`usage`](Self::usage) then tells what was used, as an estimate.
pub struct ChatStream {
    address: ModelAddress,
    source: Source,
    queue: VecDeque<ChatEvent>,
    finished: bool,
    usage: Option<Usage>,
    text_bytes: usize,
    text: String,
    keep_text: bool,
    describe: Option<Box<dyn Fn(Error) -> Error + Send>>,
    attempts: Vec<Attempt>,
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStream")
            .field("address", &self.address)
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

impl ChatStream {
    /// Decodes a vendor's events.
    #[must_use]
    pub fn decode(address: ModelAddress, reader: EventReader, decoder: impl ChatDecoder + 'static) -> Self {
        Self::of(address, Source::Events { reader, decoder: Box::new(decoder) })
    }

    /// Hands on events that come from somewhere else.
    #[must_use]
    pub fn new(address: ModelAddress, events: impl Stream<Item = Result<ChatEvent>> + Send + 'static) -> Self {
        Self::of(address, Source::Other(Box::pin(events)))
    }

    /// Hands out a whole reply as a stream, for models that do not stream.
    #[must_use]
    pub fn from_reply(reply: ChatReply) -> Self {
        let mut stream = Self::of(reply.address, Source::Ended);
        stream.queue.push_back(ChatEvent::Started { id: reply.id, model: reply.model });
        for part in reply.parts {
            match part {
                Part::Text(text) => stream.queue.push_back(ChatEvent::Text(text)),
                Part::Reasoning(reasoning) => {
                    stream.queue.push_back(ChatEvent::Reasoning(reasoning.text));
                    stream.queue.extend(reasoning.opaque.map(ChatEvent::ReasoningState));
                }
                Part::ToolCall(call) => stream.queue.push_back(ChatEvent::ToolCall(call)),
                Part::Refusal(text) => stream.queue.push_back(ChatEvent::Refusal(text)),
                _ => {}
            }
        }
        stream.queue.extend(reply.sources.into_iter().map(ChatEvent::Source));
        stream.queue.extend(reply.usage.map(ChatEvent::Usage));
        stream.queue.push_back(ChatEvent::Finished(reply.finish));
        stream
    }

    fn of(address: ModelAddress, source: Source) -> Self {
        Self {
            address,
            source,
            queue: VecDeque::new(),
            finished: false,
            usage: None,
            text_bytes: 0,
            text: String::new(),
            keep_text: true,
            describe: None,
            attempts: Vec::new(),
        }
    }

    /// Adds what is known about the exchange to every error of the stream.
    #[must_use]
    pub fn describe_errors(mut self, describe: impl Fn(Error) -> Error + Send + 'static) -> Self {
        self.describe = Some(Box::new(describe));
        self
    }

    /// Says who was asked before without success.
    #[must_use]
    pub fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        self.attempts = attempts;
        self
    }

    /// Who answers.
    #[must_use]
    pub fn address(&self) -> &ModelAddress {
        &self.address
    }

    /// What was used so far: as reported, or estimated from the text when the vendor has not reported yet.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.usage.clone().or_else(|| {
            (self.text_bytes > 0).then(|| Usage {
                origin: UsageOrigin::Estimated,
                // About four bytes of English make a token; the figure is marked as an estimate.
                output_tokens: Some((self.text_bytes as u64).div_ceil(4)),
                ..Usage::default()
            })
        })
    }

    /// The next piece, or `None` after the last.
    ///
    /// # Errors
    /// What the vendor or the connection fails with, once; then the stream has ended.
    pub async fn next(&mut self) -> Option<Result<ChatEvent>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Reads to the end and folds everything into a reply.
    ///
    /// # Errors
    /// The stream's error; as [`ReplyBuilder::finish`].
    pub async fn collect(mut self) -> Result<ChatReply> {
        let mut reply = ReplyBuilder::new(self.address.clone());
        while let Some(event) = self.next().await {
            reply.push(event?);
        }
        let mut reply = reply.finish()?;
        reply.attempts = self.attempts;
        Ok(reply)
    }

    fn note(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::Text(text) => {
                self.text_bytes += text.len();
                if self.keep_text {
                    self.text.push_str(text);
                }
            }
            ChatEvent::Reasoning(text) => self.text_bytes += text.len(),
            ChatEvent::Usage(usage) => self.usage = Some(usage.clone()),
            ChatEvent::Finished(_) => self.finished = true,
            _ => {}
        }
    }

    fn fail(&mut self, error: Error) -> Error {
        self.source = Source::Ended;
        self.finished = true;
        let mut error = error;
        if error.vendor().is_none() {
            error = error.with_vendor(self.address.vendor.clone());
        }
        if error.partial().is_none() && !self.text.is_empty() {
            error = error.with_partial(std::mem::take(&mut self.text));
        }
        if error.usage().is_none()
            && let Some(usage) = self.usage()
        {
            error = error.with_usage(usage);
        }
        match &self.describe {
            Some(describe) => describe(error),
            None => error,
        }
    }
}

impl Stream for ChatStream {
    type Item = Result<ChatEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.queue.pop_front() {
                this.note(&event);
                return Poll::Ready(Some(Ok(event)));
            }
            let step = match &mut this.source {
                Source::Ended => return Poll::Ready(None),
                Source::Other(events) => match ready!(events.as_mut().poll_next(cx)) {
                    Some(Ok(event)) => {
                        this.queue.push_back(event);
                        Ok(())
                    }
                    Some(Err(error)) => Err(error),
                    None => {
                        this.source = Source::Ended;
                        if this.finished { Ok(()) } else { Err(broken_off()) }
                    }
                },
                Source::Events { decoder, .. } if decoder.is_done() => {
                    let result = decoder.end(&mut this.queue);
                    this.source = Source::Ended;
                    result.and_then(|()| complete(this.finished, &this.queue))
                }
                Source::Events { reader, decoder } => match ready!(reader.poll_advance(cx)) {
                    Ok(true) => reader.event().and_then(|event| decoder.event(event, &mut this.queue)),
                    Ok(false) => {
                        let result = decoder.end(&mut this.queue);
                        this.source = Source::Ended;
                        match result.and_then(|()| complete(this.finished, &this.queue)) {
                            // What is complete comes out first, then the error.
                            Err(error) if !this.queue.is_empty() => {
                                let rest: Vec<_> = std::iter::once(Err(error)).collect();
                                this.source = Source::Other(Box::pin(futures_util::stream::iter(rest)));
                                Ok(())
                            }
                            result => result,
                        }
                    }
                    Err(error) => Err(error),
                },
            };
            if let Err(error) = step {
                return Poll::Ready(Some(Err(this.fail(error))));
            }
        }
    }
}

fn complete(finished: bool, queue: &VecDeque<ChatEvent>) -> Result<()> {
    if finished || queue.iter().any(|event| matches!(event, ChatEvent::Finished(_))) {
        Ok(())
    } else {
        Err(broken_off())
    }
}

fn broken_off() -> Error {
    Error::new(ErrorKind::Truncated, "the answer broke off before its end")
}
