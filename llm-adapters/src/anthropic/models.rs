//! What a vendor tells beside chats: its models, and the number of tokens of a conversation.

use async_trait::async_trait;
use http::Method;
use serde::Deserialize;
use social_core::chat::{ChatRequest, TokenCounter};
use social_core::http::Repeat;
use social_core::models::{ListedModel, ModelLister};
use social_core::{Error, ModelAddress, Result};

use super::chat::AnthropicChat;
use super::client::Anthropic;
use super::dialect::Hosting;
use super::request;
use crate::shared::body::only;

/// More than the vendor has; a list that never ends is not believed.
const PAGES: usize = 50;

/// What the vendor counts; it refuses every other field.
const COUNTED: [&str; 7] =
    ["anthropic_version", "messages", "system", "tools", "tool_choice", "thinking", "output_config"];

#[derive(Deserialize)]
struct Page {
    data: Vec<Item>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    last_id: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    max_input_tokens: Option<u64>,
    #[serde(default)]
    max_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Count {
    input_tokens: u64,
}

#[async_trait]
impl ModelLister for Anthropic {
    /// The models that the vendor lists for this key, newest first. Vertex AI has no list.
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        if self.dialect.hosting == Hosting::Vertex {
            let error = Error::unsupported("list_models", "Vertex AI has no list of these models");
            return Err(error.with_vendor(self.endpoint.vendor()));
        }
        let mut models: Vec<ListedModel> = Vec::new();
        let mut last: Option<String> = None;
        for _ in 0..PAGES {
            let mut call = self.endpoint.get("models")?.operation("list_models").query("limit", "1000");
            if let Some(last) = &last {
                call = call.query("after_id", last);
            }
            let page: Page = call.send().await?.json()?;
            models.extend(page.data.into_iter().map(|item| {
                let mut model = ListedModel::new(item.id);
                model.name = item.display_name;
                model.input_tokens = item.max_input_tokens;
                model.output_tokens = item.max_tokens;
                model
            }));
            last = page.last_id.filter(|_| page.has_more);
            if last.is_none() {
                break;
            }
        }
        Ok(models)
    }
}

#[async_trait]
impl TokenCounter for AnthropicChat {
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let (client, address): (&Anthropic, &ModelAddress) = (&self.client, &self.address);
        let body = request::body(&client.dialect, client.dialect.hosting, address, request, false).await?;
        let mut body = only(&body, &COUNTED)?;
        body.insert("model".to_owned(), address.model.as_str().into());
        let route = match client.dialect.hosting {
            Hosting::Messages => client.endpoint.route(Method::POST, "messages/count_tokens")?,
            Hosting::Vertex => client.endpoint.route(Method::POST, "./count-tokens:rawPredict")?,
        };
        let call = client.endpoint.call(&route).operation("count_tokens").repeat(Repeat::Safe);
        let count: Count = call.json(&body).send().await?.json()?;
        Ok(count.input_tokens)
    }
}
