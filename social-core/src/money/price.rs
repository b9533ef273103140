//! What a model charges, and what that depends on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{MicroDollars, Usage};
use crate::clock::Timestamp;

macro_rules! rates {
    ($($(#[$doc:meta])* $rate:ident: $type:ty,)*) => {
        /// What a model charges, in micro-dollars. A unit without a price is `None`: its cost is
        /// then unknown, not zero.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Price {
            $(
                $(#[$doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $rate: Option<$type>,
            )*
            /// What units cost instead under conditions. Of several that hold, the later one
            /// counts, and one for longer requests counts after one for shorter ones.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub tiers: Vec<PriceTier>,
        }

        /// What units cost under conditions, which must hold together. A rate that is missing is
        /// the usual one.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct PriceTier {
            /// For requests of more input tokens than this, cached ones included.
            #[serde(default, skip_serializing_if = "is_zero")]
            pub above_input_tokens: u64,
            /// For usage with these [terms](Usage::terms), for instance `{"size": "4K"}`.
            #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
            pub terms: BTreeMap<String, String>,
            /// From this day on (UTC).
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub from: Option<Date>,
            /// Until this day (UTC), that day included.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub until: Option<Date>,
            $(
                #[doc = concat!("As [`Price::", stringify!($rate), "`].")]
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $rate: Option<$type>,
            )*
        }

        impl Price {
            fn overlay(&mut self, tier: &PriceTier) {
                $(self.$rate = tier.$rate.or(self.$rate);)*
            }
        }
    };
}

rates! {
    /// A million input tokens that were not read from a cache.
    input_million: MicroDollars,
    /// A million input tokens read from the vendor's cache; without it they cost as much as others.
    cache_read_million: MicroDollars,
    /// A million input tokens written to the vendor's cache; without it they cost as much as
    /// others.
    cache_write_million: MicroDollars,
    /// A million of them that are kept for an hour; without it they cost as much as others that are
    /// written.
    cache_write_hour_million: MicroDollars,
    /// A million output tokens, reasoning included.
    output_million: MicroDollars,
    /// A search.
    search: MicroDollars,
    /// An image.
    image: MicroDollars,
    /// A second of video or audio.
    second: MicroDollars,
    /// A million characters spoken.
    characters_million: MicroDollars,
    /// One of the vendor's own units or credits.
    unit: MicroDollars,
    /// How many of the vendor's units an image takes, so that they can be reserved.
    image_units: f64,
    /// How many of the vendor's units a second takes, so that they can be reserved.
    second_units: f64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl PriceTier {
    /// Whether it is its time, and the request is long enough.
    fn is_reached(&self, usage: &Usage, on: Date) -> bool {
        let long_enough =
            self.above_input_tokens == 0 || usage.input_tokens.is_some_and(|tokens| tokens > self.above_input_tokens);
        long_enough && self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }

    /// Whether the usage has its terms; `unsaid` for those that the usage does not name.
    fn has_terms(&self, usage: &Usage, unsaid: bool) -> bool {
        self.terms.iter().all(|(name, value)| usage.terms.get(name).map_or(unsaid, |said| said == value))
    }
}

impl Price {
    /// What this usage costs at that time; `None` when a unit that was used has no price.
    ///
    /// Usage in the vendor's own units, where they have a price, stands for the images and seconds
    /// that it was for.
    #[must_use]
    pub fn cost(&self, usage: &Usage, at: Timestamp) -> Option<MicroDollars> {
        let on = day(at);
        self.under(usage, on, |tier| tier.has_terms(usage, false)).flat_cost(usage)
    }

    /// The maximum that a call may cost, given the maximum that it may use: a term that is not
    /// named may have any value.
    #[must_use]
    pub fn maximum(&self, usage: &Usage, at: Timestamp) -> Option<MicroDollars> {
        let on = day(at);
        let alone = |tier: &PriceTier| self.under(usage, on, |other| other == tier || other.has_terms(usage, false));
        let open = self.tiers.iter().filter(|tier| tier.has_terms(usage, true) && !tier.has_terms(usage, false));
        let prices = open.filter(|tier| tier.is_reached(usage, on)).map(|tier| alone(tier).flat_maximum(usage));
        let said = self.under(usage, on, |tier| tier.has_terms(usage, false)).flat_maximum(usage);
        // What is priced under each term only has no usual price.
        prices.chain([said]).flatten().max()
    }

    /// The rates when the tiers that are reached and `hold` count.
    fn under(&self, usage: &Usage, on: Date, hold: impl Fn(&PriceTier) -> bool) -> Cow<'_, Self> {
        let mut tiers: Vec<_> = self.tiers.iter().filter(|tier| tier.is_reached(usage, on) && hold(tier)).collect();
        if tiers.is_empty() {
            return Cow::Borrowed(self);
        }
        tiers.sort_by_key(|tier| tier.above_input_tokens);
        let mut price = Self { tiers: Vec::new(), ..self.clone() };
        tiers.into_iter().for_each(|tier| price.overlay(tier));
        Cow::Owned(price)
    }

    fn flat_maximum(&self, usage: &Usage) -> Option<MicroDollars> {
        let mut usage = usage.clone();
        if self.image.is_some() && usage.images.is_some() {
            // An estimate names the tokens for models that bill their images as such.
            usage.output_tokens = None;
        }
        if self.unit.is_some() && usage.units.is_none() {
            let images = usage.images.filter(|_| self.image.is_none()).map(|count| count as f64);
            let seconds = usage.seconds.filter(|_| self.second.is_none());
            let of = |count: Option<f64>, units: Option<f64>| count.map_or(Some(0.0), |count| Some(count * units?));
            usage.units = match (of(images, self.image_units), of(seconds, self.second_units)) {
                (Some(images), Some(seconds)) => Some(images + seconds),
                // It may take any number of them.
                _ => return None,
            };
            usage.output_tokens = usage.output_tokens.filter(|_| self.output_million.is_some());
        }
        self.flat_cost(&usage)
    }

    fn flat_cost(&self, usage: &Usage) -> Option<MicroDollars> {
        let million = |count: u64, price: MicroDollars| count as f64 * price.0 as f64 / 1e6;
        let mut total = 0.0;
        let cache_read = usage.cache_read_tokens.unwrap_or(0);
        let cache_write = usage.cache_write_tokens.unwrap_or(0);
        let hour = usage.cache_write_hour_tokens.unwrap_or(0).min(cache_write);
        let write_price = self.cache_write_million.or(self.input_million);
        let plain_input = usage.input_tokens.map(|all| all.saturating_sub(cache_read.saturating_add(cache_write)));
        for (count, price) in [
            (plain_input, self.input_million),
            (Some(cache_read), self.cache_read_million.or(self.input_million)),
            (Some(cache_write - hour), write_price),
            (Some(hour), self.cache_write_hour_million.or(write_price)),
            (usage.output_tokens, self.output_million),
        ] {
            if let Some(count) = count.filter(|count| *count > 0) {
                total += million(count, price?);
            }
        }
        // Units stand for what they were taken for, and a model that bills its images as tokens has
        // no price per image.
        let in_units = usage.units.is_some() && self.unit.is_some();
        let unless_in_units = |count: Option<f64>, price: bool| count.filter(|_| price || !in_units);
        // Speech is billed by its characters or by its length, whichever has a price.
        let (by_length, by_characters) = (self.second.is_some(), self.characters_million.is_some());
        let seconds = usage.seconds.filter(|_| by_length || !by_characters || usage.characters.is_none());
        let characters = usage.characters.filter(|_| by_characters || !by_length || usage.seconds.is_none());
        let characters = characters.map(|count| count as f64 / 1e6);
        for (count, price) in [
            (usage.searches.map(|n| n as f64), self.search),
            (unless_in_units(seconds, by_length), self.second),
            (unless_in_units(characters, by_characters), self.characters_million),
            (usage.units, self.unit),
            (usage.images.filter(|_| self.image.is_some()).map(|n| n as f64), self.image),
        ] {
            if let Some(count) = count.filter(|count| *count > 0.0) {
                total += count * price?.0 as f64;
            }
        }
        // A call that counts nothing did not cost nothing.
        usage.is_counted().then_some(MicroDollars(total.ceil() as u64))
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
