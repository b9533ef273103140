use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::digest;
use super::flight::Flights;
use super::journal::{Entry, Journal, JournalLog, OpenJournal};
use super::memory::MemoryLog;
use super::options::{OpenOptions, Progress};
use super::state::{Record, State, StepState};
use crate::clock::{Clock, Random, Timestamp};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::ByteStream;
use crate::media::Media;

/// A durable run, or a child of one. Cheap to clone; steps of different names may run side by side.
///
/// A step that is called while a step of its name is under way waits for it and gets its saved result, or an error of
/// the same kind when it fails. A step must therefore not call itself.
#[derive(Clone)]
pub struct Run {
    pub(super) shared: Arc<Shared>,
    /// The children's names, joined with `/`; empty for the run itself.
    scope: String,
    name: String,
}

pub(super) struct Shared {
    pub(super) name: String,
    log: Box<dyn JournalLog>,
    state: Mutex<State>,
    flights: Flights,
    options: OpenOptions,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("name", &self.name).finish_non_exhaustive()
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
    /// Opens a run under the caller's name for it, for instance `tonight/instagram`.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when somebody holds it already or what is stored cannot be read;
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for an empty name.
    pub async fn open(journal: &dyn Journal, name: &str) -> Result<Self> {
        Self::open_with(journal, name, OpenOptions::default()).await
    }

    /// As [`open`](Self::open), with another clock, randomness, cancellation or observer.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(journal: &dyn Journal, name: &str, options: OpenOptions) -> Result<Self> {
        if name.is_empty() {
            return Err(Error::invalid("run", "a run needs a name, under which it is found again"));
        }
        let OpenJournal { entries, log } = journal.open(name).await?;
        let mut state = State::default();
        for entry in entries {
            state.apply(entry);
        }
        Ok(Self::new(name, log, state, options))
    }

    /// A run that is forgotten with the process, for calls that need no durability.
    #[must_use]
    pub fn ephemeral() -> Self {
        Self::new("ephemeral", Box::new(MemoryLog::default()), State::default(), OpenOptions::default())
    }

    fn new(name: &str, log: Box<dyn JournalLog>, state: State, options: OpenOptions) -> Self {
        let shared =
            Shared { name: name.to_owned(), log, state: Mutex::new(state), flights: Flights::default(), options };
        Self { shared: Arc::new(shared), scope: String::new(), name: name.to_owned() }
    }

    /// Part of this run, with step names of its own. It shares the run's journal and lock.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let scope = self.path(name);
        Self { name: format!("{}/{scope}", self.shared.name), scope, shared: self.shared.clone() }
    }

    /// The run's full name, children joined with `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Binds the run (or child) to its input: opened again with another input, it is refused.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for another input than last time; [`Storage`](ErrorKind::Storage).
    pub async fn bind(&self, input: &(impl Serialize + ?Sized + Sync)) -> Result<()> {
        let digest = digest::of_json(input)?;
        // No step has a name with a NUL in front of nothing.
        let flight = self.shared.flights.enter(&format!("{}\0", self.scope)).await?;
        let known = self.state().bound.get(&self.scope).cloned();
        let result = match known {
            Some(known) if known == digest => Ok(()),
            Some(_) => Err(Error::invalid(
                "run",
                format!("run `{}` was begun with another input; open a run of another name for this one", self.name),
            )),
            None => self.record(Entry::Bound { scope: self.scope.clone(), digest }).await,
        };
        flight.land(result)
    }

    /// Runs repeatable work once per run: the saved result is returned next time.
    ///
    /// # Errors
    /// What the work fails with; [`Storage`](ErrorKind::Storage); [`Cancelled`](ErrorKind::Cancelled).
    pub async fn step<T, F>(&self, name: &str, work: impl FnOnce() -> F + Send) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
    {
        self.step_until(name, || {
            let work = work();
            async move { Ok((work.await?, None)) }
        })
        .await
    }

    /// As [`step`](Self::step), for results that stop being usable: the work also says when, and runs again after that.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub async fn step_until<T, F>(&self, name: &str, work: impl FnOnce() -> F + Send) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<(T, Option<Timestamp>)>> + Send,
    {
        let step = self.path(name);
        let flight = self.enter(&step).await?;
        flight.land(self.step_alone(&step, work).await)
    }

    async fn step_alone<T, F>(&self, step: &str, work: impl FnOnce() -> F + Send) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<(T, Option<Timestamp>)>> + Send,
    {
        if let Some(value) = self.saved(step)? {
            self.tell(step, "done");
            return Ok(value);
        }
        self.refuse_if_cancelled(step)?;
        self.tell(step, "started");
        let work = async {
            let (value, expires_at) = work().await?;
            self.save(step, &value, expires_at).await?;
            Ok(value)
        };
        let result = match self.unless_cancelled(work).await {
            Some(result) => result,
            None => Err(Error::new(ErrorKind::Cancelled, format!("cancelled during step `{step}`"))),
        };
        self.tell(step, if result.is_ok() { "done" } else { "failed" });
        result
    }

    /// The saved result of a step, if it has one that is still usable.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when it is not of this type.
    pub async fn result<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.saved(&self.path(name))
    }

    /// The steps of this run and its children that the journal knows, in the order of their names.
    #[must_use]
    pub fn steps(&self) -> Vec<StepState> {
        let prefix = self.below("");
        let state = self.state();
        state.steps.iter().filter_map(|(step, record)| Some(record.state(step.strip_prefix(&prefix)?))).collect()
    }

    /// A key for vendors that honour idempotency keys: the same for this run and step in every process. UUID-shaped.
    #[must_use]
    pub fn key(&self, step: &str) -> String {
        digest::uuid(&self.shared.name, &self.path(step))
    }

    /// Keeps an image, video or audio with the run, once: next time the kept file is returned and nothing is read. Its
    /// bytes are looked at before it counts as kept, so that an error page is not kept for a video. A kept file that is
    /// missing or damaged is read again, so reading it must not cost anything.
    ///
    /// # Errors
    /// What the content fails with; [`MediaInvalid`](ErrorKind::MediaInvalid) as [`Media::info`]; their effect is unknown,
    /// because a file that cannot be kept may have been paid for;
    /// [`Storage`](ErrorKind::Storage); [`Cancelled`](ErrorKind::Cancelled).
    pub async fn keep_file<F>(&self, name: &str, content: impl FnOnce() -> F + Send) -> Result<Media>
    where
        F: Future<Output = Result<ByteStream>> + Send,
    {
        let name = self.path(name);
        let flight = self.enter(&format!("\0{name}")).await?;
        // What failed is the reading. What is read may have been paid for.
        let result = self.keep_file_alone(&name, content).await.map_err(|e| e.with_effect(Effect::Unknown));
        flight.land(result)
    }

    async fn keep_file_alone<F>(&self, name: &str, content: impl FnOnce() -> F + Send) -> Result<Media>
    where
        F: Future<Output = Result<ByteStream>> + Send,
    {
        let kept = self.state().files.get(name).cloned();
        if let Some(kept) = kept {
            if let Some(media) = self.shared.log.file(&kept).await? {
                return Ok(media);
            }
            tracing::warn!(run = self.shared.name, name, "a kept file is missing or damaged and is read again");
        }
        self.refuse_if_cancelled(name)?;
        let keep = async {
            let (file, media) = self.shared.log.put_file(name, content().await?).await?;
            media.info().await?;
            self.record(Entry::File { file, at: self.clock().now() }).await?;
            Ok(media)
        };
        match self.unless_cancelled(keep).await {
            Some(result) => result,
            None => Err(Error::new(ErrorKind::Cancelled, format!("cancelled while `{name}` was read"))),
        }
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

    pub(super) fn patience(&self) -> Duration {
        self.shared.options.patience
    }

    /// Tells the run's observer how something gets on; the run's name is put in front of the step's.
    pub fn report(&self, progress: Progress) {
        if let Some(observer) = &self.shared.options.observer {
            observer(Progress { step: format!("{}/{}", self.name, progress.step), ..progress });
        }
    }

    pub(super) fn tell(&self, step: &str, status: &str) {
        tracing::debug!(run = self.shared.name, step, status);
        if let Some(observer) = &self.shared.options.observer {
            let step = format!("{}/{step}", self.shared.name);
            observer(Progress { step, status: status.to_owned(), fraction: None });
        }
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.below(&escaped(name))
    }

    pub(super) fn below(&self, path: &str) -> String {
        if self.scope.is_empty() { path.to_owned() } else { format!("{}/{path}", self.scope) }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn record(&self, entry: Entry) -> Result<()> {
        self.shared.log.append(entry.clone()).await?;
        self.state().apply(entry);
        Ok(())
    }

    pub(super) async fn save<T: Serialize>(&self, step: &str, value: &T, expires_at: Option<Timestamp>) -> Result<()> {
        let value = serde_json::to_value(value).map_err(|e| {
            let message = format!("the result of step `{step}` cannot be written as JSON");
            Error::new(ErrorKind::Storage, message).with_source(e)
        })?;
        self.record(Entry::Done { step: step.to_owned(), value, at: self.clock().now(), expires_at }).await
    }

    pub(super) fn saved<T: DeserializeOwned>(&self, step: &str) -> Result<Option<T>> {
        let state = self.state();
        let Some(Record::Done { value, expires_at, .. }) = state.steps.get(step) else {
            return Ok(None);
        };
        if expires_at.is_some_and(|end| end <= self.clock().now()) {
            return Ok(None);
        }
        T::deserialize(value).map(Some).map_err(|e| {
            let message = format!(
                "the saved result of step `{step}` in run `{}` is not what this program expects; it was saved by another version",
                self.shared.name
            );
            Error::new(ErrorKind::Storage, message).with_source(e)
        })
    }

    pub(super) async fn enter(&self, step: &str) -> Result<super::flight::Flight> {
        match self.unless_cancelled(self.shared.flights.enter(step)).await {
            Some(flight) => flight,
            None => Err(Error::new(ErrorKind::Cancelled, format!("cancelled while waiting for step `{step}`"))),
        }
    }

    pub(super) async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            result = work => Some(result),
            () = self.cancellation().cancelled() => None,
        }
    }

    pub(super) fn refuse_if_cancelled(&self, step: &str) -> Result<()> {
        if self.cancellation().is_cancelled() {
            let message = format!("cancelled before step `{step}`");
            return Err(Error::new(ErrorKind::Cancelled, message));
        }
        Ok(())
    }
}
