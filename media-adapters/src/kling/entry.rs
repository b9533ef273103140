//! Kling as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{ACCESS_KEY, API_KEY, Kling, SECRET_KEY, URL};

/// `kling/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("kling", "Kling, both of its APIs", [API_KEY, URL])
        .or_settings([ACCESS_KEY, SECRET_KEY])
        .with_video(|settings, model| Ok(Kling::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Kling::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let videos = ["2video", "-to-video/"].iter().any(|word| exchange.path().contains(word));
            (exchange.request.method == "POST" && videos).then_some(Operation::Video)
        })
}
