//! Language models of many vendors behind [`ChatModel`](social_core::chat::ChatModel).
//!
//! [`connect`] makes a model from an address such as `deepseek/deepseek-v4-flash` and the environment. Vendors that
//! speak OpenAI's chat dialect are records of [`openai_chat`]; the others have a module each.

#[cfg(any(feature = "anthropic", feature = "openai"))]
mod arguments;
#[cfg(any(feature = "anthropic", feature = "openai"))]
mod borrowed;
mod connect;
#[cfg(any(feature = "anthropic", feature = "openai"))]
mod picture;
#[cfg(any(feature = "anthropic", feature = "openai"))]
mod schema;
#[cfg(feature = "openai")]
mod think;

#[cfg(feature = "anthropic")]
pub mod anthropic;
#[cfg(feature = "openai")]
pub mod openai_chat;
#[cfg(feature = "template")]
pub mod template;

pub use connect::{connect, vendors};
