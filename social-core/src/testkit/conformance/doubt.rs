//! Asking about a lost answer, when what is asked is not answered, either.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::subject::Violations;
use super::trial::Trial;
use crate::error::Result;
use crate::run::Run;
use crate::testkit::matrix::{ATTEMPTS, wait_after};
use crate::testkit::scene::Lasting;
use crate::testkit::{Fault, FaultTransport};

/// Uploads and containers end after a day, idempotency keys and lists later.
const DAY: Duration = Duration::from_secs(25 * 3600);
const MONTH: Duration = Duration::from_secs(31 * 24 * 3600);

/// No answer to a question.
const NO_ANSWER: [Fault; 5] =
    [Fault::Stall, Fault::Status(500, None), Fault::Garbage, Fault::TruncatedBody(1), Fault::ErrorBodyIn200];

impl<M, R, T, F, Call, Sound> Trial<'_, M, R, Call, Sound>
where
    M: Debug + ?Sized,
    R: Clone,
    T: Debug,
    F: Future<Output = Result<T>>,
    Call: Fn(Arc<M>, Run, R) -> F,
    Sound: Fn(&T) -> Option<String>,
{
    /// As long as it is not known whether it happened, it is not done again; nor because what it
    /// was made of has ended in the meantime.
    pub(super) async fn in_doubt(&self, violations: &mut Violations, exchanges: usize) {
        let Some(effect) = self.effect_at(exchanges).await else { return };
        for fault in NO_ANSWER {
            let effects = Box::pin(self.resumed(effect, Duration::ZERO, Some(fault))).await;
            violations.check(effects <= 1, || {
                format!("every question about a lost answer is broken by {fault:?}: {effects} effects")
            });
        }
        for pause in [DAY, MONTH] {
            let effects = Box::pin(self.resumed(effect, pause, None)).await;
            violations.check(effects <= 1, || {
                format!("resumed {} hours after its answer was lost: {effects} effects", pause.as_secs() / 3600)
            });
        }
    }

    /// The process dies when the effect has happened. After a pause the work goes on, with every
    /// question broken.
    async fn resumed(&self, effect: usize, pause: Duration, broken: Option<Fault>) -> usize {
        let Some(count) = &self.subject.count else { return 0 };
        let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
        let dying = FaultTransport::at(vendor.transport(), effect, Fault::DiesAfter);
        tokio::select! {
            _ = self.begin(&shared, dying.clone(), self.request.clone()) => {}
            () = dying.death() => {}
        }
        shared.clock.advance(pause);
        for attempt in 1..=ATTEMPTS {
            let transport = match broken {
                Some(fault) => FaultTransport::reads(vendor.transport(), fault),
                None => FaultTransport::none(vendor.transport()),
            };
            match self.begin(&shared, transport, self.request.clone()).await {
                Ok(_) => break,
                Err(error) => wait_after(&error, attempt, &shared.clock),
            }
        }
        count(&vendor)
    }
}
