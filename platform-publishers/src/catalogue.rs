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
        #[cfg(feature = "discord")]
        crate::discord::entry(),
        #[cfg(feature = "facebook")]
        crate::facebook::entry(),
        #[cfg(feature = "google-business")]
        crate::google_business::entry(),
        #[cfg(feature = "instagram")]
        crate::instagram::entry(),
        #[cfg(feature = "linkedin")]
        crate::linkedin::entry(),
        #[cfg(feature = "make")]
        crate::make::entry(),
        #[cfg(feature = "pinterest")]
        crate::pinterest::entry(),
        #[cfg(feature = "threads")]
        crate::threads::entry(),
        #[cfg(feature = "mastodon")]
        crate::mastodon::entry(),
        #[cfg(feature = "nostr")]
        crate::nostr::entry(),
        #[cfg(feature = "slack")]
        crate::slack::entry(),
        #[cfg(feature = "telegram")]
        crate::telegram::entry(),
        #[cfg(feature = "tiktok")]
        crate::tiktok::entry(),
        #[cfg(feature = "whapi")]
        crate::whapi::entry(),
        #[cfg(feature = "forem")]
        crate::forem::entry(),
        #[cfg(feature = "ghost")]
        crate::ghost::entry(),
        #[cfg(feature = "wordpress")]
        crate::wordpress::entry(),
        #[cfg(feature = "youtube")]
        crate::youtube::entry(),
        #[cfg(feature = "lemmy")]
        crate::lemmy::entry(),
        #[cfg(feature = "x")]
        crate::x::entry(),
        #[cfg(feature = "reddit")]
        crate::reddit::entry(),
        #[cfg(feature = "tumblr")]
        crate::tumblr::entry(),
    ]
}

#[cfg(test)]
mod tests {
    //! Stands on nothing but the catalogue.

    use super::*;

    #[test]
    fn every_placement_of_every_platform_was_tried() {
        let rows = entries()
            .into_iter()
            .flat_map(|entry| entry.rules)
            .map(|rules| format!("| `{}` | {} | ", rules.platform, rules.placement));
        let missing: Vec<_> = rows.filter(|row| !crate::fake::FAULTS.contains(row)).collect();
        assert!(missing.is_empty(), "FAULTS.md lacks\n{}", missing.join("\n"));
    }
}
