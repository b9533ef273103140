//! The client of a vendor of the dialect.

use std::sync::Arc;

use http::Method;
use secrecy::SecretString;
use social_core::Result;
use social_core::http::{Endpoint, Route};

use super::dialect::Dialect;
use crate::ListedModel;
use crate::openai_chat::models;

/// A client of a vendor that speaks the Responses dialect. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Responses {
    pub(super) dialect: Arc<Dialect>,
    pub(super) endpoint: Endpoint,
    pub(super) route: Route,
}

impl Responses {
    /// A client with the key, and the base URL if it is there, from the environment variables that the dialect names.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the variable that is missing and where to get its value.
    pub fn from_env(dialect: Dialect) -> Result<Self> {
        let endpoint = dialect.endpoint_from_env()?;
        Self::new(dialect, endpoint)
    }

    /// A client with this key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for a base URL that is none.
    pub fn with_key(dialect: Dialect, key: impl Into<SecretString>) -> Result<Self> {
        let endpoint = dialect.endpoint().auth(dialect.auth(key.into())).build()?;
        Self::new(dialect, endpoint)
    }

    /// A client with its own transport, clock, retry policy or headers; start from [`Dialect::endpoint`].
    ///
    /// # Errors
    /// As [`Endpoint::route`].
    pub fn new(dialect: Dialect, endpoint: Endpoint) -> Result<Self> {
        let route = endpoint.route(Method::POST, "responses")?;
        Ok(Self { dialect: Arc::new(dialect), endpoint, route })
    }

    /// The models that the vendor lists for this key, in the vendor's order; not all of them speak this dialect.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        models::list(&self.endpoint).await
    }
}
