//! Asking the gates of a run.

use std::time::Duration;

use super::event::StepEvent;
use super::gate::{Admission, Closed, GateRequest};
use super::run::Run;
use crate::error::{Effect, Error, ErrorKind, Result, Retry};

impl Run {
    pub(super) async fn pass_gates(&self, step: &str) -> Result<()> {
        if self.gates().is_empty() {
            return Ok(());
        }
        let (run, account) = (self.id().clone(), self.account().cloned());
        let request = GateRequest { run, step: step.to_owned(), account, at: self.clock().now() };
        for gate in self.gates() {
            match gate.admit(&request).await {
                Ok(Admission::Open) => {}
                Ok(Admission::Closed(closed)) => {
                    let error = refusal(&request, &closed);
                    self.tell(step, || StepEvent::Refused { closed });
                    return Err(error);
                }
                Err(error) => return Err(error.with_effect(Effect::None)),
            }
        }
        Ok(())
    }
}

fn refusal(request: &GateRequest, closed: &Closed) -> Error {
    let GateRequest { run, step, at, .. } = request;
    let Closed { reason, opens_at } = closed;
    let message = format!("step `{step}` of run `{run}` was not started: {reason}");
    match opens_at {
        Some(opens_at) => {
            let wait = Duration::try_from(opens_at.duration_since(*at)).unwrap_or_default();
            let message = format!("{message}; it may start at {opens_at:.0}");
            Error::new(ErrorKind::Paused, message).with_retry(Retry::After(wait))
        }
        None => Error::new(ErrorKind::Paused, message),
    }
}
