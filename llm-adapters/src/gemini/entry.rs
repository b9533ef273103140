//! AI Studio and Vertex AI as entries of a catalogue.

use companies::google::GoogleApi;
use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::client::{Gemini, Vertex};

/// AI Studio: `gemini/MODEL`.
pub(crate) fn studio() -> VendorEntry {
    VendorEntry::new("gemini", "Gemini in AI Studio", GoogleApi::AiStudio.settings())
        .with_chat(|settings, model| Ok(Gemini::from_settings(settings)?.chat(model)))
        .with_embed(|settings, model| Ok(Gemini::from_settings(settings)?.embedder(model)))
        .with_batch(|settings, model| Ok(Gemini::from_settings(settings)?.batches(model)))
        .with_models(|settings, _| Gemini::from_settings(settings))
        .with_count(|settings, model| Ok(Gemini::from_settings(settings)?.chat(model)))
        .with_endpoint(|settings| GoogleApi::AiStudio.endpoint_from_settings(settings)?.build())
        .recognizing(recognized)
}

/// Vertex AI: `vertex/MODEL`.
pub(crate) fn vertex() -> VendorEntry {
    VendorEntry::new("vertex", "Gemini on Vertex AI", GoogleApi::Vertex.settings())
        .with_chat(|settings, model| Ok(Vertex::from_settings(settings)?.chat(model)))
        .with_embed(|settings, model| Ok(Vertex::from_settings(settings)?.embedder(model)))
        .with_count(|settings, model| Ok(Vertex::from_settings(settings)?.chat(model)))
        .with_endpoint(|settings| GoogleApi::Vertex.endpoint_from_settings(settings)?.build())
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    if path.ends_with(":countTokens") {
        return Some(Operation::Count);
    }
    if path.ends_with(":batchGenerateContent") {
        return Some(Operation::Batch);
    }
    if path.contains("enerateContent") {
        return Some(Operation::Chat);
    }
    // Images are predicted, too.
    let predicts = path.ends_with(":predict") && path.contains("embedding");
    if predicts || path.contains("mbedContent") {
        return Some(Operation::Embed);
    }
    (exchange.request.method == "GET" && path.ends_with("/models")).then_some(Operation::Models)
}
