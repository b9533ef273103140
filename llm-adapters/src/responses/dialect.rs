use std::borrow::Cow;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::chat::ChatCapabilities;
use social_core::http::{Auth, Endpoint, EndpointBuilder};

use crate::openai_chat::{self, KeyHeader};

/// A vendor or server that speaks the Responses dialect: where it is and what it does differently.
///
/// Those that this crate knows are constants; any other is described at run time, with [`Dialect::at`] or in a configuration
/// file (every field that is left out has the value of `Dialect::at`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// The vendor's name in addresses and errors.
    pub vendor: Cow<'static, str>,
    /// The URL to which `responses` is added.
    pub base_url: Cow<'static, str>,
    /// The environment variable that replaces the base URL; empty for none.
    pub base_url_variable: Cow<'static, str>,
    /// The environment variable of the key; empty when none is needed.
    pub key_variable: Cow<'static, str>,
    /// Where to get a key.
    pub key_page: Cow<'static, str>,
    /// What differs from OpenAI on the wire.
    pub quirks: Quirks,
}

/// How a dialect differs from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// The header of the key.
    pub key_header: KeyHeader,
    /// Calls are billed: they are not repeated when their effect is unknown.
    pub paid: bool,
    /// Hands out encrypted reasoning when asked for.
    pub encrypted_reasoning: bool,
    /// Takes JSON schemas, also strict ones of tools.
    pub json_schema: bool,
    /// Reads images.
    pub images: bool,
    /// How a web search is asked for.
    pub web_search: WebSearchRequest,
    /// Has `responses/input_tokens`, which counts before anything is sent.
    pub token_count: bool,
}

/// How a web search is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebSearchRequest {
    /// Not at all.
    Unsupported,
    /// `tools: [{type: web_search}]` and nothing else.
    Tool,
    /// With `filters.allowed_domains`.
    Filtered,
    /// With filters, `user_location`, and `max_tool_calls`.
    Full,
    /// `plugins: [{id: web}]`.
    Plugin,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::at("custom", "http://localhost:8000/v1")
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self::SERVER
    }
}

impl Quirks {
    const OPENAI: Self = Self {
        key_header: KeyHeader::Bearer,
        paid: true,
        encrypted_reasoning: true,
        json_schema: true,
        images: true,
        web_search: WebSearchRequest::Full,
        token_count: false,
    };

    const SERVER: Self =
        Self { paid: false, encrypted_reasoning: false, web_search: WebSearchRequest::Unsupported, ..Self::OPENAI };
}

const fn record(
    vendor: &'static str,
    base_url: &'static str,
    [key_variable, base_url_variable]: [&'static str; 2],
    key_page: &'static str,
    quirks: Quirks,
) -> Dialect {
    Dialect {
        vendor: Cow::Borrowed(vendor),
        base_url: Cow::Borrowed(base_url),
        base_url_variable: Cow::Borrowed(base_url_variable),
        key_variable: Cow::Borrowed(key_variable),
        key_page: Cow::Borrowed(key_page),
        quirks,
    }
}

impl Dialect {
    /// OpenAI itself (`openai-responses/MODEL`).
    #[doc = about!(
        "openai-responses/gpt-5.4-mini",
        environment: "`OPENAI_API_KEY`, from <https://platform.openai.com/api-keys>; `OPENAI_BASE_URL` replaces \
            `https://api.openai.com/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, reasoning that is shown and sent back, web search \
            with citations and their places in the answer; searches are counted and priced.",
        limits: "see the [module](crate::responses): neither seed nor stop texts; without reasoning options the vendor \
            stores an answer for 30 days; background answers are refused.",
        sources: "<https://platform.openai.com/docs/api-reference/responses>, OpenAI's openapi.yaml, recordings.",
    )]
    pub const OPENAI: Self = record(
        "openai-responses",
        "https://api.openai.com/v1",
        ["OPENAI_API_KEY", "OPENAI_BASE_URL"],
        "https://platform.openai.com/api-keys",
        Quirks { token_count: true, ..Quirks::OPENAI },
    );

    /// Azure OpenAI, its `v1` API (`azure-responses/DEPLOYMENT`).
    #[doc = about!(
        "azure-responses/my-deployment",
        environment: "`AZURE_OPENAI_API_KEY`, from <https://portal.azure.com>, and `AZURE_OPENAI_BASE_URL`, the URL of your \
            resource: `https://RESOURCE.openai.azure.com/openai/v1`.",
        supported: "what [`OPENAI`](Self::OPENAI) supports, for the models that you deployed.",
        limits: "those of [`OPENAI`](Self::OPENAI); the model is the name of a deployment.",
        sources: "<https://learn.microsoft.com/azure/ai-services/openai/how-to/responses>.",
    )]
    pub const AZURE: Self = record(
        "azure-responses",
        "",
        ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_BASE_URL"],
        "https://portal.azure.com",
        Quirks { key_header: KeyHeader::ApiKey, ..Quirks::OPENAI },
    );

    /// xAI, its Responses dialect (`xai-responses/MODEL`): it shows a summary of its reasoning unasked, and reports each call's cost.
    #[doc = about!(
        "xai-responses/grok-4.3",
        environment: "`XAI_API_KEY`, from <https://console.x.ai>; `XAI_BASE_URL` replaces `https://api.x.ai/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, encrypted reasoning, web search (also of certain \
            domains only) with citations.",
        limits: "a search takes neither a country nor a number of searches; the search of X goes into the request's \
            `extra`.",
        sources: "<https://docs.x.ai/developers/model-capabilities/text/generate-text>, recordings.",
    )]
    pub const XAI: Self = record(
        "xai-responses",
        "https://api.x.ai/v1",
        ["XAI_API_KEY", "XAI_BASE_URL"],
        "https://console.x.ai",
        Quirks { web_search: WebSearchRequest::Filtered, ..Quirks::OPENAI },
    );

    /// DeepSeek, its Responses dialect (`deepseek-responses/MODEL`): its reasoning is plain text, its searches name pages but cite
    /// none.
    #[doc = about!(
        "deepseek-responses/deepseek-v4-flash",
        environment: "`DEEPSEEK_API_KEY`, from <https://platform.deepseek.com/api_keys>; `DEEPSEEK_BASE_URL` replaces \
            `https://api.deepseek.com`.",
        supported: "text, streams, tools, JSON mode, reasoning, web search with the pages that it opened.",
        limits: "no promised schemas (`extract` asks in words), no images, no options of a search.",
        sources: "<https://api-docs.deepseek.com>, recordings.",
    )]
    pub const DEEPSEEK: Self = record(
        "deepseek-responses",
        "https://api.deepseek.com",
        ["DEEPSEEK_API_KEY", "DEEPSEEK_BASE_URL"],
        "https://platform.deepseek.com/api_keys",
        Quirks {
            encrypted_reasoning: false,
            json_schema: false,
            images: false,
            web_search: WebSearchRequest::Tool,
            ..Quirks::OPENAI
        },
    );

    /// OpenRouter, its Responses dialect (`openrouter-responses/VENDOR/MODEL`); it stores nothing.
    #[doc = about!(
        "openrouter-responses/openai/gpt-5.4-mini",
        environment: "`OPENROUTER_API_KEY`, from <https://openrouter.ai/settings/keys>; `OPENROUTER_BASE_URL` replaces \
            `https://openrouter.ai/api/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, reasoning, web search as a plugin, the cost of each \
            call.",
        limits: "a beta of the vendor's; what works depends on the model and its provider.",
        sources: "<https://openrouter.ai/docs/api/reference/responses/overview>, recordings.",
    )]
    pub const OPENROUTER: Self = record(
        "openrouter-responses",
        "https://openrouter.ai/api/v1",
        ["OPENROUTER_API_KEY", "OPENROUTER_BASE_URL"],
        "https://openrouter.ai/settings/keys",
        Quirks { web_search: WebSearchRequest::Plugin, ..Quirks::OPENAI },
    );

    /// Every record.
    pub const ALL: [&'static Self; 5] = [&Self::OPENAI, &Self::AZURE, &Self::XAI, &Self::DEEPSEEK, &Self::OPENROUTER];

    /// The record of this vendor.
    #[must_use]
    pub fn named(vendor: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|dialect| dialect.vendor == vendor)
    }

    /// A server that is not listed here, such as vLLM or Ollama: free, without a key, without reasoning that is
    /// encrypted and without a web search.
    #[must_use]
    pub fn at(vendor: impl Into<Cow<'static, str>>, base_url: impl Into<Cow<'static, str>>) -> Self {
        let base = record("", "", ["", ""], "", Quirks::SERVER);
        Self { vendor: vendor.into(), base_url: base_url.into(), ..base }
    }

    /// The settings of an endpoint of this vendor, without a key: for another transport, clock, retry policy or header.
    pub fn endpoint(&self) -> EndpointBuilder {
        self.connection().endpoint()
    }

    /// How this vendor wants a key to be sent.
    #[must_use]
    pub fn auth(&self, key: SecretString) -> Auth {
        self.connection().auth(key)
    }

    pub(super) fn endpoint_from_env(&self) -> Result<Endpoint> {
        self.connection().endpoint_from_env()
    }

    /// The vendor's other dialect is reached, and refuses, in the same way.
    fn connection(&self) -> openai_chat::Dialect {
        let mut connection = openai_chat::Dialect::at(self.vendor.clone(), self.base_url.clone());
        connection.base_url_variable = self.base_url_variable.clone();
        connection.key_page = self.key_page.clone();
        if !self.key_variable.is_empty() {
            connection.key_variables = Cow::Owned(vec![self.key_variable.clone()]);
            connection.quirks.key_required = true;
        }
        connection.quirks.key_header = self.quirks.key_header;
        connection
    }

    pub(super) fn capabilities(&self) -> ChatCapabilities {
        let mut all = ChatCapabilities::all();
        all.video_input = false;
        all.image_input = self.quirks.images;
        all.json_schema = self.quirks.json_schema;
        all.web_search = self.quirks.web_search != WebSearchRequest::Unsupported;
        all.paid = self.quirks.paid;
        all
    }
}
