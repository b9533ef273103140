//! What a run spends: its charges, and whoever keeps the money.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::id::RunId;
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

/// Pays for the charges of a run: in memory, or in a database that several processes share. Budgets
/// of owners and months, around models, are [`Allowances`](crate::wrap::Allowances).
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

/// What the handles of a charged run share.
#[derive(Debug)]
pub(super) struct Charging {
    pub(super) key: ChargeKey,
    pub(super) estimate: Option<MicroDollars>,
    pub(super) budget: Option<Arc<dyn BudgetStore>>,
    pub(super) begun: OnceCell<()>,
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
