//! Marks that let a vendor keep the beginning of a prompt, which is then cheaper the next time.

use serde::{Deserialize, Serialize};

use super::opaque::OpaqueState;

/// For how long the vendor keeps what was marked, counted from its last use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CacheTime {
    /// The vendor's usual time, about five minutes.
    #[default]
    Minutes,
    /// An hour, which costs more to write.
    Hour,
}

/// What the vendor should keep of a prompt, beside the marks in its messages
/// ([`Part::CacheMark`](super::Part::CacheMark)).
///
/// It changes what a call costs and never what it answers. So a model that knows no such marks
/// ignores them, and [`ChatCapabilities::prompt_cache`](super::ChatCapabilities::prompt_cache) says
/// so; only [`content`](Self::content), without which the prompt is not whole, is refused there.
/// What was read from a cache and written to it is in the
/// [usage](crate::money::Usage::cache_read_tokens).
///
/// ```
/// use social_core::chat::{CacheTime, ChatRequest, Message, Part};
///
/// # let guide = "The brand guide ...";
/// let system = Message::system(guide).with(Part::CacheMark(CacheTime::Hour));
/// let request = ChatRequest::of([system, Message::user("A caption for ravioli.")]);
/// # let _ = request;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PromptCache {
    /// Requests that begin alike have the same key, so that the vendor sends them to the same
    /// place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The definitions of the tools are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<CacheTime>,
    /// What the vendor keeps already, by its name there. It stands before the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<OpaqueState>,
}

impl PromptCache {
    /// Requests that begin alike have the same key.
    #[must_use]
    pub fn keyed(key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..Self::default() }
    }

    /// Keeps the definitions of the tools.
    #[must_use]
    pub fn with_tools(mut self, time: CacheTime) -> Self {
        self.tools = Some(time);
        self
    }

    /// Goes on from what the vendor keeps already.
    #[must_use]
    pub fn with_content(mut self, content: OpaqueState) -> Self {
        self.content = Some(content);
        self
    }
}
