//! Anthropic's Messages dialect: Claude, and the vendors that serve their models behind it.
//!
//! Each vendor is a [`Dialect`] record with a section of its own:
//! [`ANTHROPIC`](Dialect::ANTHROPIC), [`MINIMAX`](Dialect::MINIMAX) and
//! [`MINIMAX_CN`](Dialect::MINIMAX_CN), [`DEEPSEEK`](Dialect::DEEPSEEK), [`ZHIPU`](Dialect::ZHIPU).
//!
//! **Environment:** `ANTHROPIC_API_KEY`, and `ANTHROPIC_BASE_URL` for a proxy. Claude on Vertex AI
//! is `vertex-anthropic/MODEL` (`claude-sonnet-4-5@20250929`), with `VERTEX_PROJECT`,
//! `VERTEX_LOCATION` (without it `global`) and `VERTEX_ACCESS_TOKEN`, which is valid for an hour;
//! what runs for longer hands a [`TokenSource`](social_core::http::TokenSource) to
//! [`Dialect::vertex_endpoint`].
//!
//! **Supported:** text, streams, images, tools, thinking with its signatures, JSON of a schema, web
//! search with sources, token counts and the list of models; on Vertex AI all but the list.
//!
//! ```no_run
//! use llm_adapters::anthropic::{Anthropic, Dialect};
//! use social_core::chat::ChatModelExt as _;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Anthropic::from_env(Dialect::ANTHROPIC)?.chat("claude-sonnet-5");
//! println!("{}", model.ask("A caption for a café, please.").await?);
//! # Ok(())
//! # }
//! ```
//!
//! **Known limits:** `max_tokens` is required by the vendor, so a request without a limit gets
//! 16,384 tokens, thinking included, or the model's maximum. There is no seed. System messages
//! after the first stay in their place, but for models that pass over them there. A schema
//! loses the keywords that only narrow numbers, texts and lists;
//! [`extract`](social_core::chat::ChatModelExt) reads the answer into your type all the same.
//!
//! **Sources:** <https://docs.claude.com/en/api/messages>, <https://docs.claude.com/en/api/errors>,
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens>.

mod batch;
mod chat;
mod client;
mod decode;
mod dialect;
mod entry;
mod error;
mod files;
mod models;
mod request;
#[cfg(test)]
mod tests;
mod wire;

pub use batch::AnthropicBatches;
pub use chat::AnthropicChat;
pub use client::Anthropic;
pub use dialect::{Dialect, Hosting, Quirks};
