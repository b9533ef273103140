//! Shotstack as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{API_KEY, CALLBACK_URL, Shotstack, URL};

/// `shotstack/STAGE`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("shotstack", "Shotstack: videos from tracks or templates", [API_KEY, CALLBACK_URL, URL])
        .with_render(|settings, stage| Ok(Shotstack::from_settings(settings)?.renderer(stage)))
        .with_endpoint(|settings| Ok(Shotstack::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let renders = exchange.request.method == "POST" && exchange.path().ends_with("/render");
            renders.then_some(Operation::Render)
        })
}
