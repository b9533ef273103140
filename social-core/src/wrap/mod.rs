//! Wrappers that implement the trait that they wrap: choice, budget, ledger, rate, repetition,
//! cache, rehearsal, verdict.
//!
//! # Order
//! From the outside in: `Cached` around [`Budgeted`] around [`Booked`] around [`Fallback`] around
//! [`Retried`] around [`Limited`] around each model; [`Roomy`] around the budget, which then counts
//! each ask. A budget inside a fallback counts only its own
//! member, and a refused reservation would make the fallback go on to the next, dearer one; the
//! default policy therefore stops there. [`Routes`] chooses among finished models by a key of the
//! caller's. [`Assembled`] makes videos longer than a model's clips.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use social_core::chat::ChatModel;
//! use social_core::wrap::{Booked, Budget, Budgeted, CallRate, Fallback, Limited, Retried};
//! use social_core::http::RetryPolicy;
//! use social_core::ledger::MemoryLedger;
//! use social_core::money::{MicroDollars, PriceTable};
//!
//! # fn wrap(gmi: Arc<dyn ChatModel>, openai: Arc<dyn ChatModel>, prices: Arc<PriceTable>) -> Arc<dyn ChatModel> {
//! let rate = Arc::new(CallRate::new(500, Duration::from_secs(60)));
//! let ledger = Arc::new(MemoryLedger::new());
//! let gmi: Arc<dyn ChatModel> = Arc::new(Limited::new(gmi, rate));
//! let gmi: Arc<dyn ChatModel> = Arc::new(Retried::new(gmi, RetryPolicy::default()));
//! let writer: Arc<dyn ChatModel> = Arc::new(Fallback::new(gmi, [openai]));
//! let writer: Arc<dyn ChatModel> = Arc::new(Booked::new(writer, ledger, prices.clone()).for_account("41 Bistro"));
//! Arc::new(Budgeted::new(writer, Budget::new(MicroDollars::from_dollars(5.0)), prices))
//! # }
//! ```

mod assembled;
mod booked;
mod budget;
mod cache;
#[cfg(feature = "publish")]
mod dry_run;
mod fallback;
mod judged;
mod limited;
mod limiter;
mod local_first;
mod priced;
mod retried;
mod roomy;
mod routes;
#[cfg(test)]
mod tests;

pub use assembled::Assembled;
pub use booked::Booked;
pub use budget::{
    AllowanceKey, Allowances, Budget, Budgeted, MemoryAllowances, Period, Reservation, Standing, over_budget,
};
#[cfg(feature = "cache")]
pub use cache::MemoryCache;
pub use cache::{CacheStore, Cached};
#[cfg(feature = "publish")]
pub use dry_run::DryRun;
pub use fallback::{Fallback, FallbackPolicy};
pub use judged::Judged;
pub use limited::Limited;
pub use limiter::{CallRate, CallsAtOnce, Limiter, Permit};
pub use local_first::LocalFirst;
pub use priced::Priced;
#[cfg(test)]
pub(crate) use priced::price;
pub use retried::Retried;
pub use roomy::Roomy;
pub use routes::Routes;
