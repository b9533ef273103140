//! What comes back, as events: the same reader for whole answers and for streams.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason, OpaqueState, ToolCall, WebSource};
use social_core::error::Stage;
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::money::{MicroDollars, Usage};
use social_core::{Effect, Error, ErrorKind, Result};

use super::citation::{self, Characters};
use super::detail;
use super::dialect::{Dialect, ReasoningBack, ThinkTags};
use super::draft::{CallPiece, Draft};
use super::extra::Extra;
use super::files;
use super::wire::{
    Annotation, Choice, Chunk, Content, ContentPart, Delta, Thinking, ToolDelta, UrlCitation, UsageReport,
};
use crate::shared::arguments;
use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Number, Whole};
use crate::shared::think::{Piece, ThinkSplitter};

type Out = VecDeque<ChatEvent>;

/// Reads one answer.
#[derive(Debug)]
pub(crate) struct Decoder {
    dialect: Arc<Dialect>,
    endpoint: Endpoint,
    splitter: Option<ThinkSplitter>,
    started: bool,
    id: Option<String>,
    /// Which of several choices is read.
    index: Option<u64>,
    /// Something of an answer was handed out, be it thinking only.
    answered: bool,
    /// The answer comes in pieces; a whole one beside or after them repeats it.
    in_pieces: bool,
    /// Text, a refusal or a tool call was handed out.
    spoke: bool,
    refused: bool,
    /// The vendor's word for that its filter stopped the answer.
    blocked: Option<String>,
    /// Thinking was taken out of the text.
    split: bool,
    /// Thinking came in a field of its own; what stands between tags in the text repeats it.
    apart: bool,
    characters: Characters,
    calls: Vec<Draft>,
    /// How many pieces of the answer were read.
    events: usize,
    /// The pages that a search found.
    found: Vec<WebSource>,
    details: Vec<Map<String, Value>>,
    citations: Vec<UrlCitation>,
    extra: Extra,
    seeded: bool,
    finish: Option<FinishReason>,
    /// `[DONE]` was read.
    done: bool,
    /// The last event could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    /// `seeded`: the caller wants the same answer again, and so wants to know of another backend.
    /// `thinks`: the model always thinks, or was told to.
    pub(crate) fn new(dialect: Arc<Dialect>, endpoint: Endpoint, seeded: bool, thinks: bool) -> Self {
        let splitter = match dialect.quirks.think_tags {
            ThinkTags::Text => None,
            ThinkTags::Split => Some(ThinkSplitter::streamed(thinks)),
            ThinkTags::SplitUnopened => Some(ThinkSplitter::unopened()),
        };
        Self {
            dialect,
            endpoint,
            seeded,
            splitter,
            started: false,
            id: None,
            index: None,
            answered: false,
            in_pieces: false,
            spoke: false,
            refused: false,
            blocked: None,
            split: false,
            apart: false,
            characters: Characters::default(),
            calls: Vec::new(),
            events: 0,
            found: Vec::new(),
            details: Vec::new(),
            citations: Vec::new(),
            extra: Extra::default(),
            finish: None,
            done: false,
            unreadable: None,
        }
    }

    fn chunk(&mut self, chunk: &mut Chunk<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        let name = |text: Option<Text<'_>>| text.map(|text| text.0.into_owned()).filter(|text| !text.is_empty());
        if !self.started
            && let model = name(chunk.model.take())
            && (model.is_some() || chunk.choice.is_some())
        {
            self.started = true;
            self.id = name(chunk.id.take());
            out.push_back(ChatEvent::Started { id: self.id.clone(), model, degraded: false });
        }
        self.extra.keep("service_tier", chunk.service_tier.filter(|tier| tier.get() != "\"default\""));
        self.extra.keep("system_fingerprint", chunk.system_fingerprint.filter(|_| self.seeded));
        self.extra.keep("provider", chunk.provider);
        let usage = chunk.usage.take().or_else(|| chunk.choice.as_mut()?.usage.take());
        if let Some(usage) = usage.and_then(|report| self.usage(report)) {
            out.push_back(ChatEvent::Usage(usage));
        }
        self.found.extend(chunk.web_search.map(citation::found).unwrap_or_default());
        let failed = chunk.has_failed();
        let mut failure = failed.then_some(Cow::Borrowed(raw));
        if let Some(choice) = &mut chunk.choice {
            if let Some(error) = choice.error.filter(|_| !failed) {
                failure = Some(format!("{{\"error\":{error}}}").into_bytes().into());
            }
            // What went wrong says more than a finish reason that something did.
            choice.error = choice.error.or(chunk.error.filter(|_| failed));
            self.choice(choice, raw, out)?;
        }
        failure.map_or(Ok(()), |body| Err(self.failure(&body, out)))
    }

    pub(crate) fn choice(&mut self, choice: &mut Choice<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        if let Some(index) = choice.index.count()
            && *self.index.get_or_insert(index) != index
        {
            return Ok(());
        }
        let before = out.len();
        if let Some(delta) = &mut choice.delta {
            self.delta(delta, out);
            self.in_pieces |= out.len() > before;
        }
        if let Some(message) = choice.message.as_mut().filter(|_| !self.in_pieces) {
            self.delta(message, out);
        }
        self.note(out, before);
        self.extra.keep("native_finish_reason", choice.native_finish_reason);
        self.extra.keep("content_filter_results", choice.content_filter_results);
        self.extra.add_logprobs(choice.logprobs);
        if let Some(reason) = choice.finish_reason.take().filter(|reason| !matches!(&*reason.0, "" | "null")) {
            let blocked = matches!(&*reason.0, "content_filter" | "sensitive");
            self.blocked = blocked.then(|| reason.0.to_string());
            self.finish = Some(match &*reason.0 {
                "stop" | "end_turn" | "eos" | "eos_token" => FinishReason::Stop,
                "stop_sequence" => FinishReason::StopSequence,
                "length" | "max_tokens" | "model_length" | "model_context_window_exceeded" => FinishReason::Length,
                "tool_calls" | "function_call" => FinishReason::ToolCalls,
                // `sensitive` is Zhipu's word for it.
                "content_filter" | "sensitive" => FinishReason::Refused,
                // Zhipu's, DeepSeek's and OpenRouter's words for a failure of their own.
                "network_error" | "insufficient_system_resource" | "error" if choice.error.is_none() => {
                    let message = format!("the vendor broke off: {}", reason.0);
                    return Err(Error::new(ErrorKind::Unavailable, message).with_code(reason.0).with_body(raw));
                }
                other => FinishReason::Other(other.to_owned()),
            });
        }
        // OpenRouter says `tool_calls` of a call that the limit cut.
        let limits = ["\"length\"", "\"max_tokens\"", "\"max_output_tokens\"", "\"MAX_TOKENS\""];
        if matches!(self.finish, Some(FinishReason::Stop | FinishReason::ToolCalls))
            && choice.native_finish_reason.is_some_and(|native| limits.contains(&native.get()))
        {
            self.finish = Some(FinishReason::Length);
        }
        Ok(())
    }

    fn delta(&mut self, delta: &mut Delta<'_>, out: &mut Out) {
        let details: Vec<Map<String, Value>> = match delta.reasoning_details.take() {
            None => Vec::new(),
            list => in_place::items(list).iter().filter_map(|detail| serde_json::from_str(detail.get()).ok()).collect(),
        };
        let before = out.len();
        // Servers that renamed the field send both for a while.
        let named = [delta.reasoning_content.take(), delta.reasoning.take()];
        match named.into_iter().flatten().find(|text| !text.0.is_empty()) {
            Some(text) => push_text(out, ChatEvent::Reasoning, text.0.into_owned()),
            None => {
                for detail in &details {
                    let text = detail.get("text").or(detail.get("summary")).and_then(Value::as_str);
                    push_text(out, ChatEvent::Reasoning, text.unwrap_or_default().to_owned());
                }
            }
        }
        self.apart |= out.len() > before;
        if let Some(splitter) = self.splitter.as_mut().filter(|_| self.apart) {
            splitter.expect_answer();
        }
        if self.dialect.quirks.reasoning_back == ReasoningBack::Details {
            for detail in details {
                detail::merge(&mut self.details, detail);
            }
        }
        match std::mem::take(&mut delta.content) {
            Content::Nothing => {}
            Content::Text(text) => match &mut self.splitter {
                None => push_text(out, ChatEvent::Text, text.into_owned()),
                Some(splitter) => splitter.push(&text, |piece| {
                    let thinking = matches!(piece, Piece::Thinking(_));
                    self.split |= thinking;
                    if !(thinking && self.apart) {
                        piece.emit(&mut 0, out);
                    }
                }),
            },
            Content::Parts(parts) => parts.into_iter().for_each(|part| push_part(out, part)),
        }
        if let Some(words) = delta.refusal.take().filter(|words| !words.0.is_empty()) {
            self.refused = true;
            out.push_back(ChatEvent::Refusal(words.0.into_owned()));
        }
        self.events += 1;
        let calls = delta.tool_calls();
        // llama-cpp-python says each piece in the old field, too.
        let old = delta.function_call.take().filter(|_| calls.is_empty());
        for call in calls {
            self.tool(call, out);
        }
        if let Some(function) = old {
            self.tool(ToolDelta { index: Number::Count(0), id: None, function: Some(function), custom: None }, out);
        }
        if let Some(list) = delta.annotations.take() {
            let annotations = in_place::items(Some(list)).into_iter();
            let annotations = annotations.filter_map(|raw| serde_json::from_str::<Annotation>(raw.get()).ok());
            self.citations.extend(annotations.filter_map(|annotation| annotation.url_citation));
        }
        if let Some(list) = delta.images.take() {
            out.extend(in_place::items(Some(list)).into_iter().filter_map(files::image).map(ChatEvent::Image));
        }
    }

    /// Remembers what was handed out since.
    fn note(&mut self, out: &Out, before: usize) {
        for event in out.iter().skip(before) {
            self.answered = true;
            match event {
                ChatEvent::Text(text) => {
                    self.spoke = true;
                    self.characters.push(text);
                }
                ChatEvent::Refusal(_) | ChatEvent::ToolCallDelta { .. } | ChatEvent::Image(_) => self.spoke = true,
                _ => {}
            }
        }
    }

    fn tool(&mut self, call: ToolDelta<'_>, out: &mut Out) {
        let custom = call.custom.is_some();
        let function = call.custom.or(call.function).unwrap_or_default();
        let text = |text: Option<Text<'_>>| text.map(|text| text.0.into_owned()).unwrap_or_default();
        let (id, name) = (text(call.id), text(function.name));
        let fragment = function.arguments.map(arguments::text).unwrap_or_default();
        let (index, arguments, event) = (call.index.count(), &*fragment, self.events);
        let piece = CallPiece { index, id: &id, name: &name, arguments, custom, event };
        let (index, named) = Draft::place(&mut self.calls, &piece);
        if named || !fragment.is_empty() {
            let name = named.then_some(name);
            out.push_back(ChatEvent::ToolCallDelta { index, name, arguments: fragment });
        }
    }

    fn usage(&self, report: UsageReport) -> Option<Usage> {
        let prompt = report.prompt_details.unwrap_or_default();
        let reasoning = report.completion_details.and_then(|details| details.reasoning_tokens.count());
        let mut usage = Usage::default();
        usage.input_tokens = report.prompt_tokens.count();
        let cached = [prompt.cached_tokens, report.cached_tokens, report.prompt_cache_hit_tokens];
        usage.cache_read_tokens = cached.into_iter().find_map(Number::count);
        let written = [prompt.cache_write_tokens, prompt.cache_creation_input_tokens];
        usage.cache_write_tokens = written.into_iter().find_map(Number::count);
        usage.reasoning_tokens = reasoning;
        usage.output_tokens = report.completion_tokens.count().map(|tokens| {
            let (thought, input) = (reasoning.unwrap_or(0), usage.input_tokens.unwrap_or(0));
            let outside = match report.total_tokens.count() {
                Some(total) if total == input.saturating_add(tokens) => false,
                Some(total) if total == input.saturating_add(tokens).saturating_add(thought) => true,
                _ => self.dialect.quirks.reasoning_outside_output,
            };
            if outside { tokens.saturating_add(thought) } else { tokens }
        });
        usage.searches = report.num_sources_used.count().filter(|&searches| searches > 0);
        let dollars = report.cost.float().or(report.cost_in_usd_ticks.float().map(|ticks| ticks / 1e10));
        usage.reported_cost = dollars.map(MicroDollars::from_dollars);
        (usage != Usage::default()).then_some(usage)
    }

    /// A failure inside a success.
    fn failure(&mut self, body: &[u8], out: &mut Out) -> Error {
        #[derive(serde::Deserialize)]
        struct Body {
            error: Option<Inner>,
        }
        #[derive(serde::Deserialize)]
        struct Inner {
            code: Option<Value>,
            status_code: Option<u16>,
        }
        self.flush(out);
        let inner = serde_json::from_slice::<Body>(body).ok().and_then(|body| body.error);
        let named = inner.and_then(|inner| {
            let code = inner.code.and_then(|code| code.as_u64().or(code.as_str()?.parse().ok()));
            inner.status_code.or(code.and_then(|code| u16::try_from(code).ok()))
        });
        let named = named.filter(|status| (400..600).contains(status));
        let status = named.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
        let mut error = self.endpoint.classify(&Failure { status, headers: &HeaderMap::new(), body });
        // OpenRouter reports the output limit twice: as the finish reason and as a bad request.
        if self.finish == Some(FinishReason::Length) && error.kind() == ErrorKind::InvalidRequest {
            let cut = Error::new(ErrorKind::Truncated, error.message().to_owned()).with_body(body);
            error = cut.with_code(error.code().unwrap_or("length"));
        }
        if let Some(id) = &self.id
            && error.request_id().is_none()
        {
            error = error.with_request_id(id.clone());
        }
        // The vendor made something before it failed, and may bill it.
        if self.answered { error.with_effect(Effect::Unknown) } else { error }
    }

    /// Hands out text that was held back.
    fn flush(&mut self, out: &mut Out) {
        let before = out.len();
        if let Some(splitter) = &mut self.splitter {
            splitter.finish(|piece| {
                if !(matches!(piece, Piece::Thinking(_)) && self.apart) {
                    piece.emit(&mut 0, out);
                }
            });
        }
        self.note(out, before);
    }

    /// Servers have ended streams, TGI's for one, without a reason, but with `[DONE]`. Whole calls
    /// prove that nothing is missing of them.
    fn unsaid(&self) -> Option<FinishReason> {
        match self.done {
            true if !self.calls.is_empty() => self.calls.iter().all(Draft::is_whole).then_some(FinishReason::ToolCalls),
            true if self.spoke => Some(FinishReason::Other(String::new())),
            _ => None,
        }
    }

    /// Hands out what is only sure at the end.
    pub(crate) fn complete(&mut self, out: &mut Out) -> Result<()> {
        self.flush(out);
        let Some(mut finish) = self.finish.take().or_else(|| self.unsaid()) else { return Ok(()) };
        let mut calls = std::mem::take(&mut self.calls);
        let cut = finish == FinishReason::Length;
        if cut {
            // The last call is where the limit struck, even if its arguments happen to be JSON.
            calls.pop();
        }
        if let Some(word) = self.blocked.take().filter(|_| !self.spoke) {
            let category = self.extra.filtered();
            let message = format!("the answer was blocked: {}", category.as_ref().unwrap_or(&word));
            return Err(Error::rejected(Stage::Output, category, message).with_code(word));
        }
        let mut called = false;
        let answer = self.id.as_deref().unwrap_or_default();
        for (n, draft) in calls.into_iter().enumerate().filter(|(_, draft)| !draft.is_empty()) {
            let (id, name, arguments) = match draft.finish(answer, n) {
                Ok(call) => call,
                Err(_) if cut => continue,
                Err(error) => return Err(error),
            };
            out.push_back(ChatEvent::ToolCall(ToolCall::new(id, name, arguments)));
            called = true;
        }
        if !self.details.is_empty() {
            let details = std::mem::take(&mut self.details).into_iter().map(Value::Object).collect();
            out.push_back(ChatEvent::ReasoningState(OpaqueState::new(self.endpoint.vendor(), details)));
        }
        let text = Some(&self.characters).filter(|_| !self.split);
        let sources = self.citations.drain(..).filter_map(|citation| Characters::source(citation, text));
        out.extend(sources.chain(std::mem::take(&mut self.found)).map(ChatEvent::Source));
        out.extend(self.extra.take());
        // Vendors say `stop` although they call tools, and when they refuse.
        if finish == FinishReason::Stop && called {
            finish = FinishReason::ToolCalls;
        } else if finish == FinishReason::Stop && self.refused {
            finish = FinishReason::Refused;
        }
        out.push_back(ChatEvent::Finished(finish));
        Ok(())
    }
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut Out) -> Result<()> {
        if let Some(splitter) = &mut self.splitter {
            splitter.expect_whole();
        }
        let Whole(mut chunk) = reply.json::<Whole<Chunk<'_>>>()?;
        let empty = chunk.choice.is_none();
        self.chunk(&mut chunk, &reply.body, out)?;
        if empty {
            return Err(Error::protocol("the answer has no choice", &reply.body));
        }
        // The body came whole, so nothing is cut even if the vendor gives no reason.
        self.finish.get_or_insert(FinishReason::Other(String::new()));
        self.complete(out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut Out) -> Result<()> {
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        let data = event.data.trim();
        if data == "[DONE]" {
            self.done = true;
            return Ok(());
        }
        let raw = event.data.as_bytes();
        match in_place::from_str::<Chunk<'_>>(data, &mut None) {
            Ok(chunk) => {
                self.chunk(chunk, raw, out)?;
                // Groq names the event of a failure.
                if event.name == "error" { Err(self.failure(raw, out)) } else { Ok(()) }
            }
            Err(_) if event.name == "error" => Err(self.failure(raw, out)),
            Err(cause) => {
                self.flush(out);
                let message = format!("an event of the stream is not what was expected: {cause}");
                self.unreadable = Some(Error::protocol(message, raw));
                Ok(())
            }
        }
    }

    fn end(&mut self, out: &mut Out) -> Result<()> {
        if self.done || !self.dialect.quirks.done_required {
            self.complete(out)
        } else {
            self.flush(out);
            Ok(())
        }
    }

    fn is_done(&self) -> bool {
        self.done
    }
}

fn push_text(out: &mut Out, event: fn(String) -> ChatEvent, text: String) {
    if !text.is_empty() {
        out.push_back(event(text));
    }
}

fn push_part(out: &mut Out, part: ContentPart) {
    match part.thinking {
        Some(Thinking::Text(thought)) => push_text(out, ChatEvent::Reasoning, thought),
        Some(Thinking::Parts(thoughts)) => {
            for thought in thoughts {
                push_text(out, ChatEvent::Reasoning, thought.text.unwrap_or_default());
            }
        }
        Some(Thinking::Other(_)) | None => {}
    }
    push_text(out, ChatEvent::Text, part.text.unwrap_or_default());
}
