//! The adapters that `replay` and `request` know. A vendor joins with an entry in one of the
//! tables.

mod beside_chat;
mod media;
mod platforms;
mod text;

use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;
use social_core::Result;
use social_core::chat::{ChatModel, ChatRequest};
use social_core::embed::EmbeddingModel;
use social_core::http::{Endpoint, EndpointBuilder, Exchange, RecordedBody};
use social_core::image::ImageModel;
use social_core::video::VideoModel;

/// The key that no vendor knows; it is masked wherever a request is shown.
const KEY: &str = "sk-example-0000000000";

/// One thing that an adapter can do.
pub struct Adapter {
    /// `chat` (and `stream`), `embed`, `image`, `video`, `models`, `count`, or `call` for single
    /// exchanges of a longer flow.
    pub operation: &'static str,
    /// Whether a vendor goes by this name, in addresses or in recordings.
    pub knows: fn(&str) -> bool,
    /// Whether it reads this exchange.
    pub reads: fn(&Exchange) -> bool,
    /// Makes what does it.
    pub open: fn(&Opening<'_>) -> Result<Opened>,
}

/// What an adapter is opened with.
pub struct Opening<'a> {
    /// The vendor, by the name that [`Adapter::knows`].
    pub vendor: &'a str,
    /// The model.
    pub model: &'a str,
    /// Puts the transport in.
    pub connect: &'a dyn Fn(EndpointBuilder) -> EndpointBuilder,
}

impl Opening<'_> {
    fn endpoint(&self, settings: EndpointBuilder) -> Result<Endpoint> {
        (self.connect)(settings).build()
    }
}

/// What does it.
pub enum Opened {
    /// Chats and streams.
    Chat(Arc<dyn ChatModel>),
    /// Embeds.
    Embedder(Arc<EmbeddingModel>),
    /// Makes images.
    Image(Arc<ImageModel>),
    /// Makes videos.
    Video(Arc<VideoModel>),
    /// Lists models, or counts the tokens of a question.
    Beside(Beside),
    /// Sends one exchange and knows what a refusal means.
    Endpoint(Endpoint),
}

/// What a vendor tells without chatting, as JSON.
pub type Beside = Box<dyn FnOnce(ChatRequest) -> Pin<Box<dyn Future<Output = Result<Value>> + Send>> + Send>;

/// Every entry; the first that fits counts.
pub fn all() -> impl Iterator<Item = &'static Adapter> {
    media::ADAPTERS.iter().chain(beside_chat::ADAPTERS).chain(text::ADAPTERS).chain(platforms::ADAPTERS)
}

/// The path of a recorded request, without the query.
#[must_use]
pub fn path(exchange: &Exchange) -> &str {
    exchange.request.path.split('?').next().unwrap_or_default()
}

/// The model that a recorded request names.
#[must_use]
pub fn model(exchange: &Exchange) -> &str {
    let in_body = match &exchange.request.body {
        RecordedBody::Json(body) => ["model", "model_name"].iter().find_map(|name| body.get(*name)?.as_str()),
        _ => None,
    };
    let in_path = || path(exchange).rsplit_once("/models/")?.1.split(':').next();
    in_body.or_else(in_path).unwrap_or("recorded")
}
