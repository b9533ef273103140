//! The list of models.

use async_trait::async_trait;
use serde::Deserialize;
use social_core::Result;
use social_core::models::{ListedModel, ModelLister};

use super::client::Gemini;

/// More than the vendor has; a list that never ends is not believed.
const PAGES: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// Needed: an answer without it is no empty list.
    models: Vec<Item>,
    #[serde(default)]
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    input_token_limit: Option<u64>,
    #[serde(default)]
    output_token_limit: Option<u64>,
}

#[async_trait]
impl ModelLister for Gemini {
    /// The models of AI Studio for this key, those for images and embeddings among them. Vertex AI
    /// has no list.
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let endpoint = &self.0.endpoint;
        let mut models = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let mut call = endpoint.get("models")?.operation("list_models").query("pageSize", "1000");
            if let Some(token) = &token {
                call = call.query("pageToken", token);
            }
            let page: Page = call.send().await?.json()?;
            models.extend(page.models.into_iter().map(|item| {
                let id = item.name.strip_prefix("models/").map(str::to_owned);
                let mut model = ListedModel::new(id.unwrap_or(item.name));
                model.name = item.display_name;
                model.input_tokens = item.input_token_limit;
                model.output_tokens = item.output_token_limit;
                model
            }));
            token = page.next_page_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        Ok(models)
    }
}
