//! What comes back, as far as it is used. Everything is optional; unknown fields and kinds are
//! skipped.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::shared::borrowed::Text;
use crate::shared::in_place::{self, Number, dispensable};

/// An event of a stream. What is not text in every kind of event stays raw.
#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, default)]
    pub(super) r#type: Option<Text<'a>>,
    #[serde(default)]
    pub(super) output_index: Number,
    #[serde(default)]
    pub(super) summary_index: Number,
    #[serde(borrow, default)]
    pub(super) delta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) item: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) annotation: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) response: Option<&'a RawValue>,
}

/// A whole answer.
#[derive(Deserialize)]
pub(super) struct Response<'a> {
    #[serde(borrow, default)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) model: Option<Text<'a>>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) status: Option<String>,
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
    /// OpenRouter: what went wrong, in more words than OpenAI has.
    #[serde(borrow, default)]
    pub(super) error_type: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) incomplete_details: Option<IncompleteDetails>,
    #[serde(borrow, default)]
    pub(super) output: Option<&'a RawValue>,
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
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) web_search: Option<WebSearchUsage>,
}

#[derive(Deserialize)]
pub(super) struct WebSearchUsage {
    #[serde(default)]
    pub(super) num_requests: Number,
}

#[derive(Deserialize)]
pub(super) struct IncompleteDetails {
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) reason: Option<String>,
}

/// An item of the output, whole or at its start. Of the kinds that stay opaque only the kind is
/// read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Item<'a> {
    #[serde(deserialize_with = "in_place::text")]
    pub(super) r#type: String,
    #[serde(deserialize_with = "dispensable")]
    pub(super) phase: Option<String>,
    /// Parts, or the text alone.
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) summary: Option<&'a RawValue>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) call_id: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) name: Option<String>,
    /// A string of JSON, or the JSON itself.
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) status: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) action: Option<Action>,
    /// Of an image that the model made: base64.
    #[serde(deserialize_with = "dispensable")]
    pub(super) result: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) id: Option<String>,
}

impl<'a> Item<'a> {
    pub(super) fn read(raw: &'a RawValue) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(default, deserialize_with = "in_place::text")]
            r#type: String,
        }
        let Kind { r#type } = serde_json::from_str(raw.get())?;
        match r#type.as_str() {
            "message" | "reasoning" | "function_call" | "web_search_call" | "image_generation_call" => {
                serde_json::from_str(raw.get())
            }
            _ => Ok(Self { r#type, ..Self::default() }),
        }
    }
}

/// The parts of a message or of reasoning, or of the text that some servers have in their place.
pub(super) fn parts(raw: Option<&RawValue>) -> Vec<Content> {
    if let Some(text) = raw.filter(|raw| raw.get().starts_with('"')) {
        let text = serde_json::from_str(text.get()).ok();
        return vec![Content { r#type: "output_text".to_owned(), text, ..Content::default() }];
    }
    in_place::items(raw).into_iter().filter_map(|part| serde_json::from_str(part.get()).ok()).collect()
}

/// A part of a message or of reasoning.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Content {
    #[serde(deserialize_with = "in_place::text")]
    pub(super) r#type: String,
    #[serde(deserialize_with = "dispensable")]
    pub(super) text: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) refusal: Option<String>,
    #[serde(deserialize_with = "in_place::some_list")]
    pub(super) annotations: Option<Vec<Annotation>>,
    #[serde(deserialize_with = "in_place::some_list")]
    pub(super) logprobs: Option<Vec<Value>>,
}

/// A page that backs some characters of its part of the answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Annotation {
    pub(super) r#type: String,
    #[serde(deserialize_with = "dispensable")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) title: Option<String>,
    /// Of a file.
    #[serde(deserialize_with = "dispensable")]
    pub(super) filename: Option<String>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) start_index: Option<usize>,
    #[serde(deserialize_with = "dispensable")]
    pub(super) end_index: Option<usize>,
}

/// What a search did.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Action {
    #[serde(deserialize_with = "in_place::text")]
    pub(super) r#type: String,
    #[serde(deserialize_with = "dispensable")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "in_place::some_list")]
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
