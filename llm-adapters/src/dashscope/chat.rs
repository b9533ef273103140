use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use http::header::{ACCEPT, HeaderName};
use secrecy::SecretString;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Timeouts};
use social_core::{ModelAddress, Result, env};

use super::decode::Decoder;
use super::embed::DashScopeEmbedder;
use super::{error, models, request, wire};
use crate::ListedModel;
use crate::shared::in_place::Whole;

const KEY_PAGE: &str = "https://modelstudio.console.alibabacloud.com";

/// A client of DashScope. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DashScope {
    endpoint: Endpoint,
}

impl DashScope {
    /// The international host, in Singapore.
    pub const INTERNATIONAL: &'static str = "https://dashscope-intl.aliyuncs.com/api/v1";
    /// The host in Beijing.
    pub const CHINA: &'static str = "https://dashscope.aliyuncs.com/api/v1";
    /// The host in Virginia.
    pub const US: &'static str = "https://dashscope-us.aliyuncs.com/api/v1";

    /// The international host, or the one that `DASHSCOPE_HTTP_BASE_URL` names.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when `DASHSCOPE_API_KEY` is not set.
    pub fn from_env() -> Result<Self> {
        let base_url = env::optional("DASHSCOPE_HTTP_BASE_URL").unwrap_or_else(|| Self::INTERNATIONAL.to_owned());
        let key = env::secret("DASHSCOPE_API_KEY", KEY_PAGE).map_err(|error| error.with_vendor("dashscope"))?;
        Ok(Self::new(Self::endpoint().base_url(base_url).auth(Auth::Bearer(key)).build()?))
    }

    /// The host in Beijing.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when neither `DASHSCOPE_CN_API_KEY` nor `DASHSCOPE_API_KEY` is set.
    pub fn from_env_in_china() -> Result<Self> {
        let key = match env::optional("DASHSCOPE_CN_API_KEY") {
            Some(key) => SecretString::from(key),
            None => env::secret("DASHSCOPE_API_KEY", "https://bailian.console.aliyun.com")
                .map_err(|error| error.with_vendor("dashscope-cn"))?,
        };
        let endpoint = Self::settings("dashscope-cn", Self::CHINA).auth(Auth::Bearer(key));
        Ok(Self::new(endpoint.build()?))
    }

    /// The settings of the international host, without a key: for another host, transport or clock.
    pub fn endpoint() -> EndpointBuilder {
        Self::settings("dashscope", Self::INTERNATIONAL)
    }

    fn settings(vendor: &'static str, base_url: &'static str) -> EndpointBuilder {
        Endpoint::builder(vendor, base_url)
            .classify(error::classify)
            .timeouts(Timeouts { response: Duration::from_secs(600), idle: Duration::from_secs(120) })
    }

    /// A client of this endpoint; start from [`DashScope::endpoint`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// A chat model, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> DashScopeChat {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        DashScopeChat { endpoint: self.endpoint.clone(), address, multimodal: None }
    }

    /// An embedding model, by the vendor's own id: `text-embedding-v4`.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> DashScopeEmbedder {
        DashScopeEmbedder::new(self.endpoint.clone(), ModelAddress::new(self.endpoint.vendor(), model))
    }

    /// The models that the vendor lists, those for images, videos and embeddings among them.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        models::list(&self.endpoint).await
    }
}

/// A chat model of DashScope. A call is never sent again unless the vendor provably did not take it.
#[derive(Clone, Debug)]
pub struct DashScopeChat {
    endpoint: Endpoint,
    address: ModelAddress,
    multimodal: Option<bool>,
}

impl DashScopeChat {
    /// Says whether every request takes the path of vision models, or none does.
    #[must_use]
    pub fn multimodal(mut self, always: bool) -> Self {
        self.multimodal = Some(always);
        self
    }

    /// How many tokens the messages take, as the vendor counts them. Free of charge. Older text models only; tools and
    /// images are refused.
    ///
    /// # Errors
    /// As [`ChatModel::chat`].
    pub async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        models::count(&self.endpoint, &self.address, request).await
    }

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
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
        ChatCapabilities::all()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let reply = self.call(request, false).await?.send().await?;
        let Whole(chunk) = reply.json::<Whole<wire::Chunk<'_>>>()?;
        let mut events = VecDeque::new();
        let decoded = Decoder::new(self.endpoint.clone()).whole(chunk, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call(request, true).await?.stream().await?;
        let describe = reply.describer();
        let decoder = Decoder::new(self.endpoint.clone());
        Ok(ChatStream::decode(self.address.clone(), reply.events(), decoder).describe_errors(describe))
    }
}
