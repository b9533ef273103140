//! The server as an entry of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::client::{Ollama, SETTINGS};

/// `ollama/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("ollama", "Ollama, native", SETTINGS.iter().cloned())
        .with_chat(|settings, model| Ok(Ollama::from_settings(settings)?.chat(model)))
        .with_embed(|settings, model| Ok(Ollama::from_settings(settings)?.embedder(model)))
        .with_models(|settings, _| Ollama::from_settings(settings))
        .with_endpoint(|settings| Ok(Ollama::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    match exchange.path() {
        path if path.ends_with("/api/chat") => Some(Operation::Chat),
        path if path.ends_with("/api/embed") => Some(Operation::Embed),
        path if path.ends_with("/api/tags") => Some(Operation::Models),
        _ => None,
    }
}
