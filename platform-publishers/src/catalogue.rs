//! The catalogue of this crate: one line per platform.

use std::sync::LazyLock;

use social_core::catalogue::{Catalogue, PlatformEntry};

/// The platforms of this crate, with those that were
/// [registered](social_core::catalogue::register_platform): their settings, what they take, and how
/// an account is opened.
#[must_use]
pub fn catalogue() -> &'static Catalogue<PlatformEntry> {
    static CATALOGUE: LazyLock<Catalogue<PlatformEntry>> = LazyLock::new(|| entries().into_iter().collect());
    &CATALOGUE
}

fn entries() -> Vec<PlatformEntry> {
    vec![
        #[cfg(feature = "bluesky")]
        crate::bluesky::entry(),
        #[cfg(feature = "facebook")]
        crate::facebook::entry(),
        #[cfg(feature = "instagram")]
        crate::instagram::entry(),
        #[cfg(feature = "make")]
        crate::make::entry(),
        #[cfg(feature = "threads")]
        crate::threads::entry(),
        #[cfg(feature = "mastodon")]
        crate::mastodon::entry(),
        #[cfg(feature = "telegram")]
        crate::telegram::entry(),
        #[cfg(feature = "lemmy")]
        crate::lemmy::entry(),
        #[cfg(feature = "x")]
        crate::x::entry(),
    ]
}
