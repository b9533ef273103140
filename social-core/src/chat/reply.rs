//! A whole answer, and how events become one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::DocumentCitation;
use super::event::{ChatEvent, FinishReason, WebSource};
use super::message::{Message, Part, ReasoningPart, Role, ToolCall};
use super::opaque::OpaqueState;

use crate::ModelAddress;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::media::Media;
use crate::money::{Attempt, Cost, Usage};

/// A model's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatReply {
    /// Who answered.
    pub address: ModelAddress,
    /// The model that the vendor says it used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The vendor's id of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Text, images, reasoning, tool calls and refusals, in the vendor's order.
    pub parts: Vec<Part>,
    /// Why it ended.
    pub finish: FinishReason,
    /// What it used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// Pages that it cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<WebSource>,
    /// Places in documents of the request that it cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<DocumentCitation>,
    /// Not written by a model but filled from a template.
    #[serde(default)]
    pub degraded: bool,
    /// Who was asked before without success, when there was a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// What else the vendor told, under its own names: the service tier that it billed where that
    /// is not the usual one, the upstream provider, log probabilities where they were asked for.
    /// Each adapter says which fields it keeps.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl ChatReply {
    /// A finished reply of these parts.
    #[must_use]
    pub fn new(address: ModelAddress, parts: Vec<Part>, finish: FinishReason) -> Self {
        Self {
            address,
            model: None,
            id: None,
            parts,
            finish,
            usage: None,
            cost: None,
            sources: Vec::new(),
            citations: Vec::new(),
            degraded: false,
            attempts: Vec::new(),
            extra: Map::new(),
        }
    }

    /// The answer's text without reasoning.
    #[must_use]
    pub fn text(&self) -> String {
        self.collect(|part| match part {
            Part::Text(text) => Some(text),
            _ => None,
        })
    }

    /// What the model thought, as far as shown.
    #[must_use]
    pub fn reasoning(&self) -> String {
        self.collect(|part| match part {
            Part::Reasoning(ReasoningPart { text, .. }) => Some(text),
            _ => None,
        })
    }

    /// The model's words for why it does not answer.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let text = self.collect(|part| match part {
            Part::Refusal(text) => Some(text),
            _ => None,
        });
        (!text.is_empty() || self.finish == FinishReason::Refused).then_some(text)
    }

    fn collect<'a>(&'a self, pick: impl Fn(&'a Part) -> Option<&'a String>) -> String {
        self.parts.iter().filter_map(pick).map(String::as_str).collect()
    }

    /// The images that the model made.
    pub fn images(&self) -> impl Iterator<Item = &Media> {
        self.parts.iter().filter_map(|part| match part {
            Part::Image(media) => Some(media),
            _ => None,
        })
    }

    /// The complete tool calls. A call that was cut by the length limit is not among them.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCall> {
        self.parts.iter().filter_map(|part| match part {
            Part::ToolCall(call) => Some(call),
            _ => None,
        })
    }

    /// The text of a usable answer.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) for a refusal; [`Truncated`](ErrorKind::Truncated), with
    /// the text, for an answer that the length limit cut; [`Protocol`](ErrorKind::Protocol) for one
    /// without text.
    pub fn into_text(self) -> Result<String> {
        let text = self.text();
        if let Some(refusal) = self.refusal() {
            Err(self.error(refused(refusal)))
        } else if self.finish == FinishReason::Length {
            let error = Error::new(ErrorKind::Truncated, "the output limit cut the answer; raise max_output_tokens");
            Err(self.error(error.with_partial(text)))
        } else if text.is_empty() {
            Err(self.error(Error::new(ErrorKind::Protocol, "the answer has no text")))
        } else {
            Ok(text)
        }
    }

    /// Adds the vendor, the model and the usage to an error about this reply.
    pub(super) fn error(&self, error: Error) -> Error {
        let error = error.with_vendor(&self.address.vendor).with_model(&self.address.model);
        match &self.usage {
            Some(usage) => error.with_usage(usage.clone()),
            None => error,
        }
    }

    /// The reply as a message of the conversation, reasoning and opaque state included.
    #[must_use]
    pub fn to_message(&self) -> Message {
        Message { role: Role::Assistant, parts: self.parts.clone() }
    }
}

/// Folds [`ChatEvent`]s into a [`ChatReply`]: streamed and whole replies are made by the same code.
#[derive(Clone, Debug)]
pub struct ReplyBuilder {
    reply: ChatReply,
    finish: Option<FinishReason>,
}

impl ReplyBuilder {
    /// Starts a reply of this model.
    #[must_use]
    pub fn new(address: ModelAddress) -> Self {
        Self { reply: ChatReply::new(address, Vec::new(), FinishReason::Stop), finish: None }
    }

    /// Adds an event. Neighbouring pieces of text, reasoning and refusal become one part.
    pub fn push(&mut self, event: ChatEvent) {
        let parts = &mut self.reply.parts;
        match event {
            ChatEvent::Started { id, model, degraded } => {
                self.reply.degraded |= degraded;
                self.reply.id = id.or(self.reply.id.take());
                self.reply.model = model.or(self.reply.model.take());
            }
            ChatEvent::Text(piece) | ChatEvent::Refusal(piece) | ChatEvent::Reasoning(piece) if piece.is_empty() => {}
            ChatEvent::Text(piece) => match parts.last_mut() {
                Some(Part::Text(text)) => text.push_str(&piece),
                _ => parts.push(Part::Text(piece)),
            },
            ChatEvent::Reasoning(piece) => match parts.last_mut() {
                Some(Part::Reasoning(ReasoningPart { text, opaque: None })) => text.push_str(&piece),
                _ => parts.push(Part::Reasoning(ReasoningPart { text: piece, opaque: None })),
            },
            // Some vendors send it only after the answer that the thinking led to.
            ChatEvent::ReasoningState(state) => match parts.iter_mut().rev().find_map(stateless) {
                Some(opaque) => *opaque = Some(state),
                None => parts.push(Part::Reasoning(ReasoningPart { text: String::new(), opaque: Some(state) })),
            },
            ChatEvent::Opaque(state) => parts.push(Part::Opaque(state)),
            ChatEvent::Refusal(piece) => match parts.last_mut() {
                Some(Part::Refusal(text)) => text.push_str(&piece),
                _ => parts.push(Part::Refusal(piece)),
            },
            ChatEvent::ToolCallDelta { .. } => {}
            ChatEvent::ToolCall(call) => parts.push(Part::ToolCall(call)),
            ChatEvent::Image(media) => parts.push(Part::Image(media)),
            ChatEvent::Citation(citation) => self.reply.citations.push(citation),
            ChatEvent::Source(source) => {
                if !self.reply.sources.contains(&source) {
                    self.reply.sources.push(source);
                }
            }
            ChatEvent::Extra(fields) if self.reply.extra.is_empty() => self.reply.extra = fields,
            ChatEvent::Extra(fields) => self.reply.extra.extend(fields),
            ChatEvent::Usage(usage) => (self.reply.usage, self.reply.cost) = (Some(usage), None),
            ChatEvent::Cost(cost) => self.reply.cost = Some(cost),
            ChatEvent::Switched { failed, next } => {
                self.reply.attempts.push(*failed);
                self.reply.address = next;
                (self.reply.usage, self.reply.cost) = (None, None);
                self.reply.extra.clear();
            }
            ChatEvent::Finished(finish) => self.finish = Some(finish),
        }
    }

    /// Makes a reply of the events of a whole answer, or of the error that its decoder ended with;
    /// what came before the error is kept in it.
    ///
    /// # Errors
    /// The decoder's error; as [`finish`](Self::finish).
    pub(super) fn fold(
        address: ModelAddress,
        events: impl IntoIterator<Item = ChatEvent>,
        decoded: Result<()>,
    ) -> Result<ChatReply> {
        let mut builder = Self::new(address);
        events.into_iter().for_each(|event| builder.push(event));
        let Err(error) = decoded else { return builder.finish() };
        let text = builder.text();
        let error = builder.reply.error(error);
        Err(if text.is_empty() { error } else { error.with_partial(text) })
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.reply.text()
    }

    /// What was used so far, as reported.
    #[must_use]
    pub fn usage(&self) -> Option<&Usage> {
        self.reply.usage.as_ref()
    }

    /// The finished reply.
    ///
    /// # Errors
    /// [`Truncated`](ErrorKind::Truncated) with the partial text when no [`ChatEvent::Finished`]
    /// came; [`Rejected`](ErrorKind::Rejected) when the vendor refused and left no words;
    /// [`Protocol`](ErrorKind::Protocol) when there is neither text, tool call nor refusal and
    /// neither the length limit, a pause nor a stop text that came first explains it.
    pub fn finish(self) -> Result<ChatReply> {
        let Self { mut reply, finish } = self;
        let Some(finish) = finish else {
            let text = reply.text();
            return Err(reply.error(broken_off().with_partial(text)));
        };
        reply.finish = finish;
        reply.cost = reply.cost.or_else(|| reply.usage.as_ref().and_then(Cost::stated));
        let answered = reply.parts.iter().any(|part| !matches!(part, Part::Reasoning(_) | Part::Opaque(_)));
        match reply.finish {
            _ if answered => Ok(reply),
            FinishReason::Length | FinishReason::Paused | FinishReason::StopSequence => Ok(reply),
            FinishReason::Refused => Err(reply.error(refused(String::new()))),
            _ => {
                let error = Error::new(ErrorKind::Protocol, "the answer is empty: no text, no tool call, no refusal");
                Err(reply.error(error))
            }
        }
    }
}

/// The place for the state of a thought that has none yet.
fn stateless(part: &mut Part) -> Option<&mut Option<OpaqueState>> {
    match part {
        Part::Reasoning(ReasoningPart { opaque: opaque @ None, .. }) => Some(opaque),
        _ => None,
    }
}

fn refused(words: String) -> Error {
    let words = if words.is_empty() { "the answer was refused without a word".to_owned() } else { words };
    Error::rejected(Stage::Output, None, words)
}

pub(super) fn broken_off() -> Error {
    Error::new(ErrorKind::Truncated, "the answer broke off before its end")
}
