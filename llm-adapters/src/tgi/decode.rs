//! What comes back, as events.

use std::collections::VecDeque;

use http::{HeaderMap, StatusCode};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason};
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::money::Usage;
use social_core::{Error, Result};

use super::wire::{Chunk, Details};

type Out = VecDeque<ChatEvent>;

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    done: bool,
    /// The last event could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, done: false, unreadable: None }
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
        out.extend(text.filter(|text| !text.is_empty()).map(ChatEvent::Text));
        if chunk.generated_text.is_some() {
            self.done = true;
            finish(chunk.details, out);
        }
        Ok(())
    }
}

fn finish(details: Option<Details>, out: &mut Out) {
    let Some(details) = details else {
        return out.push_back(ChatEvent::Finished(FinishReason::Other(String::new())));
    };
    if details.input_length.is_some() || details.generated_tokens.is_some() {
        let mut usage = Usage::default();
        usage.input_tokens = details.input_length;
        usage.output_tokens = details.generated_tokens;
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
