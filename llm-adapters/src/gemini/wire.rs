//! What comes back, as far as it is used. Everything is optional; unknown fields are skipped.

use serde::de::MapAccess;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Few, Fields, First, Number, Slot, maybe, skip};

/// A word of the vendor's, which has no escapes; clients can ask for numbers in the place of words.
#[derive(Default)]
pub(super) struct Word<'a>(pub(super) Option<&'a str>);

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        let is_word = json.starts_with(|first: char| first == '"' || first.is_ascii_digit());
        Ok(Self(is_word.then(|| json.trim_matches('"')).filter(|word| !word.is_empty())))
    }
}

/// An event of a stream, or a whole answer.
#[derive(Default)]
pub(super) struct Chunk<'a> {
    /// The one of `candidates` that is read.
    pub(super) candidate: Option<Candidate<'a>>,
    pub(super) prompt_feedback: Option<PromptFeedback<'a>>,
    pub(super) usage_metadata: Option<UsageMetadata>,
    pub(super) model_version: Option<Text<'a>>,
    pub(super) response_id: Option<Text<'a>>,
    pub(super) error: Option<&'a RawValue>,
}

impl<'de> Fields<'de> for Chunk<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "candidates" => fields.next_value_seed(First(&mut self.candidate))?,
            "promptFeedback" => self.prompt_feedback = maybe(fields)?,
            "usageMetadata" => fields.next_value_seed(Slot(&mut self.usage_metadata))?,
            "modelVersion" => self.model_version = fields.next_value()?,
            "responseId" => self.response_id = fields.next_value()?,
            "error" => self.error = fields.next_value()?,
            _ => skip(fields)?,
        }
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Candidate<'a> {
    pub(super) index: Number,
    pub(super) content: Option<Content<'a>>,
    pub(super) finish_reason: Word<'a>,
    pub(super) finish_message: Option<String>,
    pub(super) safety_ratings: Option<Vec<SafetyRating<'a>>>,
    pub(super) grounding_metadata: Option<Grounding>,
    pub(super) citation_metadata: Option<Citations>,
}

impl<'de> Fields<'de> for Candidate<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "index" => self.index = fields.next_value()?,
            "content" => fields.next_value_seed(Slot(&mut self.content))?,
            "finishReason" => self.finish_reason = fields.next_value()?,
            "finishMessage" => self.finish_message = maybe(fields)?,
            "safetyRatings" => self.safety_ratings = fields.next_value::<in_place::List<_>>()?.0,
            "groundingMetadata" => self.grounding_metadata = maybe(fields)?,
            "citationMetadata" => self.citation_metadata = maybe(fields)?,
            _ => skip(fields)?,
        }
        Ok(())
    }

    fn is_wanted(&self) -> bool {
        self.index.count().unwrap_or(0) == 0
    }
}

#[derive(Default)]
pub(super) struct Content<'a> {
    pub(super) parts: Few<Part<'a>>,
}

impl<'de> Fields<'de> for Content<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "parts" => fields.next_value_seed(&mut self.parts),
            _ => skip(fields),
        }
    }
}

#[derive(Default)]
pub(super) struct Part<'a> {
    pub(super) text: Option<Text<'a>>,
    pub(super) thought: Option<bool>,
    pub(super) thought_signature: Option<Text<'a>>,
    pub(super) function_call: Option<FunctionCall<'a>>,
    /// Code and its result, images, what is still to be invented.
    pub(super) others: Map<String, Value>,
}

impl<'de> Fields<'de> for Part<'de> {
    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "text" => self.text = fields.next_value()?,
            "thought" => self.thought = maybe(fields)?,
            "thoughtSignature" => self.thought_signature = fields.next_value()?,
            "functionCall" => self.function_call = maybe(fields)?,
            _ => {
                if let Some(value) = maybe(fields)? {
                    self.others.insert(name.to_owned(), value);
                }
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunctionCall<'a> {
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) name: Option<String>,
    #[serde(borrow, default)]
    pub(super) args: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) partial_args: Option<&'a RawValue>,
    /// More pieces of this call follow.
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) will_continue: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PromptFeedback<'a> {
    #[serde(borrow, default)]
    pub(super) block_reason: Word<'a>,
    /// Vertex AI only.
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) block_reason_message: Option<String>,
    #[serde(borrow, default, deserialize_with = "in_place::some_list")]
    pub(super) safety_ratings: Option<Vec<SafetyRating<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct SafetyRating<'a> {
    #[serde(borrow, default)]
    pub(super) category: Word<'a>,
    #[serde(default)]
    pub(super) blocked: bool,
}

/// Token counts. The thoughts are not among the candidates' tokens, nor the tools' results among
/// the prompt's.
#[derive(Debug, Default)]
pub(super) struct UsageMetadata {
    pub(super) prompt_token_count: Number,
    pub(super) cached_content_token_count: Number,
    pub(super) candidates_token_count: Number,
    pub(super) thoughts_token_count: Number,
    pub(super) tool_use_prompt_token_count: Number,
}

impl<'de> Fields<'de> for UsageMetadata {
    const DISPENSABLE: bool = true;

    fn field<A: MapAccess<'de>>(&mut self, name: &str, fields: &mut A) -> Result<(), A::Error> {
        match name {
            "promptTokenCount" => self.prompt_token_count = fields.next_value()?,
            "cachedContentTokenCount" => self.cached_content_token_count = fields.next_value()?,
            "candidatesTokenCount" => self.candidates_token_count = fields.next_value()?,
            "thoughtsTokenCount" => self.thoughts_token_count = fields.next_value()?,
            "toolUsePromptTokenCount" => self.tool_use_prompt_token_count = fields.next_value()?,
            // In most pieces. The reader takes memory to skip what is nested, but not for its
            // items.
            "promptTokensDetails" | "candidatesTokensDetails" => {
                fields.next_value::<in_place::Ignored>()?;
            }
            _ => skip(fields)?,
        }
        Ok(())
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Grounding {
    #[serde(deserialize_with = "in_place::list")]
    pub(super) grounding_chunks: Vec<GroundingChunk>,
    #[serde(deserialize_with = "in_place::list")]
    pub(super) grounding_supports: Vec<Support>,
    #[serde(deserialize_with = "in_place::list")]
    pub(super) web_search_queries: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct GroundingChunk {
    #[serde(default)]
    pub(super) web: Option<Page>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    pub(super) uri: String,
    pub(super) title: Option<String>,
}

/// A stretch of the answer and the pages that back it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Support {
    pub(super) segment: Segment,
    pub(super) grounding_chunk_indices: Vec<usize>,
}

/// Bytes of a part.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Segment {
    pub(super) part_index: usize,
    pub(super) start_index: usize,
    pub(super) end_index: usize,
}

/// Where a passage was copied from: `citationSources` in AI Studio, `citations` on Vertex AI.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Citations {
    #[serde(alias = "citations")]
    pub(super) citation_sources: Vec<Page>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenCount {
    pub(super) total_tokens: u64,
}
