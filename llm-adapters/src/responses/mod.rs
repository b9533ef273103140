//! OpenAI's Responses dialect: OpenAI, Azure, xAI, DeepSeek and OpenRouter, each a [`Dialect`]
//! record with a section of its own; any other server that speaks it is [`Dialect::at`].
//!
//! **Environment:** the addresses `openai-responses/MODEL`, `azure-responses/MODEL`,
//! `xai-responses/MODEL`, `deepseek-responses/MODEL` and `openrouter-responses/MODEL` find keys and
//! base URLs in the variables of `openai/MODEL` and so on (`OPENAI_API_KEY`, `OPENAI_BASE_URL`).
//!
//! Every vendor lists its models; OpenAI counts tokens before a request is sent
//! (`count_tokens`).
//!
//! **Supported**, beyond what Chat Completions has: reasoning that is shown and sent back, web
//! search with citations and their places in the answer, and comments on the work apart from the
//! answer (they are [`Part::Reasoning`](social_core::chat::Part::Reasoning) here).
//!
//! ```no_run
//! use llm_adapters::responses::{Dialect, Responses};
//! use social_core::chat::{ChatModel as _, ChatRequest, WebSearch};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Responses::from_env(Dialect::OPENAI)?.chat("gpt-5.4-mini");
//! let reply = model.chat(&ChatRequest::new("Trends today?").with_web_search(WebSearch::default())).await?;
//! for source in &reply.sources {
//!     println!("{} backs {:?}", source.url, source.span);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`ChatReply::extra`](social_core::chat::ChatReply::extra) keeps a `service_tier` other than
//! `default`, and `logprobs` of the answer's text as one list. Items of kinds that have no part
//! here are [`Part::Opaque`](social_core::chat::Part::Opaque).
//!
//! **Known limits:** the API has no seed and no stop texts. A request with reasoning options is not
//! stored at the vendor; its reasoning comes encrypted and goes back with the conversation. Without
//! such options the vendor's default applies: OpenAI and xAI store an answer for 30 days, and
//! reasoning goes back by its id. `store`, `previous_response_id` and other fields without a name
//! here go into the request's `extra`; `background` is refused.
//!
//! **Sources:** <https://platform.openai.com/docs/api-reference/responses>, OpenAI's openapi.yaml,
//! <https://docs.x.ai/developers/model-capabilities/text/generate-text>.

mod batch;
mod chat;
mod client;
mod count;
mod decode;
mod dialect;
mod entry;
mod item;
mod message;
mod request;
#[cfg(test)]
mod tests;
mod wire;

pub use batch::ResponsesBatches;
pub use chat::ResponsesChat;
pub use client::Responses;
pub use dialect::{Dialect, Quirks, WebSearchRequest};
