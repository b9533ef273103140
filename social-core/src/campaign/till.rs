//! What a campaign's work costs, and the limit of it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::plan::PlannedCost;
use crate::ModelAddress;
use crate::chat::ChatReply;
use crate::clock::Clock;
use crate::error::{Attempt, Error, ErrorKind, Result};
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::{Cost, MicroDollars, Price, PriceTable, Usage};
use crate::run::{BudgetStore, ChargeKey, Mark, Run, Spending};

/// What calls cost: by the application's prices, else by those that a model knows of itself.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    pub(super) table: Arc<PriceTable>,
    /// Prices may depend on the day.
    pub(super) clock: Arc<dyn Clock>,
    /// There is a limit on spending, so that every price has to be known.
    pub(super) limited: bool,
}

impl Prices {
    /// What a call of a model may cost, given the maximum that it may use.
    ///
    /// # Errors
    /// [`OverBudget`](ErrorKind::OverBudget) where there is a limit and the price is not known.
    pub(super) fn planned(
        &self,
        address: &ModelAddress,
        paid: bool,
        own: Option<&Price>,
        maximum: &Usage,
    ) -> Result<PlannedCost> {
        if !paid {
            return Ok(PlannedCost::Free);
        }
        let price = self.table.price(address).or(own);
        match price.and_then(|price| price.maximum(maximum, self.clock.now())) {
            Some(cost) => Ok(PlannedCost::AtMost(cost)),
            None if !self.limited => Ok(PlannedCost::Unknown),
            None => {
                let message = format!(
                    "no price is known for {address}, so the limit on spending cannot be kept; hand in its price with \
                     `price_with`"
                );
                Err(Error::new(ErrorKind::OverBudget, message).with_field("budget"))
            }
        }
    }

    fn cost(&self, address: &ModelAddress, usage: Option<&Usage>, known: Option<&Cost>) -> Option<MicroDollars> {
        let ours = usage.and_then(|usage| self.table.cost(address, usage, self.clock.now()));
        ours.as_ref().or(known).map(|cost| cost.amount)
    }

    /// What attempts that failed cost; `None` when one of them may be billed and its cost is not
    /// known.
    fn cost_of(&self, attempts: &[Attempt]) -> Option<MicroDollars> {
        let billed = attempts.iter().filter(|attempt| attempt.may_be_billed());
        let mut costs =
            billed.map(|attempt| self.cost(&attempt.address, attempt.usage.as_ref(), attempt.cost.as_ref()));
        costs.try_fold(MicroDollars(0), |all, cost| Some(all + cost?))
    }
}

/// An answer that may have cost something.
pub(super) trait Billed {
    /// Who gave it, what it used, its cost where that is known already, and who was asked before.
    fn bill(&self) -> (&ModelAddress, Option<&Usage>, Option<&Cost>, &[Attempt]);
}

impl Billed for ChatReply {
    fn bill(&self) -> (&ModelAddress, Option<&Usage>, Option<&Cost>, &[Attempt]) {
        (&self.address, self.usage.as_ref(), self.cost.as_ref(), &self.attempts)
    }
}

impl<T> Billed for Made<T> {
    fn bill(&self) -> (&ModelAddress, Option<&Usage>, Option<&Cost>, &[Attempt]) {
        (&self.address, self.usage.as_ref(), self.cost.as_ref(), &self.attempts)
    }
}

/// Pays for the work of a campaign: charges it to the run, within the limit.
#[derive(Debug)]
pub(super) struct Till {
    pub(super) prices: Prices,
    run: Run,
    limit: Option<Arc<Limit>>,
}

impl Till {
    /// Pays on this run, the whole campaign's, at most so much in all its processes.
    pub(super) fn new(prices: Prices, run: Run, limit: Option<MicroDollars>) -> Self {
        let limit = limit.map(|maximum| Arc::new(Limit { maximum, run: run.clone(), held: Mutex::default() }));
        Self { prices, run, limit }
    }

    /// What was spent in all processes.
    pub(super) fn spending(&self) -> Spending {
        self.run.spending()
    }

    /// Says in the journal what the campaign has come to, for lists of runs.
    pub(super) async fn close(&self, mark: Mark) {
        if let Err(error) = self.run.mark(mark, None).await {
            tracing::warn!(run = %self.run.name(), %error, "could not record what the campaign has come to");
        }
    }

    /// Does a piece of work of a model on a child of its own. What it may cost counts as spent
    /// before it begins, and what it did cost after it. A call whose outcome is not known stays
    /// charged, in this process and the next.
    pub(super) async fn pay<T, F>(
        &self,
        call: &Run,
        address: &ModelAddress,
        planned: PlannedCost,
        work: impl FnOnce(Run) -> F + Send,
    ) -> Result<T>
    where
        T: Billed,
        F: Future<Output = Result<T>> + Send,
    {
        let estimate = match planned {
            PlannedCost::Free => return work(call.clone()).await,
            PlannedCost::AtMost(cost) => Some(cost),
            PlannedCost::Unknown => None,
        };
        let mut charge = call.charge(estimate);
        if let Some(limit) = &self.limit {
            charge = charge.paid_from(limit.clone());
        }
        let result = work(charge.run().clone()).await;
        match &result {
            Ok(made) => {
                let (address, usage, cost, attempts) = made.bill();
                let before = self.prices.cost_of(attempts);
                let cost = before.zip(self.prices.cost(address, usage, cost));
                charge.settle(cost.map(|(before, cost)| before + cost)).await?;
            }
            Err(error) => {
                if let Some(cost) = self.prices.cost_of(&Attempt::all(address, error)) {
                    charge.settle(Some(cost)).await?;
                }
            }
        }
        result
    }
}

impl Till {
    /// Lets a model make something, paid for on the run that it is made on.
    pub(super) async fn make<R: MakeRequest>(
        &self,
        maker: &dyn Maker<R>,
        run: &Run,
        request: &R,
    ) -> Result<Made<R::Output>> {
        let (address, can) = (maker.address(), maker.capabilities());
        let planned = self.prices.planned(address, can.paid(), can.price(), &request.estimate())?;
        let make = |run: Run| async move {
            let mut made = maker.make(&run, request).await?;
            if let Some(usage) = &mut made.usage {
                usage.assume_terms(request.estimate());
            }
            Ok(made)
        };
        self.pay(run, address, planned, make).await
    }
}

/// What improves or hosts files, each call of it paid for on its run.
#[derive(Debug)]
pub(super) struct Charged<T: ?Sized> {
    inner: Arc<T>,
    till: Arc<Till>,
}

impl<T: ?Sized> Charged<T> {
    pub(super) fn new(inner: Arc<T>, till: Arc<Till>) -> Self {
        Self { inner, till }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest> Maker<R> for Charged<dyn Maker<R>> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> R::Capabilities {
        self.inner.capabilities()
    }

    fn accept(&self, request: &R) -> Result<()> {
        self.inner.accept(request)
    }

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        self.till.make(&*self.inner, run, request).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}

/// The maximum that a run may spend, in all its processes.
#[derive(Debug)]
struct Limit {
    maximum: MicroDollars,
    run: Run,
    /// What was set aside for calls that are not in the journal yet.
    held: Mutex<BTreeMap<ChargeKey, MicroDollars>>,
}

#[async_trait]
impl BudgetStore for Limit {
    async fn reserve(&self, charge: &ChargeKey, estimate: Option<MicroDollars>) -> Result<()> {
        let over = |message: String| Error::new(ErrorKind::OverBudget, message).with_field("budget");
        let Some(estimate) = estimate else {
            return Err(over("the price of the call is not known, so the limit on spending cannot be kept".to_owned()));
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = self.run.open_charges();
        // It is charged already: an earlier process began the same work.
        if begun.iter().any(|(known, _)| known == charge) {
            return Ok(());
        }
        held.retain(|key, _| begun.iter().all(|(known, _)| known != key));
        let spending = self.run.spending();
        let spent = held.values().fold(spending.at_most(), |all, held| all + *held);
        let left = MicroDollars(self.maximum.0.saturating_sub(spent.0));
        if estimate > left {
            let mut message = format!("the call may cost {estimate}, but only {left} of {} is left", self.maximum);
            if spending.unknown_upper_bound > MicroDollars(0) {
                let unknown = spending.unknown_upper_bound;
                message.push_str(&format!("; calls whose outcome is not known may have cost {unknown}"));
            }
            return Err(over(message));
        }
        held.insert(charge.clone(), estimate);
        Ok(())
    }

    async fn settle(&self, charge: &ChargeKey, _cost: Option<MicroDollars>) -> Result<()> {
        // What it cost is in the journal.
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(charge);
        Ok(())
    }
}
