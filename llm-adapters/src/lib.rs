//! Language models of many vendors behind [`ChatModel`](social_core::chat::ChatModel).
//!
//! [`connect`] makes a model from an address such as `deepseek/deepseek-v4-flash` and the
//! environment. Vendors that speak OpenAI's chat dialect are records of [`openai_chat`], those that
//! speak its newer Responses dialect records of [`responses`], those that speak Anthropic's records
//! of [`anthropic`]; the others have a module each.
//!
//! Each section has an example, the environment variables, what is supported, known limits, and its
//! sources:
//!
//! | company or server | addresses, and their sections |
//! |---|---|
//! | OpenAI | [`openai`](openai_chat::Dialect::OPENAI), [`openai-responses`](responses::Dialect::OPENAI) |
//! | Azure OpenAI | [`azure`](openai_chat::Dialect::AZURE), [`azure-responses`](responses::Dialect::AZURE) |
//! | Anthropic: Claude | [`anthropic`](anthropic::Dialect::ANTHROPIC), [`vertex-anthropic`](anthropic::Dialect::VERTEX) on Vertex AI |
//! | Google: Gemini | [`gemini`](mod@gemini), [`vertex`](mod@gemini) |
//! | xAI: Grok | [`xai`](openai_chat::Dialect::XAI), [`xai-responses`](responses::Dialect::XAI) |
//! | DeepSeek | [`deepseek`](openai_chat::Dialect::DEEPSEEK), [`deepseek-responses`](responses::Dialect::DEEPSEEK), [`deepseek-anthropic`](anthropic::Dialect::DEEPSEEK) |
//! | Alibaba: Qwen | [`qwen`](openai_chat::Dialect::QWEN), [`qwen-cn`](openai_chat::Dialect::QWEN_CN), [`dashscope`](mod@dashscope), [`dashscope-cn`](mod@dashscope) |
//! | MiniMax | [`minimax`](openai_chat::Dialect::MINIMAX), [`minimax-cn`](openai_chat::Dialect::MINIMAX_CN), [`minimax-anthropic`](anthropic::Dialect::MINIMAX), [`minimax-cn-anthropic`](anthropic::Dialect::MINIMAX_CN) |
//! | Zhipu, Z.ai: GLM | [`zhipu`](openai_chat::Dialect::ZHIPU), [`zhipu-cn`](openai_chat::Dialect::ZHIPU_CN), [`zhipu-anthropic`](anthropic::Dialect::ZHIPU) |
//! | Mistral | [`mistral`](openai_chat::Dialect::MISTRAL) |
//! | OpenRouter | [`openrouter`](openai_chat::Dialect::OPENROUTER), [`openrouter-responses`](responses::Dialect::OPENROUTER) |
//! | GMI Cloud | [`gmi`](openai_chat::Dialect::GMI) |
//! | Groq | [`groq`](openai_chat::Dialect::GROQ) |
//! | Hugging Face | [`huggingface`](openai_chat::Dialect::HUGGINGFACE), [`tgi`](openai_chat::Dialect::TGI), [`tgi-generate`](mod@tgi) |
//! | vLLM, OpenLLM, llama.cpp | [`vllm`](openai_chat::Dialect::VLLM), [`openllm`](openai_chat::Dialect::OPENLLM), [`llama-cpp`](openai_chat::Dialect::LLAMA_CPP) |
//! | Ollama | [`ollama`](mod@ollama), [`ollama-openai`](openai_chat::Dialect::OLLAMA) |
//! | offline, without a model | [`template`](mod@template) |
//!
//! Any other server that speaks OpenAI's dialect is [`openai_chat::Dialect::at`].

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// A build with some of the vendors leaves parts of the room unused; one with all of them must not.
#[cfg_attr(not(feature = "default"), allow(dead_code, unused_macros))]
#[macro_use]
mod shared;

mod catalogue;
mod connect;
mod models;
mod prices;

#[cfg(feature = "anthropic")]
pub mod anthropic;
#[cfg(feature = "dashscope")]
pub mod dashscope;
#[cfg(feature = "gemini")]
pub mod gemini;
#[cfg(feature = "ollama")]
pub mod ollama;
#[cfg(feature = "openai")]
pub mod openai_chat;
#[cfg(feature = "responses")]
pub mod responses;
#[cfg(feature = "template")]
pub mod template;
#[cfg(feature = "tgi")]
pub mod tgi;

pub use catalogue::catalogue;
pub use connect::{
    connect, connect_batches, connect_batches_with, connect_counter, connect_counter_with, connect_embedder,
    connect_embedder_with, connect_moderator, connect_moderator_with, connect_with, list_models, list_models_with,
    vendors,
};
pub use models::models;
pub use prices::prices;
pub use shared::service::{KeyHeader, Service};
