//! The client of a server.

use async_trait::async_trait;
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::models::{ListedModel, ModelLister};
use social_core::settings::{Environment, Reader, Setting, Settings};

use super::{error, wire};

const TOKEN: Setting =
    Setting::new("HF_TOKEN", "the token that the server wants", "https://huggingface.co/settings/tokens", "hf_0000")
        .secret()
        .optional();

const URL: Setting = Setting::base_url("TGI_ENDPOINT_URL", "http://localhost:8080");

/// The settings that are read.
pub(super) const SETTINGS: &[Setting] = &[TOKEN, URL];

/// A client of a TGI server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tgi {
    pub(super) endpoint: Endpoint,
}

impl Tgi {
    /// The endpoint of this machine's server, for another address, token, transport or clock.
    /// Tokens are sent as [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("tgi-generate", "http://localhost:8080")
            .classify(error::classify)
            .timeouts(Timeouts::GENERATION)
    }

    /// A client of this endpoint; start from [`Tgi::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client of the server in `TGI_ENDPOINT_URL`, or of this machine's, with the token in
    /// `HF_TOKEN` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when `TGI_ENDPOINT_URL` is not a URL.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("tgi-generate", settings, SETTINGS)?;
        let endpoint = match read.optional_secret(&TOKEN) {
            Some(token) => Self::endpoint().auth(Auth::Bearer(token)),
            None => Self::endpoint(),
        };
        Self::new(read.endpoint(endpoint, &URL))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }
}

#[async_trait]
impl ModelLister for Tgi {
    /// The model that the server runs; [`Unavailable`](social_core::ErrorKind::Unavailable) while
    /// it is loading.
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let reply = self.endpoint.get("info")?.operation("list_models").send().await?;
        let info: wire::Info = reply.json()?;
        let mut model = ListedModel::new(info.model_id);
        model.input_tokens = info.max_input_tokens;
        Ok(vec![model])
    }
}
