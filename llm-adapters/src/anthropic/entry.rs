//! A record as an entry of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;
use social_core::settings::Settings;

use super::client::Anthropic;
use super::dialect::{Dialect, Hosting};

impl Dialect {
    /// The vendor as an entry of a catalogue: [`register`](social_core::catalogue::register) it,
    /// and [`connect`](crate::connect) finds it by its name.
    #[must_use]
    pub fn entry(&self) -> VendorEntry {
        let open = || {
            let dialect = self.clone();
            move |settings: &dyn Settings| Anthropic::from_settings(dialect.clone(), settings)
        };
        let (chat, count, endpoint) = (open(), open(), self.clone());
        let entry = VendorEntry::new(self.service.vendor.clone(), self.service.title.clone(), self.settings())
            .with_chat(move |settings, model| Ok(chat(settings)?.chat(model)))
            .with_count(move |settings, model| Ok(count(settings)?.chat(model)))
            .with_endpoint(move |settings| endpoint.endpoint_from_settings(settings)?.build())
            .recognizing(recognized);
        let entry = match &*self.service.vendor {
            "zhipu-anthropic" => entry.recorded_as("zai").recorded_as("zhipu"),
            "vertex-anthropic" => entry.recorded_as("vertex"),
            vendor => match vendor.strip_suffix("-anthropic") {
                Some(company) => entry.recorded_as(company.to_owned()),
                None => entry,
            },
        };
        if self.hosting == Hosting::Vertex {
            return entry;
        }
        let models = open();
        let entry = if self.quirks.batches {
            let batches = open();
            entry.with_batch(move |settings, model| Ok(batches(settings)?.batches(model)))
        } else {
            entry
        };
        entry.with_models(move |settings, _| models(settings))
    }
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    if path.ends_with("/messages/count_tokens") || path.ends_with("/count-tokens:rawPredict") {
        return Some(Operation::Count);
    }
    if path.ends_with("/messages/batches") && exchange.request.method == "POST" {
        return Some(Operation::Batch);
    }
    // OpenAI's assistants have messages of another kind.
    if path.contains("awPredict") || (path.ends_with("/messages") && !path.contains("/threads/")) {
        return Some(Operation::Chat);
    }
    (exchange.request.method == "GET" && path.ends_with("/models")).then_some(Operation::Models)
}
