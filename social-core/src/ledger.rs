//! What was made, by whom, from which prompt, for whom, and what it cost.
//!
//! A [`Ledger`] takes a [`Booking`] for every call that was made, the failed ones included.
//! [`Booked`](crate::wrap::Booked) writes it for any model. [`MemoryLedger`] keeps the bookings and
//! adds them up; a table of the application's database is a few lines:
//!
//! ```
//! use social_core::ledger::{Booking, Ledger};
//!
//! #[derive(Debug)]
//! struct Lines;
//!
//! impl Ledger for Lines {
//!     fn book(&self, booking: Booking) {
//!         println!("{}", serde_json::to_string(&booking).unwrap_or_default());
//!     }
//! }
//! ```

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::chat::{ChatReply, PromptId};
use crate::clock::Timestamp;
use crate::error::{Effect, ErrorKind};
use crate::money::{Attempt, Cost, MicroDollars, PriceTable, Usage};

/// The record of one generation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Booking {
    /// When it ended.
    pub at: Timestamp,
    /// For whom, in the application's own words: a tenant, a campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Who was asked.
    pub address: ModelAddress,
    /// The model that the vendor says it used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The vendor's id of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The prompt that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<PromptId>,
    /// What it used: reported, estimated (see [`Usage::origin`]), or `None` when it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// What became of it.
    pub outcome: Outcome,
    /// Not made by a model but filled from a template.
    #[serde(default)]
    pub degraded: bool,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// An answer came.
    Answered,
    /// The answer was no longer waited for, or for the end of its stream.
    Left,
    /// It failed.
    Failed {
        /// Why.
        kind: ErrorKind,
        /// Whether it may have been billed all the same.
        effect: Effect,
    },
}

impl Booking {
    /// A booking of `address` about which nothing more is known.
    #[must_use]
    pub fn new(at: Timestamp, address: ModelAddress, outcome: Outcome) -> Self {
        Self {
            at,
            account: None,
            address,
            model: None,
            id: None,
            prompt: None,
            usage: None,
            cost: None,
            outcome,
            degraded: false,
        }
    }

    /// The booking of a whole reply.
    #[must_use]
    pub fn of_reply(at: Timestamp, reply: &ChatReply) -> Self {
        Self {
            model: reply.model.clone(),
            id: reply.id.clone(),
            usage: reply.usage.clone(),
            cost: reply.cost.clone(),
            degraded: reply.degraded,
            ..Self::new(at, reply.address.clone(), Outcome::Answered)
        }
    }

    /// The booking of a call that gave no answer.
    #[must_use]
    pub fn of_attempt(at: Timestamp, attempt: &Attempt) -> Self {
        let outcome = Outcome::Failed { kind: attempt.kind, effect: attempt.effect };
        Self { usage: attempt.usage.clone(), ..Self::new(at, attempt.address.clone(), outcome) }
    }

    /// Adds the cost by this table, where the booking has none.
    #[must_use]
    pub fn priced(mut self, prices: &PriceTable) -> Self {
        if self.cost.is_none() {
            self.cost = self.usage.as_ref().and_then(|usage| prices.cost(&self.address, usage, self.at));
        }
        self
    }

    /// Whether it may have cost something and it is unknown how much.
    #[must_use]
    pub fn is_cost_unknown(&self) -> bool {
        let unbilled = matches!(self.outcome, Outcome::Failed { effect: Effect::None, .. }) && self.usage.is_none();
        self.cost.is_none() && !unbilled && !self.degraded
    }
}

/// Takes bookings. It must not block: what is slow hands them on.
pub trait Ledger: Debug + Send + Sync {
    /// Takes one booking.
    fn book(&self, booking: Booking);
}

/// What bookings add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Total {
    /// Calls, the failed ones included.
    pub calls: u64,
    /// Calls that failed.
    pub failed: u64,
    /// The known costs.
    pub cost: MicroDollars,
    /// Calls that may have cost something and it is unknown how much.
    pub cost_unknown: u64,
    /// Input tokens, reported or estimated.
    pub input_tokens: u64,
    /// Output tokens, reported or estimated.
    pub output_tokens: u64,
    /// Images.
    pub images: u64,
    /// Seconds of video and audio.
    pub seconds: f64,
    /// Characters spoken.
    pub characters: u64,
    /// The vendors' own units or credits.
    pub units: f64,
}

impl Total {
    fn add(&mut self, booking: &Booking) {
        self.calls += 1;
        self.failed += u64::from(matches!(booking.outcome, Outcome::Failed { .. }));
        self.cost += booking.cost.as_ref().map_or(MicroDollars(0), |cost| cost.amount);
        self.cost_unknown += u64::from(booking.is_cost_unknown());
        if let Some(usage) = &booking.usage {
            self.input_tokens += usage.input_tokens.unwrap_or(0);
            self.output_tokens += usage.output_tokens.unwrap_or(0);
            self.images += usage.images.unwrap_or(0);
            self.seconds += usage.seconds.unwrap_or(0.0);
            self.characters += usage.characters.unwrap_or(0);
            self.units += usage.units.unwrap_or(0.0);
        }
    }
}

/// Bookings in memory.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<Vec<Booking>>);

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All bookings, oldest first.
    #[must_use]
    pub fn bookings(&self) -> Vec<Booking> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What all bookings add up to.
    #[must_use]
    pub fn total(&self) -> Total {
        self.totals(|_| ()).remove(&()).unwrap_or_default()
    }

    /// Totals by any key: `totals(|booking| booking.account.clone())`,
    /// `totals(|booking| booking.address.to_string())`.
    #[must_use]
    pub fn totals<K: Ord>(&self, key: impl Fn(&Booking) -> K) -> BTreeMap<K, Total> {
        let mut totals: BTreeMap<K, Total> = BTreeMap::new();
        for booking in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            totals.entry(key(booking)).or_default().add(booking);
        }
        totals
    }
}

impl Ledger for MemoryLedger {
    fn book(&self, booking: Booking) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(booking);
    }
}
