//! How platforms sign people in, as data: addresses, deviations, scopes by purpose.
//!
//! [`sign_ins`] lists them. A record is there also where this crate has no publisher yet: an
//! account can be connected, kept, renewed and asked about all the same. Bluesky's and Instagram's
//! own are in their rooms.
//!
//! What has to be created in each platform's developer console, what ends a token, and what cannot
//! be done is said at each record.

mod discord;
mod google;
mod identify;
mod linkedin;
mod mastodon;
mod meta;
mod meta_token;
mod pages;
mod pinterest;
mod reddit;
mod slack;
mod tiktok;
mod tumblr;
mod wordpress;
mod x;

#[cfg(test)]
mod tests;

use social_core::auth::SignIn;

pub use discord::DISCORD;
pub use google::{GOOGLE_BUSINESS, YOUTUBE};
pub use identify::identify;
pub use linkedin::LINKEDIN;
pub use mastodon::{MASTODON, register_mastodon};
pub use meta::{FACEBOOK, INSTAGRAM, INSTAGRAM_FACEBOOK, THREADS};
pub use meta_token::{MetaToken, meta_token};
#[cfg(feature = "facebook")]
pub(crate) use meta_token::{debug, readiness};
pub use pages::{MetaAdAccount, MetaPage, MetaPages, meta_ad_accounts, meta_pages};
pub use pinterest::PINTEREST;
pub use reddit::REDDIT;
pub use slack::SLACK;
pub use tiktok::TIKTOK;
pub use tumblr::TUMBLR;
pub use wordpress::WORDPRESS;
pub use x::X;

/// All records that are constants. Bluesky's addresses are found out for each account.
#[must_use]
pub const fn sign_ins() -> &'static [&'static SignIn] {
    &[
        &FACEBOOK,
        &INSTAGRAM,
        &INSTAGRAM_FACEBOOK,
        &THREADS,
        &YOUTUBE,
        &GOOGLE_BUSINESS,
        &TIKTOK,
        &X,
        &LINKEDIN,
        &PINTEREST,
        &MASTODON,
        &REDDIT,
        &TUMBLR,
        &DISCORD,
        &SLACK,
        &WORDPRESS,
    ]
}
