//! Money that may be spent, and models that are paid from it.

mod allowance;
mod budgeted;
mod metered;

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

pub use allowance::{AllowanceKey, Allowances, MemoryAllowances, Period, Standing, over_budget};
pub use budgeted::Budgeted;

use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::Result;
use crate::money::{Attempt, Cost, MicroDollars, PriceTable};

/// Money that may be spent, shared by everything that spends it: of one campaign, of an account, of
/// a tenant a month.
///
/// An estimate is reserved before a paid call and settled after it. What a call cost is unknown
/// when it may have been billed without telling: its estimate then counts as spent.
///
/// ```
/// use std::sync::Arc;
/// use social_core::identity::AccountKey;
/// use social_core::money::MicroDollars;
/// use social_core::wrap::{Budget, MemoryAllowances, Period};
///
/// // Five dollars for this campaign.
/// let budget = Budget::new(MicroDollars::from_dollars(5.0));
///
/// // Twenty dollars a month for every account, fifty for one; in a database it is an `Allowances` of your own.
/// let bistro = AccountKey::new("instagram", "17841400000000000");
/// let allowances = MemoryAllowances::new(MicroDollars::from_dollars(20.0));
/// let allowances = Arc::new(allowances.with_limit(&bistro, MicroDollars::from_dollars(50.0)));
/// let budget = Budget::of(allowances, &bistro).per(Period::Month);
/// ```
#[derive(Clone)]
pub struct Budget {
    allowances: Arc<dyn Allowances>,
    owner: String,
    period: Option<Period>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("owner", &self.owner).field("period", &self.period).finish_non_exhaustive()
    }
}

impl Budget {
    /// This much, in this process.
    #[must_use]
    pub fn new(limit: MicroDollars) -> Self {
        Self::of(Arc::new(MemoryAllowances::new(limit)), "budget")
    }

    /// The allowance of an owner: an [`AccountKey`](crate::identity::AccountKey), a tenant, a
    /// campaign.
    #[must_use]
    pub fn of(allowances: Arc<dyn Allowances>, owner: impl ToString) -> Self {
        Self { allowances, owner: owner.to_string(), period: None, clock: system_clock() }
    }

    /// Begins again with each period.
    #[must_use]
    pub fn per(mut self, period: Period) -> Self {
        self.period = Some(period);
        self
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// What is spent from now.
    #[must_use]
    pub fn key(&self) -> AllowanceKey {
        let period = self.period.map(|period| period.at(self.clock.now()));
        AllowanceKey { owner: self.owner.clone(), period }
    }

    /// What the budget stands at.
    ///
    /// # Errors
    /// What the store fails with.
    pub async fn standing(&self) -> Result<Standing> {
        self.allowances.standing(&self.key()).await
    }

    /// Counts money that was spent before, for instance by an earlier process of the same run.
    pub fn record(&self, amount: MicroDollars) {
        self.allowances.settle(&self.key(), &new_call(), Some(amount));
    }

    /// Sets money aside for a call.
    ///
    /// # Errors
    /// [`OverBudget`](crate::ErrorKind::OverBudget) when less is left; what the store fails with.
    pub async fn reserve(&self, estimate: MicroDollars) -> Result<Reservation> {
        let (key, call) = (self.key(), new_call());
        self.allowances.reserve(&key, &call, estimate).await?;
        Ok(Reservation { allowances: self.allowances.clone(), key, call, estimate, open: true })
    }
}

/// A name for a call that no other call has, in this process or another.
fn new_call() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static CALLS: AtomicU64 = AtomicU64::new(0);
    format!("call-{:016x}-{}", *PROCESS, CALLS.fetch_add(1, Ordering::Relaxed))
}

/// Money set aside for one call. Dropped without a word, it counts as spent.
#[derive(Debug)]
#[must_use]
pub struct Reservation {
    allowances: Arc<dyn Allowances>,
    key: AllowanceKey,
    call: String,
    estimate: MicroDollars,
    open: bool,
}

impl Reservation {
    /// The call cost this much; without a figure, its estimate.
    pub fn settle(mut self, cost: Option<MicroDollars>) {
        self.close(cost);
    }

    /// The call provably cost nothing.
    pub fn release(mut self) {
        self.close(Some(MicroDollars(0)));
    }

    /// What an attempt took of it: its cost, or the estimate when that is not known.
    fn share_of(&self, attempt: &Attempt) -> MicroDollars {
        match (&attempt.cost, attempt.may_be_billed()) {
            (Some(cost), _) => cost.amount,
            (None, true) => self.estimate,
            (None, false) => MicroDollars(0),
        }
    }

    /// The answer cost this much, and the attempts before it so much.
    fn settle_with(self, before: MicroDollars, cost: Option<&Cost>) {
        let answer = cost.map_or(self.estimate, |cost| cost.amount);
        self.settle(Some(before + answer));
    }

    /// No model answered: the attempts count.
    fn settle_attempts(self, prices: &PriceTable, at: Timestamp, before: MicroDollars, mut attempts: Vec<Attempt>) {
        attempts.iter_mut().for_each(|attempt| prices.price_attempt(attempt, at));
        let took = attempts.iter().fold(before, |all, attempt| all + self.share_of(attempt));
        self.settle(Some(took));
    }

    fn close(&mut self, cost: Option<MicroDollars>) {
        if std::mem::take(&mut self.open) {
            self.allowances.settle(&self.key, &self.call, cost);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.close(None);
    }
}
