use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, ReplyBuilder};
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, Timeouts};
use social_core::{ModelAddress, Result, env};

use super::decode::Decoder;
use super::{OllamaEmbedder, error, request, wire};
use crate::ListedModel;

const CLOUD: &str = "ollama.com";

/// A client of an Ollama server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ollama {
    pub(super) endpoint: Endpoint,
    context: Option<u32>,
}

impl Ollama {
    /// The server that `OLLAMA_HOST` names, or this machine's.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when `OLLAMA_HOST` is no address.
    pub fn from_env() -> Result<Self> {
        let mut builder = Self::endpoint();
        if let Some(host) = env::optional("OLLAMA_HOST") {
            builder = builder.base_url(base_url(&host));
        }
        if let Some(key) = env::optional("OLLAMA_API_KEY") {
            builder = builder.auth(Auth::Bearer(SecretString::from(key)));
        }
        Ok(Self::new(builder.build()?))
    }

    /// The settings of this machine's server, for another address, key, transport or clock.
    ///
    /// An answer may take ten minutes to begin, since the server loads models first.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("ollama", "http://localhost:11434")
            .classify(error::classify)
            .timeouts(Timeouts { response: Duration::from_secs(600), idle: Duration::from_secs(120) })
    }

    /// A client of this endpoint; start from [`Ollama::endpoint`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, context: None }
    }

    /// Sets the context window, prompt and answer together. The server cuts longer prompts without a word.
    #[must_use]
    pub fn with_context_tokens(mut self, tokens: u32) -> Self {
        self.context = Some(tokens);
        self
    }

    /// A chat model, by its name on the server.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> OllamaChat {
        OllamaChat { client: self.clone(), address: ModelAddress::new(self.endpoint.vendor(), model) }
    }

    /// An embedding model, by its name on the server.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> OllamaEmbedder {
        OllamaEmbedder::new(self.clone(), ModelAddress::new(self.endpoint.vendor(), model))
    }

    /// The models that the server has.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let reply = self.endpoint.get("api/tags")?.operation("list_models").send().await?;
        let tags: wire::Tags = reply.json()?;
        Ok(tags.models.into_iter().map(|tag| ListedModel::new(tag.name)).collect())
    }

    fn is_paid(&self) -> bool {
        self.endpoint.base_url().host_str() == Some(CLOUD)
    }

    pub(super) fn repeat(&self) -> Repeat {
        if self.is_paid() { Repeat::Never } else { Repeat::Safe }
    }
}

/// What Ollama's own programs take: no scheme and no port are needed, and the address that a server listens on is also
/// understood.
fn base_url(host: &str) -> String {
    let host = host.trim().trim_end_matches('/');
    if host.contains("://") {
        return host.to_owned();
    }
    let host = host.replace("0.0.0.0", "127.0.0.1");
    if host.contains(':') { format!("http://{host}") } else { format!("http://{host}:11434") }
}

/// A chat model of an Ollama server.
#[derive(Clone, Debug)]
pub struct OllamaChat {
    client: Ollama,
    address: ModelAddress,
}

impl OllamaChat {
    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let client = &self.client;
        let body = request::body(&self.address.model, client.context, request, stream).await;
        let body = body.map_err(|error| error.with_vendor(&self.address.vendor))?;
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
        let mut all = ChatCapabilities::all();
        all.video_input = false;
        all.forced_tool_choice = false;
        all.web_search = false;
        all.paid = self.client.is_paid();
        all
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let reply = self.call(request, false).await?.send().await?;
        let chunk: wire::Chunk<'_> = reply.json()?;
        let mut events = VecDeque::new();
        let decoded = Decoder::new(self.client.endpoint.clone()).chunk(chunk, &reply.body, &mut events);
        ReplyBuilder::fold(self.address.clone(), events, decoded).map_err(|error| reply.describe(error))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reply = self.call(request, true).await?.stream().await?;
        let describe = reply.describer();
        let decoder = Decoder::new(self.client.endpoint.clone());
        Ok(ChatStream::decode(self.address.clone(), reply.lines(), decoder).describe_errors(describe))
    }
}

#[cfg(test)]
mod tests {
    //! After the address rules of Ollama's own clients.
    use super::base_url;

    #[test]
    fn hosts_are_read_as_ollama_reads_them() {
        for (host, url) in [
            ("box", "http://box:11434"),
            ("10.0.0.7:8080", "http://10.0.0.7:8080"),
            ("0.0.0.0:11434", "http://127.0.0.1:11434"),
            ("https://ollama.com/", "https://ollama.com"),
        ] {
            assert_eq!(base_url(host), url);
        }
    }
}
