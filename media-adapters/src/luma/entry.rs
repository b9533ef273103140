//! Luma as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::Luma;
use super::client::{API_KEY, URL};

/// `luma/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("luma", "Luma: Photon and Ray", [API_KEY, URL])
        .with_image(|settings, model| Ok(Luma::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Luma::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Luma::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let image = exchange.path().ends_with("/image");
            let submits = exchange.request.method == "POST";
            submits.then_some(if image { Operation::Image } else { Operation::Video })
        })
}
