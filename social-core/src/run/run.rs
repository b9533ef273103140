//! A run: how it is opened, and what it is made of.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::budget::Charging;
use super::digest;
use super::entry::{Entry, Mark};
use super::event::{RunEvent, StepEvent};
use super::flight::{Flight, Flights};
use super::gate::Gate;
use super::id::RunId;
use super::journal::{Journal, JournalLog, OpenJournal};
use super::lease::Renewed;
use super::memory::MemoryLog;
use super::options::OpenOptions;
use super::settlement::Settled;
use super::state::{Record, RunningJob, State, StepState};
use super::view::RunView;
use crate::canonical;
use crate::clock::{Clock, Random, Timestamp};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::AccountKey;
use crate::job::{JobBell, JobPhase, JobProgress};
use tokio_util::sync::CancellationToken;

/// A durable run, or a child of one. Cheap to clone; steps of different names may run side by side.
///
/// A step that is called while a step of its name is under way waits for it and gets its saved
/// result, or an error of the same kind when it fails. A step must therefore not call itself.
#[derive(Clone)]
pub struct Run {
    shared: Arc<Shared>,
    /// The children's names, joined with `/`; empty for the run itself.
    scope: String,
    account: Option<Arc<AccountKey>>,
    charging: Option<Arc<Charging>>,
    /// Who said that what nobody can know may be repeated.
    repeated_by: Option<Arc<Settled>>,
}

struct Shared {
    id: RunId,
    log: Box<dyn JournalLog>,
    state: Mutex<State>,
    flights: Flights,
    renewed: Renewed,
    options: OpenOptions,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// A name as part of a path: a slash in it is not the slash between child and step.
fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['/', '%']) {
        Cow::Owned(name.replace('%', "%25").replace('/', "%2F"))
    } else {
        Cow::Borrowed(name)
    }
}

impl Run {
    /// Opens a run under the caller's name for it, for instance `tonight/instagram`, or the id of a
    /// tenant's run.
    ///
    /// # Errors
    /// [`Held`](ErrorKind::Held) when somebody holds it; [`Storage`](ErrorKind::Storage) when what
    /// is stored cannot be read; [`InvalidRequest`](ErrorKind::InvalidRequest) for an empty name.
    pub async fn open(journal: &dyn Journal, run: impl Into<RunId> + Send) -> Result<Self> {
        Self::open_with(journal, run, OpenOptions::default()).await
    }

    /// As [`open`](Self::open), with a clock, cancellation, an observer, gates and what else
    /// [`OpenOptions`] has.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(journal: &dyn Journal, run: impl Into<RunId> + Send, options: OpenOptions) -> Result<Self> {
        let id = run.into();
        if id.name.is_empty() {
            return Err(Error::invalid("run", "a run needs a name, under which it is found again"));
        }
        let OpenJournal { entries, log } = journal.open(&id).await?;
        Ok(Self::new(id, log, State::of(entries), options))
    }

    /// A run that is forgotten with the process, for calls that need no durability.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::ephemeral_with(OpenOptions::default())
    }

    /// As [`ephemeral`](Self::ephemeral), with what else [`OpenOptions`] has.
    #[must_use]
    pub fn ephemeral_with(options: OpenOptions) -> Self {
        Self::new(RunId::new("ephemeral"), Box::new(MemoryLog::default()), State::default(), options)
    }

    fn new(id: RunId, log: Box<dyn JournalLog>, state: State, options: OpenOptions) -> Self {
        let renewed = Renewed::new(options.clock.now());
        let (state, flights) = (Mutex::new(state), Flights::default());
        let shared = Arc::new(Shared { id, log, state, flights, renewed, options });
        Self { shared, scope: String::new(), account: None, charging: None, repeated_by: None }
    }

    /// Part of this run, with step names of its own. It shares the run's journal and lock.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self { scope: self.path(name), ..self.clone() }
    }

    /// The same run, for work that can be seen on an account: [gates](Gate) are told which.
    #[must_use]
    pub fn for_account(&self, account: &AccountKey) -> Self {
        Self { account: Some(Arc::new(account.clone())), ..self.clone() }
    }

    /// The same run, for work whose lost effects may be done, and paid for, again.
    ///
    /// A [`once`](Self::once) whose answer an earlier call lost is asked about first. What is found is
    /// taken, and what may still be on its way is waited for: only where nobody can know
    /// ([`Found::Unknown`](super::Found::Unknown)) it is repeated, and what it may have cost stays
    /// spent. It is recorded as a [`Verdict::Repeat`](super::Verdict::Repeat) of whoever says so.
    #[must_use]
    pub fn repeating_lost(&self, by: impl Into<String>, note: Option<String>) -> Self {
        Self { repeated_by: Some(Arc::new(Settled { by: by.into(), note })), ..self.clone() }
    }

    pub(super) fn repeated_by(&self) -> Option<&Settled> {
        self.repeated_by.as_deref()
    }

    pub(super) fn with_charging(&self, charging: Arc<Charging>) -> Self {
        Self { charging: Some(charging), ..self.clone() }
    }

    /// The run's id. Its children have the same.
    #[must_use]
    pub fn id(&self) -> &RunId {
        &self.shared.id
    }

    /// The run's full name for people: its id and the children's names, joined with `/`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.scope.is_empty() { self.id().to_string() } else { format!("{}/{}", self.id(), self.scope) }
    }

    /// Binds the run (or child) to its input: opened again with another input, it is refused. Media
    /// in the input are read, and count by their bytes.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for another input than last time, and for one
    /// without a JSON form; [`Storage`](ErrorKind::Storage).
    pub async fn bind(&self, input: &(impl Serialize + ?Sized + Sync)) -> Result<()> {
        let digest = canonical::digest(input).await?.to_string();
        // No step has a name with a NUL in front of nothing.
        let flight = self.shared.flights.enter(&format!("{}\0", self.scope)).await?;
        let known = self.state().bound.get(&self.scope).cloned();
        let result = match known {
            Some(known) if known == digest => Ok(()),
            Some(_) => Err(Error::invalid(
                "run",
                format!("run `{}` was begun with another input; open a run of another name for this one", self.name()),
            )),
            None => self.record(Entry::Bound { scope: self.scope.clone(), digest }).await,
        };
        flight.land(result)
    }

    /// Reads a run without holding it. One that was never begun is empty.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when what is stored cannot be read.
    pub async fn peek(journal: &dyn Journal, run: impl Into<RunId> + Send) -> Result<RunView> {
        let id = run.into();
        let entries = journal.peek(&id).await?;
        Ok(RunView::new(id, entries))
    }

    /// The steps of this run and its children that the journal knows, in the order of their names.
    #[must_use]
    pub fn steps(&self) -> Vec<StepState> {
        self.state().steps_below(&self.below(""))
    }

    /// The jobs of this run and its children that vendors work on.
    #[must_use]
    pub fn jobs(&self) -> Vec<RunningJob> {
        self.state().jobs_below(&self.below(""))
    }

    /// Says what the whole run has come to: finished, or waiting for a person. It shows in lists of
    /// runs, and holds until the next step is recorded.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage).
    pub async fn mark(&self, mark: Mark, note: Option<&str>) -> Result<()> {
        self.record(Entry::Marked { mark, at: self.clock().now(), note: note.map(str::to_owned) }).await
    }

    /// A key for vendors that honour idempotency keys: the same for this run and step in every
    /// process. UUID-shaped.
    #[must_use]
    pub fn key(&self, step: &str) -> String {
        digest::uuid(self.id(), &self.path(step))
    }

    /// The run's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.options.clock
    }

    /// The run's randomness.
    #[must_use]
    pub fn random(&self) -> &Arc<dyn Random> {
        &self.shared.options.random
    }

    /// Ends the run's waits and steps when it is cancelled.
    #[must_use]
    pub fn cancellation(&self) -> &CancellationToken {
        &self.shared.options.cancel
    }

    pub(crate) fn bell(&self) -> &JobBell {
        &self.shared.options.bell
    }

    pub(super) fn patience(&self) -> Duration {
        self.shared.options.patience
    }

    pub(super) fn gates(&self) -> &[Arc<dyn Gate>] {
        &self.shared.options.gates
    }

    pub(super) fn account(&self) -> Option<&AccountKey> {
        self.account.as_deref()
    }

    pub(super) fn charging(&self) -> Option<&Arc<Charging>> {
        self.charging.as_ref()
    }

    pub(super) fn log(&self) -> &dyn JournalLog {
        &*self.shared.log
    }

    pub(super) fn renewed(&self) -> &Renewed {
        &self.shared.renewed
    }

    pub(super) fn scope(&self) -> &str {
        &self.scope
    }

    /// Tells the run's observer. The step is named from the run on.
    pub(crate) fn tell(&self, step: &str, what: impl FnOnce() -> StepEvent) {
        // What is compiled for every step of every kind is only this.
        if self.is_watched() {
            self.tell_now(step, what());
        }
    }

    /// Tells the run's observer how far a step is that this machine works on, from 0 to 1, and in a
    /// word what it does: `encoding`. What vendors work on tells of itself.
    pub fn advance(&self, step: &str, word: &str, fraction: f32) {
        let (job, phase) = (String::new(), JobPhase::Working);
        let progress = || JobProgress { job, phase, word: word.to_owned(), fraction: Some(fraction) };
        self.tell(&self.path(step), || StepEvent::Job { progress: progress() });
    }

    fn is_watched(&self) -> bool {
        self.shared.options.observer.is_some() || tracing::enabled!(tracing::Level::DEBUG)
    }

    fn tell_now(&self, step: &str, what: StepEvent) {
        tracing::debug!(run = %self.id(), step, ?what);
        if let Some(observer) = &self.shared.options.observer {
            observer(RunEvent { run: self.id().clone(), step: step.to_owned(), at: self.clock().now(), what });
        }
    }

    pub(super) fn tell_end<T>(&self, step: &str, result: &Result<T>) {
        self.tell_error(step, result.as_ref().err());
    }

    fn tell_error(&self, step: &str, error: Option<&Error>) {
        self.tell(step, || match error {
            None => StepEvent::Done { replayed: false },
            Some(error) if error.kind() == ErrorKind::OutcomeUnknown => StepEvent::Unknown { error: error.into() },
            Some(error) => StepEvent::Failed { error: error.into() },
        });
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.below(&escaped(name))
    }

    pub(super) fn below(&self, path: &str) -> String {
        if self.scope.is_empty() { path.to_owned() } else { format!("{}/{path}", self.scope) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn record(&self, entry: Entry) -> Result<()> {
        let asked_at = self.clock().now();
        self.log().append(entry.clone()).await?;
        self.renewed().set(asked_at);
        self.state().apply(entry);
        Ok(())
    }

    /// Waits until the step is no longer run elsewhere.
    pub(super) async fn enter(&self, step: &str) -> Result<Flight> {
        let entered = self.guarded(self.shared.flights.enter(step)).await;
        entered.unwrap_or_else(|left| Err(left.error(&format!("while waiting for step `{step}`"))))
    }

    /// The intent of a step that has no result yet: when it began, and when it was lost.
    pub(super) fn intent(&self, step: &str) -> Option<(Timestamp, Option<Timestamp>)> {
        match self.state().steps.get(step) {
            Some(Record::Intent { at, lost_at }) => Some((*at, *lost_at)),
            _ => None,
        }
    }

    /// Notes that the job of a step is over, if it is noted as running.
    pub(crate) async fn end_job(&self, step: &str, because: Option<&str>) -> Result<()> {
        if !self.state().has_job(step) {
            return Ok(());
        }
        let (at, because) = (self.clock().now(), because.map(str::to_owned));
        self.record(Entry::JobOver { step: step.to_owned(), at, because }).await
    }
}
