//! What a vendor or server of the dialect is and does differently.

use std::borrow::Cow;

use companies::google;
use http::HeaderName;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::chat::ChatCapabilities;
use social_core::http::{Auth, EndpointBuilder};
use social_core::settings::{Reader, Setting, Settings};

use super::error;
use crate::shared::service::{KeyHeader, Service};

/// A vendor or server that speaks Anthropic's Messages dialect.
///
/// Those that this crate knows are constants; any other is described at run time, with
/// [`Dialect::at`] or in a configuration file (every field that is left out has the value of
/// `Dialect::at`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Where it is, its key, and whether it is paid.
    pub service: Service,
    /// How the vendor is asked.
    pub hosting: Hosting,
    /// What it offers beyond texts, images and tools.
    pub quirks: Quirks,
}

/// How a dialect differs from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Takes JSON schemas.
    pub json_schema: bool,
    /// Searches the web.
    pub web_search: bool,
    /// Takes standing instructions in their place among the messages.
    pub late_system: bool,
    /// Reads documents and cites them.
    pub documents: bool,
    /// Takes marks of what is kept of a prompt.
    pub cache_marks: bool,
    /// Has `messages/batches`.
    pub batches: bool,
}

impl Quirks {
    /// A server without these features.
    const BARE: Self = Self {
        json_schema: false,
        web_search: false,
        late_system: false,
        documents: false,
        cache_marks: false,
        batches: false,
    };

    /// Claude, wherever it is hosted; Anthropic alone has batches.
    const CLAUDE: Self = Self {
        json_schema: true,
        web_search: true,
        late_system: true,
        documents: true,
        cache_marks: true,
        batches: false,
    };
}

/// The room for an answer whose request names none, since the dialect demands a number. Thinking
/// counts toward it; every model that a vendor offers takes the first.
const HOSTED_TOKENS: u32 = 16_384;
const LOCAL_TOKENS: u32 = 4_096;

/// How a vendor of the dialect is asked, and how one signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hosting {
    /// `messages`, with the model in the body and a key.
    Messages,
    /// `MODEL:rawPredict` of a Google Cloud project, with the version in the body and an OAuth
    /// token.
    Vertex,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::at("custom", "http://localhost:8000/v1")
    }
}

impl Dialect {
    /// A server that is not listed here, such as a gateway on this machine: free, without a key,
    /// without JSON schemas and without a web search.
    #[must_use]
    pub fn at(vendor: impl Into<Cow<'static, str>>, base_url: impl Into<Cow<'static, str>>) -> Self {
        Self { service: Service::at(vendor, base_url), hosting: Hosting::Messages, quirks: Quirks::BARE }
    }

    /// The version of the API that the adapter is written for.
    pub const VERSION: &'static str = "2023-06-01";

    /// Anthropic itself (`anthropic/MODEL`): Claude.
    #[doc = about!(
        "anthropic/claude-sonnet-5",
        environment: "`ANTHROPIC_API_KEY`, from <https://console.anthropic.com>; `ANTHROPIC_BASE_URL` replaces \
            `https://api.anthropic.com/v1`.",
        supported: "text, streams, images, documents with the places that are cited, tools, JSON of a schema, thinking \
            with its signatures, web search with sources, marks of what is kept of a prompt, cached tokens in the usage, \
            batches, token counts, the list of models; Claude on Vertex AI.",
        limits: "see the [module](crate::anthropic): a request without a limit gets 16,384 tokens, thinking \
            included, or the model's maximum; \
            there is no seed; newer models take no temperature but 1.",
        sources: "<https://docs.claude.com/en/api/messages>, <https://docs.claude.com/en/api/errors>, recordings.",
    )]
    pub const ANTHROPIC: Self = Self {
        service: Service::hosted(
            "anthropic",
            "Anthropic, Messages",
            "https://api.anthropic.com/v1",
            "ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("ANTHROPIC_API_KEY")],
            "https://console.anthropic.com",
        ),
        hosting: Hosting::Messages,
        quirks: Quirks { batches: true, ..Quirks::CLAUDE },
    };

    /// MiniMax, international (`minimax-anthropic/MODEL`): thinking comes apart from the text, with
    /// signatures.
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
            "MiniMax, its Messages dialect",
            "https://api.minimax.io/anthropic/v1",
            "MINIMAX_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("MINIMAX_API_KEY")],
            "https://platform.minimax.io",
        ),
        hosting: Hosting::Messages,
        quirks: Quirks::BARE,
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
            "MiniMax in China, its Messages dialect",
            "https://api.minimaxi.com/anthropic/v1",
            "MINIMAX_CN_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("MINIMAX_CN_API_KEY")],
            "https://platform.minimaxi.com",
        ),
        hosting: Hosting::Messages,
        quirks: Quirks::BARE,
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
            "DeepSeek, its Messages dialect",
            "https://api.deepseek.com/anthropic/v1",
            "DEEPSEEK_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("DEEPSEEK_API_KEY")],
            "https://platform.deepseek.com/api_keys",
        ),
        hosting: Hosting::Messages,
        quirks: Quirks::BARE,
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
            "Z.ai, its Messages dialect",
            "https://api.z.ai/api/anthropic/v1",
            "ZAI_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("ZAI_API_KEY")],
            "https://z.ai/manage-apikey/apikey-list",
        ),
        hosting: Hosting::Messages,
        quirks: Quirks::BARE,
    };

    /// Claude on Vertex AI (`vertex-anthropic/MODEL`), whose address depends on the project: see
    /// [`vertex_endpoint`](Self::vertex_endpoint).
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
            "Claude on Vertex AI",
            "",
            "VERTEX_ANTHROPIC_BASE_URL",
            &[Cow::Borrowed("VERTEX_ACCESS_TOKEN")],
            "https://console.cloud.google.com",
        )
        .with_key_header(KeyHeader::Bearer),
        hosting: Hosting::Vertex,
        quirks: Quirks::CLAUDE,
    };

    /// Every record.
    pub const ALL: &'static [&'static Self] =
        &[&Self::ANTHROPIC, &Self::MINIMAX, &Self::MINIMAX_CN, &Self::DEEPSEEK, &Self::ZHIPU, &Self::VERTEX];

    /// The record of this vendor.
    #[must_use]
    pub fn named(vendor: &str) -> Option<&'static Self> {
        Self::ALL.iter().copied().find(|dialect| dialect.service.vendor == vendor)
    }

    /// The endpoint of this vendor, without a key. Another `anthropic-version` replaces the one
    /// that is set here.
    pub fn endpoint(&self) -> EndpointBuilder {
        self.service
            .endpoint()
            .header(HeaderName::from_static("anthropic-version"), Self::VERSION)
            .classify(error::classify)
    }

    /// The endpoint of [`VERTEX`](Self::VERTEX) in a project and location (`us-east5`, `global`),
    /// without a token. Tokens live for an hour: [`Auth::source`] takes what renews them. A base
    /// URL of your own ends in `publishers/anthropic/models`.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is
    /// not a name.
    pub fn vertex_endpoint(project: &str, location: &str) -> Result<EndpointBuilder> {
        let place = google::vertex_url("vertex-anthropic", "v1", project, location)?;
        Ok(Self::VERTEX.endpoint().base_url(format!("{place}/publishers/anthropic/models")))
    }

    /// How this vendor wants a key, or on Vertex AI a token, to be sent.
    #[must_use]
    pub fn auth(&self, key: SecretString) -> Auth {
        self.service.auth(KeyHeader::XApiKey, key)
    }

    pub(super) fn capabilities(&self) -> ChatCapabilities {
        let mut all = ChatCapabilities::all().without_files();
        all.video_input = false;
        all.json_schema = self.quirks.json_schema;
        all.web_search = self.quirks.web_search;
        all.document_input = self.quirks.documents;
        all.document_citations = self.quirks.documents;
        all.prompt_cache = self.quirks.cache_marks;
        all.paid = self.service.paid;
        all.usual_output_tokens = Some(if self.service.paid { HOSTED_TOKENS } else { LOCAL_TOKENS });
        all
    }

    /// The settings that are read.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        match self.hosting {
            Hosting::Messages => self.service.settings(),
            Hosting::Vertex => {
                let name = self.service.base_url_variable.clone();
                let base_url = Setting::named(name, "another base URL", "your proxy", VERTEX_URL).optional();
                vec![google::ACCESS_TOKEN, google::PROJECT, google::LOCATION, base_url]
            }
        }
    }

    /// The endpoint with the key and at the base URL of these settings.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing;
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is
    /// not a name.
    pub fn endpoint_from_settings(&self, settings: &dyn Settings) -> Result<EndpointBuilder> {
        match self.hosting {
            Hosting::Messages => self.service.endpoint_from_settings(self.endpoint(), KeyHeader::XApiKey, settings),
            Hosting::Vertex => {
                let declared = self.settings();
                let read = Reader::new(self.service.vendor.clone(), settings, &declared)?;
                let project = google::VertexProject::read(&read)?;
                let endpoint = Self::vertex_endpoint(&project.project, &project.location)?.auth(project.auth());
                Ok(read.endpoint(endpoint, declared.last()))
            }
        }
    }
}

const VERTEX_URL: &str =
    "https://aiplatform.googleapis.com/v1/projects/my-project/locations/global/publishers/anthropic/models";
