//! What a vendor or server of the dialect is and does differently.

use std::borrow::Cow;

use companies::openai;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::chat::ChatCapabilities;
use social_core::http::{Auth, EndpointBuilder};
use social_core::settings::{Setting, Settings};
use social_core::{Error, Result};

pub use crate::shared::call_id::CallIds;
use crate::shared::service::{KeyHeader, Service};

/// A vendor or server that speaks OpenAI's chat dialect: where it is and what it does differently.
///
/// The vendors that this crate knows are constants of this type. Any other endpoint is described at
/// run time, in code with [`Dialect::at`] or in a configuration file (every field that is left out
/// has the value of `Dialect::at`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Where it is, its key, and whether it is paid.
    pub service: Service,
    /// What differs from OpenAI on the wire.
    pub quirks: Quirks,
}

impl Default for Dialect {
    fn default() -> Self {
        Self::at("custom", "http://localhost:8000/v1")
    }
}

impl Dialect {
    /// A server that is not listed here, with the behaviour of most open servers; needs no key.
    #[must_use]
    pub fn at(vendor: impl Into<Cow<'static, str>>, base_url: impl Into<Cow<'static, str>>) -> Self {
        Self { service: Service::at(vendor, base_url), quirks: Quirks::SERVER }
    }

    /// The endpoint of this vendor, without a key: for another transport, clock, retry policy or
    /// header.
    ///
    /// An answer may take ten minutes to begin, since reasoning models think and local servers load
    /// models first.
    pub fn endpoint(&self) -> EndpointBuilder {
        self.service.endpoint().classify(self.quirks.errors.classifier())
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
        let quirks = &self.quirks;
        let mut all = ChatCapabilities::all().without_files();
        all.image_input = quirks.images;
        all.video_input = quirks.video_urls;
        all.audio_input = quirks.audio;
        all.document_input = quirks.documents != DocumentRequest::Unsupported;
        all.image_output = quirks.image_output;
        all.prompt_cache = quirks.prompt_cache != PromptCacheRequest::Unsupported;
        all.tools = quirks.tools;
        all.forced_tool_choice = quirks.tools && quirks.forced_tool_choice;
        all.reasoning = quirks.reasoning != ReasoningRequest::Unsupported;
        all.web_search = quirks.web_search != WebSearchRequest::Unsupported;
        all.paid = self.service.paid;
        all
    }
}

/// How a dialect differs from the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// The field that limits the output.
    pub output_limit: OutputLimit,
    /// The role of standing instructions.
    pub system_role: SystemRole,
    /// Usage in streams must be asked for with `stream_options`.
    pub usage_on_request: bool,
    /// A stream is complete only with `data: [DONE]`. Where it is not sent, the finish reason has
    /// to do.
    pub done_required: bool,
    /// How JSON answers are asked for.
    pub json: JsonRequest,
    /// Reads `image_url` parts.
    pub images: bool,
    /// Reads `video_url` parts, by URL.
    pub video_urls: bool,
    /// Reads `input_audio` parts.
    pub audio: bool,
    /// How documents are handed in.
    pub documents: DocumentRequest,
    /// Answers with images, which are asked for in `modalities`.
    pub image_output: bool,
    /// How a vendor is told what it should keep of a prompt.
    pub prompt_cache: PromptCacheRequest,
    /// Has `moderations`.
    pub moderations: Moderations,
    /// How many chats are asked for at once.
    pub batches: Batches,
    /// Takes tools.
    pub tools: bool,
    /// Takes another `tool_choice` than `auto`.
    pub forced_tool_choice: bool,
    /// Takes `parallel_tool_calls`.
    pub parallel_tool_calls: bool,
    /// Takes `strict` in tools.
    pub strict_tools: bool,
    /// What it takes as the id of a tool call.
    pub call_ids: CallIds,
    /// Takes `content: null` of an answer that is all tool calls; otherwise it is sent as an empty
    /// text.
    pub null_content: bool,
    /// Takes `seed`.
    pub seed: bool,
    /// The seed is called `random_seed`.
    pub random_seed: bool,
    /// The temperatures that it takes, both ends included.
    pub temperature: (f32, f32),
    /// How thinking is asked for.
    pub reasoning: ReasoningRequest,
    /// How earlier thinking is sent back.
    pub reasoning_back: ReasoningBack,
    /// Thinking inside the answer's text.
    pub think_tags: ThinkTags,
    /// `completion_tokens` leaves reasoning out, where `total_tokens` does not tell.
    pub reasoning_outside_output: bool,
    /// How a web search is asked for.
    pub web_search: WebSearchRequest,
    /// Which table of error codes applies.
    pub errors: ErrorTable,
    /// Has `embeddings`.
    pub embeddings: bool,
    /// How the length of vectors is asked for.
    pub vector_length: VectorLength,
    /// Has `models`.
    pub model_list: bool,
    /// How tokens are counted.
    pub token_count: TokenCount,
}

impl Default for Quirks {
    fn default() -> Self {
        Self::SERVER
    }
}

impl Quirks {
    /// OpenAI itself.
    pub const OPENAI: Self = Self {
        output_limit: OutputLimit::MaxCompletionTokens,
        system_role: SystemRole::System,
        usage_on_request: true,
        done_required: true,
        json: JsonRequest::StrictSchema,
        images: true,
        video_urls: false,
        audio: false,
        documents: DocumentRequest::Unsupported,
        image_output: false,
        prompt_cache: PromptCacheRequest::Unsupported,
        moderations: Moderations::Unsupported,
        batches: Batches::Unsupported,
        tools: true,
        forced_tool_choice: true,
        parallel_tool_calls: true,
        strict_tools: true,
        call_ids: CallIds::Forty,
        null_content: true,
        seed: true,
        random_seed: false,
        temperature: (0.0, 2.0),
        reasoning: ReasoningRequest::Effort,
        reasoning_back: ReasoningBack::Drop,
        think_tags: ThinkTags::Text,
        reasoning_outside_output: false,
        web_search: WebSearchRequest::Options,
        errors: ErrorTable::OpenAi,
        embeddings: true,
        vector_length: VectorLength::Dimensions,
        model_list: true,
        token_count: TokenCount::Unsupported,
    };

    /// Servers of open models, hosted or one's own: older field names, thinking perhaps inside the
    /// text.
    pub const SERVER: Self = Self {
        output_limit: OutputLimit::MaxTokens,
        json: JsonRequest::Schema,
        strict_tools: false,
        call_ids: CallIds::Any,
        think_tags: ThinkTags::Split,
        web_search: WebSearchRequest::Unsupported,
        ..Self::OPENAI
    };
}

/// How documents are handed in. A plain text is handed in as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentRequest {
    /// Not at all.
    Unsupported,
    /// `file` parts: a PDF, or the id of an uploaded file.
    File,
    /// `file` parts: a PDF or its address.
    FileOrUrl,
    /// `document_url` parts, and `file` parts with the id of an uploaded file: Mistral.
    DocumentUrl,
}

/// How a vendor is told what it should keep of a prompt. Most keep what repeats without being told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PromptCacheRequest {
    /// Not at all.
    Unsupported,
    /// `prompt_cache_key`; marks are ignored.
    Key,
    /// `cache_control` of text parts.
    Marks,
}

/// Whether and how texts and images are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Moderations {
    /// Not at all.
    Unsupported,
    /// `moderations`, texts only, each with a verdict of its own that says nothing of the whole:
    /// Mistral.
    Texts,
    /// `moderations`, texts and images in parts: OpenAI.
    Parts,
}

/// Whether and how many chats are asked for at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Batches {
    /// Not at all.
    Unsupported,
    /// A file of requests, and `batches`: OpenAI.
    Files,
    /// `batch/jobs` with the requests inside: Mistral.
    Jobs,
}

/// The field that limits the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputLimit {
    /// `max_tokens`.
    MaxTokens,
    /// `max_completion_tokens`.
    MaxCompletionTokens,
}

/// The role of standing instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SystemRole {
    /// `system`.
    System,
    /// `developer`.
    Developer,
}

/// How JSON answers are asked for. What the vendor cannot promise is asked for in words; read the
/// answer with [`extract`](social_core::chat::ChatModelExt), which checks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JsonRequest {
    /// `json_schema` with `strict`; the schema is rewritten to what strict mode takes.
    StrictSchema,
    /// `json_schema` with the schema as it is.
    Schema,
    /// `json_object` with the schema in `schema`: llama-cpp-python, Together.
    ObjectWithSchema,
    /// `json_object` with the schema in `value`: TGI.
    ObjectWithValue,
    /// `json_object`; a schema is put into the instructions.
    Object,
    /// No field; all of it is put into the instructions.
    Words,
}

/// How thinking is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReasoningRequest {
    /// Not at all.
    Unsupported,
    /// `reasoning_effort`, all words of [`Effort`](social_core::chat::Effort).
    Effort,
    /// `reasoning_effort`: none, low, medium, high. The thinking is shown by itself where the model
    /// shows it.
    ShortEffort,
    /// `reasoning_effort`: none, high. The thinking is shown by itself where the model shows it.
    EffortSwitch,
    /// `thinking: {type: enabled | disabled}` and `reasoning_effort`: low, high, max.
    Thinking,
    /// `thinking: {type: adaptive | disabled}` and no effort.
    AdaptiveThinking,
    /// `enable_thinking` and `thinking_budget`.
    EnableThinking,
    /// `chat_template_kwargs: {enable_thinking}` and `reasoning_effort`.
    TemplateSwitch,
    /// `reasoning: {effort | max_tokens, exclude}`.
    Object,
}

/// How earlier thinking is sent back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReasoningBack {
    /// Not at all: the vendor ignores or refuses it.
    Drop,
    /// In `reasoning_content`.
    Content,
    /// In `reasoning_details`, exactly as it came.
    Details,
    /// In the text, between think tags.
    ThinkTags,
}

/// Thinking inside the answer's text, between `<think>` and `</think>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThinkTags {
    /// Tags are text like any other.
    Text,
    /// A block at the start of the text is thinking; so is everything before a `</think>` that ends
    /// or begins a line when the answer comes whole, or streamed from a model that always thinks or
    /// was told to.
    Split,
    /// The prompt's template opened the block already: everything before `</think>` is thinking.
    /// Nothing is handed out until the tag or the end of the answer is there.
    SplitUnopened,
}

/// How a web search is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebSearchRequest {
    /// Not at all.
    Unsupported,
    /// `web_search_options`, for OpenAI's search models.
    Options,
    /// `plugins: [{id: web}]`.
    Plugin,
    /// `enable_search`.
    EnableSearch,
    /// `tools: [{type: web_search, web_search: {enable, search_result}}]`: Zhipu.
    Tool,
}

/// How the length of vectors is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VectorLength {
    /// Not at all.
    Unsupported,
    /// `dimensions`.
    Dimensions,
    /// `output_dimension`: Mistral.
    OutputDimension,
}

/// How the tokens of a conversation are counted before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenCount {
    /// Not at all.
    Unsupported,
    /// `tokenize` beside `/v1`, answered with `count`: vLLM.
    Count,
    /// `chat_tokenize` beside `/v1`, answered with the tokens: TGI.
    Tokens,
    /// `tokenizer`, answered with `usage`: Zhipu.
    Usage,
    /// `tokenize-text`, which takes one plain text: xAI.
    Text,
}

/// Which table of error codes applies besides OpenAI's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorTable {
    /// OpenAI's words, which most vendors use; also reads the other shapes of bodies.
    OpenAi,
    /// Zhipu's numbers.
    Zhipu,
    /// MiniMax's numbers, also inside a success.
    MiniMax,
}

impl ErrorTable {
    fn classifier(self) -> fn(&social_core::http::Failure<'_>) -> Error {
        match self {
            Self::OpenAi => openai::classify,
            Self::Zhipu => openai::zhipu,
            Self::MiniMax => openai::minimax,
        }
    }
}
