//! What a call used, in the units that vendors bill, and amounts of money.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// Where a usage figure comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageOrigin {
    /// The vendor reported it.
    #[default]
    Reported,
    /// Estimated here, because the answer was cut before the vendor reported.
    Estimated,
    /// Nothing was used: an answer that was kept from an earlier call was given again.
    Cached,
}

/// What one call used, in the units that vendors bill. A unit that was not reported is `None`,
/// never zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// Reported or estimated.
    #[serde(default)]
    pub origin: UsageOrigin,
    /// All input tokens, cached ones included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Input tokens that were read from the vendor's cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_tokens: Option<u64>,
    /// Input tokens that were written to the vendor's cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
    /// Those of them that are kept for an hour instead of minutes, which costs more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_hour_tokens: Option<u64>,
    /// All output tokens, reasoning included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Output tokens spent on reasoning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// Searches that the vendor ran for the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searches: Option<u64>,
    /// Images made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<u64>,
    /// Seconds of video or audio made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Characters spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub characters: Option<u64>,
    /// The vendor's own units or credits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<f64>,
    /// The price that the vendor itself reported, in micro-dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_cost: Option<MicroDollars>,
    /// What the price of a unit depends on, as it was asked for or reported: `size`, `quality`,
    /// `resolution`, `audio`, `tier`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, String>,
}

impl Usage {
    /// Says how many images were made.
    #[must_use]
    pub fn with_images(mut self, images: u64) -> Self {
        self.images = Some(images);
        self
    }

    /// Says how many seconds of video or audio were made.
    #[must_use]
    pub fn with_seconds(mut self, seconds: f64) -> Self {
        self.seconds = Some(seconds);
        self
    }

    /// Says what the price depends on; nothing where there is no value.
    #[must_use]
    pub fn with_term(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.terms.insert(name.to_owned(), value.to_owned());
        }
        self
    }
}

impl Usage {
    /// Whether anything was counted, be it zero.
    pub(crate) fn is_counted(&self) -> bool {
        let counts = [
            self.input_tokens,
            self.cache_read_tokens,
            self.cache_write_tokens,
            self.output_tokens,
            self.searches,
            self.images,
            self.characters,
        ];
        counts.iter().any(Option::is_some) || self.seconds.is_some() || self.units.is_some()
    }

    /// Takes the terms that were asked for, where the vendor does not say others.
    pub(crate) fn assume_terms(&mut self, asked: Self) {
        for (name, value) in asked.terms {
            self.terms.entry(name).or_insert(value);
        }
    }
}

/// What two calls used together. A unit that one of them did not report counts as nothing; a figure
/// is estimated where one of them was.
impl Add for Usage {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        fn sum<T: Add<Output = T>>(to: &mut Option<T>, more: Option<T>) {
            *to = match (to.take(), more) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
        }
        if self.origin != other.origin {
            self.origin = UsageOrigin::Estimated;
        }
        sum(&mut self.input_tokens, other.input_tokens);
        sum(&mut self.cache_read_tokens, other.cache_read_tokens);
        sum(&mut self.cache_write_tokens, other.cache_write_tokens);
        sum(&mut self.cache_write_hour_tokens, other.cache_write_hour_tokens);
        sum(&mut self.output_tokens, other.output_tokens);
        sum(&mut self.reasoning_tokens, other.reasoning_tokens);
        sum(&mut self.searches, other.searches);
        sum(&mut self.images, other.images);
        sum(&mut self.seconds, other.seconds);
        sum(&mut self.characters, other.characters);
        sum(&mut self.units, other.units);
        sum(&mut self.reported_cost, other.reported_cost);
        self.assume_terms(other);
        self
    }
}

impl fmt::Display for Usage {
    /// For people: `1,204 tokens in, 310 out, 1 image, 5 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted =
            |count: u64, one: &str, many: &str| format!("{} {}", grouped(count), if count == 1 { one } else { many });
        let mut parts = Vec::new();
        parts.extend(self.input_tokens.map(|count| counted(count, "token in", "tokens in")));
        parts.extend(self.output_tokens.map(|count| match self.input_tokens {
            Some(_) => format!("{} out", grouped(count)),
            None => counted(count, "token out", "tokens out"),
        }));
        parts.extend(self.searches.map(|count| counted(count, "search", "searches")));
        parts.extend(self.images.map(|count| counted(count, "image", "images")));
        parts.extend(self.seconds.map(|seconds| format!("{} s", (seconds * 10.0).round() / 10.0)));
        parts.extend(self.characters.map(|count| counted(count, "character", "characters")));
        parts.extend(self.units.map(|units| format!("{} units", (units * 100.0).round() / 100.0)));
        match (self.origin, parts.is_empty()) {
            (UsageOrigin::Cached, _) => f.write_str("nothing, from the cache"),
            (_, true) => f.write_str("nothing reported"),
            (UsageOrigin::Estimated, false) => write!(f, "{}, estimated", parts.join(", ")),
            (UsageOrigin::Reported, false) => f.write_str(&parts.join(", ")),
        }
    }
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount in millionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroDollars(pub u64);

impl MicroDollars {
    /// Rounds an amount in dollars up to the next micro-dollar. Negative amounts and non-numbers
    /// become zero.
    #[must_use]
    pub fn from_dollars(dollars: f64) -> Self {
        Self((dollars * 1e6).ceil().max(0.0) as u64)
    }

    /// The amount in dollars.
    #[must_use]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Add for MicroDollars {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for MicroDollars {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl fmt::Display for MicroDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${:.4}", self.dollars())
    }
}

/// What a call cost, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// The amount.
    pub amount: MicroDollars,
    /// Where the price comes from: `vendor` when the vendor reported the amount, `cache` when a
    /// kept answer was given again, `free` when no vendor was asked, else the price's date
    /// (`2026-11-01`).
    pub priced: String,
}

impl Cost {
    /// An amount that the vendor itself reported.
    #[must_use]
    pub fn reported(amount: MicroDollars) -> Self {
        Self { amount, priced: "vendor".to_owned() }
    }

    /// Nothing, since no vendor was asked.
    #[must_use]
    pub fn free() -> Self {
        Self { amount: MicroDollars(0), priced: "free".to_owned() }
    }

    /// What the usage itself says: a kept answer costs nothing, and some vendors report the amount.
    #[must_use]
    pub fn stated(usage: &Usage) -> Option<Self> {
        match usage.origin {
            UsageOrigin::Cached => Some(Self { amount: MicroDollars(0), priced: "cache".to_owned() }),
            UsageOrigin::Reported | UsageOrigin::Estimated => usage.reported_cost.map(Self::reported),
        }
    }
}
