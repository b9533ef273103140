//! Ollama's own API, on this machine or in Ollama's cloud.
//!
//! **Environment:** `OLLAMA_HOST` (`HOST`, `HOST:PORT` or a URL; without it
//! `http://localhost:11434`), and `OLLAMA_API_KEY` for the cloud at `https://ollama.com`.
//!
//! **Supported:** text, streams, images as bytes or files, tools, thinking, JSON of a schema,
//! embeddings and the list of models. Calls are free and are repeated when they were lost, except
//! in the cloud.
//!
//! ```no_run
//! use llm_adapters::ollama::Ollama;
//! use social_core::chat::ChatModelExt as _;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Ollama::from_env()?.with_context_tokens(16_384).chat("qwen3:4b");
//! println!("{}", model.ask("A caption for a café, please.").await?);
//! # Ok(())
//! # }
//! ```
//!
//! **Known limits:** a prompt that is longer than the context window is cut by the server without a
//! word, and the window is small unless [`Ollama::with_context_tokens`] widens it. No tool can be
//! forced, the web is not searched, and images at a URL must be fetched first. Further fields
//! (`keep_alive`, `options`) go into the request's `extra`; its `options` are joined with ours. The
//! compatible route of the same server is `ollama-openai/MODEL`.
//!
//! **Sources:** <https://docs.ollama.com/api>,
//! <https://github.com/ollama/ollama/blob/main/docs/openapi.yaml>.

mod chat;
mod client;
mod decode;
mod embed;
pub(crate) mod entry;
mod error;
mod request;
#[cfg(test)]
mod tests;
mod wire;

pub use chat::OllamaChat;
pub use client::Ollama;
pub use embed::OllamaEmbedder;
