//! Social-media platforms behind [`Publisher`](social_core::publish::Publisher).
//!
//! Each platform is a module and a feature of its own. [`connect`] opens one by its name with the
//! settings that the environment holds.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// A Forem takes Markdown.
#[cfg(any(feature = "forem", feature = "ghost", feature = "wordpress"))]
#[cfg_attr(not(any(feature = "ghost", feature = "wordpress")), expect(dead_code))]
mod article;
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
#[cfg(feature = "forem")]
#[cfg(feature = "ghost")]
#[cfg(feature = "instagram")]
#[cfg(feature = "make")]
#[cfg(feature = "mastodon")]
#[cfg(feature = "telegram")]
#[cfg(feature = "threads")]
#[cfg(feature = "wordpress")]
#[cfg(feature = "youtube")]
mod limits;

#[cfg(feature = "bluesky")]
pub mod bluesky;
#[cfg(feature = "facebook")]
pub mod facebook;
#[cfg(feature = "forem")]
pub mod forem;
#[cfg(feature = "ghost")]
pub mod ghost;
#[cfg(feature = "instagram")]
pub mod instagram;
#[cfg(feature = "make")]
pub mod make;
#[cfg(feature = "mastodon")]
pub mod mastodon;
#[cfg(any(
    feature = "facebook",
    feature = "forem",
    feature = "ghost",
    feature = "instagram",
    feature = "threads",
    feature = "wordpress",
    feature = "youtube"
))]
mod offered;
#[cfg(feature = "outbox")]
pub mod outbox;
pub mod sign_in;
#[cfg(feature = "telegram")]
pub mod telegram;
#[cfg(feature = "threads")]
mod thread;
#[cfg(feature = "threads")]
pub mod threads;
#[cfg(any(feature = "ghost", feature = "mastodon", feature = "telegram"))]
mod upload;
#[cfg(feature = "wordpress")]
pub mod wordpress;
#[cfg(feature = "youtube")]
pub mod youtube;

pub use catalogue::catalogue;
pub use connect::{connect, connect_with, platforms, rules_of};
pub use connect_account::{connect_account, connect_account_with};
