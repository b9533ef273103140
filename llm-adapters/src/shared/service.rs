//! [`Service`]: what the dialects of a vendor have in common.

use std::borrow::Cow;

use http::HeaderName;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat, Timeouts};
use social_core::settings::{Reader, Setting, Settings};

/// A vendor or server: where it is, how its key is found and sent, and whether its calls are
/// billed.
///
/// Part of the records [`openai_chat::Dialect`](crate::openai_chat::Dialect),
/// [`responses::Dialect`](crate::responses::Dialect) and
/// [`anthropic::Dialect`](crate::anthropic::Dialect).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// The vendor's name in addresses and errors.
    pub vendor: Cow<'static, str>,
    /// What it is, for people; empty where its name says it.
    pub title: Cow<'static, str>,
    /// The URL to which the dialect adds its path; empty where each customer has another.
    pub base_url: Cow<'static, str>,
    /// The setting that replaces the base URL, such as `OPENAI_BASE_URL`; empty for none.
    pub base_url_variable: Cow<'static, str>,
    /// The settings of the key, such as `OPENAI_API_KEY`; the first that has a value counts.
    pub key_variables: Cow<'static, [Cow<'static, str>]>,
    /// Where to get a key.
    pub key_page: Cow<'static, str>,
    /// Whether calls fail without a key.
    pub key_required: bool,
    /// The header of the key.
    pub key_header: KeyHeader,
    /// Calls are billed: they are not repeated when their effect is unknown.
    pub paid: bool,
}

impl Default for Service {
    fn default() -> Self {
        Self::at("custom", "http://localhost:8000/v1")
    }
}

impl Service {
    /// A server that is not listed here: free, without a key.
    #[must_use]
    pub fn at(vendor: impl Into<Cow<'static, str>>, base_url: impl Into<Cow<'static, str>>) -> Self {
        Self { vendor: vendor.into(), base_url: base_url.into(), ..Self::server("", "", "", "", &[], "") }
    }

    /// A vendor that bills its calls and wants a key.
    pub(crate) const fn hosted(
        vendor: &'static str,
        title: &'static str,
        base_url: &'static str,
        base_url_variable: &'static str,
        key_variables: &'static [Cow<'static, str>],
        key_page: &'static str,
    ) -> Self {
        let mut hosted = Self::server(vendor, title, base_url, base_url_variable, key_variables, key_page);
        hosted.key_required = true;
        hosted.paid = true;
        hosted
    }

    /// A server that somebody runs: free, and a key is sent if there is one.
    pub(crate) const fn server(
        vendor: &'static str,
        title: &'static str,
        base_url: &'static str,
        base_url_variable: &'static str,
        key_variables: &'static [Cow<'static, str>],
        key_page: &'static str,
    ) -> Self {
        Self {
            vendor: Cow::Borrowed(vendor),
            title: Cow::Borrowed(title),
            base_url: Cow::Borrowed(base_url),
            base_url_variable: Cow::Borrowed(base_url_variable),
            key_variables: Cow::Borrowed(key_variables),
            key_page: Cow::Borrowed(key_page),
            key_required: false,
            key_header: KeyHeader::Usual,
            paid: false,
        }
    }

    pub(crate) const fn with_key_header(mut self, header: KeyHeader) -> Self {
        self.key_header = header;
        self
    }

    /// An answer may take ten minutes to begin, since reasoning models think and local servers load
    /// models first.
    pub(crate) fn endpoint(&self) -> EndpointBuilder {
        let endpoint = Endpoint::builder(self.vendor.clone(), self.base_url.clone().into_owned());
        let endpoint = endpoint.timeouts(Timeouts::GENERATION);
        match provider(&self.vendor) {
            Some(name) => endpoint.provider(name),
            None => endpoint,
        }
    }

    /// How a key is sent; `usual` is the dialect's own header.
    pub(crate) fn auth(&self, usual: KeyHeader, key: SecretString) -> Auth {
        let header = if self.key_header == KeyHeader::Usual { usual } else { self.key_header };
        match header {
            KeyHeader::Usual | KeyHeader::Bearer => Auth::Bearer(key),
            KeyHeader::ApiKey => Auth::Header(HeaderName::from_static("api-key"), key),
            KeyHeader::XApiKey => Auth::Header(HeaderName::from_static("x-api-key"), key),
        }
    }

    /// The setting of the key, if there is one.
    fn key(&self) -> Option<Setting> {
        let (first, others) = self.key_variables.split_first()?;
        let key = Setting::named(first.clone(), "the API key", self.key_page.clone(), "sk-0000").secret();
        let key = others.iter().cloned().fold(key, Setting::or_named);
        Some(if self.key_required { key } else { key.optional() })
    }

    /// The setting of the base URL, if there is one. It is required where the record has no URL.
    fn base_url(&self) -> Option<Setting> {
        let name = Some(&self.base_url_variable).filter(|name| !name.is_empty())?.clone();
        Some(match &*self.base_url {
            "" => {
                const EXAMPLE: &str = "https://resource.openai.azure.com/openai/v1";
                Setting::named(name, "the URL of your resource", self.key_page.clone(), EXAMPLE)
            }
            _ => Setting::named(name, "another base URL", "your proxy", self.base_url.clone()).optional(),
        })
    }

    /// The settings that are read: the key and the base URL.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        self.key().into_iter().chain(self.base_url()).collect()
    }

    /// The dialect's endpoint with the key and at the base URL of these settings.
    pub(crate) fn endpoint_from_settings(
        &self,
        mut endpoint: EndpointBuilder,
        usual: KeyHeader,
        settings: &dyn Settings,
    ) -> Result<EndpointBuilder> {
        let read = Reader::new(self.vendor.clone(), settings, &self.settings())?;
        if let Some(key) = self.key().and_then(|key| read.optional_secret(&key)) {
            endpoint = endpoint.auth(self.auth(usual, key));
        }
        Ok(read.endpoint(endpoint, self.base_url().as_ref()))
    }

    /// Whether a call whose effect is unknown is made again.
    pub(crate) fn repeat(&self) -> Repeat {
        if self.paid { Repeat::Never } else { Repeat::Safe }
    }
}

/// The vendor's name in OpenTelemetry's conventions, where it is another than ours:
/// <https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/>.
fn provider(vendor: &str) -> Option<&'static str> {
    Some(match vendor {
        "openai-responses" => "openai",
        "azure" | "azure-responses" => "azure.ai.openai",
        "xai" | "xai-responses" => "x_ai",
        "deepseek-anthropic" | "deepseek-responses" => "deepseek",
        "mistral" => "mistral_ai",
        "vertex-anthropic" => "gcp.vertex_ai",
        "openrouter-responses" => "openrouter",
        _ => return None,
    })
}

/// The header that carries a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyHeader {
    /// The dialect's own: `Authorization: Bearer ...` in OpenAI's dialects, `x-api-key: ...` in
    /// Anthropic's.
    #[default]
    Usual,
    /// `Authorization: Bearer ...`.
    Bearer,
    /// `api-key: ...`.
    ApiKey,
    /// `x-api-key: ...`.
    XApiKey,
}
