//! The client of a vendor of the dialect, and of Vertex AI.

use std::sync::Arc;

use secrecy::SecretString;
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, TokenSource};

use super::dialect::Dialect;
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
        let endpoint = Dialect::ANTHROPIC.endpoint().auth(Dialect::ANTHROPIC.auth(key.into())).build()?;
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
        let endpoint = vertex::rebased(endpoint, &Dialect::VERTEX.service.base_url_variable).build()?;
        Ok(Self::on_vertex(Dialect::VERTEX, endpoint))
    }

    /// Claude on Vertex AI, in a project and location (`us-east5`, `global`).
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is no name.
    pub fn vertex(project: &str, location: &str, tokens: Arc<dyn TokenSource>) -> Result<Self> {
        let endpoint = Self::vertex_endpoint(project, location)?.auth(Auth::source(tokens)).build()?;
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
}
