//! One call and its answer, the same for every vendor. The form of an answer is taken from what
//! came, not from what was asked for.

use std::collections::VecDeque;

use futures_util::FutureExt as _;
use tracing::Instrument as _;

use super::decoder::ChatDecoder;
use super::feed::{self, Feed};
use super::reply::{ChatReply, ReplyBuilder};
use super::span;
use super::stream::ChatStream;
use crate::ModelAddress;
use crate::chat::ChatEvent;
use crate::error::{Error, Result};
use crate::http::{Call, EventReader, Form, Reply, StreamReply};

/// Makes a call and reads its answer whole: all of [`ChatModel::chat`](super::ChatModel::chat) but
/// the request.
///
/// ```
/// # use social_core::chat::{self, ChatDecoder, ChatReply, ChatRequest};
/// # use social_core::http::Endpoint;
/// # use social_core::{ModelAddress, Result};
/// # struct Acme { endpoint: Endpoint, address: ModelAddress }
/// # impl Acme {
/// # fn decoder(&self) -> impl ChatDecoder + 'static { Never }
/// async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
///     let call = self.endpoint.post("chat").map(|call| call.operation("chat").json(request));
///     chat::whole(&self.address, call, &mut self.decoder()).await
/// }
/// # }
/// # use std::collections::VecDeque;
/// # use social_core::{chat::ChatEvent, http::{Event, Reply}};
/// # struct Never;
/// # impl ChatDecoder for Never {
/// #     fn whole(&mut self, _: &Reply, _: &mut VecDeque<ChatEvent>) -> Result<()> { Ok(()) }
/// #     fn event(&mut self, _: Event<'_>, _: &mut VecDeque<ChatEvent>) -> Result<()> { Ok(()) }
/// #     fn end(&mut self, _: &mut VecDeque<ChatEvent>) -> Result<()> { Ok(()) }
/// # }
/// ```
///
/// # Errors
/// Those of `call`, of sending it, of the decoder and of [`ReplyBuilder::finish`], all with the
/// vendor's name.
pub async fn whole(address: &ModelAddress, call: Result<Call<'_>>, decoder: &mut dyn ChatDecoder) -> Result<ChatReply> {
    let call = named(address, call)?;
    let span = span::begin(address, call.endpoint().provider(), false);
    let reply = call.send().instrument(span.clone()).await;
    let result = reply.and_then(|reply| span.in_scope(|| read(address, &reply, decoder)));
    match &result {
        Ok(reply) => span::answered(&span, reply),
        Err(error) => span::failed(&span, error),
    }
    result
}

/// Reads a whole answer that is there already: one of a batch.
///
/// # Errors
/// Those of the decoder and of [`ReplyBuilder::finish`].
pub fn read(address: &ModelAddress, reply: &Reply, decoder: &mut dyn ChatDecoder) -> Result<ChatReply> {
    // Start, text, usage, extras, end.
    let mut events = VecDeque::with_capacity(5);
    let decoded = match reply.form() {
        Form::Document => feed::document(decoder, reply, &mut events),
        Form::Sse | Form::Ndjson => pieces(decoder, reply, &mut events),
    };
    ReplyBuilder::fold(address.clone(), events, decoded).map_err(|error| reply.describe(error))
}

/// Reads the events of a server that streams although it was not asked to.
fn pieces(decoder: &mut dyn ChatDecoder, reply: &Reply, out: &mut VecDeque<ChatEvent>) -> Result<()> {
    let (mut reader, mut feed) = (reply.events(), Feed::of(Some(reply.head())));
    // All of the body is here, so that nothing is waited for.
    while !decoder.is_done()
        && let Some(event) = reader.next().now_or_never().transpose()?.flatten()
    {
        feed.event(decoder, event, out)?;
    }
    decoder.end(out)?;
    let finished = out.iter().any(|event| matches!(event, ChatEvent::Finished(_)));
    if finished { Ok(()) } else { Err(feed.unfinished(reader.stray())) }
}

/// Makes a call and reads its answer from server-sent events as they come.
///
/// # Errors
/// Those of `call` and of sending it, with the vendor's name. What fails later comes out of the
/// stream.
pub async fn streamed(
    address: &ModelAddress,
    call: Result<Call<'_>>,
    decoder: impl ChatDecoder + 'static,
) -> Result<ChatStream> {
    stream(address, call, StreamReply::events, Box::new(decoder)).await
}

/// As [`streamed`], for an answer that comes as lines of JSON.
///
/// # Errors
/// As [`streamed`].
pub async fn streamed_lines(
    address: &ModelAddress,
    call: Result<Call<'_>>,
    decoder: impl ChatDecoder + 'static,
) -> Result<ChatStream> {
    stream(address, call, StreamReply::lines, Box::new(decoder)).await
}

async fn stream(
    address: &ModelAddress,
    call: Result<Call<'_>>,
    events: fn(StreamReply) -> EventReader,
    decoder: Box<dyn ChatDecoder>,
) -> Result<ChatStream> {
    let call = named(address, call)?;
    let span = span::begin(address, call.endpoint().provider(), true);
    let reply = call.stream().instrument(span.clone()).await.inspect_err(|error| span::failed(&span, error))?;
    let (describe, feed) = (reply.describer(), Feed::of(Some(reply.head())));
    Ok(ChatStream::fed(address.clone(), events(reply), decoder, feed).describe_errors(describe).in_span(span))
}

fn named<T>(address: &ModelAddress, result: Result<T>) -> Result<T> {
    result.map_err(|error: Error| error.with_vendor(&address.vendor))
}
