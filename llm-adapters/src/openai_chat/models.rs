//! The list of models.

use async_trait::async_trait;
use serde::Deserialize;
use social_core::http::Endpoint;
use social_core::models::{ListedModel, ModelLister};
use social_core::{Error, Result};

use super::Compatible;
use crate::shared::in_place::Number;

#[derive(Deserialize)]
struct List {
    data: Vec<Item>,
}

/// Vendors have a word each for the same, and some send two of them.
#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    name: Option<String>,
    /// OpenRouter, Groq.
    #[serde(default)]
    context_length: Number,
    /// Groq.
    #[serde(default)]
    context_window: Number,
    /// vLLM.
    #[serde(default)]
    max_model_len: Number,
    /// Mistral.
    #[serde(default)]
    max_context_length: Number,
    /// Groq.
    #[serde(default)]
    max_completion_tokens: Number,
    /// OpenRouter.
    #[serde(default)]
    top_provider: Option<TopProvider>,
    /// OpenAI, as a date.
    #[serde(default)]
    shutdown_date: Option<String>,
    /// OpenRouter.
    #[serde(default)]
    expiration_date: Option<String>,
}

#[derive(Deserialize)]
struct TopProvider {
    #[serde(default)]
    max_completion_tokens: Number,
}

#[async_trait]
impl ModelLister for Compatible {
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        if !self.dialect.quirks.model_list {
            let error = Error::unsupported("list_models", "this vendor has no list");
            return Err(error.with_vendor(self.endpoint.vendor()));
        }
        list(&self.endpoint).await
    }
}

/// Reads `models`, which a vendor's Responses dialect has, too.
pub(crate) async fn list(endpoint: &Endpoint) -> Result<Vec<ListedModel>> {
    let reply = endpoint.get("models")?.operation("list_models").send().await?;
    let list: List = reply.json()?;
    let models = list.data.into_iter().map(|item| {
        let mut model = ListedModel::new(item.id);
        model.name = item.name;
        model.ends = item.shutdown_date.or(item.expiration_date).and_then(|date| date.parse().ok());
        let windows = [item.context_length, item.context_window, item.max_model_len, item.max_context_length];
        model.input_tokens = windows.into_iter().find_map(Number::count);
        let answers = [Some(item.max_completion_tokens), item.top_provider.map(|top| top.max_completion_tokens)];
        model.output_tokens = answers.into_iter().flatten().find_map(Number::count);
        model
    });
    Ok(models.collect())
}
