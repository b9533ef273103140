//! What the text and media interfaces of one company share: where they are, how one signs in, what
//! a refusal means.
//!
//! `llm-adapters` and `media-adapters` do not know each other. A company that sells texts as well
//! as images or videos has its endpoint, its settings and its error table here once, so that both
//! refuse, retry and renew tokens in the same way.
//!
//! | company | module | used for |
//! |---|---|---|
//! | Alibaba Cloud | [`dashscope`] | DashScope's own route of chats and embeddings; Qwen-Image and Wan |
//! | Google | [`google`] | Gemini's chats, embeddings and images in AI Studio and on Vertex AI; the address of Claude on Vertex AI |
//! | OpenAI, OpenRouter, xAI | [`openai`] | chats and images; the words of refusal of all that speak OpenAI's dialect |
//!
//! A company joins when a second crate needs it: a module with `endpoint`s, `settings`, `classify`,
//! and a feature.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "dashscope")]
pub mod dashscope;
#[cfg(feature = "google")]
pub mod google;
#[cfg(feature = "openai")]
pub mod openai;
pub mod refusal_codes;
pub mod unsupported;
