//! Steps that may be repeated, and their results.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::entry::Entry;
use super::event::StepEvent;
use super::run::Run;
use super::saved::{read_saved, to_saved};
use crate::clock::Timestamp;
use crate::error::{Error, Result};

impl Run {
    /// Runs repeatable work once per run: the saved result is returned next time.
    ///
    /// # Errors
    /// What the work fails with; [`Storage`](crate::ErrorKind::Storage);
    /// [`Cancelled`](crate::ErrorKind::Cancelled); [`Held`](crate::ErrorKind::Held) when the run was lost to
    /// another holder.
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

    /// As [`step`](Self::step), for results that stop being usable: the work also says when, and
    /// runs again after that.
    ///
    /// What a [`once`](Self::once) was made of does not end while its outcome is not known: an
    /// upload whose post may be out is not replaced by another one, by which that post could not be
    /// found. The `once` is one of this run or of a run above it.
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
            self.tell(step, || StepEvent::Done { replayed: true });
            return Ok(value);
        }
        self.refuse_if_cancelled(&format!("before step `{step}`"))?;
        self.begin_charge().await?;
        self.tell(step, || StepEvent::Started);
        let work = async {
            let (value, expires_at) = work().await?;
            self.save(step, to_saved(&value, step)?, expires_at, false).await?;
            Ok(value)
        };
        let result = self.guarded(work).await;
        let result = result.unwrap_or_else(|left| Err(left.error(&format!("during step `{step}`"))));
        self.tell_end(step, &result);
        result
    }

    /// Forgets the saved result of a step, which then runs again: for results that turn out to be
    /// of no more use, such as an address that ended early. What a [`once`](Self::once) did cannot
    /// be forgotten.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a `once`; [`Storage`](crate::ErrorKind::Storage).
    pub async fn forget(&self, name: &str, because: &str) -> Result<()> {
        let step = self.path(name);
        let flight = self.enter(&step).await?;
        let known = self.state().steps.get(&step).map(|record| record.state(""));
        let result = match known {
            Some(known) if known.at_stake => {
                let message =
                    format!("`{step}` cannot be taken back, so it cannot be forgotten; a person may settle it");
                Err(Error::invalid("step", message))
            }
            Some(_) => {
                self.record(Entry::Forgotten { step, at: self.clock().now(), because: because.to_owned() }).await
            }
            None => Ok(()),
        };
        flight.land(result)
    }

    /// The saved result of a step, if it has one that is still usable.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage) when it is not of this type.
    pub async fn result<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.saved(&self.path(name))
    }

    pub(super) async fn save(&self, step: &str, value: Value, expires_at: Option<Timestamp>, job: bool) -> Result<()> {
        let at = self.clock().now();
        self.record(Entry::Done { step: step.to_owned(), value, at, expires_at, job, settled: None }).await
    }

    pub(super) fn saved<T: DeserializeOwned>(&self, step: &str) -> Result<Option<T>> {
        let now = self.clock().now();
        self.state().value(step, now).map(|value| read_saved(value, step, self.id())).transpose()
    }
}
