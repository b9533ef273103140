//! Claid as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{API_KEY, Claid, URL};

/// `claid/edit` and `claid/edit-async`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("claid", "Claid: better photos", [API_KEY, URL])
        .with_enhance(|settings, model| Ok(Claid::from_settings(settings)?.enhancer(model)))
        .with_endpoint(|settings| Ok(Claid::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let edits = exchange.request.method == "POST" && exchange.path().contains("/image/edit");
            edits.then_some(Operation::Enhance)
        })
}
