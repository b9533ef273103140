//! The own API of Hugging Face's Text Generation Inference (TGI): one prompt in, its continuation
//! out.
//!
//! **Environment:** `TGI_ENDPOINT_URL` (without it `http://localhost:8080`), and `HF_TOKEN` where
//! the server wants one.
//!
//! **Supported:** text, streams, JSON of a schema, which the server's grammar promises, and token
//! counts. Conversations, tools and images need the chat template that only the server's compatible
//! route applies: `tgi/MODEL`.
//!
//! ```no_run
//! use llm_adapters::tgi::Tgi;
//! use social_core::chat::ChatModelExt as _;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Tgi::from_env()?.chat("HuggingFaceH4/zephyr-7b-beta");
//! println!("{}", model.ask("A caption for a café: ").await?);
//! # Ok(())
//! # }
//! ```
//!
//! A model that is still loading is [`Unavailable`](social_core::ErrorKind::Unavailable) with the
//! wait that the server names, and the call is made again after it.
//!
//! **Known limits:** the text that ended an answer stands at its end; only
//! streams report input tokens. The request's `extra` goes into `parameters`.
//!
//! **Sources:** <https://huggingface.co/docs/text-generation-inference/reference/api_reference>,
//! <https://huggingface.github.io/text-generation-inference>.

mod chat;
mod client;
mod decode;
pub(crate) mod entry;
mod error;
mod request;
#[cfg(test)]
mod tests;
mod wire;

pub use chat::TgiChat;
pub use client::Tgi;
