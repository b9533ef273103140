//! What comes back, as far as it is used. Everything is optional; unknown fields and kinds are
//! skipped.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::shared::borrowed::Text;
use crate::shared::in_place::Number;

/// An event of a stream. What is not text in every kind of event stays raw.
#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, default)]
    pub(super) r#type: Option<Text<'a>>,
    #[serde(default)]
    pub(super) output_index: Option<u64>,
    #[serde(default)]
    pub(super) summary_index: Option<u64>,
    #[serde(borrow, default)]
    pub(super) delta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) annotation: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) response: Option<&'a RawValue>,
}

/// What an answer can do without: anything unexpected in its place counts as missing.
fn dispensable<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).unwrap_or_default())
}

/// A whole answer.
#[derive(Deserialize)]
pub(super) struct Response<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) model: Option<Text<'a>>,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
    /// OpenRouter: what went wrong, in more words than OpenAI has.
    #[serde(borrow, default)]
    pub(super) error_type: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) incomplete_details: Option<IncompleteDetails>,
    #[serde(borrow, default)]
    pub(super) output: Option<Vec<&'a RawValue>>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) usage: Option<UsageReport>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) tool_usage: Option<ToolUsage>,
    #[serde(borrow, default)]
    pub(super) service_tier: Option<&'a RawValue>,
}

/// OpenAI: what its own tools did.
#[derive(Deserialize)]
pub(super) struct ToolUsage {
    #[serde(default)]
    pub(super) web_search: Option<WebSearchUsage>,
}

#[derive(Deserialize)]
pub(super) struct WebSearchUsage {
    #[serde(default)]
    pub(super) num_requests: Number,
}

#[derive(Deserialize)]
pub(super) struct IncompleteDetails {
    #[serde(default)]
    pub(super) reason: Option<String>,
}

/// An item of the output, whole or at its start. Of the kinds that stay opaque only the kind is
/// read.
#[derive(Default, Deserialize)]
pub(super) struct Item<'a> {
    #[serde(default)]
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) phase: Option<String>,
    #[serde(default)]
    pub(super) content: Option<Vec<Content>>,
    #[serde(default)]
    pub(super) summary: Option<Vec<Content>>,
    #[serde(default)]
    pub(super) call_id: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    /// A string of JSON, or the JSON itself.
    #[serde(borrow, default)]
    pub(super) arguments: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) action: Option<Action>,
}

impl<'a> Item<'a> {
    pub(super) fn read(raw: &'a RawValue) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(default)]
            r#type: String,
        }
        let Kind { r#type } = serde_json::from_str(raw.get())?;
        match r#type.as_str() {
            "message" | "reasoning" | "function_call" | "web_search_call" => serde_json::from_str(raw.get()),
            _ => Ok(Self { r#type, ..Self::default() }),
        }
    }
}

/// A part of a message or of reasoning.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Content {
    pub(super) r#type: String,
    pub(super) text: Option<String>,
    pub(super) refusal: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) annotations: Option<Vec<Annotation>>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) logprobs: Option<Vec<Value>>,
}

/// A page that backs some characters of its part of the answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Annotation {
    pub(super) r#type: String,
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) start_index: Option<usize>,
    pub(super) end_index: Option<usize>,
}

/// What a search did.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Action {
    pub(super) r#type: String,
    pub(super) url: Option<String>,
    pub(super) sources: Option<Vec<Annotation>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UsageReport {
    pub(super) input_tokens: Number,
    #[serde(deserialize_with = "dispensable")]
    pub(super) input_tokens_details: Option<InputDetails>,
    pub(super) output_tokens: Number,
    #[serde(deserialize_with = "dispensable")]
    pub(super) output_tokens_details: Option<OutputDetails>,
    /// OpenRouter, in dollars.
    pub(super) cost: Number,
    /// xAI; 10,000,000,000 make a dollar.
    pub(super) cost_in_usd_ticks: Number,
    /// xAI.
    #[serde(deserialize_with = "dispensable")]
    pub(super) server_side_tool_usage_details: Option<ServerSideTools>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InputDetails {
    pub(super) cached_tokens: Number,
    pub(super) cache_write_tokens: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OutputDetails {
    pub(super) reasoning_tokens: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ServerSideTools {
    pub(super) web_search_calls: Number,
    pub(super) x_search_calls: Number,
}
