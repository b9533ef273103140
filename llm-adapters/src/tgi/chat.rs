use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::de::IgnoredAny;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, Timeouts};
use social_core::{ModelAddress, Result, env};

use super::decode::Decoder;
use super::{error, request, wire};
use crate::ListedModel;

/// A client of a TGI server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tgi {
    endpoint: Endpoint,
}

impl Tgi {
    /// The server that `TGI_ENDPOINT_URL` names, or this machine's.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when the variable is no URL.
    pub fn from_env() -> Result<Self> {
        let mut builder = Self::endpoint();
        if let Some(base_url) = env::optional("TGI_ENDPOINT_URL") {
            builder = builder.base_url(base_url);
        }
        if let Some(key) = env::optional("HF_TOKEN") {
            builder = builder.auth(Auth::Bearer(SecretString::from(key)));
        }
        Ok(Self::new(builder.build()?))
    }

    /// The settings of this machine's server, for another address, token, transport or clock.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("tgi-generate", "http://localhost:8080")
            .classify(error::classify)
            .timeouts(Timeouts { response: Duration::from_secs(600), idle: Duration::from_secs(120) })
    }

    /// A client of this endpoint; start from [`Tgi::endpoint`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// The model of the server; the name is only used in addresses, since a server has one.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> TgiChat {
        TgiChat { endpoint: self.endpoint.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }

    /// The model that the server runs.
    ///
    /// # Errors
    /// The kinds of the HTTP path; [`Unavailable`](social_core::ErrorKind::Unavailable) while the model is loading.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let reply = self.endpoint.get("info")?.operation("list_models").send().await?;
        let info: wire::Info = reply.json()?;
        let mut model = ListedModel::new(info.model_id);
        model.input_tokens = info.max_input_tokens;
        Ok(vec![model])
    }
}

/// The model of a TGI server. Calls are free, so a lost one is made again.
#[derive(Clone, Debug)]
pub struct TgiChat {
    endpoint: Endpoint,
    address: ModelAddress,
}

impl TgiChat {
    /// How many tokens the prompt takes.
    ///
    /// # Errors
    /// As [`ChatModel::chat`].
    pub async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        let tokens: Vec<IgnoredAny> = self.call("tokenize", request)?.operation("count_tokens").send().await?.json()?;
        Ok(tokens.len() as u64)
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
        let reply = self.call("generate", request)?.send().await?;
        let chunk: wire::Chunk = reply.json()?;
        let mut events = VecDeque::new();
        let decoded = Decoder::new(self.endpoint.clone()).chunk(chunk, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call("generate_stream", request)?.stream().await?;
        let describe = reply.describer();
        let decoder = Decoder::new(self.endpoint.clone());
        Ok(ChatStream::decode(self.address.clone(), reply.events(), decoder).describe_errors(describe))
    }
}
