//! The catalogue of this crate: one line per vendor.

use std::sync::LazyLock;

use social_core::catalogue::{Catalogue, VendorEntry};

/// The vendors of this crate, with those that were [registered](social_core::catalogue::register):
/// their settings, what they offer, and how it is opened.
#[must_use]
pub fn catalogue() -> &'static Catalogue<VendorEntry> {
    static CATALOGUE: LazyLock<Catalogue<VendorEntry>> = LazyLock::new(|| entries().into_iter().collect());
    &CATALOGUE
}

fn entries() -> Vec<VendorEntry> {
    vec![
        #[cfg(feature = "gemini")]
        crate::gemini::entry::studio(),
        #[cfg(feature = "gemini")]
        crate::gemini::entry::vertex(),
        #[cfg(feature = "kling")]
        crate::kling::entry::entry(),
        #[cfg(feature = "creatomate")]
        crate::creatomate::entry::entry(),
        #[cfg(feature = "shotstack")]
        crate::shotstack::entry::entry(),
        #[cfg(feature = "local")]
        crate::local::entry(),
        #[cfg(feature = "http-put")]
        crate::http_put::entry(),
    ]
}
