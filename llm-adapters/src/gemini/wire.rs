//! What comes back, as far as it is used. Everything is optional; unknown fields are skipped.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::borrowed::Text;

/// A word of the vendor's; clients can ask for numbers in the place of words.
fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(word) => Some(word),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// An event of a stream, or a whole answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub(super) candidates: Option<Vec<Candidate<'a>>>,
    #[serde(default)]
    pub(super) prompt_feedback: Option<PromptFeedback>,
    #[serde(default)]
    pub(super) usage_metadata: Option<UsageMetadata>,
    #[serde(borrow, default)]
    pub(super) model_version: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) response_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Candidate<'a> {
    #[serde(default)]
    pub(super) index: Option<u32>,
    #[serde(borrow, default)]
    pub(super) content: Option<Content<'a>>,
    #[serde(default, deserialize_with = "word")]
    pub(super) finish_reason: Option<String>,
    #[serde(default)]
    pub(super) finish_message: Option<String>,
    #[serde(default)]
    pub(super) safety_ratings: Option<Vec<SafetyRating>>,
    #[serde(default)]
    pub(super) grounding_metadata: Option<Grounding>,
    #[serde(default)]
    pub(super) citation_metadata: Option<Citations>,
}

#[derive(Deserialize)]
pub(super) struct Content<'a> {
    #[serde(borrow, default)]
    pub(super) parts: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part<'a> {
    #[serde(borrow, default)]
    pub(super) text: Option<Text<'a>>,
    #[serde(default)]
    pub(super) thought: Option<bool>,
    #[serde(borrow, default)]
    pub(super) thought_signature: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) function_call: Option<FunctionCall<'a>>,
    #[serde(borrow, default)]
    pub(super) executable_code: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FunctionCall<'a> {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(borrow, default)]
    pub(super) args: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) partial_args: Option<&'a RawValue>,
    /// More pieces of this call follow.
    #[serde(default)]
    pub(super) will_continue: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PromptFeedback {
    #[serde(default, deserialize_with = "word")]
    pub(super) block_reason: Option<String>,
    /// Vertex AI only.
    #[serde(default)]
    pub(super) block_reason_message: Option<String>,
    #[serde(default)]
    pub(super) safety_ratings: Option<Vec<SafetyRating>>,
}

#[derive(Deserialize)]
pub(super) struct SafetyRating {
    #[serde(default, deserialize_with = "word")]
    pub(super) category: Option<String>,
    #[serde(default)]
    pub(super) blocked: bool,
}

/// Token counts. The thoughts are not among the candidates' tokens, nor the tools' results among the prompt's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct UsageMetadata {
    pub(super) prompt_token_count: Option<u64>,
    pub(super) cached_content_token_count: Option<u64>,
    pub(super) candidates_token_count: Option<u64>,
    pub(super) thoughts_token_count: Option<u64>,
    pub(super) tool_use_prompt_token_count: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Grounding {
    pub(super) grounding_chunks: Vec<GroundingChunk>,
    pub(super) grounding_supports: Vec<Support>,
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
