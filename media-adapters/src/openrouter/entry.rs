//! OpenRouter as an entry of the catalogue.

use companies::openai::OPENROUTER;
use social_core::catalogue::{Operation, VendorEntry};

use super::OpenRouter;

/// `openrouter/MAKER/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("openrouter", "image and video models of many makers", OPENROUTER.settings())
        .with_image(|settings, model| Ok(OpenRouter::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(OpenRouter::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(OpenRouter::from_settings(settings)?.endpoint))
        // What was asked by a chat is read as one.
        .recognizing(|exchange| match exchange.path() {
            path if path.ends_with("/images") => Some(Operation::Image),
            path if path.contains("/v1/videos") => Some(Operation::Video),
            _ => None,
        })
}
