use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use secrecy::SecretString;
use serde::Deserialize;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Call, Endpoint, Repeat, Route};
use social_core::{Error, ModelAddress, Result};

use super::decode::Decoder;
use super::dialect::Dialect;
use super::{request, wire};
use crate::ListedModel;
use crate::openai_chat::models;
use crate::shared::body::only;

/// A client of a vendor that speaks the Responses dialect. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Responses {
    dialect: Arc<Dialect>,
    endpoint: Endpoint,
    route: Route,
}

impl Responses {
    /// A client with the key, and the base URL if it is there, from the environment variables that the dialect names.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the variable that is missing and where to get its value.
    pub fn from_env(dialect: Dialect) -> Result<Self> {
        let endpoint = dialect.endpoint_from_env()?;
        Self::new(dialect, endpoint)
    }

    /// A client with this key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for a base URL that is none.
    pub fn with_key(dialect: Dialect, key: impl Into<SecretString>) -> Result<Self> {
        let endpoint = dialect.endpoint().auth(dialect.auth(key.into())).build()?;
        Self::new(dialect, endpoint)
    }

    /// A client with its own transport, clock, retry policy or headers; start from [`Dialect::endpoint`].
    ///
    /// # Errors
    /// As [`Endpoint::route`].
    pub fn new(dialect: Dialect, endpoint: Endpoint) -> Result<Self> {
        let route = endpoint.route(Method::POST, "responses")?;
        Ok(Self { dialect: Arc::new(dialect), endpoint, route })
    }

    /// A chat model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> ResponsesChat {
        ResponsesChat { client: self.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }

    /// The models that the vendor lists for this key, in the vendor's order; not all of them speak this dialect.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        models::list(&self.endpoint).await
    }
}

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

/// A chat model behind the Responses dialect.
#[derive(Clone, Debug)]
pub struct ResponsesChat {
    client: Responses,
    address: ModelAddress,
}

impl ResponsesChat {
    /// How many tokens the conversation takes, with its standing instructions and tools. Free of charge.
    ///
    /// # Errors
    /// [`Unsupported`](social_core::ErrorKind::Unsupported) for a vendor that does not count; else as [`ChatModel::chat`].
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

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let Responses { dialect, endpoint, route } = &self.client;
        let body = request::body(dialect, &self.address, request, stream).await;
        let body = body.map_err(|error| error.with_vendor(&self.address.vendor))?;
        let repeat = if dialect.quirks.paid { Repeat::Never } else { Repeat::Safe };
        Ok(endpoint.call(route).operation("chat").model(&self.address.model).repeat(repeat).json_text(body))
    }
}

#[async_trait]
impl ChatModel for ResponsesChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.client.dialect.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let reply = self.call(request, false).await?.send().await?;
        let response: wire::Response<'_> = reply.json()?;
        let mut events = VecDeque::new();
        let decoded = Decoder::new(self.client.endpoint.clone()).whole(response, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call(request, true).await?.stream().await?;
        let describe = reply.describer();
        let decoder = Decoder::new(self.client.endpoint.clone());
        Ok(ChatStream::decode(self.address.clone(), reply.events(), decoder).describe_errors(describe))
    }
}
