//! OpenAI as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::{API_KEY, OpenAi, URL};

/// `openai/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("openai", "OpenAI's voices", [API_KEY, URL])
        .with_speech(|settings, model| Ok(OpenAi::from_settings(settings)?.speech(model)))
        .with_endpoint(|settings| Ok(OpenAi::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    exchange.path().ends_with("/audio/speech").then_some(Operation::Speech)
}
