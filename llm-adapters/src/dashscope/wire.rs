//! What comes back, as far as it is used. Choices are as in OpenAI's dialect, except for `finish_reason: "null"`.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::borrowed::Text;
use crate::openai_chat::wire::{Choice, First};

/// An event of a stream, or a whole answer.
#[derive(Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub(super) output: Option<Output<'a>>,
    #[serde(default)]
    pub(super) usage: Option<UsageReport>,
    #[serde(borrow, default)]
    pub(super) request_id: Option<Text<'a>>,
    /// Of a failure.
    #[serde(borrow, default)]
    pub(super) code: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Output<'a> {
    #[serde(borrow, default)]
    pub(super) choices: First<Choice<'a>>,
    #[serde(default)]
    pub(super) search_info: Option<SearchInfo>,
}

#[derive(Deserialize)]
pub(super) struct SearchInfo {
    #[serde(default)]
    pub(super) search_results: Vec<SearchResult>,
}

#[derive(Deserialize)]
pub(super) struct SearchResult {
    #[serde(default)]
    pub(super) url: String,
    #[serde(default)]
    pub(super) title: Option<String>,
}

/// Of the answer so far.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UsageReport {
    pub(super) input_tokens: Option<u64>,
    /// Reasoning included.
    pub(super) output_tokens: Option<u64>,
    pub(super) output_tokens_details: Option<OutputDetails>,
    pub(super) prompt_tokens_details: Option<PromptDetails>,
    pub(super) plugins: Option<Plugins>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub(super) reasoning_tokens: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PromptDetails {
    pub(super) cached_tokens: Option<u64>,
    pub(super) cache_creation_input_tokens: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Plugins {
    pub(super) search: Option<Search>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    pub(super) count: Option<u64>,
}
