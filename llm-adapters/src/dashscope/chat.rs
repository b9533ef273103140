//! One exchange of a chat.

use std::sync::Arc;

use async_trait::async_trait;
use http::header::{ACCEPT, HeaderName};
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, TokenCounter};
use social_core::http::{Call, Endpoint};
use social_core::{ModelAddress, Result};

use super::client::DashScope;
use super::decode::Decoder;
use super::{models, request};
use crate::models as facts;

impl DashScope {
    /// A chat model, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> DashScopeChat {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        let can = facts::within(&address, ChatCapabilities::all().without_files());
        DashScopeChat { endpoint: self.endpoint.clone(), address, multimodal: None, can }
    }
}

/// A chat model of DashScope. A call is never sent again unless the vendor provably did not take
/// it.
#[derive(Clone, Debug)]
pub struct DashScopeChat {
    endpoint: Endpoint,
    address: ModelAddress,
    multimodal: Option<bool>,
    /// What the adapter offers, less what the model is known not to do.
    can: Arc<ChatCapabilities>,
}

impl DashScopeChat {
    /// Says whether every request takes the path of vision models, or none does.
    #[must_use]
    pub fn multimodal(mut self, always: bool) -> Self {
        self.multimodal = Some(always);
        self
    }

    fn decoder(&self) -> Decoder {
        Decoder::new(self.endpoint.clone())
    }

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        self.can.check(request).map_err(|error| error.with_vendor(&self.address.vendor))?;
        let multimodal = self.multimodal.unwrap_or_else(|| request::is_multimodal(&self.address.model, request));
        let body = request::body(&self.address, request, multimodal, stream).await?;
        let path = if multimodal { "multimodal-generation" } else { "text-generation" };
        let call = self
            .endpoint
            .post(&format!("services/aigc/{path}/generation"))?
            .operation("chat")
            .model(&self.address.model);
        let call = call.json_text(body);
        if !stream {
            return Ok(call);
        }
        let sse = HeaderName::from_static("x-dashscope-sse");
        Ok(call.header(sse, "enable").header(ACCEPT, "text/event-stream"))
    }
}

#[async_trait]
impl ChatModel for DashScopeChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        (*self.can).clone()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call(request, false).await, &mut self.decoder()).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        chat::streamed(&self.address, self.call(request, true).await, self.decoder()).await
    }
}

#[async_trait]
impl TokenCounter for DashScopeChat {
    /// Counts text; tools and images are refused.
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        models::count(&self.endpoint, &self.address, request).await
    }
}
