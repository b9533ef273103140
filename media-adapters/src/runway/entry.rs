//! Runway as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::{API_SECRET, API_VERSION, Runway, URL};

/// `runway/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("runway", "Runway and the models that it serves", [API_SECRET, API_VERSION, URL])
        .with_image(|settings, model| Ok(Runway::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Runway::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Runway::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    match exchange.path().rsplit('/').next() {
        Some("text_to_video" | "image_to_video") => Some(Operation::Video),
        Some("text_to_image") => Some(Operation::Image),
        _ => None,
    }
}
