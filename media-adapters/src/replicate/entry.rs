//! Replicate as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::RecordedBody;

use super::Replicate;
use super::client::{API_TOKEN, URL};

/// `replicate/OWNER/NAME`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("replicate", "Replicate: models of many makers", [API_TOKEN, URL])
        .with_image(|settings, model| Ok(Replicate::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Replicate::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Replicate::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let path = exchange.path();
            let submits = exchange.request.method == "POST" && path.ends_with("/predictions");
            let video = ["video", "veo", "seedance", "kling"].iter().any(|word| path.contains(word));
            // A prediction by version does not say which model it is; videos have a length.
            let length = match &exchange.request.body {
                RecordedBody::Json(body) => body.pointer("/input/duration").is_some(),
                _ => false,
            };
            submits.then_some(if video || length { Operation::Video } else { Operation::Image })
        })
}
