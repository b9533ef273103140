//! The client of a server.

use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat, Timeouts};
use social_core::{Result, env};

use super::{error, wire};
use crate::ListedModel;

const CLOUD: &str = "ollama.com";

/// A client of an Ollama server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ollama {
    pub(super) endpoint: Endpoint,
    pub(super) context: Option<u32>,
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
        Endpoint::builder("ollama", "http://localhost:11434").classify(error::classify).timeouts(Timeouts::GENERATION)
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

    /// The models that the server has.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let reply = self.endpoint.get("api/tags")?.operation("list_models").send().await?;
        let tags: wire::Tags = reply.json()?;
        Ok(tags.models.into_iter().map(|tag| ListedModel::new(tag.name)).collect())
    }

    pub(super) fn is_paid(&self) -> bool {
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
