//! What comes back, as far as it is used. Choices are as in OpenAI's dialect, except for
//! `finish_reason: "null"`.

use serde::Deserialize;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use crate::openai_chat::wire::{Choice, Content, Delta};
use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Fields, First, Number, Slot, maybe, skip};

/// An event of a stream, or a whole answer.
#[derive(Default)]
pub(super) struct Chunk<'a> {
    pub(super) output: Option<Output<'a>>,
    pub(super) usage: Option<UsageReport>,
    pub(super) request_id: Option<Text<'a>>,
    /// Of a failure.
    pub(super) code: Option<&'a RawValue>,
}

impl<'de> Fields<'de> for Chunk<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "output" => fields.next_value_seed(Slot(&mut self.output))?,
            "usage" => self.usage = maybe(fields)?,
            "request_id" => self.request_id = fields.next_value()?,
            "code" => self.code = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Output<'a> {
    /// The first of `choices`.
    pub(super) choice: Option<Choice<'a>>,
    /// The answer where it was not asked for as a message.
    pub(super) text: Option<Text<'a>>,
    pub(super) finish_reason: Option<Text<'a>>,
    pub(super) search_info: Option<SearchInfo>,
}

impl<'de> Fields<'de> for Output<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "choices" => fields.next_value_seed(First(&mut self.choice))?,
            "text" => self.text = fields.next_value()?,
            "finish_reason" => self.finish_reason = fields.next_value()?,
            "search_info" => self.search_info = maybe(fields)?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

impl<'a> Output<'a> {
    /// The answer as a choice, in whichever of the two forms it came.
    pub(super) fn take_choice(&mut self) -> Option<Choice<'a>> {
        self.choice.take().or_else(|| {
            let message = Delta { content: Content::Text(self.text.take()?.0), ..Delta::default() };
            let finish_reason = self.finish_reason.take();
            Some(Choice { message: Some(message), finish_reason, ..Choice::default() })
        })
    }
}

#[derive(Deserialize)]
pub(super) struct SearchInfo {
    #[serde(default, deserialize_with = "in_place::list")]
    pub(super) search_results: Vec<SearchResult>,
}

#[derive(Deserialize)]
pub(super) struct SearchResult {
    #[serde(default)]
    pub(super) url: String,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) title: Option<String>,
}

/// Of the answer so far.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UsageReport {
    pub(super) input_tokens: Number,
    /// Reasoning included.
    pub(super) output_tokens: Number,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) output_tokens_details: Option<OutputDetails>,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) prompt_tokens_details: Option<PromptDetails>,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) plugins: Option<Plugins>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub(super) reasoning_tokens: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PromptDetails {
    pub(super) cached_tokens: Number,
    pub(super) cache_creation_input_tokens: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Plugins {
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) search: Option<Search>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    pub(super) count: Number,
}
