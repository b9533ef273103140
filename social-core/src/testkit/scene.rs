//! What one attempt at the work is given.

use std::sync::Arc;

use super::clock::{FixedClock, FixedRandom};
use crate::error::Result;
use crate::http::Transport;
use crate::run::{MemoryJournal, OpenOptions, Run};

/// What one attempt at the work is given. The endpoint under test takes its transport, clock and
/// randomness from here.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Leads to the vendor, faults on the way.
    pub transport: Arc<dyn Transport>,
    /// The run: the same in every attempt of a case.
    pub run: Run,
    /// The clock of the run.
    pub clock: Arc<FixedClock>,
    /// The randomness of the run.
    pub random: Arc<FixedRandom>,
}

/// What the attempts of a case share: what outlives a process, and the time.
#[derive(Debug, Default)]
pub(super) struct Lasting {
    pub(super) journal: MemoryJournal,
    pub(super) clock: Arc<FixedClock>,
    pub(super) random: Arc<FixedRandom>,
}

pub(super) const RUN: &str = "test";

impl Lasting {
    pub(super) async fn scene(&self, transport: Arc<dyn Transport>) -> Result<Scene> {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let options = OpenOptions::new().with_clock(clock.clone()).with_random(random.clone());
        let run = Run::open_with(&self.journal, RUN, options).await?;
        Ok(Scene { transport, run, clock, random })
    }
}
