//! The models that a vendor lists.

use serde::{Deserialize, Serialize};
use social_core::models::Date;

/// A model of a vendor's list, as far as the vendor describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListedModel {
    /// The id that requests name.
    pub id: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The maximum number of tokens of a request, where the vendor says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// The maximum number of tokens of an answer, where the vendor says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// From this day on it may be gone, where the vendor says; [`models`](crate::models()) knows more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
}

impl ListedModel {
    /// A model of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}
