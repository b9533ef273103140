//! What comes back, as far as it is used. Everything is optional; unknown fields are skipped.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::shared::in_place::{self, Number, dispensable};

/// A line of a stream, or a whole answer.
#[derive(Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) model: Option<String>,
    /// There is no id; the moment tells answers apart.
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) created_at: Option<String>,
    #[serde(borrow, default)]
    pub(super) message: Option<Message<'a>>,
    #[serde(default)]
    pub(super) done: bool,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) done_reason: Option<String>,
    /// Missing when the prompt was cached.
    #[serde(default)]
    pub(super) prompt_eval_count: Number,
    #[serde(default)]
    pub(super) eval_count: Number,
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(default)]
    pub(super) content: Option<String>,
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) thinking: Option<String>,
    #[serde(borrow, default)]
    pub(super) tool_calls: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Call<'a> {
    /// Newer servers only.
    #[serde(default, deserialize_with = "dispensable")]
    pub(super) id: Option<String>,
    #[serde(borrow)]
    pub(super) function: Function<'a>,
}

#[derive(Deserialize)]
pub(super) struct Function<'a> {
    #[serde(default, deserialize_with = "in_place::text")]
    pub(super) name: String,
    /// An object.
    #[serde(borrow, default)]
    pub(super) arguments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Vectors {
    pub(super) embeddings: Vec<Vec<f32>>,
    #[serde(default)]
    pub(super) prompt_eval_count: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct Tags {
    pub(super) models: Vec<Tag>,
}

#[derive(Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
}
