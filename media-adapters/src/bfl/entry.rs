//! Black Forest Labs as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::Bfl;
use super::client::{API_KEY, URL};

/// `bfl/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("bfl", "Black Forest Labs: FLUX at its maker", [API_KEY, URL])
        .with_image(|settings, model| Ok(Bfl::from_settings(settings)?.image(model)))
        .with_endpoint(|settings| Ok(Bfl::from_settings(settings)?.endpoint))
        .recognizing(|exchange| (exchange.request.method == "POST").then_some(Operation::Image))
}
