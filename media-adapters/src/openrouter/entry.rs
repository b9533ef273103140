//! OpenRouter as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{API_KEY, OpenRouter, URL};

/// `openrouter/MAKER/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("openrouter", "the models of many makers", [API_KEY, URL])
        .with_video(|settings, model| Ok(OpenRouter::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(OpenRouter::from_settings(settings)?.endpoint))
        .recognizing(|exchange| exchange.path().contains("/v1/videos").then_some(Operation::Video))
}
