//! Servers that people run themselves.

use std::borrow::Cow;

use super::dialect::{Dialect, JsonRequest, Quirks, ReasoningRequest, TokenCount, VectorLength};
use crate::shared::service::Service;

/// The servers that people run themselves.
impl Dialect {
    /// Text Generation Inference's chat route, on your own server (`tgi/MODEL`). Its own API is in
    /// the `tgi` module.
    #[doc = about!(
        "tgi/tgi",
        environment: "`TGI_BASE_URL` replaces `http://localhost:8080/v1`; `HF_TOKEN`, from \
            <https://huggingface.co/settings/tokens>, where the server wants one.",
        supported: "text, streams, images, tools, JSON of a schema by the server's grammar, the list of \
            models, token counts. Calls \
            are free, so a lost one is made again.",
        limits: "no parallel tools; no embeddings; the server has one model, so the name matters little.",
        sources: "<https://huggingface.co/docs/text-generation-inference/reference/api_reference>, recordings.",
    )]
    pub const TGI: Self = Self {
        service: Service::server(
            "tgi",
            "Text Generation Inference, its chat route",
            "http://localhost:8080/v1",
            "TGI_BASE_URL",
            &[Cow::Borrowed("HF_TOKEN")],
            "https://huggingface.co/settings/tokens",
        ),
        quirks: Quirks {
            json: JsonRequest::ObjectWithValue,
            parallel_tool_calls: false,
            embeddings: false,
            token_count: TokenCount::Tokens,
            ..Quirks::SERVER
        },
    };

    /// llama.cpp's server, and llama-cpp-python's (port 8000), on this machine (`llama-cpp/MODEL`).
    /// Both hold an answer to a schema that comes beside `json_object`; only the first knows
    /// `json_schema` and takes an answer without text back as it is.
    #[doc = about!(
        "llama-cpp/default",
        environment: "`LLAMA_BASE_URL` replaces `http://localhost:8080/v1`; `LLAMA_API_KEY`, the server's --api-key, where \
            it wants one.",
        supported: "text, streams, images (with a projector), tools, JSON of a schema, embeddings, the list of models. \
            Calls are free, so a lost one is made again.",
        limits: "thinking cannot be asked for; vectors have the model's own length; a server has the model that it was \
            started with.",
        sources: "<https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>, a real server of the \
            project's lab.",
    )]
    pub const LLAMA_CPP: Self = Self {
        service: Service::server(
            "llama-cpp",
            "llama.cpp's server",
            "http://localhost:8080/v1",
            "LLAMA_BASE_URL",
            &[Cow::Borrowed("LLAMA_API_KEY")],
            "the server's --api-key",
        ),
        quirks: Quirks {
            json: JsonRequest::ObjectWithSchema,
            null_content: false,
            reasoning: ReasoningRequest::Unsupported,
            vector_length: VectorLength::Unsupported,
            ..Quirks::SERVER
        },
    };

    /// vLLM, on your own server (`vllm/MODEL`).
    #[doc = about!(
        "vllm/Qwen/Qwen3-8B",
        environment: "`VLLM_BASE_URL` replaces `http://localhost:8000/v1`; `VLLM_API_KEY`, where the server wants one (`the \
            server's --api-key`).",
        supported: "text, streams, images, tools, JSON of a schema, thinking on or off, embeddings, the list of models, \
            token counts. \
            Calls are free, so a lost one is made again.",
        limits: "tools need a server with `--enable-auto-tool-choice` and a parser; sampling fields of its own \
            (`top_k`, `min_p`) go into the request's `extra`.",
        sources: "<https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html>, recordings.",
    )]
    pub const VLLM: Self = Self {
        service: Service::server(
            "vllm",
            "vLLM",
            "http://localhost:8000/v1",
            "VLLM_BASE_URL",
            &[Cow::Borrowed("VLLM_API_KEY")],
            "the server's --api-key",
        ),
        quirks: Quirks {
            reasoning: ReasoningRequest::TemplateSwitch,
            token_count: TokenCount::Count,
            ..Quirks::SERVER
        },
    };

    /// OpenLLM, on your own server; it serves vLLM's API (`openllm/MODEL`).
    #[doc = about!(
        "openllm/llama3.2:1b",
        environment: "`OPENLLM_BASE_URL` replaces `http://localhost:3000/v1`; `OPENLLM_API_KEY`, where the server wants one \
            (see the server's configuration).",
        supported: "what [`VLLM`](Self::VLLM) supports.",
        limits: "those of [`VLLM`](Self::VLLM).",
        sources: "<https://github.com/bentoml/OpenLLM>.",
    )]
    pub const OPENLLM: Self = Self {
        service: Service::server(
            "openllm",
            "OpenLLM",
            "http://localhost:3000/v1",
            "OPENLLM_BASE_URL",
            &[Cow::Borrowed("OPENLLM_API_KEY")],
            "the server's configuration",
        ),
        quirks: Quirks {
            reasoning: ReasoningRequest::TemplateSwitch,
            token_count: TokenCount::Count,
            ..Quirks::SERVER
        },
    };

    /// Ollama's compatible route, on this machine (`ollama-openai/MODEL`). Its own API does more:
    /// see the `ollama` module.
    #[doc = about!(
        "ollama-openai/qwen3:4b",
        environment: "`OLLAMA_BASE_URL` replaces `http://localhost:11434/v1`; `OLLAMA_API_KEY`, from \
            <https://ollama.com/settings/keys>, for the cloud.",
        supported: "text, streams, images, tools, JSON of a schema, reasoning effort, embeddings, the list of models. \
            Calls are free, so a lost one is made again.",
        limits: "the context window cannot be set here, and longer prompts are cut without a word; no tool can be \
            forced.",
        sources: "<https://docs.ollama.com/api/openai-compatibility>, recordings.",
    )]
    pub const OLLAMA: Self = Self {
        service: Service::server(
            "ollama-openai",
            "Ollama, its compatible route",
            "http://localhost:11434/v1",
            "OLLAMA_BASE_URL",
            &[Cow::Borrowed("OLLAMA_API_KEY")],
            "https://ollama.com/settings/keys",
        ),
        quirks: Quirks { forced_tool_choice: false, parallel_tool_calls: false, ..Quirks::SERVER },
    };
}
