//! Work that must not happen twice, and how it is found out what became of it when its answer was
//! lost.

use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::Entry;
use super::event::StepEvent;
use super::guard::Interruption;
use super::run::Run;
use super::saved::to_saved;
use super::settlement::Settled;
use crate::clock::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result, Retry};

/// When an effect whose answer was lost may have happened.
///
/// What is older than `begun_at` or belongs to somebody else is not the lost effect, however alike
/// it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lost {
    /// When the work began, by this machine's clock. Nothing of it was sent earlier.
    pub begun_at: Timestamp,
    /// When the work was over or its process was found dead. Nothing of it was sent later.
    pub lost_at: Timestamp,
}

impl Lost {
    /// Work that began and was lost at these times, for tests of a `find`.
    #[must_use]
    pub const fn new(begun_at: Timestamp, lost_at: Timestamp) -> Self {
        Self { begun_at, lost_at }
    }
}

/// What was found out about an effect whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found<T> {
    /// It happened; this is its result.
    Present(T),
    /// It provably did not happen and cannot happen any more, so that the work may be done again at
    /// once: the vendor refuses a second request with the same key, or the state of an object of
    /// ours excludes it.
    Absent,
    /// The vendor does not show it. It may still be on its way, or done and not listed yet.
    NotListed {
        /// How long after [`Lost::lost_at`] this starts to mean [`Absent`](Self::Absent): longer
        /// than the vendor's slowest accepted request and the delay of its list together.
        settle: Duration,
    },
    /// The vendor cannot be asked, or its answer leaves room for doubt.
    Unknown,
}

impl<T> Found<T> {
    /// Makes what the step returns of what was found.
    pub fn map<U>(self, made: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::Present(found) => Found::Present(made(found)),
            Self::Absent => Found::Absent,
            Self::NotListed { settle } => Found::NotListed { settle },
            Self::Unknown => Found::Unknown,
        }
    }
}

/// A step that is done once.
#[derive(Clone, Copy)]
struct Step<'a> {
    path: &'a str,
    /// Its result is a job.
    job: bool,
    /// What nobody can know may be done again.
    repeats: bool,
}

/// Pauses between two questions while a list settles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl Run {
    /// Runs work that must not happen twice: a post, a paid generation.
    ///
    /// The intent is saved before `work` starts and the result after it. `work` is best the one
    /// request: an error of it that says that there was [no effect](Effect::None) is believed, and
    /// frees the step. When the work fails in a way that leaves its effect unknown, `find` is asked
    /// right away; what it proves absent is not sent again in this call. Found with an intent and
    /// no result, because the process died or the outcome was unknown, `find` is asked first.
    ///
    /// "Not found" is rarely "did not happen": a request may still be on its way when its process
    /// is dead, and platforms list a post seconds after they took it. A `find` that looks through a
    /// list, or asks by a reference that the vendor does not protect from being used twice, answers
    /// [`Found::NotListed`] with a settle time. Until that is over the effect is unknown: within
    /// the run's [patience](super::OpenOptions::patience) the call waits on the run's clock and
    /// asks again, beyond it the call ends as [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) and
    /// [`Error::wait`] says when asking again will tell. Where the vendor cannot be asked, `find`
    /// is `|_| async { Ok(Found::Unknown) }`.
    ///
    /// No layer repeats what is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown): the same run asks
    /// again later, or a person [settles](Self::settle) it.
    ///
    /// # Errors
    /// What the work fails with when it provably had no effect ([`Error::effect`] then says so);
    /// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown), also when it was cancelled under way, and
    /// when the result could not be saved ([`Error::partial`] then holds it);
    /// [`Storage`](ErrorKind::Storage); [`Cancelled`](ErrorKind::Cancelled) before it began.
    pub async fn once<T, F, G>(
        &self,
        name: &str,
        work: impl FnOnce() -> F + Send,
        find: impl FnMut(Lost) -> G + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        self.once_of(name, false, work, find).await
    }

    /// As [`once`](Self::once), for work whose result is a job, or is none.
    pub(crate) async fn once_of<T, F, G>(
        &self,
        name: &str,
        job: bool,
        work: impl FnOnce() -> F + Send,
        find: impl FnMut(Lost) -> G + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        let path = self.path(name);
        let flight = self.enter(&path).await?;
        let step = Step { path: &path, job, repeats: false };
        flight.land(self.once_alone(step, work, find).await)
    }

    async fn once_alone<T, F, G>(
        &self,
        step: Step<'_>,
        work: impl FnOnce() -> F + Send,
        mut find: impl FnMut(Lost) -> G + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        let path = step.path;
        if let Some(value) = self.saved(path)? {
            self.tell(path, || StepEvent::Done { replayed: true });
            return Ok(value);
        }
        if let Some((begun_at, lost_at)) = self.intent(path) {
            let lost_at = match lost_at {
                Some(lost_at) => lost_at,
                // Who began it is gone, so from now on nothing of it is sent.
                None => self.lose(path).await,
            };
            let error =
                Error::new(ErrorKind::OutcomeUnknown, format!("it began at {begun_at} and its answer was lost"));
            let lost = Step { repeats: true, ..step };
            let result = self.look(lost, Lost { begun_at, lost_at }, &mut find, error).await;
            if !matches!(&result, Err(error) if error.effect() == Effect::None) {
                self.tell_end(path, &result);
                return result;
            }
        }
        self.refuse_if_cancelled(&format!("before step `{path}`"))?;
        self.pass_gates(path).await?;
        self.begin_charge().await?;
        let begun_at = self.clock().now();
        self.record(Entry::Intent { step: path.to_owned(), at: begun_at }).await?;
        self.tell(path, || StepEvent::Started);
        let result = match self.guarded(async { work().await }).await {
            Ok(Ok(value)) => self.remember(step, value).await,
            Ok(Err(error)) if error.effect() == Effect::None => {
                self.absent(path, error.message()).await;
                Err(error)
            }
            Ok(Err(error)) => {
                let lost_at = self.lose(path).await;
                self.look(step, Lost { begun_at, lost_at }, &mut find, error).await
            }
            Err(left) => Err(self.unknown(path, left.error("under way"), None)),
        };
        self.tell_end(path, &result);
        result
    }

    /// Asks about an effect whose answer was lost with `error`. An error without effect proves that
    /// there was none.
    async fn look<T, G>(
        &self,
        step: Step<'_>,
        lost: Lost,
        find: &mut (impl FnMut(Lost) -> G + Send),
        error: Error,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        let path = step.path;
        if self.cancellation().is_cancelled() {
            return Err(self.unknown(path, error, Some(Interruption::Cancelled.error("before it was asked about"))));
        }
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        loop {
            let settle = match self.guarded(async { find(lost).await }).await {
                Ok(Ok(Found::Present(value))) => return self.remember(step, value).await,
                Ok(Ok(Found::Absent)) => {
                    self.absent(path, "the vendor was asked").await;
                    return Err(error.with_effect(Effect::None));
                }
                Ok(Ok(Found::NotListed { settle })) => settle,
                Ok(Ok(Found::Unknown)) => {
                    return match self.repeated_by().filter(|_| step.repeats) {
                        Some(settled) => self.give_up(path, settled, error).await,
                        None => Err(self.unknown(path, error, None)),
                    };
                }
                Ok(Err(asking)) => return Err(self.unknown(path, error, Some(asking))),
                Err(left) => return Err(self.unknown(path, error, Some(left.error("while it was asked about")))),
            };
            // Time that was waited here counts even when the clock was set back meanwhile.
            let age = Duration::try_from(self.clock().now().duration_since(lost.lost_at)).unwrap_or_default();
            let left = settle.saturating_sub(age.max(waited));
            if left.is_zero() {
                self.absent(path, &format!("the vendor did not show it {settle:?} after it was lost")).await;
                return Err(error.with_effect(Effect::None));
            }
            let settled_at = self.clock().now().saturating_add(left).unwrap_or(Timestamp::MAX);
            if waited.saturating_add(left) > self.patience() {
                let early = format!("the vendor does not show it, which proves nothing before {settled_at:.0}");
                let early = Error::new(ErrorKind::OutcomeUnknown, early);
                return Err(self.unknown(path, error, Some(early)).with_retry(Retry::After(left)));
            }
            self.tell(path, || StepEvent::Settling { until: settled_at });
            let next = pause.min(left);
            if let Err(left) = self.guarded(self.clock().sleep(next)).await {
                return Err(self.unknown(path, error, Some(left.error("while it was waited for"))));
            }
            waited = waited.saturating_add(next);
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// Nobody can know, and somebody said that it may be repeated then.
    async fn give_up<T>(&self, step: &str, settled: &Settled, error: Error) -> Result<T> {
        let (at, settled) = (self.clock().now(), settled.clone());
        match self.record(Entry::GivenUp { step: step.to_owned(), at, settled }).await {
            Ok(()) => Err(error.with_effect(Effect::None)),
            Err(storage) => Err(self.unknown(step, error, Some(storage))),
        }
    }

    async fn remember<T: Serialize>(&self, step: Step<'_>, value: T) -> Result<T> {
        let saved = match to_saved(&value, step.path) {
            Ok(json) => self.save(step.path, json, None, step.job).await,
            Err(error) => Err(error),
        };
        match saved {
            Ok(()) => Ok(value),
            Err(error) => Err(self.unsaved(step.path, &value, error)),
        }
    }

    /// Records that nothing of a step will be sent any more. Where that fails, the next process
    /// says so for itself.
    async fn lose(&self, step: &str) -> Timestamp {
        let at = self.clock().now();
        if let Err(error) = self.record(Entry::Lost { step: step.to_owned(), at }).await {
            tracing::warn!(run = %self.id(), step, %error, "could not record when a step was lost");
        }
        at
    }

    /// Records that a step had no effect. Where that fails, the intent stays, and the next call
    /// asks again.
    async fn absent(&self, step: &str, because: &str) {
        let entry =
            Entry::Absent { step: step.to_owned(), at: self.clock().now(), because: because.to_owned(), settled: None };
        if let Err(error) = self.record(entry).await {
            tracing::warn!(run = %self.id(), step, %error, "could not record that a step had no effect");
        }
    }

    fn unknown(&self, step: &str, error: Error, asking: Option<Error>) -> Error {
        let mut message =
            format!("step `{step}` of run `{}` may or may not have had its effect: {}", self.id(), error.message());
        if let Some(asking) = &asking {
            message.push_str("; asking about it failed: ");
            message.push_str(asking.message());
        }
        message.push_str("; it is not repeated until that is known or a person settles it");
        let mut unknown = Error::new(ErrorKind::OutcomeUnknown, message);
        let told = asking.as_ref().filter(|_| error.vendor().is_none()).unwrap_or(&error);
        if let Some(vendor) = told.vendor() {
            unknown = unknown.with_vendor(vendor);
        }
        if let Some(operation) = told.operation() {
            unknown = unknown.with_operation(operation.to_owned());
        }
        if let Some(status) = told.status() {
            unknown = unknown.with_status(status);
        }
        if let Some(code) = told.code() {
            unknown = unknown.with_code(code);
        }
        if let Some(id) = told.request_id() {
            unknown = unknown.with_request_id(id);
        }
        if let Some(body) = told.body() {
            unknown = unknown.with_body(body);
        }
        match asking {
            Some(asking) if error.kind() == ErrorKind::OutcomeUnknown => unknown.with_source(asking),
            _ => unknown.with_source(error),
        }
    }

    fn unsaved<T: Serialize>(&self, step: &str, value: &T, error: Error) -> Error {
        let message = format!(
            "step `{step}` of run `{}` succeeded but its result could not be saved: {}",
            self.id(),
            error.message()
        );
        let result = serde_json::to_string(value).unwrap_or_default();
        Error::new(ErrorKind::OutcomeUnknown, message).with_partial(result).with_source(error)
    }
}
