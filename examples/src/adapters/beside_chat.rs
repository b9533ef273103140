//! Lists of models and counts of tokens.

use std::future::Future;

use llm_adapters::{ListedModel, anthropic, openai_chat};
use serde_json::{Value, json};
use social_core::Result;
use social_core::chat::ChatRequest;
use social_core::http::Exchange;

use super::text::{self, compatible, gemini, of_recording, ollama, responses};
use super::{Adapter, Opened, path};
use crate::show;

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        operation: "models",
        knows: |vendor| anthropic::Dialect::named(vendor).is_some(),
        reads: is_list,
        open: |opening| {
            let client = text::anthropic(opening)?;
            Ok(models(async move { client.list_models().await }))
        },
    },
    Adapter {
        operation: "models",
        knows: |vendor| ["gemini", "vertex"].contains(&vendor),
        reads: is_list,
        open: |opening| {
            let client = gemini(opening)?;
            Ok(models(async move { client.list_models().await }))
        },
    },
    Adapter {
        operation: "models",
        knows: |vendor| vendor == "ollama",
        reads: |exchange| path(exchange).ends_with("/api/tags"),
        open: |opening| {
            let client = ollama(opening)?;
            Ok(models(async move { client.list_models().await }))
        },
    },
    Adapter {
        operation: "models",
        knows: |vendor| openai_chat::Dialect::named(of_recording(vendor)).is_some(),
        reads: is_list,
        open: |opening| {
            let client = compatible(opening)?;
            Ok(models(async move { client.list_models().await }))
        },
    },
    Adapter {
        operation: "count",
        knows: |vendor| anthropic::Dialect::named(vendor).is_some(),
        reads: |exchange| path(exchange).ends_with("/messages/count_tokens"),
        open: |opening| {
            let model = text::anthropic(opening)?.chat(opening.model)?;
            Ok(count(|request| async move { model.count_tokens(&request).await }))
        },
    },
    Adapter {
        operation: "count",
        knows: |vendor| ["gemini", "vertex"].contains(&vendor),
        reads: |exchange| path(exchange).ends_with(":countTokens"),
        open: |opening| {
            let model = gemini(opening)?.chat(opening.model)?;
            Ok(count(|request| async move { model.count_tokens(&request).await }))
        },
    },
    Adapter {
        operation: "count",
        knows: |vendor| llm_adapters::responses::Dialect::named(vendor).is_some(),
        reads: |exchange| path(exchange).ends_with("/responses/input_tokens"),
        open: |opening| {
            let model = responses(opening)?.chat(opening.model);
            Ok(count(|request| async move { model.count_tokens(&request).await }))
        },
    },
];

fn is_list(exchange: &Exchange) -> bool {
    exchange.request.method == "GET" && path(exchange).ends_with("/models")
}

fn models(list: impl Future<Output = Result<Vec<ListedModel>>> + Send + 'static) -> Opened {
    Opened::Beside(Box::new(|_| Box::pin(async { Ok(json!({"models": show::value(&list.await?)?})) })))
}

fn count<F: Future<Output = Result<u64>> + Send>(count: impl FnOnce(ChatRequest) -> F + Send + 'static) -> Opened {
    let tokens = |tokens: u64| -> Value { json!({"tokens": tokens}) };
    Opened::Beside(Box::new(move |request| Box::pin(async move { count(request).await.map(tokens) })))
}
