//! What comes back, as far as it is used.

use serde::Deserialize;

use crate::shared::in_place::{self, Number};

/// An event of a stream, or a whole answer.
#[derive(Deserialize)]
pub(super) struct Chunk {
    /// In a stream.
    #[serde(default)]
    pub(super) token: Option<Token>,
    /// The whole text; in a stream with the last token.
    #[serde(default)]
    pub(super) generated_text: Option<String>,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    pub(super) details: Option<Details>,
    #[serde(default)]
    pub(super) error: Option<serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub(super) text: String,
    /// Not part of the text: the end of the sequence.
    #[serde(default)]
    pub(super) special: bool,
}

#[derive(Deserialize)]
pub(super) struct Details {
    #[serde(default, deserialize_with = "in_place::text")]
    pub(super) finish_reason: String,
    #[serde(default)]
    pub(super) generated_tokens: Number,
    /// In streams only.
    #[serde(default)]
    pub(super) input_length: Number,
}

#[derive(Deserialize)]
pub(super) struct Info {
    pub(super) model_id: String,
    #[serde(default)]
    pub(super) max_input_tokens: Option<u64>,
}
