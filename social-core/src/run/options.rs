use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Random, system_clock, system_random};

/// How far a step or a job of a run has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The step, with the run's and its children's names in front, joined with `/`.
    pub step: String,
    /// `started`, `done`, `failed`, or the vendor's word for the state of a job.
    pub status: String,
    /// From 0 to 1, where the vendor says.
    pub fraction: Option<f32>,
}

/// Is told how a run gets on. It must return at once.
pub type Observer = Arc<dyn Fn(Progress) + Send + Sync>;

/// Platforms list within seconds; what is slower is better waited for by whoever calls the run.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a run is opened.
#[derive(Clone)]
pub struct OpenOptions {
    /// The clock of the run.
    pub clock: Arc<dyn Clock>,
    /// Its randomness, for jitter.
    pub random: Arc<dyn Random>,
    /// Ends the run's waits and steps.
    pub cancel: CancellationToken,
    /// Is told how the run gets on.
    pub observer: Option<Observer>,
    /// How long a [`once`](super::Run::once) may wait until a platform's list tells what became of a lost answer. What takes
    /// longer is an outcome that is unknown until then.
    pub patience: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            clock: system_clock(),
            random: system_random(),
            cancel: CancellationToken::new(),
            observer: None,
            patience: PATIENCE,
        }
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("clock", &self.clock)
            .field("random", &self.random)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}
