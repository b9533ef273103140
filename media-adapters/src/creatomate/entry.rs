//! Creatomate as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{API_KEY, Creatomate, URL, WEBHOOK_URL};

/// `creatomate/v2` or `creatomate/v1`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("creatomate", "Creatomate: videos from tracks or templates", [API_KEY, WEBHOOK_URL, URL])
        .with_render(|settings, version| Creatomate::from_settings(settings)?.renderer(version))
        .with_endpoint(|settings| Ok(Creatomate::from_settings(settings)?.endpoint))
        .recognizing(|exchange| {
            let renders = exchange.request.method == "POST" && exchange.path().ends_with("/renders");
            renders.then_some(Operation::Render)
        })
}
