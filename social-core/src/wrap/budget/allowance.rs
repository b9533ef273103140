//! How much may be spent under a key, and where that is kept.

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::money::MicroDollars;

/// Names what is spent from: an owner, and a period where the allowance begins again with each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AllowanceKey {
    /// Whose money it is, as text: an [`AccountKey`](crate::identity::AccountKey), a tenant, a
    /// campaign.
    pub owner: String,
    /// `2026-11` or `2026-11-20`; none where the allowance is for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

impl fmt::Display for AllowanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.period {
            None => f.write_str(&self.owner),
            Some(period) => write!(f, "{} in {period}", self.owner),
        }
    }
}

/// How often an allowance begins again, by the calendar (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Period {
    /// Every day.
    Day,
    /// Every month.
    Month,
}

impl Period {
    /// The name of the period at that time.
    #[must_use]
    pub fn at(self, now: Timestamp) -> String {
        let format = match self {
            Self::Day => "%Y-%m-%d",
            Self::Month => "%Y-%m",
        };
        now.strftime(format).to_string()
    }
}

/// What an allowance stands at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What may be spent in all.
    pub limit: MicroDollars,
    /// What was spent.
    pub spent: MicroDollars,
    /// What is set aside for calls under way.
    pub reserved: MicroDollars,
}

impl Standing {
    /// What can still be reserved.
    #[must_use]
    pub fn left(&self) -> MicroDollars {
        MicroDollars(self.limit.0.saturating_sub((self.spent + self.reserved).0))
    }
}

/// Keeps allowances, for one process or for many: [`MemoryAllowances`], or a table of the
/// application's database.
#[async_trait]
pub trait Allowances: Debug + Send + Sync {
    /// Sets money aside for a call, if that much is left. Checking and setting aside is one step
    /// for everybody who shares the store. For a `call` for which money is set aside already, it
    /// changes nothing: the same work goes on.
    ///
    /// # Errors
    /// [`OverBudget`](ErrorKind::OverBudget) when less is left, best made with [`over_budget`];
    /// what the store fails with.
    async fn reserve(&self, key: &AllowanceKey, call: &str, estimate: MicroDollars) -> Result<()>;

    /// Replaces what was set aside for a call by what it cost; without a figure, what was set aside
    /// is spent. For a call for which nothing is set aside, the cost is added.
    ///
    /// It must return at once: a store that takes time hands it on. A settlement that gets lost
    /// leaves the money set aside, which is as good as spent.
    fn settle(&self, key: &AllowanceKey, call: &str, cost: Option<MicroDollars>);

    /// What an allowance stands at.
    ///
    /// # Errors
    /// What the store fails with.
    async fn standing(&self, key: &AllowanceKey) -> Result<Standing>;
}

/// The error for a call that may cost more than is left. Nothing was sent.
#[must_use]
pub fn over_budget(key: &AllowanceKey, estimate: MicroDollars, left: MicroDollars) -> Error {
    let message = format!("the call may cost {estimate}, only {left} of the budget is left ({key})");
    Error::new(ErrorKind::OverBudget, message).with_field("budget").with_effect(Effect::None)
}

/// Allowances in this process.
#[derive(Debug, Default)]
pub struct MemoryAllowances {
    limits: BTreeMap<String, MicroDollars>,
    everybody: MicroDollars,
    accounts: Mutex<BTreeMap<AllowanceKey, Account>>,
}

#[derive(Debug, Default)]
struct Account {
    spent: MicroDollars,
    reserved: BTreeMap<String, MicroDollars>,
}

impl MemoryAllowances {
    /// This much for each owner, in each of its periods.
    #[must_use]
    pub fn new(limit: MicroDollars) -> Self {
        Self { everybody: limit, ..Self::default() }
    }

    /// Another limit for one owner.
    #[must_use]
    pub fn with_limit(mut self, owner: impl ToString, limit: MicroDollars) -> Self {
        self.limits.insert(owner.to_string(), limit);
        self
    }

    fn accounts(&self) -> MutexGuard<'_, BTreeMap<AllowanceKey, Account>> {
        // The figures are whole after every statement, so a panic elsewhere leaves nothing half
        // done.
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn standing_of(&self, key: &AllowanceKey, account: &Account) -> Standing {
        let limit = self.limits.get(&key.owner).copied().unwrap_or(self.everybody);
        let reserved = account.reserved.values().fold(MicroDollars(0), |all, one| all + *one);
        Standing { limit, spent: account.spent, reserved }
    }
}

#[async_trait]
impl Allowances for MemoryAllowances {
    async fn reserve(&self, key: &AllowanceKey, call: &str, estimate: MicroDollars) -> Result<()> {
        let mut accounts = self.accounts();
        let account = accounts.entry(key.clone()).or_default();
        if account.reserved.contains_key(call) {
            return Ok(());
        }
        let left = self.standing_of(key, account).left();
        if estimate > left {
            return Err(over_budget(key, estimate, left));
        }
        account.reserved.insert(call.to_owned(), estimate);
        Ok(())
    }

    fn settle(&self, key: &AllowanceKey, call: &str, cost: Option<MicroDollars>) {
        let mut accounts = self.accounts();
        let account = accounts.entry(key.clone()).or_default();
        let reserved = account.reserved.remove(call);
        account.spent += cost.or(reserved).unwrap_or_default();
    }

    async fn standing(&self, key: &AllowanceKey) -> Result<Standing> {
        let mut accounts = self.accounts();
        Ok(self.standing_of(key, accounts.entry(key.clone()).or_default()))
    }
}
