//! Who was asked before an answer or an error, and what that cost.

use serde::{Deserialize, Serialize};

use super::{Effect, Error, ErrorKind};
use crate::ModelAddress;
use crate::usage::{Cost, Usage};

/// A model that was asked and did not give the answer, and what that cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// Who was asked.
    pub address: ModelAddress,
    /// What went wrong.
    pub kind: ErrorKind,
    /// The error's line.
    pub message: String,
    /// Whether it may be billed although it failed.
    #[serde(default = "unknown")]
    pub effect: Effect,
    /// How many requests were sent for it.
    #[serde(default)]
    pub requests: u32,
    /// What it used, as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
}

fn unknown() -> Effect {
    Effect::Unknown
}

impl Attempt {
    /// What became of asking `address`.
    #[must_use]
    pub fn failed(address: &ModelAddress, error: &Error) -> Self {
        Self {
            address: address.clone(),
            kind: error.kind(),
            message: error.to_string(),
            effect: error.effect(),
            requests: error.requests(),
            usage: error.usage().cloned(),
            cost: error.usage().and_then(Cost::stated),
        }
    }

    /// Everybody whom this error of `address` stands for: whom a choice inside it asked, or
    /// `address` alone.
    pub(crate) fn all(address: &ModelAddress, error: &Error) -> Vec<Self> {
        if error.attempts().is_empty() { vec![Self::failed(address, error)] } else { error.attempts().to_vec() }
    }

    /// Whether the vendor may send a bill for it.
    #[must_use]
    pub fn may_be_billed(&self) -> bool {
        self.usage.is_some() || self.effect == Effect::Unknown
    }
}
