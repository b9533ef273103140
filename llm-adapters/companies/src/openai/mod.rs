//! OpenAI, and companies whose interfaces follow OpenAI's: one base URL for texts and media, one
//! key that is sent as a bearer token, refusals in OpenAI's words.

mod error;
#[cfg(test)]
mod tests;

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Timeouts};
use social_core::settings::{Reader, Setting, Settings};

pub use error::{classify, filtered, minimax, zhipu};

/// A company: where its interfaces are, and how one signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Company {
    /// The vendor's name in addresses and errors.
    pub vendor: &'static str,
    /// The vendor's name in OpenTelemetry's conventions.
    pub provider: &'static str,
    /// The URL to which an interface adds its path.
    pub base_url: &'static str,
    /// The setting that replaces the base URL.
    pub base_url_variable: &'static str,
    /// The setting of the key.
    pub key_variable: &'static str,
    /// Where to get a key.
    pub key_page: &'static str,
}

/// OpenAI.
pub const OPENAI: Company = Company {
    vendor: "openai",
    provider: "openai",
    base_url: "https://api.openai.com/v1",
    base_url_variable: "OPENAI_BASE_URL",
    key_variable: "OPENAI_API_KEY",
    key_page: "https://platform.openai.com/api-keys",
};

/// OpenRouter.
pub const OPENROUTER: Company = Company {
    vendor: "openrouter",
    provider: "openrouter",
    base_url: "https://openrouter.ai/api/v1",
    base_url_variable: "OPENROUTER_BASE_URL",
    key_variable: "OPENROUTER_API_KEY",
    key_page: "https://openrouter.ai/settings/keys",
};

/// xAI.
pub const XAI: Company = Company {
    vendor: "xai",
    provider: "x_ai",
    base_url: "https://api.x.ai/v1",
    base_url_variable: "XAI_BASE_URL",
    key_variable: "XAI_API_KEY",
    key_page: "https://console.x.ai",
};

impl Company {
    /// The settings that it reads: the key, and a base URL if there is another.
    #[must_use]
    pub fn settings(&self) -> [Setting; 2] {
        [
            Setting::new(self.key_variable, "the API key", self.key_page, "sk-0000").secret(),
            Setting::base_url(self.base_url_variable, self.base_url),
        ]
    }

    /// The endpoint without a key, for another address, transport or clock.
    pub fn endpoint(&self) -> EndpointBuilder {
        let endpoint = Endpoint::builder(self.vendor, self.base_url).provider(self.provider);
        endpoint.classify(classify).timeouts(Timeouts::GENERATION)
    }

    /// The endpoint that settings describe, with the key.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the key when it is missing.
    pub fn endpoint_from_settings(&self, settings: &dyn Settings) -> Result<EndpointBuilder> {
        let declared = self.settings();
        let read = Reader::new(self.vendor, settings, &declared)?;
        let [key, base_url] = &declared;
        Ok(read.endpoint(self.endpoint().auth(Auth::Bearer(read.secret(key)?)), base_url))
    }
}
