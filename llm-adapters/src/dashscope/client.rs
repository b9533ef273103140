//! The client.

use async_trait::async_trait;
use companies::dashscope::Region;
use social_core::Result;
use social_core::http::{Endpoint, EndpointBuilder};
use social_core::models::{ListedModel, ModelLister};
use social_core::settings::{Environment, Settings};

use super::models;

/// A client of DashScope. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DashScope {
    pub(super) endpoint: Endpoint,
}

impl DashScope {
    /// A client of this endpoint; start from [`Region::endpoint`]. Keys are sent as
    /// [`Auth::Bearer`](social_core::http::Auth::Bearer).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key, and the base URL if it is there, in the settings of the region.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(region: Region, settings: &dyn Settings) -> Result<Self> {
        Self::new(region.endpoint_from_settings(settings)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env(region: Region) -> Result<Self> {
        Self::from_settings(region, &Environment)
    }
}

#[async_trait]
impl ModelLister for DashScope {
    /// The models that the vendor lists, those for images, videos and embeddings among them.
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        models::list(&self.endpoint).await
    }
}
