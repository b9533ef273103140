//! What comes back, as events: the same reader for whole answers and for streams.

use std::collections::VecDeque;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use social_core::chat::{ChatDecoder, ChatEvent, WebSource};
use social_core::http::{Endpoint, Event, Failure, Reply};
use social_core::money::Usage;
use social_core::{Effect, Error, Result};
use url::Url;

use super::wire::{Chunk, SearchInfo, UsageReport};
use crate::openai_chat::{self, Dialect};
use crate::shared::in_place::Whole;

type Out = VecDeque<ChatEvent>;

/// Reads one answer. Choices are read by the decoder of the compatible mode.
#[derive(Debug)]
pub(super) struct Decoder {
    endpoint: Endpoint,
    choices: openai_chat::Decoder,
    started: bool,
    answered: bool,
    sources: Vec<WebSource>,
    /// The last line could not be read: because the body ended inside it, unless another one
    /// follows.
    unreadable: Option<Error>,
}

impl Decoder {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        let choices = openai_chat::Decoder::new(Arc::new(Dialect::QWEN), endpoint.clone(), false, false);
        Self { endpoint, choices, started: false, answered: false, sources: Vec::new(), unreadable: None }
    }

    fn chunk(&mut self, chunk: Chunk<'_>, raw: &[u8], out: &mut Out) -> Result<()> {
        let Some(mut output) =
            chunk.output.filter(|_| chunk.code.is_none_or(|code| matches!(code.get(), "\"\"" | "{}")))
        else {
            let failure = Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body: raw };
            let error = self.endpoint.classify(&failure);
            // The vendor made something before it failed, and may bill it.
            return Err(if self.answered { error.with_effect(Effect::Unknown) } else { error });
        };
        if !self.started {
            self.started = true;
            let id = chunk.request_id.map(|id| id.0.into_owned());
            out.push_back(ChatEvent::Started { id, model: None, degraded: false });
        }
        out.extend(chunk.usage.and_then(usage).map(ChatEvent::Usage));
        // In a stream, the first event has them and the others have an empty list.
        if let Some(found) = output.search_info.take().map(sources).filter(|found| !found.is_empty()) {
            self.sources = found;
        }
        if let Some(mut choice) = output.take_choice() {
            self.answered = true;
            self.choices.choice(&mut choice, raw, out)?;
        }
        Ok(())
    }

    fn complete(&mut self, out: &mut Out) -> Result<()> {
        out.extend(self.sources.drain(..).map(ChatEvent::Source));
        self.choices.complete(out)
    }
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut Out) -> Result<()> {
        let Whole(chunk) = reply.json::<Whole<Chunk<'_>>>()?;
        let empty = chunk.output.as_ref().is_none_or(|output| output.choice.is_none() && output.text.is_none());
        self.chunk(chunk, &reply.body, out)?;
        if empty {
            return Err(Error::protocol("the answer has no choice", &reply.body));
        }
        self.complete(out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut Out) -> Result<()> {
        // Some gateways leave out the blank lines, and with them the ends of events. No JSON here
        // has line breaks.
        for line in event.data.lines().filter(|line| !line.is_empty()) {
            if let Some(error) = self.unreadable.take() {
                return Err(error);
            }
            match serde_json::from_str::<Whole<Chunk<'_>>>(line) {
                Ok(Whole(chunk)) => self.chunk(chunk, line.as_bytes(), out)?,
                Err(cause) => {
                    let message = format!("an event of the stream is not what was expected: {cause}");
                    self.unreadable = Some(Error::protocol(message, line));
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Out) -> Result<()> {
        self.complete(out)
    }
}

fn usage(report: UsageReport) -> Option<Usage> {
    let prompt = report.prompt_tokens_details.unwrap_or_default();
    let mut usage = Usage::default();
    usage.input_tokens = report.input_tokens.count();
    usage.cache_read_tokens = prompt.cached_tokens.count();
    usage.cache_write_tokens = prompt.cache_creation_input_tokens.count();
    usage.output_tokens = report.output_tokens.count();
    usage.reasoning_tokens = report.output_tokens_details.and_then(|details| details.reasoning_tokens.count());
    usage.searches = report.plugins.and_then(|plugins| plugins.search).and_then(|search| search.count.count());
    (usage != Usage::default()).then_some(usage)
}

fn sources(info: SearchInfo) -> Vec<WebSource> {
    let results = info.search_results.into_iter();
    let sources = results.filter_map(|result| {
        let mut source = WebSource::new(Url::parse(&result.url).ok()?);
        source.title = result.title.filter(|title| !title.is_empty());
        Some(source)
    });
    sources.collect()
}
