use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use secrecy::SecretString;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Call, Endpoint, Repeat, Route};
use social_core::{ModelAddress, Result};

use super::decode::Decoder;
use super::dialect::Dialect;
use super::embed::CompatibleEmbedder;
use super::{request, wire};
use crate::shared::in_place::Whole;

/// A client of a vendor that speaks OpenAI's chat dialect. Cheap to clone.
///
/// ```no_run
/// use llm_adapters::openai_chat::{Compatible, Dialect};
/// use social_core::chat::ChatModelExt as _;
///
/// # async fn example() -> social_core::Result<()> {
/// let model = Compatible::from_env(Dialect::DEEPSEEK)?.chat("deepseek-v4-flash");
/// println!("{}", model.ask("A caption for a café, please.").await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Compatible {
    pub(super) dialect: Arc<Dialect>,
    pub(super) endpoint: Endpoint,
    route: Route,
}

impl Compatible {
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
        let route = endpoint.route(Method::POST, "chat/completions")?;
        Ok(Self { dialect: Arc::new(dialect), endpoint, route })
    }

    /// A chat model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> CompatibleChat {
        CompatibleChat { client: self.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }

    /// An embedding model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> CompatibleEmbedder {
        CompatibleEmbedder::new(self.clone(), ModelAddress::new(self.endpoint.vendor(), model))
    }

    pub(super) fn repeat(&self) -> Repeat {
        if self.dialect.quirks.paid { Repeat::Never } else { Repeat::Safe }
    }
}

/// A chat model behind OpenAI's dialect.
///
/// A call of a paid vendor is never sent again unless the vendor provably did not take it (429, 503 with a body of its
/// own, connection refused).
#[derive(Clone, Debug)]
pub struct CompatibleChat {
    pub(super) client: Compatible,
    pub(super) address: ModelAddress,
}

impl CompatibleChat {
    fn decoder(&self, request: &ChatRequest) -> Decoder {
        Decoder::new(self.client.dialect.clone(), self.client.endpoint.clone(), request.seed.is_some())
    }

    async fn body(&self, request: &ChatRequest, stream: bool) -> Result<Vec<u8>> {
        request::body(&self.client.dialect, &self.address, request, stream).await
    }

    fn call(&self, body: Vec<u8>) -> Call<'_> {
        let Compatible { endpoint, route, .. } = &self.client;
        endpoint.call(route).operation("chat").model(&self.address.model).repeat(self.client.repeat()).json_text(body)
    }
}

#[async_trait]
impl ChatModel for CompatibleChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.client.dialect.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let reply = self.call(self.body(request, false).await?).send().await?;
        let Whole(mut chunk) = reply.json::<Whole<wire::Chunk<'_>>>()?;
        // Start, text, usage, extras, end.
        let mut events = VecDeque::with_capacity(5);
        let decoded = self.decoder(request).whole(&mut chunk, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call(self.body(request, true).await?).stream().await?;
        let describe = reply.describer();
        Ok(ChatStream::decode(self.address.clone(), reply.events(), self.decoder(request)).describe_errors(describe))
    }
}
