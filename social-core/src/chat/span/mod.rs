//! The span of a chat, with the names of OpenTelemetry's conventions for generative AI.
//!
//! Names and values are those of
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>, as of version 1.41. What was
//! said is not in it.

use std::fmt;

use tracing::{Span, field};

use super::event::{ChatEvent, FinishReason};
use super::reply::ChatReply;
use crate::ModelAddress;
use crate::error::Error;
use crate::money::Usage;

/// The span of a chat with this model; `provider` is the vendor's name in the conventions.
pub(super) fn begin(address: &ModelAddress, provider: &str, stream: bool) -> Span {
    tracing::info_span!(
        "chat",
        otel.name = %format_args!("chat {}", address.model),
        otel.kind = "client",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = provider,
        gen_ai.request.model = %address.model,
        gen_ai.request.stream = stream,
        gen_ai.response.id = field::Empty,
        gen_ai.response.model = field::Empty,
        gen_ai.response.finish_reasons = field::Empty,
        gen_ai.usage.input_tokens = field::Empty,
        gen_ai.usage.output_tokens = field::Empty,
        gen_ai.usage.cache_read.input_tokens = field::Empty,
        gen_ai.usage.cache_creation.input_tokens = field::Empty,
        gen_ai.usage.reasoning.output_tokens = field::Empty,
        "error.type" = field::Empty,
    )
}

/// Notes a piece of an answer.
pub(super) fn note(span: &Span, event: &ChatEvent) {
    match event {
        ChatEvent::Started { id, model, .. } => started(span, id.as_deref(), model.as_deref()),
        ChatEvent::Usage(usage) => used(span, usage),
        ChatEvent::Finished(finish) => finished(span, finish),
        _ => {}
    }
}

/// Notes a whole answer.
pub(super) fn answered(span: &Span, reply: &ChatReply) {
    started(span, reply.id.as_deref(), reply.model.as_deref());
    if let Some(usage) = &reply.usage {
        used(span, usage);
    }
    finished(span, &reply.finish);
}

/// Notes a failure.
pub(super) fn failed(span: &Span, error: &Error) {
    span.record("error.type", error.kind().as_str());
    if let Some(usage) = error.usage() {
        used(span, usage);
    }
}

fn started(span: &Span, id: Option<&str>, model: Option<&str>) {
    span.record("gen_ai.response.id", id);
    span.record("gen_ai.response.model", model);
}

fn used(span: &Span, usage: &Usage) {
    span.record("gen_ai.usage.input_tokens", usage.input_tokens);
    span.record("gen_ai.usage.output_tokens", usage.output_tokens);
    span.record("gen_ai.usage.cache_read.input_tokens", usage.cache_read_tokens);
    span.record("gen_ai.usage.cache_creation.input_tokens", usage.cache_write_tokens);
    span.record("gen_ai.usage.reasoning.output_tokens", usage.reasoning_tokens);
}

fn finished(span: &Span, finish: &FinishReason) {
    let word = match finish {
        FinishReason::Stop | FinishReason::StopSequence => "stop",
        FinishReason::Length => "length",
        FinishReason::ToolCalls => "tool_calls",
        FinishReason::Refused => "content_filter",
        FinishReason::Paused => "pause",
        FinishReason::Other(word) => word,
    };
    span.record("gen_ai.response.finish_reasons", field::display(Listed(word)));
}

/// A list with one word, as JSON: spans have no lists. It is written for a span that is listened to
/// only.
struct Listed<'a>(&'a str);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", serde_json::json!([self.0]))
    }
}

#[cfg(test)]
mod tests;
