//! A person's word about a step whose outcome cannot be found out, as data.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A person's word about an effect whose outcome could not be found out.
///
/// It says what happened and who says so; when it was said is added when it is recorded. All three
/// stay in the journal with the step: see [`StepState::settled`](super::StepState::settled).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Settlement {
    /// What became of the effect.
    pub verdict: Verdict,
    /// Who says so: a name, an address, an account of the application.
    pub by: String,
    /// How they know, or why it may be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a person says about an effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// It happened; the JSON is what the step would have returned.
    Happened(Value),
    /// It did not happen, and cost nothing.
    DidNotHappen,
    /// It is unknown, and it may be done, and paid for, again. What it may have cost counts as
    /// spent.
    Repeat,
}

/// Who settled a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Settled {
    /// Who said so.
    pub by: String,
    /// How they know, or why it may be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Settlement {
    /// It happened; `value` is what the step would have returned.
    #[must_use]
    pub fn happened(by: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { verdict: Verdict::Happened(value.into()), by: by.into(), note: None }
    }

    /// It did not happen.
    #[must_use]
    pub fn did_not_happen(by: impl Into<String>) -> Self {
        Self { verdict: Verdict::DidNotHappen, by: by.into(), note: None }
    }

    /// It is unknown, and it may be done and paid for again.
    #[must_use]
    pub fn repeat(by: impl Into<String>) -> Self {
        Self { verdict: Verdict::Repeat, by: by.into(), note: None }
    }

    /// Adds how they know, or why it may be repeated.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
