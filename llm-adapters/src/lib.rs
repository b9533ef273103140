//! Language models of many vendors behind [`ChatModel`](social_core::chat::ChatModel).
//!
//! [`connect`] makes a model from an address such as `deepseek/deepseek-v4-flash` and the environment. Vendors that
//! speak OpenAI's chat dialect are records of [`openai_chat`], those that speak its newer Responses dialect records of
//! [`responses`], those that speak Anthropic's records of [`anthropic`]; the others have a module each.

#[cfg(any(feature = "anthropic", feature = "gemini", feature = "ollama", feature = "openai"))]
mod arguments;
#[cfg(any(feature = "anthropic", feature = "gemini", feature = "ollama"))]
mod as_base64;
#[cfg(any(feature = "anthropic", feature = "gemini", feature = "ollama", feature = "openai"))]
mod body;
#[cfg(any(feature = "anthropic", feature = "gemini", feature = "openai"))]
mod borrowed;
mod connect;
#[cfg(any(feature = "gemini", feature = "ollama", feature = "tgi"))]
mod decimal;
#[cfg(any(feature = "gemini", feature = "ollama", feature = "openai"))]
mod embedding;
#[cfg(feature = "openai")]
mod in_place;
#[cfg(any(feature = "anthropic", feature = "dashscope", feature = "gemini"))]
mod lacking;
mod model_list;
mod models;
#[cfg(any(feature = "anthropic", feature = "openai"))]
mod numbers;
#[cfg(any(feature = "anthropic", feature = "ollama", feature = "openai"))]
mod picture;
mod prices;
#[cfg(any(feature = "anthropic", feature = "openai"))]
mod schema;
#[cfg(feature = "openai")]
mod think;
#[cfg(any(feature = "anthropic", feature = "gemini"))]
mod vertex;
#[cfg(any(feature = "ollama", feature = "responses", feature = "tgi"))]
mod words;

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

pub use connect::{connect, connect_embedder, list_models, vendors};
pub use model_list::ListedModel;
pub use models::models;
pub use prices::prices;
