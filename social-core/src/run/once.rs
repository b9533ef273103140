use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::journal::Entry;
use super::run::Run;
use super::state::{Record, StepState, StepStatus};
use crate::error::{Effect, Error, ErrorKind, Result};

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
    Present(Value),
    /// It did not happen, or may be paid for again.
    Absent,
}

impl Run {
    /// Runs work that must not happen twice: a post, a paid generation.
    ///
    /// The intent is saved before `work` starts and the result after it. `work` is best the one request: an error of it
    /// that says that there was [no effect](Effect::None) is believed, and frees the step. When the work fails in a way that leaves its
    /// effect unknown, `find` is asked once, right away; what it proves absent is not sent again in this call. Found with
    /// an intent and no result, because the process died or nobody could tell, `find` is asked first. What it cannot tell
    /// is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown), which no layer repeats: the same run asks again later, or a
    /// person [settles](Self::settle) it.
    ///
    /// # Errors
    /// What the work fails with when it provably had no effect ([`Error::effect`] then says so);
    /// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown), also when it was cancelled under way, and when the result could
    /// not be saved ([`Error::partial`] then holds it); [`Storage`](ErrorKind::Storage);
    /// [`Cancelled`](ErrorKind::Cancelled) before it began.
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
        let step = self.path(name);
        let flight = self.enter(&step).await?;
        let result = self.once_alone(&step, work, find).await;
        self.tell(&step, if result.is_ok() { "done" } else { "failed" });
        flight.land(result)
    }

    async fn once_alone<T, F, G>(
        &self,
        step: &str,
        work: impl FnOnce() -> F + Send,
        find: impl FnOnce() -> G + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        if let Some(value) = self.saved(step)? {
            return Ok(value);
        }
        let begun_at = match self.state().steps.get(step) {
            Some(Record::Intent { at }) => Some(*at),
            _ => None,
        };
        let mut find = Some(find);
        if let Some(at) = begun_at
            && let Some(find) = find.take()
        {
            let lost = Error::new(ErrorKind::OutcomeUnknown, format!("it began at {at} and its answer was lost"));
            match self.look(step, find, lost).await {
                Ok(value) => return Ok(value),
                Err(error) if error.effect() == Effect::Unknown => return Err(error),
                Err(_) => {}
            }
        }
        self.refuse_if_cancelled(step)?;
        self.tell(step, "started");
        let intent = Entry::Intent { step: step.to_owned(), at: self.clock().now() };
        self.record(intent).await?;
        let error = match self.unless_cancelled(async { work().await }).await {
            Some(Ok(value)) => {
                return match self.save(step, &value, None).await {
                    Ok(()) => Ok(value),
                    Err(error) => Err(self.unsaved(step, &value, error)),
                };
            }
            Some(Err(error)) => error,
            None => {
                let cancelled = Error::new(ErrorKind::Cancelled, "it was cancelled under way");
                return Err(self.unknown(step, cancelled, None));
            }
        };
        if error.effect() == Effect::None {
            self.absent(step, error.message()).await;
            return Err(error);
        }
        match find {
            Some(find) => self.look(step, find, error).await,
            None => Err(self.unknown(step, error, None)),
        }
    }

    /// Asks about an effect whose answer was lost with `error`. An error without effect proves that there was none.
    async fn look<T, G>(&self, step: &str, find: impl FnOnce() -> G + Send, error: Error) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        let cancelled = || Error::new(ErrorKind::Cancelled, "it was cancelled");
        if self.cancellation().is_cancelled() {
            return Err(self.unknown(step, error, Some(cancelled())));
        }
        match self.unless_cancelled(async { find().await }).await {
            Some(Ok(Found::Present(value))) => match self.save(step, &value, None).await {
                Ok(()) => Ok(value),
                Err(error) => Err(self.unsaved(step, &value, error)),
            },
            Some(Ok(Found::Absent)) => {
                self.absent(step, "the vendor was asked").await;
                Err(error.with_effect(Effect::None))
            }
            Some(Ok(Found::Unknown)) => Err(self.unknown(step, error, None)),
            Some(Err(asking)) => Err(self.unknown(step, error, Some(asking))),
            None => Err(self.unknown(step, error, Some(cancelled()))),
        }
    }

    /// Records a person's word about a step whose outcome is unknown. The step is named as [`unsettled`](Self::unsettled)
    /// does.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) when the step's outcome is not unknown;
    /// [`Storage`](ErrorKind::Storage).
    pub async fn settle(&self, step: &str, settlement: Settlement) -> Result<()> {
        let step = self.below(step);
        let _alone = self.enter(&step).await?;
        if !matches!(self.state().steps.get(&step), Some(Record::Intent { .. })) {
            return Err(Error::invalid(
                "step",
                format!("the outcome of `{step}` is not unknown in run `{}`", self.shared.name),
            ));
        }
        let at = self.clock().now();
        self.record(match settlement {
            Settlement::Present(value) => Entry::Done { step, value, at, expires_at: None },
            Settlement::Absent => Entry::Absent { step, at, because: "a person said so".to_owned() },
        })
        .await
    }

    /// The steps of this run whose outcome is unknown, children's names in front, joined with `/`.
    #[must_use]
    pub fn unsettled(&self) -> Vec<String> {
        let unsettled = |step: StepState| (step.status == StepStatus::Unsettled).then_some(step.name);
        self.steps().into_iter().filter_map(unsettled).collect()
    }

    /// Records that a step had no effect. Where that fails, the intent stays, and the next call asks again.
    async fn absent(&self, step: &str, because: &str) {
        let entry = Entry::Absent { step: step.to_owned(), at: self.clock().now(), because: because.to_owned() };
        if let Err(error) = self.record(entry).await {
            tracing::warn!(run = self.shared.name, step, %error, "could not record that a step had no effect");
        }
    }

    fn unknown(&self, step: &str, error: Error, asking: Option<Error>) -> Error {
        let mut message = format!(
            "step `{step}` of run `{}` may or may not have had its effect: {}",
            self.shared.name,
            error.message()
        );
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
            unknown = unknown.with_operation(operation);
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
            self.shared.name,
            error.message()
        );
        let result = serde_json::to_string(value).unwrap_or_default();
        Error::new(ErrorKind::OutcomeUnknown, message).with_partial(result).with_source(error)
    }
}
