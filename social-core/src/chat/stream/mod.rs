//! An answer as it comes.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::decoder::ChatDecoder;
use super::event::ChatEvent;
use super::feed::Feed;
use super::message::Part;
use super::reply::{ChatReply, ReplyBuilder, broken_off};
use super::span;
use crate::ModelAddress;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::http::EventReader;
use crate::money::{Attempt, Cost, PriceTable, Usage, UsageOrigin};

#[expect(clippy::large_enum_variant, reason = "there is one per stream, and it is not moved")]
enum Source {
    Events { reader: EventReader, decoder: Box<dyn ChatDecoder>, feed: Feed },
    Other(Pin<Box<dyn Stream<Item = Result<ChatEvent>> + Send>>),
    Ended,
}

/// An answer as it comes: a [`Stream`] of [`ChatEvent`]s.
///
/// A stream that breaks off ends with [`Truncated`](crate::ErrorKind::Truncated), one whose
/// connection fails with [`Transport`](crate::ErrorKind::Transport) or
/// [`Timeout`](crate::ErrorKind::Timeout), never as if it were complete; the error carries the text
/// so far. What arrived before an error comes out before it. Dropping the stream ends the exchange;
/// [`usage`](Self::usage) then tells what was used, as an estimate.
pub struct ChatStream {
    address: ModelAddress,
    source: Source,
    queue: VecDeque<ChatEvent>,
    failure: Option<Error>,
    finished: bool,
    attempts: Vec<Attempt>,
    usage: Option<Usage>,
    cost: Option<Cost>,
    text: String,
    keep_text: bool,
    output_bytes: usize,
    describe: Option<Box<dyn Fn(Error) -> Error + Send>>,
    prices: Option<(Arc<PriceTable>, Arc<dyn Clock>)>,
    span: tracing::Span,
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
    pub fn decode(address: ModelAddress, reader: EventReader, decoder: Box<dyn ChatDecoder>) -> Self {
        Self::fed(address, reader, decoder, Feed::default())
    }

    pub(super) fn fed(address: ModelAddress, reader: EventReader, decoder: Box<dyn ChatDecoder>, feed: Feed) -> Self {
        Self::of(address, Source::Events { reader, decoder, feed })
    }

    /// Hands on events that come from somewhere else.
    #[must_use]
    pub fn new(address: ModelAddress, events: impl Stream<Item = Result<ChatEvent>> + Send + 'static) -> Self {
        Self::of(address, Source::Other(Box::pin(events)))
    }

    /// Hands out a whole reply as a stream, for models that do not stream.
    #[must_use]
    pub fn from_reply(reply: ChatReply) -> Self {
        let mut stream = Self::of(reply.address, Source::Ended).with_attempts(reply.attempts);
        let queue = &mut stream.queue;
        queue.push_back(ChatEvent::Started { id: reply.id, model: reply.model, degraded: reply.degraded });
        for part in reply.parts {
            match part {
                Part::Text(text) => queue.push_back(ChatEvent::Text(text)),
                Part::Reasoning(reasoning) => {
                    queue.push_back(ChatEvent::Reasoning(reasoning.text));
                    queue.extend(reasoning.opaque.map(ChatEvent::ReasoningState));
                }
                Part::Opaque(state) => queue.push_back(ChatEvent::Opaque(state)),
                Part::ToolCall(call) => queue.push_back(ChatEvent::ToolCall(call)),
                Part::Refusal(text) => queue.push_back(ChatEvent::Refusal(text)),
                Part::Image(media) => queue.push_back(ChatEvent::Image(media)),
                // Models do not answer with these.
                Part::Video(_)
                | Part::Audio(_)
                | Part::Document(_)
                | Part::Data(_)
                | Part::ToolResult(_)
                | Part::CacheMark(_) => {}
            }
        }
        queue.extend(reply.sources.into_iter().map(ChatEvent::Source));
        queue.extend(reply.citations.into_iter().map(ChatEvent::Citation));
        queue.extend(reply.usage.map(ChatEvent::Usage));
        if !reply.extra.is_empty() {
            queue.push_back(ChatEvent::Extra(reply.extra));
        }
        queue.extend(reply.cost.map(ChatEvent::Cost));
        queue.push_back(ChatEvent::Finished(reply.finish));
        stream
    }

    fn of(address: ModelAddress, source: Source) -> Self {
        Self {
            address,
            source,
            queue: VecDeque::new(),
            failure: None,
            finished: false,
            attempts: Vec::new(),
            usage: None,
            cost: None,
            text: String::new(),
            keep_text: true,
            output_bytes: 0,
            describe: None,
            prices: None,
            span: tracing::Span::none(),
        }
    }

    /// Adds what is known about the exchange to every error of the stream.
    #[must_use]
    pub fn describe_errors(mut self, describe: impl Fn(Error) -> Error + Send + 'static) -> Self {
        self.describe = Some(Box::new(describe));
        self
    }

    /// Notes the answer in this span, which ends with the stream.
    #[must_use]
    pub(super) fn in_span(mut self, span: tracing::Span) -> Self {
        self.span = span;
        self
    }

    /// Says after each figure of usage what it comes to, as [`ChatEvent::Cost`], by the price on
    /// that day.
    #[must_use]
    pub fn with_prices(mut self, prices: Arc<PriceTable>, clock: Arc<dyn Clock>) -> Self {
        self.prices = Some((prices, clock));
        self
    }

    /// Says first who was asked before without success, as [`ChatEvent::Switched`].
    #[must_use]
    pub fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        let mut next = self.address.clone();
        for attempt in attempts.into_iter().rev() {
            let address = attempt.address.clone();
            self.queue.push_front(ChatEvent::Switched { failed: Box::new(attempt), next });
            next = address;
        }
        self
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Who answers.
    #[must_use]
    pub fn address(&self) -> &ModelAddress {
        &self.address
    }

    /// Who was asked before without success, as far as the stream was read.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// What was used so far: as reported, or estimated from the text when the vendor has not
    /// reported yet.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.usage.clone().or_else(|| {
            (self.output_bytes > 0).then(|| Usage {
                origin: UsageOrigin::Estimated,
                // About four bytes of English make a token; the figure is marked as an estimate.
                output_tokens: Some((self.output_bytes as u64).div_ceil(4)),
                ..Usage::default()
            })
        })
    }

    /// What it cost so far, when the stream itself has said so.
    #[must_use]
    pub fn cost(&self) -> Option<&Cost> {
        self.cost.as_ref()
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
        let mut builder = ReplyBuilder::new(self.address.clone());
        // The builder has the text; one copy is enough.
        self.keep_text = !self.text.is_empty();
        while let Some(event) = self.next().await {
            match event {
                Ok(event) => builder.push(event),
                Err(error) => {
                    let text = builder.text();
                    let keep = error.partial().is_none() && !text.is_empty();
                    return Err(if keep { error.with_partial(text) } else { error });
                }
            }
        }
        let mut reply = builder.finish().map_err(|error| self.dress(error))?;
        // Some may have come before this call.
        reply.attempts = std::mem::take(&mut self.attempts);
        Ok(reply)
    }

    fn note(&mut self, event: &ChatEvent) {
        span::note(&self.span, event);
        match event {
            ChatEvent::Text(text) => {
                self.output_bytes += text.len();
                if self.keep_text {
                    self.text.push_str(text);
                }
            }
            ChatEvent::Reasoning(text) => self.output_bytes += text.len(),
            ChatEvent::ToolCallDelta { arguments, .. } => self.output_bytes += arguments.len(),
            ChatEvent::Usage(usage) => {
                (self.usage, self.cost) = (Some(usage.clone()), None);
                if let Some((prices, clock)) = &self.prices
                    && let Some(cost) = prices.cost(&self.address, usage, clock.now())
                {
                    self.queue.push_front(ChatEvent::Cost(cost));
                }
            }
            ChatEvent::Cost(cost) => self.cost = Some(cost.clone()),
            ChatEvent::Switched { failed, next } => {
                self.attempts.push((**failed).clone());
                self.address = next.clone();
                (self.usage, self.cost, self.output_bytes) = (None, None, 0);
            }
            ChatEvent::Finished(_) => self.finished = true,
            _ => {}
        }
    }

    fn dress(&mut self, mut error: Error) -> Error {
        if error.vendor().is_none() {
            error = error.with_vendor(&self.address.vendor);
        }
        if error.model().is_none() {
            error = error.with_model(&self.address.model);
        }
        if error.partial().is_none() && !self.text.is_empty() {
            error = error.with_partial(std::mem::take(&mut self.text));
        }
        if error.usage().is_none()
            && let Some(usage) = self.usage()
        {
            error = error.with_usage(usage);
        }
        let error = match &self.describe {
            Some(describe) => describe(error),
            None => error,
        };
        span::failed(&self.span, &error);
        error
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
            if let Some(error) = this.failure.take() {
                return Poll::Ready(Some(Err(this.dress(error))));
            }
            // Whether more can come.
            let step = match &mut this.source {
                Source::Ended => return Poll::Ready(None),
                Source::Other(events) => match ready!(events.as_mut().poll_next(cx)) {
                    Some(event) => event.map(|event| {
                        this.queue.push_back(event);
                        true
                    }),
                    None => Ok(false),
                },
                Source::Events { decoder, .. } if decoder.is_done() => decoder.end(&mut this.queue).map(|()| false),
                Source::Events { reader, decoder, feed } => match ready!(reader.poll_advance(cx)) {
                    Ok(true) if reader.is_document() => {
                        let read = reader.event().map(|event| event.data.to_owned());
                        read.and_then(|data| feed.document(&mut **decoder, &data, &mut this.queue)).map(|()| false)
                    }
                    Ok(true) => {
                        let event = reader.event();
                        event.and_then(|event| feed.event(&mut **decoder, event, &mut this.queue)).map(|()| true)
                    }
                    Ok(false) => decoder.end(&mut this.queue).map(|()| false),
                    Err(error) => Err(error),
                },
            };
            match step {
                Ok(true) => continue,
                Ok(false) => {
                    let finishes = |event: &ChatEvent| matches!(event, ChatEvent::Finished(_));
                    if !this.finished && !this.queue.iter().any(finishes) {
                        this.failure = Some(match &this.source {
                            Source::Events { reader, feed, .. } => feed.unfinished(reader.stray()),
                            _ => broken_off(),
                        });
                    }
                }
                Err(error) => this.failure = Some(error),
            }
            this.source = Source::Ended;
        }
    }
}

#[cfg(test)]
mod tests;
