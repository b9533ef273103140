//! The client of a server.

use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::{Result, env};

use super::{error, wire};
use crate::ListedModel;

/// A client of a TGI server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tgi {
    pub(super) endpoint: Endpoint,
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
            .timeouts(Timeouts::GENERATION)
    }

    /// A client of this endpoint; start from [`Tgi::endpoint`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
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
