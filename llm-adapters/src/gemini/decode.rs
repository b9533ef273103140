//! What comes back, as events: the same reader for whole answers and for streams, whose pieces are
//! whole answers, too.

use std::borrow::Cow;
use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use social_core::chat::{ChatDecoder, ChatEvent, FinishReason, OpaqueState, ToolCall, WebSource};
use social_core::error::Stage;
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::media::Media;
use social_core::money::Usage;
use social_core::{Effect, Error, ErrorKind, Result};
use url::Url;

use super::message::IMAGE;
use super::pieces::Pieces;
use super::wire::{Candidate, Chunk, FunctionCall, Grounding, Page, Part, PromptFeedback, SafetyRating, UsageMetadata};
use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Whole, sum};
use crate::shared::{arguments, call_id};

type Out = VecDeque<ChatEvent>;

/// The usual reason.
const STOP: &str = "STOP";

/// The vendor's reason and its words about it.
#[derive(Debug)]
struct Ending {
    reason: Cow<'static, str>,
    words: String,
}

#[derive(Debug, Default)]
struct OpenCall {
    name: String,
    id: Option<String>,
    signature: Option<String>,
    pieces: Pieces,
}

/// Reads one answer.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    started: bool,
    /// The vendor's id of the answer.
    id: Option<String>,
    answered: bool,
    /// Bytes of text so far.
    text: usize,
    calls: usize,
    /// The last call, until it is sure that the length limit did not strike in it.
    held: Option<ToolCall>,
    /// A call whose arguments come in pieces, until the last one is here.
    open: Option<OpenCall>,
    /// Code runs at the vendor, and its result is still to come.
    running: bool,
    /// The pages of the search; a stream sends each once, and refers to it by its number.
    pages: Vec<Option<Page>>,
    queries: u64,
    images: u64,
    usage: UsageMetadata,
    /// The reason of the last piece: a reason may come before more text does.
    ending: Option<Ending>,
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
            text: 0,
            calls: 0,
            held: None,
            open: None,
            running: false,
            pages: Vec::new(),
            queries: 0,
            images: 0,
            usage: UsageMetadata::default(),
            ending: None,
            unreadable: None,
        }
    }

    /// The first piece says who answers; its caller adds the id, which is kept here.
    fn chunk(&mut self, chunk: &mut Chunk<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        if chunk.error.is_some() {
            let failure = Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body: raw };
            let error = self.endpoint.classify(&failure);
            // The vendor made something before it failed, and may bill it.
            return Err(if self.answered { error.with_effect(Effect::Unknown) } else { error });
        }
        if !std::mem::replace(&mut self.started, true) {
            let own = |text: Option<Text<'_>>| text.map(|text| text.0.into_owned());
            self.id = own(chunk.response_id.take());
            let model = own(chunk.model_version.take());
            out.push_back(ChatEvent::Started { id: None, model, degraded: false });
        }
        let result = chunk.candidate.as_mut().map_or(Ok(()), |candidate| self.candidate(candidate, out));
        self.report(chunk.usage_metadata.as_ref(), out);
        result.and(chunk.prompt_feedback.take().map_or(Ok(()), |feedback| self.blocked(feedback)))
    }

    fn blocked(&self, feedback: PromptFeedback<'_>) -> Result<()> {
        let Some(reason) = feedback.block_reason.0 else { return Ok(()) };
        let words = feedback.block_reason_message.or_else(|| blocking(feedback.safety_ratings.as_deref()));
        let words = words.unwrap_or_else(|| "the prompt was blocked".to_owned());
        let error = Error::rejected(Stage::Input, Some(reason.to_owned()), format!("{reason}: {words}"));
        Err(self.identified(error.with_code(reason)))
    }

    /// There is no id of the request; the answer's is what the vendor can find it by.
    fn identified(&self, error: Error) -> Error {
        match &self.id {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    }

    fn report(&mut self, report: Option<&UsageMetadata>, out: &mut Out) {
        let Some(report) = report else { return };
        let known = &mut self.usage;
        known.prompt_token_count = report.prompt_token_count.or(known.prompt_token_count);
        known.cached_content_token_count = report.cached_content_token_count.or(known.cached_content_token_count);
        known.candidates_token_count = report.candidates_token_count.or(known.candidates_token_count);
        known.thoughts_token_count = report.thoughts_token_count.or(known.thoughts_token_count);
        known.tool_use_prompt_token_count = report.tool_use_prompt_token_count.or(known.tool_use_prompt_token_count);
        let mut usage = Usage::default();
        usage.input_tokens = sum(known.prompt_token_count.count(), known.tool_use_prompt_token_count.count());
        usage.output_tokens = sum(known.candidates_token_count.count(), known.thoughts_token_count.count());
        usage.reasoning_tokens = known.thoughts_token_count.count();
        usage.cache_read_tokens = known.cached_content_token_count.count();
        usage.images = Some(self.images).filter(|images| *images > 0);
        usage.searches = Some(self.queries).filter(|queries| *queries > 0);
        if usage != Usage::default() {
            out.push_back(ChatEvent::Usage(usage));
        }
    }

    fn candidate(&mut self, candidate: &mut Candidate<'_>, out: &mut Out) -> Result<()> {
        // Where the text of each part begins.
        let mut starts = Vec::new();
        for part in candidate.content.iter_mut().flat_map(|content| content.parts.iter_mut()) {
            self.ending = None;
            if candidate.grounding_metadata.is_some() {
                starts.push(self.text);
            }
            self.part(part, out)?;
        }
        self.grounding(candidate.grounding_metadata.take(), &starts, out);
        for page in candidate.citation_metadata.take().into_iter().flat_map(|citations| citations.citation_sources) {
            out.extend(source(&page).map(ChatEvent::Source));
        }
        if let Some(reason) = candidate.finish_reason.0.filter(|reason| *reason != "FINISH_REASON_UNSPECIFIED") {
            let words = candidate.finish_message.take().or_else(|| blocking(candidate.safety_ratings.as_deref()));
            let reason = if reason == STOP { Cow::Borrowed(STOP) } else { Cow::Owned(reason.to_owned()) };
            self.ending = Some(Ending { reason, words: words.unwrap_or_default() });
        }
        Ok(())
    }

    fn part(&mut self, part: &mut Part<'_>, out: &mut Out) -> Result<()> {
        self.running = part.others.contains_key("executableCode");
        // Whatever follows a call proves that the call is whole.
        out.extend(self.held.take().map(ChatEvent::ToolCall));
        let signature = part.thought_signature.take().map(|signature| signature.0.into_owned());
        if let Some(call) = part.function_call.take() {
            return self.call(call, signature, out);
        }
        if part.thought != Some(true)
            && let Some(image) = image(&part.others)
        {
            self.answered = true;
            self.images += 1;
            out.push_back(ChatEvent::Image(Media::bytes(image?)));
            let state = |signature| named([("thoughtSignature", Some(signature)), (IMAGE, Some("signed".to_owned()))]);
            out.extend(signature.map(|signature| ChatEvent::Opaque(self.state(state(signature)))));
            return Ok(());
        }
        let text = match part.text.take().map(|Text(text)| text.into_owned()) {
            Some(text) if part.thought == Some(true) => {
                self.answered |= !text.is_empty();
                out.push_back(ChatEvent::Reasoning(text));
                let state = |signature: String| self.state(named([("thoughtSignature", Some(signature))]));
                out.extend(signature.map(state).map(ChatEvent::ReasoningState));
                return Ok(());
            }
            text => text,
        };
        // What has no text, or a signature, goes back as it came.
        // An empty part is nothing, and the vendor refuses it.
        let holds = signature.is_some() || text.is_none() && !part.others.is_empty();
        let opaque = holds.then(|| {
            // A signature alone is no part either: it needs a text, if an empty one.
            let signed = (text.is_none() && part.others.is_empty()).then(String::new);
            let mut state = named([("text", text.clone().or(signed)), ("thoughtSignature", signature)]);
            state.extend(part.thought.map(|thought| ("thought".to_owned(), thought.into())));
            state.append(&mut part.others);
            self.state(state)
        });
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.answered = true;
            self.text += text.len();
            out.push_back(ChatEvent::Text(text));
        }
        out.extend(opaque.map(ChatEvent::Opaque));
        Ok(())
    }

    fn call(&mut self, call: FunctionCall<'_>, signature: Option<String>, out: &mut Out) -> Result<()> {
        if !self.goes_on(&call) {
            // The next call ends one that was left open.
            self.close(out);
            out.extend(self.held.take().map(ChatEvent::ToolCall));
        }
        if call.will_continue == Some(true) || call.partial_args.is_some() || self.open.is_some() {
            return self.piece(call, signature, out);
        }
        let name = call.name.unwrap_or_default();
        let text = call.args.map(RawValue::get).unwrap_or_default();
        let parsed = arguments::parse(&name, text)?;
        self.called(name, call.id, signature, (text.to_owned(), parsed), out);
        Ok(())
    }

    /// Whether this is a part of the open call: such parts repeat its name and id, or have none.
    fn goes_on(&self, call: &FunctionCall<'_>) -> bool {
        let Some(open) = &self.open else { return false };
        let same_name = call.name.as_ref() == Some(&open.name) && call.partial_args.is_some();
        let same_id = call.id.is_none() || call.id == open.id;
        same_id && (call.name.is_none() || same_name)
    }

    /// A call that begins with a name, goes on with pieces of its arguments and ends with a part
    /// that promises no more.
    fn piece(&mut self, call: FunctionCall<'_>, signature: Option<String>, out: &mut Out) -> Result<()> {
        self.answered = true;
        let open = self.open.get_or_insert_default();
        open.name = call.name.unwrap_or(std::mem::take(&mut open.name));
        open.id = call.id.or(open.id.take());
        open.signature = signature.or(open.signature.take());
        if let Some(args) = call.args.and_then(|args| arguments::parse(&open.name, args.get()).ok()) {
            open.pieces.extend(args);
        }
        if let Some(pieces) = call.partial_args {
            open.pieces.add(pieces.get())?;
        }
        if call.will_continue != Some(true) {
            self.close(out);
        }
        Ok(())
    }

    fn close(&mut self, out: &mut Out) {
        if let Some(OpenCall { name, id, signature, pieces }) = self.open.take() {
            let arguments = pieces.finish();
            self.called(name, id, signature, (arguments.to_string(), arguments), out);
        }
    }

    fn called(
        &mut self,
        name: String,
        theirs: Option<String>,
        signature: Option<String>,
        (text, arguments): (String, Value),
        out: &mut Out,
    ) {
        self.answered = true;
        let index = self.calls;
        self.calls += 1;
        out.push_back(ChatEvent::ToolCallDelta { index, name: Some(name.clone()), arguments: text });
        let theirs = theirs.filter(|id| !id.is_empty());
        // Without an id of its own a call has one that no other answer of the conversation has.
        let made_up = || match &self.id {
            Some(answer) => format!("{answer}_{index}"),
            None => call_id::made_up("", index, &name, &arguments.to_string()),
        };
        let id = theirs.clone().unwrap_or_else(made_up);
        let mut read = ToolCall::new(id, name, arguments);
        if theirs.is_some() || signature.is_some() {
            read.opaque = Some(self.state(named([("id", theirs), ("thoughtSignature", signature)])));
        }
        self.held = Some(read);
    }

    fn state(&self, state: Map<String, Value>) -> OpaqueState {
        OpaqueState::new(self.endpoint.vendor(), Value::Object(state))
    }

    fn grounding(&mut self, grounding: Option<Grounding>, starts: &[usize], out: &mut Out) {
        let Some(grounding) = grounding else { return };
        self.queries = self.queries.saturating_add(grounding.web_search_queries.len() as u64);
        let first = self.pages.len();
        self.pages.extend(grounding.grounding_chunks.into_iter().map(|chunk| chunk.web));
        let mut cited = vec![false; self.pages.len()];
        for support in grounding.grounding_supports {
            let segment = support.segment;
            // A stream counts from the start of the whole text, a whole answer from the start of
            // each part.
            let base = if first_text(starts) { starts.get(segment.part_index).copied() } else { Some(0) };
            let at = |base: usize, index: usize| base.saturating_add(index);
            let span = base.map(|base| at(base, segment.start_index)..at(base, segment.end_index));
            let span = span.filter(|span| span.start < span.end && span.end <= self.text);
            for number in support.grounding_chunk_indices {
                if let (Some(Some(page)), Some(cited)) = (self.pages.get(number), cited.get_mut(number)) {
                    *cited = true;
                    let source = source(page).map(|source| WebSource { span: span.clone(), ..source });
                    out.extend(source.map(ChatEvent::Source));
                }
            }
        }
        // Pages that were read and back no passage.
        let silent = self.pages.iter().zip(cited).skip(first).filter(|(_, cited)| !cited);
        out.extend(silent.filter_map(|(page, _)| source(page.as_ref()?)).map(ChatEvent::Source));
    }

    fn complete(&mut self, out: &mut Out) -> Result<()> {
        let Some(Ending { reason, words }) = self.ending.take() else { return Ok(()) };
        let finish = match &*reason {
            // The numbers are those that AI Studio and Vertex AI share.
            STOP | "1" if self.calls > 0 => FinishReason::ToolCalls,
            STOP | "1" => FinishReason::Stop,
            "MAX_TOKENS" | "2" => FinishReason::Length,
            "SAFETY"
            | "3"
            | "RECITATION"
            | "4"
            | "BLOCKLIST"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "MODEL_ARMOR"
            | "IMAGE_SAFETY"
            | "IMAGE_PROHIBITED_CONTENT"
            | "IMAGE_RECITATION" => FinishReason::Refused,
            other => FinishReason::Other(other.to_owned()),
        };
        let message = || if words.is_empty() { reason.to_string() } else { format!("{reason}: {words}") };
        match &finish {
            FinishReason::Refused if self.text == 0 && self.calls == 0 && self.images == 0 => {
                let error = Error::rejected(Stage::Output, Some(reason.to_string()), message());
                return Err(self.identified(error.with_code(reason)));
            }
            FinishReason::Refused => out.push_back(ChatEvent::Refusal(message())),
            // The limit struck in the last call.
            FinishReason::Length => self.held = None,
            FinishReason::Other(_) if self.text == 0 && self.calls == 0 && self.images == 0 && !reason.is_empty() => {
                let error = Error::new(ErrorKind::Protocol, format!("the answer is empty: {}", message()));
                return Err(self.identified(error.with_code(reason)));
            }
            _ => {}
        }
        out.extend(self.held.take().map(ChatEvent::ToolCall));
        out.push_back(ChatEvent::Finished(finish));
        Ok(())
    }
}

/// Whether no text came before this piece.
fn first_text(starts: &[usize]) -> bool {
    starts.first() == Some(&0)
}

/// The bytes of an image that the model made.
fn image(fields: &Map<String, Value>) -> Option<Result<Vec<u8>>> {
    let inline = fields.get("inlineData")?;
    let mime = inline.get("mimeType").and_then(Value::as_str).unwrap_or_default();
    let base64 = inline.get("data").and_then(Value::as_str).filter(|_| mime.starts_with("image/"))?;
    let bytes = STANDARD
        .decode(base64)
        .map_err(|cause| Error::new(ErrorKind::Protocol, "the image of the answer is no base64").with_source(cause));
    Some(bytes)
}

fn named<const N: usize>(members: [(&str, Option<String>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect()
}

fn source(page: &Page) -> Option<WebSource> {
    Some(WebSource { title: page.title.clone(), ..WebSource::new(Url::parse(&page.uri).ok()?) })
}

/// The categories that the vendor's filter struck in.
fn blocking(ratings: Option<&[SafetyRating<'_>]>) -> Option<String> {
    let categories: Vec<&str> =
        ratings?.iter().filter(|rating| rating.blocked).filter_map(|rating| rating.category.0).collect();
    (!categories.is_empty()).then(|| categories.join(", "))
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut Out) -> Result<()> {
        let Whole(mut chunk) = reply.json::<Whole<Chunk<'_>>>()?;
        self.chunk(&mut chunk, &reply.body, out)?;
        self.ending.get_or_insert(Ending { reason: Cow::Borrowed(""), words: String::new() });
        let result = self.complete(out);
        if let Some(ChatEvent::Started { id, .. }) = out.front_mut() {
            *id = self.id.take();
        }
        result
    }

    fn event(&mut self, event: Event<'_>, out: &mut Out) -> Result<()> {
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        match in_place::from_str::<Chunk<'_>>(event.data, &mut None) {
            Ok(chunk) => {
                let before = out.len();
                let result = self.chunk(chunk, event.data.as_bytes(), out);
                if let Some(ChatEvent::Started { id, .. }) = out.get_mut(before) {
                    id.clone_from(&self.id);
                }
                result
            }
            Err(cause) => {
                let message = format!("an event of the stream is not what was expected: {cause}");
                self.unreadable = Some(Error::protocol(message, event.data));
                Ok(())
            }
        }
    }

    /// There is no terminator: a stream is whole when its last piece has a reason and nothing is
    /// left open.
    fn end(&mut self, out: &mut Out) -> Result<()> {
        let cut_call = self.open.is_some() && self.ending.as_ref().is_none_or(|ending| ending.reason != "MAX_TOKENS");
        if self.running || self.unreadable.is_some() || cut_call { Ok(()) } else { self.complete(out) }
    }
}
