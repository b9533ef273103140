//! One exchange of a chat.

use std::sync::Arc;

use async_trait::async_trait;
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use social_core::http::Call;
use social_core::{ModelAddress, Result};

use super::client::Compatible;
use super::decode::Decoder;
use super::dialect::ThinkTags;
use super::request;
use crate::models;
use crate::shared::think;

impl Compatible {
    /// A chat model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> CompatibleChat {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        CompatibleChat { can: models::within(&address, self.dialect.capabilities()), client: self.clone(), address }
    }
}

/// A chat model behind OpenAI's dialect.
///
/// A call of a paid vendor is never sent again unless the vendor provably did not take it (429, 503
/// with a body of its own, connection refused).
#[derive(Clone, Debug)]
pub struct CompatibleChat {
    pub(super) client: Compatible,
    pub(super) address: ModelAddress,
    /// What the adapter offers, less what the model is known not to do.
    can: Arc<ChatCapabilities>,
}

impl CompatibleChat {
    pub(super) fn decoder(&self, request: &ChatRequest) -> Decoder {
        // Only where tags are taken out of the text does it matter whether the model thinks.
        let split = self.client.dialect.quirks.think_tags == ThinkTags::Split;
        let thinks = split && think::expected(&self.address.model, request);
        Decoder::new(self.client.dialect.clone(), self.client.endpoint.clone(), request.seed.is_some(), thinks)
    }

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let Compatible { dialect, endpoint, route } = &self.client;
        self.can.check(request).map_err(|error| error.with_vendor(&self.address.vendor))?;
        let body = request::body(dialect, &self.address, request, stream).await?;
        let call = endpoint.call(route).operation("chat").model(&self.address.model);
        Ok(call.repeat(self.client.repeat()).json_text(body))
    }
}

#[async_trait]
impl ChatModel for CompatibleChat {
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
