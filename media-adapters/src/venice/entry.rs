//! Venice as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{VENICE, Venice};

/// `venice/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("venice", "Venice's image models", VENICE.settings())
        .with_image(|settings, model| Ok(Venice::from_settings(settings)?.image(model)))
        .with_endpoint(|settings| Ok(Venice::from_settings(settings)?.endpoint))
        .recognizing(|exchange| exchange.path().ends_with("/image/generate").then_some(Operation::Image))
}
