//! What a call used and what it cost. Money is in micro-dollars: 1,000,000 are one US dollar.
//!
//! A [`PriceTable`] holds a [`Price`] per model. What a unit costs may depend on more than the
//! model, as [`PriceTier`]s say:
//!
//! ```
//! use social_core::clock::Timestamp;
//! use social_core::money::{MicroDollars, Price, PriceTable, Usage};
//!
//! let price: Price = serde_json::from_str(
//!     r#"{"image": 40000, "tiers": [{"terms": {"size": "4K"}, "image": 120000}, {"until": "2026-12-31", "terms": {"tier": "batch"}, "image": 20000}]}"#,
//! )?;
//! let table = PriceTable::new("2026-11").with_price("studio/brush", price);
//! let (address, now) = ("studio/brush".parse()?, "2026-11-20T12:00:00Z".parse::<Timestamp>()?);
//! let cost = |usage: &Usage| table.cost(&address, usage, now).map(|cost| cost.amount);
//! assert_eq!(cost(&Usage::default().with_images(1)), Some(MicroDollars(40_000)));
//! assert_eq!(cost(&Usage::default().with_images(2).with_term("size", Some("4K"))), Some(MicroDollars(240_000)));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod price;
mod table;
#[cfg(test)]
mod tests;

pub use price::{Price, PriceTier};
pub use table::PriceTable;

pub use crate::error::Attempt;
pub use crate::usage::{Cost, MicroDollars, Usage, UsageOrigin};
