//! How a run is opened.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::event::{Observer, RunEvent};
use super::gate::Gate;
use crate::clock::{Clock, Random, system_clock, system_random};
use crate::job::JobBell;

/// Platforms list within seconds; what is slower is better waited for by whoever calls the run.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a run is opened: with the machine's clock and randomness, and nothing else, unless it says
/// otherwise.
#[derive(Clone)]
#[non_exhaustive]
pub struct OpenOptions {
    /// The clock of the run.
    pub clock: Arc<dyn Clock>,
    /// Its randomness, for jitter.
    pub random: Arc<dyn Random>,
    /// Ends the run's waits and steps.
    pub cancel: CancellationToken,
    /// Is told how the run gets on.
    pub observer: Option<Observer>,
    /// Are asked before anything that cannot be taken back.
    pub gates: Vec<Arc<dyn Gate>>,
    /// Wakes waits for jobs.
    pub bell: JobBell,
    /// How long a [`once`](super::Run::once) may wait until a platform's list tells what became of
    /// a lost answer. What takes longer is an outcome that is unknown until then.
    pub patience: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            clock: system_clock(),
            random: system_random(),
            cancel: CancellationToken::new(),
            observer: None,
            gates: Vec::new(),
            bell: JobBell::default(),
            patience: PATIENCE,
        }
    }
}

impl OpenOptions {
    /// The machine's clock and randomness, and nothing else.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Replaces the randomness.
    #[must_use]
    pub fn with_random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Ends the run's waits and steps when this token is cancelled.
    #[must_use]
    pub fn with_cancellation(mut self, cancel: CancellationToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Tells this function how the run gets on. It must return at once.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(RunEvent) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Asks this gate, and those that were added before it, before anything that cannot be taken
    /// back.
    #[must_use]
    pub fn with_gate(mut self, gate: impl Gate + 'static) -> Self {
        self.gates.push(Arc::new(gate));
        self
    }

    /// Lets this bell wake waits for jobs: a webhook handler rings it.
    #[must_use]
    pub fn with_bell(mut self, bell: JobBell) -> Self {
        self.bell = bell;
        self
    }

    /// Sets how long a [`once`](super::Run::once) waits for a list to settle; by default 30
    /// seconds.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("clock", &self.clock)
            .field("random", &self.random)
            .field("cancel", &self.cancel)
            .field("gates", &self.gates)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
