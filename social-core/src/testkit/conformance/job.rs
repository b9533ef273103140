//! Jobs: one that fails by the vendor's verdict, and the address of a result that ends before its
//! file was fetched.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use http::Method;

use super::subject::Violations;
use super::trial::Trial;
use super::wire::{DeadLink, Exchanged, Recorder};
use crate::error::{ErrorKind, Result};
use crate::run::Run;
use crate::testkit::matrix::{ATTEMPTS, wait_after};
use crate::testkit::scene::Lasting;
use crate::testkit::{Fault, FaultTransport};

const DAY: Duration = Duration::from_secs(24 * 3600);

impl<M, R, T, F, Call, Sound> Trial<'_, M, R, Call, Sound>
where
    M: Debug + ?Sized,
    R: Clone,
    T: Debug,
    F: Future<Output = Result<T>>,
    Call: Fn(Arc<M>, Run, R) -> F,
    Sound: Fn(&T) -> Option<String>,
{
    /// What is promised about work in the background.
    pub(super) async fn jobs(&self, violations: &mut Violations, exchanges: usize) {
        let recorder = Recorder::new((self.subject.vendor)().transport());
        if self.over(recorder.clone()).await.is_err() {
            return;
        }
        let Some(effect) = self.effect_at(exchanges).await else { return };
        let exchanges = recorder.exchanges();
        let questions = |to: usize| exchanges.iter().take(to).skip(effect + 1).any(is_question);
        if !questions(exchanges.len()) {
            return;
        }
        self.verdict_ends_it(violations).await;
        for (index, download) in exchanges.iter().enumerate() {
            if download.is_media && download.method == Method::GET && questions(index) {
                self.dead_link(violations, index, download).await;
            }
        }
    }

    /// A job that failed is an error with the vendor's verdict, and is neither waited for nor
    /// submitted again.
    async fn verdict_ends_it(&self, violations: &mut Violations) {
        let Some(failing) = &self.subject.failing else {
            violations.add("it waits for a job, and no vendor plays one that fails: use `Subject::failing`");
            return;
        };
        let (vendor, shared) = (failing(), Lasting::default());
        for call in ["", ", called again"] {
            let result = self.begin(&shared, vendor.transport(), self.request.clone()).await;
            let kind = result.as_ref().err().map(crate::Error::kind);
            violations.check(matches!(kind, Some(ErrorKind::JobFailed | ErrorKind::Rejected)), || {
                format!("a job that failed by the vendor's verdict{call} gives {result:?}")
            });
        }
        if let Some(count) = &self.subject.count {
            let count = count(&vendor);
            violations.check(count <= 1, || format!("a job that failed is submitted {count} times in one run"));
        }
    }

    /// The address of the result has ended before its file was fetched.
    async fn dead_link(&self, violations: &mut Violations, at: usize, download: &Exchanged) {
        for status in [403, 404, 410] {
            for dies in [false, true] {
                let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
                if dies {
                    let faulty = FaultTransport::at(vendor.transport(), at, Fault::DiesBefore);
                    tokio::select! {
                        _ = self.begin(&shared, faulty.clone(), self.request.clone()) => {}
                        () = faulty.death() => {}
                    }
                    shared.clock.advance(DAY);
                }
                let (link, inner) = (download.url.clone(), vendor.transport());
                let (found_out, alive) = (AtomicBool::new(false), AtomicBool::new(false));
                let transport = Arc::new(DeadLink { inner, link, status, found_out, alive });
                let mut attempt = 0;
                let result = loop {
                    attempt += 1;
                    match self.begin(&shared, transport.clone(), self.request.clone()).await {
                        Err(error) if attempt < ATTEMPTS => wait_after(&error, attempt, &shared.clock),
                        result => break result,
                    }
                };
                let paid = self.subject.count.as_ref().map_or(1, |count| count(&vendor));
                violations.check(result.is_ok() && paid == 1, || {
                    format!(
                        "the address of the result has ended ({status}, the process died before it: {dies}): paid {paid} \
                         times, and in the end {result:?}"
                    )
                });
            }
        }
    }
}

fn is_question(exchange: &Exchanged) -> bool {
    exchange.method == Method::GET && !exchange.is_media
}
