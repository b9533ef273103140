//! A record as an entry of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;
use social_core::settings::Settings;

use super::client::Responses;
use super::dialect::Dialect;

impl Dialect {
    /// The vendor as an entry of a catalogue: [`register`](social_core::catalogue::register) it,
    /// and [`connect`](crate::connect) finds it by its name.
    #[must_use]
    pub fn entry(&self) -> VendorEntry {
        let open = || {
            let dialect = self.clone();
            move |settings: &dyn Settings| Responses::from_settings(dialect.clone(), settings)
        };
        let (chat, models, count, endpoint) = (open(), open(), open(), self.clone());
        let mut entry = VendorEntry::new(self.service.vendor.clone(), self.service.title.clone(), self.settings())
            .with_chat(move |settings, model| Ok(chat(settings)?.chat(model)))
            .with_models(move |settings, _| models(settings))
            .with_endpoint(move |settings| endpoint.endpoint_from_settings(settings)?.build())
            .recognizing(recognized);
        if self.quirks.token_count {
            entry = entry.with_count(move |settings, model| Ok(count(settings)?.chat(model)));
        }
        if self.quirks.batches {
            let open = open();
            entry = entry.with_batch(move |settings, model| Ok(open(settings)?.batches(model)));
        }
        match self.service.vendor.strip_suffix("-responses") {
            Some(company) => entry.recorded_as(company.to_owned()),
            None => entry,
        }
    }
}

/// Only what the vendor's other dialect does not have.
fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    if path.ends_with("/responses/input_tokens") {
        return Some(Operation::Count);
    }
    path.split('/').any(|segment| segment == "responses").then_some(Operation::Chat)
}
