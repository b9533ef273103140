//! What comes back, as events: the same reader for whole answers and for streams.

use std::collections::VecDeque;

use http::{HeaderMap, StatusCode};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason, OpaqueState, ToolCall, WebSource};
use social_core::error::Stage;
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::money::Usage;
use social_core::{Effect, Error, Result};
use url::Url;

use super::files;
use super::wire::{self, BaseResp, Block, Container, Delta, Message, StopDetails, UsageReport};
use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Number, sum};
use crate::shared::{arguments, call_id};

type Out = VecDeque<ChatEvent>;

/// The block that is being read.
#[derive(Debug)]
enum Open {
    /// With its text where it may cite pages: such a block goes back as it came.
    Text {
        cited: Option<String>,
    },
    Thinking {
        signature: String,
    },
    Tool {
        index: usize,
        id: String,
        name: String,
        input: String,
        caller: Option<Map<String, Value>>,
    },
    /// A block that goes back as it came; a searching tool's input comes in pieces.
    Opaque {
        block: Map<String, Value>,
        input: String,
    },
}

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    started: bool,
    id: Option<String>,
    answered: bool,
    open: Option<Open>,
    /// A complete call, until it is sure that the limit did not strike in it.
    held: Option<ToolCall>,
    calls: usize,
    /// Bytes of text so far, and where the current block of it began.
    text: usize,
    block_start: usize,
    citations: Vec<Map<String, Value>>,
    container: Option<Container>,
    usage: UsageReport,
    finish: Option<FinishReason>,
    refusal: Option<StopDetails>,
    done: bool,
    /// The last event could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            started: false,
            id: None,
            answered: false,
            open: None,
            held: None,
            calls: 0,
            text: 0,
            block_start: 0,
            citations: Vec::new(),
            container: None,
            usage: UsageReport::default(),
            finish: None,
            refusal: None,
            done: false,
            unreadable: None,
        }
    }

    fn message<'a>(&mut self, message: Message<'a>, out: &mut Out) -> Result<(Option<Text<'a>>, Option<StopDetails>)> {
        if !std::mem::replace(&mut self.started, true) {
            let own = |text: Option<Text<'_>>| text.map(|text| text.0.into_owned());
            self.id = own(message.id);
            out.push_back(ChatEvent::Started { id: self.id.clone(), model: own(message.model), degraded: false });
        }
        self.container = message.container.or(self.container.take());
        match message.content {
            // Some servers answer with the text alone.
            Some(text) if text.get().starts_with('"') => {
                self.words(ChatEvent::Text, arguments::text(text), out);
            }
            blocks => {
                for block in in_place::items(blocks) {
                    self.start(block, out)?;
                    self.stop(out)?;
                }
            }
        }
        self.report(message.usage, out);
        Ok((message.stop_reason, message.stop_details))
    }

    fn report(&mut self, report: Option<UsageReport>, out: &mut Out) {
        let Some(report) = report else { return };
        let known = &mut self.usage;
        known.input_tokens = report.input_tokens.or(known.input_tokens);
        known.cache_creation_input_tokens = report.cache_creation_input_tokens.or(known.cache_creation_input_tokens);
        known.cache_creation = report.cache_creation.or(known.cache_creation.take());
        known.cache_read_input_tokens = report.cache_read_input_tokens.or(known.cache_read_input_tokens);
        known.output_tokens = report.output_tokens.or(known.output_tokens);
        known.output_tokens_details = report.output_tokens_details.or(known.output_tokens_details.take());
        known.server_tool_use = report.server_tool_use.or(known.server_tool_use.take());
        known.iterations = report.iterations.or(known.iterations.take());
        let read = known.cache_read_input_tokens.count();
        let written = known.cache_creation_input_tokens.count();
        let hour = known.cache_creation.as_ref().and_then(|kept| kept.ephemeral_1h_input_tokens.count());
        let mut usage = Usage::default();
        // The vendor leaves cached tokens out of the input.
        usage.input_tokens = known.input_tokens.count().and_then(|tokens| sum(Some(tokens), sum(read, written)));
        (usage.cache_read_tokens, usage.cache_write_tokens) = (read, written);
        usage.cache_write_hour_tokens = hour;
        usage.output_tokens = known.output_tokens.count();
        usage.reasoning_tokens =
            known.output_tokens_details.as_ref().and_then(|details| details.thinking_tokens.count());
        usage.searches = known.server_tool_use.as_ref().and_then(|tools| tools.web_search_requests.count());
        for more in known.compactions() {
            let add = |to: &mut Option<u64>, count: Number| *to = to.and_then(|known| sum(Some(known), count.count()));
            for count in [more.input_tokens, more.cache_read_input_tokens, more.cache_creation_input_tokens] {
                add(&mut usage.input_tokens, count);
            }
            add(&mut usage.cache_read_tokens, more.cache_read_input_tokens);
            add(&mut usage.cache_write_tokens, more.cache_creation_input_tokens);
            add(&mut usage.output_tokens, more.output_tokens);
        }
        out.push_back(ChatEvent::Usage(usage));
    }

    fn start(&mut self, raw: &RawValue, out: &mut Out) -> Result<()> {
        self.stop(out)?;
        // Whatever follows a call proves that the call is whole.
        out.extend(self.held.take().map(ChatEvent::ToolCall));
        let unreadable = |cause| Error::protocol(format!("a block of the answer cannot be read: {cause}"), raw.get());
        let block: Block<'_> = serde_json::from_str(raw.get()).map_err(unreadable)?;
        let text = |text: Option<Text<'_>>| text.map(|text| text.0.into_owned()).unwrap_or_default();
        self.open = Some(match block.r#type.as_ref().map_or("", |kind| &kind.0) {
            "text" => {
                let words = text(block.text);
                let cited = block.citations.is_some().then(|| words.clone());
                self.block_start = self.text;
                self.words(ChatEvent::Text, words, out);
                self.citations = block.citations.unwrap_or_default();
                Open::Text { cited }
            }
            "thinking" => {
                self.words(ChatEvent::Reasoning, text(block.thinking), out);
                Open::Thinking { signature: text(block.signature) }
            }
            "tool_use" => {
                let index = self.calls;
                self.calls += 1;
                self.answered = true;
                let (id, name) = (text(block.id), text(block.name));
                out.push_back(ChatEvent::ToolCallDelta { index, name: Some(name.clone()), arguments: String::new() });
                let input = block.input.map(RawValue::get).filter(|input| *input != "{}").unwrap_or_default();
                // The usual caller need not be named.
                let caller = block.caller.filter(|caller| caller.get("type").is_some_and(|kind| *kind != "direct"));
                Open::Tool { index, id, name, input: input.to_owned(), caller }
            }
            _ => Open::Opaque { block: serde_json::from_str(raw.get()).map_err(unreadable)?, input: String::new() },
        });
        Ok(())
    }

    fn words(&mut self, event: fn(String) -> ChatEvent, words: String, out: &mut Out) {
        if words.is_empty() {
            return;
        }
        self.answered = true;
        let event = event(words);
        if let ChatEvent::Text(text) = &event {
            self.text += text.len();
        }
        out.push_back(event);
    }

    fn delta(&mut self, delta: &mut Delta<'_>, out: &mut Out) {
        if let Some(text) = delta.text.take() {
            if let Some(Open::Text { cited: Some(cited) }) = &mut self.open {
                cited.push_str(&text.0);
            }
            self.words(ChatEvent::Text, text.0.into_owned(), out);
        }
        if let Some(text) = delta.thinking.take() {
            self.words(ChatEvent::Reasoning, text.0.into_owned(), out);
        }
        if let (Some(more), Some(Open::Thinking { signature })) = (&delta.signature, &mut self.open) {
            signature.push_str(&more.0);
        }
        if let Some(piece) = delta.partial_json.take().filter(|piece| !piece.0.is_empty()) {
            match &mut self.open {
                Some(Open::Tool { index, input, .. }) => {
                    input.push_str(&piece.0);
                    let (index, arguments) = (*index, piece.0.into_owned());
                    out.push_back(ChatEvent::ToolCallDelta { index, name: None, arguments });
                }
                Some(Open::Opaque { input, .. }) => input.push_str(&piece.0),
                _ => {}
            }
        }
        if let (Some(more), Some(Open::Opaque { block, .. })) = (delta.content.take(), &mut self.open) {
            match block.get_mut("content") {
                Some(Value::String(content)) => content.push_str(&more.0),
                _ => {
                    block.insert("content".to_owned(), more.0.into());
                }
            }
        }
        self.citations.extend(delta.citation.take());
    }

    /// The end of a block.
    fn stop(&mut self, out: &mut Out) -> Result<()> {
        let state = |state| OpaqueState::new(self.endpoint.vendor(), state);
        match self.open.take() {
            None => {}
            Some(Open::Text { cited }) => {
                let span = self.block_start..self.text;
                let mut citations = std::mem::take(&mut self.citations);
                out.extend(citations.iter().filter_map(|citation| source(citation, &span)).map(ChatEvent::Source));
                let places = citations.iter().filter_map(|citation| files::citation(citation, &span));
                out.extend(places.map(ChatEvent::Citation));
                // What the search found comes back with the index into it; the vendor takes other
                // citations in another form.
                citations.retain(|citation| citation.contains_key("encrypted_index"));
                if let Some(text) = cited.filter(|text| !text.is_empty() && !citations.is_empty()) {
                    let block = json!({"type": "text", "text": text, "citations": citations});
                    out.push_back(ChatEvent::Opaque(state(block)));
                }
            }
            Some(Open::Thinking { signature }) if signature.is_empty() => {}
            Some(Open::Thinking { signature }) => {
                out.push_back(ChatEvent::ReasoningState(state(json!({"signature": signature}))));
            }
            Some(Open::Tool { index, id, name, input, caller }) => match arguments::parse(&name, &input) {
                Ok(arguments) => {
                    let answer = self.id.as_deref().unwrap_or_default();
                    let made_up = || call_id::made_up(answer, index, &name, &input);
                    let id = Some(id).filter(|id| !id.is_empty()).unwrap_or_else(made_up);
                    let opaque = caller.map(|caller| state(json!({"caller": caller})));
                    self.held = Some(ToolCall { opaque, ..ToolCall::new(id, name, arguments) });
                }
                // Cut by the limit, most likely: the reason is still to come.
                Err(error) => self.unreadable = Some(error),
            },
            Some(Open::Opaque { mut block, input }) => {
                if let Ok(input) = serde_json::from_str(&input) {
                    block.insert("input".to_owned(), input);
                }
                let thinking = block.get("type").is_some_and(|kind| *kind == "redacted_thinking");
                let event = if thinking { ChatEvent::ReasoningState } else { ChatEvent::Opaque };
                out.push_back(event(state(Value::Object(block))));
            }
        }
        Ok(())
    }

    fn stopped(&mut self, reason: Option<&Text<'_>>, details: Option<StopDetails>) {
        let Some(reason) = reason.filter(|reason| !reason.0.is_empty()) else { return };
        let finish = match &*reason.0 {
            "end_turn" => FinishReason::Stop,
            "stop_sequence" => FinishReason::StopSequence,
            "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
            "tool_use" => FinishReason::ToolCalls,
            "pause_turn" => FinishReason::Paused,
            "refusal" => FinishReason::Refused,
            other => FinishReason::Other(other.to_owned()),
        };
        if finish == FinishReason::Length {
            // The limit struck in the last call, even if its arguments happen to be JSON.
            self.held = None;
            self.unreadable = None;
        }
        self.refusal = details.filter(|_| finish == FinishReason::Refused);
        self.finish = Some(finish);
    }

    fn complete(&mut self, out: &mut Out) -> Result<()> {
        out.extend(self.held.take().map(ChatEvent::ToolCall));
        let Some(finish) = self.finish.take() else { return Ok(()) };
        if let Some(StopDetails { category, explanation }) = self.refusal.take() {
            let words = [category.as_deref(), explanation.as_deref()];
            let words = words.into_iter().flatten().map(str::to_owned).reduce(|all, more| format!("{all}: {more}"));
            match words {
                Some(words) if self.text == 0 && self.calls == 0 => {
                    return Err(Error::rejected(Stage::Output, category, words).with_code("refusal"));
                }
                words => out.extend(words.map(ChatEvent::Refusal)),
            }
        }
        if let Some(Container { id }) = self.container.take() {
            let state = json!({"container": {"id": id}});
            out.push_back(ChatEvent::Opaque(OpaqueState::new(self.endpoint.vendor(), state)));
        }
        out.push_back(ChatEvent::Finished(finish));
        Ok(())
    }

    fn failure(&self, raw: &[u8]) -> Error {
        let error = self.endpoint.classify(&Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body: raw });
        // The vendor made something before it failed, and may bill it.
        if self.answered { error.with_effect(Effect::Unknown) } else { error }
    }
}

fn source(citation: &Map<String, Value>, span: &std::ops::Range<usize>) -> Option<WebSource> {
    let text = |name| citation.get(name).and_then(Value::as_str);
    let url = Url::parse(text("url")?).ok()?;
    let (title, quote) = (text("title").map(str::to_owned), text("cited_text").map(str::to_owned));
    Some(WebSource { title, quote, span: Some(span.clone()), ..WebSource::new(url) })
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut Out) -> Result<()> {
        let message: Message<'_> = reply.json()?;
        let failed = message.base_resp.as_ref().is_some_and(BaseResp::is_failure);
        if failed || message.r#type.as_ref().is_some_and(|kind| kind.0 == "error") {
            return Err(self.failure(&reply.body));
        }
        let (reason, details) = self.message(message, out)?;
        self.stopped(reason.as_ref(), details);
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        self.finish.get_or_insert(FinishReason::Other(String::new()));
        self.complete(out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut Out) -> Result<()> {
        let raw = event.data.as_bytes();
        let mut place = None;
        let event = match in_place::from_str::<wire::Event<'_>>(event.data, &mut place) {
            Ok(event) => event,
            Err(cause) => {
                let message = format!("an event of the stream is not what was expected: {cause}");
                let error = Error::protocol(message, raw);
                return self.unreadable.replace(error).map_or(Ok(()), Err);
            }
        };
        let kind = event.r#type.take();
        let kind = kind.as_ref().map_or("", |kind| &kind.0);
        match kind {
            "ping" => return Ok(()),
            "error" => return Err(self.failure(raw)),
            "" if event.base_resp.as_ref().is_some_and(BaseResp::is_failure) => return Err(self.failure(raw)),
            "message_delta" => {
                self.report(event.usage.take(), out);
                if let Some(delta) = &mut event.delta {
                    self.container = delta.container.take().or(self.container.take());
                    self.stopped(delta.stop_reason.as_ref(), delta.stop_details.take());
                }
            }
            _ => {}
        }
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        match kind {
            "message_start" => {
                if let Some(message) = event.message.take() {
                    // Proxies begin again after a lost connection; what was open then never ends.
                    self.open = None;
                    self.message(message, out)?;
                }
            }
            "content_block_start" => {
                if let Some(block) = event.content_block {
                    self.start(block, out)?;
                }
            }
            "content_block_delta" => {
                if let Some(delta) = &mut event.delta {
                    self.delta(delta, out);
                }
            }
            "content_block_stop" => self.stop(out)?,
            "message_stop" => self.done = true,
            _ => {}
        }
        Ok(())
    }

    /// The reason says that the answer is whole, too: some servers leave out the last event.
    fn end(&mut self, out: &mut Out) -> Result<()> {
        let whole = self.finish.is_some() && self.open.is_none() && self.unreadable.is_none();
        if self.done || whole { self.complete(out) } else { Ok(()) }
    }

    fn is_done(&self) -> bool {
        self.done
    }
}
