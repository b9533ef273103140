//! Social-media platforms behind [`Publisher`](social_core::publish::Publisher).
//!
//! Each platform is a module and a feature of its own. [`connect`] opens one by its name with the
//! settings that the environment holds.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalogue;
mod connect;
mod connect_account;
#[cfg(test)]
mod fake;
#[cfg(any(feature = "facebook", feature = "instagram", feature = "threads"))]
mod graph;
#[cfg(test)]
#[cfg(feature = "bluesky")]
#[cfg(feature = "facebook")]
#[cfg(feature = "instagram")]
#[cfg(feature = "lemmy")]
#[cfg(feature = "make")]
#[cfg(feature = "mastodon")]
#[cfg(feature = "telegram")]
#[cfg(feature = "threads")]
#[cfg(feature = "x")]
mod limits;
#[cfg(any(feature = "facebook", feature = "instagram", feature = "lemmy", feature = "threads", feature = "x"))]
mod offered;

#[cfg(feature = "bluesky")]
pub mod bluesky;
#[cfg(feature = "facebook")]
pub mod facebook;
#[cfg(feature = "instagram")]
pub mod instagram;
#[cfg(feature = "lemmy")]
pub mod lemmy;
#[cfg(feature = "make")]
pub mod make;
#[cfg(feature = "mastodon")]
pub mod mastodon;
#[cfg(feature = "outbox")]
pub mod outbox;
pub mod sign_in;
#[cfg(feature = "telegram")]
pub mod telegram;
#[cfg(feature = "threads")]
mod thread;
#[cfg(feature = "threads")]
pub mod threads;
#[cfg(any(feature = "lemmy", feature = "mastodon", feature = "telegram", feature = "x"))]
mod upload;
#[cfg(feature = "x")]
pub mod x;

pub use catalogue::catalogue;
pub use connect::{connect, connect_with, platforms, rules_of};
pub use connect_account::{connect_account, connect_account_with};
