//! Tokens, counted before a request is sent.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value};
use social_core::chat::{ChatRequest, Part, TokenCounter};
use social_core::http::Repeat;
use social_core::{Error, Result};

use super::chat::CompatibleChat;
use super::dialect::TokenCount;
use super::request;
use crate::shared::body::only;

/// The counts of all forms.
#[derive(Deserialize)]
#[serde(untagged)]
enum Counted {
    /// vLLM.
    Count { count: u64 },
    /// Zhipu.
    Usage { usage: Used },
    /// TGI.
    Tokens { tokenize_response: Vec<serde::de::IgnoredAny> },
    /// xAI.
    Ids { token_ids: Vec<serde::de::IgnoredAny> },
}

#[derive(Deserialize)]
struct Used {
    total_tokens: u64,
}

#[async_trait]
impl TokenCounter for CompatibleChat {
    /// xAI counts plain text: the few tokens between messages are left out, and tools and images
    /// are refused.
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let (dialect, endpoint) = (&self.client.dialect, &self.client.endpoint);
        let (path, body) = match dialect.quirks.token_count {
            TokenCount::Unsupported => {
                return Err(Error::unsupported("count_tokens", "this vendor does not count tokens")
                    .with_vendor(endpoint.vendor()));
            }
            TokenCount::Text => {
                let text = plain_text(request).map_err(|error| error.with_vendor(endpoint.vendor()))?;
                let fields = [("model", self.address.model.clone()), ("text", text)];
                ("tokenize-text", fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
            }
            TokenCount::Usage => ("tokenizer", self.counted(request).await?),
            // These two are the server's own, beside `/v1`.
            TokenCount::Count => ("../tokenize", self.counted(request).await?),
            TokenCount::Tokens => ("../chat_tokenize", self.counted(request).await?),
        };
        let call = endpoint.post(path)?.operation("count_tokens").repeat(Repeat::Safe).json(&body);
        Ok(match call.send().await?.json()? {
            Counted::Count { count } => count,
            Counted::Usage { usage } => usage.total_tokens,
            Counted::Tokens { tokenize_response: tokens } | Counted::Ids { token_ids: tokens } => tokens.len() as u64,
        })
    }
}

impl CompatibleChat {
    async fn counted(&self, request: &ChatRequest) -> Result<Map<String, Value>> {
        let body = request::body(&self.client.dialect, &self.address, request, false).await?;
        only(&body, &["model", "messages", "tools", "chat_template_kwargs"])
    }
}

fn plain_text(request: &ChatRequest) -> Result<String> {
    if !request.tools.is_empty() {
        return Err(Error::unsupported("tools", "only text is counted here"));
    }
    let texts = request.messages.iter().flat_map(|message| &message.parts).map(|part| match part {
        Part::Text(text) | Part::Refusal(text) => Ok(text.clone()),
        Part::Data(data) => Ok(data.to_text()),
        Part::ToolResult(result) => Ok(result.content.clone()),
        Part::Reasoning(_) | Part::Opaque(_) => Ok(String::new()),
        _ => Err(Error::unsupported("messages", "only text is counted here")),
    });
    Ok(texts.collect::<Result<Vec<_>>>()?.join("\n"))
}
