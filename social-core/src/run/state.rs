//! What the entries of a journal add up to.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::budget::Charges;
use super::entry::{Entry, Mark, StoredFile};
use super::query::RunState;
use super::settlement::Settled;
use crate::clock::Timestamp;
use crate::job::Job;

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepStatus {
    /// Its result is saved.
    Done,
    /// It began, and whether it had its effect is not known: it is under way, or its answer was
    /// lost.
    Unsettled,
    /// It had no effect, or a person allowed it to run again. It may run again.
    Absent,
}

/// A step as the journal knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StepState {
    /// The step, with its children's names in front, joined with `/`.
    pub name: String,
    /// How far it has come.
    pub status: StepStatus,
    /// It is a [`once`](super::Run::once) that had its effect or may have had it: something that
    /// was paid for, or that others can see.
    pub at_stake: bool,
    /// Since when.
    pub at: Timestamp,
    /// Who settled it, where a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// A job that a vendor works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunningJob {
    /// The step that submitted it, with its children's names in front, joined with `/`.
    pub step: String,
    /// The job.
    pub job: Job,
}

#[derive(Clone, Debug)]
pub(super) enum Record {
    Intent { at: Timestamp, lost_at: Option<Timestamp> },
    Done { value: Value, at_stake: bool, at: Timestamp, expires_at: Option<Timestamp>, settled: Option<Settled> },
    Absent { at: Timestamp, settled: Option<Settled> },
}

impl Record {
    pub(super) fn state(&self, name: &str) -> StepState {
        let (status, at_stake, at, settled) = match self {
            Self::Intent { at, .. } => (StepStatus::Unsettled, true, *at, &None),
            Self::Done { at_stake, at, settled, .. } => (StepStatus::Done, *at_stake, *at, settled),
            Self::Absent { at, settled } => (StepStatus::Absent, false, *at, settled),
        };
        StepState { name: name.to_owned(), status, at_stake, at, settled: settled.clone() }
    }
}

/// What the entries of a journal add up to.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) bound: HashMap<String, String>,
    pub(super) steps: BTreeMap<String, Record>,
    pub(super) files: HashMap<String, StoredFile>,
    pub(super) charges: Charges,
    /// Jobs under way, by the step that submitted them.
    jobs: BTreeMap<String, Job>,
    mark: Option<Mark>,
    begun_at: Option<Timestamp>,
    changed_at: Option<Timestamp>,
}

impl State {
    pub(super) fn apply(&mut self, entry: Entry) {
        if let Some(at) = entry.at() {
            self.begun_at.get_or_insert(at);
            self.changed_at = Some(at);
        }
        if matches!(entry, Entry::Intent { .. } | Entry::Done { .. } | Entry::GivenUp { .. } | Entry::File { .. }) {
            self.mark = None;
        }
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
            Entry::Done { step, value, at, expires_at, job, settled } => {
                let at_stake = matches!(self.steps.get(&step), Some(Record::Intent { .. }));
                if job && let Ok(job) = Job::deserialize(&value) {
                    self.jobs.insert(step.clone(), job);
                }
                self.steps.insert(step, Record::Done { value, at_stake, at, expires_at, settled });
            }
            Entry::Absent { step, at, settled, .. } => {
                self.steps.insert(step, Record::Absent { at, settled });
            }
            Entry::GivenUp { step, at, settled } => {
                self.charges.give_up(&step);
                self.steps.insert(step, Record::Absent { at, settled: Some(settled) });
            }
            Entry::Forgotten { step, at, .. } => {
                self.steps.insert(step, Record::Absent { at, settled: None });
            }
            Entry::File { file, .. } => {
                self.files.insert(file.name.clone(), file);
            }
            Entry::JobOver { step, .. } => {
                self.jobs.remove(&step);
            }
            Entry::Charge { scope, estimate, .. } => self.charges.open(scope, estimate),
            Entry::Cost { scope, cost, .. } => self.charges.close(&scope, cost),
            Entry::Marked { mark, .. } => self.mark = Some(mark),
        }
    }

    pub(super) fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut state = Self::default();
        entries.into_iter().for_each(|entry| state.apply(entry));
        state
    }

    /// The steps below a path, named from there on.
    pub(super) fn steps_below(&self, prefix: &str) -> Vec<StepState> {
        let named = |(step, record): (&String, &Record)| Some(record.state(step.strip_prefix(prefix)?));
        self.steps.iter().filter_map(named).collect()
    }

    /// The jobs below a path that are under way, their steps named from there on.
    pub(super) fn jobs_below(&self, prefix: &str) -> Vec<RunningJob> {
        let named = |(step, job): (&String, &Job)| {
            Some(RunningJob { step: step.strip_prefix(prefix)?.to_owned(), job: job.clone() })
        };
        self.jobs.iter().filter_map(named).collect()
    }

    pub(super) fn has_job(&self, step: &str) -> bool {
        self.jobs.contains_key(step)
    }

    /// The saved value of a step, if it has one that is usable at this time, or was used for what
    /// is not settled.
    pub(super) fn value(&self, step: &str, now: Timestamp) -> Option<&Value> {
        let Record::Done { value, expires_at, at, .. } = self.steps.get(step)? else { return None };
        let usable = expires_at.is_none_or(|end| end > now) || self.is_in_doubt(step, *at);
        usable.then_some(value)
    }

    /// Whether a `once` beside the step, or above it, began after the step was done and is not
    /// settled.
    fn is_in_doubt(&self, step: &str, done_at: Timestamp) -> bool {
        self.steps.iter().any(|(once, record)| {
            let scope = once.rfind('/').map_or("", |end| once.get(..=end).unwrap_or_default());
            matches!(record, Record::Intent { at, .. } if *at >= done_at) && step.starts_with(scope)
        })
    }

    pub(super) fn run_state(&self) -> RunState {
        let unsettled = self.steps.values().any(|record| matches!(record, Record::Intent { .. }));
        match self.mark {
            _ if unsettled => RunState::Unsettled,
            Some(Mark::Finished) => RunState::Finished,
            Some(Mark::Waiting) => RunState::Waiting,
            None => RunState::Open,
        }
    }

    pub(super) fn times(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.begun_at, self.changed_at)
    }
}
