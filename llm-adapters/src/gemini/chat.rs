//! One exchange of a chat.

use std::sync::Arc;

use async_trait::async_trait;
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, TokenCounter};
use social_core::http::{Call, Repeat, Route};
use social_core::{ModelAddress, Result};

use super::client::{Client, Gemini, Vertex};
use super::decode::Decoder;
use super::request::Form;
use super::{request, wire};
use crate::models;

impl Gemini {
    /// A chat model, by the vendor's own id: `gemini-3.8-flash`. An id with a slash is a path of
    /// its own below the base URL, such as `tunedModels/captions`.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> GeminiChat {
        GeminiChat::new(self.0.clone(), model)
    }
}

impl Vertex {
    /// A chat model, by the vendor's own id: `gemini-3.8-flash`. An id with a slash is a path of
    /// its own below the base URL, such as `endpoints/123`.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> GeminiChat {
        GeminiChat::new(self.0.clone(), model)
    }
}

/// A Gemini model. An id that makes no path is refused at the call.
#[derive(Clone, Debug)]
pub struct GeminiChat {
    pub(super) client: Client,
    pub(super) address: ModelAddress,
    /// What the adapter offers, less what the model is known not to do.
    can: Arc<ChatCapabilities>,
    /// Prepared, if the id makes a path.
    routes: Option<Routes>,
}

#[derive(Clone, Debug)]
struct Routes {
    whole: Route,
    streamed: Route,
}

impl GeminiChat {
    fn new(client: Client, model: impl Into<String>) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        let route = |verb| client.api.route(&client.endpoint, &address.model, verb).ok();
        let routes = route("generateContent").zip(route("streamGenerateContent?alt=sse"));
        let can = models::within(&address, request::capabilities());
        Self { routes: routes.map(|(whole, streamed)| Routes { whole, streamed }), client, address, can }
    }

    fn routes(&self) -> Result<&Routes> {
        self.routes.as_ref().ok_or_else(|| self.client.api.not_an_id(&self.client.endpoint, &self.address.model))
    }

    pub(super) fn decoder(&self) -> Decoder {
        Decoder::new(self.client.endpoint.clone())
    }

    async fn call<'a>(&'a self, route: &'a Route, form: Form<'_>, request: &ChatRequest) -> Result<Call<'a>> {
        let endpoint = &self.client.endpoint;
        self.can.check(request).map_err(|error| error.with_vendor(&self.address.vendor))?;
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
        (*self.can).clone()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let call = self.call(&self.routes()?.whole, Form::Chat, request).await;
        chat::whole(&self.address, call, &mut self.decoder()).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let call = self.call(&self.routes()?.streamed, Form::Chat, request).await;
        chat::streamed(&self.address, call, self.decoder()).await
    }
}

#[async_trait]
impl TokenCounter for GeminiChat {
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let Client { endpoint, api } = &self.client;
        let route = api.route(endpoint, &self.address.model, "countTokens")?;
        let resource = api.resource(&self.address.model);
        let form = Form::Count { resource: &resource };
        let call = self.call(&route, form, request).await?.operation("count_tokens").repeat(Repeat::Safe);
        let count: wire::TokenCount = call.send().await?.json()?;
        Ok(count.total_tokens)
    }
}
