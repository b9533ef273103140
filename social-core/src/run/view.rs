//! A run as its journal tells it, for those who do not hold it.

use serde::de::DeserializeOwned;

use super::budget::Spending;
use super::entry::Entry;
use super::id::RunId;
use super::query::RunSummary;
use super::saved::read_saved;
use super::state::{RunningJob, State, StepState, StepStatus};
use crate::clock::Timestamp;
use crate::error::Result;

/// A run as its journal tells it, read without holding it: for lists, pages and webhook handlers.
///
/// It is what was written when it was read. [`Run::peek`](super::Run::peek) makes it; a store that keeps summaries of
/// its own makes it of entries and adds each one that is appended.
#[derive(Clone, Debug)]
pub struct RunView {
    id: RunId,
    state: State,
}

impl RunView {
    /// The view of a run with these entries, oldest first.
    #[must_use]
    pub fn new(id: RunId, entries: impl IntoIterator<Item = Entry>) -> Self {
        Self { id, state: State::of(entries) }
    }

    /// Adds an entry.
    pub fn apply(&mut self, entry: Entry) {
        self.state.apply(entry);
    }

    /// The run's name.
    #[must_use]
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The run in a list.
    #[must_use]
    pub fn summary(&self) -> RunSummary {
        let (begun_at, changed_at) = self.state.times();
        RunSummary { begun_at, changed_at, ..RunSummary::new(self.id.clone(), self.state.run_state()) }
    }

    /// All steps, in the order of their names.
    #[must_use]
    pub fn steps(&self) -> Vec<StepState> {
        self.state.steps_below("")
    }

    /// The steps whose outcome is unknown.
    #[must_use]
    pub fn unsettled(&self) -> Vec<String> {
        let unsettled = |step: StepState| (step.status == StepStatus::Unsettled).then_some(step.name);
        self.steps().into_iter().filter_map(unsettled).collect()
    }

    /// The saved result of a step that is named as [`steps`](Self::steps) does, if it is usable at
    /// this time.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it is not of this type.
    pub fn result<T: DeserializeOwned>(&self, step: &str, now: Timestamp) -> Result<Option<T>> {
        self.state.value(step, now).map(|value| read_saved(value, step, &self.id)).transpose()
    }

    /// The jobs that a vendor works on.
    #[must_use]
    pub fn jobs(&self) -> Vec<RunningJob> {
        self.state.jobs_below("")
    }

    /// What the run has spent.
    #[must_use]
    pub fn spending(&self) -> Spending {
        self.state.charges.spending("")
    }
}
