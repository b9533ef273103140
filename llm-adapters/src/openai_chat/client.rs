//! The client of a vendor of the dialect.

use std::sync::Arc;

use http::Method;
use social_core::Result;
use social_core::http::{Endpoint, EndpointBuilder, Repeat, Route};
use social_core::settings::{Environment, Settings};

use super::dialect::Dialect;

/// A client of a vendor that speaks OpenAI's chat dialect. Cheap to clone.
///
/// ```no_run
/// use llm_adapters::openai_chat::{Compatible, Dialect};
/// use social_core::chat::ChatModelExt as _;
///
/// # async fn example() -> social_core::Result<()> {
/// let model = Compatible::from_env(Dialect::DEEPSEEK)?.chat("deepseek-v4-flash");
/// println!("{}", model.ask("A caption for a café, please.").await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Compatible {
    pub(super) dialect: Arc<Dialect>,
    pub(super) endpoint: Endpoint,
    pub(super) route: Route,
}

impl Compatible {
    /// A client of this endpoint; start from [`Dialect::endpoint`] for another transport, clock,
    /// retry policy or header.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(dialect: Dialect, endpoint: EndpointBuilder) -> Result<Self> {
        let endpoint = endpoint.build()?;
        let route = endpoint.route(Method::POST, "chat/completions")?;
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

    pub(super) fn repeat(&self) -> Repeat {
        self.dialect.service.repeat()
    }
}
