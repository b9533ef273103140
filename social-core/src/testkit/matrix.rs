//! Every exchange of a work, failing in every way.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::clock::FixedClock;
use super::fault::{Fault, FaultTransport};
use super::scene::{Lasting, Scene};
use super::vendor::ScriptedVendor;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Transport;

/// A vendor in memory, of whatever making.
pub trait FakeVendor {
    /// Leads to it.
    fn transport(&self) -> Arc<dyn Transport>;
}

impl FakeVendor for ScriptedVendor {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

/// A scripted vendor and the state that its answers share with the test.
impl<S> FakeVendor for (ScriptedVendor, S) {
    fn transport(&self) -> Arc<dyn Transport> {
        self.0.transport()
    }
}

/// One exchange broken in one way, and what came of it.
#[derive(Debug)]
pub struct Case<V, T> {
    /// The exchange that was broken, counted from zero.
    pub exchange: usize,
    /// Whether all exchanges behind it were broken too, as when a vendor is down.
    pub lasting: bool,
    /// How.
    pub fault: Fault,
    /// The vendor, with all that it received in all attempts.
    pub vendor: V,
    /// What the attempt with the fault returned; `None` when the process died.
    pub broken: Option<Result<T>>,
    /// The effects that the vendor counted after that attempt.
    pub effects_of_broken: usize,
    /// What the last attempt returned.
    pub result: Result<T>,
    /// The effects that the vendor counted in the end.
    pub effects: usize,
    /// The attempts, the broken one included.
    pub attempts: usize,
    /// The exchanges of one more attempt after a success.
    pub exchanges_after_success: Option<usize>,
}

impl<V, T> Case<V, T> {
    /// What is wrong with the case: a success without exactly one effect, more than one effect, or
    /// in the end another error than [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
    #[must_use]
    pub fn violation(&self) -> Option<String> {
        if matches!(&self.broken, Some(Ok(_))) && self.effects_of_broken != 1 {
            return Some(format!("{self}: a success with {} effects", self.effects_of_broken));
        }
        match &self.result {
            _ if self.effects > 1 => Some(format!("{self}: {} effects", self.effects)),
            Ok(_) if self.effects == 0 => Some(format!("{self}: a success without an effect")),
            Err(error) if error.kind() != ErrorKind::OutcomeUnknown => Some(format!("{self}: in the end {error:?}")),
            _ => None,
        }
    }
}

impl<V, T> fmt::Display for Case<V, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.lasting { "exchanges from" } else { "exchange" };
        write!(f, "{from} {} broken by {:?}, {} attempts", self.exchange, self.fault, self.attempts)
    }
}

pub(super) const ATTEMPTS: usize = 6;

/// How long is waited after a failure that names no wait; twice as long each time.
const PAUSE: Duration = Duration::from_secs(60);

/// Lets the time pass that an error names, or a while after this many attempts.
pub(super) fn wait_after(error: &Error, attempts: usize, clock: &FixedClock) {
    clock.advance(error.wait().unwrap_or(PAUSE * (1 << attempts.min(16))));
}

/// Breaks every exchange of a piece of work in every way, on a fresh vendor each time, and resumes
/// it without faults.
///
/// `work` is done once to count its exchanges. Then, for each exchange and each of [`Fault::ALL`],
/// once alone and once with all exchanges behind it, the work is begun with the fault, and begun
/// again with the same journal until it succeeds, at most five times: at once after the fault, then
/// after the wait that the error named or some minutes. After a success it is begun once more.
/// `effects` reads on the vendor's side how often the effect happened that may happen once.
///
/// # Errors
/// What the work fails with when nothing is broken.
pub async fn fault_matrix<V: FakeVendor, T, F>(
    vendor: impl Fn() -> V,
    work: impl Fn(Scene) -> F,
    effects: impl Fn(&V) -> usize,
) -> Result<Vec<Case<V, T>>>
where
    F: Future<Output = Result<T>>,
{
    let (result, exchanges) = counted(&vendor(), &Lasting::default(), &work).await?;
    result?;
    let mut cases = Vec::new();
    for exchange in 0..exchanges {
        for fault in Fault::ALL {
            for lasting in [false, true] {
                // Nothing follows a death.
                if lasting && fault.is_death() {
                    continue;
                }
                cases.push(Box::pin(case(vendor(), exchange, lasting, fault, &work, &effects)).await?);
            }
        }
    }
    Ok(cases)
}

/// Does the work without faults and counts its exchanges.
async fn counted<V: FakeVendor, T, F>(
    vendor: &V,
    shared: &Lasting,
    work: &impl Fn(Scene) -> F,
) -> Result<(Result<T>, usize)>
where
    F: Future<Output = Result<T>>,
{
    let transport = FaultTransport::none(vendor.transport());
    let result = work(shared.scene(transport.clone()).await?).await;
    Ok((result, transport.exchanges()))
}

async fn case<V: FakeVendor, T, F>(
    vendor: V,
    exchange: usize,
    lasting: bool,
    fault: Fault,
    work: &impl Fn(Scene) -> F,
    effects: &impl Fn(&V) -> usize,
) -> Result<Case<V, T>>
where
    F: Future<Output = Result<T>>,
{
    let shared = Lasting::default();
    let faulty = FaultTransport::on_clock(vendor.transport(), exchange, lasting, fault, shared.clock.clone());
    let scene = shared.scene(faulty.clone()).await?;
    let broken = tokio::select! {
        result = Box::pin(work(scene)) => Some(result),
        () = faulty.death() => None,
    };
    let effects_of_broken = effects(&vendor);
    faulty.heal();
    let mut attempts = 1;
    let result = loop {
        attempts += 1;
        let result = Box::pin(work(shared.scene(faulty.clone()).await?)).await;
        match &result {
            Err(error) if attempts < ATTEMPTS => wait_after(error, attempts, &shared.clock),
            _ => break result,
        }
    };
    faulty.deliver_late().await;
    let exchanges_after_success = match &result {
        Ok(_) => Some(counted(&vendor, &shared, work).await?.1),
        Err(_) => None,
    };
    let effects = effects(&vendor);
    Ok(Case {
        exchange,
        lasting,
        fault,
        vendor,
        broken,
        effects_of_broken,
        result,
        effects,
        attempts,
        exchanges_after_success,
    })
}
