//! One exchange of a chat.

use async_trait::async_trait;
use serde::de::IgnoredAny;
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, TokenCounter};
use social_core::http::{Call, Endpoint, Repeat};
use social_core::{ModelAddress, Result};

use super::client::Tgi;
use super::decode::Decoder;
use super::request;
use crate::shared::think;

impl Tgi {
    /// The model of the server; the name is only used in addresses, since a server has one.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> TgiChat {
        TgiChat { endpoint: self.endpoint.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }
}

/// The model of a TGI server. Calls are free, so a lost one is made again.
#[derive(Clone, Debug)]
pub struct TgiChat {
    endpoint: Endpoint,
    address: ModelAddress,
}

impl TgiChat {
    fn decoder(&self) -> Decoder {
        Decoder::new(self.endpoint.clone(), think::always_thinks(&self.address.model))
    }

    fn call(&self, path: &str, request: &ChatRequest) -> Result<Call<'_>> {
        let body = request::body(request).map_err(|error| error.with_vendor(&self.address.vendor))?;
        Ok(self.endpoint.post(path)?.operation("chat").model(&self.address.model).repeat(Repeat::Safe).json(&body))
    }
}

#[async_trait]
impl ChatModel for TgiChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut some = ChatCapabilities::text();
        some.json_schema = true;
        some.paid = false;
        some
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call("generate", request), &mut self.decoder()).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        chat::streamed(&self.address, self.call("generate_stream", request), self.decoder()).await
    }
}

#[async_trait]
impl TokenCounter for TgiChat {
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let tokens: Vec<IgnoredAny> = self.call("tokenize", request)?.operation("count_tokens").send().await?.json()?;
        Ok(tokens.len() as u64)
    }
}
