//! What ends a piece of work from outside: cancellation, and a run that was lost to another holder.

use std::future::{Future, pending};

use super::run::Run;
use crate::error::{Effect, Error, ErrorKind, Result};

/// Why a piece of work was left.
#[derive(Debug)]
pub(crate) enum Interruption {
    Cancelled,
    /// Another process holds the run.
    Lost(Error),
}

impl Interruption {
    /// The error of what was left, for instance `during step ..`. What had begun may have had its
    /// effect.
    pub(crate) fn error(self, during: &str) -> Error {
        match self {
            Self::Cancelled => Error::new(ErrorKind::Cancelled, format!("cancelled {during}")),
            Self::Lost(error) => Error::new(ErrorKind::Held, format!("the run was lost to another holder {during}"))
                .with_effect(Effect::Unknown)
                .with_source(error),
        }
    }
}

impl Run {
    /// Works until the work is done, the run is cancelled, or it is lost to another holder. Renews
    /// the lease meanwhile.
    pub(crate) async fn guarded<T>(&self, work: impl Future<Output = T>) -> Result<T, Interruption> {
        tokio::select! {
            biased;
            result = work => Ok(result),
            () = self.cancellation().cancelled() => Err(Interruption::Cancelled),
            error = self.lease_lost() => Err(Interruption::Lost(error)),
        }
    }

    pub(super) fn refuse_if_cancelled(&self, before: &str) -> Result<()> {
        if self.cancellation().is_cancelled() {
            return Err(Interruption::Cancelled.error(before));
        }
        Ok(())
    }

    /// Renews the lease, where there is one, whenever a third of it is over. Returns when it is
    /// lost.
    async fn lease_lost(&self) -> Error {
        let Some(lease) = self.log().lease() else { return pending().await };
        let renewed = self.renewed();
        loop {
            self.clock().sleep((lease / 3).saturating_sub(renewed.age(self.clock().now()))).await;
            let asked_at = self.clock().now();
            match self.log().renew().await {
                Ok(()) => renewed.set(asked_at),
                Err(error) if error.kind() == ErrorKind::Held || renewed.age(asked_at) >= lease => return error,
                Err(error) => {
                    tracing::warn!(run = %self.id(), %error, "the lease of a run could not be renewed; tries again");
                    self.clock().sleep(lease / 10).await;
                }
            }
        }
    }
}
