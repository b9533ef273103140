//! What comes back, as events: the same reader for whole answers and for streams.

use std::collections::{BTreeMap, HashSet, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason, OpaqueState, ToolCall, WebSource};
use social_core::error::Stage;
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::media::Media;
use social_core::money::{MicroDollars, Usage};
use social_core::{Effect, Error, Result};

use super::item::{Open, citations, files, pages};
use super::wire::{self, Annotation, Item, Response, ToolUsage, UsageReport};
use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, sum};
use crate::shared::think::ThinkSplitter;
use crate::shared::{arguments, call_id};

type Out = VecDeque<ChatEvent>;

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    /// For vendors of open models, which may leave thinking in the text.
    splitter: Option<ThinkSplitter>,
    started: bool,
    id: Option<String>,
    answered: bool,
    refused: bool,
    /// Items by their place: their ids may change on the way.
    open: BTreeMap<u64, Open>,
    finished: HashSet<u64>,
    /// Bytes of text so far.
    text: usize,
    calls: usize,
    called: HashSet<String>,
    /// The last call, until it is sure that the limit did not strike in it.
    held: Option<ToolCall>,
    searches: u64,
    images: u64,
    cited: bool,
    extra: Map<String, Value>,
    /// What searches found, for vendors that cite nothing.
    pages: Vec<WebSource>,
    done: bool,
    /// The last event could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    pub(super) fn new(endpoint: Endpoint, splitter: Option<ThinkSplitter>) -> Self {
        Self {
            endpoint,
            splitter,
            started: false,
            id: None,
            answered: false,
            refused: false,
            open: BTreeMap::new(),
            finished: HashSet::new(),
            text: 0,
            calls: 0,
            called: HashSet::new(),
            held: None,
            searches: 0,
            images: 0,
            cited: false,
            extra: Map::new(),
            pages: Vec::new(),
            done: false,
            unreadable: None,
        }
    }

    fn start(&mut self, response: &Response<'_>, out: &mut Out) {
        if !std::mem::replace(&mut self.started, true) {
            let own = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.0.clone().into_owned());
            self.id = own(&response.id);
            out.push_back(ChatEvent::Started { id: self.id.clone(), model: own(&response.model), degraded: false });
        }
    }

    fn open(&mut self, place: u64, item: &Item<'_>, out: &mut Out) {
        // Whatever follows a call proves that the call is whole.
        out.extend(self.held.take().map(ChatEvent::ToolCall));
        let open = self.open.entry(place).or_default();
        open.commentary = item.phase.as_deref() == Some("commentary");
        if item.r#type == "function_call" && open.call.is_none() {
            open.call = Some(self.calls);
            let name = item.name.clone();
            out.push_back(ChatEvent::ToolCallDelta { index: self.calls, name, arguments: String::new() });
            self.calls += 1;
        }
    }

    /// Words of a message, or of a comment on the work.
    fn words(&mut self, place: u64, words: String, out: &mut Out) {
        let open = self.open.entry(place).or_default();
        open.streamed = true;
        if words.is_empty() {
            return;
        }
        self.answered = true;
        if open.commentary {
            return out.push_back(ChatEvent::Reasoning(words));
        }
        open.start.get_or_insert(self.text);
        let Some(splitter) = &mut self.splitter else {
            self.text += words.len();
            return out.push_back(ChatEvent::Text(words));
        };
        let text = &mut self.text;
        splitter.push(&words, |piece| piece.emit(text, out));
    }

    fn reasoning(&mut self, place: u64, words: String, out: &mut Out) {
        self.open.entry(place).or_default().streamed = true;
        self.answered |= !words.is_empty();
        out.push_back(ChatEvent::Reasoning(words));
    }

    fn refusal(&mut self, place: u64, words: String, out: &mut Out) {
        self.open.entry(place).or_default().streamed = true;
        self.refused = true;
        out.push_back(ChatEvent::Refusal(words));
    }

    fn fragment(&mut self, place: u64, fragment: String, out: &mut Out) {
        let Some(open) = self.open.get_mut(&place) else { return };
        open.arguments.push_str(&fragment);
        if let Some(index) = open.call.filter(|_| !fragment.is_empty()) {
            self.answered = true;
            out.push_back(ChatEvent::ToolCallDelta { index, name: None, arguments: fragment });
        }
    }

    /// A whole item: hands out what has not come in pieces.
    fn finish(&mut self, place: u64, raw: &RawValue, out: &mut Out) -> Result<()> {
        let item = item(raw)?;
        if !self.open.contains_key(&place) {
            self.open(place, &item, out);
        }
        self.finished.insert(place);
        let state = || -> Result<_> { Ok(OpaqueState::new(self.endpoint.vendor(), read(raw, "an item")?)) };
        match item.r#type.as_str() {
            "message" => {
                let commentary = self.open.get(&place).is_some_and(|open| open.commentary);
                let state = if commentary { Some(state()?) } else { None };
                self.message(place, &item, out);
                // It goes back as it came.
                out.extend(state.map(ChatEvent::ReasoningState));
            }
            "reasoning" => {
                let state = state()?;
                if !self.open.get(&place).is_some_and(|open| open.streamed) {
                    let texts = |parts| wire::parts(parts).into_iter().filter_map(|part| part.text).collect::<Vec<_>>();
                    let summary = texts(item.summary).join("\n\n");
                    let words = if summary.is_empty() { texts(item.content).concat() } else { summary };
                    self.reasoning(place, words, out);
                }
                out.push_back(ChatEvent::ReasoningState(state));
            }
            "function_call" => self.call(place, item, out),
            "image_generation_call" => self.image(item, raw, out)?,
            kind => {
                let state = state()?;
                if kind == "web_search_call" {
                    let action = item.action.unwrap_or_default();
                    self.searches += u64::from(matches!(action.r#type.as_str(), "" | "search"));
                    self.pages.extend(pages(&action));
                }
                out.push_back(ChatEvent::Opaque(state));
            }
        }
        Ok(())
    }

    /// An image that the model made. It goes back as its name: the vendor has it.
    fn image(&mut self, item: Item<'_>, raw: &RawValue, out: &mut Out) -> Result<()> {
        let Some(base64) = item.result.filter(|result| !result.is_empty()) else {
            let status = item.status.unwrap_or_default();
            return Err(Error::protocol(format!("the image of the answer is {status}, without its bytes"), raw.get()));
        };
        let bytes = STANDARD
            .decode(base64)
            .map_err(|cause| Error::protocol("the image of the answer is no base64", raw.get()).with_source(cause))?;
        self.answered = true;
        self.images += 1;
        out.push_back(ChatEvent::Image(Media::bytes(bytes)));
        let state = item.id.map(|id| json!({"type": "image_generation_call", "id": id}));
        out.extend(state.map(|state| ChatEvent::Opaque(OpaqueState::new(self.endpoint.vendor(), state))));
        Ok(())
    }

    fn message(&mut self, place: u64, item: &Item<'_>, out: &mut Out) {
        let open = self.open.remove(&place).unwrap_or_default();
        let streamed = open.streamed;
        let start = open.start.unwrap_or(self.text);
        let content = wire::parts(item.content);
        let places: Vec<_> = files(&content).collect();
        let sources = citations(&content, &open, (!open.commentary).then_some(start));
        self.open.insert(place, open);
        for part in content {
            match (part.text, part.refusal) {
                _ if streamed => {}
                (_, Some(refusal)) => self.refusal(place, refusal, out),
                (Some(text), None) => self.words(place, text, out),
                (None, None) => {}
            }
            let Some(logprobs) = part.logprobs.filter(|list| !list.is_empty()) else { continue };
            if let Value::Array(all) = self.extra.entry("logprobs").or_insert(Value::Array(Vec::new())) {
                all.extend(logprobs);
            }
        }
        self.cited |= !sources.is_empty();
        out.extend(places.into_iter().map(ChatEvent::Citation));
        out.extend(sources.into_iter().map(ChatEvent::Source));
    }

    fn call(&mut self, place: u64, item: Item<'_>, out: &mut Out) {
        let open = self.open.get(&place);
        let index = open.and_then(|open| open.call).unwrap_or_default();
        let streamed = open.map(|open| open.arguments.clone()).unwrap_or_default();
        let text = item.arguments.map(arguments::text).filter(|arguments| !arguments.is_empty());
        let text = text.unwrap_or_else(|| streamed.clone());
        if streamed.is_empty() && !text.is_empty() {
            out.push_back(ChatEvent::ToolCallDelta { index, name: None, arguments: text.clone() });
        }
        self.answered = true;
        let name = item.name.unwrap_or_default();
        let made_up = || call_id::made_up(self.id.as_deref().unwrap_or_default(), index, &name, &text);
        let id = item.call_id.filter(|id| !id.is_empty()).unwrap_or_else(made_up);
        self.called.insert(id.clone());
        if item.status.as_deref() == Some("incomplete") {
            return;
        }
        match arguments::parse(&name, &text) {
            Ok(arguments) => self.held = Some(ToolCall::new(id, name, arguments)),
            // Cut by the limit, most likely: the reason is still to come.
            Err(error) => self.unreadable = Some(error),
        }
    }

    /// The whole answer, at the end of a stream or alone.
    fn complete(&mut self, response: Response<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        self.start(&response, out);
        let status = response.status.as_deref().unwrap_or_default();
        let said = |error: &&RawValue| !matches!(error.get(), "{}" | "[]" | "\"\"" | "false");
        if let Some(error) = response.error.filter(said).filter(|_| !matches!(status, "completed" | "incomplete")) {
            self.report(response.usage, response.tool_usage, out);
            // xAI's shape has the code beside the words.
            let body = match (error.get().starts_with('"'), response.error_type) {
                (true, _) => raw.to_vec(),
                (false, None) => format!("{{\"error\":{error}}}").into(),
                (false, Some(kind)) => format!("{{\"error\":{error},\"error_type\":{kind}}}").into(),
            };
            return Err(self.failure(&body));
        }
        if matches!(status, "queued" | "in_progress") {
            let id = response.id.as_ref().map_or("", |id| &id.0);
            let message =
                format!("the answer `{id}` is {status} and made in the background, which is not offered here");
            return Err(Error::protocol(message, raw).with_code(status));
        }
        // Some servers stream words without items, or number them otherwise; the whole answer has
        // them once more.
        let said = self.text > 0;
        for (place, raw) in (0..).zip(in_place::items(response.output)) {
            if !self.is_known(place, raw, said) {
                self.finish(place, raw, out)?;
            }
        }
        self.report(response.usage, response.tool_usage, out);
        let tier = response.service_tier.filter(|tier| tier.get() != "\"default\"");
        if let Some(tier) = tier.and_then(|raw| serde_json::from_str(raw.get()).ok()) {
            self.extra.insert("service_tier".to_owned(), tier);
        }
        let reason = response.incomplete_details.and_then(|details| details.reason).unwrap_or_default();
        let finish = match (status, reason.as_str()) {
            ("incomplete", "max_output_tokens") => FinishReason::Length,
            ("incomplete", "content_filter") => FinishReason::Refused,
            ("incomplete", "") => FinishReason::Other(status.to_owned()),
            ("incomplete", _) => FinishReason::Other(reason.clone()),
            ("completed" | "", _) if self.calls > 0 => FinishReason::ToolCalls,
            ("completed" | "", _) if self.refused => FinishReason::Refused,
            ("completed" | "", _) => FinishReason::Stop,
            _ => FinishReason::Other(status.to_owned()),
        };
        if finish == FinishReason::Length {
            // The limit struck in the last call, even if its arguments happen to be JSON.
            self.held = None;
            self.unreadable = None;
        }
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        if finish == FinishReason::Refused && !self.refused && self.text == 0 && self.calls == 0 {
            return Err(
                Error::rejected(Stage::Output, Some(reason.clone()), "the answer was blocked").with_code(reason)
            );
        }
        if let Some(splitter) = &mut self.splitter {
            let text = &mut self.text;
            splitter.finish(|piece| piece.emit(text, out));
        }
        out.extend(self.held.take().map(ChatEvent::ToolCall));
        if !self.cited {
            out.extend(std::mem::take(&mut self.pages).into_iter().map(ChatEvent::Source));
        }
        if !self.extra.is_empty() {
            out.push_back(ChatEvent::Extra(std::mem::take(&mut self.extra)));
        }
        out.push_back(ChatEvent::Finished(finish));
        self.done = true;
        Ok(())
    }

    /// Whether an item of the whole answer came before.
    fn is_known(&self, place: u64, raw: &RawValue, said: bool) -> bool {
        if self.finished.contains(&place) {
            return true;
        }
        let Ok(item) = Item::read(raw) else { return false };
        match item.r#type.as_str() {
            "message" => said && !self.open.contains_key(&place),
            "function_call" => item.call_id.is_some_and(|id| self.called.contains(&id)),
            _ => false,
        }
    }

    fn report(&mut self, report: Option<UsageReport>, tools: Option<ToolUsage>, out: &mut Out) {
        let report = report.unwrap_or_default();
        let input = report.input_tokens_details.unwrap_or_default();
        let output = report.output_tokens_details.unwrap_or_default();
        let mut usage = Usage::default();
        usage.input_tokens = report.input_tokens.count();
        usage.cache_read_tokens = input.cached_tokens.count();
        usage.cache_write_tokens = input.cache_write_tokens.count();
        usage.output_tokens = report.output_tokens.count();
        usage.reasoning_tokens = output.reasoning_tokens.count();
        // What the vendor counted goes before what is seen.
        let counted = tools.and_then(|tools| tools.web_search?.num_requests.count()).or_else(|| {
            let tools = report.server_side_tool_usage_details?;
            sum(Some(tools.web_search_calls.count()?), tools.x_search_calls.count())
        });
        usage.images = Some(self.images).filter(|images| *images > 0);
        usage.searches = Some(counted.unwrap_or(self.searches)).filter(|searches| *searches > 0);
        let dollars = report.cost.float().or(report.cost_in_usd_ticks.float().map(|ticks| ticks / 1e10));
        usage.reported_cost = dollars.map(MicroDollars::from_dollars);
        if usage != Usage::default() {
            out.push_back(ChatEvent::Usage(usage));
        }
    }

    fn failure(&self, body: &[u8]) -> Error {
        let mut error = self.endpoint.classify(&Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body });
        if let Some(id) = &self.id
            && error.request_id().is_none()
        {
            error = error.with_request_id(id.clone());
        }
        // The vendor made something before it failed, and may bill it.
        if self.answered { error.with_effect(Effect::Unknown) } else { error }
    }

    fn read(&mut self, event: wire::Event<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        let place = event.output_index.count().unwrap_or_default();
        let delta = || event.delta.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok()).unwrap_or_default();
        match event.r#type.as_ref().map_or("", |kind| &kind.0) {
            // The second is OpenRouter's.
            "error" | "response.error" => return Err(self.failure(raw)),
            "response.created" | "response.queued" | "response.in_progress" => {
                if let Some(response) = event.response {
                    self.start(&read(response, "the start of the answer")?, out);
                }
            }
            "response.output_item.added" => {
                if let Some(raw) = event.item {
                    self.open(place, &item(raw)?, out);
                }
            }
            "response.output_text.delta" => self.words(place, delta(), out),
            "response.refusal.delta" => self.refusal(place, delta(), out),
            "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => {
                self.reasoning(place, delta(), out);
            }
            "response.reasoning_summary_part.added" if event.summary_index.count().is_some_and(|index| index > 0) => {
                self.reasoning(place, "\n\n".to_owned(), out);
            }
            "response.function_call_arguments.delta" => self.fragment(place, delta(), out),
            "response.output_text.annotation.added" => {
                let annotation = event.annotation.and_then(|raw| serde_json::from_str::<Annotation>(raw.get()).ok());
                self.open.entry(place).or_default().annotations.extend(annotation);
            }
            "response.output_item.done" => {
                if let Some(raw) = event.item {
                    self.finish(place, raw, out)?;
                }
            }
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                if let Some(response) = event.response {
                    self.complete(read(response, "the end of the answer")?, response.get().as_bytes(), out)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn item(raw: &RawValue) -> Result<Item<'_>> {
    Item::read(raw)
        .map_err(|cause| Error::protocol(format!("an item of the answer cannot be read: {cause}"), raw.get()))
}

fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue, what: &str) -> Result<T> {
    serde_json::from_str(raw.get())
        .map_err(|cause| Error::protocol(format!("{what} cannot be read: {cause}"), raw.get()))
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut Out) -> Result<()> {
        if let Some(splitter) = &mut self.splitter {
            splitter.expect_whole();
        }
        self.complete(reply.json()?, &reply.body, out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut Out) -> Result<()> {
        let raw = event.data.as_bytes();
        match serde_json::from_str::<wire::Event<'_>>(event.data) {
            Ok(event) => self.read(event, raw, out),
            // Some vendors say so after the end, too.
            Err(_) if event.data.trim() == "[DONE]" => Ok(()),
            Err(cause) => {
                let message = format!("an event of the stream is not what was expected: {cause}");
                self.unreadable.replace(Error::protocol(message, raw)).map_or(Ok(()), Err)
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
