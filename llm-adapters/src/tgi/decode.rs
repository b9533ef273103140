//! What comes back, as events.

use std::collections::VecDeque;

use http::{HeaderMap, StatusCode};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason};
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::money::Usage;
use social_core::{Error, Result};

use super::wire::{Chunk, Details};
use crate::shared::think::ThinkSplitter;

type Out = VecDeque<ChatEvent>;

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    splitter: ThinkSplitter,
    done: bool,
    /// The last event could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    /// `thinks`: the model always thinks, as far as its name says.
    pub(super) fn new(endpoint: Endpoint, thinks: bool) -> Self {
        Self { endpoint, splitter: ThinkSplitter::streamed(thinks), done: false, unreadable: None }
    }

    /// Reads an event, or a whole answer.
    fn chunk(&mut self, chunk: Chunk, raw: &[u8], out: &mut Out) -> Result<()> {
        if chunk.error.is_some() {
            let failure = Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body: raw };
            return Err(self.endpoint.classify(&failure));
        }
        let text = match (chunk.token, &chunk.generated_text) {
            (Some(token), _) => Some(token.text).filter(|_| !token.special),
            (None, Some(whole)) => Some(whole.clone()),
            (None, None) => return Err(Error::protocol("the answer has neither a token nor a text", raw)),
        };
        self.splitter.push(&text.unwrap_or_default(), |piece| piece.emit(&mut 0, out));
        if chunk.generated_text.is_some() {
            self.done = true;
            self.splitter.finish(|piece| piece.emit(&mut 0, out));
            finish(chunk.details, out);
        }
        Ok(())
    }
}

fn finish(details: Option<Details>, out: &mut Out) {
    let Some(details) = details else {
        return out.push_back(ChatEvent::Finished(FinishReason::Other(String::new())));
    };
    let (input, output) = (details.input_length.count(), details.generated_tokens.count());
    if input.is_some() || output.is_some() {
        let mut usage = Usage::default();
        (usage.input_tokens, usage.output_tokens) = (input, output);
        out.push_back(ChatEvent::Usage(usage));
    }
    out.push_back(ChatEvent::Finished(match details.finish_reason.as_str() {
        "eos_token" => FinishReason::Stop,
        "stop_sequence" => FinishReason::StopSequence,
        "length" => FinishReason::Length,
        other => FinishReason::Other(other.to_owned()),
    }));
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut Out) -> Result<()> {
        self.splitter.expect_whole();
        self.chunk(reply.json()?, &reply.body, out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut Out) -> Result<()> {
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        match serde_json::from_str::<Chunk>(event.data) {
            Ok(chunk) => self.chunk(chunk, event.data.as_bytes(), out),
            Err(cause) => {
                let message = format!("an event of the stream is not what was expected: {cause}");
                self.unreadable = Some(Error::protocol(message, event.data));
                Ok(())
            }
        }
    }

    fn end(&mut self, _: &mut Out) -> Result<()> {
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.done
    }
}
