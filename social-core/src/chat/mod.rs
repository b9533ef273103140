//! Language models: one request type, one reply type, one stream of events, for every vendor.

mod capabilities;
mod count;
mod decoder;
mod document;
mod event;
mod exchange;
#[cfg(feature = "schema")]
mod extract;
mod feed;
pub(crate) mod json;
mod message;
mod opaque;
mod prompt_cache;
mod reply;
mod request;
mod room;
mod span;
mod stream;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

pub use capabilities::ChatCapabilities;
pub use count::TokenCounter;
pub use decoder::ChatDecoder;
pub use document::{Document, DocumentCitation, DocumentPlace, DocumentSource, LoadedDocument};
pub use event::{ChatEvent, FinishReason, WebSource};
pub use exchange::{read, streamed, streamed_lines, whole};
#[cfg(feature = "schema")]
pub use extract::Extracted;
pub use json::read as read_json;
pub use message::{DataPart, Message, Part, ReasoningPart, Role, ToolCall, ToolResult};
pub use opaque::OpaqueState;
pub use prompt_cache::{CacheTime, PromptCache};
pub use reply::{ChatReply, ReplyBuilder};
pub use request::{
    ChatRequest, Effort, ImageOutput, OutputFormat, PromptId, ReasoningOptions, Tool, ToolChoice, WebSearch,
};
pub use room::MoreRoom;
pub use stream::ChatStream;

use crate::ModelAddress;
use crate::error::{Error, Result};

/// A language model.
///
/// # Contract
/// - A reply has text, a tool call or a refusal; an empty success is an error.
/// - An option that the model cannot honour is [`Unsupported`](crate::ErrorKind::Unsupported) and
///   names the option; it is never dropped.
/// - Usage is what the vendor reported, or absent. Only a stream that ended early carries an
///   estimate, marked as one.
/// - Dropping the future or the stream ends the exchange.
/// - Neither call is repeated when its effect is unknown.
#[async_trait]
pub trait ChatModel: Debug + Send + Sync {
    /// The vendor and the model.
    fn address(&self) -> &ModelAddress;

    /// What this model can do, wrappers included.
    fn capabilities(&self) -> ChatCapabilities;

    /// Answers a request.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) and
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent;
    /// [`Rejected`](crate::ErrorKind::Rejected) when the content is refused with no text to keep;
    /// [`Truncated`](crate::ErrorKind::Truncated) with the partial text when the answer broke off;
    /// and the kinds of the HTTP path.
    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply>;

    /// Answers a request piece by piece. An error after the first piece comes out of the stream.
    ///
    /// # Errors
    /// As [`chat`](Self::chat).
    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream>;
}

/// Shortcuts for every [`ChatModel`].
#[async_trait]
pub trait ChatModelExt: ChatModel {
    /// Asks one question and returns the answer's text.
    ///
    /// # Errors
    /// As [`ChatModel::chat`]; a refusal is [`Rejected`](crate::ErrorKind::Rejected).
    async fn ask(&self, question: &str) -> Result<String> {
        self.chat(&ChatRequest::new(question)).await?.into_text()
    }

    /// Asks for a text about some facts: `ask_about("A newsletter in HTML", "guest", &guest)`. Any
    /// model does, also a `Box<dyn ChatModel>` that was chosen when the program began; models read
    /// the facts as JSON under their name.
    ///
    /// # Errors
    /// As [`ask`](Self::ask); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for facts that
    /// JSON cannot hold.
    async fn ask_about<T>(&self, prompt: &str, name: &str, facts: &T) -> Result<String>
    where
        T: Serialize + Sync + ?Sized,
    {
        let value = serde_json::to_value(facts)
            .map_err(|e| Error::invalid(name.to_owned(), "the facts cannot be written as JSON").with_source(e))?;
        let facts = Part::Data(DataPart { name: name.to_owned(), value });
        self.chat(&ChatRequest::new(prompt).with_part(facts)).await?.into_text()
    }

    /// Asks for an answer of the form of `T` and reads it. The JSON schema is derived from `T` and
    /// replaces the request's output format; a model that takes no schema is told it in words.
    ///
    /// # Errors
    /// As [`ChatModel::chat`]; [`Truncated`](crate::ErrorKind::Truncated) for JSON that broke off,
    /// [`Protocol`](crate::ErrorKind::Protocol) for an answer that is no `T`, both with the raw
    /// text as [`partial`](crate::Error::partial); [`Rejected`](crate::ErrorKind::Rejected) for a
    /// refusal.
    #[cfg(feature = "schema")]
    async fn extract<T>(&self, request: &ChatRequest) -> Result<Extracted<T>>
    where
        T: schemars::JsonSchema + serde::de::DeserializeOwned + Send,
    {
        extract::extract(self, request, 0).await
    }

    /// As [`extract`](Self::extract), but the model is asked once more: with what is wrong about an
    /// answer that is no `T`, with [more room](MoreRoom) for one that the output limit cut. The
    /// second call is paid for too; the first is in the reply's `attempts`.
    ///
    /// # Errors
    /// As [`extract`](Self::extract).
    #[cfg(feature = "schema")]
    async fn extract_or_ask_again<T>(&self, request: &ChatRequest) -> Result<Extracted<T>>
    where
        T: schemars::JsonSchema + serde::de::DeserializeOwned + Send,
    {
        extract::extract(self, request, 1).await
    }
}

impl<T: ChatModel + ?Sized> ChatModelExt for T {}

macro_rules! forward {
    ($($holder:ty),*) => {$(
        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl<T: ChatModel + ?Sized> ChatModel for $holder {
            fn address(&self) -> &ModelAddress {
                (**self).address()
            }
            fn capabilities(&self) -> ChatCapabilities {
                (**self).capabilities()
            }
            async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
                (**self).chat(request).await
            }
            async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
                (**self).stream(request).await
            }
        }
    )*};
}

forward!(Arc<T>, Box<T>);
