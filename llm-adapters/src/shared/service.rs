//! [`Service`]: what the dialects of a vendor have in common.

use std::borrow::Cow;

use http::HeaderName;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat, Timeouts};
use social_core::{Error, Result, env};

/// A vendor or server: where it is, how its key is found and sent, and whether its calls are billed.
///
/// Part of the records [`openai_chat::Dialect`](crate::openai_chat::Dialect), [`responses::Dialect`](crate::responses::Dialect)
/// and [`anthropic::Dialect`](crate::anthropic::Dialect).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// The vendor's name in addresses and errors.
    pub vendor: Cow<'static, str>,
    /// The URL to which the dialect adds its path; empty where each customer has another.
    pub base_url: Cow<'static, str>,
    /// The environment variable that replaces the base URL; empty for none.
    pub base_url_variable: Cow<'static, str>,
    /// The environment variables of the key; the first that is set counts.
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
        Self { vendor: vendor.into(), base_url: base_url.into(), ..Self::server("", "", "", &[], "") }
    }

    /// A vendor that bills its calls and wants a key.
    pub(crate) const fn hosted(
        vendor: &'static str,
        base_url: &'static str,
        base_url_variable: &'static str,
        key_variables: &'static [Cow<'static, str>],
        key_page: &'static str,
    ) -> Self {
        let mut hosted = Self::server(vendor, base_url, base_url_variable, key_variables, key_page);
        hosted.key_required = true;
        hosted.paid = true;
        hosted
    }

    /// A server that somebody runs: free, and a key is sent if there is one.
    pub(crate) const fn server(
        vendor: &'static str,
        base_url: &'static str,
        base_url_variable: &'static str,
        key_variables: &'static [Cow<'static, str>],
        key_page: &'static str,
    ) -> Self {
        Self {
            vendor: Cow::Borrowed(vendor),
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

    /// An answer may take ten minutes to begin, since reasoning models think and local servers load models first.
    pub(crate) fn endpoint(&self) -> EndpointBuilder {
        Endpoint::builder(self.vendor.clone(), self.base_url.clone().into_owned()).timeouts(Timeouts::GENERATION)
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

    /// The dialect's endpoint with the key and the base URL that the environment names.
    pub(crate) fn endpoint_from_env(&self, mut builder: EndpointBuilder, usual: KeyHeader) -> Result<Endpoint> {
        let base_url = Some(&*self.base_url_variable).filter(|name| !name.is_empty()).and_then(env::optional);
        match base_url {
            Some(base_url) => builder = builder.base_url(base_url),
            None if self.base_url.is_empty() => {
                let message =
                    "not set; it is the URL of your endpoint, for instance https://RESOURCE.openai.azure.com/openai/v1";
                let error = Error::config(message).with_field(self.base_url_variable.to_string());
                return Err(error.with_vendor(self.vendor.clone()));
            }
            None => {}
        }
        let key = self.key_variables.iter().find_map(|name| env::optional(name)).map(SecretString::from);
        match (key, self.key_variables.first()) {
            (Some(key), _) => builder = builder.auth(self.auth(usual, key)),
            (None, Some(name)) if self.key_required => {
                env::secret(name, &self.key_page).map_err(|e| e.with_vendor(self.vendor.clone()))?;
            }
            (None, _) => {}
        }
        builder.build()
    }

    /// Whether a call whose effect is unknown is made again.
    pub(crate) fn repeat(&self) -> Repeat {
        if self.paid { Repeat::Never } else { Repeat::Safe }
    }
}

/// The header that carries a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyHeader {
    /// The dialect's own: `Authorization: Bearer ...` in OpenAI's dialects, `x-api-key: ...` in Anthropic's.
    #[default]
    Usual,
    /// `Authorization: Bearer ...`.
    Bearer,
    /// `api-key: ...`.
    ApiKey,
    /// `x-api-key: ...`.
    XApiKey,
}
