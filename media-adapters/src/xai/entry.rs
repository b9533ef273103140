//! xAI as an entry of the catalogue.

use companies::openai::XAI;
use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::Xai;

/// `xai/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("xai", "xAI's image models, Grok Imagine", XAI.settings())
        .with_image(|settings, model| Ok(Xai::from_settings(settings)?.image(model)))
        .with_endpoint(|settings| Ok(Xai::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    ["/images/generations", "/images/edits"].iter().any(|end| path.ends_with(end)).then_some(Operation::Image)
}
