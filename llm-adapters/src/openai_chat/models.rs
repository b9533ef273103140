use serde::Deserialize;
use social_core::http::Endpoint;
use social_core::{Error, Result};

use super::Compatible;
use crate::ListedModel;

#[derive(Deserialize)]
struct List {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    name: Option<String>,
    /// OpenRouter, vLLM, Mistral and Groq have a word each.
    #[serde(default, alias = "max_model_len", alias = "max_context_length", alias = "context_window")]
    context_length: Option<u64>,
    /// Groq.
    #[serde(default)]
    max_completion_tokens: Option<u64>,
    /// OpenRouter.
    #[serde(default)]
    top_provider: Option<TopProvider>,
    /// OpenAI, as a date; OpenRouter has another word for it.
    #[serde(default, alias = "expiration_date")]
    shutdown_date: Option<String>,
}

#[derive(Deserialize)]
struct TopProvider {
    #[serde(default)]
    max_completion_tokens: Option<u64>,
}

impl Compatible {
    /// The models that the vendor lists for this key, in the vendor's order.
    ///
    /// # Errors
    /// [`Unsupported`](social_core::ErrorKind::Unsupported) for a vendor without a list; the kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        if !self.dialect.quirks.model_list {
            let error = Error::unsupported("list_models", "this vendor lists none");
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
        model.ends = item.shutdown_date.and_then(|date| date.parse().ok());
        model.input_tokens = item.context_length;
        model.output_tokens =
            item.max_completion_tokens.or_else(|| item.top_provider.and_then(|top| top.max_completion_tokens));
        model
    });
    Ok(models.collect())
}
