//! Social-media platforms behind [`Publisher`](social_core::publish::Publisher).
//!
//! Each platform is a module and a feature of its own. [`connect`] opens one by its name with the
//! settings that the environment holds.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "forem", feature = "ghost", feature = "wordpress"))]
mod article;
#[cfg(any(feature = "facebook", feature = "instagram", feature = "threads", feature = "tiktok"))]
mod attempt;
#[cfg(any(feature = "discord", feature = "slack", feature = "telegram"))]
mod by_hand;
mod catalogue;
mod connect;
mod connect_account;
#[cfg(test)]
mod fake;
#[cfg(any(feature = "facebook", feature = "instagram", feature = "threads"))]
mod graph;
#[cfg(test)]
#[cfg(all(
    feature = "bluesky",
    feature = "discord",
    feature = "facebook",
    feature = "forem",
    feature = "ghost",
    feature = "google-business",
    feature = "instagram",
    feature = "lemmy",
    feature = "linkedin",
    feature = "make",
    feature = "mastodon",
    feature = "nostr",
    feature = "pinterest",
    feature = "reddit",
    feature = "slack",
    feature = "telegram",
    feature = "threads",
    feature = "tiktok",
    feature = "tumblr",
    feature = "whapi",
    feature = "wordpress",
    feature = "x",
    feature = "youtube",
))]
mod limits;
#[cfg(any(
    feature = "facebook",
    feature = "forem",
    feature = "ghost",
    feature = "google-business",
    feature = "instagram",
    feature = "lemmy",
    feature = "linkedin",
    feature = "nostr",
    feature = "pinterest",
    feature = "threads",
    feature = "wordpress",
    feature = "x",
    feature = "youtube"
))]
mod offered;
#[cfg(test)]
mod sample_mp4;
#[cfg(feature = "threads")]
mod thread;
#[cfg(any(
    feature = "ghost",
    feature = "lemmy",
    feature = "mastodon",
    feature = "pinterest",
    feature = "reddit",
    feature = "slack",
    feature = "telegram",
    feature = "tumblr",
    feature = "x"
))]
mod upload;

#[cfg(feature = "bluesky")]
pub mod bluesky;
#[cfg(feature = "discord")]
pub mod discord;
#[cfg(feature = "facebook")]
pub mod facebook;
#[cfg(feature = "forem")]
pub mod forem;
#[cfg(feature = "ghost")]
pub mod ghost;
#[cfg(feature = "google-business")]
pub mod google_business;
#[cfg(feature = "instagram")]
pub mod instagram;
#[cfg(feature = "lemmy")]
pub mod lemmy;
#[cfg(feature = "linkedin")]
pub mod linkedin;
#[cfg(feature = "make")]
pub mod make;
#[cfg(feature = "mastodon")]
pub mod mastodon;
#[cfg(feature = "nostr")]
pub mod nostr;
#[cfg(feature = "outbox")]
pub mod outbox;
#[cfg(feature = "pinterest")]
pub mod pinterest;
#[cfg(feature = "reddit")]
pub mod reddit;
pub mod sign_in;
#[cfg(feature = "slack")]
pub mod slack;
#[cfg(feature = "telegram")]
pub mod telegram;
#[cfg(feature = "threads")]
pub mod threads;
#[cfg(feature = "tiktok")]
pub mod tiktok;
#[cfg(feature = "tumblr")]
pub mod tumblr;
#[cfg(feature = "whapi")]
pub mod whapi;
#[cfg(feature = "wordpress")]
pub mod wordpress;
#[cfg(feature = "x")]
pub mod x;
#[cfg(feature = "youtube")]
pub mod youtube;

pub use catalogue::catalogue;
pub use connect::{connect, connect_with, platforms, rules_of};
pub use connect_account::{connect_account, connect_account_with};
