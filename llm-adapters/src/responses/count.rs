//! Tokens, counted before a request is sent.

use serde::Deserialize;
use social_core::chat::ChatRequest;
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

impl ResponsesChat {
    /// How many tokens the conversation takes, with its standing instructions and tools. Free of charge.
    ///
    /// # Errors
    /// [`Unsupported`](social_core::ErrorKind::Unsupported) for a vendor that does not count; else as [`ChatModel::chat`](social_core::chat::ChatModel::chat).
    pub async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let Responses { dialect, endpoint, .. } = &self.client;
        let named = |error: Error| error.with_vendor(&self.address.vendor);
        if !dialect.quirks.token_count {
            return Err(named(Error::unsupported("count_tokens", "this vendor counts none")));
        }
        let body = request::body(dialect, &self.address, request, false).await.map_err(named)?;
        let call = endpoint.post("responses/input_tokens")?.operation("count_tokens").repeat(Repeat::Safe);
        let count: Count = call.json(&only(&body, &COUNTED)?).send().await?.json()?;
        Ok(count.input_tokens)
    }
}
