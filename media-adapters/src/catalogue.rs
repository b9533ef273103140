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
    #[cfg(feature = "object-store")]
    let [s3, gcs, azure] = crate::buckets::entry::entries();
    vec![
        #[cfg(feature = "ark")]
        crate::ark::entry::entry(),
        #[cfg(feature = "bfl")]
        crate::bfl::entry::entry(),
        #[cfg(feature = "claid")]
        crate::claid::entry::entry(),
        #[cfg(feature = "cloudinary")]
        crate::cloudinary::entry::entry(),
        #[cfg(feature = "creatomate")]
        crate::creatomate::entry::entry(),
        #[cfg(feature = "dashscope")]
        crate::dashscope::entry::entry(crate::dashscope::Region::International),
        #[cfg(feature = "dashscope")]
        crate::dashscope::entry::entry(crate::dashscope::Region::China),
        #[cfg(feature = "elevenlabs")]
        crate::elevenlabs::entry::entry(),
        #[cfg(feature = "fal")]
        crate::fal::entry::entry(),
        #[cfg(feature = "folder")]
        crate::folder::entry(),
        #[cfg(feature = "gemini")]
        crate::gemini::entry::studio(),
        #[cfg(feature = "gemini")]
        crate::gemini::entry::vertex(),
        #[cfg(feature = "http-put")]
        crate::http_put::entry(),
        #[cfg(feature = "kling")]
        crate::kling::entry::entry(),
        #[cfg(feature = "leonardo")]
        crate::leonardo::entry::entry(),
        #[cfg(feature = "luma")]
        crate::luma::entry::entry(),
        #[cfg(feature = "minimax")]
        crate::minimax::Region::International.entry(),
        #[cfg(feature = "minimax")]
        crate::minimax::Region::China.entry(),
        #[cfg(feature = "openai")]
        crate::openai::entry::entry(),
        #[cfg(feature = "openrouter")]
        crate::openrouter::entry::entry(),
        #[cfg(feature = "replicate")]
        crate::replicate::entry::entry(),
        #[cfg(feature = "runway")]
        crate::runway::entry::entry(),
        #[cfg(feature = "shotstack")]
        crate::shotstack::entry::entry(),
        #[cfg(feature = "venice")]
        crate::venice::entry::entry(),
        #[cfg(feature = "wavespeed")]
        crate::wavespeed::entry::entry(),
        #[cfg(feature = "xai")]
        crate::xai::entry::entry(),
        #[cfg(feature = "local")]
        crate::local::entry(),
        #[cfg(feature = "object-store")]
        s3,
        #[cfg(feature = "object-store")]
        gcs,
        #[cfg(feature = "object-store")]
        azure,
    ]
}
