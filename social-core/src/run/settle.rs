//! A person's word about a step whose outcome cannot be found out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::entry::Entry;
use super::run::Run;
use super::state::{Record, StepStatus};
use crate::error::{Error, Result};

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

impl Run {
    /// Records a person's word about a step whose outcome is unknown. The step is named as
    /// [`unsettled`](Self::unsettled) does. Call the work once more first: it may find out by
    /// itself.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the step's outcome is not unknown;
    /// [`Storage`](crate::ErrorKind::Storage).
    pub async fn settle(&self, step: &str, settlement: Settlement) -> Result<()> {
        let step = self.below(step);
        let _alone = self.enter(&step).await?;
        if !matches!(self.state().steps.get(&step), Some(Record::Intent { .. })) {
            return Err(Error::invalid(
                "step",
                format!("the outcome of `{step}` is not unknown in run `{}`", self.id()),
            ));
        }
        let Settlement { verdict, by, note } = settlement;
        let (at, settled) = (self.clock().now(), Settled { by, note });
        self.record(match verdict {
            Verdict::Happened(value) => {
                Entry::Done { step, value, at, expires_at: None, job: false, settled: Some(settled) }
            }
            Verdict::DidNotHappen => {
                Entry::Absent { step, at, because: format!("{} said so", settled.by), settled: Some(settled) }
            }
            Verdict::Repeat => Entry::GivenUp { step, at, settled },
        })
        .await
    }

    /// The steps of this run whose outcome is unknown, children's names in front, joined with `/`.
    #[must_use]
    pub fn unsettled(&self) -> Vec<String> {
        let mut steps = self.steps();
        steps.retain(|step| step.status == StepStatus::Unsettled);
        steps.into_iter().map(|step| step.name).collect()
    }
}
