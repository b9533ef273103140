//! The client of AI Studio and of Vertex AI.

use std::sync::Arc;

use http::{HeaderName, Method};
use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Route, Timeouts, TokenSource};
use social_core::{Error, Result, env};

use super::error;
use crate::shared::vertex;

const KEY_PAGE: &str = "https://aistudio.google.com/apikey";

/// Where the models are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GoogleApi {
    AiStudio,
    Vertex,
}

/// A client of Gemini in AI Studio or on Vertex AI. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gemini {
    pub(super) endpoint: Endpoint,
    pub(super) api: GoogleApi,
}

impl Gemini {
    /// AI Studio, with the key in `GEMINI_API_KEY`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when it is not set.
    pub fn from_env() -> Result<Self> {
        let key = env::secret("GEMINI_API_KEY", KEY_PAGE).map_err(|error| error.with_vendor("gemini"))?;
        let endpoint = Self::endpoint().auth(Self::auth(key));
        Ok(Self::new(vertex::rebased(endpoint, "GEMINI_BASE_URL").build()?))
    }

    /// AI Studio, with this key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for a key that a header cannot carry.
    pub fn with_key(key: impl Into<SecretString>) -> Result<Self> {
        Ok(Self::new(Self::endpoint().auth(Self::auth(key.into())).build()?))
    }

    /// The settings of AI Studio without a key, for another address, transport or clock.
    pub fn endpoint() -> EndpointBuilder {
        builder("gemini", "https://generativelanguage.googleapis.com/v1beta".to_owned())
    }

    /// How AI Studio's key is sent.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        Auth::Header(HeaderName::from_static("x-goog-api-key"), key)
    }

    /// A client of this endpoint; start from [`Gemini::endpoint`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, api: GoogleApi::AiStudio }
    }

    /// Vertex AI, with `VERTEX_PROJECT`, `VERTEX_LOCATION` and the token in `VERTEX_ACCESS_TOKEN`.
    ///
    /// The token is not renewed: what runs for longer than an hour takes [`vertex`](Self::vertex).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when project or token are not set.
    pub fn vertex_from_env() -> Result<Self> {
        let (vertex::VertexPlace { project, location }, auth) = vertex::from_env("vertex")?;
        let endpoint = Self::vertex_endpoint(&project, &location)?.auth(auth);
        Ok(Self::on_vertex(vertex::rebased(endpoint, "VERTEX_BASE_URL").build()?))
    }

    /// Vertex AI, in a project and location (`us-central1`, `global`).
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is no name.
    pub fn vertex(project: &str, location: &str, tokens: Arc<dyn TokenSource>) -> Result<Self> {
        Ok(Self::on_vertex(Self::vertex_endpoint(project, location)?.auth(Auth::source(tokens)).build()?))
    }

    /// The settings of Vertex AI without a token, for another address, transport or clock.
    ///
    /// # Errors
    /// As [`vertex`](Self::vertex).
    pub fn vertex_endpoint(project: &str, location: &str) -> Result<EndpointBuilder> {
        Ok(builder("vertex", vertex::base_url("vertex", "v1beta1", project, location)?))
    }

    /// A client of this endpoint; start from [`Gemini::vertex_endpoint`]. A base URL of your own ends in
    /// `projects/PROJECT/locations/LOCATION`.
    #[must_use]
    pub fn on_vertex(endpoint: Endpoint) -> Self {
        Self { endpoint, api: GoogleApi::Vertex }
    }

    /// The model's name as the vendor's messages spell it.
    pub(super) fn resource(&self, model: &str) -> String {
        match self.api {
            _ if model.contains('/') => model.to_owned(),
            GoogleApi::AiStudio => format!("models/{model}"),
            GoogleApi::Vertex => format!("publishers/google/models/{model}"),
        }
    }

    pub(super) fn route(&self, model: &str, verb: &str) -> Result<Route> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._@/".contains(c);
        if model.is_empty() || !model.chars().all(fits) || model.split('/').any(|segment| segment == "..") {
            let error = Error::invalid("model", format!("`{model}` is no id of a model"));
            return Err(error.with_vendor(self.endpoint.vendor()));
        }
        self.endpoint.route(Method::POST, &format!("{}:{verb}", self.resource(model)))
    }
}

fn builder(vendor: &'static str, base_url: String) -> EndpointBuilder {
    Endpoint::builder(vendor, base_url).classify(error::classify).timeouts(Timeouts::GENERATION)
}
