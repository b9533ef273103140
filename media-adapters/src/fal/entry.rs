//! fal as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::Fal;
use super::client::{API_KEY, URL};

/// `fal/PATH`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("fal", "fal: models of many makers, through its queue", [API_KEY, URL])
        .with_image(|settings, model| Ok(Fal::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Fal::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Fal::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let video = ["video", "veo", "seedance"].iter().any(|word| exchange.path().contains(word));
            let submits = exchange.request.method == "POST";
            submits.then_some(if video { Operation::Video } else { Operation::Image })
        })
}
