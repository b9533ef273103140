use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::journal::Journal;
use crate::clock::{Clock, Random, Timestamp};
use crate::error::Result;
use crate::http::ByteStream;
use crate::media::Media;

/// What was found out about an effect whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// It happened; this is its result.
    Present(T),
    /// It provably did not happen.
    Absent,
    /// The vendor cannot be asked, or did not say.
    Unknown,
}

/// A person's word about an effect whose outcome nobody could find out.
#[derive(Clone, Debug, PartialEq)]
pub enum Settlement {
    /// It happened; the JSON is what the step would have returned.
    Present(serde_json::Value),
    /// It did not happen, or may be paid for again.
    Absent,
}

/// How a run is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The clock of the run.
    pub clock: Arc<dyn Clock>,
    /// Its randomness, for jitter.
    pub random: Arc<dyn Random>,
    /// Ends the run's waits and steps.
    pub cancel: CancellationToken,
}

/// A durable run, or a child of one. Cheap to clone; steps of different names may run side by side.
#[derive(Clone, Debug)]
pub struct Run {}

impl Run {
    /// Opens a run under the caller's name for it, for instance `tonight/instagram`.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when another process holds it or what is stored cannot be read.
    pub async fn open(journal: &dyn Journal, name: &str) -> Result<Self> {
        let _ = (journal, name);
        todo!("run helper")
    }

    /// As [`open`](Self::open), with another clock, randomness or cancellation.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(journal: &dyn Journal, name: &str, options: OpenOptions) -> Result<Self> {
        let _ = (journal, name, options);
        todo!("run helper")
    }

    /// A run that is forgotten with the process, for calls that need no durability.
    #[must_use]
    pub fn ephemeral() -> Self {
        todo!("run helper")
    }

    /// Part of this run, with step names of its own.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let _ = name;
        todo!("run helper")
    }

    /// The run's full name, children joined with `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        todo!("run helper")
    }

    /// Binds the run (or child) to its input: opened again with another input, it is refused.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for another input than last time.
    pub async fn bind(&self, input: &(impl Serialize + ?Sized + Sync)) -> Result<()> {
        let _ = input;
        todo!("run helper")
    }

    /// Runs repeatable work once per run: the saved result is returned next time.
    ///
    /// # Errors
    /// What the work fails with; [`Storage`](crate::ErrorKind::Storage).
    pub async fn step<T, F>(&self, name: &str, work: impl FnOnce() -> F + Send) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
    {
        let _ = (name, work);
        todo!("run helper")
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
        let _ = (name, work);
        todo!("run helper")
    }

    /// Runs work that must not happen twice: a post, a paid generation.
    ///
    /// The intent is saved before `work` starts and the result after it. Found with an intent and no result, `find` is
    /// asked first; what it cannot tell is [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown), which no layer repeats.
    ///
    /// # Errors
    /// What the work fails with; [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown); [`Storage`](crate::ErrorKind::Storage).
    pub async fn once<T, F, G>(
        &self,
        name: &str,
        work: impl FnOnce() -> F + Send,
        find: impl FnOnce() -> G + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        let _ = (name, work, find);
        todo!("run helper")
    }

    /// The saved result of a step, if it has one that is still usable.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it is not of this type.
    pub async fn result<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let _ = name;
        todo!("run helper")
    }

    /// Records a person's word about a step whose outcome is unknown.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the step's outcome is not unknown.
    pub async fn settle(&self, step: &str, settlement: Settlement) -> Result<()> {
        let _ = (step, settlement);
        todo!("run helper")
    }

    /// The steps whose outcome is unknown, by full name.
    #[must_use]
    pub fn unsettled(&self) -> Vec<String> {
        todo!("run helper")
    }

    /// A key for vendors that honour idempotency keys: the same for this run and step in every process. UUID-shaped.
    #[must_use]
    pub fn key(&self, step: &str) -> String {
        let _ = step;
        todo!("run helper")
    }

    /// Keeps a file with the run, once: next time the kept file is returned and nothing is read.
    ///
    /// # Errors
    /// What the content fails with; [`Storage`](crate::ErrorKind::Storage).
    pub async fn keep_file<F>(&self, name: &str, content: impl FnOnce() -> F + Send) -> Result<Media>
    where
        F: Future<Output = Result<ByteStream>> + Send,
    {
        let _ = (name, content);
        todo!("run helper")
    }

    /// The run's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        todo!("run helper")
    }

    /// The run's randomness.
    #[must_use]
    pub fn random(&self) -> &Arc<dyn Random> {
        todo!("run helper")
    }

    /// Ends the run's waits and steps when it is cancelled.
    #[must_use]
    pub fn cancellation(&self) -> &CancellationToken {
        todo!("run helper")
    }
}
