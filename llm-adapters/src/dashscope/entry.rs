//! The regions as entries of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::{DashScope, Region};

/// The region as an entry of a catalogue.
#[must_use]
pub fn entry(region: Region) -> VendorEntry {
    let title = match region {
        Region::China => "Qwen on DashScope in China, native",
        _ => "Qwen on DashScope, native",
    };
    VendorEntry::new(region.vendor(), title, region.settings())
        .with_chat(move |settings, model| Ok(DashScope::from_settings(region, settings)?.chat(model)))
        .with_embed(move |settings, model| Ok(DashScope::from_settings(region, settings)?.embedder(model)))
        .with_models(move |settings, _| DashScope::from_settings(region, settings))
        .with_count(move |settings, model| Ok(DashScope::from_settings(region, settings)?.chat(model)))
        .with_endpoint(move |settings| Ok(DashScope::from_settings(region, settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    let is_chat = ["text", "multimodal"].iter().any(|kind| path.contains(&format!("/aigc/{kind}-generation/")));
    if is_chat {
        return Some(Operation::Chat);
    }
    path.contains("/embeddings/text-embedding/").then_some(Operation::Embed)
}
