//! The client of a server.

use async_trait::async_trait;
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat, Timeouts};
use social_core::models::{ListedModel, ModelLister};
use social_core::settings::{Environment, Reader, Setting, Settings};

use super::{error, wire};

const CLOUD: &str = "ollama.com";

/// A client of an Ollama server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ollama {
    pub(super) endpoint: Endpoint,
    pub(super) context: Option<u32>,
}

/// Where the server is.
const HOST: Setting = Setting::new(
    "OLLAMA_HOST",
    "the server: HOST, HOST:PORT or a URL",
    "the server's configuration",
    "http://localhost:11434",
)
.optional();

/// The key of Ollama's cloud.
const API_KEY: Setting =
    Setting::new("OLLAMA_API_KEY", "the key of Ollama's cloud", "https://ollama.com/settings/keys", "0000")
        .secret()
        .optional();

/// The settings that are read.
pub(super) const SETTINGS: &[Setting] = &[API_KEY, HOST];

impl Ollama {
    /// The endpoint of this machine's server, for another address, key, transport or clock. Keys
    /// are sent as [`Auth::Bearer`].
    ///
    /// An answer may take ten minutes to begin, since the server loads models first.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("ollama", "http://localhost:11434").classify(error::classify).timeouts(Timeouts::GENERATION)
    }

    /// A client of this endpoint; start from [`Ollama::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, context: None })
    }

    /// A client of the server in `OLLAMA_HOST`, or of this machine's, with the key in
    /// `OLLAMA_API_KEY` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when `OLLAMA_HOST` is not an address.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("ollama", settings, SETTINGS)?;
        let mut endpoint = Self::endpoint();
        if let Some(host) = read.optional_text(&HOST) {
            endpoint = endpoint.base_url(base_url(&host));
        }
        if let Some(key) = read.optional_secret(&API_KEY) {
            endpoint = endpoint.auth(Auth::Bearer(key));
        }
        Self::new(read.endpoint(endpoint, None))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Sets the context window, prompt and answer together. The server cuts longer prompts without
    /// a word.
    #[must_use]
    pub fn with_context_tokens(mut self, tokens: u32) -> Self {
        self.context = Some(tokens);
        self
    }

    pub(super) fn is_paid(&self) -> bool {
        self.endpoint.base_url().host_str() == Some(CLOUD)
    }

    pub(super) fn repeat(&self) -> Repeat {
        if self.is_paid() { Repeat::Never } else { Repeat::Safe }
    }
}

#[async_trait]
impl ModelLister for Ollama {
    /// The models that the server has.
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let reply = self.endpoint.get("api/tags")?.operation("list_models").send().await?;
        let tags: wire::Tags = reply.json()?;
        Ok(tags.models.into_iter().map(|tag| ListedModel::new(tag.name)).collect())
    }
}

/// What Ollama's own programs take: no scheme and no port are needed, and the address that a server
/// listens on is also understood.
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
