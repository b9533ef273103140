//! What comes back, as far as it is used. Everything is optional and borrowed; unknown fields are
//! skipped.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde_json::value::RawValue;

use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Fields, First, Number, Slot, maybe, skip};

/// A piece of a stream, or a whole answer.
#[derive(Default)]
pub(crate) struct Chunk<'a> {
    pub(crate) id: Option<Text<'a>>,
    pub(crate) model: Option<Text<'a>>,
    /// What it is; some servers say `error` here and nothing else that tells.
    pub(crate) object: Option<Text<'a>>,
    /// The first of `choices`.
    pub(crate) choice: Option<Choice<'a>>,
    pub(crate) usage: Option<UsageReport>,
    pub(crate) error: Option<&'a RawValue>,
    /// MiniMax.
    pub(crate) base_resp: Option<BaseResp>,
    pub(crate) service_tier: Option<&'a RawValue>,
    pub(crate) system_fingerprint: Option<&'a RawValue>,
    /// OpenRouter: who made the answer.
    pub(crate) provider: Option<&'a RawValue>,
    /// Zhipu: what its search found.
    pub(crate) web_search: Option<&'a RawValue>,
}

impl<'de> Fields<'de> for Chunk<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "id" => self.id = fields.next_value()?,
            "model" => self.model = fields.next_value()?,
            "object" => self.object = fields.next_value()?,
            "choices" => fields.next_value_seed(First(&mut self.choice))?,
            "usage" => fields.next_value_seed(Slot(&mut self.usage))?,
            "error" => self.error = fields.next_value()?,
            "base_resp" => self.base_resp = maybe(fields)?,
            "service_tier" => self.service_tier = fields.next_value()?,
            "system_fingerprint" => self.system_fingerprint = fields.next_value()?,
            "provider" => self.provider = fields.next_value()?,
            "web_search" => self.web_search = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

impl Chunk<'_> {
    /// Whether it tells of a failure.
    pub(crate) fn has_failed(&self) -> bool {
        let said = |error: &RawValue| !matches!(error.get(), "{}" | "[]" | "\"\"" | "false" | "0");
        self.error.is_some_and(said)
            || self.base_resp.as_ref().is_some_and(BaseResp::is_failure)
            || self.choice.is_none() && self.object.as_ref().is_some_and(|object| object.0 == "error")
    }
}

#[derive(Deserialize)]
pub(crate) struct BaseResp {
    #[serde(default)]
    status_code: Number,
}

impl BaseResp {
    pub(crate) fn is_failure(&self) -> bool {
        self.status_code.float().is_some_and(|code| code != 0.0)
    }
}

#[derive(Default)]
pub(crate) struct Choice<'a> {
    /// In a stream.
    pub(crate) delta: Option<Delta<'a>>,
    /// In a whole answer, and in some streams' last piece, which has all of the answer once more.
    pub(crate) message: Option<Delta<'a>>,
    pub(crate) finish_reason: Option<Text<'a>>,
    /// Which of several choices, counted from zero.
    pub(crate) index: Number,
    /// Moonshot.
    pub(crate) usage: Option<UsageReport>,
    /// OpenRouter.
    pub(crate) error: Option<&'a RawValue>,
    /// OpenRouter: the upstream vendor's word.
    pub(crate) native_finish_reason: Option<&'a RawValue>,
    pub(crate) logprobs: Option<&'a RawValue>,
    /// Azure.
    pub(crate) content_filter_results: Option<&'a RawValue>,
}

impl<'de> Fields<'de> for Choice<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "delta" => fields.next_value_seed(Slot(&mut self.delta))?,
            "message" => fields.next_value_seed(Slot(&mut self.message))?,
            "finish_reason" => self.finish_reason = fields.next_value()?,
            "index" => self.index = fields.next_value()?,
            "usage" => fields.next_value_seed(Slot(&mut self.usage))?,
            "error" => self.error = fields.next_value()?,
            "native_finish_reason" => self.native_finish_reason = fields.next_value()?,
            "logprobs" => self.logprobs = fields.next_value()?,
            "content_filter_results" => self.content_filter_results = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct Delta<'a> {
    pub(crate) content: Content<'a>,
    pub(crate) reasoning_content: Option<Text<'a>>,
    pub(crate) reasoning: Option<Text<'a>>,
    pub(crate) reasoning_details: Option<&'a RawValue>,
    pub(crate) refusal: Option<Text<'a>>,
    pub(crate) tool_calls: Option<&'a RawValue>,
    /// What calls were before there could be several.
    pub(crate) function_call: Option<FunctionDelta<'a>>,
    pub(crate) annotations: Option<&'a RawValue>,
    /// OpenRouter: images that the model made.
    pub(crate) images: Option<&'a RawValue>,
}

impl<'de> Fields<'de> for Delta<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "content" => self.content = fields.next_value()?,
            "reasoning_content" => self.reasoning_content = fields.next_value()?,
            "reasoning" => self.reasoning = fields.next_value()?,
            "reasoning_details" => self.reasoning_details = fields.next_value()?,
            "refusal" => self.refusal = fields.next_value()?,
            "tool_calls" => self.tool_calls = fields.next_value()?,
            "function_call" => self.function_call = maybe(fields)?,
            "annotations" => self.annotations = fields.next_value()?,
            "images" => self.images = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

impl<'a> Delta<'a> {
    /// The pieces of tool calls; what is none is left out.
    pub(crate) fn tool_calls(&mut self) -> Vec<ToolDelta<'a>> {
        let Some(list) = self.tool_calls.take() else { return Vec::new() };
        let pieces = in_place::items(Some(list)).into_iter();
        let pieces = pieces.filter_map(|piece| serde_json::from_str::<ToolDelta<'a>>(piece.get()).ok());
        pieces.filter(|piece| piece.function.is_some() || piece.custom.is_some()).collect()
    }
}

#[derive(Deserialize)]
pub(crate) struct ToolDelta<'a> {
    #[serde(default)]
    pub(crate) index: Number,
    #[serde(borrow, default)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "in_place::dispensable")]
    pub(crate) function: Option<FunctionDelta<'a>>,
    /// OpenAI: a call of a tool whose input is text.
    #[serde(borrow, default, deserialize_with = "in_place::dispensable")]
    pub(crate) custom: Option<FunctionDelta<'a>>,
}

#[derive(Default, Deserialize)]
pub(crate) struct FunctionDelta<'a> {
    #[serde(borrow, default)]
    pub(crate) name: Option<Text<'a>>,
    /// A string of JSON, or the JSON itself; any text in a call of a custom tool.
    #[serde(borrow, default, alias = "input")]
    pub(crate) arguments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(crate) struct Annotation {
    #[serde(default)]
    pub(crate) url_citation: Option<UrlCitation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UrlCitation {
    pub(crate) url: String,
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(crate) title: Option<String>,
    /// OpenRouter.
    #[serde(deserialize_with = "in_place::dispensable")]
    pub(crate) content: Option<String>,
    pub(crate) start_index: Number,
    pub(crate) end_index: Number,
}

#[derive(Default)]
pub(crate) struct UsageReport {
    pub(crate) prompt_tokens: Number,
    pub(crate) completion_tokens: Number,
    pub(crate) total_tokens: Number,
    pub(crate) prompt_details: Option<PromptDetails>,
    pub(crate) completion_details: Option<CompletionDetails>,
    /// Together.
    pub(crate) cached_tokens: Number,
    /// DeepSeek.
    pub(crate) prompt_cache_hit_tokens: Number,
    /// OpenRouter, in dollars.
    pub(crate) cost: Number,
    /// xAI; 10,000,000,000 make a dollar.
    pub(crate) cost_in_usd_ticks: Number,
    /// xAI.
    pub(crate) num_sources_used: Number,
}

impl<'de> Fields<'de> for UsageReport {
    const DISPENSABLE: bool = true;

    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "prompt_tokens" => self.prompt_tokens = fields.next_value()?,
            "completion_tokens" => self.completion_tokens = fields.next_value()?,
            "total_tokens" => self.total_tokens = fields.next_value()?,
            "prompt_tokens_details" => fields.next_value_seed(Slot(&mut self.prompt_details))?,
            "completion_tokens_details" => fields.next_value_seed(Slot(&mut self.completion_details))?,
            "cached_tokens" => self.cached_tokens = fields.next_value()?,
            "prompt_cache_hit_tokens" => self.prompt_cache_hit_tokens = fields.next_value()?,
            "cost" => self.cost = fields.next_value()?,
            "cost_in_usd_ticks" => self.cost_in_usd_ticks = fields.next_value()?,
            "num_sources_used" => self.num_sources_used = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct PromptDetails {
    pub(crate) cached_tokens: Number,
    pub(crate) cache_write_tokens: Number,
    /// DashScope.
    pub(crate) cache_creation_input_tokens: Number,
}

impl<'de> Fields<'de> for PromptDetails {
    const DISPENSABLE: bool = true;

    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "cached_tokens" => self.cached_tokens = fields.next_value()?,
            "cache_write_tokens" => self.cache_write_tokens = fields.next_value()?,
            "cache_creation_input_tokens" => self.cache_creation_input_tokens = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct CompletionDetails {
    pub(crate) reasoning_tokens: Number,
}

impl<'de> Fields<'de> for CompletionDetails {
    const DISPENSABLE: bool = true;

    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "reasoning_tokens" => self.reasoning_tokens = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

/// The answer's text: `null`, a string, or a list of parts (Mistral's thinking models).
#[derive(Default)]
pub(crate) enum Content<'a> {
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Parts(Vec<ContentPart>),
}

#[derive(Default, Deserialize)]
pub(crate) struct ContentPart {
    #[serde(default)]
    pub(crate) text: Option<String>,
    #[serde(default)]
    pub(crate) thinking: Option<Thinking>,
}

/// A part, or its text alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum AnyPart {
    Text(String),
    Part(ContentPart),
}

/// A list of text parts at Mistral, a string at gateways to Anthropic.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Thinking {
    Text(String),
    Parts(Vec<ContentPart>),
    Other(IgnoredAny),
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Content<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, a list of parts or null")
            }

            fn visit_unit<E>(self) -> Result<Content<'de>, E> {
                Ok(Content::Nothing)
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Content<'de>, E> {
                Ok(Content::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Content<'de>, E> {
                Ok(Content::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Content<'de>, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = items.next_element()? {
                    parts.push(match part {
                        AnyPart::Text(text) => ContentPart { text: Some(text), thinking: None },
                        AnyPart::Part(part) => part,
                    });
                }
                Ok(Content::Parts(parts))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Content<'de>, A::Error> {
                Ok(Content::Parts(vec![ContentPart::deserialize(MapAccessDeserializer::new(map))?]))
            }
        }
        deserializer.deserialize_any(Read)
    }
}
