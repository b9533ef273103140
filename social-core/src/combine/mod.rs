//! Wrappers that implement the trait that they wrap: choice, budget, cache, rehearsal.
//!
//! # Order
//! From the outside in: `Cached` around [`Budgeted`] around [`Fallback`] around the models. A budget inside a fallback counts only its own
//! member, and a refused reservation would make the fallback go on to the next, dearer one; the default policy therefore
//! stops there.

mod budget;
#[cfg(feature = "cache")]
mod cache;
mod dry_run;
mod fallback;
#[cfg(test)]
mod tests;

pub use budget::{Budget, Budgeted, Reservation};
#[cfg(feature = "cache")]
pub use cache::Cached;
pub use dry_run::DryRun;
pub use fallback::{Fallback, FallbackPolicy};
