//! One exchange of a chat.

use std::sync::Arc;

use async_trait::async_trait;
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use social_core::http::Call;
use social_core::{ModelAddress, Result};

use super::client::Responses;
use super::decode::Decoder;
use super::request;
use crate::models;
use crate::shared::think::{self, ThinkSplitter};

impl Responses {
    /// A chat model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> ResponsesChat {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        ResponsesChat { can: models::within(&address, self.dialect.capabilities()), client: self.clone(), address }
    }
}

/// A chat model behind the Responses dialect.
#[derive(Clone, Debug)]
pub struct ResponsesChat {
    pub(super) client: Responses,
    pub(super) address: ModelAddress,
    /// What the adapter offers, less what the model is known not to do.
    can: Arc<ChatCapabilities>,
}

impl ResponsesChat {
    pub(super) fn decoder(&self, request: &ChatRequest) -> Decoder {
        let splitter = self
            .client
            .dialect
            .quirks
            .think_tags
            .then(|| ThinkSplitter::streamed(think::expected(&self.address.model, request)));
        Decoder::new(self.client.endpoint.clone(), splitter)
    }

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let Responses { dialect, endpoint, route } = &self.client;
        self.can.check(request).map_err(|error| error.with_vendor(&self.address.vendor))?;
        let body = request::body(dialect, &self.address, request, stream).await?;
        let call = endpoint.call(route).operation("chat").model(&self.address.model);
        Ok(call.repeat(dialect.service.repeat()).json_text(body))
    }
}

#[async_trait]
impl ChatModel for ResponsesChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        (*self.can).clone()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call(request, false).await, &mut self.decoder(request)).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        chat::streamed(&self.address, self.call(request, true).await, self.decoder(request)).await
    }
}
