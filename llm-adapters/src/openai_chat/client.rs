//! The client of a vendor of the dialect.

use std::sync::Arc;

use http::Method;
use secrecy::SecretString;
use social_core::Result;
use social_core::http::{Endpoint, Repeat, Route};

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
        let route = endpoint.route(Method::POST, "chat/completions")?;
        Ok(Self { dialect: Arc::new(dialect), endpoint, route })
    }

    pub(super) fn repeat(&self) -> Repeat {
        self.dialect.service.repeat()
    }
}
