use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use secrecy::SecretString;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, Route, TokenSource};
use social_core::{Error, ModelAddress, Result};

use super::decode::Decoder;
use super::dialect::Dialect;
use super::{request, wire};
use crate::shared::vertex;

/// Where the messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hosting {
    /// `messages`, with the model in the body.
    Messages,
    /// `MODEL:rawPredict`, with the version in the body.
    Vertex,
}

/// A client of Anthropic or of a vendor that speaks its dialect. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Anthropic {
    pub(super) dialect: Arc<Dialect>,
    pub(super) endpoint: Endpoint,
    pub(super) hosting: Hosting,
}

impl Anthropic {
    /// Anthropic, with the key in `ANTHROPIC_API_KEY`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when it is not set.
    pub fn from_env() -> Result<Self> {
        Self::of(Dialect::ANTHROPIC)
    }

    /// A vendor of the dialect, with the key in the variable that it names.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn of(dialect: Dialect) -> Result<Self> {
        let endpoint = dialect.endpoint_from_env()?;
        Ok(Self::new(dialect, endpoint))
    }

    /// Anthropic, with this key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for a key that a header cannot carry.
    pub fn with_key(key: impl Into<SecretString>) -> Result<Self> {
        let endpoint = Dialect::ANTHROPIC.endpoint().auth(Dialect::auth(key.into())).build()?;
        Ok(Self::new(Dialect::ANTHROPIC, endpoint))
    }

    /// A client with its own transport, clock, retry policy or headers; start from [`Dialect::endpoint`].
    #[must_use]
    pub fn new(dialect: Dialect, endpoint: Endpoint) -> Self {
        Self { dialect: Arc::new(dialect), endpoint, hosting: Hosting::Messages }
    }

    /// Claude on Vertex AI, with `VERTEX_PROJECT`, `VERTEX_LOCATION` (without it `global`) and the token in
    /// `VERTEX_ACCESS_TOKEN`; `VERTEX_ANTHROPIC_BASE_URL` replaces the URL up to `publishers/anthropic/models`.
    ///
    /// The token is not renewed: what runs for longer than an hour takes [`vertex`](Self::vertex).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when project or token are not set.
    pub fn vertex_from_env() -> Result<Self> {
        let (vertex::VertexPlace { project, location }, auth) = vertex::from_env("vertex-anthropic")?;
        let endpoint = Self::vertex_endpoint(&project, &location)?.auth(auth);
        let endpoint = vertex::rebased(endpoint, &Dialect::VERTEX.base_url_variable).build()?;
        Ok(Self::on_vertex(Dialect::VERTEX, endpoint))
    }

    /// Claude on Vertex AI, in a project and location (`us-east5`, `global`).
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is no name.
    pub fn vertex(project: &str, location: &str, tokens: Arc<dyn TokenSource>) -> Result<Self> {
        let endpoint = Self::vertex_endpoint(project, location)?.auth(Auth::Source(tokens)).build()?;
        Ok(Self::on_vertex(Dialect::VERTEX, endpoint))
    }

    /// The settings of Vertex AI without a token, for another address, transport or clock.
    ///
    /// # Errors
    /// As [`vertex`](Self::vertex).
    pub fn vertex_endpoint(project: &str, location: &str) -> Result<EndpointBuilder> {
        let place = vertex::base_url("vertex-anthropic", "v1", project, location)?;
        Ok(Dialect::VERTEX.endpoint().base_url(format!("{place}/publishers/anthropic/models")))
    }

    /// A client of this endpoint; start from [`Dialect::VERTEX`] and [`Anthropic::vertex_endpoint`]. A base URL of your
    /// own ends in `publishers/anthropic/models`.
    #[must_use]
    pub fn on_vertex(dialect: Dialect, endpoint: Endpoint) -> Self {
        Self { hosting: Hosting::Vertex, ..Self::new(dialect, endpoint) }
    }

    /// A chat model, by the vendor's own id.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an id that makes no URL (Vertex AI only).
    pub fn chat(&self, model: impl Into<String>) -> Result<AnthropicChat> {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._@".contains(c);
        if self.hosting == Hosting::Vertex && (address.model.is_empty() || !address.model.chars().all(fits)) {
            let error = Error::invalid("model", format!("`{}` is no id of a model", address.model));
            return Err(error.with_vendor(self.endpoint.vendor()));
        }
        let route = |verb: &str| {
            let path = match self.hosting {
                Hosting::Messages => "messages".to_owned(),
                // A colon in the first segment would read as a scheme.
                Hosting::Vertex => format!("./{}:{verb}", address.model),
            };
            self.endpoint.route(Method::POST, &path)
        };
        let (whole, streamed) = (route("rawPredict")?, route("streamRawPredict")?);
        Ok(AnthropicChat { client: self.clone(), address, whole, streamed })
    }
}

/// A chat model behind Anthropic's dialect.
#[derive(Clone, Debug)]
pub struct AnthropicChat {
    pub(super) client: Anthropic,
    pub(super) address: ModelAddress,
    whole: Route,
    streamed: Route,
}

impl AnthropicChat {
    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let Anthropic { dialect, endpoint, hosting } = &self.client;
        let body = request::body(dialect, *hosting, &self.address, request, stream).await?;
        let route = if stream { &self.streamed } else { &self.whole };
        let repeat = if dialect.paid { Repeat::Never } else { Repeat::Safe };
        Ok(endpoint.call(route).operation("chat").model(&self.address.model).repeat(repeat).json_text(body))
    }
}

#[async_trait]
impl ChatModel for AnthropicChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut all = ChatCapabilities::all();
        all.video_input = false;
        all.json_schema = self.client.dialect.full;
        all.web_search = self.client.dialect.full;
        all.paid = self.client.dialect.paid;
        all
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let reply = self.call(request, false).await?.send().await?;
        let message: wire::Message<'_> = reply.json()?;
        let mut events = VecDeque::new();
        let decoded = Decoder::new(self.client.endpoint.clone()).whole(message, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call(request, true).await?.stream().await?;
        let describe = reply.describer();
        let decoder = Decoder::new(self.client.endpoint.clone());
        Ok(ChatStream::decode(self.address.clone(), reply.events(), decoder).describe_errors(describe))
    }
}
