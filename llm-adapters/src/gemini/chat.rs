//! One exchange of a chat.

use async_trait::async_trait;
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use social_core::http::{Call, Repeat, Route};
use social_core::{ModelAddress, Result};

use super::client::Gemini;
use super::decode::Decoder;
use super::request::Form;
use super::{request, wire};

impl Gemini {
    /// A chat model, by the vendor's own id: `gemini-3.8-flash`. An id with a slash is a path of its own below the base
    /// URL, such as `tunedModels/captions` or, on Vertex AI, `endpoints/123`.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an id that makes no path.
    pub fn chat(&self, model: impl Into<String>) -> Result<GeminiChat> {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        let whole = self.route(&address.model, "generateContent")?;
        let streamed = self.route(&address.model, "streamGenerateContent?alt=sse")?;
        let counted = self.route(&address.model, "countTokens")?;
        Ok(GeminiChat { client: self.clone(), address, whole, streamed, counted })
    }
}

/// A Gemini model.
#[derive(Clone, Debug)]
pub struct GeminiChat {
    client: Gemini,
    address: ModelAddress,
    whole: Route,
    streamed: Route,
    counted: Route,
}

impl GeminiChat {
    /// How many tokens the conversation takes, with its standing instructions and tools. Free of charge.
    ///
    /// # Errors
    /// As [`ChatModel::chat`].
    pub async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let resource = self.client.resource(&self.address.model);
        let form = Form::Count { resource: &resource };
        let call = self.call(&self.counted, form, request).await?.operation("count_tokens").repeat(Repeat::Safe);
        let count: wire::TokenCount = call.send().await?.json()?;
        Ok(count.total_tokens)
    }

    fn decoder(&self) -> Decoder {
        Decoder::new(self.client.endpoint.clone())
    }

    async fn call<'a>(&'a self, route: &'a Route, form: Form<'_>, request: &ChatRequest) -> Result<Call<'a>> {
        let endpoint = &self.client.endpoint;
        let body = request::body(self.client.api, &self.address.vendor, form, request).await;
        let body = body.map_err(|error| error.with_vendor(&self.address.vendor))?;
        let call = endpoint.call(route).operation("chat").model(&self.address.model).repeat(Repeat::Never);
        Ok(call.json_text(body))
    }
}

#[async_trait]
impl ChatModel for GeminiChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        ChatCapabilities::all()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call(&self.whole, Form::Chat, request).await, &mut self.decoder()).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        chat::streamed(&self.address, self.call(&self.streamed, Form::Chat, request).await, self.decoder()).await
    }
}
