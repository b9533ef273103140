//! DashScope's own API (Alibaba Model Studio): Qwen, text and vision.
//!
//! **Environment:** `DASHSCOPE_API_KEY`, and `DASHSCOPE_HTTP_BASE_URL` for another region
//! (`https://HOST/api/v1`). Without it, `dashscope/MODEL` is the international host and
//! `dashscope-cn/MODEL` the one in Beijing (`DASHSCOPE_CN_API_KEY` goes before `DASHSCOPE_API_KEY`
//! there). A key works in its own region only.
//!
//! **Supported:** text, streams, images and videos, tools, thinking, JSON, web search with its
//! sources, embeddings, token counts, and the list of models.
//!
//! ```no_run
//! use llm_adapters::dashscope::{DashScope, Region};
//! use social_core::chat::ChatModelExt as _;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = DashScope::from_env(Region::International)?.chat("qwen3.7-plus");
//! println!("{}", model.ask("A caption for a café, please.").await?);
//! # Ok(())
//! # }
//! ```
//!
//! Vision models have a path of their own. It is taken for requests with images or videos, and for
//! the models that are known to have no other; [`DashScopeChat::multimodal`] decides it for a
//! model.
//!
//! **Known limits:** a schema goes into the instructions; some models think only in streams, which
//! the vendor says itself; jobs are for media and not offered here. The request's `extra` goes into
//! `parameters`. The compatible mode of the same models is `qwen/MODEL`.
//!
//! **Sources:** <https://help.aliyun.com/en/model-studio/qwen-api-via-dashscope>,
//! <https://help.aliyun.com/en/model-studio/error-code>,
//! <https://www.alibabacloud.com/help/en/model-studio/text-embedding-synchronous-api>; the list of
//! models and the token count as the vendor's Python SDK asks for them (`Models`, `Tokenization`).

mod chat;
mod client;
mod decode;
mod embed;
mod entry;
mod models;
mod request;
#[cfg(test)]
mod tests;
mod wire;

pub use chat::DashScopeChat;
pub use client::DashScope;
pub use companies::dashscope::Region;
pub use embed::DashScopeEmbedder;
pub use entry::entry;
