//! Leonardo as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::RecordedBody;

use super::Leonardo;
use super::client::{API_KEY, URL};

/// `leonardo/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("leonardo", "Leonardo, both of its APIs", [API_KEY, URL])
        .with_image(|settings, model| Ok(Leonardo::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Leonardo::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Leonardo::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let path = exchange.path();
            let submits = exchange.request.method == "POST" && path.contains("/generations");
            let length = match &exchange.request.body {
                RecordedBody::Json(body) => body.pointer("/parameters/duration").is_some(),
                _ => false,
            };
            submits.then_some(if path.ends_with("-to-video") || length { Operation::Video } else { Operation::Image })
        })
}
