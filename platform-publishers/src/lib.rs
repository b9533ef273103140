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
#[cfg(feature = "make")]
#[cfg(feature = "mastodon")]
#[cfg(feature = "telegram")]
#[cfg(feature = "threads")]
#[cfg(feature = "tiktok")]
#[cfg(feature = "whapi")]
#[cfg(feature = "tumblr")]
#[cfg(feature = "reddit")]
mod limits;

#[cfg(feature = "bluesky")]
pub mod bluesky;
#[cfg(feature = "facebook")]
pub mod facebook;
#[cfg(feature = "instagram")]
pub mod instagram;
#[cfg(feature = "make")]
pub mod make;
#[cfg(feature = "mastodon")]
pub mod mastodon;
#[cfg(feature = "outbox")]
pub mod outbox;
#[cfg(feature = "reddit")]
pub mod reddit;
pub mod sign_in;
#[cfg(feature = "telegram")]
pub mod telegram;
#[cfg(feature = "threads")]
mod thread;
#[cfg(feature = "threads")]
pub mod threads;
#[cfg(feature = "tiktok")]
pub mod tiktok;
#[cfg(feature = "tumblr")]
pub mod tumblr;
#[cfg(any(feature = "mastodon", feature = "reddit", feature = "telegram", feature = "tumblr"))]
mod upload;
#[cfg(feature = "whapi")]
pub mod whapi;

pub use catalogue::catalogue;
pub use connect::{connect, connect_with, platforms, rules_of};
pub use connect_account::{connect_account, connect_account_with};
