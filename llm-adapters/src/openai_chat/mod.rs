//! OpenAI's chat dialect, and every vendor that speaks it.
//!
//! A vendor is a [`Dialect`]: a record of its address, its key's variable and its [`Quirks`]. The
//! records are constants, each with a section of its own: [`OPENAI`](Dialect::OPENAI),
//! [`AZURE`](Dialect::AZURE), [`XAI`](Dialect::XAI), [`DEEPSEEK`](Dialect::DEEPSEEK),
//! [`QWEN`](Dialect::QWEN), [`MINIMAX`](Dialect::MINIMAX), [`ZHIPU`](Dialect::ZHIPU),
//! [`MISTRAL`](Dialect::MISTRAL), [`GROQ`](Dialect::GROQ), [`OPENROUTER`](Dialect::OPENROUTER),
//! [`GMI`](Dialect::GMI), [`HUGGINGFACE`](Dialect::HUGGINGFACE), [`TGI`](Dialect::TGI),
//! [`VLLM`](Dialect::VLLM), [`OPENLLM`](Dialect::OPENLLM), [`LLAMA_CPP`](Dialect::LLAMA_CPP),
//! [`OLLAMA`](Dialect::OLLAMA). An endpoint that is not among them is described at run time:
//!
//! ```
//! use llm_adapters::openai_chat::{Compatible, Dialect, JsonRequest};
//!
//! # fn main() -> social_core::Result<()> {
//! let mut dialect = Dialect::at("kitchen", "http://10.0.0.7:8000/v1");
//! dialect.quirks.json = JsonRequest::Object;
//! let model = Compatible::from_env(dialect)?.chat("qwen3-8b");
//! # Ok(())
//! # }
//! ```
//!
//! [`ChatReply::extra`](social_core::chat::ChatReply::extra) keeps a `service_tier` other than
//! `default`, the `system_fingerprint` of answers to requests with a seed, OpenRouter's `provider`
//! and `native_finish_reason`, Azure's `content_filter_results`, and `logprobs`, joined to whole
//! lists. Of several choices the first is read. The input of a custom tool of OpenAI is a text in
//! [`ToolCall::arguments`](social_core::chat::ToolCall::arguments).
//!
//! Beside chats: embeddings ([`Compatible::embedder`]), the list of models
//! (`list_models`), and token counts before a request is sent
//! (`count_tokens`) from the vendors that offer them:
//!
//! | vendor | counts | by |
//! |---|---|---|
//! | `vllm`, `openllm` | the templated conversation with its tools | `/tokenize` |
//! | `tgi` | the templated conversation with its tools | `/chat_tokenize` |
//! | `zhipu`, `zhipu-cn` | the conversation with its tools | `tokenizer` |
//! | `xai` | plain text only | `tokenize-text` |
//!
//! OpenAI counts in its [Responses dialect](crate::responses) only. DeepSeek, Mistral, Groq,
//! MiniMax, OpenRouter, GMI, Hugging Face's router, llama.cpp (for conversations) and Ollama
//! document no count.
//!
//! **Environment:** each record names its variables, `VENDOR_API_KEY` and `VENDOR_BASE_URL` as a
//! rule.
//!
//! **Supported:** text, streams, images, tools, JSON in whichever way the vendor promises it,
//! thinking in each vendor's own fields, web search where there is one, embeddings, the list of
//! models. What a vendor lacks is refused before sending.
//!
//! **Known limits:** one answer per request; audio is neither read nor made; an unlisted server is
//! taken for free and lenient until its quirks say otherwise. Fields without a name here go into
//! the request's `extra`.
//!
//! **Sources:** OpenAI's openapi.yaml, each vendor's documents (see its section), and recordings of
//! most of them.

pub(crate) mod batch;
mod chat;
mod citation;
mod client;
mod count;
mod decode;
mod detail;
mod dialect;
mod draft;
mod embed;
mod entry;
mod extra;
mod files;
mod message;
pub(crate) mod models;
mod moderate;
pub(crate) mod request;
mod servers;
mod vendors;
pub(crate) mod wire;

pub use batch::CompatibleBatches;
pub use chat::CompatibleChat;
pub use client::Compatible;
#[cfg(feature = "responses")]
pub(crate) use companies::openai::classify;
#[cfg(feature = "dashscope")]
pub(crate) use decode::Decoder;
pub use dialect::{
    Batches, CallIds, Dialect, DocumentRequest, ErrorTable, JsonRequest, Moderations, OutputLimit, PromptCacheRequest,
    Quirks, ReasoningBack, ReasoningRequest, SystemRole, ThinkTags, TokenCount, VectorLength, WebSearchRequest,
};
pub use embed::CompatibleEmbedder;
pub use moderate::CompatibleModerator;

#[cfg(test)]
mod tests;
