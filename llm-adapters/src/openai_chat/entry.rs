//! A record as an entry of a catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;
use social_core::settings::Settings;

use super::client::Compatible;
use super::dialect::{Batches, Dialect, Moderations, TokenCount};

impl Dialect {
    /// The vendor as an entry of a catalogue: [`register`](social_core::catalogue::register) it,
    /// and [`connect`](crate::connect) finds it by its name.
    ///
    /// ```
    /// use llm_adapters::openai_chat::Dialect;
    ///
    /// # fn main() -> social_core::Result<()> {
    /// social_core::catalogue::register(Dialect::at("kitchen", "http://10.0.0.7:8000/v1").entry())?;
    /// let model = llm_adapters::connect("kitchen/qwen3-8b")?;
    /// assert_eq!(model.address().to_string(), "kitchen/qwen3-8b");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn entry(&self) -> VendorEntry {
        let open = || {
            let dialect = self.clone();
            move |settings: &dyn Settings| Compatible::from_settings(dialect.clone(), settings)
        };
        let (chat, endpoint) = (open(), self.clone());
        let mut entry = VendorEntry::new(self.service.vendor.clone(), self.service.title.clone(), self.settings())
            .with_chat(move |settings, model| Ok(chat(settings)?.chat(model)))
            .with_endpoint(move |settings| endpoint.endpoint_from_settings(settings)?.build())
            .recognizing(recognized);
        entry.recorded_names = recorded_names(&self.service.vendor).iter().map(|&name| name.into()).collect();
        if self.quirks.embeddings {
            let open = open();
            entry = entry.with_embed(move |settings, model| Ok(open(settings)?.embedder(model)));
        }
        if self.quirks.moderations != Moderations::Unsupported {
            let open = open();
            entry = entry.with_moderate(move |settings, model| Ok(open(settings)?.moderator(model)));
        }
        if self.quirks.batches != Batches::Unsupported {
            let open = open();
            entry = entry.with_batch(move |settings, model| Ok(open(settings)?.batches(model)));
        }
        if self.quirks.model_list {
            let open = open();
            entry = entry.with_models(move |settings, _| open(settings));
        }
        if self.quirks.token_count != TokenCount::Unsupported {
            let open = open();
            entry = entry.with_count(move |settings, model| Ok(open(settings)?.chat(model)));
        }
        entry
    }
}

/// Recordings name the company where addresses name the dialect.
fn recorded_names(vendor: &str) -> &'static [&'static str] {
    match vendor {
        "qwen" => &["dashscope"],
        "tgi" => &["hf-tgi"],
        "ollama-openai" => &["ollama"],
        "zhipu" => &["zai"],
        _ => &[],
    }
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    let last = path.rsplit('/').next().unwrap_or_default();
    match last {
        "completions" if path.ends_with("/chat/completions") => Some(Operation::Chat),
        "embeddings" => Some(Operation::Embed),
        "moderations" if !path.contains("/chat/") => Some(Operation::Moderate),
        "batches" | "jobs" if exchange.request.method == "POST" => Some(Operation::Batch),
        "models" if exchange.request.method == "GET" => Some(Operation::Models),
        "tokenize" | "chat_tokenize" | "tokenizer" | "tokenize-text" => Some(Operation::Count),
        _ => None,
    }
}
