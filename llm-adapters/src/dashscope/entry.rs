//! The regions as entries of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::client::{DashScope, Region};

impl Region {
    /// The region as an entry of a catalogue.
    #[must_use]
    pub fn entry(self) -> VendorEntry {
        let title = match self {
            Self::International => "Qwen on DashScope, native",
            Self::China => "Qwen on DashScope in China, native",
        };
        VendorEntry::new(self.vendor(), title, self.settings())
            .with_chat(move |settings, model| Ok(DashScope::from_settings(self, settings)?.chat(model)))
            .with_embed(move |settings, model| Ok(DashScope::from_settings(self, settings)?.embedder(model)))
            .with_models(move |settings, _| DashScope::from_settings(self, settings))
            .with_count(move |settings, model| Ok(DashScope::from_settings(self, settings)?.chat(model)))
            .with_endpoint(move |settings| Ok(DashScope::from_settings(self, settings)?.endpoint))
            .recognizing(recognized)
    }
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    let is_chat = ["text", "multimodal"].iter().any(|kind| path.contains(&format!("/aigc/{kind}-generation/")));
    if is_chat {
        return Some(Operation::Chat);
    }
    path.contains("/embeddings/text-embedding/").then_some(Operation::Embed)
}
