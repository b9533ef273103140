//! WaveSpeed as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::Wavespeed;
use super::client::{API_KEY, URL};

/// `wavespeed/PATH`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("wavespeed", "WaveSpeed: models of many makers, by their path", [API_KEY, URL])
        .with_image(|settings, model| Ok(Wavespeed::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Wavespeed::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Wavespeed::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let path = exchange.path();
            let submits = exchange.request.method == "POST" && !path.ends_with("/media/uploads");
            let video = ["video", "i2v", "t2v", "seedance", "kling", "veo"].iter().any(|word| path.contains(word));
            submits.then_some(if video { Operation::Video } else { Operation::Image })
        })
}
