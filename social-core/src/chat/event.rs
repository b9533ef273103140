//! What an answer is made of, in the order in which it comes.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::document::DocumentCitation;
use super::message::ToolCall;
use super::opaque::OpaqueState;
use crate::ModelAddress;
use crate::media::Media;
use crate::money::{Attempt, Cost, Usage};

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChatEvent {
    /// The answer begins.
    Started {
        /// The vendor's id of the answer.
        id: Option<String>,
        /// The model that the vendor says it uses.
        model: Option<String>,
        /// Not written by a model but filled from a template.
        #[serde(default)]
        degraded: bool,
    },
    /// Text of the answer.
    Text(String),
    /// Text of the model's thinking.
    Reasoning(String),
    /// State of the thinking that travels back unchanged: a signature, encrypted thinking. It
    /// belongs to the last thought that has none.
    ReasoningState(OpaqueState),
    /// A block that only its vendor understands; see [`Part::Opaque`](super::Part::Opaque).
    Opaque(OpaqueState),
    /// Words of a refusal.
    Refusal(String),
    /// A fragment of a tool call's arguments, for display only.
    ToolCallDelta {
        /// Which call of the answer, counted from zero.
        index: usize,
        /// The tool's name, with the first fragment.
        name: Option<String>,
        /// The fragment.
        arguments: String,
    },
    /// A complete tool call.
    ToolCall(ToolCall),
    /// An image that the model made, whole.
    Image(Media),
    /// A page that the answer cites.
    Source(WebSource),
    /// A place in a document of the request that the answer cites.
    Citation(DocumentCitation),
    /// What was used so far; a later report replaces an earlier one.
    Usage(Usage),
    /// What else the vendor told; see [`ChatReply::extra`](super::ChatReply::extra).
    Extra(Map<String, Value>),
    /// What that comes to, from a wrapper that knows prices.
    Cost(Cost),
    /// The model that was asked failed, and the next is asked. Text before this is part of the
    /// answer; usage and cost before it are those of the attempt.
    Switched {
        /// What became of it.
        failed: Box<Attempt>,
        /// Who is asked now.
        next: ModelAddress,
    },
    /// Why the answer ended.
    Finished(FinishReason),
}

/// Why the answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FinishReason {
    /// The model was done.
    Stop,
    /// A stop text was met.
    StopSequence,
    /// The output limit or the context window was full.
    Length,
    /// The model wants tools called.
    ToolCalls,
    /// The vendor or the model refused.
    Refused,
    /// The vendor paused a long turn; send the reply back unchanged to go on.
    Paused,
    /// Something else, in the vendor's word.
    Other(String),
}

/// Where an answer found something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebSource {
    /// The page.
    pub url: Url,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The words of the page that were quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The bytes of [`ChatReply::text`](super::ChatReply::text) that it backs, where the vendor says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Range<usize>>,
}

impl WebSource {
    /// A page of which only the address is known.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self { url, title: None, quote: None, span: None }
    }
}
