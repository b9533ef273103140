//! Paid work on a run, known to every later process.

use std::sync::Arc;

use tokio::sync::OnceCell;

use super::budget::{BudgetStore, ChargeKey, Charging, Spending};
use super::entry::Entry;
use super::run::Run;
use crate::error::Result;
use crate::usage::MicroDollars;

/// A piece of paid work on a run. See [`Run::charge`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Charge {
    run: Run,
}

impl Run {
    /// Says that the work of this run (or child) is paid for, and what it may cost at most where a
    /// price is known.
    ///
    /// Give [`Charge::run`] to whoever does the work. Before its first step that is not replayed,
    /// the estimate is set aside in the [budget](Charge::paid_from) and written into the journal; a
    /// replay costs nothing and asks no budget. When the work is over, [settle](Charge::settle) it.
    /// A charge that is not settled, because its outcome is unknown or its process died, counts as
    /// spent in [`spending`](Self::spending), and goes on when the same work is called again.
    ///
    /// One child is charged for one piece of work: work that is priced apart has children of its
    /// own.
    ///
    /// ```
    /// use social_core::money::MicroDollars;
    /// use social_core::run::{Found, Run};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let run = Run::ephemeral();
    /// let charge = run.child("image-1").charge(Some(MicroDollars(40_000)));
    /// charge.run().once("generate", || async { Ok(1) }, |_| async { Ok(Found::Unknown) }).await?;
    /// assert_eq!(run.spending().unknown_upper_bound, MicroDollars(40_000));
    /// charge.settle(Some(MicroDollars(39_000))).await?;
    /// assert_eq!((run.spending().known, run.spending().at_most()), (MicroDollars(39_000), MicroDollars(39_000)));
    /// # Ok::<_, social_core::Error>(()) }).unwrap();
    /// ```
    pub fn charge(&self, estimate: Option<MicroDollars>) -> Charge {
        Charge { run: self.charged(estimate, None) }
    }

    fn charged(&self, estimate: Option<MicroDollars>, budget: Option<Arc<dyn BudgetStore>>) -> Self {
        let key = ChargeKey { run: self.id().clone(), scope: self.scope().to_owned() };
        let charging = Charging { key, estimate, budget, begun: OnceCell::new() };
        self.with_charging(Arc::new(charging))
    }

    /// What was spent on this run or child, in all processes.
    #[must_use]
    pub fn spending(&self) -> Spending {
        self.state().charges.spending(self.scope())
    }

    /// The charges of this run or child that are not settled, and what they may cost at most: a
    /// budget in memory sets them aside again when a process begins.
    #[must_use]
    pub fn open_charges(&self) -> Vec<(ChargeKey, Option<MicroDollars>)> {
        let state = self.state();
        let open = state.charges.open_below(self.scope());
        open.map(|(scope, estimate)| (ChargeKey { run: self.id().clone(), scope: scope.to_owned() }, estimate))
            .collect()
    }

    /// Paid work begins now, if it has not begun.
    pub(super) async fn begin_charge(&self) -> Result<()> {
        let Some(charging) = self.charging() else { return Ok(()) };
        let begin = || async {
            let Charging { key, estimate, budget, .. } = &**charging;
            if let Some(budget) = budget {
                budget.reserve(key, *estimate).await?;
            }
            if self.state().charges.is_open(&key.scope) {
                return Ok(());
            }
            let scope = key.scope.clone();
            self.record(Entry::Charge { scope, at: self.clock().now(), estimate: *estimate }).await
        };
        charging.begun.get_or_try_init(begin).await.map(|_| ())
    }
}

impl Charge {
    /// Pays the work from this budget: its first step that is not replayed is refused when less
    /// than the estimate is left.
    pub fn paid_from(self, budget: Arc<dyn BudgetStore>) -> Self {
        let estimate = self.run.charging().and_then(|charging| charging.estimate);
        Self { run: self.run.charged(estimate, Some(budget)) }
    }

    /// The run on which the work is done.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// The work is over and cost this much; without a figure, its estimate counts as spent. Work
    /// that failed without effect costs nothing: `MicroDollars(0)`. For work that was only
    /// replayed, this does nothing.
    ///
    /// # Errors
    /// [`Storage`](crate::ErrorKind::Storage), and what the budget fails with.
    pub async fn settle(&self, cost: Option<MicroDollars>) -> Result<()> {
        let Some(Charging { key, budget, begun, .. }) = self.run.charging().map(|charging| &**charging) else {
            return Ok(());
        };
        let open = self.run.state().charges.is_open(&key.scope);
        if open {
            let (scope, at) = (key.scope.clone(), self.run.clock().now());
            self.run.record(Entry::Cost { scope, at, cost }).await?;
        }
        match budget {
            Some(budget) if open || begun.initialized() => budget.settle(key, cost).await,
            _ => Ok(()),
        }
    }
}
