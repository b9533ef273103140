//! What a vendor or server of the dialect is and does differently.

use std::borrow::Cow;

use companies::openai;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::chat::ChatCapabilities;
use social_core::http::{Auth, EndpointBuilder};
use social_core::settings::{Setting, Settings};

use crate::openai_chat;
use crate::shared::service::{KeyHeader, Service};

/// A vendor or server that speaks the Responses dialect: where it is and what it does differently.
///
/// Those that this crate knows are constants; any other is described at run time, with
/// [`Dialect::at`] or in a configuration file (every field that is left out has the value of
/// `Dialect::at`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Where it is, its key, and whether it is paid.
    pub service: Service,
    /// What differs from OpenAI on the wire.
    pub quirks: Quirks,
}

/// How a dialect differs from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Hands out encrypted reasoning when asked for.
    pub encrypted_reasoning: bool,
    /// Takes JSON schemas, also strict ones of tools.
    pub json_schema: bool,
    /// Reads images.
    pub images: bool,
    /// Reads documents.
    pub documents: bool,
    /// Makes images with a tool of its own.
    pub image_output: bool,
    /// Takes `prompt_cache_key`.
    pub prompt_cache_key: bool,
    /// Many chats are asked for at once, in a file of requests.
    pub batches: bool,
    /// How a web search is asked for.
    pub web_search: WebSearchRequest,
    /// Thinking may stand inside the text, between `<think>` and `</think>`, and is told apart.
    pub think_tags: bool,
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
        encrypted_reasoning: true,
        json_schema: true,
        images: true,
        documents: false,
        image_output: false,
        prompt_cache_key: false,
        batches: false,
        web_search: WebSearchRequest::Full,
        think_tags: false,
        token_count: false,
    };

    const SERVER: Self = Self {
        encrypted_reasoning: false,
        web_search: WebSearchRequest::Unsupported,
        think_tags: true,
        ..Self::OPENAI
    };
}

impl Dialect {
    /// OpenAI itself (`openai-responses/MODEL`).
    #[doc = about!(
        "openai-responses/gpt-5.4-mini",
        environment: "`OPENAI_API_KEY`, from <https://platform.openai.com/api-keys>; `OPENAI_BASE_URL` replaces \
            `https://api.openai.com/v1`.",
        supported: "text, streams, images, PDFs (bytes, URL, uploaded file), tools, JSON of a schema, reasoning that is \
            shown and sent back, web search with citations and their places in the answer, images in the answer, a key for \
            the prompt cache, batches; searches are counted and priced.",
        limits: "see the [module](crate::responses): neither seed nor stop texts; without reasoning options the vendor \
            stores an answer for 30 days; background answers are refused.",
        sources: "<https://platform.openai.com/docs/api-reference/responses>, OpenAI's openapi.yaml, recordings.",
    )]
    pub const OPENAI: Self = Self {
        service: Service::hosted(
            "openai-responses",
            "OpenAI, Responses, with web search",
            openai::OPENAI.base_url,
            openai::OPENAI.base_url_variable,
            &[Cow::Borrowed(openai::OPENAI.key_variable)],
            openai::OPENAI.key_page,
        ),
        quirks: Quirks {
            documents: true,
            image_output: true,
            prompt_cache_key: true,
            batches: true,
            token_count: true,
            ..Quirks::OPENAI
        },
    };

    /// Azure OpenAI, its `v1` API (`azure-responses/DEPLOYMENT`).
    #[doc = about!(
        "azure-responses/my-deployment",
        environment: "`AZURE_OPENAI_API_KEY`, from <https://portal.azure.com>, and `AZURE_OPENAI_BASE_URL`, the URL of your \
            resource: `https://RESOURCE.openai.azure.com/openai/v1`.",
        supported: "what [`OPENAI`](Self::OPENAI) supports, for the models that you deployed.",
        limits: "those of [`OPENAI`](Self::OPENAI); the model is the name of a deployment.",
        sources: "<https://learn.microsoft.com/azure/ai-services/openai/how-to/responses>.",
    )]
    pub const AZURE: Self = Self {
        service: Service::hosted(
            "azure-responses",
            "Azure OpenAI, Responses",
            "",
            "AZURE_OPENAI_BASE_URL",
            &[Cow::Borrowed("AZURE_OPENAI_API_KEY")],
            "https://portal.azure.com",
        )
        .with_key_header(KeyHeader::ApiKey),
        quirks: Quirks { ..Quirks::OPENAI },
    };

    /// xAI, its Responses dialect (`xai-responses/MODEL`): it shows a summary of its reasoning
    /// unasked, and reports each call's cost.
    #[doc = about!(
        "xai-responses/grok-4.3",
        environment: "`XAI_API_KEY`, from <https://console.x.ai>; `XAI_BASE_URL` replaces `https://api.x.ai/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, encrypted reasoning, web search (also of certain \
            domains only) with citations.",
        limits: "a search takes neither a country nor a number of searches; the search of X goes into the request's \
            `extra`.",
        sources: "<https://docs.x.ai/developers/model-capabilities/text/generate-text>, recordings.",
    )]
    pub const XAI: Self = Self {
        service: Service::hosted(
            "xai-responses",
            "xAI, its Responses dialect",
            openai::XAI.base_url,
            openai::XAI.base_url_variable,
            &[Cow::Borrowed(openai::XAI.key_variable)],
            openai::XAI.key_page,
        ),
        quirks: Quirks { web_search: WebSearchRequest::Filtered, ..Quirks::OPENAI },
    };

    /// DeepSeek, its Responses dialect (`deepseek-responses/MODEL`): its reasoning is plain text,
    /// its searches name pages but cite none.
    #[doc = about!(
        "deepseek-responses/deepseek-v4-flash",
        environment: "`DEEPSEEK_API_KEY`, from <https://platform.deepseek.com/api_keys>; `DEEPSEEK_BASE_URL` replaces \
            `https://api.deepseek.com`.",
        supported: "text, streams, tools, JSON mode, reasoning, web search with the pages that it opened.",
        limits: "no promised schemas (`extract` asks in words), no images, no options of a search.",
        sources: "<https://api-docs.deepseek.com>, recordings.",
    )]
    pub const DEEPSEEK: Self = Self {
        service: Service::hosted(
            "deepseek-responses",
            "DeepSeek, its Responses dialect",
            "https://api.deepseek.com",
            "DEEPSEEK_BASE_URL",
            &[Cow::Borrowed("DEEPSEEK_API_KEY")],
            "https://platform.deepseek.com/api_keys",
        ),
        quirks: Quirks {
            encrypted_reasoning: false,
            json_schema: false,
            images: false,
            web_search: WebSearchRequest::Tool,
            think_tags: true,
            ..Quirks::OPENAI
        },
    };

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
    pub const OPENROUTER: Self = Self {
        service: Service::hosted(
            "openrouter-responses",
            "OpenRouter, its Responses dialect",
            openai::OPENROUTER.base_url,
            openai::OPENROUTER.base_url_variable,
            &[Cow::Borrowed(openai::OPENROUTER.key_variable)],
            openai::OPENROUTER.key_page,
        ),
        quirks: Quirks { web_search: WebSearchRequest::Plugin, think_tags: true, ..Quirks::OPENAI },
    };

    /// Every record.
    pub const ALL: &'static [&'static Self] =
        &[&Self::OPENAI, &Self::AZURE, &Self::XAI, &Self::DEEPSEEK, &Self::OPENROUTER];

    /// The record of this vendor.
    #[must_use]
    pub fn named(vendor: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|dialect| dialect.service.vendor == vendor)
    }

    /// A server that is not listed here, such as vLLM or Ollama: free, without a key, without
    /// reasoning that is encrypted and without a web search.
    #[must_use]
    pub fn at(vendor: impl Into<Cow<'static, str>>, base_url: impl Into<Cow<'static, str>>) -> Self {
        Self { service: Service::at(vendor, base_url), quirks: Quirks::SERVER }
    }

    /// The endpoint of this vendor, without a key: for another transport, clock, retry policy or
    /// header.
    pub fn endpoint(&self) -> EndpointBuilder {
        self.service.endpoint().classify(openai_chat::classify)
    }

    /// How this vendor wants a key to be sent.
    #[must_use]
    pub fn auth(&self, key: SecretString) -> Auth {
        self.service.auth(KeyHeader::Bearer, key)
    }

    /// The settings that are read: the key and the base URL.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        self.service.settings()
    }

    /// The endpoint with the key and at the base URL of these settings.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn endpoint_from_settings(&self, settings: &dyn Settings) -> Result<EndpointBuilder> {
        self.service.endpoint_from_settings(self.endpoint(), KeyHeader::Bearer, settings)
    }

    pub(super) fn capabilities(&self) -> ChatCapabilities {
        let mut all = ChatCapabilities::all().without_files();
        all.video_input = false;
        all.image_input = self.quirks.images;
        all.document_input = self.quirks.documents;
        all.image_output = self.quirks.image_output;
        all.prompt_cache = self.quirks.prompt_cache_key;
        all.json_schema = self.quirks.json_schema;
        all.web_search = self.quirks.web_search != WebSearchRequest::Unsupported;
        all.paid = self.service.paid;
        all
    }
}
