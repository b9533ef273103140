//! The client of a vendor of the dialect.

use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use social_core::Result;
use social_core::http::{Endpoint, EndpointBuilder, Route};
use social_core::models::{ListedModel, ModelLister};
use social_core::settings::{Environment, Settings};

use super::dialect::Dialect;
use crate::openai_chat::models;

/// A client of a vendor that speaks the Responses dialect. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Responses {
    pub(super) dialect: Arc<Dialect>,
    pub(super) endpoint: Endpoint,
    pub(super) route: Route,
}

impl Responses {
    /// A client of this endpoint; start from [`Dialect::endpoint`] for another transport, clock,
    /// retry policy or header.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(dialect: Dialect, endpoint: EndpointBuilder) -> Result<Self> {
        let endpoint = endpoint.build()?;
        let route = endpoint.route(Method::POST, "responses")?;
        Ok(Self { dialect: Arc::new(dialect), endpoint, route })
    }

    /// A client with the key, and the base URL if it is there, in the settings that the dialect
    /// names.
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

#[async_trait]
impl ModelLister for Responses {
    /// The models that the vendor lists for this key; not all of them speak this dialect.
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        models::list(&self.endpoint).await
    }
}
