//! The catalogue of this crate: one line per vendor or dialect.

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
    #[allow(unused_mut, reason = "a build without any vendor has nothing to add")]
    let mut all = Vec::new();
    #[cfg(feature = "openai")]
    all.extend(crate::openai_chat::Dialect::ALL.iter().map(|dialect| dialect.entry()));
    #[cfg(feature = "anthropic")]
    all.extend(crate::anthropic::Dialect::ALL.iter().map(|dialect| dialect.entry()));
    #[cfg(feature = "responses")]
    all.extend(crate::responses::Dialect::ALL.iter().map(|dialect| dialect.entry()));
    #[cfg(feature = "gemini")]
    all.extend([crate::gemini::entry::studio(), crate::gemini::entry::vertex()]);
    #[cfg(feature = "dashscope")]
    all.extend(crate::dashscope::Region::ALL.iter().copied().map(crate::dashscope::entry));
    #[cfg(feature = "ollama")]
    all.push(crate::ollama::entry::entry());
    #[cfg(feature = "tgi")]
    all.push(crate::tgi::entry::entry());
    #[cfg(feature = "template")]
    all.push(crate::template::entry::entry());
    all
}
