//! Settling a step whose outcome cannot be found out.

use super::entry::Entry;
use super::run::Run;
use super::settlement::{Settled, Settlement, Verdict};
use super::state::{Record, StepStatus};
use crate::error::{Error, Result};

impl Run {
    /// Records a person's word about a step whose outcome is unknown. The step is named as
    /// [`unsettled`](Self::unsettled) does. Call the work once more first: it may find out by
    /// itself.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the step's outcome is not unknown;
    /// [`Storage`](crate::ErrorKind::Storage).
    pub async fn settle(&self, step: &str, settlement: Settlement) -> Result<()> {
        let step = self.below(step);
        let _alone = self.enter(&step).await?;
        if !matches!(self.state().steps.get(&step), Some(Record::Intent { .. })) {
            return Err(Error::invalid(
                "step",
                format!("the outcome of `{step}` is not unknown in run `{}`", self.id()),
            ));
        }
        let Settlement { verdict, by, note } = settlement;
        let (at, settled) = (self.clock().now(), Settled { by, note });
        self.record(match verdict {
            Verdict::Happened(value) => {
                Entry::Done { step, value, at, expires_at: None, job: false, settled: Some(settled) }
            }
            Verdict::DidNotHappen => {
                Entry::Absent { step, at, because: format!("{} said so", settled.by), settled: Some(settled) }
            }
            Verdict::Repeat => Entry::GivenUp { step, at, settled },
        })
        .await
    }

    /// The steps of this run whose outcome is unknown, children's names in front, joined with `/`.
    #[must_use]
    pub fn unsettled(&self) -> Vec<String> {
        let mut steps = self.steps();
        steps.retain(|step| step.status == StepStatus::Unsettled);
        steps.into_iter().map(|step| step.name).collect()
    }
}
