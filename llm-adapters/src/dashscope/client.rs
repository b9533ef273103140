//! The client and its hosts.

use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::{Result, env};

use super::{error, models};
use crate::ListedModel;

const KEY_PAGE: &str = "https://modelstudio.console.alibabacloud.com";

/// A client of DashScope. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DashScope {
    pub(super) endpoint: Endpoint,
}

impl DashScope {
    /// The international host, in Singapore.
    pub const INTERNATIONAL: &'static str = "https://dashscope-intl.aliyuncs.com/api/v1";
    /// The host in Beijing.
    pub const CHINA: &'static str = "https://dashscope.aliyuncs.com/api/v1";
    /// The host in Virginia.
    pub const US: &'static str = "https://dashscope-us.aliyuncs.com/api/v1";

    /// The international host, or the one that `DASHSCOPE_HTTP_BASE_URL` names.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when `DASHSCOPE_API_KEY` is not set.
    pub fn from_env() -> Result<Self> {
        let base_url = env::optional("DASHSCOPE_HTTP_BASE_URL").unwrap_or_else(|| Self::INTERNATIONAL.to_owned());
        let key = env::secret("DASHSCOPE_API_KEY", KEY_PAGE).map_err(|error| error.with_vendor("dashscope"))?;
        Ok(Self::new(Self::endpoint().base_url(base_url).auth(Auth::Bearer(key)).build()?))
    }

    /// The host in Beijing.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) when neither `DASHSCOPE_CN_API_KEY` nor `DASHSCOPE_API_KEY` is set.
    pub fn from_env_in_china() -> Result<Self> {
        let key = match env::optional("DASHSCOPE_CN_API_KEY") {
            Some(key) => SecretString::from(key),
            None => env::secret("DASHSCOPE_API_KEY", "https://bailian.console.aliyun.com")
                .map_err(|error| error.with_vendor("dashscope-cn"))?,
        };
        let endpoint = Self::settings("dashscope-cn", Self::CHINA).auth(Auth::Bearer(key));
        Ok(Self::new(endpoint.build()?))
    }

    /// The settings of the international host, without a key: for another host, transport or clock.
    pub fn endpoint() -> EndpointBuilder {
        Self::settings("dashscope", Self::INTERNATIONAL)
    }

    fn settings(vendor: &'static str, base_url: &'static str) -> EndpointBuilder {
        Endpoint::builder(vendor, base_url).classify(error::classify).timeouts(Timeouts::GENERATION)
    }

    /// A client of this endpoint; start from [`DashScope::endpoint`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// The models that the vendor lists, those for images, videos and embeddings among them.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn list_models(&self) -> Result<Vec<ListedModel>> {
        models::list(&self.endpoint).await
    }
}
