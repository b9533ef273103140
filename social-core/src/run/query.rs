//! Finding runs in a journal.

use serde::{Deserialize, Serialize};

use super::id::RunId;
use crate::clock::Timestamp;
use crate::identity::Tenant;

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunState {
    /// It began, and nobody said that it has come to an end.
    Open,
    /// The outcome of a step is not known: it is under way just now, or its answer was lost and
    /// somebody has to ask again or [settle](super::Run::settle) it.
    Unsettled,
    /// It goes on when a person has decided something: see [`Run::mark`](super::Run::mark).
    Waiting,
    /// Everything is done: see [`Run::mark`](super::Run::mark).
    Finished,
    /// What is stored cannot be read.
    Unreadable,
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// Its name.
    pub id: RunId,
    /// How far it has come.
    pub state: RunState,
    /// When its first entry was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<Timestamp>,
    /// When its last entry was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// Why it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl RunSummary {
    /// A run in this state, about which nothing more is known.
    #[must_use]
    pub const fn new(id: RunId, state: RunState) -> Self {
        Self { id, state, begun_at: None, changed_at: None, problem: None }
    }

    /// A run whose journal cannot be read.
    #[must_use]
    pub fn unreadable(id: RunId, problem: impl Into<String>) -> Self {
        Self { problem: Some(problem.into()), ..Self::new(id, RunState::Unreadable) }
    }
}

/// Which runs are asked for. By default all, a hundred at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunQuery {
    /// Those of this tenant only.
    pub tenant: Option<Tenant>,
    /// Those whose name begins with this.
    pub prefix: String,
    /// Those in one of these states; all when it is empty.
    pub states: Vec<RunState>,
    /// Those behind this one, in the order of their ids.
    pub after: Option<RunId>,
    /// At most so many.
    pub limit: usize,
}

impl Default for RunQuery {
    fn default() -> Self {
        Self { tenant: None, prefix: String::new(), states: Vec::new(), after: None, limit: 100 }
    }
}

impl RunQuery {
    /// All runs of all tenants, a hundred at a time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of a tenant.
    #[must_use]
    pub fn of_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Only those whose name begins with this, for instance `tonight/`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Only those in this state. Called again, in one of these states.
    #[must_use]
    pub fn in_state(mut self, state: RunState) -> Self {
        self.states.push(state);
        self
    }

    /// Only those behind this one: the next page, given [`RunPage::next`].
    #[must_use]
    pub fn after(mut self, id: RunId) -> Self {
        self.after = Some(id);
        self
    }

    /// At most so many at a time, at least one.
    #[must_use]
    pub fn at_most(mut self, limit: usize) -> Self {
        self.limit = limit.max(1);
        self
    }

    /// Whether a run's id is one that is asked for, for stores that look at the state later.
    #[must_use]
    pub fn matches_id(&self, id: &RunId) -> bool {
        self.tenant.as_ref().is_none_or(|tenant| *tenant == id.tenant)
            && id.name.starts_with(&self.prefix)
            && self.after.as_ref().is_none_or(|after| id > after)
    }

    /// Whether a state is one that is asked for.
    #[must_use]
    pub fn matches_state(&self, state: RunState) -> bool {
        self.states.is_empty() || self.states.contains(&state)
    }
}

/// A page of runs, in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<RunSummary>,
    /// Behind which run the next page begins, if there may be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<RunId>,
}

impl RunPage {
    /// The page that a query asks for, of runs in the order of their ids. `runs` is read only as
    /// far as the page goes.
    pub fn of(query: &RunQuery, runs: impl IntoIterator<Item = RunSummary>) -> Self {
        let wanted = |run: &RunSummary| query.matches_id(&run.id) && query.matches_state(run.state);
        let mut runs = runs.into_iter().filter(wanted);
        let page: Vec<RunSummary> = runs.by_ref().take(query.limit.max(1)).collect();
        let next = runs.next().and(page.last()).map(|last| last.id.clone());
        Self { runs: page, next }
    }
}
