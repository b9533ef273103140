use std::fmt;
use std::future::Future;
use std::sync::Arc;

use http::Method;

use super::clock::{FixedClock, FixedRandom};
use super::fault::{Fault, FaultTransport};
use super::vendor::ScriptedVendor;
use crate::error::{ErrorKind, Result};
use crate::http::Transport;
use crate::run::{MemoryJournal, OpenOptions, Run};

/// What one attempt at the work is given. The endpoint under test takes its transport, clock and randomness from here.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Leads to the vendor, faults on the way.
    pub transport: Arc<dyn Transport>,
    /// The run: the same in every attempt of a case.
    pub run: Run,
    /// The clock of the run.
    pub clock: Arc<FixedClock>,
    /// The randomness of the run.
    pub random: Arc<FixedRandom>,
}

/// One exchange broken in one way, and what came of it.
#[derive(Debug)]
pub struct Case<T> {
    /// The exchange that was broken, counted from zero.
    pub exchange: usize,
    /// How.
    pub fault: Fault,
    /// The vendor, with all that it received in all attempts.
    pub vendor: ScriptedVendor,
    /// What the attempt with the fault returned; `None` when the process died.
    pub broken: Option<Result<T>>,
    /// What the last attempt returned.
    pub result: Result<T>,
    /// The attempts, the broken one included.
    pub attempts: usize,
}

impl<T> Case<T> {
    /// Says what is wrong with the case, if the request may have its effect only once: a success without exactly one
    /// call, another error than [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) in the end, or more than one call.
    #[must_use]
    pub fn fault_of_once(&self, method: &Method, path: &str) -> Option<String> {
        let calls = self.vendor.calls(method, path);
        match &self.result {
            Ok(_) if calls == 1 => None,
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown && calls <= 1 => None,
            Ok(_) => Some(format!("{self}: {calls} calls of {method} {path}")),
            Err(error) => Some(format!("{self}: {calls} calls of {method} {path}, and in the end: {error:?}")),
        }
    }
}

impl<T> fmt::Display for Case<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exchange {} broken by {:?}, {} attempts", self.exchange, self.fault, self.attempts)
    }
}

const ATTEMPTS: usize = 6;

/// Breaks every exchange of a piece of work in every way, on a fresh vendor each time, and resumes it without faults.
///
/// `work` is done once to count its exchanges. Then, for each exchange and each of [`Fault::ALL`], it is begun with the
/// fault, and begun again with the same journal until it succeeds, at most five times. The test looks at each
/// [`Case`], and above all at what the vendor counted.
///
/// # Errors
/// What the work fails with when nothing is broken.
pub async fn fault_matrix<T, F>(
    vendor: impl Fn() -> ScriptedVendor,
    work: impl Fn(Attempt) -> F,
) -> Result<Vec<Case<T>>>
where
    F: Future<Output = Result<T>>,
{
    fault_matrix_of(&Fault::ALL, vendor, work).await
}

/// As [`fault_matrix`], with these faults.
///
/// # Errors
/// As [`fault_matrix`].
pub async fn fault_matrix_of<T, F>(
    faults: &[Fault],
    vendor: impl Fn() -> ScriptedVendor,
    work: impl Fn(Attempt) -> F,
) -> Result<Vec<Case<T>>>
where
    F: Future<Output = Result<T>>,
{
    let counted = FaultTransport::none(vendor().transport());
    work(Scene::default().attempt(counted.clone()).await?).await?;
    let mut cases = Vec::new();
    for exchange in 0..counted.exchanges() {
        for fault in faults.iter().copied() {
            let (vendor, scene) = (vendor(), Scene::default());
            let broken = FaultTransport::at(vendor.transport(), exchange, fault);
            let attempt = scene.attempt(broken.clone()).await?;
            let broken = tokio::select! {
                result = work(attempt) => Some(result),
                () = broken.death() => None,
            };
            let mut result = work(scene.attempt(FaultTransport::none(vendor.transport())).await?).await;
            let mut attempts = 2;
            while result.is_err() && attempts < ATTEMPTS {
                result = work(scene.attempt(FaultTransport::none(vendor.transport())).await?).await;
                attempts += 1;
            }
            cases.push(Case { exchange, fault, vendor, broken, result, attempts });
        }
    }
    Ok(cases)
}

/// What the attempts of a case share.
#[derive(Debug, Default)]
struct Scene {
    journal: MemoryJournal,
    clock: Arc<FixedClock>,
    random: Arc<FixedRandom>,
}

impl Scene {
    async fn attempt(&self, transport: Arc<FaultTransport>) -> Result<Attempt> {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let options = OpenOptions { clock: clock.clone(), random: random.clone(), ..OpenOptions::default() };
        let run = Run::open_with(&self.journal, "fault matrix", options).await?;
        Ok(Attempt { transport, run, clock, random })
    }
}
