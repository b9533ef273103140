//! OpenAI as an entry of the catalogue.

use companies::openai::OPENAI;
use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::OpenAi;

/// `openai/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("openai", "OpenAI's image models and voices", OPENAI.settings())
        .with_image(|settings, model| Ok(OpenAi::from_settings(settings)?.image(model)))
        .with_speech(|settings, model| Ok(OpenAi::from_settings(settings)?.speech(model)))
        .with_endpoint(|settings| Ok(OpenAi::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    match path.ends_with("/audio/speech") {
        true => Some(Operation::Speech),
        false => {
            ["/images/generations", "/images/edits"].iter().any(|end| path.ends_with(end)).then_some(Operation::Image)
        }
    }
}
