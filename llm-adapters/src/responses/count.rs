//! Tokens, counted before a request is sent.

use async_trait::async_trait;
use serde::Deserialize;
use social_core::chat::{ChatRequest, TokenCounter};
use social_core::http::Repeat;
use social_core::{Error, Result};

use super::chat::ResponsesChat;
use super::client::Responses;
use super::request;
use crate::shared::body::only;

/// What the vendor counts.
const COUNTED: [&str; 11] = [
    "model",
    "input",
    "instructions",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "text",
    "reasoning",
    "truncation",
    "conversation",
    "previous_response_id",
];

#[derive(Deserialize)]
struct Count {
    input_tokens: u64,
}

#[async_trait]
impl TokenCounter for ResponsesChat {
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let Responses { dialect, endpoint, .. } = &self.client;
        let named = |error: Error| error.with_vendor(&self.address.vendor);
        if !dialect.quirks.token_count {
            return Err(named(Error::unsupported("count_tokens", "this vendor does not count tokens")));
        }
        let body = request::body(dialect, &self.address, request, false).await.map_err(named)?;
        let call = endpoint.post("responses/input_tokens")?.operation("count_tokens").repeat(Repeat::Safe);
        let count: Count = call.json(&only(&body, &COUNTED)?).send().await?.json()?;
        Ok(count.input_tokens)
    }
}
