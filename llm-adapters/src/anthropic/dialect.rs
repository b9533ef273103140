//! What a vendor or server of the dialect is and does differently.

use std::borrow::Cow;

use http::HeaderName;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};

use super::error;
use crate::shared::service::{KeyHeader, Service};

/// A vendor or server that speaks Anthropic's Messages dialect.
///
/// Those that this crate knows are constants; any other is described at run time, with [`Dialect::at`] or in a configuration
/// file (every field that is left out has the value of `Dialect::at`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Where it is, its key, and whether it is paid.
    pub service: Service,
    /// Takes JSON schemas.
    pub json_schema: bool,
    /// Searches the web.
    pub web_search: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::at("custom", "http://localhost:8000/v1")
    }
}

impl Dialect {
    /// A server that is not listed here, such as a gateway on this machine: free, without a key, without JSON schemas and
    /// without a web search.
    #[must_use]
    pub fn at(vendor: impl Into<Cow<'static, str>>, base_url: impl Into<Cow<'static, str>>) -> Self {
        Self { service: Service::at(vendor, base_url), json_schema: false, web_search: false }
    }

    /// The version of the API that the adapter is written for.
    pub const VERSION: &'static str = "2023-06-01";

    /// Anthropic itself (`anthropic/MODEL`): Claude.
    #[doc = about!(
        "anthropic/claude-sonnet-5",
        environment: "`ANTHROPIC_API_KEY`, from <https://console.anthropic.com>; `ANTHROPIC_BASE_URL` replaces \
            `https://api.anthropic.com/v1`.",
        supported: "text, streams, images, tools, JSON of a schema, thinking with its signatures, web search with \
            sources, cached tokens in the usage, token counts, the list of models; Claude on Vertex AI.",
        limits: "see the [module](crate::anthropic): a request without a limit gets 4096 tokens beside its thinking; \
            there is no seed; newer models take no temperature but 1.",
        sources: "<https://docs.claude.com/en/api/messages>, <https://docs.claude.com/en/api/errors>, recordings.",
    )]
    pub const ANTHROPIC: Self = Self {
        service: Service::hosted(
            "anthropic",
            "https://api.anthropic.com/v1",
            "ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("ANTHROPIC_API_KEY")],
            "https://console.anthropic.com",
        ),
        json_schema: true,
        web_search: true,
    };

    /// MiniMax, international (`minimax-anthropic/MODEL`): thinking comes apart from the text, with signatures.
    #[doc = about!(
        "minimax-anthropic/MiniMax-M3",
        environment: "`MINIMAX_API_KEY`, from <https://platform.minimax.io>; `MINIMAX_ANTHROPIC_BASE_URL` replaces \
            `https://api.minimax.io/anthropic/v1`.",
        supported: "text, streams, images (M3), tools, thinking; JSON is asked for in words.",
        limits: "no promised schemas and no web search; the vendor ignores some of Anthropic's fields.",
        sources: "<https://platform.minimax.io/docs/api-reference/text-anthropic-api>.",
    )]
    pub const MINIMAX: Self = Self {
        service: Service::hosted(
            "minimax-anthropic",
            "https://api.minimax.io/anthropic/v1",
            "MINIMAX_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("MINIMAX_API_KEY")],
            "https://platform.minimax.io",
        ),
        json_schema: false,
        web_search: false,
    };

    /// MiniMax, China (`minimax-cn-anthropic/MODEL`).
    #[doc = about!(
        "minimax-cn-anthropic/MiniMax-M3",
        environment: "`MINIMAX_CN_API_KEY`, from <https://platform.minimaxi.com>; `MINIMAX_CN_ANTHROPIC_BASE_URL` replaces \
            `https://api.minimaxi.com/anthropic/v1`.",
        supported: "what [`MINIMAX`](Self::MINIMAX) supports.",
        limits: "those of [`MINIMAX`](Self::MINIMAX).",
        sources: "<https://platform.minimaxi.com>.",
    )]
    pub const MINIMAX_CN: Self = Self {
        service: Service::hosted(
            "minimax-cn-anthropic",
            "https://api.minimaxi.com/anthropic/v1",
            "MINIMAX_CN_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("MINIMAX_CN_API_KEY")],
            "https://platform.minimaxi.com",
        ),
        json_schema: false,
        web_search: false,
    };

    /// DeepSeek, its Messages dialect (`deepseek-anthropic/MODEL`).
    #[doc = about!(
        "deepseek-anthropic/deepseek-v4-flash",
        environment: "`DEEPSEEK_API_KEY`, from <https://platform.deepseek.com/api_keys>; `DEEPSEEK_ANTHROPIC_BASE_URL` \
            replaces `https://api.deepseek.com/anthropic/v1`.",
        supported: "text, streams, tools, thinking with an effort; JSON is asked for in words.",
        limits: "no promised schemas and no web search; most models read no images, which the vendor says itself.",
        sources: "<https://api-docs.deepseek.com/guides/anthropic_api>.",
    )]
    pub const DEEPSEEK: Self = Self {
        service: Service::hosted(
            "deepseek-anthropic",
            "https://api.deepseek.com/anthropic/v1",
            "DEEPSEEK_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("DEEPSEEK_API_KEY")],
            "https://platform.deepseek.com/api_keys",
        ),
        json_schema: false,
        web_search: false,
    };

    /// Zhipu at Z.ai, its Messages dialect (`zhipu-anthropic/MODEL`).
    #[doc = about!(
        "zhipu-anthropic/glm-5.3",
        environment: "`ZAI_API_KEY`, from <https://z.ai/manage-apikey/apikey-list>; `ZAI_ANTHROPIC_BASE_URL` replaces \
            `https://api.z.ai/api/anthropic/v1`.",
        supported: "text, streams, images, tools, thinking; JSON is asked for in words.",
        limits: "no promised schemas and no web search.",
        sources: "<https://docs.z.ai>.",
    )]
    pub const ZHIPU: Self = Self {
        service: Service::hosted(
            "zhipu-anthropic",
            "https://api.z.ai/api/anthropic/v1",
            "ZAI_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("ZAI_API_KEY")],
            "https://z.ai/manage-apikey/apikey-list",
        ),
        json_schema: false,
        web_search: false,
    };

    /// Claude on Vertex AI (`vertex-anthropic/MODEL`), whose address depends on the project: see
    /// [`Anthropic::vertex`](super::Anthropic::vertex).
    #[doc = about!(
        "vertex-anthropic/claude-sonnet-5",
        environment: "`VERTEX_PROJECT`, `VERTEX_LOCATION` (without it `global`), and `VERTEX_ACCESS_TOKEN`, from \
            <https://console.cloud.google.com> (`gcloud auth print-access-token`), which is valid for an hour; \
            `VERTEX_ANTHROPIC_BASE_URL` replaces the address.",
        supported: "what [`ANTHROPIC`](Self::ANTHROPIC) supports, token counts too.",
        limits: "it lists no models; a token from the environment is not renewed: what runs for longer hands in a \
            [`TokenSource`](social_core::http::TokenSource).",
        sources: "<https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude>, recordings.",
    )]
    pub const VERTEX: Self = Self {
        service: Service::hosted(
            "vertex-anthropic",
            "",
            "VERTEX_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("VERTEX_ACCESS_TOKEN")],
            "https://console.cloud.google.com",
        ),
        json_schema: true,
        web_search: true,
    };

    /// Every record of a vendor with an address and a key of its own.
    pub const ALL: [&'static Self; 5] =
        [&Self::ANTHROPIC, &Self::MINIMAX, &Self::MINIMAX_CN, &Self::DEEPSEEK, &Self::ZHIPU];

    /// The record of this vendor.
    #[must_use]
    pub fn named(vendor: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|dialect| dialect.service.vendor == vendor)
    }

    /// The settings of an endpoint of this vendor, without a key. Another `anthropic-version` replaces the one that is
    /// set here.
    pub fn endpoint(&self) -> EndpointBuilder {
        self.service
            .endpoint()
            .header(HeaderName::from_static("anthropic-version"), Self::VERSION)
            .classify(error::classify)
    }

    /// How this vendor wants a key to be sent.
    #[must_use]
    pub fn auth(&self, key: SecretString) -> Auth {
        self.service.auth(KeyHeader::XApiKey, key)
    }

    pub(super) fn endpoint_from_env(&self) -> Result<Endpoint> {
        self.service.endpoint_from_env(self.endpoint(), KeyHeader::XApiKey)
    }
}
