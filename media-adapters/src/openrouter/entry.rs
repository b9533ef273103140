//! OpenRouter as an entry of the catalogue.

use companies::openai::OPENROUTER;
use social_core::catalogue::{Operation, VendorEntry};

use super::OpenRouter;

/// `openrouter/MAKER/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("openrouter", "image models of many makers", OPENROUTER.settings())
        .with_image(|settings, model| Ok(OpenRouter::from_settings(settings)?.image(model)))
        .with_endpoint(|settings| Ok(OpenRouter::from_settings(settings)?.endpoint))
        // What was asked by a chat is read as one.
        .recognizing(|exchange| exchange.path().ends_with("/images").then_some(Operation::Image))
}
