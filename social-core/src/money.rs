//! What a call used and what it cost. Money is in micro-dollars: 1,000,000 are one US dollar.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ModelAddress;
pub use crate::error::Attempt;
pub use crate::usage::{Cost, MicroDollars, Usage, UsageOrigin};

/// What a model charges, in micro-dollars. A unit without a price is `None`: its cost is then unknown, not zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// A million input tokens that were not read from a cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_million: Option<MicroDollars>,
    /// A million input tokens read from the vendor's cache; without it they cost as much as others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_million: Option<MicroDollars>,
    /// A million input tokens written to the vendor's cache; without it they cost as much as others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_million: Option<MicroDollars>,
    /// A million of them that are kept for an hour; without it they cost as much as others that are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_hour_million: Option<MicroDollars>,
    /// A million output tokens, reasoning included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_million: Option<MicroDollars>,
    /// A search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<MicroDollars>,
    /// An image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<MicroDollars>,
    /// A second of video or audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<MicroDollars>,
    /// A million characters spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub characters_million: Option<MicroDollars>,
    /// One of the vendor's own units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<MicroDollars>,
    /// What the tokens of long requests cost instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<PriceTier>,
}

/// What all tokens of a request cost, from a length of its input on. A rate that is missing is that of short requests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTier {
    /// The tier is for requests of more input tokens than this, cached ones included.
    pub above_input_tokens: u64,
    /// As [`Price::input_million`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_million: Option<MicroDollars>,
    /// As [`Price::cache_read_million`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_million: Option<MicroDollars>,
    /// As [`Price::cache_write_million`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_million: Option<MicroDollars>,
    /// As [`Price::cache_write_hour_million`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_hour_million: Option<MicroDollars>,
    /// As [`Price::output_million`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_million: Option<MicroDollars>,
}

impl Price {
    /// The rates of tokens for a request of this length; everything else as it is.
    fn for_input(&self, tokens: Option<u64>) -> Cow<'_, Self> {
        let reached = self.tiers.iter().filter(|tier| tokens.is_some_and(|tokens| tokens > tier.above_input_tokens));
        let Some(tier) = reached.max_by_key(|tier| tier.above_input_tokens) else { return Cow::Borrowed(self) };
        Cow::Owned(Self {
            input_million: tier.input_million.or(self.input_million),
            cache_read_million: tier.cache_read_million.or(self.cache_read_million),
            cache_write_million: tier.cache_write_million.or(self.cache_write_million),
            cache_write_hour_million: tier.cache_write_hour_million.or(self.cache_write_hour_million),
            output_million: tier.output_million.or(self.output_million),
            tiers: Vec::new(),
            ..self.clone()
        })
    }

    /// What a call costs that uses at most this. Models with a price per image do not bill the tokens of its pixels.
    #[must_use]
    pub fn cost_at_most(&self, maximum: &Usage) -> Option<MicroDollars> {
        match (self.image, maximum.images) {
            (Some(_), Some(_)) => self.cost(&Usage { output_tokens: None, ..maximum.clone() }),
            _ => self.cost(maximum),
        }
    }

    /// What this usage costs; `None` when a unit that was used has no price.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> Option<MicroDollars> {
        self.for_input(usage.input_tokens).flat_cost(usage)
    }

    fn flat_cost(&self, usage: &Usage) -> Option<MicroDollars> {
        let million = |count: u64, price: MicroDollars| count as f64 * price.0 as f64 / 1e6;
        let mut total = 0.0;
        let cache_read = usage.cache_read_tokens.unwrap_or(0);
        let cache_write = usage.cache_write_tokens.unwrap_or(0);
        let hour = usage.cache_write_hour_tokens.unwrap_or(0).min(cache_write);
        let write_price = self.cache_write_million.or(self.input_million);
        let plain_input = usage.input_tokens.map(|all| all.saturating_sub(cache_read + cache_write));
        for (count, price) in [
            (plain_input, self.input_million),
            (Some(cache_read), self.cache_read_million.or(self.input_million)),
            (Some(cache_write - hour), write_price),
            (Some(hour), self.cache_write_hour_million.or(write_price)),
            (usage.output_tokens, self.output_million),
            (usage.characters, self.characters_million),
        ] {
            if let Some(count) = count.filter(|count| *count > 0) {
                total += million(count, price?);
            }
        }
        for (count, price) in [
            (usage.searches.map(|n| n as f64), self.search),
            (usage.seconds, self.second),
            (usage.units, self.unit),
            // A model that bills its images as tokens has no price per image.
            (usage.images.filter(|_| self.image.is_some()).map(|n| n as f64), self.image),
        ] {
            if let Some(count) = count.filter(|count| *count > 0.0) {
                total += count * price?.0 as f64;
            }
        }
        Some(MicroDollars(total.ceil() as u64))
    }
}

/// Prices by model address, with the date on which they were read. Data: an application may replace or extend it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTable {
    /// When the prices were read, for instance `2026-11-01`.
    pub date: String,
    /// Price by address (`vendor/model`).
    pub prices: BTreeMap<String, Price>,
}

impl PriceTable {
    /// An empty table of this date.
    #[must_use]
    pub fn new(date: impl Into<String>) -> Self {
        Self { date: date.into(), prices: BTreeMap::new() }
    }

    /// Sets a model's price.
    #[must_use]
    pub fn with_price(mut self, address: impl Into<String>, price: Price) -> Self {
        self.prices.insert(address.into(), price);
        self
    }

    /// A model's price. A dated id (`model-2026-03-01`) has the price of the longest listed id that it begins with.
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

    /// What a call cost: as the vendor reported it, else by this table; `None` when neither knows.
    #[must_use]
    pub fn cost(&self, address: &ModelAddress, usage: &Usage) -> Option<Cost> {
        Cost::stated(usage).or_else(|| {
            let amount = self.price(address)?.cost(usage)?;
            Some(Cost { amount, priced: self.date.clone() })
        })
    }

    /// Adds to an attempt what it cost, if it says what it used.
    pub fn price_attempt(&self, attempt: &mut Attempt) {
        if attempt.cost.is_none() {
            attempt.cost = attempt.usage.as_ref().and_then(|usage| self.cost(&attempt.address, usage));
        }
    }
}

#[cfg(test)]
mod tests {
    //! Invented prices; the accounting rules are those of the vendors' usage fields.

    use super::*;

    /// The rule is that of the vendors' price pages: one token more than the limit makes all tokens of the request dearer.
    #[test]
    fn long_requests_cost_what_their_tier_says() {
        let dollars = |amount: u64| Some(MicroDollars(amount * 1_000_000));
        let tier = |above_input_tokens, input, output| PriceTier {
            above_input_tokens,
            input_million: dollars(input),
            output_million: dollars(output),
            ..PriceTier::default()
        };
        let price = Price {
            input_million: dollars(1),
            output_million: dollars(10),
            cache_read_million: dollars(1),
            search: Some(MicroDollars(7)),
            tiers: vec![tier(400_000, 4, 40), tier(200_000, 2, 20)],
            ..Price::default()
        };
        for (input, cost) in [(200_000, 200_000 + 100), (200_001, 400_002 + 200), (500_000, 2_000_000 + 400)] {
            let usage =
                Usage { input_tokens: Some(input), output_tokens: Some(10), searches: Some(1), ..Usage::default() };
            assert_eq!(price.cost(&usage), Some(MicroDollars(cost + 7)), "{input}");
        }
        // Cached tokens make a request long, too, and have their own rate.
        let usage = Usage { input_tokens: Some(300_000), cache_read_tokens: Some(250_000), ..Usage::default() };
        assert_eq!(price.cost(&usage), Some(MicroDollars(2 * 50_000 + 250_000)));
    }

    // Museum E14: cached tokens at their own price, and reasoning is part of the output.
    #[test]
    fn e14_cached_tokens_are_part_of_the_input_and_cost_their_own_price() {
        let price = Price {
            input_million: Some(MicroDollars(2_000_000)),
            cache_read_million: Some(MicroDollars(200_000)),
            output_million: Some(MicroDollars(10_000_000)),
            ..Price::default()
        };
        let usage = Usage {
            input_tokens: Some(1_000_000),
            cache_read_tokens: Some(400_000),
            output_tokens: Some(100_000),
            reasoning_tokens: Some(60_000),
            ..Usage::default()
        };
        assert_eq!(price.cost(&usage), Some(MicroDollars(1_200_000 + 80_000 + 1_000_000)));
    }

    // Museum E14.
    #[test]
    fn what_is_written_to_the_cache_for_an_hour_has_its_own_price() {
        let price = Price {
            input_million: Some(MicroDollars(1_000_000)),
            cache_write_million: Some(MicroDollars(1_250_000)),
            cache_write_hour_million: Some(MicroDollars(2_000_000)),
            ..Price::default()
        };
        let usage = Usage {
            input_tokens: Some(1_000_000),
            cache_write_tokens: Some(400_000),
            cache_write_hour_tokens: Some(300_000),
            ..Usage::default()
        };
        assert_eq!(price.cost(&usage), Some(MicroDollars(600_000 + 125_000 + 600_000)));
    }

    // Museum E14.
    #[test]
    fn e14_a_used_unit_without_a_price_makes_the_cost_unknown() {
        let price = Price { input_million: Some(MicroDollars(1)), ..Price::default() };
        assert_eq!(price.cost(&Usage { output_tokens: Some(5), ..Usage::default() }), None);
        assert_eq!(price.cost(&Usage { output_tokens: Some(0), ..Usage::default() }), Some(MicroDollars(0)));
    }

    #[test]
    fn dated_ids_find_their_price_and_other_models_do_not() {
        let table = PriceTable::new("2026-11-01")
            .with_price("v/big", Price { image: Some(MicroDollars(1)), ..Price::default() })
            .with_price("v/big-pro", Price { image: Some(MicroDollars(2)), ..Price::default() });
        let image = |id: &str| table.price(&ModelAddress::new("v", id.to_owned())).and_then(|p| p.image);
        assert_eq!(image("big-2026-03-01"), Some(MicroDollars(1)));
        assert_eq!(image("big-pro-20260301"), Some(MicroDollars(2)));
        assert_eq!(image("big-mini"), None);
    }

    #[test]
    fn the_vendors_own_figure_wins() {
        let table = PriceTable::new("2026-11-01");
        let usage = Usage { reported_cost: Some(MicroDollars(7)), ..Usage::default() };
        let cost = table.cost(&ModelAddress::new("v", "m"), &usage);
        assert_eq!(cost, Some(Cost::reported(MicroDollars(7))));
    }
}
