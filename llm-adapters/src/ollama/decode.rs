//! What comes back, as events: a whole answer is a stream of one line.

use std::collections::VecDeque;

use http::{HeaderMap, StatusCode};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason, ToolCall};
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::money::Usage;
use social_core::{Effect, Error, Result};

use super::wire::{Call, Chunk};
use crate::shared::think::ThinkSplitter;
use crate::shared::{arguments, call_id, in_place};

type Out = VecDeque<ChatEvent>;

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    splitter: ThinkSplitter,
    started: bool,
    /// When the server began to answer.
    began: String,
    answered: bool,
    calls: usize,
    /// The last call, until it is sure that the length limit did not strike in it.
    held: Option<ToolCall>,
    done: bool,
    /// The last line could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    /// `thinks`: the model always thinks, or was told to.
    pub(super) fn new(endpoint: Endpoint, thinks: bool) -> Self {
        Self {
            endpoint,
            splitter: ThinkSplitter::streamed(thinks),
            started: false,
            began: String::new(),
            answered: false,
            calls: 0,
            held: None,
            done: false,
            unreadable: None,
        }
    }

    /// Reads a line.
    fn chunk(&mut self, chunk: Chunk<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        if chunk.error.is_some() {
            let failure = Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body: raw };
            let error = self.endpoint.classify(&failure);
            // Ollama's cloud may bill what it made before it failed.
            return Err(if self.answered { error.with_effect(Effect::Unknown) } else { error });
        }
        if !self.started {
            self.started = true;
            // Every piece has a moment of its own.
            self.began = chunk.created_at.unwrap_or_default();
            out.push_back(ChatEvent::Started { id: None, model: chunk.model, degraded: false });
        }
        if let Some(message) = chunk.message {
            self.answered = true;
            if let Some(thinking) = message.thinking.filter(|text| !text.is_empty()) {
                self.splitter.expect_answer();
                out.push_back(ChatEvent::Reasoning(thinking));
            }
            self.splitter.push(&message.content.unwrap_or_default(), |piece| piece.emit(&mut 0, out));
            for call in in_place::items(message.tool_calls) {
                // What has no function is no call.
                if let Ok(call) = serde_json::from_str(call.get()) {
                    self.call(call, out)?;
                }
            }
        }
        if chunk.done {
            self.finish(chunk.done_reason, chunk.prompt_eval_count.count(), chunk.eval_count.count(), out);
        }
        Ok(())
    }

    fn call(&mut self, call: Call<'_>, out: &mut Out) -> Result<()> {
        let text = call.function.arguments.map(arguments::text).unwrap_or_default();
        let name = call.function.name;
        let parsed = arguments::parse(&name, &text)?;
        let index = self.calls;
        self.calls += 1;
        let made_up = || call_id::made_up(&self.began, index, &name, &text);
        let id = call.id.filter(|id| !id.is_empty()).unwrap_or_else(made_up);
        out.push_back(ChatEvent::ToolCallDelta { index, name: Some(name.clone()), arguments: text });
        let earlier = self.held.replace(ToolCall::new(id, name, parsed));
        out.extend(earlier.map(ChatEvent::ToolCall));
        Ok(())
    }

    fn finish(&mut self, reason: Option<String>, input: Option<u64>, output: Option<u64>, out: &mut Out) {
        self.done = true;
        self.splitter.finish(|piece| piece.emit(&mut 0, out));
        let finish = match reason.as_deref() {
            Some("length") => FinishReason::Length,
            // Servers of 2024 give no reason; all say `stop` when they call tools.
            None | Some("" | "stop") if self.calls > 0 => FinishReason::ToolCalls,
            None | Some("" | "stop") => FinishReason::Stop,
            Some(other) => FinishReason::Other(other.to_owned()),
        };
        let held = self.held.take().filter(|_| finish != FinishReason::Length);
        out.extend(held.map(ChatEvent::ToolCall));
        if input.is_some() || output.is_some() {
            let mut usage = Usage::default();
            usage.input_tokens = input;
            usage.output_tokens = output;
            out.push_back(ChatEvent::Usage(usage));
        }
        out.push_back(ChatEvent::Finished(finish));
    }
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
        match serde_json::from_str::<Chunk<'_>>(event.data) {
            Ok(chunk) => self.chunk(chunk, event.data.as_bytes(), out),
            Err(cause) => {
                let message = format!("a line of the stream is not what was expected: {cause}");
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
