//! Anthropic's Messages dialect: Claude, and the vendors that serve their models behind it.
//!
//! Environment: `ANTHROPIC_API_KEY`, and `ANTHROPIC_BASE_URL` for a proxy. Text, streams, pictures, tools, thinking
//! with its signatures, JSON of a schema, and web search with sources. Claude on Vertex AI takes a token source.
//!
//! ```no_run
//! use llm_adapters::anthropic::Anthropic;
//! use social_core::chat::ChatModelExt as _;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Anthropic::from_env()?.chat("claude-sonnet-5")?;
//! println!("{}", model.ask("A caption for a café, please.").await?);
//! # Ok(())
//! # }
//! ```
//!
//! Known limits: `max_tokens` is required by the vendor, so a request without a limit gets 4096 beside its thinking
//! budget. There is no seed. All system messages go to the front. A schema loses the keywords that only narrow numbers,
//! texts and lists; [`extract`](social_core::chat::ChatModelExt) reads the answer into your type all the same.
//!
//! Sources: <https://docs.claude.com/en/api/messages>, <https://docs.claude.com/en/api/errors>.

mod chat;
mod decode;
mod dialect;
mod error;
mod models;
mod request;
#[cfg(test)]
mod tests;
mod wire;

pub use chat::{Anthropic, AnthropicChat};
pub use dialect::Dialect;
