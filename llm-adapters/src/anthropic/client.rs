//! The client of a vendor of the dialect.

use std::sync::Arc;

use social_core::Result;
use social_core::http::{Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Settings};

use super::dialect::Dialect;

/// A client of Anthropic or of a vendor that speaks its dialect. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Anthropic {
    pub(super) dialect: Arc<Dialect>,
    pub(super) endpoint: Endpoint,
}

impl Anthropic {
    /// A client of this endpoint; start from [`Dialect::endpoint`] for another transport, clock,
    /// retry policy or header, and from [`Dialect::vertex_endpoint`] for Vertex AI.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(dialect: Dialect, endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { dialect: Arc::new(dialect), endpoint: endpoint.build()? })
    }

    /// A client with the key, and the base URL if it is there, in the settings that the dialect
    /// names.
    ///
    /// Of [`Dialect::VERTEX`]: `VERTEX_PROJECT`, `VERTEX_LOCATION` (without it `global`) and the
    /// token in `VERTEX_ACCESS_TOKEN`, which is not renewed; `VERTEX_ANTHROPIC_BASE_URL` replaces
    /// the URL up to `publishers/anthropic/models`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(dialect: Dialect, settings: &dyn Settings) -> Result<Self> {
        let endpoint = dialect.endpoint_from_settings(settings)?;
        Self::new(dialect, endpoint)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env(dialect: Dialect) -> Result<Self> {
        Self::from_settings(dialect, &Environment)
    }
}
