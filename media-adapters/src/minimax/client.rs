//! The client and its regions.

use http::{HeaderMap, StatusCode};
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Failure, Reply};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, Result};

use super::error;
use super::wire::Checked;

/// Where MiniMax is. A key works in its own region only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Region {
    /// The whole world: `minimax/MODEL`.
    International,
    /// Mainland China: `minimax-cn/MODEL`.
    China,
}

impl Region {
    /// Every region.
    pub const ALL: &'static [Self] = &[Self::International, Self::China];

    /// The vendor's name in addresses and errors.
    #[must_use]
    pub const fn vendor(self) -> &'static str {
        match self {
            Self::International => "minimax",
            Self::China => "minimax-cn",
        }
    }

    const fn url(self) -> &'static str {
        match self {
            Self::International => "https://api.minimax.io/v1",
            Self::China => "https://api.minimaxi.com/v1",
        }
    }

    const fn page(self) -> &'static str {
        match self {
            Self::International => "https://platform.minimax.io",
            Self::China => "https://platform.minimaxi.com",
        }
    }

    const fn key(self) -> Setting {
        let name = match self {
            Self::International => "MINIMAX_API_KEY",
            Self::China => "MINIMAX_CN_API_KEY",
        };
        Setting::new(name, "the API key", self.page(), "eyJ-0000").secret()
    }

    const fn base_url(self) -> Setting {
        match self {
            Self::International => Setting::base_url("MINIMAX_BASE_URL", self.url()),
            Self::China => Setting::base_url("MINIMAX_CN_BASE_URL", self.url()),
        }
    }

    const fn group(self) -> Setting {
        let name = match self {
            Self::International => "MINIMAX_GROUP_ID",
            Self::China => "MINIMAX_CN_GROUP_ID",
        };
        Setting::new(name, "the group id of an older account", self.page(), "1700000000000000000").optional()
    }

    /// The settings that are read.
    #[must_use]
    pub fn settings(self) -> Vec<Setting> {
        vec![self.key(), self.base_url(), self.group()]
    }

    /// The endpoint of this region, without a key: for another address, transport or clock.
    pub fn endpoint(self) -> EndpointBuilder {
        Endpoint::builder(self.vendor(), self.url()).classify(error::classify)
    }
}

/// A client of MiniMax. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MiniMax {
    pub(super) endpoint: Endpoint,
    group: Option<String>,
}

impl MiniMax {
    /// A client of this endpoint; start from [`Region::endpoint`]. Keys are sent as
    /// [`Auth::Bearer`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, group: None })
    }

    /// Names the group in each request, for an older account.
    #[must_use]
    pub fn with_group(mut self, id: impl Into<String>) -> Self {
        self.group = Some(id.into());
        self
    }

    /// A client with the key, and the base URL and group if they are there, in the settings of the
    /// region.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(region: Region, settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new(region.vendor(), settings, &region.settings())?;
        let endpoint = region.endpoint().auth(Auth::Bearer(read.secret(&region.key())?));
        let client = Self::new(read.endpoint(endpoint, &region.base_url()))?;
        Ok(Self { group: read.optional_text(&region.group()), ..client })
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env(region: Region) -> Result<Self> {
        Self::from_settings(region, &Environment)
    }
}

impl MiniMax {
    pub(super) fn get(&self, path: &str) -> Result<Call<'_>> {
        Ok(self.with_group_id(self.endpoint.get(path)?))
    }

    pub(super) fn post(&self, path: &str) -> Result<Call<'_>> {
        Ok(self.with_group_id(self.endpoint.post(path)?))
    }

    fn with_group_id<'a>(&self, call: Call<'a>) -> Call<'a> {
        match &self.group {
            Some(group) => call.query("GroupId", group),
            None => call,
        }
    }

    /// Reads an answer of the older interface, whose failures come with status 200.
    pub(super) fn open<'de, T: Checked<'de>>(&self, reply: &'de Reply) -> Result<T> {
        let answer: T = reply.json()?;
        match answer.base_resp().status_code {
            0 => Ok(answer),
            _ => Err(reply.describe(self.endpoint.classify(&reply.failure()))),
        }
    }

    /// The failure in an answer that came with status 200, whole or as an event.
    pub(super) fn refusal(&self, body: &[u8]) -> Error {
        self.endpoint.classify(&Failure { status: StatusCode::OK, headers: &HeaderMap::new(), body })
    }
}
