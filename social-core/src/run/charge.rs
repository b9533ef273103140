//! What a run spends, known to every later process.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::entry::Entry;
use super::id::RunId;
use super::run::Run;
use crate::error::Result;
use crate::usage::MicroDollars;

/// What was spent on a run or a part of it, as its journal tells it.
///
/// A call whose answer was lost may have been billed: what it may have cost at most counts as
/// spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Spending {
    /// What is known to be spent.
    pub known: MicroDollars,
    /// What calls with an unknown outcome or an unknown price may have cost at most.
    pub unknown_upper_bound: MicroDollars,
    /// Calls that may have cost something, and not even an upper bound is known.
    pub unpriced_calls: u32,
}

impl Spending {
    /// What may have been spent at most, unpriced calls aside.
    #[must_use]
    pub fn at_most(&self) -> MicroDollars {
        self.known + self.unknown_upper_bound
    }
}

/// Names a piece of paid work for ever: the same key in every process that goes on with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChargeKey {
    /// The run.
    pub run: RunId,
    /// The run's child, `""` for the run itself.
    pub scope: String,
}

/// Money that may be spent, kept by whoever keeps it: in memory, or in a database that several
/// processes share.
#[async_trait]
pub trait BudgetStore: Debug + Send + Sync {
    /// Sets aside what a piece of work may cost at most. Until it is settled, it counts as spent.
    /// Asked for a key that is set aside already, it changes nothing: another process began the
    /// same work. Without an estimate it may refuse.
    ///
    /// # Errors
    /// [`OverBudget`](crate::ErrorKind::OverBudget) when less is left; what the store fails with.
    async fn reserve(&self, charge: &ChargeKey, estimate: Option<MicroDollars>) -> Result<()>;

    /// Replaces what was set aside by what the work cost. Without a cost, what was set aside stays
    /// spent. For a key that is not set aside, the cost is added.
    ///
    /// # Errors
    /// What the store fails with.
    async fn settle(&self, charge: &ChargeKey, cost: Option<MicroDollars>) -> Result<()>;
}

/// A piece of paid work on a run. See [`Run::charge`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Charge {
    run: Run,
}

/// What the handles of a charged run share.
#[derive(Debug)]
pub(super) struct Charging {
    key: ChargeKey,
    estimate: Option<MicroDollars>,
    budget: Option<Arc<dyn BudgetStore>>,
    begun: OnceCell<()>,
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

/// The charges of a run, by scope.
#[derive(Clone, Debug, Default)]
pub(super) struct Charges(BTreeMap<String, Charged>);

#[expect(clippy::option_option, reason = "open or not, and of a known price or not")]
#[derive(Clone, Copy, Debug, Default)]
struct Charged {
    /// What it may cost at most, while it is not settled.
    open: Option<Option<MicroDollars>>,
    spent: Spending,
}

fn unknown(spent: Spending, estimate: Option<MicroDollars>) -> Spending {
    match estimate {
        Some(estimate) => Spending { unknown_upper_bound: spent.unknown_upper_bound + estimate, ..spent },
        None => Spending { unpriced_calls: spent.unpriced_calls.saturating_add(1), ..spent },
    }
}

impl Charges {
    pub(super) fn open(&mut self, scope: String, estimate: Option<MicroDollars>) {
        self.0.entry(scope).or_default().open = Some(estimate);
    }

    pub(super) fn close(&mut self, scope: &str, cost: Option<MicroDollars>) {
        let Some(charged) = self.0.get_mut(scope) else { return };
        let Some(estimate) = charged.open.take() else { return };
        match cost {
            Some(cost) => charged.spent.known += cost,
            None => charged.spent = unknown(charged.spent, estimate),
        }
    }

    /// The outcome of a step will never be known: neither will the cost of the work that it belongs
    /// to.
    pub(super) fn give_up(&mut self, step: &str) {
        let scopes: Vec<String> = self.0.keys().filter(|scope| is_below(step, scope)).cloned().collect();
        scopes.iter().for_each(|scope| self.close(scope, None));
    }

    pub(super) fn is_open(&self, scope: &str) -> bool {
        self.0.get(scope).is_some_and(|charged| charged.open.is_some())
    }

    pub(super) fn open_below<'a>(&'a self, top: &'a str) -> impl Iterator<Item = (&'a str, Option<MicroDollars>)> {
        let below = self.0.iter().filter(move |(scope, _)| *scope == top || is_below(scope, top));
        below.filter_map(|(scope, charged)| Some((scope.as_str(), charged.open?)))
    }

    pub(super) fn spending(&self, top: &str) -> Spending {
        let below = self.0.iter().filter(|(scope, _)| *scope == top || is_below(scope, top));
        below.fold(Spending::default(), |all, (_, Charged { open, spent })| {
            let all = Spending {
                known: all.known + spent.known,
                unknown_upper_bound: all.unknown_upper_bound + spent.unknown_upper_bound,
                unpriced_calls: all.unpriced_calls.saturating_add(spent.unpriced_calls),
            };
            open.map_or(all, |estimate| unknown(all, estimate))
        })
    }
}

/// Whether a path lies below a scope.
fn is_below(path: &str, scope: &str) -> bool {
    scope.is_empty() || path.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'))
}
