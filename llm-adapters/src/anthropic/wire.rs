//! What comes back, as far as it is used.

use serde::Deserialize;
use serde::de::MapAccess;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::shared::borrowed::Text;
use crate::shared::in_place::{Fields, Slot, skip};

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
            "base_resp" => self.base_resp = fields.next_value()?,
            "message" => self.message = fields.next_value()?,
            "content_block" => self.content_block = fields.next_value()?,
            "delta" => fields.next_value_seed(Slot(&mut self.delta))?,
            "usage" => self.usage = fields.next_value()?,
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
    #[serde(borrow, default)]
    pub(super) content: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) stop_reason: Option<Text<'a>>,
    #[serde(default)]
    pub(super) stop_details: Option<StopDetails>,
    #[serde(default)]
    pub(super) usage: Option<UsageReport>,
    /// MiniMax, of a failure.
    #[serde(default)]
    pub(super) base_resp: Option<BaseResp>,
}

#[derive(Deserialize)]
pub(super) struct BaseResp {
    #[serde(default)]
    status_code: i64,
}

impl BaseResp {
    pub(super) fn is_failure(&self) -> bool {
        self.status_code != 0
    }
}

/// Of a refusal.
#[derive(Debug, Deserialize)]
pub(super) struct StopDetails {
    #[serde(default)]
    pub(super) category: Option<String>,
    #[serde(default)]
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
    #[serde(default)]
    pub(super) citations: Option<Vec<Map<String, Value>>>,
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
}

impl<'de> Fields<'de> for Delta<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "text" => self.text = fields.next_value()?,
            "thinking" => self.thinking = fields.next_value()?,
            "signature" => self.signature = fields.next_value()?,
            "partial_json" => self.partial_json = fields.next_value()?,
            "content" => self.content = fields.next_value()?,
            "citation" => self.citation = fields.next_value()?,
            "stop_reason" => self.stop_reason = fields.next_value()?,
            "stop_details" => self.stop_details = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

/// Token counts; a later report replaces only what it names.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct UsageReport {
    pub(super) input_tokens: Option<u64>,
    pub(super) cache_creation_input_tokens: Option<u64>,
    pub(super) cache_read_input_tokens: Option<u64>,
    pub(super) cache_creation: Option<CacheCreation>,
    pub(super) output_tokens: Option<u64>,
    pub(super) output_tokens_details: Option<OutputDetails>,
    pub(super) server_tool_use: Option<ServerToolUse>,
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
    pub(super) input_tokens: u64,
    pub(super) cache_creation_input_tokens: u64,
    pub(super) cache_read_input_tokens: u64,
    pub(super) output_tokens: u64,
}

/// How long what was written to the cache is kept.
#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct CacheCreation {
    pub(super) ephemeral_1h_input_tokens: Option<u64>,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub(super) thinking_tokens: Option<u64>,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default)]
pub(super) struct ServerToolUse {
    pub(super) web_search_requests: Option<u64>,
}
