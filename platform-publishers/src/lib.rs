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
#[cfg(feature = "google-business")]
#[cfg(feature = "instagram")]
#[cfg(feature = "linkedin")]
#[cfg(feature = "make")]
#[cfg(feature = "mastodon")]
#[cfg(feature = "pinterest")]
#[cfg(feature = "telegram")]
#[cfg(feature = "threads")]
mod limits;
#[cfg(any(
    feature = "facebook",
    feature = "google-business",
    feature = "instagram",
    feature = "linkedin",
    feature = "pinterest",
    feature = "threads"
))]
mod offered;

#[cfg(feature = "bluesky")]
pub mod bluesky;
#[cfg(feature = "facebook")]
pub mod facebook;
#[cfg(feature = "google-business")]
pub mod google_business;
#[cfg(feature = "instagram")]
pub mod instagram;
#[cfg(feature = "linkedin")]
pub mod linkedin;
#[cfg(feature = "make")]
pub mod make;
#[cfg(feature = "mastodon")]
pub mod mastodon;
#[cfg(feature = "outbox")]
pub mod outbox;
#[cfg(feature = "pinterest")]
pub mod pinterest;
pub mod sign_in;
#[cfg(feature = "telegram")]
pub mod telegram;
#[cfg(feature = "threads")]
mod thread;
#[cfg(feature = "threads")]
pub mod threads;
#[cfg(any(feature = "mastodon", feature = "pinterest", feature = "telegram"))]
mod upload;

pub use catalogue::catalogue;
pub use connect::{connect, connect_with, platforms, rules_of};
pub use connect_account::{connect_account, connect_account_with};
