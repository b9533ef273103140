//! One exchange of a chat.

use async_trait::async_trait;
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use social_core::http::Call;
use social_core::{ModelAddress, Result};

use super::client::Ollama;
use super::decode::Decoder;
use super::request;
use crate::shared::think;

impl Ollama {
    /// A chat model, by its name on the server.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> OllamaChat {
        OllamaChat { client: self.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }
}

/// A chat model of an Ollama server.
#[derive(Clone, Debug)]
pub struct OllamaChat {
    client: Ollama,
    address: ModelAddress,
}

impl OllamaChat {
    fn decoder(&self, request: &ChatRequest) -> Decoder {
        Decoder::new(self.client.endpoint.clone(), think::expected(&self.address.model, request))
    }

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let client = &self.client;
        let body = request::body(&self.address.model, client.context, request, stream).await?;
        let call =
            client.endpoint.post("api/chat")?.operation("chat").model(&self.address.model).repeat(client.repeat());
        Ok(call.json_text(body))
    }
}

#[async_trait]
impl ChatModel for OllamaChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut all = ChatCapabilities::all().without_files();
        all.video_input = false;
        all.forced_tool_choice = false;
        all.web_search = false;
        all.paid = self.client.is_paid();
        all
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call(request, false).await, &mut self.decoder(request)).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        chat::streamed_lines(&self.address, self.call(request, true).await, self.decoder(request)).await
    }
}
