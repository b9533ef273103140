//! Google's Gemini models, in AI Studio (`gemini/MODEL`) and on Vertex AI (`vertex/MODEL`), by
//! `generateContent`.
//!
//! **Environment** of AI Studio: `GEMINI_API_KEY`, and `GEMINI_BASE_URL` for a proxy. Of Vertex AI:
//! `VERTEX_PROJECT`, `VERTEX_LOCATION` (`us-central1`; without it `global`) and
//! `VERTEX_ACCESS_TOKEN`, which is valid for an hour; what runs for longer hands a
//! [`TokenSource`](social_core::http::TokenSource) to [`Vertex`].
//!
//! **Supported:** text, streams, images and videos, tools, thinking with its signatures, JSON of a
//! schema, Google Search with sources and their places in the answer, token counts, embeddings and
//! the list of models.
//!
//! ```no_run
//! use llm_adapters::gemini::Gemini;
//! use social_core::chat::ChatModelExt as _;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Gemini::from_env()?.chat("gemini-3.8-flash");
//! println!("{}", model.ask("A caption for a café, please.").await?);
//! # Ok(())
//! # }
//! ```
//!
//! **Known limits:** all standing instructions go to the front. An effort is a thinking level,
//! which only Gemini 3 and later know; earlier models take a budget. A schema loses the keywords
//! that only narrow texts and numbers, since the vendor does not know them. Gemini 3 refuses tool
//! calls of its own that come back without their signature, so a conversation keeps the parts of a
//! reply as they are; calls that another vendor's model made carry the placeholder that Google
//! documents for them. Google Search takes neither domains nor a number of searches, and models
//! before Gemini 3 take no tools beside it. The search suggestions that Google wants shown beside a
//! searched answer are not in a reply:
//! <https://ai.google.dev/gemini-api/docs/grounding/search-suggestions>. Arguments of tools that
//! come in pieces (`streamFunctionCallArguments` on Vertex AI, in the `toolConfig` of `extra`) are
//! read and handed out together, when the call is whole. Fields without a name here go into the
//! request's `extra`; a `generationConfig` there is joined with ours.
//!
//! **Sources:** <https://ai.google.dev/api/generate-content>,
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference>.

mod batch;
mod chat;
mod client;
mod decode;
mod embed;
pub(crate) mod entry;
mod media;
mod message;
mod models;
mod multimodal;
mod pieces;
mod request;
mod schema;
#[cfg(test)]
mod tests;
mod wire;

pub use batch::GeminiBatches;
pub use chat::GeminiChat;
pub use client::{Gemini, Vertex};
pub use embed::GeminiEmbedder;
