//! Language models: one request type, one reply type, one stream of events, for every vendor.

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
mod span;
mod stream;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

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
pub use stream::ChatStream;

use crate::ModelAddress;
use crate::error::{Error, Result};
use crate::money::Price;

/// What a model can do, as data. An option outside of it is refused before anything is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatCapabilities {
    /// Answers arrive in pieces as they are made.
    pub stream: bool,
    /// Reads images.
    pub image_input: bool,
    /// Reads videos.
    pub video_input: bool,
    /// Hears sound.
    #[serde(default)]
    pub audio_input: bool,
    /// Reads documents.
    #[serde(default)]
    pub document_input: bool,
    /// Says which places of a document its answer stands on.
    #[serde(default)]
    pub document_citations: bool,
    /// Answers with images.
    #[serde(default)]
    pub image_output: bool,
    /// Takes marks of what the vendor should keep of a prompt; where it is false they are ignored.
    #[serde(default)]
    pub prompt_cache: bool,
    /// Goes on from a prompt that the vendor keeps by name.
    #[serde(default)]
    pub kept_prompts: bool,
    /// Calls tools.
    pub tools: bool,
    /// Can be made to call a certain tool, or any.
    pub forced_tool_choice: bool,
    /// Answers in JSON.
    pub json: bool,
    /// Answers in JSON of a given schema.
    pub json_schema: bool,
    /// Thinks before it answers, as far as told.
    pub reasoning: bool,
    /// Searches the web for its answer.
    pub web_search: bool,
    /// Takes a sampling temperature.
    pub temperature: bool,
    /// A call is billed. A lost call of a free model is simply made again.
    pub paid: bool,
    /// What it costs, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Box<Price>>,
}

impl ChatCapabilities {
    /// Text in, text out, streamed and billed; nothing else.
    #[must_use]
    pub const fn text() -> Self {
        Self {
            stream: true,
            image_input: false,
            video_input: false,
            audio_input: false,
            document_input: false,
            document_citations: false,
            image_output: false,
            prompt_cache: false,
            kept_prompts: false,
            tools: false,
            forced_tool_choice: false,
            json: false,
            json_schema: false,
            reasoning: false,
            web_search: false,
            temperature: true,
            paid: true,
            price: None,
        }
    }

    /// Everything: for models about which nothing is known, which are never refused locally.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            stream: true,
            image_input: true,
            video_input: true,
            audio_input: true,
            document_input: true,
            document_citations: true,
            image_output: true,
            prompt_cache: true,
            kept_prompts: true,
            tools: true,
            forced_tool_choice: true,
            json: true,
            json_schema: true,
            reasoning: true,
            web_search: true,
            temperature: true,
            paid: true,
            price: None,
        }
    }
}

impl ChatCapabilities {
    /// Without documents, sound, image output and marks for a cache, which are offered one by one.
    #[must_use]
    pub const fn without_files(mut self) -> Self {
        self.audio_input = false;
        self.document_input = false;
        self.document_citations = false;
        self.image_output = false;
        self.prompt_cache = false;
        self.kept_prompts = false;
        self
    }

    /// Refuses documents, sound and image output where they are not offered, by name.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) naming `document`, `document.cite`, `audio`,
    /// `image_output` or `cache.content`.
    pub fn check_files(&self, request: &ChatRequest) -> Result<()> {
        let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
        for part in request.messages.iter().flat_map(|message| &message.parts) {
            match part {
                Part::Document(_) if !self.document_input => {
                    return refuse("document", "this model reads no documents; hand in their text");
                }
                Part::Document(document) if document.cite && !self.document_citations => {
                    return refuse("document.cite", "this model does not say which places it cites");
                }
                Part::Audio(_) if !self.audio_input => return refuse("audio", "this model hears no sound"),
                _ => {}
            }
        }
        if request.image_output.is_some() && !self.image_output {
            return refuse("image_output", "this model answers with text only; ask an image model");
        }
        let content = request.cache.as_ref().and_then(|cache| cache.content.as_ref());
        if content.is_some() && !self.kept_prompts {
            return refuse("cache.content", "this vendor keeps no prompts by name");
        }
        Ok(())
    }
}

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

    /// As [`extract`](Self::extract), but an answer that is no `T` is shown to the model once, with
    /// what is wrong, for a better one. The second call is paid for too; the first is in the
    /// reply's `attempts`.
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
