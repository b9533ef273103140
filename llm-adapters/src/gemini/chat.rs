use std::collections::VecDeque;

use async_trait::async_trait;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Call, Repeat, Route};
use social_core::{ModelAddress, Result};

use super::client::Gemini;
use super::decode::Decoder;
use super::request::Form;
use super::{request, wire};
use crate::shared::in_place::Whole;

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
    pub(super) fn new(client: Gemini, address: ModelAddress, [whole, streamed, counted]: [Route; 3]) -> Self {
        Self { client, address, whole, streamed, counted }
    }

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
        let reply = self.call(&self.whole, Form::Chat, request).await?.send().await?;
        let Whole(mut chunk) = reply.json::<Whole<wire::Chunk<'_>>>()?;
        let mut events = VecDeque::new();
        let decoded = Decoder::new(self.client.endpoint.clone()).whole(&mut chunk, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call(&self.streamed, Form::Chat, request).await?.stream().await?;
        let describe = reply.describer();
        let decoder = Decoder::new(self.client.endpoint.clone());
        Ok(ChatStream::decode(self.address.clone(), reply.events(), decoder).describe_errors(describe))
    }
}
