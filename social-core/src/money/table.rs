//! Prices by model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attempt, Cost, MicroDollars, Price, Usage};
use crate::ModelAddress;
use crate::clock::Timestamp;

/// Prices by model address, with the date on which they were read. Data: an application may replace
/// or extend it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// When the prices were read, for instance `2026-11-01`.
    pub date: String,
    /// What they were read from, each with its version or date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Price by address (`vendor/model`).
    pub prices: BTreeMap<String, Price>,
}

impl PriceTable {
    /// An empty table of this date.
    #[must_use]
    pub fn new(date: impl Into<String>) -> Self {
        Self { date: date.into(), ..Self::default() }
    }

    /// Sets a model's price.
    #[must_use]
    pub fn with_price(mut self, address: impl Into<String>, price: Price) -> Self {
        self.prices.insert(address.into(), price);
        self
    }

    /// A model's price. A dated id (`model-2026-03-01`) has the price of the longest listed id that
    /// it begins with.
    #[must_use]
    pub fn price(&self, address: &ModelAddress) -> Option<&Price> {
        let address = address.to_string();
        self.prices.get(&address).or_else(|| {
            let dated = |known: &str| {
                address.strip_prefix(known).is_some_and(|rest| {
                    rest.starts_with(['-', '@']) && rest.chars().skip(1).all(|c| c.is_ascii_digit() || c == '-')
                })
            };
            self.prices.iter().filter(|(known, _)| dated(known)).max_by_key(|(known, _)| known.len()).map(|(_, p)| p)
        })
    }

    /// What a call cost at that time: as the vendor reported it, else by this table; `None` when
    /// neither knows.
    #[must_use]
    pub fn cost(&self, address: &ModelAddress, usage: &Usage, at: Timestamp) -> Option<Cost> {
        Cost::stated(usage).or_else(|| {
            let amount = self.price(address)?.cost(usage, at)?;
            Some(Cost { amount, priced: self.date.clone() })
        })
    }

    /// The maximum that a call may cost, given the maximum that it may use; `None` when a price is
    /// missing.
    #[must_use]
    pub fn maximum(&self, address: &ModelAddress, usage: &Usage, at: Timestamp) -> Option<MicroDollars> {
        self.price(address)?.maximum(usage, at)
    }

    /// Adds to an attempt what it cost, if it says what it used.
    pub fn price_attempt(&self, attempt: &mut Attempt, at: Timestamp) {
        if attempt.cost.is_none() {
            attempt.cost = attempt.usage.as_ref().and_then(|usage| self.cost(&attempt.address, usage, at));
        }
    }
}
