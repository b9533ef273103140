//! The server as an entry of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::client::{SETTINGS, Tgi};

/// `tgi-generate/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("tgi-generate", "Text Generation Inference, native", SETTINGS.iter().cloned())
        .with_chat(|settings, model| Ok(Tgi::from_settings(settings)?.chat(model)))
        .with_models(|settings, _| Tgi::from_settings(settings))
        .with_count(|settings, model| Ok(Tgi::from_settings(settings)?.chat(model)))
        .with_endpoint(|settings| Ok(Tgi::from_settings(settings)?.endpoint))
        .recorded_as("hf-tgi")
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    match exchange.path() {
        "/generate" | "/generate_stream" => Some(Operation::Chat),
        _ => None,
    }
}
