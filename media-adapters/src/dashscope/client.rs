//! The client and its regions, with the names of the settings that `llm-adapters` reads.

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};

use super::error;

/// Where DashScope is. A key works in its own region only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Region {
    /// Singapore: `dashscope/MODEL`.
    International,
    /// Beijing: `dashscope-cn/MODEL`.
    China,
}

impl Region {
    /// Every region.
    pub const ALL: &'static [Self] = &[Self::International, Self::China];

    /// The vendor's name in addresses and errors.
    #[must_use]
    pub const fn vendor(self) -> &'static str {
        match self {
            Self::International => "dashscope",
            Self::China => "dashscope-cn",
        }
    }

    const fn url(self) -> &'static str {
        match self {
            Self::International => "https://dashscope-intl.aliyuncs.com/api/v1",
            Self::China => "https://dashscope.aliyuncs.com/api/v1",
        }
    }

    fn key(self) -> Setting {
        const WHAT: &str = "the API key";
        match self {
            Self::International => {
                Setting::new("DASHSCOPE_API_KEY", WHAT, "https://modelstudio.console.alibabacloud.com", "sk-0000")
            }
            Self::China => Setting::new("DASHSCOPE_CN_API_KEY", WHAT, "https://bailian.console.aliyun.com", "sk-0000")
                .or_named("DASHSCOPE_API_KEY"),
        }
        .secret()
    }

    const fn base_url(self) -> Setting {
        match self {
            Self::International => Setting::base_url("DASHSCOPE_HTTP_BASE_URL", self.url()),
            Self::China => Setting::base_url("DASHSCOPE_CN_HTTP_BASE_URL", self.url()),
        }
    }

    /// The settings that are read.
    #[must_use]
    pub fn settings(self) -> Vec<Setting> {
        vec![self.key(), self.base_url()]
    }

    /// The endpoint of this region, without a key: for another host, transport or clock.
    pub fn endpoint(self) -> EndpointBuilder {
        Endpoint::builder(self.vendor(), self.url()).classify(error::classify)
    }
}

/// A client of DashScope. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DashScope {
    pub(super) endpoint: Endpoint,
}

impl DashScope {
    /// A client of this endpoint; start from [`Region::endpoint`]. Keys are sent as
    /// [`Auth::Bearer`].
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
        let read = Reader::new(region.vendor(), settings, &region.settings())?;
        let endpoint = region.endpoint().auth(Auth::Bearer(read.secret(&region.key())?));
        Self::new(read.endpoint(endpoint, &region.base_url()))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env(region: Region) -> Result<Self> {
        Self::from_settings(region, &Environment)
    }
}
