use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::journal::{Entry, StoredFile};
use crate::clock::Timestamp;

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepStatus {
    /// Its result is saved.
    Done,
    /// It began, and whether it had its effect is not known.
    Unsettled,
    /// It provably had no effect. It may run again.
    Absent,
}

/// A step as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    /// The step, with its children's names in front, joined with `/`.
    pub name: String,
    /// How far it has come.
    pub status: StepStatus,
    /// It is a [`once`](super::Run::once) that had its effect or may have had it: something that was paid for, or that
    /// others can see.
    pub at_stake: bool,
    /// Since when.
    pub at: Timestamp,
}

#[derive(Clone, Debug)]
pub(super) enum Record {
    Intent { at: Timestamp, lost_at: Option<Timestamp> },
    Done { value: Value, at_stake: bool, at: Timestamp, expires_at: Option<Timestamp> },
    Absent { at: Timestamp },
}

impl Record {
    pub(super) fn state(&self, name: &str) -> StepState {
        let (status, at_stake, at) = match self {
            Self::Intent { at, .. } => (StepStatus::Unsettled, true, *at),
            Self::Done { at_stake, at, .. } => (StepStatus::Done, *at_stake, *at),
            Self::Absent { at } => (StepStatus::Absent, false, *at),
        };
        StepState { name: name.to_owned(), status, at_stake, at }
    }
}

/// What the entries of a journal add up to.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) bound: HashMap<String, String>,
    pub(super) steps: BTreeMap<String, Record>,
    pub(super) files: HashMap<String, StoredFile>,
}

impl State {
    pub(super) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Bound { scope, digest } => {
                self.bound.insert(scope, digest);
            }
            Entry::Intent { step, at } => {
                self.steps.insert(step, Record::Intent { at, lost_at: None });
            }
            Entry::Lost { step, at } => {
                if let Some(Record::Intent { lost_at, .. }) = self.steps.get_mut(&step) {
                    *lost_at = Some(at);
                }
            }
            Entry::Done { step, value, at, expires_at } => {
                let at_stake = matches!(self.steps.get(&step), Some(Record::Intent { .. }));
                self.steps.insert(step, Record::Done { value, at_stake, at, expires_at });
            }
            Entry::Absent { step, at, .. } => {
                self.steps.insert(step, Record::Absent { at });
            }
            Entry::File { file, .. } => {
                self.files.insert(file.name.clone(), file);
            }
        }
    }
}
