//! DashScope of Alibaba Cloud: one base URL for texts and media in each region, one key that is
//! sent as a bearer token.

mod error;

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::settings::{Reader, Setting, Settings};

pub use error::{classify, refusal};

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

    fn base_url(self) -> Setting {
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
        Endpoint::builder(self.vendor(), self.url()).classify(classify).timeouts(Timeouts::GENERATION)
    }

    /// The endpoint that settings describe, with the key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn endpoint_from_settings(self, settings: &dyn Settings) -> Result<EndpointBuilder> {
        let read = Reader::new(self.vendor(), settings, &self.settings())?;
        let endpoint = self.endpoint().auth(Auth::Bearer(read.secret(&self.key())?));
        Ok(read.endpoint(endpoint, &self.base_url()))
    }
}
