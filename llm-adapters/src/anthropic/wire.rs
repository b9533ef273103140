//! What comes back, as far as it is used.

use serde::Deserialize;
use serde::de::MapAccess;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Fields, Number, Slot, maybe, skip};

/// An event of a stream.
#[derive(Default)]
pub(super) struct Event<'a> {
    /// Of anything but a failure of MiniMax's.
    pub(super) r#type: Option<Text<'a>>,
    pub(super) base_resp: Option<BaseResp>,
    pub(super) message: Option<Message<'a>>,
    pub(super) content_block: Option<&'a RawValue>,
    pub(super) delta: Option<Delta<'a>>,
    pub(super) usage: Option<UsageReport>,
}

impl<'de> Fields<'de> for Event<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "type" => self.r#type = fields.next_value()?,
            "base_resp" => self.base_resp = maybe(fields)?,
            "message" => self.message = fields.next_value()?,
            "content_block" => self.content_block = fields.next_value()?,
            "delta" => fields.next_value_seed(Slot(&mut self.delta))?,
            "usage" => self.usage = maybe(fields)?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

/// A whole answer, or the start of one.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub(super) r#type: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) model: Option<Text<'a>>,
    /// Blocks, or the text alone.
    #[serde(borrow, default)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) stop_reason: Option<Text<'a>>,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) stop_details: Option<StopDetails>,
    /// Where the vendor's tools ran.
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) container: Option<Container>,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) usage: Option<UsageReport>,
    /// MiniMax, of a failure.
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) base_resp: Option<BaseResp>,
}

/// The next request names it to go on there.
#[derive(Debug, Deserialize)]
pub(super) struct Container {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct BaseResp {
    #[serde(default)]
    status_code: Number,
}

impl BaseResp {
    pub(super) fn is_failure(&self) -> bool {
        self.status_code.float().is_some_and(|code| code != 0.0)
    }
}

/// Of a refusal.
#[derive(Debug, Deserialize)]
pub(super) struct StopDetails {
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) category: Option<String>,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) explanation: Option<String>,
}

/// A block of content, whole or at its start.
#[derive(Deserialize)]
pub(super) struct Block<'a> {
    #[serde(borrow, default)]
    pub(super) r#type: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) thinking: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) signature: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) input: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "in_place::some_list")]
    pub(super) citations: Option<Vec<Map<String, Value>>>,
    /// Who calls the tool, where it is not the model itself.
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) caller: Option<Map<String, Value>>,
}

#[derive(Default)]
pub(super) struct Delta<'a> {
    pub(super) text: Option<Text<'a>>,
    pub(super) thinking: Option<Text<'a>>,
    pub(super) signature: Option<Text<'a>>,
    pub(super) partial_json: Option<Text<'a>>,
    /// Of a summary of the conversation.
    pub(super) content: Option<Text<'a>>,
    pub(super) citation: Option<Map<String, Value>>,
    pub(super) stop_reason: Option<Text<'a>>,
    pub(super) stop_details: Option<StopDetails>,
    pub(super) container: Option<Container>,
}

impl<'de> Fields<'de> for Delta<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "text" => self.text = fields.next_value()?,
            "thinking" => self.thinking = fields.next_value()?,
            "signature" => self.signature = fields.next_value()?,
            "partial_json" => self.partial_json = fields.next_value()?,
            "content" => self.content = fields.next_value()?,
            "citation" => self.citation = maybe(fields)?,
            "stop_reason" => self.stop_reason = fields.next_value()?,
            "stop_details" => self.stop_details = maybe(fields)?,
            "container" => self.container = maybe(fields)?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

/// Token counts; a later report replaces only what it names.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct UsageReport {
    pub(super) input_tokens: Number,
    pub(super) cache_creation_input_tokens: Number,
    pub(super) cache_read_input_tokens: Number,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) cache_creation: Option<CacheCreation>,
    pub(super) output_tokens: Number,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) output_tokens_details: Option<OutputDetails>,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(super) server_tool_use: Option<ServerToolUse>,
    #[serde(deserialize_with = "in_place::some_list")]
    pub(super) iterations: Option<Vec<Iteration>>,
}

impl UsageReport {
    /// What summing up the conversation took; the vendor bills it and leaves it out of its sums.
    pub(super) fn compactions(&self) -> impl Iterator<Item = &Iteration> {
        self.iterations.iter().flatten().filter(|iteration| iteration.r#type == "compaction")
    }
}

/// One of several calls of a model for one answer.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct Iteration {
    r#type: String,
    pub(super) input_tokens: Number,
    pub(super) cache_creation_input_tokens: Number,
    pub(super) cache_read_input_tokens: Number,
    pub(super) output_tokens: Number,
}

/// How long what was written to the cache is kept.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct CacheCreation {
    pub(super) ephemeral_1h_input_tokens: Number,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub(super) thinking_tokens: Number,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct ServerToolUse {
    pub(super) web_search_requests: Number,
}
